"""Previews: who would gain and who would lose, before anything is done, page by page in a bounded number of questions."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ArchivePerson,
    Audience,
    Command,
    DeletePerson,
    DepartmentId,
    EditPerson,
    HostUser,
    Kind,
    Loud,
    MakeDepartment,
    MemberCursor,
    PeopleCursor,
    PreviewGroup,
    PreviewMembership,
    PreviewPage,
    PreviewPerson,
    PreviewResource,
    RemoveResources,
    ResourceCursor,
    ResourceId,
    SubAccountId,
    Ungrouped,
)
from subaccounts.commands import crowd_previews, preview_pages
from subaccounts.domain.membership import MembershipState
from subaccounts.domain.widening import QUIET
from subaccounts.errors import FieldRefused, InvalidValue, NotAllowed, NotFound, TooMany
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.commands.foreseen import counting, gained, lost, people, walked
from tests.commands.shop import Shop
from tests.commands.shown import EVERYTHING, OUTSIDE, application, course, group, put, stored, to

EXTERNALS = frozenset({Loud.TO_EXTERNALS})


@pytest.fixture
def shop() -> Shop:
    """Return a shop that shows nobody what names nobody."""
    return Shop(ungrouped=Ungrouped.NOBODY)


class TestResource:
    """Who gains and loses by a resource that is made, changed or removed."""

    def asking(self, shop: Shop, **said: Any) -> PreviewResource:
        """Return the preview of a course that becomes what is said."""
        return PreviewResource(actor=shop.admin, becomes=course(shop, **said))

    def test_a_new_resource(self, shop: Shop) -> None:
        """What nobody put yet is gained by whoever would see it, and loud where it is."""
        anna, boris = people(shop, 2)
        sales = group(shop, 1, anna, allows_external=True)
        page = shop.handle(self.asking(shop, audience=to(sales)))
        assert (tuple(gained((anna, course(shop).id))), None) == (page.differences, page.after)
        assert {Loud.TO_EXTERNALS} == page.loud
        assert boris not in {each.person for each in page.differences}

    def test_changed(self, shop: Shop) -> None:
        """From one group to another: who is in one gains, who is in the other loses, who is in both is not told of."""
        anna, boris, carla = people(shop, 3)
        before, then = group(shop, 1, anna, boris), group(shop, 2, boris, carla)
        put(shop, course(shop, audience=to(before)))
        differences, pages = walked(shop, self.asking(shop, audience=to(then)))
        assert [*lost((anna, course(shop).id)), *gained((carla, course(shop).id))] == differences
        assert [QUIET] == [page.loud for page in pages]

    def test_as_it_is(self, shop: Shop) -> None:
        """A draft that is what is stored changes nothing for anybody."""
        anna, _ = people(shop, 2)
        put(shop, course(shop, audience=to(group(shop, 1, anna))))
        page = shop.handle(self.asking(shop, audience=to(g.group_id(1, of=shop.id))))
        assert ((), QUIET, None) == (page.differences, page.loud, page.after)

    def test_removed(self, shop: Shop) -> None:
        """By an id alone it is asked what removing would do; of what is removed already nobody loses anything."""
        anna, _ = people(shop, 2)
        put(shop, course(shop, audience=to(group(shop, 1, anna))))
        asked = PreviewResource(actor=shop.admin, becomes=course(shop).id)
        page = shop.handle(asked)
        assert (tuple(lost((anna, course(shop).id))), QUIET) == (page.differences, page.loud)
        shop.handle(RemoveResources(actor=shop.admin, organization=shop.id, resources=(course(shop).id,)))
        assert () == shop.handle(asked).differences
        assert [anna] == [
            each.person for each in shop.handle(self.asking(shop, audience=to(g.group_id(1, of=shop.id)))).differences
        ]

    def test_it_is_what_putting_warns_of(self) -> None:
        """What the preview calls loud is what the change has to accept."""
        shop = Shop(ungrouped=Ungrouped.EVERYBODY)
        for draft in (
            course(shop),
            course(shop, hidden_from_external=True),
            course(shop, application=application(shop)),
        ):
            loud = shop.handle(PreviewResource(actor=shop.admin, becomes=draft)).loud
            for missing in loud:
                (line,) = put(shop, draft, accepting=loud - {missing})
                assert (missing.value,) == getattr(line.refusal, "loud", None)
            (line,) = put(shop, draft, accepting=loud)
            assert line.refusal is None
            shop.handle(RemoveResources(actor=shop.admin, organization=shop.id, resources=(draft.id,)))

    def test_page_by_page(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """However short the pages and what is read at once, everybody is told of once, in the order of logins."""
        monkeypatch.setattr(preview_pages, "READ_AT_ONCE", 3)
        everybody = people(shop, 11)
        before = group(shop, 1, *everybody[:8])
        then = group(shop, 2, *everybody[4:])
        put(shop, course(shop, audience=to(before)))
        resource = course(shop).id
        expected = [
            *lost(*((each, resource) for each in everybody[:4])),
            *gained(*((e, resource) for e in everybody[8:])),
        ]
        asked = self.asking(shop, audience=to(then))
        for limit in (1, 2, 3, 7, 50):
            assert expected == walked(shop, evolve(asked, limit=limit))[0]
        first = shop.handle(evolve(asked, limit=2))
        assert PeopleCursor(login_key="anna-01", id=everybody[1].value) == first.after

    @pytest.mark.parametrize(
        ("at_once", "limit", "sizes"),
        [(1, 1, [1, 1, 1, 0]), (2, 2, [2, 1]), (9, 2, [2, 1]), (9, 3, [3]), (9, 4, [3])],
    )
    def test_a_page_that_is_full(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch, at_once: int, limit: int, sizes: list[int]
    ) -> None:
        """Where a page is full nothing more is asked for it, and after the last one there is none where that was seen."""
        monkeypatch.setattr(preview_pages, "READ_AT_ONCE", at_once)
        put(shop, course(shop, audience=to(group(shop, 1, *people(shop, 3)))))
        counted = counting(shop)
        _, pages = walked(shop, PreviewResource(actor=shop.admin, becomes=course(shop).id, limit=limit))
        assert (sizes, len(sizes)) == ([len(page.differences) for page in pages], counted["viewers_page"])

    def test_a_bounded_number_of_questions(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where nobody gains or loses for long, a page ends empty after ten rounds, and the next goes on from there."""
        monkeypatch.setattr(preview_pages, "READ_AT_ONCE", 1)
        everybody = people(shop, 25)
        sales, extra = group(shop, 1, *everybody[:-1]), group(shop, 2, everybody[-1])
        put(shop, course(shop, audience=to(sales)))
        asked, counted = self.asking(shop, audience=to(sales, extra)), counting(shop)
        differences, pages = walked(shop, asked)
        assert gained((everybody[-1], course(shop).id)) == differences
        assert [0, 0] == [len(page.differences) for page in pages[:2]]
        assert 2 * 10 * len(pages) >= counted["viewers_page"]

    def test_what_cannot_be_put(self, shop: Shop) -> None:
        """It raises what a line would be refused with."""
        unknown = shop.refused(self.asking(shop, audience=to(g.group_id(9, of=shop.id))))
        assert isinstance(unknown, FieldRefused)
        assert ("groups", "unknown") == (unknown.field, unknown.why)
        assert isinstance(shop.refused(self.asking(shop, name="")), InvalidValue)
        missing = shop.refused(PreviewResource(actor=shop.admin, becomes=course(shop, 9).id))
        assert isinstance(missing, NotFound)


class TestPerson:
    """What a person gains and loses with another kind, archived or back, or in other departments."""

    def asking(self, shop: Shop, person: SubAccountId, **said: Any) -> PreviewPerson:
        """Return the preview of a person."""
        return PreviewPerson(actor=shop.admin, person=person, type="course", **said)

    def test_another_kind(self, shop: Shop) -> None:
        """An employee who becomes external loses what is hidden and what no group opens, and keeps the rest."""
        (anna,) = people(shop, 1)
        partners = group(shop, 1, anna, allows_external=True)
        mine = to(partners)
        put(
            shop,
            course(shop, 1, audience=mine),
            course(shop, 2, audience=mine, hidden_from_external=True),
            course(shop, 3, audience=mine, application=application(shop)),
            evolve(course(shop, 4, audience=mine, hidden_from_external=True), id=ResourceId.of(shop.id, "test", "4")),
        )
        page = shop.handle(self.asking(shop, anna, kind=Kind.EXTERNAL))
        assert tuple(lost((anna, course(shop, 2).id), (anna, course(shop, 3).id))) == page.differences
        assert (QUIET, None) == (page.loud, page.after)
        assert () == shop.handle(self.asking(shop, anna, kind=Kind.EMPLOYEE)).differences

    def test_archived_and_back(self, shop: Shop) -> None:
        """Who is archived loses everything, and restored has it again."""
        (anna,) = people(shop, 1)
        put(shop, course(shop, audience=to(group(shop, 1, anna))))
        assert tuple(lost((anna, course(shop).id))) == shop.handle(self.asking(shop, anna, archived=True)).differences
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        assert (
            tuple(gained((anna, course(shop).id))) == shop.handle(self.asking(shop, anna, archived=False)).differences
        )

    def test_other_departments(self, shop: Shop) -> None:
        """Who is moved gains what is shown to the departments it is moved to and above, and loses that of the others."""
        stored(shop, a.department(1, of=shop.id), a.department(2, of=shop.id, under=1), a.department(3, of=shop.id))
        above, below, other = (a.department_id(each, of=shop.id) for each in (1, 2, 3))
        (anna,) = people(shop, 1, departments={other})
        shown = [Audience(departments=frozenset({each})) for each in (above, below, other)]
        put(shop, *(course(shop, number, audience=each) for number, each in enumerate(shown, 1)))
        page = shop.handle(self.asking(shop, anna, departments=frozenset({below})))
        assert [(1, True), (2, True), (3, False)] == [
            (int(each.resource.value.rpartition("/")[2]), each.gains) for each in page.differences
        ]
        none = shop.handle(self.asking(shop, anna, departments=frozenset()))
        assert tuple(lost((anna, course(shop, 3).id))) == none.differences

    def test_departments_that_nobody_is_put_in(self, shop: Shop) -> None:
        """Unknown, of another organization, retired, or too many; one that the person is in already stays, retired or not."""
        stored(shop, a.department(1, of=shop.id))
        retired = a.department_id(1, of=shop.id)
        (anna,) = people(shop, 1, departments={retired})
        stored(shop, a.department(1, of=shop.id, version=1, retired_at=shop.clock()))
        stored(shop, a.department(2, of=shop.id, retired_at=shop.clock()))
        for departments, why in (
            ({a.department_id(9, of=shop.id)}, "unknown"),
            ({a.department_id(1, of=a.THEIRS)}, "unknown"),
            ({a.department_id(2, of=shop.id)}, "retired"),
            ({a.department_id(each, of=shop.id) for each in range(10, 110)}, "unknown"),
            ({a.department_id(each, of=shop.id) for each in range(101)}, "too_many"),
        ):
            refused = shop.refused(self.asking(shop, anna, departments=frozenset(departments)))
            assert isinstance(refused, FieldRefused)
            assert ("departments", why) == (refused.field, refused.why)
        assert () == shop.handle(self.asking(shop, anna, departments=frozenset({retired}))).differences

    def test_page_by_page(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """However short the pages, everything is told once, in the order of names."""
        monkeypatch.setattr(preview_pages, "READ_AT_ONCE", 2)
        (anna,) = people(shop, 1)
        mine = to(group(shop, 1, anna))
        put(shop, *(course(shop, number, name=f"Course {number:02}", audience=mine) for number in range(7)))
        expected = lost(*((anna, course(shop, number).id) for number in range(7)))
        for limit in (1, 3, 50):
            assert expected == walked(shop, evolve(self.asking(shop, anna, archived=True), limit=limit))[0]
        first = shop.handle(evolve(self.asking(shop, anna, archived=True), limit=3))
        assert ResourceCursor(name_key="course 02", id="course/2") == first.after

    def test_a_long_page(self, shop: Shop) -> None:
        """As many are told of on one page as it can hold, however many a page has by itself."""
        (anna,) = people(shop, 1)
        mine = to(group(shop, 1, anna))
        put(shop, *(course(shop, number, name=f"Course {number:02}", audience=mine) for number in range(51)))
        page = shop.handle(evolve(self.asking(shop, anna, archived=True), limit=51))
        assert ([*lost(*((anna, course(shop, number).id) for number in range(51)))], None) == (
            list(page.differences),
            page.after,
        )

    def test_nobody(self, shop: Shop) -> None:
        """Unknown and deleted people are not there; a type that is none is refused by name."""
        (anna,) = people(shop, 1)
        assert isinstance(shop.refused(evolve(self.asking(shop, anna), type="?")), InvalidValue)
        shop.handle(DeletePerson(actor=shop.admin, sub_account=anna))
        for who in (anna, a.sub_account_id(9, of=shop.id)):
            assert isinstance(shop.refused(self.asking(shop, who)), NotFound)


class TestMembership:
    """What a person gains and loses by a group it is added to or taken out of."""

    def asking(self, shop: Shop, person: SubAccountId, number: int = 1, **said: Any) -> PreviewMembership:
        """Return the preview of a membership."""
        group_id = g.group_id(number, of=shop.id)
        return PreviewMembership(
            actor=shop.admin, person=person, group=group_id, type="course", **{"member": True, **said}
        )

    def test_added_and_taken_out(self, shop: Shop) -> None:
        """What is shown to the group alone is gained and lost with it; what is shown to another too is not told of."""
        anna, boris = people(shop, 2)
        sales, trade = group(shop, 1, anna), group(shop, 2, anna, boris)
        put(shop, course(shop, 1, audience=to(sales)), course(shop, 2, audience=to(sales, trade)))
        assert tuple(gained((boris, course(shop, 1).id))) == shop.handle(self.asking(shop, boris)).differences
        out = shop.handle(self.asking(shop, anna, member=False))
        assert (tuple(lost((anna, course(shop, 1).id))), QUIET, None) == (out.differences, out.loud, out.after)
        assert () == shop.handle(self.asking(shop, anna)).differences
        assert () == shop.handle(self.asking(shop, boris, member=False)).differences

    def test_somebody_from_outside(self, shop: Shop) -> None:
        """By a group that takes nobody from outside somebody from outside gains nothing; by one that does, it does."""
        vera = shop.add("vera", fields=OUTSIDE).sub_account.id
        for number, allows in ((1, False), (2, True)):
            each = group(shop, number, allows_external=allows)
            put(shop, course(shop, number, audience=to(each)))
        assert () == shop.handle(self.asking(shop, vera, 1)).differences
        assert tuple(gained((vera, course(shop, 2).id))) == shop.handle(self.asking(shop, vera, 2)).differences

    def test_what_is_not_there(self, shop: Shop) -> None:
        """An unknown group, and one of another organization, are told alike, whether that one is there or not."""
        (anna,) = people(shop, 1)
        stored(shop, a.organization(a.THEIRS), g.group(2, of=a.THEIRS), of=a.THEIRS)
        theirs = [g.group_id(number, of=a.THEIRS) for number in (1, 2)]
        for each in (g.group_id(of=shop.id), *theirs):
            refused = shop.refused(evolve(self.asking(shop, anna), group=each))
            assert isinstance(refused, NotFound)
            assert "group" == refused.what


class TestGroup:
    """What the members of a group gain and lose if the group is otherwise."""

    def asking(self, shop: Shop, **said: Any) -> PreviewGroup:
        """Return the preview of the first group."""
        return PreviewGroup(actor=shop.admin, group=g.group_id(1, of=shop.id), type="course", **said)

    def test_people_from_outside(self, shop: Shop) -> None:
        """Let in, its external members gain what it is shown, loudly; kept out, they lose it, and employees nothing."""
        anna = shop.add("anna").sub_account.id
        vera = shop.add("vera", fields=OUTSIDE).sub_account.id
        sales = group(shop, 1, anna, vera)
        put(shop, course(shop, audience=to(sales)))
        opened = shop.handle(self.asking(shop, allows_external=True))
        assert (tuple(gained((vera, course(shop).id))), EXTERNALS) == (opened.differences, opened.loud)
        stored(shop, evolve(sales, allows_external=True))
        closed = shop.handle(self.asking(shop, allows_external=False))
        assert (tuple(lost((vera, course(shop).id))), QUIET) == (closed.differences, closed.loud)
        as_it_is = shop.handle(self.asking(shop))
        assert ((), QUIET, None) == (as_it_is.differences, as_it_is.loud, as_it_is.after)

    def test_applications(self, shop: Shop) -> None:
        """An application more opens what is inside it to external members, loudly, and one less closes it."""
        anna = shop.add("anna").sub_account.id
        vera = shop.add("vera", fields=OUTSIDE).sub_account.id
        school = frozenset({application(shop)})
        partners = group(shop, 1, anna, vera, allows_external=True)
        put(shop, course(shop, audience=to(partners), application=application(shop)))
        more = shop.handle(self.asking(shop, applications=school))
        assert (tuple(gained((vera, course(shop).id))), EXTERNALS) == (more.differences, more.loud)
        stored(shop, evolve(partners, applications=school))
        less = shop.handle(self.asking(shop, applications=frozenset()))
        assert (tuple(lost((vera, course(shop).id))), QUIET) == (less.differences, less.loud)

    def test_retired(self, shop: Shop) -> None:
        """What is shown to the group alone is then shown to none of its members, in the order of their ids."""
        everybody = sorted(people(shop, 3), key=lambda each: each.value)
        put(shop, course(shop, audience=to(group(shop, 1, *everybody))))
        page = shop.handle(self.asking(shop, retired=True))
        assert (tuple(lost(*((each, course(shop).id) for each in everybody))), QUIET) == (page.differences, page.loud)

    def test_page_by_page(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """However short the pages and what is read at once, each member and resource is told of once, in order."""
        monkeypatch.setattr(preview_pages, "READ_AT_ONCE", 2)
        monkeypatch.setattr(crowd_previews, "AT_ONCE", 2)
        everybody = sorted(people(shop, 5), key=lambda each: each.value)
        sales = group(shop, 1, *everybody)
        left = shop.add("left").sub_account.id
        stored(shop, g.membership(9, group=sales.id, person=left, of=shop.id, state=MembershipState.LEFT))
        put(shop, *(course(shop, number, audience=to(sales)) for number in range(1, 4)))
        expected = lost(*((each, course(shop, number).id) for each in everybody for number in range(1, 4)))
        for limit in (1, 2, 4, 50):
            assert expected == walked(shop, evolve(self.asking(shop, retired=True), limit=limit))[0]
        first = shop.handle(evolve(self.asking(shop, retired=True), limit=2))
        inside = ResourceCursor(name_key="course 2", id="course/2")
        assert MemberCursor(person=everybody[0].value, resource=inside) == first.after

    def test_whom_it_makes_no_difference_to(self, shop: Shop) -> None:
        """Of members who see the same either way no resource is read, however many there are; a page is bounded all the same."""
        group(shop, 1, *people(shop, 25))
        counted = counting(shop)
        differences, pages = walked(shop, self.asking(shop, allows_external=True))
        assert ([], [None]) == (differences, [page.after for page in pages])
        assert (0, 3, 3) == (counted["resources_page"], counted["members_page"], counted["viewer_facts"])

    def test_a_bounded_number_of_questions(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """After ten rounds a page ends, full or not, and the next goes on behind the members that were looked at."""
        monkeypatch.setattr(crowd_previews, "AT_ONCE", 1)
        everybody = sorted(people(shop, 11), key=lambda each: each.value)
        group(shop, 1, *everybody)
        page = shop.handle(self.asking(shop, retired=True))
        assert ((), MemberCursor(person=everybody[9].value)) == (page.differences, page.after)
        last = shop.handle(evolve(self.asking(shop, retired=True), after=page.after))
        assert ((), None) == (last.differences, last.after)

    def test_behind_who_was_looked_at(self, shop: Shop) -> None:
        """A cursor at a member whom everything was told of goes on with the next one."""
        everybody = sorted(people(shop, 3), key=lambda each: each.value)
        put(shop, course(shop, audience=to(group(shop, 1, *everybody))))
        behind = MemberCursor(person=everybody[0].value)
        page = shop.handle(evolve(self.asking(shop, retired=True), after=behind))
        assert tuple(lost(*((each, course(shop).id) for each in everybody[1:]))) == page.differences

    def test_nobody_in_it(self, shop: Shop) -> None:
        """A group without members changes nothing for anybody, and can be loud: the next member would see it."""
        group(shop)
        page = shop.handle(self.asking(shop, allows_external=True))
        assert ((), EXTERNALS, None) == (page.differences, page.loud, page.after)

    def test_a_cursor_of_nobody(self, shop: Shop) -> None:
        """A cursor at somebody who is not a member, or not there, shows nothing of that person."""
        anna, boris = sorted(people(shop, 2), key=lambda each: each.value)
        put(shop, course(shop, audience=to(group(shop, 1, boris))))
        inside = ResourceCursor(name_key="", id="course/0")
        for who in (anna.value, "0"):
            asked = evolve(self.asking(shop, retired=True), after=MemberCursor(person=who, resource=inside))
            assert {boris} >= {each.person for each in shop.handle(asked).differences}

    def test_what_is_not_there(self, shop: Shop) -> None:
        """An unknown group; an application of another organization; more applications than a group can have."""
        assert isinstance(shop.refused(self.asking(shop)), NotFound)
        group(shop)
        foreign = shop.refused(self.asking(shop, applications=frozenset({g.application_id(of=a.THEIRS)})))
        assert isinstance(foreign, NotFound)
        assert "application" == foreign.what
        many = frozenset(g.application_id(number, of=shop.id) for number in range(1001))
        refused = shop.refused(self.asking(shop, applications=many))
        assert isinstance(refused, TooMany)
        assert ("applications", 1000) == (refused.what, refused.limit)
        shop.handle(self.asking(shop, applications=frozenset(list(many)[:1000])))


@pytest.mark.parametrize("limit", [0, 1001])
def test_a_page_holds_one_to_the_largest(shop: Shop, limit: int) -> None:
    """Like every page."""
    (anna,) = people(shop, 1)
    group_id = group(shop).id
    asked: list[tuple[str, Command[Any]]] = [
        ("people", PreviewResource(actor=shop.admin, becomes=course(shop), limit=limit)),
        ("resources", PreviewPerson(actor=shop.admin, person=anna, type="course", limit=limit)),
        ("differences", PreviewGroup(actor=shop.admin, group=group_id, type="course", limit=limit)),
    ]
    for what, command in asked:
        refused = shop.refused(command)
        assert isinstance(refused, TooMany)
        assert (what, 1000) == (refused.what, refused.limit)
        shop.handle(evolve(command, limit=1000))  # type: ignore[misc]  # every command is attrs


def test_a_role_over_departments_previews_its_people(shop: Shop) -> None:
    """An administrator of a department previews the people in it, and neither others nor groups and resources."""
    sales = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")).id
    anna = shop.add("anna", fields={"departments": {sales}}).sub_account.id
    boris = shop.add("boris").sub_account.id
    chief = HostUser.administrator("chief", of=sales)  # type: ignore[arg-type]  # a department
    shop.handle(PreviewPerson(actor=chief, person=anna, type="course", archived=True))
    for command in (
        PreviewPerson(actor=chief, person=boris, type="course"),
        PreviewGroup(actor=chief, group=group(shop).id, type="course"),
        PreviewResource(actor=chief, becomes=course(shop)),
    ):
        assert isinstance(shop.refused(command), NotAllowed)


def test_a_role_over_departments_previews_the_moves_it_can_make(shop: Shop) -> None:
    """What departments out of its reach are shown, an administrator of a department does not learn by moving its people
    there in thought: what is refused when it is done is refused when it is previewed."""
    sales, board = (
        shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name)).department
        for name in ("Sales", "Board")
    )
    east = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="East", parent=sales)).department
    anna = shop.add("anna", fields={"departments": {sales}}).sub_account.id
    put(shop, *(course(shop, each.value, audience=Audience(departments=frozenset({each}))) for each in (east, board)))
    chief = HostUser.administrator("chief", of=sales)
    for members, allowed in (({sales, board}, False), ({board}, False), (set[DepartmentId](), False), ({east}, True)):
        asking = PreviewPerson(actor=chief, person=anna, type="course", departments=frozenset(members))
        edit = EditPerson(actor=chief, sub_account=anna, fields={"departments": members})
        if allowed:
            assert tuple(gained((anna, course(shop, east.value).id))) == shop.handle(asking).differences
            shop.handle(edit)
            continue
        for refused in map(shop.refused, (asking, edit)):
            assert isinstance(refused, FieldRefused)
            assert ("departments", "not_supplied_by_you") == (refused.field, refused.why)


def test_nothing_is_written(shop: Shop) -> None:
    """A preview of anything leaves everything as it was."""
    (anna,) = people(shop, 1)
    sales = group(shop, 1, anna)
    put(shop, course(shop, audience=to(sales)), accepting=EVERYTHING)
    before = shop.stored()
    commands: tuple[Command[PreviewPage[Any]], ...] = (
        PreviewResource(actor=shop.admin, becomes=course(shop)),
        PreviewResource(actor=shop.admin, becomes=course(shop).id),
        PreviewPerson(actor=shop.admin, person=anna, type="course", archived=True),
        PreviewMembership(actor=shop.admin, person=anna, group=sales.id, type="course", member=False),
        PreviewGroup(actor=shop.admin, group=sales.id, type="course", retired=True),
    )
    for command in commands:
        assert shop.handle(command).differences
        assert before == shop.stored()
