"""The extranet journey: a company lets people from outside in, to one application and the group's courses, and out again.

Told given, when, then, each step with its event in the trail. What somebody sees is asked of the rule, with what is stored.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from subaccounts import (
    AcceptInvitation,
    AddPerson,
    Apart,
    ApplicationId,
    ChangeApplications,
    CompleteRegistration,
    DeclineInvitation,
    Door,
    ExpireMemberships,
    GroupId,
    InviteMembers,
    LeaveGroup,
    MakeGroup,
    MembershipState,
    OrganizationId,
    ReadMemberships,
    Secret,
    SignedIn,
    SubAccountId,
    Subject,
    SwitchExternal,
    Window,
)
from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch
from subaccounts.domain.events import By
from subaccounts.domain.group_events import (
    GroupApplicationsChanged,
    GroupExternalSwitched,
    GroupMade,
    InvitationAccepted,
    InvitationDeclined,
    MemberAdded,
    MemberInvited,
    MemberLeft,
    MembershipExpired,
)
from subaccounts.domain.resource import Resource
from subaccounts.domain.visibility import Why, explain, may_see
from subaccounts.domain.widening import QUIET, Loud
from subaccounts.errors import EmployeesOnly, NotAllowed, WidensSight, WrongState
from subaccounts.testing import groups as g
from tests.commands.members import Company
from tests.commands.shop import NAMED, PASSWORD, SETUP, code_of, subject_of

INVITED, ACTIVE, LEFT = MembershipState
LOUD: Final = frozenset({Loud.TO_EXTERNALS})
MONTH: Final = timedelta(days=30)


class Extranet(Company):
    """Be a company with courses in an application: of the group, of the group and hidden from outside, of nobody's."""

    def __init__(self) -> None:
        super().__init__(open_=False)
        self.learning: ApplicationId = ApplicationId(organization=self.id, value="learning")
        shown = Audience(groups=frozenset({self.partners}))
        self.courses: dict[str, Resource] = {
            "of the group": g.resource(1, of=self.id, application=self.learning, audience=shown),
            "hidden": g.resource(2, of=self.id, application=self.learning, audience=shown, hidden_from_external=True),
            "of everybody": g.resource(3, of=self.id, application=self.learning),
            "elsewhere": g.resource(4, of=self.id, application=self.mail, audience=shown),
        }
        self.repository.commit(Batch(organization=self.id, puts=tuple(self.courses.values())))

    def let_in(self) -> None:
        """Switch external access on, and add the application."""
        self.handle(SwitchExternal(actor=self.admin, group=self.partners, allows_external=True, accepting=LOUD))
        opened = frozenset({self.learning})
        self.handle(ChangeApplications(actor=self.admin, group=self.partners, add=opened, accepting=LOUD))

    def sees(self, who: SubAccountId) -> set[str]:
        """Return what somebody sees, of an organization that shows to employees what names nobody."""
        viewer = self.viewer(who)
        return {name for name, course in self.courses.items() if may_see(viewer, course, Ungrouped.EMPLOYEES)}

    def decline(self, subject: Subject) -> None:
        """Have somebody decline."""
        self.handle(DeclineInvitation(subject=subject, group=self.partners))

    def leave(self, subject: Subject) -> None:
        """Have somebody leave."""
        self.handle(LeaveGroup(subject=subject, group=self.partners))


@pytest.fixture
def extranet() -> Extranet:
    """Open the company, before it lets anybody in."""
    return Extranet()


def test_the_way_in() -> None:
    """Given a company, when it makes a group, lets people from outside into it, opens an application, and invites two who
    accept, then these open the application and see the group's courses, and nothing that is hidden from them."""
    company = Company()
    moment = len(company.events())
    group = company.handle(MakeGroup(actor=company.admin, organization=company.id, name="Suppliers")).id
    assert [GroupMade(group=group, name="Suppliers", allows_external=False)] == company.since(moment)
    learning = ApplicationId(organization=company.id, value="learning")
    company.handle(SwitchExternal(actor=company.admin, group=group, allows_external=True, accepting=LOUD))
    opening = ChangeApplications(actor=company.admin, group=group, add=frozenset({learning}), accepting=LOUD)
    company.handle(opening)
    assert [
        GroupExternalSwitched(group=group, allows_external=True),
        GroupApplicationsChanged(group=group, added=frozenset({learning}), removed=frozenset()),
    ] == company.since(moment + 1)

    known = company.outsider("known")
    added = company.handle(
        AddPerson(
            actor=company.admin,
            account=company.account.id,
            login="fresh",
            fields={"kind": "external", "email": "fresh@partner.example"},
        )
    )
    fresh = added.sub_account.id
    moment = len(company.events())
    lines = company.invite(known.sub_account, fresh, group=group)
    assert [(INVITED, "k***@partner.example"), (INVITED, "f***@partner.example")] == [
        (line.state, line.to) for line in lines
    ]
    assert [MemberInvited(group=group, channel="email")] * 2 == company.since(moment)
    assert [known.sub_account, fresh] == [event.sub_account for event in company.events()[moment:]]
    company.deliver()
    assert 2 == len(company.invitations())

    claim = CompleteRegistration(
        door=Door.inside(company.account.id),
        login="fresh",
        password=Secret(PASSWORD),
        code=code_of(added),
        fields=NAMED,
    )
    arrived = subject_of(company.handle(claim))
    moment = len(company.events())
    for subject in (known, arrived):
        assert frozenset() == company.viewer(subject.sub_account).applications
        assert ACTIVE is company.handle(AcceptInvitation(subject=subject, group=group)).state
        viewer = company.viewer(subject.sub_account)
        assert (frozenset({group}), frozenset({learning})) == (viewer.groups, viewer.applications)
    events = company.events()[moment:]
    assert [InvitationAccepted(group=group)] * 2 == [event.happening for event in events]
    assert [By(kind="sub_account", id=subject.sub_account.value) for subject in (known, arrived)] == [
        event.by for event in events
    ]


class TestWhatTheySee:
    """What a membership makes visible, step by step."""

    def test_step_by_step(self, extranet: Extranet) -> None:
        """Given somebody from outside, when the group opens to it bit by bit, then it sees the group's course once all of
        it is so, and never what is hidden, of nobody's, or in another application."""
        subject = extranet.outsider()
        who = subject.sub_account
        assert "employees_only" == extranet.invite(who)[0].why
        switching = SwitchExternal(actor=extranet.admin, group=extranet.partners, allows_external=True)
        assert isinstance(extranet.refused(switching), WidensSight)
        extranet.handle(evolve(switching, accepting=LOUD))
        extranet.invite(who)
        assert set() == extranet.sees(who)
        extranet.accept(subject)
        assert set() == extranet.sees(who)
        opening = ChangeApplications(actor=extranet.admin, group=extranet.partners, add=frozenset({extranet.learning}))
        assert isinstance(extranet.refused(opening), WidensSight)
        assert set() == extranet.sees(who)
        extranet.handle(evolve(opening, accepting=LOUD))
        assert {"of the group"} == extranet.sees(who)
        told = explain(extranet.viewer(who), extranet.courses["elsewhere"], Ungrouped.EMPLOYEES)
        assert [Why.NOT_OPENED_BY_GROUP] == [fact.why for fact in told.against]

    def test_an_employee(self, extranet: Extranet) -> None:
        """Given an employee, when it is invited and accepts, then it sees the group's courses too, hidden ones among them."""
        extranet.let_in()
        subject = extranet.employee()
        who = subject.sub_account
        assert {"of everybody"} == extranet.sees(who)
        assert INVITED is extranet.invite(who)[0].state
        assert {"of everybody"} == extranet.sees(who)
        moment = len(extranet.events())
        extranet.accept(subject)
        assert set(extranet.courses) == extranet.sees(who)
        assert [InvitationAccepted(group=extranet.partners)] == extranet.since(moment)

    def test_an_employee_where_only_employees_are(self, extranet: Extranet) -> None:
        """Given a group of employees, when an employee is invited into it, then it accepts like anybody."""
        subject = extranet.employee()
        extranet.invite(subject.sub_account)
        extranet.accept(subject)
        assert set(extranet.courses) == extranet.sees(subject.sub_account)

    def test_who_is_added_sees_at_once(self, extranet: Extranet) -> None:
        """Given somebody who has signed in, when an administrator adds it, then it sees at once; who waits is asked."""
        extranet.let_in()
        active, waits = extranet.outsider().sub_account, extranet.waiter()
        moment = len(extranet.events())
        assert [ACTIVE, INVITED] == [line.state for line in extranet.join(active, waits)]
        assert [{"of the group"}, set()] == [extranet.sees(active), extranet.sees(waits)]
        assert [
            MemberAdded(group=extranet.partners),
            MemberInvited(group=extranet.partners, channel="email"),
        ] == extranet.since(moment)

    @pytest.mark.asvs("8.3.2")
    def test_access_that_is_switched_off(self, extranet: Extranet) -> None:
        """Given members from outside, when external access is switched off, then they see nothing; on again, what they saw."""
        extranet.let_in()
        who = extranet.outsider().sub_account
        extranet.join(who)
        seen = []
        for allows in (False, True):
            switching = SwitchExternal(actor=extranet.admin, group=extranet.partners, allows_external=allows)
            extranet.handle(evolve(switching, accepting=LOUD if allows else QUIET))
            seen.append(extranet.sees(who))
        assert [set(), {"of the group"}] == seen


class TestTheWayOut:
    """Leaving, declining and the end of a window take the sight away again."""

    @pytest.mark.asvs("8.3.2")
    def test_leaving(self, extranet: Extranet) -> None:
        """Given a member, when it leaves, then it sees nothing of the group any more, and the trail says that it did."""
        extranet.let_in()
        subject = extranet.outsider()
        extranet.invite(subject.sub_account)
        extranet.accept(subject)
        moment = len(extranet.events())
        extranet.leave(subject)
        assert [MemberLeft(group=extranet.partners)] == extranet.since(moment)
        assert (set(), Apart.LEFT) == (extranet.sees(subject.sub_account), extranet.mine(subject.sub_account).apart)
        assert isinstance(extranet.refused(LeaveGroup(subject=subject, group=extranet.partners)), WrongState)

    def test_declining(self, extranet: Extranet) -> None:
        """Given an invitation, when it is declined, then nothing is accepted by it any more, and another one can follow."""
        extranet.let_in()
        subject = extranet.outsider()
        extranet.invite(subject.sub_account)
        moment = len(extranet.events())
        extranet.decline(subject)
        assert [InvitationDeclined(group=extranet.partners)] == extranet.since(moment)
        accepting = AcceptInvitation(subject=subject, group=extranet.partners)
        assert isinstance(extranet.refused(accepting), WrongState)
        extranet.invite(subject.sub_account)
        extranet.handle(accepting)
        assert {"of the group"} == extranet.sees(subject.sub_account)

    def test_a_window(self, extranet: Extranet) -> None:
        """Given a window, when an invitation is accepted before it begins, then the course is seen from its first moment to
        its last, and no job has to run."""
        extranet.let_in()
        subject = extranet.outsider()
        who, now = subject.sub_account, extranet.clock()
        extranet.invite(who, window=Window(since=now + MONTH, until=now + 2 * MONTH))
        extranet.accept(subject)
        seen = []
        for step in (timedelta(0), MONTH - timedelta.resolution, timedelta.resolution, MONTH - timedelta.resolution):
            extranet.clock.advance(step)
            seen.append(extranet.sees(who))
        extranet.clock.advance(timedelta.resolution)
        seen.append(extranet.sees(who))
        assert [set(), set(), {"of the group"}, {"of the group"}, set()] == seen
        mine = extranet.handle(ReadMemberships(actor=SignedIn(subject=extranet.enter("ext")), sub_account=who))
        assert [(Apart.OVER, True)] == [(each.apart, each.over) for each in mine]

    def test_an_invitation_that_expires(self, extranet: Extranet) -> None:
        """Given an invitation whose window has passed, when it is accepted, then that is refused; sent again, it is not."""
        extranet.let_in()
        subject = extranet.outsider()
        who = subject.sub_account
        extranet.invite(who, window=Window(until=extranet.clock() + MONTH))
        extranet.clock.advance(MONTH)
        assert (INVITED, True) == (extranet.mine(who).membership.state, extranet.mine(who).over)
        refusal = extranet.refused(AcceptInvitation(subject=subject, group=extranet.partners))
        assert isinstance(refusal, WrongState)
        assert ("invitation", "over", "accept") == (refusal.what, refusal.state, refusal.action)
        extranet.invite(who, window=Window(until=extranet.clock() + MONTH))
        extranet.accept(subject)
        assert {"of the group"} == extranet.sees(who)

    def test_the_trail_tells_of_the_end(self, extranet: Extranet) -> None:
        """Given a member and somebody invited, both until the same moment, when that has passed and the job runs, then the trail
        tells of either end, once."""
        extranet.let_in()
        member, asked = extranet.outsider("one"), extranet.outsider("two")
        window = Window(until=extranet.clock() + MONTH)
        extranet.invite(member.sub_account, asked.sub_account, window=window)
        extranet.accept(member)
        job = ExpireMemberships(actor=SETUP, organization=extranet.id)
        extranet.clock.advance(MONTH - timedelta.resolution)
        assert (0, {"of the group"}) == (extranet.handle(job), extranet.sees(member.sub_account))
        extranet.clock.advance(timedelta.resolution)
        moment = len(extranet.events())
        assert [2, 0] == [extranet.handle(job), extranet.handle(job)]
        told = {each.sub_account: each.happening for each in extranet.events()[moment:]}
        assert {
            member.sub_account: MembershipExpired(group=extranet.partners, window=window, accepted=True),
            asked.sub_account: MembershipExpired(group=extranet.partners, window=window, accepted=False),
        } == told

    def test_a_member_whose_window_is_over(self, extranet: Extranet) -> None:
        """Given a member whose window has passed, when an administrator adds it again, then it sees again, and invited again it
        sees once it accepts."""
        extranet.let_in()
        who = extranet.outsider().sub_account
        extranet.join(who, window=Window(until=extranet.clock() + MONTH))
        assert "already_member" == extranet.invite(who)[0].why
        extranet.clock.advance(MONTH)
        assert set() == extranet.sees(who)
        extranet.join(who, window=Window(until=extranet.clock() + MONTH))
        assert {"of the group"} == extranet.sees(who)
        extranet.clock.advance(MONTH)
        assert (None, INVITED) == (extranet.invite(who)[0].why, extranet.mine(who).membership.state)
        extranet.accept(extranet.enter("ext"))
        assert {"of the group"} == extranet.sees(who)

    def test_access_that_is_switched_off_before_it_accepts(self, extranet: Extranet) -> None:
        """Given an invitation, when external access is switched off, then nobody from outside accepts it."""
        extranet.let_in()
        subject = extranet.outsider()
        extranet.invite(subject.sub_account)
        extranet.handle(SwitchExternal(actor=extranet.admin, group=extranet.partners, allows_external=False))
        accepting = AcceptInvitation(subject=subject, group=extranet.partners)
        assert isinstance(extranet.refused(accepting), EmployeesOnly)


class TestResent:
    """Inviting again is sending again."""

    def test_each_with_its_event_and_message(self, extranet: Extranet) -> None:
        """Given an invitation that nobody answered, when it is sent again, then the person is told again, and the trail too."""
        extranet.let_in()
        subject = extranet.outsider()
        moment = len(extranet.events())
        for _ in range(2):
            extranet.invite(subject.sub_account)
            extranet.deliver()
        assert [MemberInvited(group=extranet.partners, channel="email")] * 2 == extranet.gathered(moment)
        assert [subject.sub_account.organization] * 2 == [message.organization for message in extranet.invitations()]
        extranet.accept(subject)

    def test_nobody_answers_for_another(self, extranet: Extranet) -> None:
        """Given an invitation, when somebody else answers, or the person after its sign-in ended, then nothing happens."""
        extranet.let_in()
        subject, other = extranet.outsider(), extranet.outsider("other")
        extranet.invite(subject.sub_account)
        elsewhere = GroupId(organization=OrganizationId(value="elsewhere"), value=extranet.partners.value)
        asked = (
            (other, extranet.partners, "not_found"),
            (subject, elsewhere, "not_found"),
            (subject, GroupId(organization=extranet.id, value="gone"), "not_found"),
        )
        for who, group, code in asked:
            for command in (AcceptInvitation, DeclineInvitation, LeaveGroup):
                assert code == extranet.refused(command(subject=who, group=group)).code
        old = extranet.outsider("third")
        extranet.handle(InviteMembers(actor=extranet.admin, group=extranet.partners, people=(old.sub_account,)))
        stale = evolve(old, epoch=0)
        refusal = extranet.refused(AcceptInvitation(subject=stale, group=extranet.partners))
        assert isinstance(refusal, NotAllowed)
