"""The contract of the port `Organizations`."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from .. import builders as a
from .. import specimens
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored


class OrganizationsContract(StorageContract):
    """Prove the clauses of `Organizations`; needs `organization` and `commit`."""

    @clause("R1")
    async def test_r1_an_organization_is_read_as_last_put(self) -> None:
        """The latest put is what is read, under the version it left."""
        repository = await self.opened()
        first = a.organization()
        await store(repository, first)
        expect_equal(stored(first), await repository.organization(a.OURS), "the organization after its first put")
        renamed = evolve(stored(first), name="Tea & Co")
        await store(repository, renamed)
        expect_equal(stored(renamed), await repository.organization(a.OURS), "the organization after its second put")

    @clause("R1")
    async def test_r1_what_was_never_put_is_none(self) -> None:
        """An organization that does not exist is None, not an error."""
        repository = await self.opened()
        expect_equal(None, await repository.organization(a.OURS), "an organization nobody put")

    @clause("R1")
    async def test_r1_from_another_organization(self) -> None:
        """Asked for another organization, an existing one is not answered, and each has its own values."""
        repository = await self.opened()
        ours, theirs = a.organization(a.OURS, name="Ours"), a.organization(a.THEIRS, name="Theirs")
        await store(repository, ours)
        expect_equal(None, await repository.organization(a.THEIRS), "their organization, when only ours exists")
        await store(repository, theirs)
        expect_equal(stored(ours), await repository.organization(a.OURS), "ours")
        expect_equal(stored(theirs), await repository.organization(a.THEIRS), "theirs")

    @clause("storage")
    async def test_storage_keeps_every_organization_whole(self) -> None:
        """Every field of an organization is read back equal, whatever its letters and moments, and times are in UTC."""
        repository = await self.opened()
        for version, organization in enumerate(specimens.organizations()):
            put = evolve(organization, version=version)
            await store(repository, put)
            found = await repository.organization(a.OURS)
            expect_equal(stored(put), found, "an organization")
            expect_equal(timedelta(), found.created_at.utcoffset() if found else None, "how far its time is from UTC")
