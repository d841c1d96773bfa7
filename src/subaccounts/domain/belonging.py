"""What a person does with its own memberships: accept, decline, leave; and how a membership looks at a moment.

Who is put into a group by others is `joining`. Whoever declines or leaves is asked for no reason, and nothing is in the way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self, final

from attrs import evolve, frozen

from ..errors import NotFound
from .decision import Decision, Happened, Seen, seen
from .events import By, Happening
from .group import Group
from .group_events import InvitationAccepted, InvitationDeclined, MemberLeft
from .ids import GroupId
from .invitation import in_the_way
from .membership import Membership, MembershipInput, after
from .sub_account import Person, SubAccount
from .viewer import Apart, ViewerFacts, apart


@final
@frozen(kw_only=True)
class Belonging:
    """Show one membership of a person, at a moment.

    `apart` says why it does not count, None while it does. `over` says that its window has ended: a membership counts no
    more then, and an invitation cannot be accepted.
    """

    group: Group
    membership: Membership
    apart: Apart | None
    over: bool

    @classmethod
    def at(cls, now: datetime, person: SubAccount, membership: Membership, group: Group, /) -> Self:
        """Return how a membership looks at a moment (UTC)."""
        why = apart(membership, group, person.profile.kind, now)
        return cls(group=group, membership=membership, apart=why, over=membership.window.over(now))


@final
@frozen(kw_only=True)
class Member:
    """Show one person of a group, at a moment; `apart` and `over` as in `Belonging`."""

    sub_account: SubAccount
    membership: Membership
    apart: Apart | None
    over: bool

    @classmethod
    def at(cls, now: datetime, person: SubAccount, membership: Membership, group: Group, /) -> Self:
        """Return how a member looks at a moment (UTC)."""
        shown = Belonging.at(now, person, membership, group)
        return cls(sub_account=person, membership=membership, apart=shown.apart, over=shown.over)


def belongings(facts: ViewerFacts, now: datetime, /) -> tuple[Belonging, ...]:
    """Return all memberships a person has or had, ordered by group."""
    pairs = zip(facts.memberships, facts.groups, strict=True)
    return tuple(Belonging.at(now, facts.sub_account, membership, group) for membership, group in pairs)


@final
@frozen(kw_only=True)
class Own:
    """Hold a person who is signed in, and the facts in which its memberships are; `by` is its name in the trail."""

    person: Person
    facts: ViewerFacts
    by: By


def accept(own: Own, group: GroupId, /, *, now: datetime) -> Decision[Membership]:
    """Accept an invitation: the membership begins, or will when its window does.

    Raises `NotFound` for a group that the person was never asked into, `WrongState` where no invitation waits, and for one
    that is over or of a retired group; `EmployeesOnly` for a person from outside where the group takes them no more.
    """
    held, of = _held(own, group)
    becomes = evolve(held, state=after(held.state, MembershipInput.ACCEPT))
    refusal = in_the_way(held, of, own.person.sub_account.profile.kind, now)
    if refusal is not None:
        raise refusal
    return _becomes(own, becomes, InvitationAccepted(group=group), guards=(seen(of),))


def decline(own: Own, group: GroupId, /) -> Decision[Membership]:
    """Decline an invitation. Raises `NotFound` as `accept` does, `WrongState` where none waits."""
    held, _ = _held(own, group)
    becomes = evolve(held, state=after(held.state, MembershipInput.DECLINE))
    return _becomes(own, becomes, InvitationDeclined(group=group))


def leave(own: Own, group: GroupId, /) -> Decision[Membership]:
    """Leave a group. Raises `NotFound` as `accept` does, `WrongState` for who is no member."""
    held, _ = _held(own, group)
    becomes = evolve(held, state=after(held.state, MembershipInput.LEAVE))
    return _becomes(own, becomes, MemberLeft(group=group))


def _held(own: Own, group: GroupId) -> tuple[Membership, Group]:
    """Return a person's membership of a group, and the group."""
    for membership, of in zip(own.facts.memberships, own.facts.groups, strict=True):
        if of.id == group:
            return membership, of
    raise NotFound(what="membership")


def _becomes(
    own: Own, becomes: Membership, what: Happening, /, *, guards: tuple[Seen, ...] = ()
) -> Decision[Membership]:
    """Return the decision; the sign-in it is made with has to hold until it is committed."""
    sub = own.person.sub_account
    return Decision(
        organization=sub.id.organization,
        by=own.by,
        result=evolve(becomes, version=becomes.version + 1),
        puts=(becomes,),
        guards=(seen(sub), seen(own.person.account), *guards),
        happened=(Happened(what=what, account=sub.account, sub_account=sub.id),),
    )
