"""What gathers people in groups, by name: what anna does with an invitation, what is done with her membership and its group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from subaccounts import (
    AcceptInvitation,
    AddMembers,
    ApplicationId,
    ChangeApplications,
    DeclineInvitation,
    EditPerson,
    GroupId,
    InviteMembers,
    LeaveGroup,
    ListMembers,
    ReadMemberships,
    RemoveMembers,
    RenameGroup,
    RetireGroup,
    SignedIn,
    SwitchExternal,
)
from subaccounts.domain.widening import Loud
from subaccounts.testing.interleavings import Task
from tests.interleavings.builder import BOSS, ORGANIZATION
from tests.interleavings.shop import Shop

LOUD: Final = frozenset({Loud.TO_EXTERNALS})
MAIL: Final = frozenset({ApplicationId(organization=ORGANIZATION, value="mail")})


def partners(shop: Shop) -> GroupId:
    """Return the group that anna was asked into."""
    (group,) = shop.world.repository.groups_page(ORGANIZATION, after=None, limit=9)
    found: GroupId = group.id
    return found


GATHERINGS: Final[Mapping[str, Callable[[Shop], Task]]] = {
    "accept": lambda s: AcceptInvitation(subject=s.subject, group=partners(s)),
    "decline": lambda s: DeclineInvitation(subject=s.subject, group=partners(s)),
    "leave": lambda s: LeaveGroup(subject=s.subject, group=partners(s)),
    "leave once": lambda s: LeaveGroup(subject=s.subject, group=partners(s), request_id="leave-1"),
    "add her and boris": lambda s: AddMembers(actor=BOSS, group=partners(s), people=(s.anna, s.boris)),
    "add her as the head": lambda s: AddMembers(actor=s.head, group=partners(s), people=(s.anna, s.boris)),
    "invite her": lambda s: InviteMembers(actor=BOSS, group=partners(s), people=(s.anna,)),
    "remove her and boris": lambda s: RemoveMembers(actor=BOSS, group=partners(s), people=(s.boris, s.anna)),
    "make her an employee": lambda s: EditPerson(
        actor=BOSS, sub_account=s.anna, fields={"kind": "employee"}, kind_previewed=True
    ),
    "rename the group": lambda s: RenameGroup(actor=BOSS, group=partners(s), name="Friends"),
    "shut the group to her": lambda s: SwitchExternal(actor=BOSS, group=partners(s), allows_external=False),
    "open the mail to her": lambda s: ChangeApplications(actor=BOSS, group=partners(s), add=MAIL, accepting=LOUD),
    "retire the group": lambda s: RetireGroup(actor=BOSS, group=partners(s)),
    "list the members": lambda s: ListMembers(actor=BOSS, group=partners(s)),
    "list the members as the head": lambda s: ListMembers(actor=s.head, group=partners(s)),
    "read her memberships": lambda s: ReadMemberships(actor=BOSS, sub_account=s.anna),
    "read her own": lambda s: ReadMemberships(actor=SignedIn(subject=s.subject), sub_account=s.anna),
}
"""Each made for a shop in which anna was asked into a group, or is in it."""
