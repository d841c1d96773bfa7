"""Rosters: who takes part in a resource, an assessment say. What that makes visible is `sights`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, final

from attrs import frozen

from ..domain import authority, rosters
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.ids import OrganizationId, ResourceId, SubAccountId
from ..domain.life import State
from ..domain.queries import require_page
from ..domain.rosters import MOST_PARTICIPANTS, RosterLine
from ..domain.sub_account import SubAccount
from ..domain.viewer import ViewerFacts
from ..errors import TooMany
from .command import Change, Command
from .ports_at_hand import PortsAtHand
from .resources import resource


@frozen(kw_only=True)
class _RosterChange(Change[tuple[RosterLine, ...]]):
    """Be what changes of a roster share: an actor, a resource, and people, each of whom is answered once."""

    action: ClassVar[Action] = Action.CHANGE_ROSTER
    receipt: ClassVar[Any] = tuple[RosterLine, ...]
    actor: Actor
    resource: ResourceId
    people: tuple[SubAccountId, ...]

    @property
    def tenant(self) -> OrganizationId:
        """Return the resource's organization."""
        return self.resource.organization

    def permit(self) -> tuple[SubAccountId, ...]:
        """Let the actor change the roster; answers the people, each once. Raises `NotAllowed`, `TooMany`."""
        authority.permit(self.actor, self.action, organization=self.tenant)
        if len(self.people) > MOST_PARTICIPANTS:
            raise TooMany(what="people", limit=MOST_PARTICIPANTS)
        return tuple(dict.fromkeys(self.people))

    async def facts(self, ports: PortsAtHand, people: Collection[SubAccountId]) -> dict[SubAccountId, ViewerFacts]:
        """Read what is stored of those of the people who are of the organization and exist."""
        ours = [each for each in people if each.organization == self.tenant]
        found = await ports.repository.viewer_facts(ours) if ours else ()
        return {each.sub_account.id: each for each in found}


@final
@frozen(kw_only=True)
class AddParticipants(_RosterChange):
    """Have people take part in a resource, at most 1,000; an answer for each, and the good ones go through together.

    They see it then, whatever its audience and its application say. Somebody external is refused (`EmployeesOnly`) where the
    resource is hidden from people from outside, who is not there with `NotFound`. Raises `NotFound` for the resource,
    `WrongState` for one that has no roster or was removed, `TooMany`.
    """

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[RosterLine, ...]]:
        """Add the people who can be added."""
        people = self.permit()
        found = await resource(ports, self.resource)
        rosters.require_roster(found)
        facts = await self.facts(ports, people)
        ids = [ports.new_id() for _ in people]
        return rosters.add(people, found, facts, ids=ids, by=authority.by(self.actor))


@final
@frozen(kw_only=True)
class RemoveParticipants(_RosterChange):
    """Have people not take part in a resource any more, at most 1,000; an answer for each.

    Raises `NotFound` for the resource, `TooMany`.
    """

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[RosterLine, ...]]:
        """Take off the roster who is on it."""
        people = self.permit()
        found = await resource(ports, self.resource)
        facts = await self.facts(ports, people)
        return rosters.remove(people, found.id, facts, by=authority.by(self.actor))


@final
@frozen(kw_only=True)
class ParticipantsPage:
    """Answer a page of the people on a roster; `after` asks for the next one, None on the last."""

    people: tuple[SubAccount, ...]
    after: SubAccountId | None


@final
@frozen(kw_only=True)
class ListParticipants(Command[ParticipantsPage]):
    """List who takes part in a resource, ordered by id, at most `limit` after the person `after`.

    Deleted people are left out, so that a page can have fewer than asked for. Raises `NotFound` for the resource, `TooMany`
    for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.READ_VIEWERS
    actor: Actor
    resource: ResourceId
    after: SubAccountId | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> ParticipantsPage:
        """Answer a page of people."""
        authority.permit(self.actor, self.action, organization=self.resource.organization)
        require_page(self.limit, of="people")
        found = await resource(ports, self.resource)
        after = self.after.value if self.after else None
        roster = await ports.repository.participants_page(found.id, after=after, limit=self.limit + 1)
        page = [each.person for each in roster[: self.limit]]
        facts = await ports.repository.viewer_facts(page) if page else ()
        return ParticipantsPage(
            people=tuple(each.sub_account for each in facts if each.sub_account.state is not State.DELETED),
            after=page[-1] if len(roster) > self.limit else None,
        )
