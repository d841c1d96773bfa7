"""The contract of the port `Catalogs`."""

from __future__ import annotations

from typing import Final

from ...domain.catalog import DEEPEST_TREE, CatalogEntry
from ...domain.ids import CatalogId, OrganizationId
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import specimens
from ..clock import NOON
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored, walk

MANY: Final = 3000
"""Ids in one question, more than databases take parameters by default: an administrator pastes a thousand lines."""


def tree(*, of: OrganizationId = a.OURS) -> tuple[CatalogEntry, ...]:
    """Return departments: 1 above 2 and 3, 2 above 4, 4 above 5; 6 alone, and retired 7 under 3."""
    above: dict[int, int | None] = {1: None, 2: 1, 3: 1, 4: 2, 5: 4, 6: None}
    shape = tuple(a.department(number, of=of, under=under) for number, under in above.items())
    return (*shape, a.department(7, of=of, under=3, retired_at=NOON))


def deepest() -> tuple[CatalogEntry, ...]:
    """Return departments in one line, as deep as a tree can be: 1 on top, each above the next."""
    return tuple(a.department(number, under=number - 1 or None) for number in range(1, DEEPEST_TREE + 2))


class CatalogsContract(StorageContract):
    """Prove the clauses of `Catalogs`; needs its four reads and `commit`."""

    @clause("R2")
    async def test_r2_existing_entries_are_answered_in_order(self) -> None:
        """Of the asked entries the existing ones are answered, retired ones too, by kind and then by value."""
        repository = await self.opened()
        retired = a.department(2, retired_at=NOON)
        entries = (a.permission_type(1), a.job_profile(9), a.job_profile(3), a.department(5), retired)
        await store(repository, a.organization(), *entries, a.department(6))
        missing = (a.department_id(77), a.job_profile_id(5), a.permission_type_id(9))
        asked: tuple[CatalogId, ...] = (*missing, *(entry.id for entry in entries))
        expected = tuple(stored(entry) for entry in sorted(entries, key=lambda entry: (entry.id.kind, entry.id.value)))
        expect_equal(expected, await repository.catalog_entries(asked), "the entries")
        expect_equal(expected, await repository.catalog_entries(frozenset(asked)), "the entries asked for as a set")

    @clause("R2")
    async def test_r2_nothing_and_much_can_be_asked(self) -> None:
        """Asking for nothing answers nothing, and thousands of ids are one question."""
        repository = await self.opened()
        await store(repository, a.organization(), a.department(1), a.department(MANY))
        expect_equal((), await repository.catalog_entries(()), "the entries of no id")
        asked = tuple(a.department_id(number) for number in range(1, MANY + 1))
        expected = (stored(a.department(1)), stored(a.department(MANY)))
        expect_equal(expected, await repository.catalog_entries(asked), f"what exists of {MANY} asked")

    @clause("R2")
    async def test_r2_from_another_organization(self) -> None:
        """Ids of another organization find its own entries and none of ours, though the values are the same."""
        repository = await self.opened()
        await store(
            repository, a.organization(), a.organization(a.THEIRS), a.department(1, name="Ours"), a.department(2)
        )
        theirs: tuple[CatalogId, ...] = (a.department_id(1, of=a.THEIRS), a.department_id(2, of=a.THEIRS))
        expect_equal((), await repository.catalog_entries(theirs), "their entries, when only ours exist")
        their_own = a.department(1, of=a.THEIRS, name="Theirs")
        await store(repository, their_own)
        expect_equal((stored(their_own),), await repository.catalog_entries(theirs), "their entries")

    @clause("R3")
    async def test_r3_pages_of_one_kind_in_order(self) -> None:
        """Pages hold one kind, ordered by value, each beginning after the value given, none longer than its limit."""
        repository = await self.opened()
        profiles = tuple(a.job_profile(number, name=f"Job {99 - number}") for number in (12, 3, 7, 1, 5))
        retired = a.job_profile(6, retired_at=NOON)
        await store(repository, a.organization(), *profiles, retired, a.department(4), a.permission_type(2))
        expected = [stored(entry) for entry in sorted((*profiles, retired), key=lambda entry: entry.id.value)]
        for limit in (1, 2, 3, 6, 7):
            expect_equal(expected, await _catalog(repository, "job_profile", limit), f"job profiles by {limit}")
        page = await repository.catalog_page(a.OURS, kind="job_profile", after=a.value(4), limit=2)
        expect_equal(tuple(expected[2:4]), page, "the page after a value that does not exist")

    @clause("R3")
    async def test_r3_from_another_organization(self) -> None:
        """A page of another organization shows only its own entries."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS), a.department(1), a.department(2))
        page = await repository.catalog_page(a.THEIRS, kind="department", after=None, limit=9)
        expect_equal((), page, "their page, when only we have departments")
        theirs = a.department(2, of=a.THEIRS, name="Theirs")
        await store(repository, theirs)
        page = await repository.catalog_page(a.THEIRS, kind="department", after=None, limit=9)
        expect_equal((stored(theirs),), page, "their page")

    @clause("R4")
    async def test_r4_lineage_is_everything_above(self) -> None:
        """A department's lineage is itself and all above it; what does not exist has none."""
        repository = await self.opened()
        await store(repository, a.organization(), *tree())
        for asked, expected in {
            (5,): {5, 4, 2, 1},
            (1,): {1},
            (7,): {7, 3, 1},
            (4, 3): {4, 2, 3, 1},
            (6, 8): {6},
        }.items():
            found = await repository.lineage([a.department_id(number) for number in asked])
            expect_equal(frozenset(a.department_id(number) for number in expected), found, f"the lineage of {asked}")
        expect_equal(frozenset(), await repository.lineage(()), "the lineage of nothing")

    @clause("R4")
    async def test_r4_the_deepest_tree(self) -> None:
        """The lineage in the deepest tree there can be is complete."""
        repository = await self.opened()
        await store(repository, a.organization(), *deepest())
        everything = frozenset(entry.id for entry in deepest())
        expect_equal(everything, await repository.lineage([a.department_id(DEEPEST_TREE + 1)]), "from the bottom up")

    @clause("R4")
    async def test_r4_from_another_organization(self) -> None:
        """The lineage of another organization's department follows its own tree, though the values are ours."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS), *tree())
        theirs = a.department_id(5, of=a.THEIRS)
        expect_equal(frozenset(), await repository.lineage([theirs]), "their lineage, when only we have departments")
        await store(repository, a.department(6, of=a.THEIRS), a.department(5, of=a.THEIRS, under=6))
        expected = frozenset({theirs, a.department_id(6, of=a.THEIRS)})
        expect_equal(expected, await repository.lineage([theirs]), "their lineage")

    @clause("R5")
    async def test_r5_offspring_is_everything_below(self) -> None:
        """A department's offspring is itself and all below it, retired ones too; what does not exist has none."""
        repository = await self.opened()
        await store(repository, a.organization(), *tree())
        for asked, expected in {(1,): {1, 2, 3, 4, 5, 7}, (5,): {5}, (2, 3): {2, 4, 5, 3, 7}, (6, 8): {6}}.items():
            found = await repository.offspring([a.department_id(number) for number in asked])
            expect_equal(frozenset(a.department_id(number) for number in expected), found, f"the offspring of {asked}")
        expect_equal(frozenset(), await repository.offspring(()), "the offspring of nothing")

    @clause("R5")
    async def test_r5_the_deepest_tree(self) -> None:
        """The offspring in the deepest tree there can be is complete."""
        repository = await self.opened()
        await store(repository, a.organization(), *deepest())
        everything = frozenset(entry.id for entry in deepest())
        expect_equal(everything, await repository.offspring([a.department_id(1)]), "from the top down")

    @clause("R5")
    async def test_r5_from_another_organization(self) -> None:
        """The offspring of another organization's department follows its own tree, though the values are ours."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS), *tree())
        theirs = a.department_id(1, of=a.THEIRS)
        expect_equal(
            frozenset(), await repository.offspring([theirs]), "their offspring, when only we have departments"
        )
        await store(repository, a.department(1, of=a.THEIRS), a.department(9, of=a.THEIRS, under=1))
        expected = frozenset({theirs, a.department_id(9, of=a.THEIRS)})
        expect_equal(expected, await repository.offspring([theirs]), "their offspring")

    @clause("storage")
    async def test_storage_keeps_every_catalog_entry_whole(self) -> None:
        """Every field of a catalog entry is read back equal, whatever its letters and moments."""
        repository = await self.opened()
        entries = specimens.catalog_entries()
        await store(repository, a.organization(), *entries)
        found = await repository.catalog_entries([entry.id for entry in entries])
        expected = sorted((stored(entry) for entry in entries), key=lambda entry: (entry.id.kind, entry.id.value))
        expect_equal(tuple(expected), found, "the entries")


async def _catalog(repository: AsyncRepository, kind: str, limit: int) -> list[CatalogEntry]:
    async def page(last: CatalogEntry | None) -> tuple[CatalogEntry, ...]:
        after = last.id.value if last else None
        return await repository.catalog_page(a.OURS, kind=kind, after=after, limit=limit)

    return await walk(page, limit)
