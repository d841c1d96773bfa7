"""Questions about who sees what: one person and one resource with why, all of one person, and what it can open."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AddPeople,
    ArchivePerson,
    Audience,
    Command,
    CountVisible,
    DeletePerson,
    DepartmentId,
    Half,
    HostUser,
    Label,
    ListVisible,
    MakeDepartment,
    MaySee,
    NewPerson,
    OpenableApplications,
    Opening,
    Openings,
    PeopleCursor,
    RenamePerson,
    ResourceId,
    SignedIn,
    SubAccountId,
    Ungrouped,
    VisibleAmong,
    WhoSees,
    Why,
)
from subaccounts.domain.membership import MembershipState, Window
from subaccounts.domain.viewer import Apart
from subaccounts.errors import Busy, InvalidValue, NotAllowed, NotFound, TooMany
from subaccounts.messages import sight_sentences
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.commands.shop import SETUP, Shop
from tests.commands.shown import OUTSIDE, application, course, group, put, stored, to


@pytest.fixture
def shop() -> Shop:
    """Return a shop that shows what names nobody to its employees."""
    return Shop(ungrouped=Ungrouped.EMPLOYEES)


def outsider(shop: Shop, login: str = "vera") -> SubAccountId:
    """Add somebody from outside."""
    return shop.add(login, fields=OUTSIDE).sub_account.id


class TestMaySee:
    """Whether, and why, with what everything is called."""

    def asking(self, shop: Shop, person: SubAccountId, number: int = 1) -> MaySee:
        """Return the question about a course."""
        return MaySee(actor=shop.admin, person=person, resource=course(shop, number).id)

    def test_a_half_that_says_no(self, shop: Shop) -> None:
        """Given somebody in the group of a course, but with nothing that opens its application, the application says no."""
        vera = outsider(shop)
        partners = group(shop, 1, vera, allows_external=True, name="Partners")
        put(shop, course(shop, audience=to(partners), application=application(shop)))
        told = shop.handle(self.asking(shop, vera))
        assert not told.visible
        assert (course(shop).id, "Course 1") == (told.resource, told.name)
        assert [
            (Half.APPLICATION, Why.NOT_OPENED_BY_GROUP, False),
            (Half.AUDIENCE, Why.IN_GROUP, True),
        ] == [(fact.half, fact.why, fact.holds) for fact in told.sight.facts]
        assert (Label(of=partners.id, name="Partners"),) == told.labels

    def test_what_would_open_the_application(self, shop: Shop) -> None:
        """Given somebody whose membership of the group that opens the application is over, the application says which, and
        why; no other group of somebody's is told of."""
        vera = outsider(shop)
        opened = frozenset({application(shop)})
        access = group(shop, 1, allows_external=True, name="Access", applications=opened)
        other = group(shop, 2, allows_external=True, name="Other", applications=frozenset({application(shop, 2)}))
        over = Window(until=shop.clock())
        for number, each in enumerate((access, other), 1):
            stored(shop, g.membership(number, group=each.id, person=vera, of=shop.id, window=over))
        put(shop, course(shop, audience=to(group(shop, 3, vera, allows_external=True)), application=application(shop)))
        told = shop.handle(self.asking(shop, vera))
        opens, _ = told.sight.facts
        assert (False, ((access.id, Apart.OVER),)) == (opens.holds, opens.apart)
        assert 'Your membership of the group "Access" is over.' == sight_sentences(told)[2]

    def test_everything_is_called_by_its_name(self, shop: Shop) -> None:
        """Groups with what keeps the person out of them, departments, job profiles and permission types."""
        vera = outsider(shop)
        sales, invited = group(shop, 1), group(shop, 2, allows_external=True)
        stored(shop, g.membership(9, group=invited.id, person=vera, of=shop.id, state=MembershipState.INVITED))
        entries = [make(1, of=shop.id) for make in (a.department, a.job_profile, a.permission_type)]
        stored(shop, *entries)
        department, job, permission = (entry.id for entry in entries)
        audience = Audience(
            groups=frozenset({sales.id, invited.id}),
            departments=frozenset({department}),  # type: ignore[arg-type]  # made as one
            job_profiles=frozenset({job}),  # type: ignore[arg-type]  # made as one
            permission_types=frozenset({permission}),  # type: ignore[arg-type]  # made as one
        )
        put(shop, course(shop, audience=audience))
        told = shop.handle(self.asking(shop, vera))
        named = [(sales.id, "Group 1"), (invited.id, "Group 2"), *((entry.id, entry.name) for entry in entries)]
        assert dict[object, str](named) == told.names
        (groups,) = [fact for fact in told.sight.facts if fact.why is Why.IN_NO_GROUP]
        assert ((invited.id, Apart.INVITED),) == groups.apart

    def test_who_asks_for_itself_learns_no_names(self, shop: Shop) -> None:
        """Somebody signed in who does not see a thing is told why, but not what the thing is called, nor groups of others."""
        me = shop.claimed("anna")
        mine, others = group(shop, 1, me.sub_account), group(shop, 2)
        sales = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")).id
        selling = frozenset({DepartmentId(organization=shop.id, value=sales.value)})
        put(
            shop,
            course(shop, 1, audience=to(mine)),
            course(shop, 2, audience=to(others)),
            course(shop, 3, audience=evolve(to(mine), departments=selling)),
        )
        itself = SignedIn(subject=me)
        asked = [MaySee(actor=itself, person=me.sub_account, resource=course(shop, each).id) for each in (1, 2, 3)]
        seen, unseen, half = map(shop.handle, asked)
        assert ("Course 1", {mine.id: "Group 1"}) == (seen.name, seen.names)
        assert (course(shop, 2).id.value, {}) == (unseen.name, unseen.names)
        assert {mine.id: "Group 1"} == half.names
        whole = shop.handle(evolve(asked[1], actor=shop.admin))
        assert ("Course 2", {others.id: "Group 2"}, unseen.sight) == (whole.name, whole.names, whole.sight)

    def test_nothing_to_call_by_name(self, shop: Shop) -> None:
        """Where the facts name nothing that has a name here, nothing more is asked."""
        put(shop, course(shop))
        anna = shop.add().sub_account.id
        told = shop.handle(self.asking(shop, anna))
        assert ((), True) == (told.labels, told.visible)

    def test_who_is_archived(self, shop: Shop) -> None:
        """Somebody archived is told of as such; somebody deleted is not there."""
        put(shop, course(shop))
        anna, boris = (shop.add(login).sub_account.id for login in ("anna", "boris"))
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        shop.handle(DeletePerson(actor=shop.admin, sub_account=boris))
        assert [Why.PERSON_GONE] == [fact.why for fact in shop.handle(self.asking(shop, anna)).sight.facts]
        refused = shop.refused(self.asking(shop, boris))
        assert isinstance(refused, NotFound)
        assert "sub_account" == refused.what

    @pytest.mark.parametrize("after", [ArchivePerson, DeletePerson])
    def test_between_the_two_reads(self, shop: Shop, after: type[ArchivePerson | DeletePerson]) -> None:
        """Who asks is allowed and answered as of one moment: what happens between the two reads has both read again."""
        put(shop, course(shop))
        me = shop.claimed()
        read, rival, waiting = shop.repository.viewer_facts, shop.facade(), [me.sub_account]

        def later(people: Any) -> Any:
            if waiting:
                rival.handle(after(actor=shop.admin, sub_account=waiting.pop()))
            return read(people)

        shop.repository.viewer_facts = later  # type: ignore[method-assign]  # somebody else, in between
        shop.subs = shop.facade()
        with pytest.raises(NotAllowed):
            shop.handle(evolve(self.asking(shop, me.sub_account), actor=SignedIn(subject=me)))

    def test_somebody_who_never_stays_the_same(self, shop: Shop) -> None:
        """Where the two reads never agree the answer is busy, and reveals nothing."""
        put(shop, course(shop))
        anna = shop.add().sub_account.id
        shop.repository.viewer_facts = lambda people: ()  # type: ignore[method-assign]  # nobody is found
        shop.subs = shop.facade()
        with pytest.raises(Busy):
            shop.handle(self.asking(shop, anna))

    def test_what_is_not_there(self, shop: Shop) -> None:
        """An unknown resource, and one of another organization, are told alike, whether that one is there or not."""
        anna = shop.add().sub_account.id
        stored(shop, a.organization(a.THEIRS), g.resource(2, of=a.THEIRS), of=a.THEIRS)
        for resource in (course(shop, 7).id, *(g.resource_id(number, of=a.THEIRS) for number in (1, 2))):
            refused = shop.refused(MaySee(actor=shop.admin, person=anna, resource=resource))
            assert isinstance(refused, NotFound)
            assert "resource" == refused.what


class TestWhoAsks:
    """A person asks for itself, staff within their scope, the system for anybody."""

    def questions(self, shop: Shop, actor: Any, person: SubAccountId) -> list[Command[Any]]:
        """Return every question about a person."""
        resource = course(shop).id
        return [
            MaySee(actor=actor, person=person, resource=resource),
            VisibleAmong(actor=actor, person=person, resources=frozenset({resource})),
            ListVisible(actor=actor, person=person, type="course"),
            CountVisible(actor=actor, person=person, type="course"),
            OpenableApplications(actor=actor, person=person),
        ]

    def test_by_itself(self, shop: Shop) -> None:
        """Somebody signed in asks what it sees itself, and nothing of a colleague, known or unknown."""
        put(shop, course(shop))
        me = shop.claimed("anna")
        colleague = shop.add("boris").sub_account.id
        actor = SignedIn(subject=me)
        sight, among, page, count, openings = (
            shop.handle(each) for each in self.questions(shop, actor, me.sub_account)
        )
        assert sight.visible
        assert frozenset({course(shop).id}) == among
        assert (["Course 1"], 1, Openings(every=True)) == (
            [each.name for each in page.resources],
            count.number,
            openings,
        )
        for other in (colleague, a.sub_account_id(9, of=shop.id)):
            assert {NotAllowed} == {type(shop.refused(each)) for each in self.questions(shop, actor, other)}

    def test_by_staff(self, shop: Shop) -> None:
        """A moderator of the person's account asks for it; of the resource, which is the organization's, it does not."""
        put(shop, course(shop))
        anna, elsewhere = shop.add().sub_account.id, shop.open("shop-2")
        mine = HostUser.moderator("max", of=shop.account.id)
        for each in self.questions(shop, mine, anna):
            shop.handle(each)
        other = HostUser.moderator("mia", of=elsewhere.id)
        assert {NotAllowed} == {type(shop.refused(each)) for each in self.questions(shop, other, anna)}
        assert isinstance(shop.refused(WhoSees(actor=mine, resource=course(shop).id)), NotAllowed)
        everywhere = HostUser.moderator("maja", of=shop.id)
        assert ["anna"] == [
            each.login.text for each in shop.handle(WhoSees(actor=everywhere, resource=course(shop).id)).people
        ]

    def test_about_nobody(self, shop: Shop) -> None:
        """Whoever reaches the organization is told that there is no such person."""
        for each in self.questions(shop, SETUP, a.sub_account_id(9, of=shop.id)):
            refused = shop.refused(each)
            assert isinstance(refused, NotFound)
            assert "sub_account" == refused.what


class TestReasons:
    """Beside everything in an answer stands why."""

    def test_of_a_page_and_of_a_count(self, shop: Shop) -> None:
        """Each resource of a page has its facts, and a count what of the person decided it."""
        vera = outsider(shop)
        mine = group(shop, 1, vera, allows_external=True)
        put(shop, course(shop, 1, audience=to(mine)), course(shop, 2))
        page = shop.handle(ListVisible(actor=shop.admin, person=vera, type="course"))
        found = {each.id: sight.facts[-1].why for each, sight in zip(page.resources, page.sights, strict=True)}
        assert Why.IN_GROUP is found[course(shop, 1).id]
        counted = shop.handle(CountVisible(actor=shop.admin, person=vera, type="course"))
        assert (len(found), frozenset({mine.id})) == (counted.number, counted.viewer.groups)

    def test_of_who_sees(self, shop: Shop) -> None:
        """Each person of a page has its facts."""
        vera, anna = outsider(shop), shop.add("anna").sub_account.id
        put(shop, course(shop, audience=to(group(shop, 1, vera, anna, allows_external=True))))
        page = shop.handle(WhoSees(actor=shop.admin, resource=course(shop).id))
        assert {anna, vera} == {each.id for each in page.people}
        assert [True, True] == [sight.visible and not sight.against for sight in page.sights]

    @pytest.mark.parametrize(
        ("limit", "sizes"), [(20, [20, 20, 12]), (50, [50, 2]), (51, [51, 1]), (52, [52]), (53, [52])]
    )
    def test_of_many_who_see(self, shop: Shop, limit: int, sizes: list[int]) -> None:
        """Everybody is on one page, in the order of logins, and no page is shorter than it was asked for but the last."""
        names = [f"p{number:02}" for number in range(52)]
        people = tuple(NewPerson(login=name) for name in names)
        shop.handle(AddPeople(actor=shop.admin, account=shop.account.id, people=people))
        put(shop, course(shop))
        found, asked = list[list[str]](), WhoSees(actor=shop.admin, resource=course(shop).id, limit=limit)
        while not found or asked.after is not None:
            page = shop.handle(asked)
            found.append([each.login.text for each in page.people])
            last = None if page.after is None else page.people[-1]
            assert page.after == (last and PeopleCursor(login_key=last.login.key, id=last.id.value))
            asked = evolve(asked, after=page.after)
        assert (names, sizes) == ([each for one in found for each in one], [len(one) for one in found])

    def test_who_loses_the_sight_meanwhile(self, shop: Shop) -> None:
        """Whoever is archived or gone between the two reads of a page is left out of it, with its reason."""
        put(shop, course(shop))
        anna, boris, carla = (shop.add(login).sub_account.id for login in ("anna", "boris", "carla"))
        read, rival = shop.repository.viewer_facts, shop.facade()

        def later(people: Any) -> Any:
            rival.handle(ArchivePerson(actor=shop.admin, sub_account=boris))
            return tuple(each for each in read(people) if each.sub_account.id != carla)

        shop.repository.viewer_facts = later  # type: ignore[method-assign]  # somebody else, in between
        shop.subs = shop.facade()
        page = shop.handle(WhoSees(actor=shop.admin, resource=course(shop).id))
        assert ([anna], 1) == ([each.id for each in page.people], len(page.sights))

    def test_who_is_renamed_meanwhile(self, shop: Shop) -> None:
        """Whoever is renamed between the two reads of a page stands where the new login does: both are read again."""
        put(shop, course(shop))
        renamed = [shop.add(login).sub_account.id for login in ("anna", "boris")][:1]
        read, rival = shop.repository.viewer_facts, shop.facade()

        def later(people: Any) -> Any:
            if renamed:
                rival.handle(RenamePerson(actor=shop.admin, sub_account=renamed.pop(), login="zoe"))
            return read(people)

        shop.repository.viewer_facts = later  # type: ignore[method-assign]  # somebody else, in between
        shop.subs = shop.facade()
        page = shop.handle(WhoSees(actor=shop.admin, resource=course(shop).id))
        assert ["boris", "zoe"] == [each.login.text for each in page.people]


class TestAmong:
    """Which of what a host found a person sees."""

    def asking(self, shop: Shop, person: SubAccountId, *numbers: int) -> VisibleAmong:
        """Return the question about courses."""
        return VisibleAmong(
            actor=shop.admin, person=person, resources=frozenset(course(shop, number).id for number in numbers)
        )

    def test_those_that_are_seen(self, shop: Shop) -> None:
        """Seen, hidden, and never put: what nobody put is seen by nobody."""
        vera = outsider(shop)
        mine = to(group(shop, 1, vera, allows_external=True))
        put(shop, course(shop, 1, audience=mine), course(shop, 2, audience=mine, hidden_from_external=True))
        assert {course(shop, 1).id} == shop.handle(self.asking(shop, vera, 1, 2, 3))
        assert frozenset() == shop.handle(self.asking(shop, vera))

    def test_of_another_organization(self, shop: Shop) -> None:
        """An id of another organization is a mistake, and no resource that is not seen."""
        asked = evolve(self.asking(shop, outsider(shop)), resources=frozenset({g.resource_id(of=a.THEIRS)}))
        refused = shop.refused(asked)
        assert isinstance(refused, NotFound)
        assert "resource" == refused.what

    def test_how_many(self, shop: Shop) -> None:
        """A thousand at once, and not one more."""
        vera = outsider(shop)
        assert frozenset() == shop.handle(self.asking(shop, vera, *range(1000)))
        refused = shop.refused(self.asking(shop, vera, *range(1001)))
        assert isinstance(refused, TooMany)
        assert ("resources", 1000) == (refused.what, refused.limit)


class TestVisible:
    """Everything of one type that a person sees."""

    def test_pages_and_their_number(self, shop: Shop) -> None:
        """Pages by name, each resource once, of one type and with one beginning; and as many as are counted."""
        anna = shop.add().sub_account.id
        theirs = to(group(shop))
        names = ["Ärzte", "arzt", "Arbeit", "fish"]
        put(shop, *(course(shop, number, name=name) for number, name in enumerate(names)))
        put(
            shop,
            course(shop, 9, name="Archive", audience=theirs),
            evolve(course(shop), id=ResourceId.of(shop.id, "test", "1")),
        )
        asked = ListVisible(actor=shop.admin, person=anna, type="course", limit=3)
        first = shop.handle(asked)
        rest = shop.handle(evolve(asked, after=first.after))
        assert (["Arbeit", "arzt", "fish"], ["Ärzte"], None) == (
            [each.name for each in first.resources],
            [each.name for each in rest.resources],
            rest.after,
        )
        narrowed = shop.handle(evolve(asked, prefix="AR"))
        assert ["Arbeit", "arzt"] == [each.name for each in narrowed.resources]
        counting = CountVisible(actor=shop.admin, person=anna, type="course")
        assert (4, 2) == (shop.handle(counting).number, shop.handle(evolve(counting, prefix="AR")).number)

    @pytest.mark.parametrize("field", ["type", "prefix"])
    def test_what_is_no_question(self, shop: Shop, field: str) -> None:
        """A type or a prefix that is none is refused by name, before anybody is looked at."""
        anna = shop.add().sub_account.id
        said: dict[str, Any] = {"type": "course", field: "\ud800"}
        for kind in (ListVisible, CountVisible):
            refused = shop.refused(kind(actor=shop.admin, person=anna, **said))
            assert isinstance(refused, InvalidValue)
            assert field == refused.field

    @pytest.mark.parametrize("limit", [0, 1001])
    def test_a_page_holds_one_to_the_largest(self, shop: Shop, limit: int) -> None:
        """Like every page."""
        put(shop, course(shop))
        anna = shop.add().sub_account.id
        asked = (
            (ListVisible(actor=shop.admin, person=anna, type="course", limit=limit), "resources"),
            (WhoSees(actor=shop.admin, resource=course(shop).id, limit=limit), "people"),
        )
        for command, what in asked:
            refused = shop.refused(command)
            assert isinstance(refused, TooMany)
            assert (what, 1000) == (refused.what, refused.limit)
            shop.handle(evolve(command, limit=1000))


class TestOpenable:
    """Which applications a person can open, and by which groups."""

    def test_through_groups(self, shop: Shop) -> None:
        """Employees open every one; somebody from outside what its groups open, each named with what it opens."""
        anna, vera = shop.add().sub_account.id, outsider(shop)
        school = frozenset({application(shop)})
        partners = group(shop, 1, anna, vera, allows_external=True, applications=school)
        group(shop, 2, vera, applications=frozenset({application(shop, 2)}))
        asked = OpenableApplications(actor=shop.admin, person=anna)
        assert Openings(every=True) == shop.handle(asked)
        expected = Openings(through=(Opening(application=application(shop), groups=(partners,)),))
        assert expected == shop.handle(evolve(asked, person=vera))
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=vera))
        assert Openings() == shop.handle(evolve(asked, person=vera))
