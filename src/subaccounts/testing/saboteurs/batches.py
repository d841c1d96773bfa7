"""Repositories that break the clauses of a whole batch: C1, that it is one; C11, the order of reasons; C12, its tenant."""

from __future__ import annotations

from typing import Final, Self

from attrs import evolve

from ...domain.decision import Batch, Seen
from ...domain.ids import AnyRecordId, JobProfileId, PermissionTypeId, SignUpId, StrangerId
from ...domain.sub_account import SubAccount
from ...errors import Conflict, Full, Stale, Taken
from .broken import BrokenRepository
from .saboteur import breaks

EVERY_REASON: Final[dict[str, str]] = dict.fromkeys(
    ("C1", "C11", "C12"), "its tests send a batch for every reason there is to refuse one, and this reason is missing"
)
"""Where a reason for a refusal shows besides its own clause."""
_ALONE: Final = (JobProfileId, PermissionTypeId, StrangerId, SignUpId)
"""What nothing lives under, so that it can go alone, and no join reads."""


def room_left(repository: BrokenRepository, batch: Batch, /) -> frozenset[str]:
    """Return the names of the batch's counts that would pass their limits."""
    full = set()
    for count in batch.counts:
        there = repository.inner.counter(batch.organization, count.name)
        after = (count.initial if there is None else there) + count.by
        if count.at_most is not None and count.by > 0 and after > count.at_most:
            full.add(count.name)
    return frozenset(full)


@breaks("C1")
class CountsOutsideTheTransaction(BrokenRepository):
    """Keeps counters in another store, which counts though the batch is refused."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Conflict:
            free = tuple(count for count in batch.counts if count.at_most is None)
            self.write(Batch(organization=batch.organization, counts=free))
            raise


@breaks("C1", also={"Q5": "the task is lost with its batch"})
class LosesTheLastBatch(BrokenRepository):
    """Answers before the disk did: a restart loses what was written last."""

    def reopened(self) -> Self:
        """Return what a restart leaves."""
        return self.left(self.journal[:-1])


@breaks("C1")
class KeepsCountersInMemory(BrokenRepository):
    """Keeps records on disk and counters beside it: a restart begins to count anew."""

    def reopened(self) -> Self:
        """Return what a restart leaves."""
        return self.left([evolve(batch, counts=()) for batch in self.journal])


@breaks("C1", also=dict.fromkeys(("C7", "C12"), "its tests see the half of a batch that was Full"))
class CommitsHalf(BrokenRepository):
    """Writes record by record, and then finds out that there is no room left."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Full:
            self.write(Batch(organization=batch.organization, puts=batch.puts[:1]))
            raise


@breaks("C11")
class SaysTakenFirst(BrokenRepository):
    """Looks at keys before it looks at versions: who lost a race is told that a login is taken."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Stale:
            written = {each.id for each in (*batch.puts, *batch.removes)}  # they may let their keys go
            held = self.inner.holders([key for each in batch.puts if isinstance(each, SubAccount) for key in each.keys])
            taken = {key for key, holder in held.items() if holder not in written}
            if taken:
                raise Taken(keys=frozenset(taken)) from None
            raise


@breaks("C11")
class SaysFullBeforeTaken(BrokenRepository):
    """Counts before it looks at keys."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Taken:
            full = room_left(self, batch)
            if full:
                raise Full(counts=full) from None
            raise


@breaks("C11", also={"C1": "after a restart it sends a batch again, which is Stale and by now Full as well"})
class SaysFullFirst(BrokenRepository):
    """Counts before it looks at anything else."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.write(batch)
        except Conflict:
            full = room_left(self, batch)
            if full:
                raise Full(counts=full) from None
            raise


@breaks("C12")
class CountsSeatsOfEverybody(BrokenRepository):
    """Judges a limit by the counters of all organizations."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            self.rehearse(batch)
            ours = {count.name for count in batch.counts if count.at_most is not None and count.by > 0}
            full = {count.name for count in batch.counts if count.name in ours and self._everybodys(count.name, batch)}
            if full:
                raise Full(counts=frozenset(full))
            self.write(batch)

    def _everybodys(self, name: str, batch: Batch) -> bool:
        elsewhere = sum(self.inner.counter(other, name) or 0 for other in self.others(batch.organization))
        higher = tuple(evolve(count, by=count.by + elsewhere) for count in batch.counts if count.name == name)
        return bool(elsewhere) and bool(room_left(self, evolve(batch, counts=higher)))


@breaks("C12")
class RemovesByValue(BrokenRepository):
    """Deletes what has this value, whoever it belongs to."""

    def commit(self, batch: Batch, /) -> None:
        self.write(batch)
        for gone in batch.removes:
            if isinstance(gone.id, _ALONE):
                for other in self.others(batch.organization):
                    self._remove(evolve(gone.id, organization=other))

    def _remove(self, twin: AnyRecordId) -> None:
        version = self.version(twin)
        if version:
            self.write(Batch(organization=twin.organization, removes=(Seen(id=twin, version=version),)))
