"""Working samples of the commands of groups and memberships: as those of `samples`, whose places they happen at.

A group takes people from outside here and opens three applications, so that an order could be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from subaccounts import (
    AcceptInvitation,
    AddMembers,
    ApplicationId,
    Change,
    ChangeApplications,
    DeclineInvitation,
    GroupId,
    InviteMembers,
    LeaveGroup,
    MakeGroup,
    OrganizationId,
    RemoveMembers,
    RenameGroup,
    RetireGroup,
    SubAccountId,
    Subject,
    SwitchExternal,
    Window,
)
from subaccounts.domain.widening import Loud
from subaccounts.testing import NOON

if TYPE_CHECKING:
    from tests.samples import Place

WINDOW: Final = Window(since=NOON + timedelta(days=1), until=NOON + timedelta(days=90))


def applications(of: OrganizationId, *names: str) -> frozenset[ApplicationId]:
    """Return applications of an organization."""
    return frozenset(ApplicationId(organization=of, value=name) for name in names)


def making(place: Place, name: str = "Partners") -> MakeGroup:
    """Return the command that makes a group."""
    of = place.organization
    opened = applications(of, "learning", "tests", "reports")
    return MakeGroup(
        actor=place.admin,
        organization=of,
        name=name,
        allows_external=True,
        applications=opened,
        accepting=frozenset(Loud),
    )


def group(place: Place) -> GroupId:
    """Return a new group."""
    made: GroupId = place.run(making(place)).id
    return made


def inviting(place: Place, into: GroupId, *people: SubAccountId) -> InviteMembers:
    """Return the command that invites people."""
    return InviteMembers(actor=place.admin, group=into, people=people, window=WINDOW)


def invited(place: Place) -> tuple[Subject, GroupId]:
    """Return somebody who is signed in, and the group it was invited into."""
    subject, into = place.subject("sample"), group(place)
    place.run(inviting(place, into, subject.sub_account))
    return subject, into


def _accepting(place: Place) -> AcceptInvitation:
    subject, into = invited(place)
    return AcceptInvitation(subject=subject, group=into)


def _declining(place: Place) -> DeclineInvitation:
    subject, into = invited(place)
    return DeclineInvitation(subject=subject, group=into)


def _leaving(place: Place) -> LeaveGroup:
    subject, into = invited(place)
    place.run(AcceptInvitation(subject=subject, group=into))
    return LeaveGroup(subject=subject, group=into)


def _people(place: Place) -> tuple[SubAccountId, ...]:
    """Return people in every place: active, waiting, there twice, not there, somebody else's."""
    waits, active = place.reachable(), place.member()
    nobody = SubAccountId(organization=place.organization, value="nobody")
    theirs = SubAccountId(organization=OrganizationId(value="theirs"), value=active.value)
    return (active, nobody, waits, theirs, active)


def _removing(place: Place) -> RemoveMembers:
    into, people = group(place), _people(place)
    place.run(AddMembers(actor=place.admin, group=into, people=people))
    return RemoveMembers(actor=place.admin, group=into, people=people)


GROUP_CHANGES: Final[Mapping[type[Change[Any]], Callable[[Place], Change[Any]]]] = {
    MakeGroup: making,
    RenameGroup: lambda p: RenameGroup(actor=p.admin, group=group(p), name="Friends"),
    SwitchExternal: lambda p: SwitchExternal(
        actor=p.admin, group=group(p), allows_external=False, accepting=frozenset(Loud)
    ),
    ChangeApplications: lambda p: ChangeApplications(
        actor=p.admin,
        group=group(p),
        add=applications(p.organization, "library", "mail", "wiki"),
        remove=applications(p.organization, "tests"),
        accepting=frozenset(Loud),
    ),
    RetireGroup: lambda p: RetireGroup(actor=p.admin, group=group(p)),
    AddMembers: lambda p: AddMembers(actor=p.admin, group=group(p), people=_people(p), window=WINDOW),
    InviteMembers: lambda p: inviting(p, group(p), *_people(p)),
    RemoveMembers: _removing,
    AcceptInvitation: _accepting,
    DeclineInvitation: _declining,
    LeaveGroup: _leaving,
}
"""How each is made so that it succeeds."""
