"""A person's own memberships: which they are, and accepting, declining and leaving. What administrators do is `memberships`."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import frozen

from ..domain import authority, belonging
from ..domain.actor import Actor, SignedIn
from ..domain.authority import Action
from ..domain.belonging import Belonging, Own
from ..domain.decision import Decision
from ..domain.ids import GroupId, OrganizationId, SubAccountId
from ..domain.membership import Membership
from ..domain.sub_account import SubAccount
from ..domain.subject import Subject
from ..domain.viewer import ViewerFacts
from ..errors import Stale
from .command import Change, Command
from .ports_at_hand import PortsAtHand


async def _facts(ports: PortsAtHand, person: SubAccount) -> ViewerFacts:
    """Return the facts of a person that was read a moment ago; raise `Stale` for one that is another since, or gone."""
    for facts in await ports.repository.viewer_facts((person.id,)):
        if facts.sub_account == person:
            return facts
    raise Stale


@frozen(kw_only=True)
class _OwnMembership(Change[Membership]):
    """Be what a person's changes of one membership share: its sign-in, and a group."""

    receipt: ClassVar[Any] = Membership
    subject: Subject
    group: GroupId

    @property
    def tenant(self) -> OrganizationId:
        """Return the person's organization."""
        return self.subject.sub_account.organization

    async def own(self, ports: PortsAtHand, /) -> Own:
        """Return what is the person's own, who is signed in. Raises `NotAllowed`."""
        assert self.action is not None, "a membership is its person's own"  # noqa: S101 - narrows the type
        actor = SignedIn(subject=self.subject)
        person = await ports.permitted(actor, self.action, self.subject.sub_account)
        facts = await _facts(ports, person.sub_account)
        return Own(person=person, facts=facts, by=authority.by(actor))


@final
@frozen(kw_only=True)
class AcceptInvitation(_OwnMembership):
    """Accept the invitation into a group: the person is a member, from the beginning of its window.

    Raises `NotFound` (`membership`) for a group the person was never asked into, `WrongState` where no invitation waits, or
    its window is over, or the group is retired; `EmployeesOnly` where a person from outside is not taken any more, and
    `NotAllowed` when the sign-in holds no more.
    """

    action: ClassVar[Action] = Action.ANSWER_INVITATION

    async def decide(self, ports: PortsAtHand, /) -> Decision[Membership]:
        """Accept the invitation."""
        return belonging.accept(await self.own(ports), self.group, now=ports.now)


@final
@frozen(kw_only=True)
class DeclineInvitation(_OwnMembership):
    """Decline the invitation into a group; nothing is in the way of that, and an administrator can invite again.

    Raises `NotFound` and `NotAllowed` as `AcceptInvitation`, `WrongState` where no invitation waits.
    """

    action: ClassVar[Action] = Action.ANSWER_INVITATION

    async def decide(self, ports: PortsAtHand, /) -> Decision[Membership]:
        """Decline the invitation."""
        return belonging.decline(await self.own(ports), self.group)


@final
@frozen(kw_only=True)
class LeaveGroup(_OwnMembership):
    """Leave a group; nothing is in the way of that.

    Raises `NotFound` and `NotAllowed` as `AcceptInvitation`, `WrongState` for who is no member.
    """

    action: ClassVar[Action] = Action.LEAVE_GROUP

    async def decide(self, ports: PortsAtHand, /) -> Decision[Membership]:
        """Leave the group."""
        return belonging.leave(await self.own(ports), self.group)


@final
@frozen(kw_only=True)
class ReadMemberships(Command[tuple[Belonging, ...]]):
    """Read all memberships a person has or had, and its invitations, ordered by group; it reads its own.

    Each with whether it counts at the moment, and why not. Raises `NotFound` when there is no such person, or it is deleted.
    """

    action: ClassVar[Action] = Action.READ_MEMBERSHIPS
    actor: Actor
    sub_account: SubAccountId

    async def run(self, ports: PortsAtHand, /) -> tuple[Belonging, ...]:
        """Answer the memberships."""
        person = await ports.permitted(self.actor, self.action, self.sub_account)
        return belonging.belongings(await _facts(ports, person.sub_account), ports.now)
