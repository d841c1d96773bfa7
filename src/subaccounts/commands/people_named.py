"""Which people a command names when it names many: read at once, so that a thousand cost as many reads as one.

What belongs here: who of them is there, and whom the actor's roles reach. What is decided for each is the command's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import final

from attrs import frozen

from ..domain import authority
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.ids import OrganizationId, SubAccountId
from ..domain.life import State
from ..domain.organization import Organization
from ..domain.sub_account import SubAccount
from ..domain.viewer import ViewerFacts
from ..errors import NotAllowed, NotFound
from .ports_at_hand import PortsAtHand


@final
@frozen(kw_only=True)
class PeopleNamed:
    """Hold the people named: the facts of those who are there and within reach, and why each of the others is not.

    Both are in the order in which they were named, each once.
    """

    found: tuple[ViewerFacts, ...]
    refused: Mapping[SubAccountId, str]


async def somewhere(ports: PortsAtHand, actor: Actor, action: Action, organization: OrganizationId, /) -> Organization:
    """Return the organization when the actor may do this in some part of it.

    Raises `NotAllowed`, then `NotFound` without organization.
    """
    authority.permit_somewhere(actor, action, organization)
    found = await ports.repository.organization(organization)
    if found is None:
        raise NotFound(what="organization")
    return found


async def people_named(
    ports: PortsAtHand, actor: Actor, action: Action, organization: OrganizationId, ids: Collection[SubAccountId], /
) -> PeopleNamed:
    """Read the people named, who are of any number.

    As where one is named: whoever reaches less than the organization is told the same of a person that does not exist as of
    one that is out of reach, and who is deleted is not there.
    """
    named = tuple(dict.fromkeys(ids))
    ours = [each for each in named if each.organization == organization]
    read = await ports.repository.viewer_facts(ours) if ours else ()
    facts = {each.sub_account.id: each for each in read}
    reached = await within_reach(ports, actor, action, [each.sub_account for each in read])
    missing = NotFound.code if _reaches_all(actor, action, organization) else NotAllowed.code
    found: list[ViewerFacts] = []
    refused: dict[SubAccountId, str] = {}
    for each in named:
        if each.organization != organization:
            refused[each] = NotFound.code
        elif each not in facts:
            refused[each] = missing
        elif each not in reached:
            refused[each] = NotAllowed.code
        elif facts[each].sub_account.state is State.DELETED:
            refused[each] = NotFound.code
        else:
            found.append(facts[each])
    return PeopleNamed(found=tuple(found), refused=refused)


async def within_reach(
    ports: PortsAtHand, actor: Actor, action: Action, people: Collection[SubAccount], /
) -> frozenset[SubAccountId]:
    """Return those of an organization's people whom the actor's roles reach; the tree is read once, where roles need it."""
    reached = {each.id for each in people if _reaches(actor, action, each)}
    others = [each for each in people if each.id not in reached]
    if others:
        scopes = authority.department_scopes(actor, action, others[0].id.organization)
        departments = frozenset().union(*(each.profile.departments for each in others))
        below = await ports.reach(scopes, departments)
        reached |= {each.id for each in others if below & each.profile.departments}
    return frozenset(reached)


def _reaches(actor: Actor, action: Action, person: SubAccount) -> bool:
    try:
        authority.permit(
            actor,
            action,
            organization=person.id.organization,
            account=person.account,
            lineage=person.profile.departments,
        )
    except NotAllowed:
        return False
    return True


def _reaches_all(actor: Actor, action: Action, organization: OrganizationId) -> bool:
    try:
        authority.permit(actor, action, organization=organization)
    except NotAllowed:
        return False
    return True
