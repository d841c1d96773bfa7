"""The contract of the port `Queues`: what is due goes to one worker at a time, and all that waits can be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ...domain.ids import OrganizationId
from ...domain.task import Leased
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import specimens
from ..clock import NOON
from .contract import AT_ONCE, Call, clause
from .expect import expect_equal
from .storage import store, walk
from .tasks import AFTER, LATER, MINUTE, TasksContract, given_back, held, queued, take

ROUNDS: Final = 5
"""How often a race for tasks is run."""


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


class QueuesContract(TasksContract):
    """Prove clauses Q1 to Q6, C14 and C15; needs `due`, `lease`, `tasks_page` and `commit`."""

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

    @clause("Q6")
    async def test_q6_all_that_waits(self) -> None:
        """Every task of the queue is answered, due or not, leased or not, and none of another queue."""
        repository = await self._with_organization()
        waiting, later, leased = a.task(1, due=NOON + MINUTE * 5), a.task(2, due=NOON + timedelta(days=9)), a.task(3)
        await repository.commit(queued(later, leased, waiting, a.task(4, queue="Notices")))
        untouched = (Leased(task=waiting, fence=0), Leased(task=later, fence=0))
        expect_equal((*untouched, Leased(task=leased, fence=0)), await _page(repository), "before the first lease")
        await take(repository)
        expect_equal((*untouched, held(leased, until=LATER)), await _page(repository), "while one is leased")
        await take(repository, now=AFTER, limit=1)
        again = held(leased, until=AFTER + MINUTE, fence=2)
        expect_equal((*untouched, again), await _page(repository), "after the second lease")
        expect_equal((), await take(repository, now=AFTER), "what is due after somebody looked")

    @clause("Q6")
    async def test_q6_what_was_given_back(self) -> None:
        """A task that is done is answered no more; one to be done again is due when its acknowledgment says."""
        repository = await self._with_organization()
        await repository.commit(queued(a.task(1), a.task(2)))
        first, second = await take(repository)
        await repository.commit(given_back(first.done(), second.again(AFTER)))
        expect_equal((held(a.task(2), until=AFTER),), await _page(repository), "what is left")

    @clause("Q6")
    async def test_q6_page_by_page(self) -> None:
        """Tasks come in the binary order of their ids, at most `limit`, each page beginning after the last."""
        repository = await self._with_organization()
        names = ("Zoo", "acme", "acme-2", "zoë", "я")
        tasks = tuple(a.task(1, id=name, due=NOON - timedelta(minutes=n)) for n, name in enumerate(names))
        await repository.commit(queued(*reversed(tasks)))
        found: list[Leased] = await walk(
            lambda last: _page(repository, after=last.task.id if last else None, limit=2), 2
        )
        expect_equal([Leased(task=task, fence=0) for task in tasks], found, "the tasks, page by page")
        expect_equal((), await _page(repository, limit=0), "a page of nothing")

    @clause("Q6")
    async def test_q6_from_another_organization(self) -> None:
        """Another organization's tasks are not answered, though queue and ids are the same."""
        repository = await self._with_organization()
        await store(repository, a.organization(a.THEIRS))
        await repository.commit(queued(a.task(1), a.task(2)))
        expect_equal((), await _page(repository, of=a.THEIRS), "theirs, when only ours exist")
        theirs = a.task(2, of=a.THEIRS, body="{}")
        await repository.commit(queued(theirs, of=a.THEIRS))
        expect_equal((Leased(task=theirs, fence=0),), await _page(repository, of=a.THEIRS), "theirs")

    @clause("Q6")
    async def test_q6_a_task_is_shown_as_it_was(self) -> None:
        """Queue, body and moment are answered as they were added, whatever letters are in them, and times are in UTC."""
        repository = await self._with_organization()
        tasks = specimens.tasks()
        await repository.commit(queued(*tasks))
        for queue in {task.queue for task in tasks}:
            mine = tuple(Leased(task=task, fence=0) for task in tasks if task.queue == queue)
            found = await _page(repository, queue=queue, limit=99)
            expect_equal(mine, found, f"the tasks of {queue!r}")
            expect_equal({timedelta(0)}, {each.task.due.utcoffset() for each in found}, "how far they are from UTC")


async def _page(
    repository: AsyncRepository,
    *,
    of: OrganizationId = a.OURS,
    queue: str = "notices",
    after: str | None = None,
    limit: int = 9,
) -> tuple[Leased, ...]:
    return await repository.tasks_page(of, queue, after=after, limit=limit)
