"""The contract of the port `Queues`, and of C14 and C15: what is due goes to one worker at a time, and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve

from ...domain.decision import Batch
from ...domain.ids import OrganizationId
from ...domain.task import Acknowledgment, Leased, Task
from ...errors import Stale
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import specimens
from ..clock import NOON
from .contract import AT_ONCE, Call, clause
from .expect import expect_equal, expect_true
from .storage import StorageContract, expect_refused, read_back, store, walk

MINUTE: Final = timedelta(minutes=1)
LATER: Final = NOON + MINUTE
"""When the first leases end."""
AFTER: Final = LATER + timedelta(seconds=1)
"""When they have surely ended; the very moment is a case of its own."""
ROUNDS: Final = 5
"""How often a race for tasks is run."""


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


async def due(
    repository: AsyncRepository,
    *,
    now: datetime = NOON,
    after: str | None = None,
    limit: int = 9,
    queue: str = "notices",
) -> tuple[OrganizationId, ...]:
    """Ask who has something due."""
    return await repository.due(queue, now=now, after=after, limit=limit)


class QueuesContract(StorageContract):
    """Prove clauses Q1 to Q5, C14 and C15; needs `due`, `lease` and `commit`."""

    @clause("Q1")
    async def test_q1_who_has_something_due(self) -> None:
        """An organization is named while a task of the queue is due, and not before, after, or for another queue."""
        repository = await self._with_organization()
        await store(repository, a.organization(a.THEIRS))
        await repository.commit(queued(a.task(1, due=LATER), a.task(2, queue="Notices")))
        await repository.commit(queued(a.task(1, of=a.THEIRS), a.task(2, of=a.THEIRS), of=a.THEIRS))
        expect_equal((a.THEIRS,), await due(repository), "who has something due")
        expect_equal((a.OURS,), await due(repository, queue="Notices"), "who has something due in another queue")
        expect_equal((a.OURS, a.THEIRS), await due(repository, now=LATER), "who has something due later")
        await take(repository, of=a.THEIRS)
        expect_equal((), await due(repository), "who has something due while everything is leased")

    @clause("Q1")
    async def test_q1_page_by_page(self) -> None:
        """Organizations come in the binary order of their ids, at most `limit`, each beginning after the last."""
        repository = await self.opened()
        names = ("Zoo", "acme", "acme-2", "zoë", "я")
        for name in reversed(names):
            tenant = OrganizationId(value=name)
            await store(repository, a.organization(tenant))
            await repository.commit(queued(a.task(1, of=tenant), of=tenant))
        found: list[OrganizationId] = await walk(
            lambda last: due(repository, after=last.value if last else None, limit=2), 2
        )
        expect_equal(list(names), [each.value for each in found], "the organizations, page by page")
        expect_equal((), await due(repository, limit=0), "a page of nothing")

    @clause("Q2")
    async def test_q2_what_is_due_and_nothing_else(self) -> None:
        """A task is leased at the moment it is due and not a microsecond before, from the queue it is in."""
        repository = await self._with_organization()
        at, before = a.task(1, due=NOON), a.task(2, due=NOON + timedelta(microseconds=1))
        other = a.task(3, queue="Notices")
        await repository.commit(queued(at, before, other))
        expect_equal((held(at, until=LATER),), await take(repository), "what is due")
        expect_equal((), await take(repository, queue="nobody's"), "a queue nothing is in")
        expect_equal((held(other, until=LATER),), await take(repository, queue="Notices"), "a queue that is only alike")

    @clause("Q2")
    async def test_q2_those_due_longest_first(self) -> None:
        """At most `limit` are answered: those due longest, then by id in binary order."""
        repository = await self._with_organization()
        tasks = [a.task(n, due=NOON - timedelta(minutes=m)) for n, m in ((1, 0), (2, 9), (3, 0), (4, 5), (5, 1))]
        await repository.commit(queued(*reversed(tasks)))
        expect_equal((), await take(repository, limit=0), "a lease of nothing")
        expected = tuple(held(task, until=LATER) for task in sorted(tasks, key=lambda task: task.turn))
        expect_equal(expected[:3], await take(repository, limit=3), "the first three")
        expect_equal(expected[3:], await take(repository, limit=3), "the rest")

    @clause("Q2")
    async def test_q2_from_another_organization(self) -> None:
        """The same tasks of two organizations do not meet: a lease takes those of one, and the fences count apart."""
        repository = await self._with_organization()
        await store(repository, a.organization(a.THEIRS))
        await repository.commit(queued(a.task(1)))
        await repository.commit(queued(a.task(1, of=a.THEIRS), a.task(2, of=a.THEIRS), of=a.THEIRS))
        expect_equal((held(a.task(1), until=LATER),), await take(repository), "our task")
        theirs = tuple(held(a.task(n, of=a.THEIRS), until=LATER) for n in (1, 2))
        expect_equal(theirs, await take(repository, of=a.THEIRS), "their tasks")

    @clause("Q2")
    async def test_q2_a_task_comes_back_as_it_was(self) -> None:
        """Queue and body are answered as they were added, whatever letters are in them."""
        repository = await self._with_organization()
        tasks = specimens.tasks()
        await repository.commit(queued(*tasks))
        for queue in {task.queue for task in tasks}:
            mine = sorted((task for task in tasks if task.queue == queue), key=lambda task: task.turn)
            expected = tuple(held(task, until=LATER) for task in mine)
            found = await repository.lease(a.OURS, queue, now=max(specimens.MOMENTS), until=LATER, limit=99)
            expect_equal(expected, found, f"the tasks of {queue!r}")

    @clause("Q3")
    async def test_q3_a_lease_ends(self) -> None:
        """What is leased is not answered before `until`; then it is, under a fence that is one higher."""
        repository = await self._with_organization()
        task = a.task(1)
        await repository.commit(queued(task))
        expect_equal((held(task, until=LATER),), await take(repository), "the first lease")
        expect_equal((), await take(repository, now=LATER - timedelta(microseconds=1)), "a lease inside the first")
        second = held(task, until=LATER + MINUTE, fence=2)
        expect_equal((second,), await take(repository, now=LATER), "the lease after the first ended")
        third = held(task, until=LATER + 2 * MINUTE, fence=3)
        expect_equal((third,), await take(repository, now=LATER + MINUTE), "the third lease")

    @clause("Q3")
    async def test_q3_a_fence_outlives_what_was_given_back(self) -> None:
        """A task that was given back to be done again goes on counting its leases."""
        repository = await self._with_organization()
        await repository.commit(queued(a.task(1)))
        for fence in range(1, 4):
            (leased,) = await take(repository)
            expect_equal(fence, leased.fence, "the fence")
            await repository.commit(given_back(leased.again(NOON)))

    @clause("Q4")
    async def test_q4_one_worker_each(self) -> None:
        """Of eight workers that lease at once each task goes to one, and everything that is due goes to somebody."""
        repository = await self._with_organization()
        workers: Sequence[Call[tuple[Leased, ...]]] = [lambda: take(repository, limit=20) for _ in range(AT_ONCE)]
        for turn in range(ROUNDS):
            tasks = [a.task(turn * 20 + n) for n in range(1, 21)]
            await repository.commit(queued(*tasks))
            answers = await self.at_once(workers)
            taken = [leased for answer in answers if isinstance(answer, tuple) for leased in answer]
            rest = await take(repository, limit=20)  # a worker that found the others at it can come back later
            everything = sorted((each.task.id, each.fence) for each in (*taken, *rest))
            expect_equal(sorted((task.id, 1) for task in tasks), everything, "what the workers hold")
            await repository.commit(given_back(*(each.done() for each in (*taken, *rest))))

    @clause("Q5")
    async def test_q5_a_lease_survives(self) -> None:
        """After a restart what was leased is still leased, and its fence goes on."""
        repository = await self._with_organization()
        task = a.task(1)
        await repository.commit(queued(task))
        await take(repository)
        repository = await self.reopened(repository)
        expect_equal((), await take(repository), "a lease inside the first, after a restart")
        expected = (held(task, until=AFTER + MINUTE, fence=2),)
        expect_equal(expected, await take(repository, now=AFTER), "the lease after the first ended")

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
