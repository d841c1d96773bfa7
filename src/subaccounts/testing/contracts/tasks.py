"""The contract of C14 and C15: tasks come in with a batch, and are given back with one. How they are leased is `queues`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from ...domain.decision import Batch
from ...domain.ids import OrganizationId
from ...domain.task import Acknowledgment, Leased, Task
from ...errors import Stale
from ...ports.twins import AsyncRepository
from .. import builders as a
from ..clock import NOON
from .contract import clause
from .expect import expect_equal, expect_true
from .storage import StorageContract, expect_refused, read_back, store

MINUTE: Final = timedelta(minutes=1)
LATER: Final = NOON + MINUTE
"""When the first leases end."""
AFTER: Final = LATER + timedelta(seconds=1)
"""When they have surely ended; the very moment is a case of its own."""


def queued(*tasks: Task, of: OrganizationId = a.OURS) -> Batch:
    """Return a batch that only adds tasks."""
    return Batch(organization=of, tasks=tasks)


def given_back(*acknowledgments: Acknowledgment, of: OrganizationId = a.OURS) -> Batch:
    """Return a batch that only gives tasks back."""
    return Batch(organization=of, acknowledgments=acknowledgments)


def held(task: Task, *, until: datetime, fence: int = 1) -> Leased:
    """Return what a lease of the task answers."""
    return Leased(task=evolve(task, due=until), fence=fence)


async def take(
    repository: AsyncRepository,
    *,
    of: OrganizationId = a.OURS,
    now: datetime = NOON,
    limit: int = 9,
    queue: str = "notices",
) -> tuple[Leased, ...]:
    """Lease what is due for a minute."""
    return await repository.lease(of, queue, now=now, until=now + MINUTE, limit=limit)


class TasksContract(StorageContract):
    """Prove clauses C14 and C15; needs `lease` and `commit`."""

    @clause("C14")
    async def test_c14_tasks_are_added_with_the_batch(self) -> None:
        """The tasks of a batch are there when its records are, and not when it was refused."""
        repository = await self._with_organization()
        await repository.commit(Batch(organization=a.OURS, puts=(a.stranger(),), tasks=(a.task(2),)))
        refused = queued(a.task(1), a.task(2))
        await expect_refused(repository, refused, Stale, "a task that exists, beside one that does not")
        expect_equal((held(a.task(2), until=LATER),), await take(repository), "the tasks")

    @clause("C14")
    async def test_c14_a_task_that_exists_is_stale(self) -> None:
        """A task id that is there already is `Stale`, leased or not, in whatever queue; the task stays as it was."""
        repository = await self._with_organization()
        await repository.commit(queued(a.task(1)))
        for about in ("waiting", "leased"):
            for again in (a.task(1, body="{}"), a.task(1, queue="another")):
                batch = Batch(organization=a.OURS, puts=(a.stranger(),), tasks=(a.task(2), again))
                await expect_refused(repository, batch, Stale, f"a task that is {about}, added again")
            if about == "waiting":
                expect_equal((held(a.task(1), until=LATER),), await take(repository), "the task")
        expect_equal(None, await read_back(repository, a.stranger_id()), "what was put beside the tasks")
        twice = queued(a.task(3), a.task(3))
        await expect_refused(repository, twice, Stale, "a task twice in a batch")
        await store(repository, a.organization(a.THEIRS))
        await repository.commit(queued(a.task(1, of=a.THEIRS), of=a.THEIRS))
        expected = (held(a.task(1, of=a.THEIRS), until=LATER),)
        expect_equal(expected, await take(repository, of=a.THEIRS), "the same task of another organization")

    @clause("C14")
    async def test_c14_a_task_is_not_replaced(self) -> None:
        """A batch that gives a task back and adds it again is `Stale`, whether the task is there or not."""
        repository = await self._with_organization()
        await repository.commit(queued(a.task(1)))
        (leased,) = await take(repository)
        for given, about in ((leased.done(), "is there"), (Acknowledgment(task=a.task(2).id, fence=0), "is not there")):
            task = a.task(1) if given.task == a.task(1).id else a.task(2)
            batch = Batch(organization=a.OURS, tasks=(task,), acknowledgments=(given,))
            await expect_refused(repository, batch, Stale, f"a task that {about}, replaced")
        await repository.commit(given_back(leased.done()))
        expect_equal((), await take(repository, now=AFTER), "what is left")

    @clause("C15")
    async def test_c15_done_is_gone(self) -> None:
        """A task that was done is not leased again, and the others are."""
        repository = await self._with_organization()
        await repository.commit(queued(a.task(1), a.task(2)))
        first, second = await take(repository)
        await repository.commit(given_back(first.done()))
        expect_equal((evolve(second, fence=2),), _at(LATER, await take(repository, now=AFTER)), "what is left")
        await expect_refused(repository, given_back(first.done()), Stale, "a task that is gone, done again")

    @clause("C15")
    async def test_c15_again_is_due_when_it_says(self) -> None:
        """A task given back is due when its acknowledgment says, whether that is before or after its lease's end."""
        repository = await self._with_organization()
        await repository.commit(queued(a.task(1), a.task(2)))
        first, second = await take(repository)
        await repository.commit(given_back(first.again(NOON), second.again(LATER + MINUTE)))
        expect_equal((held(a.task(1), until=LATER, fence=2),), await take(repository), "what is due at once")
        expect_equal((), await take(repository, now=LATER - timedelta(seconds=1)), "what is due later")
        (_, last) = await take(repository, now=AFTER + MINUTE)
        expect_equal(held(a.task(2), until=AFTER + 2 * MINUTE, fence=2), last, "what was due later")

    @clause("C15")
    async def test_c15_a_lease_that_was_overtaken_is_stale(self) -> None:
        """A worker that slept past its lease finds another's fence: it is `Stale`, and the other's lease holds."""
        repository = await self._with_organization()
        await repository.commit(queued(a.task(1), a.task(2)))
        late = (await take(repository, limit=1))[0]
        beside, other = await take(repository, now=AFTER)
        for given in (late.done(), late.again(NOON)):
            batch = Batch(organization=a.OURS, puts=(a.stranger(),), acknowledgments=(beside.done(), given))
            await expect_refused(repository, batch, Stale, "a lease that was overtaken")
        expect_equal(None, await read_back(repository, a.stranger_id()), "what was put beside it")
        await repository.commit(given_back(other.done(), beside.done()))
        expect_equal((), await take(repository, now=AFTER + MINUTE), "what is left when the other is done")

    @clause("C15")
    async def test_c15_a_lease_that_ended_is_good_until_the_next(self) -> None:
        """A worker that was late, but overtaken by nobody, gives its task back."""
        repository = await self._with_organization()
        await repository.commit(queued(a.task(1)))
        (leased,) = await take(repository)
        await repository.commit(given_back(leased.done()))
        expect_equal((), await take(repository, now=AFTER + MINUTE), "what is left")

    @clause("C15")
    async def test_c15_a_task_of_another_organization_is_missing(self) -> None:
        """Nobody gives back another organization's task, nor one task twice, nor one that never was."""
        repository = await self._with_organization()
        await store(repository, a.organization(a.THEIRS))
        await repository.commit(queued(a.task(1)))
        (leased,) = await take(repository)
        await expect_refused(repository, given_back(leased.done(), of=a.THEIRS), Stale, "our task given back by them")
        twice = given_back(leased.again(NOON), leased.again(NOON))
        await expect_refused(repository, twice, Stale, "a task given back twice at once")
        never = given_back(Acknowledgment(task=a.task(9).id, fence=1))
        await expect_refused(repository, never, Stale, "a task that never was")
        await repository.commit(given_back(leased.done()))
        expect_true(not await take(repository, now=AFTER), "the task is there after it was done")

    async def _with_organization(self) -> AsyncRepository:
        repository = await self.opened()
        await store(repository, a.organization())
        return repository


def _at(now: datetime, leases: tuple[Leased, ...]) -> tuple[Leased, ...]:
    """Return leases as those of the minute before, to be compared with them."""
    return tuple(evolve(each, task=evolve(each.task, due=now)) for each in leases)
