"""Departments, job profiles, permission types: made, renamed, moved, retired, listed."""

from __future__ import annotations

from typing import Any

import pytest

from subaccounts import (
    CatalogEntry,
    CreateOrganization,
    DepartmentId,
    HostUser,
    JobProfileId,
    ListCatalog,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    MoveDepartment,
    OrganizationId,
    RenameCatalogEntry,
    RetireCatalogEntry,
    Ungrouped,
)
from subaccounts.domain.events import CatalogEntryMade, CatalogEntryRenamed, CatalogEntryRetired, DepartmentMoved
from subaccounts.errors import CycleRefused, FieldRefused, InvalidValue, NameTaken, NotFound, TooMany, WrongState
from tests.commands.shop import SETUP, Shop

KINDS = {"job_profile": MakeJobProfile, "permission_type": MakePermissionType, "department": MakeDepartment}
OTHER = OrganizationId(value="other")


def department(shop: Shop, name: str, parent: DepartmentId | None = None) -> DepartmentId:
    made = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name, parent=parent)).id
    assert isinstance(made, DepartmentId)
    return made


def move(shop: Shop, which: DepartmentId, parent: DepartmentId | None) -> MoveDepartment:
    return MoveDepartment(actor=shop.admin, department=which, parent=parent)


def entry(shop: Shop, id: Any) -> CatalogEntry:  # noqa: A002 - what it is
    (found,) = shop.repository.catalog_entries((id,))
    return found


@pytest.mark.parametrize("kind", KINDS)
class TestEveryKind:
    """What departments, job profiles and permission types have in common."""

    def make(self, shop: Shop, kind: str, name: str) -> Any:
        """Return the command that makes one."""
        return KINDS[kind](actor=shop.admin, organization=shop.id, name=name)

    def test_one_is_made(self, shop: Shop, kind: str) -> None:
        """Given a name, an entry is made, stored and told, its name cleaned."""
        made = shop.handle(self.make(shop, kind, "  Front   desk "))
        assert (kind, "Front desk", None, 1) == (made.id.kind, made.name, made.retired_at, made.version)
        assert made == entry(shop, made.id)
        assert [CatalogEntryMade(entry=made.id, name="Front desk")] == shop.happened(CatalogEntryMade)

    def test_a_name_is_held_once(self, shop: Shop, kind: str) -> None:
        """Given a name that another has, in any case, it is refused; retired, it is free again."""
        made = shop.handle(self.make(shop, kind, "Sales"))
        other = shop.handle(self.make(shop, kind, "Stock"))
        for command in (
            self.make(shop, kind, "SALES"),
            RenameCatalogEntry(actor=shop.admin, entry=other.id, name="sales"),
        ):
            assert isinstance(shop.refused(command), NameTaken)
        shop.handle(RetireCatalogEntry(actor=shop.admin, entry=made.id))
        assert [CatalogEntryRetired(entry=made.id)] == shop.happened(CatalogEntryRetired)
        shop.handle(self.make(shop, kind, "sales"))

    def test_one_is_renamed(self, shop: Shop, kind: str) -> None:
        """Given another name, or the own one in another case, who has the entry keeps it."""
        made = shop.handle(self.make(shop, kind, "Sales"))
        renamed = shop.handle(RenameCatalogEntry(actor=shop.admin, entry=made.id, name="SALES"))
        assert (made.id, "SALES", 2) == (renamed.id, renamed.name, renamed.version)
        assert [CatalogEntryRenamed(entry=made.id, before="Sales", after="SALES")] == shop.happened(CatalogEntryRenamed)
        stored = shop.stored()
        assert renamed == shop.handle(RenameCatalogEntry(actor=shop.admin, entry=made.id, name="SALES"))
        assert stored == shop.stored()

    def test_what_is_retired_is_left_alone(self, shop: Shop, kind: str) -> None:
        """Given a retired entry, it is neither renamed nor retired again, and still listed."""
        made = shop.handle(self.make(shop, kind, "Sales"))
        retired = shop.handle(RetireCatalogEntry(actor=shop.admin, entry=made.id))
        assert shop.clock() == retired.retired_at
        for command in (
            RenameCatalogEntry(actor=shop.admin, entry=made.id, name="New"),
            RetireCatalogEntry(actor=shop.admin, entry=made.id),
        ):
            assert isinstance(shop.refused(command), WrongState)
        assert (retired,) == shop.handle(ListCatalog(actor=shop.admin, organization=shop.id, kind=kind))

    @pytest.mark.parametrize(("name", "problem"), [("", "empty"), ("a" * 201, "too_long"), ("a\x00", "control")])
    def test_what_is_no_name(self, shop: Shop, kind: str, name: str, problem: str) -> None:
        """A name is a text of 1 to 200 characters that can be shown."""
        refusal = shop.refused(self.make(shop, kind, name))
        assert isinstance(refusal, InvalidValue)
        assert ("name", problem) == (refusal.field, refusal.problem)

    def test_pages(self, shop: Shop, kind: str) -> None:
        """Pages of one kind meet, and hold nothing of another kind."""
        made = [shop.handle(self.make(shop, kind, name)) for name in ("a", "b", "c")]
        for other in KINDS:
            if other != kind:
                shop.handle(self.make(shop, other, "x"))
        found: list[CatalogEntry] = []
        while page := shop.handle(
            ListCatalog(
                actor=shop.admin,
                organization=shop.id,
                kind=kind,
                limit=2,
                after=found[-1].id if found else None,
            )
        ):
            found += page
        assert made == found

    def test_not_in_an_organization_that_is_not_there(self, shop: Shop, kind: str) -> None:
        """Given no such organization, nothing is made in it."""
        for actor in (SETUP, HostUser.administrator("boss", of=OTHER)):
            refusal = shop.refused(KINDS[kind](actor=actor, organization=OTHER, name="x"))
            assert isinstance(refusal, NotFound)
            assert "organization" == refusal.what


class TestTheTree:
    """Departments form a tree without circles."""

    def test_a_department_moves_with_what_is_below(self, shop: Shop) -> None:
        """Given a new parent, a department goes there, what is below stays below, and a role above reaches it."""
        sales, stock = department(shop, "sales"), department(shop, "stock")
        tills = department(shop, "tills", sales)
        desk = department(shop, "desk", tills)
        shop.handle(move(shop, tills, stock))
        assert {stock, tills, desk} == shop.repository.lineage({desk})
        assert [DepartmentMoved(entry=tills, before=sales, after=stock)] == shop.happened(DepartmentMoved)
        shop.handle(move(shop, tills, None))
        assert None is entry(shop, tills).parent

    def test_the_top_is_no_meeting_place(self, shop: Shop) -> None:
        """Who makes a tree deeper meets at the organization; who makes or moves something at its top meets nobody there."""
        before = shop.repository.organization(shop.id)
        top = department(shop, "top")
        assert before == shop.repository.organization(shop.id)
        below = department(shop, "below", top)
        deeper = shop.repository.organization(shop.id)
        assert before != deeper
        shop.handle(MoveDepartment(actor=shop.admin, department=below, parent=None))
        assert deeper == shop.repository.organization(shop.id)

    def test_no_circle(self, shop: Shop) -> None:
        """A department does not come to lie below itself."""
        top = department(shop, "top")
        middle = department(shop, "middle", top)
        low = department(shop, "low", middle)
        for parent in (top, middle, low):
            assert isinstance(shop.refused(move(shop, top, parent)), CycleRefused)

    def test_no_tree_deeper_than_thirty_two(self, shop: Shop) -> None:
        """A tree has at most 32 levels, whether it grows or is moved."""
        way = [department(shop, "1")]
        for n in range(2, 33):
            way.append(department(shop, str(n), way[-1]))
        assert isinstance(
            shop.refused(MakeDepartment(actor=shop.admin, organization=shop.id, name="33", parent=way[-1])), TooMany
        )
        pair = department(shop, "pair")
        department(shop, "below", pair)
        assert isinstance(shop.refused(move(shop, pair, way[30])), TooMany)
        shop.handle(move(shop, pair, way[29]))

    def test_a_department_that_stays_where_it_is(self, shop: Shop) -> None:
        """Given a move to where a department is, nothing is written and nothing happened."""
        above = department(shop, "above")
        below = department(shop, "below", above)
        before = shop.stored()
        assert above == shop.handle(move(shop, below, above)).parent
        assert before == shop.stored()

    def test_names_are_unique_below_one_parent(self, shop: Shop) -> None:
        """Given two parents, each has a department of the same name, and one cannot move beside the other."""
        sales, stock = department(shop, "sales"), department(shop, "stock")
        mine = department(shop, "tills", sales)
        department(shop, "tills", stock)
        refusal = shop.refused(move(shop, mine, stock))
        assert isinstance(refusal, NameTaken)
        assert "name" == refusal.field

    def test_nothing_goes_below_the_retired(self, shop: Shop) -> None:
        """Given a retired department, nothing new is made or moved below it."""
        sales, stock = department(shop, "sales"), department(shop, "stock")
        shop.handle(RetireCatalogEntry(actor=shop.admin, entry=sales))
        for command in (
            MakeDepartment(actor=shop.admin, organization=shop.id, name="x", parent=sales),
            move(shop, stock, sales),
        ):
            refusal = shop.refused(command)
            assert isinstance(refusal, FieldRefused)
            assert "retired" == refusal.why
        assert isinstance(shop.refused(move(shop, sales, stock)), WrongState)

    def test_what_is_not_there(self, shop: Shop) -> None:
        """A department or parent that does not exist, or is another organization's, is refused alike."""
        shop.handle(CreateOrganization(actor=SETUP, id=OTHER, name="Other", ungrouped=Ungrouped.EVERYBODY))
        boss = HostUser.administrator("boss", of=OTHER)
        foreign = shop.handle(MakeDepartment(actor=boss, organization=OTHER, name="x")).id
        unknown = DepartmentId(organization=shop.id, value="unknown")
        sales = department(shop, "sales")
        assert isinstance(foreign, DepartmentId)
        for command in (
            move(shop, unknown, None),
            move(shop, sales, unknown),
            move(shop, sales, foreign),
            MakeDepartment(actor=shop.admin, organization=shop.id, name="x", parent=unknown),
            MakeDepartment(actor=shop.admin, organization=shop.id, name="x", parent=foreign),
            RenameCatalogEntry(actor=shop.admin, entry=unknown, name="x"),
            RetireCatalogEntry(actor=shop.admin, entry=JobProfileId(organization=shop.id, value="unknown")),
        ):
            assert isinstance(shop.refused(command), NotFound)

    @pytest.mark.parametrize(
        ("query", "code"),
        [({"kind": "people"}, "not_found"), ({"limit": 0}, "too_many"), ({"limit": 1001}, "too_many")],
    )
    def test_what_is_not_listed(self, shop: Shop, query: dict[str, Any], code: str) -> None:
        """There are three kinds, in pages of one to a thousand."""
        command = ListCatalog(**{"actor": shop.admin, "organization": shop.id, "kind": "department", **query})
        assert code == shop.refused(command).code
