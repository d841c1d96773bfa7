"""Repositories that break the clauses of `Organizations`, `Catalogs` and `Accounts`, R1 to R7."""

from __future__ import annotations

from collections.abc import Collection

from attrs import evolve

from ...domain.account import Account
from ...domain.catalog import CatalogEntry
from ...domain.ids import AccountId, CatalogId, DepartmentId, OrganizationId
from ...domain.organization import Organization
from ...domain.queries import LARGEST_PAGE
from ...domain.sub_account import AccountFacts
from .broken import BrokenRepository
from .saboteur import breaks


@breaks("R1")
class AnswersTheOnlyTenant(BrokenRepository):
    """Answers the one organization there is to whoever asks: it was written when there was one customer."""

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        others = self.others(id)
        return self.inner.organization(id) or (self.inner.organization(others[0]) if len(others) == 1 else None)


@breaks(
    "R1",
    also={
        "C3": "that a put leaves the next version is seen by reading every kind of record, organizations too",
        "storage": "everybody reads the latest commit, and every organization whole, by this very read",
    },
)
class RemembersAnOrganization(BrokenRepository):
    """Caches an organization for good."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: dict[OrganizationId, Organization] = {}

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        found = self.inner.organization(id)
        return self.cache.setdefault(id, found) if found else None


@breaks("R2")
class CutsLongQuestions(BrokenRepository):
    """Asks for the first 999 ids, which is what its database takes as parameters, and forgets the rest."""

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        return self.inner.catalog_entries(tuple(ids)[:999])


@breaks("R2", also={"storage": "retired entries are among those that are read back whole"})
class HidesTheRetired(BrokenRepository):
    """Leaves out retired entries."""

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        return tuple(entry for entry in self.inner.catalog_entries(ids) if entry.retired_at is None)


@breaks("R3")
class OrdersByName(BrokenRepository):
    """Orders a page by what people read."""

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        page = self.inner.catalog_page(organization, kind=kind, after=after, limit=limit)
        return tuple(sorted(page, key=lambda entry: entry.name))


@breaks("R4")
class ForgetsTheGivenOnes(BrokenRepository):
    """Answers what is above, without the departments themselves."""

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return self.inner.lineage(departments) - set(departments)


@breaks("R5")
class LooksOneLevelDown(BrokenRepository):
    """Answers children and no grandchildren."""

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        below = self.inner.offspring(departments)
        entries = self.inner.catalog_entries(below)
        near = {entry.id for entry in entries if entry.parent in departments or entry.id in departments}
        return frozenset(department for department in below if department in near)


@breaks("R6")
class JoinsTheFirstOrganization(BrokenRepository):
    """Joins accounts to organizations without asking whose they are."""

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        found = self.inner.account(id)
        first = self.inner.organization(self.journal[0].organization) if self.journal else None
        return evolve(found, organization=first) if found and first else found


@breaks("R6")
class KeepsACopyOfTheOrganization(BrokenRepository):
    """Copies the organization into each of its accounts, and shows the copy when the organization has changed."""

    def __init__(self) -> None:
        super().__init__()
        self.copies: dict[AccountId, Organization] = {}

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        found = self.inner.account(id)
        return evolve(found, organization=self.copies.setdefault(id, found.organization)) if found else None


@breaks("R7")
class PagesAccountsByOffset(BrokenRepository):
    """Takes the cursor for something that has to exist."""

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        rows = self.inner.accounts_page(organization, after=None, limit=LARGEST_PAGE)
        values = [row.id.value for row in rows]
        start = values.index(after) + 1 if after in values else 0
        return rows[start : start + limit]
