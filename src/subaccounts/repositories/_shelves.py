"""What a memory repository holds, and what a batch and a lease make of it. How it is read is `memory`."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from threading import RLock
from typing import TypeVar

from attrs import evolve

from ..domain.audit import Seal
from ..domain.decision import Batch, Record, RequestRecord
from ..domain.events import Event
from ..domain.ids import AnyRecordId, OrganizationId
from ..domain.key import Key
from ..domain.task import Leased
from ..errors import Stale, StorageFailed, Taken
from ._batches import counted, meet, parents, refuse_impossible
from ._pages import page

R = TypeVar("R")


class Shelves:
    """Hold everything in dictionaries, and write all of a batch or nothing."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._records: dict[AnyRecordId, Record] = {}
        self._holders: dict[Key, AnyRecordId] = {}
        self._counters: dict[tuple[OrganizationId, str], int] = {}
        self._events: dict[tuple[OrganizationId, str], Event] = {}
        self._seals: dict[tuple[OrganizationId, str], Seal] = {}
        self._requests: dict[tuple[OrganizationId, str], RequestRecord] = {}
        self._tasks: dict[tuple[OrganizationId, str], Leased] = {}

    def commit(self, batch: Batch, /) -> None:
        refuse_impossible(batch)
        with self._lock:
            self._refuse_stale(batch)
            holders = self._holders_after(batch)
            counters = counted(self._counters, batch)
            self._refuse_dangling(batch)
            self._holders, self._counters = holders, counters
            for gone in batch.removes:
                del self._records[gone.id]
            self._records.update({record.id: evolve(record, version=record.version + 1) for record in batch.puts})
            self._events.update({(batch.organization, event.id): event for event in batch.events})
            self._seals.update({(batch.organization, seal.event): seal for seal in batch.seals})
            if batch.request is not None:
                self._requests[batch.organization, batch.request.id] = batch.request
            self._tasks.update({(batch.organization, task.id): Leased(task=task, fence=0) for task in batch.tasks})
            for given in batch.acknowledgments:
                held = self._tasks.pop((batch.organization, given.task))
                if given.again is not None:
                    self._tasks[batch.organization, given.task] = evolve(held, task=evolve(held.task, due=given.again))

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        with self._lock:
            due = [each for each in self._waiting(organization, queue) if each.task.due <= now]
            taken = page(due, key=lambda each: each.task.turn, after=None, limit=limit)
            leased = tuple(Leased(task=evolve(each.task, due=until), fence=each.fence + 1) for each in taken)
            self._tasks.update({(organization, each.task.id): each for each in leased})
            return leased

    def _refuse_stale(self, batch: Batch) -> None:
        seen = [(each.id, each.version) for each in (*batch.puts, *batch.removes, *batch.guards)]
        known = {event for organization, event in self._events if organization == batch.organization}
        fresh = [event.id for event in batch.events]
        sealed = {seal.event: seal.position for at, seal in self._seals.items() if at[0] == batch.organization}
        seals = [(seal.event, seal.position) for seal in batch.seals]
        if (
            any(self._version(id) != version for id, version in seen)  # noqa: A001 - the id of a record
            or any(gone.version == 0 for gone in batch.removes)
            or meet(fresh, known)
            or any(event not in known and event not in fresh for event, _ in seals)
            or meet([event for event, _ in seals], sealed)
            or meet([position for _, position in seals], sealed.values())
            or (batch.request is not None and (batch.organization, batch.request.id) in self._requests)
            or self._misses(batch)
        ):
            raise Stale

    def _misses(self, batch: Batch) -> bool:
        """Tell whether a task is there already, or an acknowledgment is not of its last lease."""
        mine = {at[1]: held.fence for at, held in self._tasks.items() if at[0] == batch.organization}
        given = [each.task for each in batch.acknowledgments]
        return (
            meet([task.id for task in batch.tasks], mine)
            or meet(given, ())
            or any(mine.get(each.task) != each.fence for each in batch.acknowledgments)
        )

    def _holders_after(self, batch: Batch) -> dict[Key, AnyRecordId]:
        """Return who holds what once the batch is written; names every key that would have two holders."""
        written = {each.id for each in (*batch.puts, *batch.removes)}
        holders = {key: holder for key, holder in self._holders.items() if holder not in written}
        wanted = Counter(key for record in batch.puts for key in record.keys)
        taken = {key for key, times in wanted.items() if times > 1 or key in holders}
        if taken:
            raise Taken(keys=frozenset(taken))
        return holders | {key: record.id for record in batch.puts for key in record.keys}

    def _refuse_dangling(self, batch: Batch) -> None:
        gone = {each.id for each in batch.removes}
        there = (self._records.keys() - gone) | {record.id for record in batch.puts}
        orphans = (record for record in self._records.values() if record.id not in gone) if gone else ()
        for record in (*batch.puts, *orphans):
            if not there.issuperset(parents(record)):
                raise StorageFailed(store=repr(self), problem="dangling")

    def _get(self, of: type[R], id: AnyRecordId) -> R | None:  # noqa: A002 - the id of a record
        record = self._records.get(id)
        return record if isinstance(record, of) else None

    def _all(self, of: type[R], organization: OrganizationId) -> list[R]:
        return [r for r in self._records.values() if isinstance(r, of) and r.id.organization == organization]

    def _waiting(self, organization: OrganizationId, queue: str) -> list[Leased]:
        return [each for at, each in self._tasks.items() if at[0] == organization and each.task.queue == queue]

    def _version(self, id: AnyRecordId) -> int:  # noqa: A002 - the id of a record
        record = self._records.get(id)
        return record.version if record else 0
