"""One connection for each thread of each process, and what is said when the disk fails under a commit."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from subaccounts.domain.decision import Batch, Count
from subaccounts.errors import OutcomeUnknown, Stale, StorageFailed
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import builders as b
from tests.repositories.children import first_batch, fork_and_use, numbered_batch, server, traces


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Answer where the file is."""
    return tmp_path / "portal.db"


@pytest.fixture
def repository(path: Path) -> Iterator[SQLiteRepository]:
    """Answer a repository with an organization and an account."""
    with SQLiteRepository(path) as made:
        made.commit(first_batch())
        yield made


class Failing(sqlite3.Connection):
    """A connection whose commits fail as a dying disk makes them fail."""

    fails = False
    reaches_the_disk = False

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Fail at the end of a transaction, with or without having ended it."""
        if sql == "COMMIT" and Failing.fails:
            if Failing.reaches_the_disk:
                super().execute(sql)
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
            error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
            raise error
        return super().execute(sql, *values)


class TestThreads:
    """Threads do not share a transaction."""

    def test_each_its_own(self, repository: SQLiteRepository) -> None:
        """Every thread has one connection and keeps it."""
        met = threading.Barrier(3)

        def ask(_: int) -> set[int]:
            met.wait()
            found = set()
            for _ in range(3):
                with repository._connections.mine() as connection:
                    found.add(id(connection))
            met.wait()
            return found

        with ThreadPoolExecutor(3) as threads:
            answers = list(threads.map(ask, range(3)))
        assert [1, 1, 1] == [len(answer) for answer in answers]
        assert 3 == len(set().union(*answers))

    def test_ended_threads_leave_nothing(self, repository: SQLiteRepository) -> None:
        """The connection of a thread that ended is closed when the next thread comes."""
        for _ in range(5):
            thread = threading.Thread(target=repository.organization, args=(b.OURS,))
            thread.start()
            thread.join()
        held = repository._connections._here.everybody
        assert {True} == {each is threading.current_thread() or not each.is_alive() for each in held}
        assert len(held) <= 2

    @pytest.mark.asvs("15.4.1")
    def test_counting_together(self, repository: SQLiteRepository) -> None:
        """Threads that count at the same time lose nothing and never meet each other as `Stale`."""

        def count(_: int) -> None:
            for _ in range(10):
                repository.commit(Batch(organization=b.OURS, counts=(Count(name="hits", by=1),)))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(count, range(4)))
        assert 40 == repository.counter(b.OURS, "hits")

    def test_closing_waits(self, repository: SQLiteRepository, path: Path) -> None:
        """Closing waits for a commit that is under way in another thread; nothing of it is lost."""
        begun, proceed = threading.Event(), threading.Event()

        def pause(statement: str) -> None:
            if statement.startswith("BEGIN"):
                begun.set()
                proceed.wait(30)

        def work() -> None:
            with repository._connections.mine() as connection:
                connection.set_trace_callback(pause)
            repository.commit(numbered_batch(1))

        worker = threading.Thread(target=work)
        worker.start()
        begun.wait(30)
        closer = threading.Thread(target=repository.close)
        closer.start()
        assert closer.is_alive()
        proceed.set()
        worker.join()
        closer.join()
        assert {True} == set(traces(path, 1).values())
        with pytest.raises(StorageFailed, match="closed"):
            repository.organization(b.OURS)


class TestForks:
    """A forked process begins with connections of its own."""

    def test_both_go_on(self, path: Path) -> None:
        """A child uses the repository it inherited, ends, and takes nothing of the parent's with it."""
        SQLiteRepository(path).close()
        context = server()
        told = context.Queue()
        child = context.Process(target=fork_and_use, args=(str(path), told))
        child.start()
        answers = [told.get(timeout=60) for _ in range(3)]
        child.join()
        assert ["child exit 0", "parent sees both", "one file"] == answers


class TestUnknownOutcome:
    """When the disk fails under the commit itself, only the file knows."""

    @pytest.fixture
    def failing(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SQLiteRepository]:
        """Answer a repository whose disk fails while `Failing.fails`."""
        known = sqlite3.connect

        def connect(*args: Any, **named: Any) -> sqlite3.Connection:
            return known(*args, factory=Failing, **named)

        monkeypatch.setattr(sqlite3, "connect", connect)
        monkeypatch.setattr(Failing, "fails", False)
        with SQLiteRepository(path) as made:
            made.commit(first_batch())
            yield made

    @pytest.mark.parametrize("reached", [True, False])
    def test_told_as_such(
        self, failing: SQLiteRepository, path: Path, monkeypatch: pytest.MonkeyPatch, reached: bool
    ) -> None:
        """The answer is `OutcomeUnknown`; asking with the request id tells which it was, and repeating is safe."""
        monkeypatch.setattr(Failing, "fails", True)
        monkeypatch.setattr(Failing, "reaches_the_disk", reached)
        with pytest.raises(OutcomeUnknown):
            failing.commit(numbered_batch(1))
        monkeypatch.setattr(Failing, "fails", False)
        assert reached is (failing.request(b.OURS, "request-1") is not None)
        assert {reached} == set(traces(path, 1).values())
        if reached:
            with pytest.raises(Stale):
                failing.commit(numbered_batch(1))
        else:
            failing.commit(numbered_batch(1))
        assert {True} == set(traces(path, 1).values())

    def test_a_failing_read_is_not_an_absence(self, failing: SQLiteRepository, monkeypatch: pytest.MonkeyPatch) -> None:
        """A read that fails is told as a failure, never as "not there"."""

        def fail(*_: object) -> sqlite3.Cursor:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
            error.sqlite_errorname = "SQLITE_IOERR_READ"
            raise error

        monkeypatch.setattr(Failing, "execute", fail)
        with pytest.raises(StorageFailed) as refused:
            failing.organization(b.OURS)
        assert ("unreachable", True) == (refused.value.problem, "SQLITE_IOERR_READ" in str(refused.value))
