"""Repositories that break C13: each looks first and writes later, and holds nothing meanwhile."""

from __future__ import annotations

import time

from attrs import evolve

from ...domain.decision import Batch
from .broken import BrokenAsyncRepository, BrokenRepository, others_first
from .saboteur import breaks


def forced(repository: BrokenRepository, batch: Batch, /) -> None:
    """Write a batch that was judged before, whatever has happened since."""
    with repository.lock:
        now = tuple(map(repository.now, batch.puts))
        free = tuple(evolve(count, at_most=None) for count in batch.counts)
        repository.write(evolve(batch, puts=now, guards=(), counts=free))


@breaks("C13")
class ChecksAndThenWrites(BrokenRepository):
    """Reads the versions in one statement and writes in the next; threads come between."""

    def commit(self, batch: Batch, /) -> None:
        self.rehearse(batch)
        time.sleep(0.001)  # other threads get their turn, as between two statements of a database
        forced(self, batch)


@breaks("C13", color="async")
class AwaitsBetweenCheckAndWrite(BrokenAsyncRepository):
    """Reads the versions, awaits, and writes; tasks come between."""

    async def commit(self, batch: Batch, /) -> None:
        self.plain.rehearse(batch)
        await others_first()
        forced(self.plain, batch)


@breaks("C13", color="async")
class AwaitsBetweenGuardAndWrite(BrokenAsyncRepository):
    """Judges its guards, awaits, and writes under versions alone: two who guard each other both go through."""

    async def commit(self, batch: Batch, /) -> None:
        self.plain.rehearse(batch)
        await others_first()
        self.plain.write(evolve(batch, guards=()))


@breaks("C13", color="async")
class AwaitsBetweenCountAndWrite(BrokenAsyncRepository):
    """Reads a counter, awaits, and adds: the last seat is sold to everybody who asked for it at once."""

    async def commit(self, batch: Batch, /) -> None:
        self.plain.rehearse(batch)
        await others_first()
        self.plain.write(evolve(batch, counts=tuple(evolve(count, at_most=None) for count in batch.counts)))
