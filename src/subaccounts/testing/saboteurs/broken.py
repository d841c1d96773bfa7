"""What broken repositories are made of: a good one, what was written to it, and the questions a bad idea needs answered.

A subclass replaces one method, and that is its mistake; whatever it leaves alone is right.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from attrs import evolve, frozen

from ...domain.decision import Batch, Record
from ...domain.ids import AnyRecordId, OrganizationId
from ...domain.task import Leased
from ...repositories.memory import MemoryRepository
from ...repositories.twins import AsyncMemoryRepository


@frozen(kw_only=True)
class Take:
    """Hold what a lease was asked with."""

    organization: OrganizationId
    queue: str
    now: datetime
    until: datetime
    limit: int


class BrokenRepository:
    """Be a memory repository that remembers every batch it wrote."""

    def __init__(self) -> None:
        self.inner: MemoryRepository = MemoryRepository()
        self.journal: list[Batch] = []
        self.takes: list[tuple[int, Take]] = []
        self.fences: dict[tuple[OrganizationId, str], int] = {}
        self.lock: threading.RLock = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "inner":
            raise AttributeError(name)
        return getattr(self.inner, name)

    def commit(self, batch: Batch, /) -> None:
        """Write the batch as it is."""
        self.write(batch)

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        """Lease as a good repository does, and remember the fences."""
        with self.lock:
            found = self.inner.lease(organization, queue, now=now, until=until, limit=limit)
            take = Take(organization=organization, queue=queue, now=now, until=until, limit=limit)
            self.takes.append((len(self.journal), take))
            self.fences.update({(each.task.organization, each.task.id): each.fence for each in found})
            return found

    def write(self, batch: Batch, /) -> None:
        """Write a batch and remember it; raises what a good repository raises."""
        with self.lock:
            self.inner.commit(batch)
            self.journal.append(batch)

    def rehearse(self, batch: Batch, /) -> None:
        """Raise what a good repository would raise for the batch now; write nothing."""
        with self.lock:
            replayed(self.journal, self.takes).commit(batch)

    def left(self, journal: list[Batch], /) -> Self:
        """Return what a restart leaves when only this was written down; leases are."""
        after = type(self)()
        after.inner, after.journal, after.takes = replayed(journal, self.takes), journal, self.takes
        return after

    def version(self, id: AnyRecordId, /) -> int:  # noqa: A002 - positional
        """Return the stored version of a record, 0 for none."""
        version = 0
        for batch in tuple(self.journal):
            version = next((record.version + 1 for record in batch.puts if record.id == id), version)
            version = 0 if any(gone.id == id for gone in batch.removes) else version
        return version

    def now(self, record: Record, /) -> Record:
        """Return the record at the version that is stored, so that a put of it is never stale."""
        return evolve(record, version=self.version(record.id))

    def others(self, of: OrganizationId, /) -> tuple[OrganizationId, ...]:
        """Return every other organization that something was written to."""
        return tuple(dict.fromkeys(batch.organization for batch in self.journal if batch.organization != of))


class BrokenAsyncRepository:
    """Be a broken repository that is asked awaitably; other tasks run before every answer."""

    def __init__(self) -> None:
        self.plain: BrokenRepository = BrokenRepository()
        self.inner: AsyncMemoryRepository = AsyncMemoryRepository(self.plain.inner)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "inner":
            raise AttributeError(name)
        return getattr(self.inner, name)

    async def commit(self, batch: Batch, /) -> None:
        """Write the batch as it is."""
        await others_first()
        self.plain.write(batch)

    async def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        """Lease as a good repository does."""
        await others_first()
        return self.plain.lease(organization, queue, now=now, until=until, limit=limit)


def replayed(journal: Sequence[Batch], takes: Sequence[tuple[int, Take]], /) -> MemoryRepository:
    """Return a good repository to which these batches were written, each lease taken after as many of them as it says."""
    repository = MemoryRepository()
    for written in range(len(journal) + 1):
        for after, take in takes:
            if after == written:
                repository.lease(take.organization, take.queue, now=take.now, until=take.until, limit=take.limit)
        if written < len(journal):
            repository.commit(journal[written])
    return repository


async def others_first() -> None:
    """Give way to other tasks, as every question over a wire does."""
    import asyncio  # a plain saboteur pays nothing for it

    await asyncio.sleep(0)
