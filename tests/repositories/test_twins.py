"""The async twins: the loop is never blocked, a canceled task loses no commit, and nothing loads before it is named."""

from __future__ import annotations

import asyncio
import inspect
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from subaccounts import repositories
from subaccounts.errors import StorageFailed
from subaccounts.ports import AsyncRepository, Repository
from subaccounts.repositories import (
    AsyncMemoryRepository,
    AsyncSQLiteRepository,
    MemoryRepository,
    SQLiteRepository,
)
from subaccounts.testing import builders as b
from tests.repositories.children import first_batch, numbered_batch, traces


def signatures(of: type) -> dict[str, list[tuple[str, object, object]]]:
    """Return the public methods of a repository with their parameters, of which the color is no part."""
    return {
        name: [(each.name, each.kind, each.annotation) for each in inspect.signature(method).parameters.values()]
        for name, method in inspect.getmembers(of, inspect.isfunction)
        if not name.startswith("_") and name != "close"
    }


class TestSurface:
    """All repositories have the methods of the ports, no more and no less."""

    @pytest.mark.parametrize(
        ("made", "port"),
        [
            (MemoryRepository, Repository),
            (SQLiteRepository, Repository),
            (AsyncMemoryRepository, AsyncRepository),
            (AsyncSQLiteRepository, AsyncRepository),
        ],
    )
    def test_methods(self, made: type, port: type) -> None:
        """Names and parameters are the port's, in both colors."""
        assert signatures(port) == signatures(made)

    def test_nothing_loads_by_itself(self) -> None:
        """Naming the memory repository loads no SQLite; naming the package loads no repository."""
        code = (
            "import sys, subaccounts.repositories as r; early = [m for m in sys.modules if m.startswith(r.__name__ + '.')]"
            "; r.MemoryRepository(); print(early, 'sqlite3' in sys.modules, 'cattrs' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert "[] False False" == done.stdout.strip()

    def test_only_what_is_listed(self) -> None:
        """The package shows what it lists and answers no other name."""
        assert repositories.__all__ == dir(repositories)
        assert repositories.__all__ == [getattr(repositories, name).__name__ for name in repositories.__all__]
        with pytest.raises(AttributeError, match="OracleRepository"):
            repositories.OracleRepository  # noqa: B018 - asking is what is tested


class TestLoop:
    """The event loop goes on while the file works."""

    def test_waiting_for_a_lock(self, tmp_path: Path) -> None:
        """While one commit waits for the file, other tasks run: the one that frees the file among them."""

        async def story() -> int:
            async with AsyncSQLiteRepository(tmp_path / "portal.db") as repository:
                await repository.commit(first_batch())
                other = sqlite3.connect(tmp_path / "portal.db", isolation_level=None)
                other.execute("BEGIN IMMEDIATE")
                waiting = asyncio.create_task(repository.commit(numbered_batch(1)))
                turns = 0
                while turns < 20:  # only a free loop gets here
                    await asyncio.sleep(0.001)
                    turns += 1
                assert not waiting.done()
                other.execute("ROLLBACK")
                other.close()
                await waiting
                return turns

        assert 20 == asyncio.run(story())
        assert {True} == set(traces(tmp_path / "portal.db", 1).values())

    def test_memory_gives_way(self) -> None:
        """The memory twin lets another task run before each question, so that tests meet what real stores do."""

        async def story() -> list[str]:
            told: list[str] = []
            repository = AsyncMemoryRepository()

            async def other() -> None:
                told.append("other")

            task = asyncio.create_task(other())
            await repository.organization(b.OURS)
            told.append("answer")
            await task
            return told

        assert ["other", "answer"] == asyncio.run(story())

    def test_a_canceled_commit_is_whole(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A task canceled during its commit hears so at once; the commit ends in its thread, whole."""
        begun, proceed = threading.Event(), threading.Event()
        known: Callable[..., Any] = SQLiteRepository.commit

        def slow(self: SQLiteRepository, batch: Any, /) -> None:
            if batch.request is not None:
                begun.set()
                proceed.wait(30)
            known(self, batch)

        monkeypatch.setattr(SQLiteRepository, "commit", slow)

        async def story() -> bool:
            async with AsyncSQLiteRepository(tmp_path / "portal.db", threads=2) as repository:
                await repository.commit(first_batch())
                task = asyncio.create_task(repository.commit(numbered_batch(1)))
                await asyncio.to_thread(begun.wait, 30)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                proceed.set()
                return task.cancelled()

        assert asyncio.run(story())
        assert {True} == set(traces(tmp_path / "portal.db", 1).values())

    def test_a_commit_canceled_in_the_queue_is_nothing(self, tmp_path: Path) -> None:
        """A task canceled before its question reached a thread wrote nothing."""
        proceed = threading.Event()

        async def story() -> None:
            async with AsyncSQLiteRepository(tmp_path / "portal.db", threads=1) as repository:
                await repository.commit(first_batch())
                repository._executor.submit(proceed.wait, 30)
                task = asyncio.create_task(repository.commit(numbered_batch(1)))
                await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                proceed.set()

        asyncio.run(story())
        assert {False} == set(traces(tmp_path / "portal.db", 1).values())


class TestOpening:
    """The file is opened when the first question comes."""

    def test_late(self, tmp_path: Path) -> None:
        """Making the repository touches no file; the first question makes it."""
        repository = AsyncSQLiteRepository(tmp_path / "portal.db")
        assert [] == list(tmp_path.iterdir())
        assert asyncio.run(repository.organization(b.OURS)) is None
        assert (tmp_path / "portal.db").is_file()
        asyncio.run(repository.close())

    def test_what_cannot_be_opened(self, tmp_path: Path) -> None:
        """A file that cannot be used is told by each question, and used once it can be."""

        async def story() -> str:
            async with AsyncSQLiteRepository(tmp_path / "later" / "portal.db") as repository:
                with pytest.raises(StorageFailed) as refused:
                    await repository.organization(b.OURS)
                (tmp_path / "later").mkdir()
                await repository.commit(first_batch())
                return refused.value.problem

        assert "unreachable" == asyncio.run(story())

    def test_several_loops(self, tmp_path: Path) -> None:
        """One repository serves one loop after the other."""
        repository = AsyncSQLiteRepository(tmp_path / "portal.db")
        asyncio.run(repository.commit(first_batch()))
        assert asyncio.run(repository.organization(b.OURS)) is not None
        asyncio.run(repository.close())

    def test_closed(self, tmp_path: Path) -> None:
        """After closing, questions are refused with `closed`, and closing again changes nothing."""

        async def story() -> str:
            repository = AsyncSQLiteRepository(tmp_path / "portal.db")
            await repository.commit(first_batch())
            await repository.close()
            await repository.close()
            with pytest.raises(StorageFailed) as refused:
                await repository.organization(b.OURS)
            return refused.value.problem

        assert "closed" == asyncio.run(story())
        assert [tmp_path / "portal.db"] == list(tmp_path.iterdir())
