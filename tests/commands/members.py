"""A company that lets people from outside in: a group, an application, people of both kinds, and post that goes out.

What belongs here: what several tests of groups and memberships begin with. Stories are in the tests.
"""

from __future__ import annotations

from typing import Any, Final

from subaccounts import (
    AcceptInvitation,
    Account,
    ActivationPolicy,
    AddMembers,
    ApplicationId,
    Belonging,
    ChangeActivation,
    Group,
    GroupId,
    InviteMembers,
    ListMembers,
    MakeGroup,
    Member,
    MemberLine,
    Membership,
    Message,
    NoticeKind,
    ReadMemberships,
    RemoveMembers,
    SubAccountId,
    Subject,
)
from subaccounts.domain.group_events import GroupHappening
from subaccounts.domain.viewer import Viewer
from tests.commands.post import Post

EXTERNAL: Final = {"kind": "external"}


class Company(Post):
    """Be a company with a group of partners that takes people from outside, unless `open_` says no."""

    def __init__(self, *, open_: bool = True, **policy: Any) -> None:
        super().__init__(**policy)
        self.mail: ApplicationId = ApplicationId(organization=self.id, value="mail")
        self.partners: GroupId = self.make("Partners", allows_external=open_).id

    def change(self, **policy: Any) -> None:
        """Change how the organization tells its people; whom it adds it tells nothing by itself."""
        activation = ActivationPolicy(**policy)
        changing = ChangeActivation(actor=self.admin, organization=self.id, activation=activation)
        self.organization = self.handle(changing)

    def make(self, name: str, **more: Any) -> Group:
        """Make a group."""
        return self.handle(MakeGroup(actor=self.admin, organization=self.id, name=name, **more))

    def outsider(self, login: str = "ext", **fields: Any) -> Subject:
        """Add somebody from outside who claims at once, with an e-mail, and has been told of that."""
        subject = self.claimed(login, fields={**EXTERNAL, "email": f"{login}@partner.example", **fields})
        self.deliver()
        return subject

    def employee(self, login: str = "emp", *, account: Account | None = None, **fields: Any) -> Subject:
        """Add an employee who claims at once, with an e-mail, and has been told of that."""
        subject = self.claimed(login, account=account, fields={"email": f"{login}@shop.example", **fields})
        self.deliver()
        return subject

    def waiter(self, login: str = "new", **fields: Any) -> SubAccountId:
        """Add somebody from outside who waits for a first sign-in."""
        return self.add(login, fields={**EXTERNAL, "email": f"{login}@partner.example", **fields}).sub_account.id

    def join(self, *people: SubAccountId, group: GroupId | None = None, **more: Any) -> tuple[MemberLine, ...]:
        """Add people to the partners."""
        return self.handle(AddMembers(actor=self.admin, group=group or self.partners, people=people, **more))

    def invite(self, *people: SubAccountId, group: GroupId | None = None, **more: Any) -> tuple[MemberLine, ...]:
        """Invite people into the partners."""
        return self.handle(InviteMembers(actor=self.admin, group=group or self.partners, people=people, **more))

    def remove(self, *people: SubAccountId) -> tuple[MemberLine, ...]:
        """Remove people from the partners."""
        return self.handle(RemoveMembers(actor=self.admin, group=self.partners, people=people))

    def accept(self, subject: Subject) -> Membership:
        """Have somebody accept the invitation into the partners."""
        return self.handle(AcceptInvitation(subject=subject, group=self.partners))

    def members(self, **more: Any) -> tuple[Member, ...]:
        """List the partners."""
        return self.handle(ListMembers(actor=self.admin, group=self.partners, **more)).members

    def mine(self, who: SubAccountId) -> Belonging:
        """Return what a person has of the partners, as its administrator sees it."""
        found = self.handle(ReadMemberships(actor=self.admin, sub_account=who))
        (belonging,) = (each for each in found if each.group.id == self.partners)
        return belonging

    def viewer(self, who: SubAccountId) -> Viewer:
        """Return what decides of a person what it sees, now."""
        (facts,) = self.repository.viewer_facts((who,))
        return Viewer.at(self.clock(), facts)

    def gathered(self, moment: int = 0) -> list[Any]:
        """Return what happened to groups and memberships after the first `moment` events."""
        return [what for what in self.since(moment) if isinstance(what, GroupHappening)]

    def invitations(self) -> list[Message]:
        """Return the invitations that were sent."""
        return [message for message in self.notifier.messages if message.kind is NoticeKind.INVITATION]

    def waiting_invitations(self) -> int:
        """Return how many invitations wait to be sent."""
        return sum(notice.kind is NoticeKind.INVITATION for notice in self.notices())
