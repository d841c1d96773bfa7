"""Repositories that break the clauses of queues: what is due (Q1), leases (Q2 to Q5), pages (Q6), tasks in a batch (C14, C15)."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final, Self

from attrs import evolve

from ...domain.decision import Batch
from ...domain.ids import OrganizationId
from ...domain.task import Leased
from ..interleavings.world import copied
from .batches import EVERY_REASON
from .broken import BrokenAsyncRepository, BrokenRepository, others_first
from .saboteur import breaks


@breaks("Q1")
class NamesWhoWaits(BrokenRepository):
    """Names every organization with a task in the queue, due or not."""

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        return self.inner.due(queue, now=now + timedelta(days=365 * 1000), after=after, limit=limit)


@breaks("Q1")
class BeginsAtTheLastOne(BrokenRepository):
    """Compares with "not before" where it is "after": the last organization of a page is the first of the next."""

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        everybody = self.inner.due(queue, now=now, after=None, limit=1000)
        return tuple(each for each in everybody if after is None or each.value >= after)[:limit]


@breaks("Q2")
class TakesTheWholeQueue(BrokenRepository):
    """Answers everything that is due, however much a worker asked for."""

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        return self.inner.lease(organization, queue, now=now, until=until, limit=1000)


@breaks("Q2")
class TakesTheNewestFirst(BrokenRepository):
    """Answers what it took in the order of ids, so that what has waited longest is done last."""

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        found = self.inner.lease(organization, queue, now=now, until=until, limit=limit)
        return tuple(sorted(found, key=lambda each: (each.task.id, each.task.organization.value)))


@breaks("Q2")
class FoldsTheQueuesName(BrokenRepository):
    """Compares the names of queues without case, as some databases do unless they are told not to."""

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        names = {task.queue for batch in self.journal for task in batch.tasks if task.queue.lower() == queue.lower()}
        found = [
            each for name in names for each in self.inner.lease(organization, name, now=now, until=until, limit=limit)
        ]
        return tuple(sorted(found, key=lambda each: each.task.turn)[:limit])


@breaks("Q2")
class LeasesForEverybody(BrokenRepository):
    """Answers what is due in a queue, whoever it belongs to."""

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        found = [
            each
            for tenant in (organization, *self.others(organization))
            for each in self.inner.lease(tenant, queue, now=now, until=until, limit=limit)
        ]
        return tuple(sorted(found, key=lambda each: each.task.turn)[:limit])


@breaks("Q3", also={"C15": "a fence that falls meets one that was given out before"})
class ForgetsTheFence(BrokenRepository):
    """Begins to count anew when a task was given back."""

    def __init__(self) -> None:
        super().__init__()
        self.forgotten: dict[tuple[str, str], int] = {}

    def commit(self, batch: Batch, /) -> None:
        kept = tuple(evolve(each, fence=each.fence + self._gone(batch, each.task)) for each in batch.acknowledgments)
        self.write(evolve(batch, acknowledgments=kept))
        for each in kept:
            self.forgotten[batch.organization.value, each.task] = each.fence

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        found = self.inner.lease(organization, queue, now=now, until=until, limit=limit)
        gone = ((each, self.forgotten.get((each.task.organization.value, each.task.id), 0)) for each in found)
        return tuple(evolve(each, fence=each.fence - forgotten) for each, forgotten in gone)

    def _gone(self, batch: Batch, task: str) -> int:
        return self.forgotten.get((batch.organization.value, task), 0)


_HALF: Final = {
    "C15": "a lease that should still hold has ended",
    "Q6": "what is shown is when the lease ends, and not when its worker was told it would",
}


@breaks("Q3", also=_HALF)
class LeasesForHalfTheTime(BrokenRepository):
    """Lets a lease end before its worker was told it would."""

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        found = self.inner.lease(organization, queue, now=now, until=now + (until - now) / 2, limit=limit)
        return tuple(evolve(each, task=evolve(each.task, due=until)) for each in found)


@breaks("Q3")
class HoldsALittleLonger(BrokenRepository):
    """Compares a lease's end with "before" where it is "not after": at its end nobody gets the task."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[datetime, datetime] = {}

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        longer = until + timedelta(microseconds=1)
        found = super().lease(organization, queue, now=now, until=longer, limit=limit)
        self.told.update({longer: until})
        return tuple(evolve(each, task=evolve(each.task, due=until)) for each in found)

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        found = self.inner.tasks_page(organization, queue, after=after, limit=limit)
        return tuple(
            evolve(each, task=evolve(each.task, due=self.told.get(each.task.due, each.task.due))) for each in found
        )


@breaks("Q4")
class LooksAndThenTakes(BrokenRepository):
    """Reads what is due in one statement and marks it in the next; threads come between."""

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        with self.lock:
            seen: tuple[Leased, ...] = copied(self.inner).lease(organization, queue, now=now, until=until, limit=limit)
        time.sleep(0.001)  # other threads get their turn, as between two statements of a database
        with self.lock:
            self.inner.lease(organization, queue, now=now, until=until, limit=limit)
        return seen


@breaks("Q4", color="async")
class AwaitsBetweenLookAndTake(BrokenAsyncRepository):
    """Reads what is due, awaits, and marks it; tasks come between."""

    async def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        seen: tuple[Leased, ...] = copied(self.plain.inner).lease(
            organization, queue, now=now, until=until, limit=limit
        )
        await others_first()
        self.plain.inner.lease(organization, queue, now=now, until=until, limit=limit)
        return seen


@breaks("Q5")
class KeepsLeasesInMemory(BrokenRepository):
    """Writes tasks down and leases not: whoever starts again finds everything due."""

    def reopened(self) -> Self:
        """Return what a restart leaves."""
        after, due = self.left(self.journal), dict[tuple[OrganizationId, str], datetime]()
        for batch in self.journal:
            due |= {(batch.organization, task.id): task.due for task in batch.tasks}
            due |= {(batch.organization, each.task): each.again for each in batch.acknowledgments if each.again}
        tasks = after.inner._tasks  # noqa: SLF001 - nobody forgets a lease who is asked to by the port
        tasks.update({at: evolve(held, task=evolve(held.task, due=due[at]), fence=0) for at, held in tasks.items()})
        return after


@breaks("Q6")
class HidesWhatIsLeased(BrokenRepository):
    """Shows what nobody has taken yet, and takes a lease for the end of a task."""

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        found = self.inner.tasks_page(organization, queue, after=after, limit=1000)
        return tuple(each for each in found if each.fence == 0)[:limit]


@breaks("Q6")
class ShowsWhenATaskWasFirstDue(BrokenRepository):
    """Keeps the time a task was added with, and shows that instead of the one it is due at now."""

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        found = self.inner.tasks_page(organization, queue, after=after, limit=limit)
        first = {(task.organization, task.id): task.due for batch in self.journal for task in batch.tasks}
        return tuple(evolve(each, task=evolve(each.task, due=first[organization, each.task.id])) for each in found)


@breaks("Q6")
class BeginsAtTheLastTask(BrokenRepository):
    """Compares with "not before" where it is "after": the last task of a page is the first of the next."""

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        everything = self.inner.tasks_page(organization, queue, after=None, limit=1000)
        return tuple(each for each in everything if after is None or each.task.id >= after)[:limit]


@breaks("C14", also=EVERY_REASON)
class AddsATaskAgain(BrokenRepository):
    """Inserts tasks and ignores those that are there."""

    def commit(self, batch: Batch, /) -> None:
        known = {task.id for each in self.journal for task in each.tasks if each.organization == batch.organization}
        self.write(evolve(batch, tasks=tuple(task for task in batch.tasks if task.id not in known)))


@breaks("C14")
class MakesTheQueuePartOfTheKey(BrokenRepository):
    """Keeps a task unique by its id together with its queue, so that it waits in two."""

    def commit(self, batch: Batch, /) -> None:
        known = {
            task.id: task.queue
            for each in self.journal
            for task in each.tasks
            if each.organization == batch.organization
        }
        self.write(
            evolve(batch, tasks=tuple(task for task in batch.tasks if known.get(task.id, task.queue) == task.queue))
        )


@breaks("C15")
class ForgetsTheFenceOfALease(BrokenRepository):
    """Takes a task back from whoever had it, though another has it now."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            now = tuple(
                evolve(each, fence=self.fences.get((batch.organization, each.task), each.fence))
                for each in batch.acknowledgments
            )
            self.write(evolve(batch, acknowledgments=now))


@breaks("C15")
class FindsTasksOfAnybody(BrokenRepository):
    """Takes back a task by its id alone, whoever it belongs to."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            given = tuple(each for each in batch.acknowledgments if not self._theirs(each.task, batch.organization))
            self.write(evolve(batch, acknowledgments=given))

    def _theirs(self, task: str, mine: OrganizationId) -> bool:
        holders = {batch.organization for batch in self.journal if task in {added.id for added in batch.tasks}}
        return bool(holders) and mine not in holders
