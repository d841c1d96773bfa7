"""Many at once on three nodes: guards hold, a task is leased once, reads are not old, and what everybody was told has an order.

Each rule has its control beside it: what is enough on one server, and how it fails on three. More races with
`SUBACCOUNTS_RACES`.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Timer
from typing import Any, Final

import pymysql
import pytest
from attrs import evolve

from subaccounts.domain.decision import Batch
from subaccounts.domain.task import Task
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository, commit, galera
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from tests.cluster import guards
from tests.cluster.guards import NAIVE, PAIRS, race
from tests.cluster.running import cluster, emptied, spread
from tests.races.judged import Verdict, judge
from tests.races.lanes import RACERS, by_threads
from tests.races.lots import races

DRAWN: Final = int(os.environ.get("SUBACCOUNTS_RACES", "400"))
TASKS: Final = 120
READS: Final = 5
HELD: Final = 1.0
"""Seconds for which a node is kept from applying."""
WORKERS: Final = 6
Record = Callable[[str, object], None]


class TestGuards:
    """Two on two nodes, of whom each writes what the other only looks at, at the same moment."""

    @pytest.mark.parametrize("what", guards.RACES)
    def test_one_of_two_succeeds(self, what: str, record_property: Record) -> None:
        """What a batch was decided on is as it was when the batch is written, also when another node writes it just then."""
        won = race([place.url for place in emptied()], what)
        record_property(f"judged guards of {what}", (PAIRS, 2 * PAIRS, PAIRS, won.count(2)))
        assert [1] * PAIRS == won

    @pytest.mark.parametrize("naive", NAIVE)
    @pytest.mark.parametrize("what", guards.RACES)
    def test_control_locks_are_not_heard_of(
        self, what: str, naive: str, monkeypatch: pytest.MonkeyPatch, record_property: Record
    ) -> None:
        """Control: locks, and an UPDATE that changes nothing, let both succeed; the race that judges ours finds it."""
        monkeypatch.setattr(commit, "_guard_written", NAIVE[naive])
        won = race([place.url for place in emptied()], what)
        record_property(f"judged guards of {what} by {naive}", (PAIRS, 2 * PAIRS, PAIRS, won.count(2)))
        assert won.count(2) > 0

    def test_who_gives_way_too_often_is_stale(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A certification conflict, which is the answer to a COMMIT, surfaces as Stale once it is not tried again."""
        monkeypatch.setattr(galera, "TRIES", 1)
        assert [1] * PAIRS == race([place.url for place in emptied()], "a record")


class TestLeases:
    """Six workers, two on each node."""

    def test_no_task_is_leased_twice(self) -> None:
        """Workers that lease at once have each task once, under its first fence, and leave none."""
        repositories = [SQLAlchemyRepository(place.url) for place in emptied()]
        tasks = tuple(Task(organization=b.OURS, queue="mail", id=f"{n:03}", due=NOON, body="{}") for n in range(TASKS))
        repositories[0].commit(Batch(organization=b.OURS, puts=(b.organization(),), tasks=tasks))
        later = NOON + timedelta(hours=1)

        def work(worker: int) -> list[tuple[str, int]]:
            mine, repository = list[tuple[str, int]](), repositories[worker % len(repositories)]
            while repository.due("mail", now=NOON, after=None, limit=1):
                leased = repository.lease(b.OURS, "mail", now=NOON, until=later, limit=7)
                mine += [(each.task.id, each.fence) for each in leased]
            return mine

        with ThreadPoolExecutor(WORKERS) as threads:
            had = list(itertools.chain(*threads.map(work, range(WORKERS))))
        for repository in repositories:
            repository.close()
        assert [(task.id, 1) for task in tasks] == sorted(had)


class TestHistories:
    """Four threads race for one person, and every question goes to another node than the one before."""

    def test_all_answers_have_an_order(self, record_property: Record) -> None:
        """Whatever is done to a person on all nodes at once, an order of doing it one after the other explains it all."""
        verdict = raced(DRAWN, seed=3)
        record_property("judged races on a cluster", verdict.numbers)
        assert [] == list(verdict.told[:3])
        assert DRAWN == verdict.races
        assert verdict.overlapping >= DRAWN // 2


class TestReads:
    """Somebody who is told by one node that it is done, and asks another one."""

    def test_what_was_acknowledged_is_read(self, record_property: Record) -> None:
        """A read sees what any node acknowledged before it was asked."""
        old = read_elsewhere()
        record_property("judged reads on another node", (READS, 2 * READS, 0, old))
        assert 0 == old

    def test_control_reads_that_do_not_wait(self, monkeypatch: pytest.MonkeyPatch, record_property: Record) -> None:
        """Control: without waiting a node tells what it had before."""
        monkeypatch.setattr(galera, "follow", guards.read_without_waiting)
        old = read_elsewhere()
        record_property("judged reads on another node that do not wait", (READS, 2 * READS, 0, old))
        assert READS == old


def read_elsewhere() -> int:
    """Write on one node and read on another that is kept from applying for a moment; return how often that read is old."""
    here, there = (SQLAlchemyRepository(place.url) for place in emptied()[:2])
    here.commit(Batch(organization=b.OURS, puts=(b.organization(),)))
    old = 0
    for version in range(1, READS + 1):
        with pymysql.connect(host="127.0.0.1", port=cluster().nodes[1].port, user="root") as holding:
            holding.cursor().execute("FLUSH TABLES WITH READ LOCK")
            here.commit(Batch(organization=b.OURS, puts=(evolve(b.organization(), version=version),)))
            letting_go = Timer(HELD, lambda cursor: cursor.execute("UNLOCK TABLES"), [holding.cursor()])
            letting_go.start()
            found = there.organization(b.OURS)
            letting_go.join()
        old += found is None or found.version != version + 1
        cluster().nodes[1].synced()
    here.close()
    there.close()
    return old


def raced(number: int, *, seed: int) -> Verdict:
    """Run so many races, and judge them."""
    work = list(itertools.islice(races(seed, racers=RACERS), number))
    repository: Any = spread([place.url for place in emptied()])
    verdict = judge(work, by_threads(repository, work), repository)
    for each in repository.each:
        each.close()
    return verdict
