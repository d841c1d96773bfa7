"""The rules of who is put into a group by an administrator: added, invited, removed, a thousand at once with an answer for each.

Which states a membership has is `membership`, what a person does with its own is `belonging`, and how an invitation reads
`tellings`. A line that is refused changes nothing; whatever changes guards the group and the person it was decided on.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

from attrs import evolve, frozen

from ..errors import EmployeesOnly, InvalidValue, WrongState
from . import tellings
from .channel import Channel
from .contacts import Chosen, choose
from .decision import Decision, Happened, Seen, seen
from .events import By, Happening
from .fields import Kind
from .group import Group
from .group_events import MemberAdded, MemberInvited, MemberRemoved
from .ids import MembershipId, SubAccountId
from .life import State
from .membership import InvitationRef, Membership, MembershipInput, MembershipState, Window, after
from .notice import Telling
from .organization import Organization
from .sub_account import SubAccount

MOST_PEOPLE: Final = 1000
"""People added, invited or removed by one command."""


@final
@frozen(kw_only=True)
class MemberLine:
    """Say of one person what became of its membership, or why nothing did.

    `state` is what the membership is now, None where there is none. `changed` says that it was decided now, and not so
    already. Who was invited is told by `channel`, at `to` (masked); nobody is told where `to` is None: by `sso`, unless the
    organization has that kept on, and by `slip`, where there is no contact that counts. `why` says why nothing was done:
    `archived`, `already_member`, `not_member`, or the code of a refusal: `not_found` (also of another organization, and
    deleted), `not_allowed` (out of reach), `employees_only`.
    """

    sub_account: SubAccountId
    login: str | None = None
    state: MembershipState | None = None
    changed: bool = False
    channel: Channel | None = None
    to: str | None = None
    why: str | None = None


@final
@frozen(kw_only=True)
class Candidate:
    """Hold a person and its membership of the group, if there ever was one; `id` is for a new one."""

    person: SubAccount
    membership: Membership | None
    id: MembershipId

    @property
    def line(self) -> MemberLine:
        """Return the line of a person to whom nothing has happened yet."""
        state = self.membership.state if self.membership is not None else None
        return MemberLine(sub_account=self.person.id, login=self.person.login.text, state=state)


@final
@frozen(kw_only=True)
class Joining:
    """Hold what people are added or invited to, by whom, for how long, and when (UTC); `sms` says that SMS were bought."""

    organization: Organization
    group: Group
    window: Window
    sms: bool
    by: By
    now: datetime


def require_ahead(window: Window, now: datetime, /) -> None:
    """Raise `InvalidValue` (`past`) for a window that is over already."""
    if window.over(now):
        raise InvalidValue(field="until", problem="past")


def add(candidate: Candidate, joining: Joining, /) -> Decision[MemberLine]:
    """Make a person a member at once; who waits for a first sign-in is invited. A member gets the window."""
    inside = _stands(candidate, joining) is MembershipState.ACTIVE
    if candidate.person.state is State.WAITING and not inside:
        return invite(candidate, joining)
    why = _unfit(candidate.person, joining.group)
    if why is not None:
        return _nothing(candidate, joining.by, why=why)
    becomes = _becomes(candidate, joining, MembershipInput.ADD)
    if becomes == candidate.membership:
        return _nothing(candidate, joining.by)
    what = MemberAdded(group=joining.group.id, window=joining.window)
    line = evolve(candidate.line, state=becomes.state, changed=True)
    return _changed(candidate, becomes, what, line=line, by=joining.by, guards=(seen(joining.group),))


def invite(candidate: Candidate, joining: Joining, /) -> Decision[MemberLine]:
    """Invite a person, or once more; it is told by the way it prefers, and the message of before is overtaken.

    Who is a member hears nothing of it, unless its membership is over.
    """
    person, group = candidate.person, joining.group
    why = _unfit(person, group)
    if why is not None:
        return _nothing(candidate, joining.by, why=why)
    try:
        becomes = _becomes(candidate, joining, MembershipInput.INVITE)
    except WrongState:
        return _nothing(candidate, joining.by, why="already_member")
    organization = joining.organization
    chosen = choose(person, organization.activation, organization.issuers, sms=joining.sms)
    told = _told(person, becomes, chosen, joining)
    what = MemberInvited(group=group.id, window=joining.window, channel=chosen.channel.value if told else None)
    line = evolve(candidate.line, state=becomes.state, changed=True, channel=chosen.channel, to=_masked(chosen))
    return _changed(candidate, becomes, what, line=line, by=joining.by, guards=(seen(group),), told=told)


def remove(candidate: Candidate, group: Group, /, *, by: By) -> Decision[MemberLine]:
    """End a membership, or take an invitation back."""
    membership = candidate.membership
    if membership is None or membership.state is MembershipState.LEFT:
        return _nothing(candidate, by, why="not_member")
    becomes = evolve(membership, state=after(membership.state, MembershipInput.REMOVE))
    line = evolve(candidate.line, state=becomes.state, changed=True)
    return _changed(candidate, becomes, MemberRemoved(group=group.id), line=line, by=by)


def _unfit(person: SubAccount, group: Group) -> str | None:
    """Return why a person cannot be in a group, or None."""
    if person.state is State.ARCHIVED:
        return "archived"
    if person.profile.kind is Kind.EXTERNAL and not group.allows_external:
        return EmployeesOnly.code
    return None


def _becomes(candidate: Candidate, joining: Joining, what: MembershipInput) -> Membership:
    """Return the membership after an input, within the window; raise `WrongState` where its state does not take it."""
    membership = candidate.membership
    state = after(_stands(candidate, joining), what)
    if membership is not None:
        return evolve(membership, state=state, window=joining.window)
    return Membership(
        id=candidate.id, group=joining.group.id, person=candidate.person.id, state=state, window=joining.window
    )


def _stands(candidate: Candidate, joining: Joining) -> MembershipState | None:
    """Return where a membership stands for who is put into the group now; one whose window is over is none any more."""
    membership = candidate.membership
    return membership.state if membership is not None and not membership.window.over(joining.now) else None


def _told(person: SubAccount, becomes: Membership, chosen: Chosen, joining: Joining) -> tuple[Telling, ...]:
    if chosen.to is None:
        return ()
    invitation = InvitationRef(id=becomes.id, version=becomes.version + 1)  # as it is stored then
    telling = tellings.invitation(person, invitation, chosen.to, group=joining.group, organization=joining.organization)
    return (telling,)


def _masked(chosen: Chosen) -> str | None:
    return chosen.to.masked if chosen.to is not None else None


def _nothing(candidate: Candidate, by: By, /, *, why: str | None = None) -> Decision[MemberLine]:
    return Decision(organization=candidate.id.organization, by=by, result=evolve(candidate.line, why=why))


def _changed(
    candidate: Candidate,
    becomes: Membership,
    what: Happening,
    /,
    *,
    line: MemberLine,
    by: By,
    guards: tuple[Seen, ...] = (),
    told: tuple[Telling, ...] = (),
) -> Decision[MemberLine]:
    person = candidate.person
    return Decision(
        organization=person.id.organization,
        by=by,
        result=line,
        puts=(becomes,),
        guards=(*guards, seen(person)),
        tellings=told,
        happened=(Happened(what=what, account=person.account, sub_account=person.id),),
    )
