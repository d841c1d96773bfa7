"""Who is put into a group by administrators: an answer for each, as far as their roles reach; told in stories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest

from subaccounts import (
    AddMembers,
    AddPeople,
    Apart,
    ArchivePerson,
    Channel,
    CloseAccount,
    DeclineInvitation,
    DeletePerson,
    DepartmentId,
    EditPerson,
    Grant,
    HostUser,
    InviteMembers,
    KeyRing,
    LeaveGroup,
    ListMembers,
    MakeDepartment,
    MemberLine,
    MembershipState,
    MoveDepartment,
    NewPerson,
    OrganizationId,
    ReadMemberships,
    RemoveMembers,
    ResetPassword,
    RestorePerson,
    RetireGroup,
    Role,
    SignedIn,
    SubAccountId,
    SwitchExternal,
    Window,
)
from subaccounts._shell import MOST_TRIES
from subaccounts.domain.group_events import MemberAdded, MemberInvited, MemberLeft, MemberRemoved
from subaccounts.domain.widening import Loud
from subaccounts.errors import InvalidValue, KeyRingFailed, NotAllowed, NotFound, WrongState
from tests.commands.members import Company
from tests.commands.shop import Shop, watched

INVITED, ACTIVE, LEFT = MembershipState
ENTERING: Final = (AddMembers, InviteMembers)


@pytest.fixture
def company() -> Company:
    """Open a company with a group of partners."""
    return Company()


def states(lines: tuple[MemberLine, ...]) -> list[MembershipState | str | None]:
    """Return what each line says: a state, or why not."""
    return [line.why or line.state for line in lines]


def department(shop: Shop, name: str, parent: DepartmentId | None = None) -> DepartmentId:
    """Make a department."""
    return shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name, parent=parent)).department


class TestLines:
    """Every person is answered by itself, in the order in which they were named, and the good ones go through."""

    def test_everybody_there_is(self, company: Company) -> None:
        """Given people in every place and state, each hears what became of it, or why nothing did."""
        archived, deleted = company.waiter("archived"), company.waiter("deleted")
        company.handle(ArchivePerson(actor=company.admin, sub_account=archived))
        company.handle(DeletePerson(actor=company.admin, sub_account=deleted))
        active, waits = company.outsider().sub_account, company.waiter()
        unknown = SubAccountId(organization=company.id, value="nobody")
        theirs = SubAccountId(organization=OrganizationId(value="theirs"), value=active.value)
        people = (archived, waits, unknown, active, deleted, theirs, active)
        moment = len(company.events())
        added = company.join(*people)
        assert list(dict.fromkeys(people)) == [line.sub_account for line in added]
        assert ["archived", INVITED, "not_found", ACTIVE, "not_found", "not_found"] == states(added)
        assert ["archived", "new", None, "ext", None, None] == [line.login for line in added]
        assert [False, True, False, True, False, False] == [line.changed for line in added]
        assert [None, Channel.EMAIL, None, None, None, None] == [line.channel for line in added]
        assert "n***@partner.example" == added[1].to
        partners = company.partners
        assert [
            MemberInvited(group=partners, channel="email"),
            MemberAdded(group=partners),
        ] == company.since(moment)
        assert ["archived", INVITED, "not_found", "already_member", "not_found", "not_found"] == states(
            company.invite(*people)
        )
        removed = company.remove(*people)
        assert ["not_member", LEFT, "not_found", LEFT, "not_found", "not_found"] == states(removed)

    def test_nobody_at_all(self, company: Company) -> None:
        """Given nobody named, nothing is written and nothing answered."""
        before = company.stored()
        assert ((), (), ()) == (company.join(), company.invite(), company.remove())
        assert before == company.stored()

    @pytest.mark.parametrize("change", ENTERING)
    def test_people_from_outside(self, change: Any) -> None:
        """Given a group of employees, nobody from outside is put into it until it is switched, and employees are."""
        company = Company(open_=False)
        people = (company.outsider().sub_account, company.waiter(), company.employee().sub_account)
        asking = change(actor=company.admin, group=company.partners, people=people)
        assert ["employees_only", "employees_only"] == states(company.handle(asking))[:2]
        assert company.mine(people[2]).membership.state in {ACTIVE, INVITED}
        company.handle(
            SwitchExternal(actor=company.admin, group=company.partners, allows_external=True, accepting=frozenset(Loud))
        )
        assert not [line for line in company.handle(asking)[:2] if line.why]

    def test_once_more(self, company: Company) -> None:
        """Given a member, to add it again gives it the window that is said, and what is so already is not said again."""
        ext = company.outsider().sub_account
        window = Window(until=company.clock() + timedelta(days=30))
        assert [True, True, False, True] == [
            company.join(ext, window=each)[0].changed for each in (Window(), window, window, Window())
        ]
        assert [Window(), window, Window()] == [what.window for what in company.happened(MemberAdded)]
        assert Window() == company.mine(ext).membership.window

    @pytest.mark.parametrize("change", ENTERING)
    def test_a_retired_group(self, company: Company, change: Any) -> None:
        """Given a retired group, nobody is put into it, and whoever is in it can be taken out."""
        ext = company.outsider().sub_account
        company.join(ext)
        company.handle(RetireGroup(actor=company.admin, group=company.partners))
        refusal = company.refused(change(actor=company.admin, group=company.partners, people=(ext,)))
        assert isinstance(refusal, WrongState)
        assert ("group", "retired", change.action.value) == (refusal.what, refusal.state, refusal.action)
        assert [LEFT] == states(company.remove(ext))

    @pytest.mark.parametrize("change", ENTERING)
    def test_a_window_that_is_over(self, company: Company, change: Any) -> None:
        """Given a window that has passed, nobody is put into the group for it."""
        ext = company.outsider().sub_account
        asking = change(
            actor=company.admin, group=company.partners, people=(ext,), window=Window(until=company.clock())
        )
        refusal = company.refused(asking)
        assert isinstance(refusal, InvalidValue)
        assert ("until", "past") == (refusal.field, refusal.problem)

    def test_another_ring(self, company: Company) -> None:
        """Given another key ring than the organization's, nothing is done to anybody, and nobody listed."""
        ext = company.outsider().sub_account
        company.keys = KeyRing.in_memory(b"another ring of thirty-two bytes")
        company.subs = company.facade()
        for command in (
            AddMembers(actor=company.admin, group=company.partners, people=(ext,)),
            InviteMembers(actor=company.admin, group=company.partners, people=(ext,)),
            RemoveMembers(actor=company.admin, group=company.partners, people=(ext,)),
            ListMembers(actor=company.admin, group=company.partners),
            ReadMemberships(actor=company.admin, sub_account=ext),
        ):
            with pytest.raises(KeyRingFailed):
                company.handle(command)


class TestReach:
    """Roles over accounts and departments reach the people there, and learn nothing of the others."""

    def test_each_by_itself(self, company: Company) -> None:
        """Given a role over a department, its people and those below are put into the group; others are out of reach,
        alike whether they are there."""
        top = department(company, "Top")
        below, elsewhere = department(company, "Below", top), department(company, "Elsewhere")
        hers, lower = (
            company.employee(login, departments={where}).sub_account for login, where in (("a", top), ("b", below))
        )
        other = company.employee("c", departments={elsewhere}).sub_account
        nobody = SubAccountId(organization=company.id, value="nobody")
        actor = HostUser.administrator("lead", of=top)
        adding = AddMembers(actor=actor, group=company.partners, people=(hers, other, lower, nobody))
        lines = company.handle(adding)
        assert [ACTIVE, "not_allowed", ACTIVE, "not_allowed"] == states(lines)
        assert [None, None] == [lines[1].login, lines[3].login]
        company.join(other)
        listed = company.handle(ListMembers(actor=actor, group=company.partners)).members
        assert [hers, lower] == [each.sub_account.id for each in listed]
        removing = RemoveMembers(actor=actor, group=company.partners, people=(hers, other))
        assert [LEFT, "not_allowed"] == states(company.handle(removing))

    def test_over_an_account(self, company: Company) -> None:
        """Given a role over one of two accounts, the people under the other are out of reach, and it is no error."""
        second = company.open("shop-2")
        here, there = company.employee().sub_account, company.employee("other", account=second).sub_account
        actor = HostUser.administrator("lead", of=second.id)
        asking = InviteMembers(actor=actor, group=company.partners, people=(here, there))
        assert ["not_allowed", INVITED] == states(company.handle(asking))

    def test_two_roles(self, company: Company) -> None:
        """Given a role over an account and one over a department, they add up."""
        second, sales = company.open("shop-2"), department(company, "Sales")
        here = company.employee(departments={sales}).sub_account
        there = company.employee("other", account=second).sub_account
        grants = {Grant(role=Role.ADMINISTRATOR, scope=scope) for scope in (second.id, sales)}
        actor = HostUser(id="both", grants=frozenset(grants))
        lines = company.handle(AddMembers(actor=actor, group=company.partners, people=(here, there)))
        assert [ACTIVE, ACTIVE] == states(lines)

    def test_a_moderator_lists_and_sees(self, company: Company) -> None:
        """Given a moderator, it lists the members and reads a person's memberships, and changes neither."""
        ext = company.outsider().sub_account
        company.join(ext)
        actor = HostUser.moderator("aide", of=company.id)
        listed = company.handle(ListMembers(actor=actor, group=company.partners)).members
        assert [ext] == [each.sub_account.id for each in listed]
        assert company.mine(ext) == company.handle(ReadMemberships(actor=actor, sub_account=ext))[0]
        for change in (AddMembers, InviteMembers, RemoveMembers):
            refusal = company.refused(change(actor=actor, group=company.partners, people=(ext,)))
            assert isinstance(refusal, NotAllowed)

    def test_a_role_that_is_lost_meanwhile(self, company: Company) -> None:
        """Given a department that is moved out of reach before the commit, its person is not put into the group."""
        top = department(company, "Top")
        below = department(company, "Below", top)
        hers = company.employee(departments={below}).sub_account
        moving = MoveDepartment(actor=company.admin, department=below, parent=None)
        company.meanwhile(lambda: company.handle(moving))
        actor = HostUser.administrator("lead", of=top)
        lines = company.handle(AddMembers(actor=actor, group=company.partners, people=(hers,)))
        assert ["not_allowed"] == states(lines)


class TestMeanwhile:
    """Whatever changes before the commit is decided on anew."""

    @pytest.mark.parametrize("change", ENTERING)
    @pytest.mark.parametrize(
        ("act", "why"),
        [
            (lambda s, who: ArchivePerson(actor=s.admin, sub_account=who), "archived"),
            (lambda s, who: DeletePerson(actor=s.admin, sub_account=who), "not_found"),
            (lambda s, _: SwitchExternal(actor=s.admin, group=s.partners, allows_external=False), "employees_only"),
        ],
    )
    def test_not_any_more(self, company: Company, change: Any, act: Callable[..., Any], why: str) -> None:
        """Given a person or a group that changes meanwhile, the line says what is so by then."""
        ext = company.outsider().sub_account
        company.meanwhile(lambda: company.handle(act(company, ext)))
        lines = company.handle(change(actor=company.admin, group=company.partners, people=(ext,)))
        assert [why] == states(lines)
        assert not company.repository.members_page(company.partners, after=None, limit=9)

    def test_two_who_add(self, company: Company) -> None:
        """Given two who add a person at once, there is one membership, and the second finds it."""
        ext = company.outsider().sub_account
        company.meanwhile(lambda: company.join(ext))
        assert [False] == [line.changed for line in company.join(ext)]
        assert [MemberAdded(group=company.partners)] == company.gathered()[-1:]
        assert 1 == len(company.repository.members_page(company.partners, after=None, limit=9))

    def test_removed_while_it_accepts(self, company: Company) -> None:
        """Given an invitation that is taken back meanwhile, nobody accepts it."""
        subject = company.outsider()
        company.invite(subject.sub_account)
        company.meanwhile(lambda: company.remove(subject.sub_account))
        with pytest.raises(WrongState):
            company.accept(subject)
        assert LEFT is company.mine(subject.sub_account).membership.state

    @pytest.mark.parametrize(
        "act",
        [
            lambda s, who: ResetPassword(actor=s.admin, sub_account=who),
            lambda s, _: CloseAccount(actor=s.admin, account=s.account.id),
        ],
    )
    def test_signed_out_meanwhile(self, company: Company, act: Callable[..., Any]) -> None:
        """Given a sign-in that ends meanwhile, nothing is accepted by it, nor declined, nor left."""
        subject = company.outsider()
        company.invite(subject.sub_account)
        company.meanwhile(lambda: company.handle(act(company, subject.sub_account)))
        with pytest.raises(NotAllowed):
            company.accept(subject)
        assert INVITED is company.mine(subject.sub_account).membership.state

    def test_a_group_that_closes_while_somebody_accepts(self, company: Company) -> None:
        """Given a group that is retired meanwhile, nobody comes into it."""
        subject = company.outsider()
        company.invite(subject.sub_account)
        company.meanwhile(lambda: company.handle(RetireGroup(actor=company.admin, group=company.partners)))
        with pytest.raises(WrongState):
            company.accept(subject)

    def test_a_person_that_changes_between_two_looks(self, company: Company) -> None:
        """Given a person that changes between the look at it and at its memberships, what is answered is of one moment."""
        subject, real = company.outsider(), company.repository.viewer_facts
        company.join(subject.sub_account)
        person, fields = subject.sub_account, {"kind": "employee"}
        acts = [EditPerson(actor=company.admin, sub_account=person, fields=fields, kind_previewed=True)]
        company.handle(SwitchExternal(actor=company.admin, group=company.partners, allows_external=False))

        def late(people: Any, /) -> Any:
            while acts:
                company.facade().handle(acts.pop())
            return real(people)

        company.repository.viewer_facts = late  # type: ignore[method-assign]  # somebody else, in between
        company.subs = company.facade()
        assert None is company.mine(subject.sub_account).apart

    def test_a_person_that_is_gone_between_two_looks(self, company: Company) -> None:
        """Given a person that is there at the first look and not at the second, all is looked at anew, and refused."""
        subject = company.outsider()
        asked = list[Any]()

        def lost(people: Any, /) -> tuple[()]:
            asked.append(people)
            return ()

        company.repository.viewer_facts = lost  # type: ignore[method-assign]  # storage that lost it
        company.subs = company.facade()
        for command in (
            ReadMemberships(actor=company.admin, sub_account=subject.sub_account),
            LeaveGroup(subject=subject, group=company.partners),
        ):
            refusal = company.refused(command)
            assert "busy" == refusal.code
        assert 2 * MOST_TRIES == len(asked)


class TestLists:
    """Who is in a group, and whether it counts at the moment."""

    def crowd(self, company: Company, number: int) -> tuple[SubAccountId, ...]:
        """Add so many people who wait."""
        people = tuple(NewPerson(login=f"p{n:03}", fields={"kind": "external"}) for n in range(number))
        answers = company.handle(AddPeople(actor=company.admin, account=company.account.id, people=people))
        return tuple(answer.sub_account.id for answer in answers if answer.sub_account)

    def test_in_pages(self, company: Company) -> None:
        """Given members, they are listed in the order of their ids, and the last page leads nowhere."""
        people = self.crowd(company, 5)
        company.join(*people)
        found: list[SubAccountId] = []
        after, rounds = None, 0
        while rounds == 0 or after is not None:
            page = company.handle(ListMembers(actor=company.admin, group=company.partners, after=after, limit=2))
            found += [member.sub_account.id for member in page.members]
            after, rounds = page.after, rounds + 1
        assert (sorted(people, key=lambda each: each.value), 3) == (found, rounds)
        whole = company.handle(ListMembers(actor=company.admin, group=company.partners, limit=5))
        assert (5, None) == (len(whole.members), whole.after)

    def test_what_is_not_shown_leaves_a_page_shorter(self, company: Company) -> None:
        """Given people who left or were deleted, a page that would hold them only is empty and leads on."""
        people = sorted(self.crowd(company, 3), key=lambda each: each.value)
        company.join(*people)
        company.remove(people[0])
        company.handle(DeletePerson(actor=company.admin, sub_account=people[1]))
        pages = []
        after = None
        for _ in people:
            page = company.handle(ListMembers(actor=company.admin, group=company.partners, after=after, limit=1))
            pages.append([member.sub_account.id for member in page.members])
            after = page.after
        assert ([[], [], [people[2]]], None) == (pages, after)
        everybody = frozenset(MembershipState)
        assert [people[0], people[2]] == [each.sub_account.id for each in company.members(states=everybody)]

    def test_what_counts(self, company: Company) -> None:
        """Given memberships of every sort, the list says of each why it does not count at the moment, with no job run."""
        now = company.clock()
        day = timedelta(days=1)
        inside, later, over, guest = (company.outsider(login).sub_account for login in ("a", "b", "c", "d"))
        company.join(inside)
        company.join(later, window=Window(since=now + 2 * day))
        company.join(over, window=Window(until=now + day))
        company.invite(guest, window=Window(until=now + day))
        told: dict[int, dict[SubAccountId, tuple[Apart | None, bool]]] = {}
        for days in (0, 1, 2):
            told[days] = {each.sub_account.id: (each.apart, each.over) for each in company.members()}
            company.wait(days=1)
        never, begins = (None, False), ((Apart.NOT_YET, False), (Apart.NOT_YET, False), (None, False))
        assert [never] * 3 == [told[days][inside] for days in told]
        assert list(begins) == [told[days][later] for days in told]
        assert [(None, False), (Apart.OVER, True), (Apart.OVER, True)] == [told[days][over] for days in told]
        assert [(Apart.INVITED, False), (Apart.INVITED, True), (Apart.INVITED, True)] == [
            told[days][guest] for days in told
        ]

    def test_of_a_group_that_shuts(self, company: Company) -> None:
        """Given a group that is switched or retired, its list says so of each."""
        ext, emp = company.outsider().sub_account, company.employee().sub_account
        company.join(ext, emp)
        company.handle(SwitchExternal(actor=company.admin, group=company.partners, allows_external=False))
        assert [Apart.EMPLOYEES_ONLY, None] == [each.apart for each in company.members()]
        company.handle(RetireGroup(actor=company.admin, group=company.partners))
        assert [Apart.RETIRED, Apart.RETIRED] == [each.apart for each in company.members()]

    def test_of_a_person(self, company: Company) -> None:
        """Given a person in several groups, it and its administrator read them all, and what became of each."""
        friends = company.make("Friends", allows_external=True).id
        subject = company.outsider()
        who = subject.sub_account
        company.invite(who)
        company.join(who, group=friends)
        company.handle(LeaveGroup(subject=subject, group=friends))
        mine = company.handle(ReadMemberships(actor=SignedIn(subject=subject), sub_account=who))
        assert [(company.partners, INVITED), (friends, LEFT)] == [
            (each.group.id, each.membership.state) for each in mine
        ]
        assert mine == company.handle(ReadMemberships(actor=company.admin, sub_account=who))
        other = company.outsider("other")
        asking = ReadMemberships(actor=SignedIn(subject=other), sub_account=who)
        assert isinstance(company.refused(asking), NotAllowed)


class TestLife:
    """What becomes of a person leaves its memberships as they are."""

    def test_archived_and_restored(self, company: Company) -> None:
        """Given a member that is archived, it sees nothing and stays on the list; restored, it is a member again."""
        who = company.outsider().sub_account
        company.join(who)
        moment = len(company.events())
        company.handle(ArchivePerson(actor=company.admin, sub_account=who))
        assert not company.viewer(who).living
        assert [(who, ACTIVE)] == [(each.sub_account.id, each.membership.state) for each in company.members()]
        company.handle(RestorePerson(actor=company.admin, sub_account=who))
        assert {company.partners} == company.viewer(who).groups
        assert [] == company.gathered(moment)

    def test_deleted(self, company: Company) -> None:
        """Given a member that is deleted, its row stays, and nobody is shown it."""
        who = company.outsider().sub_account
        company.join(who)
        company.handle(DeletePerson(actor=company.admin, sub_account=who))
        (row,) = company.repository.members_page(company.partners, after=None, limit=9)
        assert (who, ACTIVE, False) == (row.person, row.state, company.viewer(who).living)
        assert () == company.members()
        refusal = company.refused(ReadMemberships(actor=company.admin, sub_account=who))
        assert isinstance(refusal, NotFound)

    def test_another_kind(self, company: Company) -> None:
        """Given an employee who becomes somebody from outside, its membership of a group of employees counts no more."""
        company.handle(SwitchExternal(actor=company.admin, group=company.partners, allows_external=False))
        who = company.employee().sub_account
        company.join(who)
        company.handle(
            EditPerson(actor=company.admin, sub_account=who, fields={"kind": "external"}, kind_previewed=True)
        )
        assert Apart.EMPLOYEES_ONLY is company.mine(who).apart


class TestCosts:
    """A thousand people cost as many reads as one."""

    @pytest.mark.parametrize("narrow", [False, True])
    def test_reads(self, company: Company, narrow: bool) -> None:
        """Given a thousand people and then one, every change of memberships asks the same handful of questions."""
        sales = department(company, "Sales")
        shops = department(company, "Shops", sales)
        people = tuple(
            NewPerson(login=f"p{n:04}", fields={"kind": "external", "departments": {shops}}) for n in range(1000)
        )
        answers = company.handle(AddPeople(actor=company.admin, account=company.account.id, people=people))
        ids = tuple(answer.sub_account.id for answer in answers if answer.sub_account)
        actor = HostUser.administrator("lead", of=sales) if narrow else company.admin
        counted: dict[str, list[list[str]]] = {}
        for few in (ids, ids[:1]):
            for change in (InviteMembers, AddMembers, RemoveMembers):
                asked = watched(company)
                company.handle(change(actor=actor, group=company.partners, people=few))
                counted.setdefault(change.__name__, []).append(asked)
        tree = ["lineage", "catalog_entries"] if narrow else []
        expected = ["organization", "groups", "viewer_facts", *tree, "commit"]
        assert [[expected, expected]] * 3 == list(counted.values())


def test_a_person_who_left_is_asked_back(company: Company) -> None:
    """Given somebody who left, or declined, or was removed, it is invited or added again like anybody else."""
    subject = company.outsider()
    who = subject.sub_account
    company.join(who)
    company.handle(LeaveGroup(subject=subject, group=company.partners))
    company.invite(who)
    company.handle(DeclineInvitation(subject=subject, group=company.partners))
    company.invite(who)
    company.accept(subject)
    company.remove(who)
    assert [ACTIVE] == states(company.join(who))
    assert [MemberLeft(group=company.partners)] == company.happened(MemberLeft)
    assert [MemberRemoved(group=company.partners)] == company.happened(MemberRemoved)


def test_nobody_is_told_of_being_added(company: Company) -> None:
    """Given an organization that tells nobody by itself, who is invited is told all the same, and who is added is not."""
    company.join(company.outsider().sub_account)
    assert 0 == company.waiting_invitations()
    company.join(company.waiter())
    assert 1 == company.waiting_invitations()
