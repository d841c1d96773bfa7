"""Moving a department in thought: who would gain and who would lose below it, before anything is moved, page by page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ArchivePerson,
    Audience,
    BelowCursor,
    CreateOrganization,
    DeletePerson,
    DepartmentId,
    HostUser,
    MakeDepartment,
    MoveDepartment,
    OrganizationId,
    PeopleCursor,
    PreviewDepartment,
    ResourceCursor,
    ResourceId,
    RetireCatalogEntry,
    SubAccountId,
    Ungrouped,
)
from subaccounts.commands import crowd_previews, preview_pages
from subaccounts.domain.widening import QUIET
from subaccounts.errors import InvalidValue, NotAllowed, TooMany
from tests.commands.foreseen import counting, gained, lost, people, walked
from tests.commands.shop import SETUP, Shop
from tests.commands.shown import OUTSIDE, application, course, group, put

OTHER = OrganizationId(value="other")


class House:
    """Hold a shop with departments by their names: tills below sales, a desk below the tills, and stock beside.

    Course 1 is shown to sales, 2 to the tills, 3 to stock.
    """

    def __init__(self) -> None:
        self.shop = Shop(ungrouped=Ungrouped.NOBODY)
        self.sales, self.stock = self.make("sales"), self.make("stock")
        self.tills = self.make("tills", self.sales)
        self.desk = self.make("desk", self.tills)
        for number, each in enumerate((self.sales, self.tills, self.stock), 1):
            self.show(number, each)

    def make(self, name: str, parent: DepartmentId | None = None) -> DepartmentId:
        """Make a department."""
        making = MakeDepartment(actor=self.shop.admin, organization=self.shop.id, name=name, parent=parent)
        return self.shop.handle(making).department

    def show(self, number: int, department: DepartmentId, **said: Any) -> None:
        """Show a course to a department."""
        put(self.shop, course(self.shop, number, audience=Audience(departments=frozenset({department})), **said))

    def course(self, number: int) -> ResourceId:
        """Return the id of a course."""
        return course(self.shop, number).id

    def add(self, login: str, *departments: DepartmentId, **fields: Any) -> SubAccountId:
        """Add somebody to departments."""
        return self.shop.add(login, fields={"departments": set(departments), **fields}).sub_account.id

    def asking(self, parent: DepartmentId | None, *, department: DepartmentId | None = None) -> PreviewDepartment:
        """Return the preview of the tills, or another department, moved below a parent."""
        department = self.tills if department is None else department
        return PreviewDepartment(actor=self.shop.admin, department=department, parent=parent, type="course")

    def told(self, asked: PreviewDepartment) -> list[tuple[SubAccountId, int, bool]]:
        """Return who gains and loses which course on the one page that there is, of which nothing is loud."""
        page = self.shop.handle(asked)
        assert (QUIET, None) == (page.loud, page.after)
        return [(each.person, int(each.resource.value.rpartition("/")[2]), each.gains) for each in page.differences]


@pytest.fixture
def house() -> House:
    """Return a house that shows nobody what names nobody."""
    return House()


class TestWho:
    """Who gains and who loses."""

    def test_below_another(self, house: House) -> None:
        """What is above the new place is gained, what was above the old one lost, and nobody who is not below is told of."""
        anna = house.add("anna", house.tills)
        house.add("boris", house.sales)
        house.add("carla", house.stock)
        house.add("dora")
        assert [(anna, 1, False), (anna, 3, True)] == house.told(house.asking(house.stock))

    def test_to_the_top(self, house: House) -> None:
        """Nothing is gained at the top, and what was above is lost."""
        anna = house.add("anna", house.tills)
        assert [(anna, 1, False)] == house.told(house.asking(None))

    def test_from_the_top(self, house: House) -> None:
        """Nothing is lost from the top, and whatever is above the new place is gained, however far."""
        anna = house.add("anna", house.stock)
        moving = house.asking(house.tills, department=house.stock)
        assert [(anna, 1, True), (anna, 2, True)] == house.told(moving)

    def test_to_where_it_is(self, house: House) -> None:
        """A department that stays where it is changes nothing for anybody."""
        house.add("anna", house.tills)
        assert [] == house.told(house.asking(house.sales))
        assert [] == house.told(house.asking(None, department=house.sales))

    def test_who_is_further_below(self, house: House) -> None:
        """Everything below moves with it: who is there is told of like who is in it, in the order of logins."""
        zoe, boris = house.add("zoe", house.tills), house.add("boris", house.desk)
        anna = house.add("anna", house.desk, house.tills)
        told = [(who, number, gains) for who in (anna, boris, zoe) for number, gains in ((1, False), (3, True))]
        assert told == house.told(house.asking(house.stock))

    def test_who_is_elsewhere_too(self, house: House) -> None:
        """By another department that does not move somebody keeps what that is shown, and has already what it would gain."""
        house.add("anna", house.tills, house.sales, house.stock)
        boris, carla = house.add("boris", house.tills, house.sales), house.add("carla", house.desk, house.stock)
        dora = house.add("dora", house.desk, house.make("office", house.sales))
        told = [(boris, 3, True), (carla, 1, False), (dora, 3, True)]
        assert told == house.told(house.asking(house.stock))

    def test_who_else_is_asked_for(self, house: House) -> None:
        """Where a group is named beside the department, only who is in the group gains."""
        anna, boris = house.add("anna", house.tills), house.add("boris", house.tills)
        both = Audience(departments=frozenset({house.stock}), groups=frozenset({group(house.shop, 1, boris).id}))
        put(house.shop, course(house.shop, 3, audience=both))
        assert [(anna, 1, False), (boris, 1, False), (boris, 3, True)] == house.told(house.asking(house.stock))

    def test_one_type(self, house: House) -> None:
        """What is of another type is not told of."""
        house.add("anna", house.tills)
        assert [] == house.told(evolve(house.asking(house.stock), type="test"))

    def test_somebody_from_outside(self, house: House) -> None:
        """Somebody from outside gains by a department what is open to it, and neither what is hidden from it nor what is
        inside an application that it cannot open."""
        vera = house.add("vera", house.tills, **OUTSIDE)
        house.show(4, house.stock, hidden_from_external=True)
        house.show(5, house.stock, application=application(house.shop))
        assert [(vera, 1, False), (vera, 3, True)] == house.told(house.asking(house.stock))
        group(house.shop, 1, vera, allows_external=True, applications=frozenset({application(house.shop)}))
        assert [(vera, 1, False), (vera, 3, True), (vera, 5, True)] == house.told(house.asking(house.stock))

    def test_who_sees_nothing(self, house: House) -> None:
        """Who was archived or deleted neither gains nor loses; who still waits for a first sign-in does."""
        waits = house.add("anna", house.tills)
        for login, leaving in (("boris", ArchivePerson), ("carla", DeletePerson)):
            gone = house.add(login, house.tills)
            house.shop.handle(leaving(actor=house.shop.admin, sub_account=gone))
        assert [(waits, 1, False), (waits, 3, True)] == house.told(house.asking(house.stock))

    def test_who_sees_nothing_is_not_read(self, house: House) -> None:
        """However many were archived, they do not stand before who still sees something."""
        for each in people(house.shop, 20, departments={house.tills}):
            house.shop.handle(ArchivePerson(actor=house.shop.admin, sub_account=each))
        zoe, counted = house.add("zoe", house.tills), counting(house.shop)
        assert [(zoe, 1, False)] == house.told(house.asking(None))
        assert (1, 1) == (counted["people_page"], counted["viewer_facts"])


class TestPages:
    """A page is of bounded work, and the next goes on just behind it."""

    def test_page_by_page(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """However short the pages and what is read at once, everybody and everything is told of once, in order."""
        monkeypatch.setattr(preview_pages, "READ_AT_ONCE", 2)
        monkeypatch.setattr(crowd_previews, "AT_ONCE", 2)
        for number in range(4, 7):
            house.show(number, house.stock)
        everybody = people(house.shop, 5, departments={house.tills})
        expected = [
            each
            for who in everybody
            for each in (
                *lost((who, house.course(1))),
                *gained(*((who, house.course(number)) for number in range(3, 7))),
            )
        ]
        for limit in (1, 2, 4, 50):
            assert expected == walked(house.shop, evolve(house.asking(house.stock), limit=limit))[0]
        first = house.shop.handle(evolve(house.asking(house.stock), limit=2))
        inside = ResourceCursor(name_key="course 3", id="course/3")
        assert BelowCursor(person=cursor(everybody[0], 0), resource=inside) == first.after

    def test_more_people_than_are_read_at_once(self, house: House) -> None:
        """One at a time, everybody has a turn, in the order of logins."""
        everybody = people(house.shop, 23, departments={house.desk})
        differences, pages = walked(house.shop, evolve(house.asking(None), limit=1))
        assert lost(*((each, house.course(1)) for each in everybody)) == differences
        assert {1} == {len(page.differences) for page in pages[:23]}

    def test_more_resources_than_are_read_at_once(self, house: House) -> None:
        """Who gains more than is read at once is gone on with where it was left, and as many as ever come behind it."""
        many = range(1000, 1205)
        inside = Audience(departments=frozenset({house.stock}))
        hidden = [course(house.shop, number, audience=inside, hidden_from_external=True) for number in many]
        put(house.shop, *hidden)
        anna, guests = house.add("anna", house.tills), people(house.shop, 11, departments={house.tills}, **OUTSIDE)
        expected = [*lost((anna, house.course(1))), *gained(*((anna, house.course(number)) for number in (*many, 3)))]
        for guest in guests:
            expected += [*lost((guest, house.course(1))), *gained((guest, house.course(3)))]
        for limit in (150, 201, 1000):
            assert expected == walked(house.shop, evolve(house.asking(house.stock), limit=limit))[0]

    def test_whom_it_makes_no_difference_to(self, house: House) -> None:
        """Of people who see the same either way no resource is read; what is above their other departments is asked for."""
        people(house.shop, 12, departments={house.tills})
        house.add("boris", house.tills, house.stock)
        counted = counting(house.shop)
        differences, pages = walked(house.shop, house.asking(house.sales))
        assert ([], [None]) == (differences, [page.after for page in pages])
        assert (0, 2, 2) == (counted["resources_page"], counted["people_page"], counted["viewer_facts"])
        assert 2 == counted["lineage"]

    def test_a_bounded_number_of_questions(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """After ten rounds a page ends, full or not, and the next goes on behind the people that were looked at."""
        monkeypatch.setattr(crowd_previews, "AT_ONCE", 1)
        everybody = people(house.shop, 11, departments={house.tills})
        page = house.shop.handle(house.asking(house.sales))
        assert ((), BelowCursor(person=cursor(everybody[9], 9))) == (page.differences, page.after)
        last = house.shop.handle(evolve(house.asking(house.sales), after=page.after))
        assert ((), None) == (last.differences, last.after)

    def test_nobody_below(self, house: House) -> None:
        """A department that nobody is in changes nothing for anybody."""
        house.add("anna", house.sales)
        assert [] == house.told(house.asking(house.stock))

    def test_a_cursor_of_somebody_else(self, house: House) -> None:
        """A cursor at somebody who is not below, is archived, or not there, shows nothing of that person."""
        anna, boris = house.add("anna-00", house.sales), house.add("anna-01", house.tills)
        carla = house.add("anna-02", house.tills)
        house.shop.handle(ArchivePerson(actor=house.shop.admin, sub_account=boris))
        for who in (anna, boris, SubAccountId(organization=house.shop.id, value="0")):
            halfway = BelowCursor(person=cursor(who, 0), resource=ResourceCursor(name_key="", id="course/0"))
            told = house.told(evolve(house.asking(house.stock), after=halfway))
            assert [(carla, 1, False), (carla, 3, True)] == told

    @pytest.mark.parametrize("limit", [0, 1001])
    def test_one_to_the_largest(self, house: House, limit: int) -> None:
        """Like every page."""
        refused = house.shop.refused(evolve(house.asking(house.stock), limit=limit))
        assert isinstance(refused, TooMany)
        assert ("differences", 1000) == (refused.what, refused.limit)
        for allowed in (1, 1000):
            house.shop.handle(evolve(house.asking(house.stock), limit=allowed))


def cursor(who: SubAccountId, number: int) -> PeopleCursor:
    """Return the cursor at one of many people."""
    return PeopleCursor(login_key=f"anna-{number:02}", id=who.value)


def deep(house: House) -> tuple[DepartmentId, DepartmentId]:
    """Return the tills and a parent with as many levels above it as there can be with it."""
    way = [house.make("1")]
    for number in range(2, 32):
        way.append(house.make(str(number), way[-1]))
    return house.tills, way[-1]


def retired(house: House, which: DepartmentId) -> DepartmentId:
    """Retire a department and return it."""
    house.shop.handle(RetireCatalogEntry(actor=house.shop.admin, entry=which))
    return which


def named_alike(house: House) -> tuple[DepartmentId, DepartmentId]:
    """Return the tills and a parent that has tills already."""
    house.make("TILLS", house.stock)
    return house.tills, house.stock


def theirs(house: House) -> DepartmentId:
    """Return a department of another organization."""
    house.shop.handle(CreateOrganization(actor=SETUP, id=OTHER, name="Other", ungrouped=Ungrouped.EVERYBODY))
    boss = HostUser.administrator("boss", of=OTHER)
    return house.shop.handle(MakeDepartment(actor=boss, organization=OTHER, name="x")).department


def unknown(house: House) -> DepartmentId:
    """Return a department that is not there."""
    return DepartmentId(organization=house.shop.id, value="unknown")


Move = tuple[DepartmentId, DepartmentId | None]
REFUSED: dict[str, tuple[str, Callable[[House], Move]]] = {
    "a department that is not there": ("not_found", lambda h: (unknown(h), None)),
    "a parent that is not there": ("not_found", lambda h: (h.tills, unknown(h))),
    "a parent of another organization": ("not_found", lambda h: (h.tills, theirs(h))),
    "below itself": ("cycle", lambda h: (h.tills, h.tills)),
    "below what is below it": ("cycle", lambda h: (h.sales, h.desk)),
    "beside one that is called so": ("name_taken", named_alike),
    "a retired department": ("wrong_state", lambda h: (retired(h, h.tills), None)),
    "below a retired department": ("field_refused", lambda h: (h.tills, retired(h, h.stock))),
    "deeper than a tree can be": ("too_many", deep),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_moved_is_not_previewed(house: House, case: str) -> None:
    """A move that would be refused is refused when it is previewed, by the same refusal."""
    code, which = REFUSED[case]
    department, parent = which(house)
    previewing = house.asking(parent, department=department)
    moving = MoveDepartment(actor=house.shop.admin, department=department, parent=parent)
    previewed, moved = house.shop.refused(previewing), house.shop.refused(moving)
    assert (code, repr(moved)) == (previewed.code, repr(previewed))


def test_as_deep_as_a_tree_can_be(house: House) -> None:
    """One level higher there is room."""
    department, parent = deep(house)
    (above,) = house.shop.repository.catalog_entries((parent,))
    house.shop.handle(house.asking(above.parent, department=department))


def test_a_type_that_is_none(house: House) -> None:
    """It is refused by name."""
    refused = house.shop.refused(evolve(house.asking(house.stock), type="?"))
    assert isinstance(refused, InvalidValue)
    assert "type" == refused.field


def test_who_does_not_move_does_not_preview(house: House) -> None:
    """An administrator of departments moves none, in deed or in thought, though it reaches both; a moderator neither, and
    nobody what is another organization's."""
    for actor, department, parent in (
        (HostUser.administrator("chief", of=house.tills), house.tills, None),
        (HostUser.administrator("chief", of=house.sales), house.desk, house.sales),
        (HostUser.moderator("guest", of=house.shop.id), house.tills, None),
        (house.shop.admin, theirs(house), None),
    ):
        moving = MoveDepartment(actor=actor, department=department, parent=parent)
        for command in (moving, evolve(house.asking(parent, department=department), actor=actor)):
            assert isinstance(house.shop.refused(command), NotAllowed)


def test_nothing_is_written(house: House) -> None:
    """Everything is as it was, and previewed again it says the same."""
    anna = house.add("anna", house.tills)
    before = house.shop.stored()
    for _ in range(2):
        assert [(anna, 1, False), (anna, 3, True)] == house.told(house.asking(house.stock))
        assert before == house.shop.stored()


def test_moved_it_is_so(house: House) -> None:
    """Once the department is moved there is nothing more to be gained or lost by that, and as much by moving it back."""
    anna = house.add("anna", house.tills)
    house.shop.handle(MoveDepartment(actor=house.shop.admin, department=house.tills, parent=house.stock))
    assert [] == house.told(house.asking(house.stock))
    assert [(anna, 1, True), (anna, 3, False)] == house.told(house.asking(house.sales))
