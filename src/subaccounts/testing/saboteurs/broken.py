"""What broken repositories are made of: a good one, what was written to it, and the questions a bad idea needs answered.

A subclass replaces one method, and that is its mistake; whatever it leaves alone is right.
"""

from __future__ import annotations

import threading
from typing import Any

from attrs import evolve

from ...domain.decision import Batch, Record
from ...domain.ids import AnyRecordId, OrganizationId
from ...repositories.memory import MemoryRepository
from ...repositories.twins import AsyncMemoryRepository


class BrokenRepository:
    """Be a memory repository that remembers every batch it wrote."""

    def __init__(self) -> None:
        self.inner: MemoryRepository = MemoryRepository()
        self.journal: list[Batch] = []
        self.lock: threading.RLock = threading.RLock()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "inner":
            raise AttributeError(name)
        return getattr(self.inner, name)

    def commit(self, batch: Batch, /) -> None:
        """Write the batch as it is."""
        self.write(batch)

    def write(self, batch: Batch, /) -> None:
        """Write a batch and remember it; raises what a good repository raises."""
        with self.lock:
            self.inner.commit(batch)
            self.journal.append(batch)

    def rehearse(self, batch: Batch, /) -> None:
        """Raise what a good repository would raise for the batch now; write nothing."""
        with self.lock:
            replayed(self.journal).commit(batch)

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


def replayed(journal: list[Batch], /) -> MemoryRepository:
    """Return a good repository to which these batches were written."""
    repository = MemoryRepository()
    for batch in journal:
        repository.commit(batch)
    return repository


async def others_first() -> None:
    """Give way to other tasks, as every question over a wire does."""
    import asyncio  # a plain saboteur pays nothing for it

    await asyncio.sleep(0)
