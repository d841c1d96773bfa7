"""Many at once on a server: one winner of each claim, guards that hold to the end, counters that never pass their limit,
tasks that one worker has.

`SUBACCOUNTS_TEST_CLAIMS` says how many logins eight processes claim; 10,000 is what is promised, and takes minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, Final, TypeVar

import pytest
from attrs import evolve

from subaccounts import AddPeople
from subaccounts.domain.account import AccountState
from subaccounts.domain.decision import Batch, Count
from subaccounts.domain.password import PasswordHash
from subaccounts.domain.task import Task
from subaccounts.errors import Full, Stale, Taken
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.testing import NOON, CheapHasher
from subaccounts.testing import builders as b
from tests.races.workers import PROCESSES, Racers
from tests.repositories.sql.databases import SERVERS, Database
from tests.repositories.sql.racing import Forked, Racer, claim, close_one, password_of
from tests.repositories.sql.shops import BOSS, Shop, each_server, empty

R = TypeVar("R")
CLAIMS: Final = int(os.environ.get("SUBACCOUNTS_TEST_CLAIMS", "24"))
PAIRS: Final = 20
THREADS: Final = 8
TASKS: Final = 120
SEATS: Final = 50
ADDED: Final = 500
"""Logins pasted at once."""


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Start the processes once for all races."""
    with Forked() as made:
        yield made


def track(place: Database, account: Any) -> list[Racer]:
    """Return one racer for each process."""
    return [Racer(url=place.url, number=number, account=account) for number in range(PROCESSES)]


@each_server
class TestProcesses:
    """Eight processes on one server."""

    def test_one_claim_wins(self, name: str, racers: Racers, tmp_path: Path, record_property: Any) -> None:
        """Of eight that claim a login with its code at once exactly one is let in, and its password is what is stored."""
        place = empty(name, tmp_path)
        with Shop(place).opened() as shop:
            work, people = [], []
            for start in range(0, CLAIMS, ADDED):
                logins = "\n".join(f"person-{n}" for n in range(start, min(start + ADDED, CLAIMS)))
                for line in shop.handle(AddPeople.pasted(logins, actor=BOSS, account=shop.account)):
                    assert line.sub_account is not None
                    assert line.code is not None
                    work.append((line.typed, line.code.code.reveal()))
                    people.append(line.sub_account.id)
            won = racers.race(claim, track(place, shop.account), work)
            winners = [[racer for racer in range(PROCESSES) if won[racer][n]] for n in range(CLAIMS)]
            assert [1] * CLAIMS == [len(each) for each in winners]
            hasher, known = CheapHasher(), [shop.repository.person(id) for id in people]  # noqa: A001 - the id of a person
            expected = [hasher.hash(password_of(racer)) for (racer,) in winners]
            assert expected == [each.credential.password for each in known]
        record_property("judged claims", (CLAIMS, CLAIMS * PROCESSES, CLAIMS, 0))

    def test_guards_hold(self, name: str, racers: Racers, tmp_path: Path) -> None:
        """Two accounts that are closed only while the other is open, each by somebody: one of the two is closed, never both."""
        place = empty(name, tmp_path)
        repository = SQLAlchemyRepository(place.url)
        accounts = tuple(b.account(n) for n in range(1, 2 * PAIRS + 1))
        repository.commit(Batch(organization=b.OURS, puts=(b.organization(), *accounts)))
        pairs = [(accounts[2 * n].id, accounts[2 * n + 1].id) for n in range(PAIRS)]
        closed = racers.race(close_one, track(place, accounts[0].id), pairs)
        assert list(range(PAIRS)) == sorted(place for racer in closed for place in racer)
        found = repository.accounts_page(b.OURS, after=None, limit=1_000)
        assert PAIRS == len([each for each in found if each.state is AccountState.CLOSED])
        repository.close()


def at_once(act: Callable[[int], R]) -> list[R]:
    """Run this in as many threads at once, each with its number; return what each answered."""
    barrier = Barrier(THREADS)

    def run(number: int) -> R:
        barrier.wait(60)
        return act(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


@pytest.fixture
def repository(name: str, tmp_path: Path) -> Iterator[SQLAlchemyRepository]:
    """Answer a repository with an organization and an account, on which eight threads ask."""
    opened = SQLAlchemyRepository(empty(name, tmp_path).url)
    opened.commit(Batch(organization=b.OURS, puts=(b.organization(), b.account())))
    yield opened
    opened.close()


@pytest.mark.parametrize("name", ["SQLite", *SERVERS])
class TestThreads:
    """Eight threads on one repository."""

    def test_leases(self, repository: SQLAlchemyRepository) -> None:
        """Workers that lease at once have each task once, under its first fence, and leave none."""
        tasks = tuple(Task(organization=b.OURS, queue="mail", id=f"{n:03}", due=NOON, body="{}") for n in range(TASKS))
        repository.commit(Batch(organization=b.OURS, tasks=tasks))
        later = NOON + timedelta(hours=1)

        def work(_: int) -> list[tuple[str, int]]:
            mine: list[tuple[str, int]] = []
            while repository.due("mail", now=NOON, after=None, limit=1):
                leased = repository.lease(b.OURS, "mail", now=NOON, until=later, limit=7)
                mine += [(each.task.id, each.fence) for each in leased]
            return mine

        had = [each for worker in at_once(work) for each in worker]
        assert [(task.id, 1) for task in tasks] == sorted(had)

    def test_counters(self, repository: SQLAlchemyRepository) -> None:
        """Increments never pass their limit and are never lost, and meet nobody: those that do not fit are Full."""
        seat = Count(name="seats", by=1, at_most=SEATS)

        def sit(_: int) -> list[str]:
            return [told(repository, Batch(organization=b.OURS, counts=(seat,))) for _ in range(10)]

        answers = [each for thread in at_once(sit) for each in thread]
        assert {"done": SEATS, "full": THREADS * 10 - SEATS} == {word: answers.count(word) for word in set(answers)}
        assert SEATS == repository.counter(b.OURS, "seats")

    def test_one_login(self, repository: SQLAlchemyRepository) -> None:
        """Of eight people who are added under one login at once one is there, and the others hear that it is taken."""

        def add(number: int) -> str:
            batch = Batch(organization=b.OURS, puts=b.person(number + 1, login="anna"))
            while (answer := told(repository, batch)) == "stale":
                pass
            return answer

        assert ["done", *["taken"] * (THREADS - 1)] == sorted(at_once(add))

    def test_one_version(self, repository: SQLAlchemyRepository) -> None:
        """Of eight that put a record on one version one does, and the others hear that it is stale."""
        repository.commit(Batch(organization=b.OURS, puts=b.person()))
        _, credential = b.person()
        again = [PasswordHash(encoded=f"{b.password_hash().encoded}{number}") for number in range(THREADS)]

        def put(number: int) -> str:
            mine = evolve(credential, version=1, password=again[number])
            return told(repository, Batch(organization=b.OURS, puts=(mine,)))

        answers = at_once(put)
        assert ["done", *["stale"] * (THREADS - 1)] == sorted(answers)
        stored = repository.person(b.sub_account_id())
        assert stored is not None
        assert again[answers.index("done")] == stored.credential.password


def told(repository: SQLAlchemyRepository, batch: Batch) -> str:
    """Commit, and say in a word what was answered."""
    try:
        repository.commit(batch)
    except (Stale, Taken, Full) as conflict:
        return conflict.code
    return "done"
