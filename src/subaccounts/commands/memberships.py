"""Who is in a group, by its administrators: add, invite, remove, list. What a person does itself is `own_memberships`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, final

from attrs import frozen

from ..domain import authority, joining
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.belonging import Member
from ..domain.decision import Decision
from ..domain.group import Group
from ..domain.grouping import require_living
from ..domain.ids import GroupId, MembershipId, OrganizationId, SubAccountId
from ..domain.joining import MOST_PEOPLE, Candidate, Joining, MemberLine
from ..domain.life import State
from ..domain.membership import ALWAYS, Membership, MembershipState, Window
from ..domain.organization import Organization
from ..domain.queries import require_page
from ..domain.viewer import ViewerFacts
from ..errors import TooMany
from .command import Change, Command
from .groups import group_of
from .people_named import people_named, somewhere, within_reach
from .ports_at_hand import PortsAtHand
from .selection import merged


@frozen(kw_only=True)
class _MembersChange(Change[tuple[MemberLine, ...]]):
    """Be what changes of many memberships share: a group, people, and an answer for each, in their order.

    Decided on a handful of reads, however many people there are.
    """

    action: ClassVar[Action]
    receipt: ClassVar[Any] = tuple[MemberLine, ...]
    actor: Actor
    group: GroupId
    people: tuple[SubAccountId, ...]

    @property
    def tenant(self) -> OrganizationId:
        """Return the group's organization."""
        return self.group.organization

    async def permitted(self, ports: PortsAtHand, /) -> tuple[Organization, Group]:
        """Return the organization and the group. Raises `NotAllowed` for who may do this nowhere, `TooMany`, `NotFound`."""
        organization = await somewhere(ports, self.actor, self.action, self.tenant)
        if len(self.people) > MOST_PEOPLE:
            raise TooMany(what="people", limit=MOST_PEOPLE)
        ports.require_ring(organization)
        return organization, await group_of(ports, self.group)

    async def each(
        self, ports: PortsAtHand, decide: Callable[[Candidate], Decision[MemberLine]], /
    ) -> Decision[tuple[MemberLine, ...]]:
        """Decide for each person by itself, and make one decision of it."""
        named = await people_named(ports, self.actor, self.action, self.tenant, self.people)
        decided = {facts.sub_account.id: decide(self._candidate(ports, facts)) for facts in named.found}
        lines = {each: MemberLine(sub_account=each, why=why) for each, why in named.refused.items()}
        lines |= {each: decision.result for each, decision in decided.items()}
        result = tuple(lines[person] for person in dict.fromkeys(self.people))
        return merged(self.tenant, tuple(decided.values()), by=authority.by(self.actor), result=result)

    def _candidate(self, ports: PortsAtHand, facts: ViewerFacts) -> Candidate:
        held = next((each for each in facts.memberships if each.group == self.group), None)
        fresh = MembershipId(organization=self.tenant, value=ports.new_id())
        return Candidate(person=facts.sub_account, membership=held, id=fresh)


@frozen(kw_only=True)
class _Entering(_MembersChange):
    """Be what adding and inviting share: a window that is not over, and a group that is not retired."""

    window: Window = ALWAYS

    async def into(self, ports: PortsAtHand, /) -> Joining:
        """Return what people are to be in."""
        organization, group = await self.permitted(ports)
        joining.require_ahead(self.window, ports.now)
        require_living(group, self.action.value)
        sms = (await ports.subscriptions.current(self.tenant)).sms
        by = authority.by(self.actor)
        return Joining(organization=organization, group=group, window=self.window, sms=sms, by=by, now=ports.now)


@final
@frozen(kw_only=True)
class AddMembers(_Entering):
    """Put up to 1,000 people into a group: who has signed in is a member at once, who waits for that is invited.

    `window` is from when until when the membership counts; who is a member already gets this one. Each person is answered
    in a line, and the good ones go through together; roles over accounts and departments add the people there. Raises
    `NotFound`, `TooMany`, `WrongState` for a retired group, `InvalidValue` for a window that is over (`past`).
    """

    action: ClassVar[Action] = Action.ADD_MEMBERS

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[MemberLine, ...]]:
        """Add each who can be added."""
        into = await self.into(ports)
        return await self.each(ports, lambda candidate: joining.add(candidate, into))


@final
@frozen(kw_only=True)
class InviteMembers(_Entering):
    """Invite up to 1,000 people into a group; each is told by the way it prefers, and is a member once it accepts.

    To invite again is to send the invitation again, with this `window`. Lines and refusals as `AddMembers`; who is a member
    already is told so in its line (`already_member`), and whose membership is over is invited anew.
    """

    action: ClassVar[Action] = Action.INVITE_MEMBERS

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[MemberLine, ...]]:
        """Invite each who can be invited."""
        into = await self.into(ports)
        return await self.each(ports, lambda candidate: joining.invite(candidate, into))


@final
@frozen(kw_only=True)
class RemoveMembers(_MembersChange):
    """End up to 1,000 memberships of a group, and take back the invitations of who has not answered.

    Lines as `AddMembers`. Raises `NotFound`, `TooMany`; of a retired group, too, people are removed.
    """

    action: ClassVar[Action] = Action.REMOVE_MEMBERS

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[MemberLine, ...]]:
        """Remove each who is in the group, or invited."""
        _, group = await self.permitted(ports)
        by = authority.by(self.actor)
        return await self.each(ports, lambda candidate: joining.remove(candidate, group, by=by))


@final
@frozen(kw_only=True)
class MembersPage:
    """Answer a page of people in a group; `after` asks for the next one, None on the last.

    A page can hold fewer people than were asked for, and none, where some are not shown: go on while there is an `after`.
    """

    members: tuple[Member, ...]
    after: SubAccountId | None


@final
@frozen(kw_only=True)
class ListMembers(Command[MembersPage]):
    """List the people in a group and those invited, ordered by id, at most `limit` after the person `after`.

    Each with whether the membership counts at the moment, and why not. `states` says which memberships are listed; those that
    ended are when it names `left`. Roles over accounts and departments list the people there; deleted people are not listed.
    Raises `NotFound`, and `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.LIST_MEMBERS
    actor: Actor
    group: GroupId
    states: frozenset[MembershipState] = frozenset({MembershipState.INVITED, MembershipState.ACTIVE})
    after: SubAccountId | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> MembersPage:
        """Answer a page of members."""
        organization = await somewhere(ports, self.actor, self.action, self.group.organization)
        require_page(self.limit, of="members")
        ports.require_ring(organization)
        group = await group_of(ports, self.group)
        after = self.after.value if self.after else None
        found = await ports.repository.members_page(self.group, after=after, limit=self.limit + 1)
        page = found[: self.limit]
        more = len(found) > self.limit
        members = await self._shown(ports, group, [each for each in page if each.state in self.states])
        return MembersPage(members=members, after=page[-1].person if more else None)

    async def _shown(self, ports: PortsAtHand, group: Group, page: list[Membership]) -> tuple[Member, ...]:
        """Return those of a page who live and are within reach."""
        held = {each.person: each for each in page}
        read = await ports.repository.viewer_facts(held.keys()) if held else ()
        people = [each.sub_account for each in read if each.sub_account.state is not State.DELETED]
        reached = await within_reach(ports, self.actor, self.action, people)
        return tuple(Member.at(ports.now, each, held[each.id], group) for each in people if each.id in reached)
