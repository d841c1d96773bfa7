"""Which people a command is about when it is about many: named one by one, or by account, department and search, in pages.

What belongs here: reading those people with what their roles reach, and making one decision of many. What is decided for each
is the command's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, final

from attrs import frozen

from ..domain import authority, people
from ..domain.activating import ActivationLine
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.decision import Decision, Seen
from ..domain.events import By
from ..domain.ids import AccountId, DepartmentId, OrganizationId, SubAccountId
from ..domain.life import State
from ..domain.people import Becomes
from ..domain.queries import LONGEST_SEARCH, PeopleCursor, PeopleQuery, search_words
from ..domain.sub_account import Person, SubAccount
from ..domain.subscription import Subscription
from ..domain.text import clean_text
from ..errors import NotAllowed, NotFound, TooMany
from .ports_at_hand import PortsAtHand

R = TypeVar("R")


@final
@frozen(kw_only=True)
class Selection:
    """Say which people are meant: `people` by their ids, or everybody who waits in an account, in departments (children are
    added), with words that begin a word of login, name, position or e-mail; in pages of `limit` after `after`.

    With `people` the rest is not looked at. Nothing said means everybody who waits.
    """

    people: tuple[SubAccountId, ...] | None = None
    account: AccountId | None = None
    departments: frozenset[DepartmentId] | None = None
    search: str = ""
    after: PeopleCursor | None = None
    limit: int = 100


@final
@frozen(kw_only=True)
class Selected:
    """Hold the people of a page, the lines of those who are out of reach or not there, and where the next page begins."""

    people: tuple[Person, ...]
    refused: tuple[ActivationLine, ...]
    after: PeopleCursor | None


async def select(
    ports: PortsAtHand,
    actor: Actor,
    action: Action,
    organization: OrganizationId,
    selection: Selection,
    /,
    *,
    most: int,
) -> Selected:
    """Read a page of the people meant.

    Raises `NotAllowed`, `TooMany` for more than `most` at once, `InvalidValue` for a search that cannot be one.
    """
    _words(selection)  # judged also where people are named and it is not looked at
    if selection.people is not None:
        return await _named(ports, actor, action, organization, selection.people, most=most)
    if not 1 <= selection.limit <= most:
        raise TooMany(what="people", limit=most)
    query = await _query(ports, actor, action, organization, selection)
    found = await ports.repository.people_page(query)
    page = found[: selection.limit]
    people = [await ports.repository.person(each.id) for each in page]
    more = len(found) > selection.limit
    after = PeopleCursor(login_key=page[-1].login.key, id=page[-1].id.value) if more else None
    there = tuple(person for person in people if person is not None)
    for person in there[:1]:
        ports.require_ring(person.organization)
    return Selected(people=there, refused=(), after=after)


def _words(selection: Selection) -> tuple[str, ...]:
    return search_words(clean_text(selection.search, field="search", longest=LONGEST_SEARCH, shortest=0))


async def _query(
    ports: PortsAtHand,
    actor: Actor,
    action: Action,
    organization: OrganizationId,
    selection: Selection,
) -> PeopleQuery:
    words = _words(selection)
    asked = selection.departments
    departments = await ports.repository.offspring(asked) if asked is not None else None
    return PeopleQuery(
        organization=organization,
        account=selection.account,
        departments=await ports.within(actor, action, organization, account=selection.account, departments=departments),
        states=frozenset({State.WAITING}),
        words=words,
        after=selection.after,
        limit=selection.limit + 1,
    )


async def _named(
    ports: PortsAtHand,
    actor: Actor,
    action: Action,
    organization: OrganizationId,
    ids: tuple[SubAccountId, ...],
    *,
    most: int,
) -> Selected:
    authority.permit_somewhere(actor, action, organization)  # also where nobody is named
    if len(ids) > most:
        raise TooMany(what="people", limit=most)
    people: list[Person] = []
    refused: list[ActivationLine] = []
    for each in dict.fromkeys(ids):
        if each.organization != organization:
            refused.append(_line(each, NotFound.code))
            continue
        try:
            people.append(await ports.permitted(actor, action, each))
        except (NotAllowed, NotFound) as refusal:
            refused.append(_line(each, refusal.code))
    return Selected(people=tuple(people), refused=tuple(refused), after=None)


def _line(person: SubAccountId, why: str) -> ActivationLine:
    return ActivationLine(sub_account=person, why=why)


def decided(
    becoming: Sequence[tuple[Person, Becomes]], /, *, by: By, subscription: Subscription
) -> tuple[Decision[SubAccount], ...]:
    """Return the decision for each person of what it becomes; nobody here takes or frees a seat."""
    return tuple(
        people.decide(person, becomes, by=by, subscription=subscription, taken=0) for person, becomes in becoming
    )


def merged(organization: OrganizationId, decisions: Sequence[Decision[Any]], /, *, by: By, result: R) -> Decision[R]:
    """Return one decision of those of many people; what one guards and another writes is written."""
    puts = tuple(record for each in decisions for record in each.puts)
    written = {record.id for record in puts}
    guards: dict[Seen, None] = {guard: None for each in decisions for guard in each.guards if guard.id not in written}
    return Decision(
        organization=organization,
        by=by,
        result=result,
        puts=puts,
        guards=tuple(guards),
        counts=tuple(count for each in decisions for count in each.counts),
        tellings=tuple(telling for each in decisions for telling in each.tellings),
        happened=tuple(what for each in decisions for what in each.happened),
    )
