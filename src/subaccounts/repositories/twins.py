"""The async twins of what needs no host's database: the same repositories, asked without blocking the event loop."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Self, TypeVar, final

from ..errors import StorageFailed
from ..ports import Repository
from ._twin import Twin
from .memory import MemoryRepository
from .sqlite.repository import SQLiteRepository

R = TypeVar("R")


@final
class AsyncMemoryRepository(Twin):
    """Keep everything in memory, and give way to other tasks before every question, as a real store would."""

    def __init__(self, plain: MemoryRepository | None = None, /) -> None:
        self._plain = plain or MemoryRepository()

    def __repr__(self) -> str:
        return "AsyncMemoryRepository()"

    async def _ask(self, question: Callable[[Repository], R], /) -> R:
        await asyncio.sleep(0)
        return question(self._plain)


@final
class AsyncSQLiteRepository(Twin):
    """Keep everything in one SQLite file, as `SQLiteRepository` says, asked on a few threads of its own.

    The file is opened by the first question, so that making the repository blocks nothing; what cannot be opened is
    told there. A commit that began goes on to its end in its thread even when the task that asked is canceled.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        durable: bool = False,
        busy_timeout: timedelta = timedelta(seconds=10),
        threads: int = 4,
    ) -> None:
        if threads < 1:
            raise ValueError("a repository works on at least one thread")
        self._path = os.fspath(path)
        self._open = partial(SQLiteRepository, path, durable=durable, busy_timeout=busy_timeout)
        self._threads = threads
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="subaccounts-sqlite")
        self._plain: SQLiteRepository | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"AsyncSQLiteRepository({self._path!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the file; questions that were asked are answered first, later ones raise `StorageFailed` (`closed`)."""
        self._closed = True
        await asyncio.to_thread(self._executor.shutdown)
        if self._plain is not None:
            await asyncio.to_thread(self._plain.close)

    async def _ask(self, question: Callable[[Repository], R], /) -> R:
        if self._pid != os.getpid():  # threads do not survive a fork
            self._begin()
        if self._closed:
            raise StorageFailed(store=f"SQLite file {self._path}", problem="closed")
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._answer, question)

    def _answer(self, question: Callable[[Repository], R]) -> R:
        with self._lock:
            if self._plain is None:
                self._plain = self._open()
        return question(self._plain)
