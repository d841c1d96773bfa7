"""What a repository ought to hold: dictionaries, written from the clauses of the ports and from nothing else.

It is no repository and shares nothing with one: the memory repository is among those it judges. Here is what is held and
what a batch makes of it; whether a batch is good is `verdict`, what is answered is `answers`.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import Factory, define, evolve

from ...domain.audit import Seal
from ...domain.decision import Batch, Record, RequestRecord
from ...domain.events import Event
from ...domain.ids import AnyRecordId, OrganizationId
from ...domain.key import Key
from ...domain.task import Leased

Named = tuple[OrganizationId, str]
"""What has a name within its organization, which is what C12 asks of everything that is stored."""


@final
@define
class Model:
    """Hold what was written so far: records and who holds which key, counters, events, seals, requests, tasks."""

    records: dict[AnyRecordId, Record] = Factory(dict)
    held: dict[Key, AnyRecordId] = Factory(dict)
    counters: dict[Named, int] = Factory(dict)
    events: dict[Named, Event] = Factory(dict)
    seals: dict[Named, Seal] = Factory(dict)
    requests: dict[Named, RequestRecord] = Factory(dict)
    tasks: dict[Named, Leased] = Factory(dict)

    def version(self, id: AnyRecordId, /) -> int:  # noqa: A002 - the id of a record
        """Return the version of a record, 0 where there is none."""
        record = self.records.get(id)
        return record.version if record else 0

    def organizations(self) -> tuple[OrganizationId, ...]:
        """Return the organizations that exist, in the order of their ids."""
        found = (each for each in self.records if isinstance(each, OrganizationId))
        return tuple(sorted(found, key=lambda each: each.value))

    def write(self, batch: Batch, /) -> None:
        """Hold what a good batch leaves behind (C1, C3, C5, C7 to C10)."""
        of = batch.organization
        for each in (*batch.removes, *batch.puts):
            before = self.records.pop(each.id, None)
            for key in before.keys if before else ():
                if self.held.get(key) == each.id:
                    del self.held[key]
        for record in batch.puts:
            self.records[record.id] = evolve(record, version=record.version + 1)
            self.held |= dict.fromkeys(record.keys, record.id)
        for count in batch.counts:
            self.counters[of, count.name] = max(0, self.counters.get((of, count.name), count.initial) + count.by)
        self.events |= {(of, event.id): event for event in batch.events}
        self.seals |= {(of, seal.event): seal for seal in batch.seals}
        if batch.request is not None:
            self.requests[of, batch.request.id] = batch.request
        self.tasks |= {(of, task.id): Leased(task=task, fence=0) for task in batch.tasks}
        for given in batch.acknowledgments:
            held = self.tasks.pop((of, given.task))
            if given.again is not None:
                self.tasks[of, given.task] = evolve(held, task=evolve(held.task, due=given.again))

    def lease(
        self, of: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        """Hold what a lease leaves behind, and return what it answers (Q2, Q3)."""
        mine = [held for (tenant, _), held in self.tasks.items() if tenant == of and held.task.queue == queue]
        due = sorted((held for held in mine if held.task.due <= now), key=lambda held: (held.task.due, held.task.id))
        leased = tuple(Leased(task=evolve(held.task, due=until), fence=held.fence + 1) for held in due[:limit])
        self.tasks |= {(of, each.task.id): each for each in leased}
        return leased


def twin(id: AnyRecordId, of: OrganizationId, /) -> AnyRecordId:  # noqa: A002 - the id of a record
    """Return the id of the same value in another organization."""
    return of if isinstance(id, OrganizationId) else evolve(id, organization=of)
