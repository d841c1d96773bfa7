"""Who holds which connection: one for each thread of each process, so that no two ever share a transaction."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import AbstractContextManager, suppress
from typing import Final, final

from ...errors import StorageFailed
from .opening import Place, reach

_LEFT_BEHIND: Final[list[object]] = []
"""Connections of the parent process. SQLite forbids a child to use them or even to close them, since closing would
release the parent's locks ("How To Corrupt An SQLite Database File", 2.6)."""


@final
class _Held:
    """Hold one thread's connection; the lock lets whoever closes the repository wait for the end of a commit."""

    __slots__ = ("closed", "connection", "lock", "store")

    def __init__(self, connection: sqlite3.Connection, store: str) -> None:
        self.connection = connection
        self.store = store
        self.lock = threading.Lock()
        self.closed = False

    def __enter__(self) -> sqlite3.Connection:
        self.lock.acquire()
        if self.closed:
            self.lock.release()
            raise StorageFailed(store=self.store, problem="closed")
        return self.connection

    def __exit__(self, *_: object) -> None:
        self.lock.release()

    def close(self) -> None:
        with self.lock, suppress(sqlite3.Error):
            self.closed = True
            self.connection.close()


@final
class _Here:
    """Hold the connections of one process."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.lock = threading.Lock()
        self.mine = threading.local()
        self.everybody: dict[threading.Thread, _Held] = {}


@final
class Connections:
    """Open a connection for whoever asks first from its thread, and close them all."""

    def __init__(self, place: Place, /) -> None:
        self._place = place
        self._here = _Here()
        self._closed = False

    def mine(self) -> AbstractContextManager[sqlite3.Connection]:
        """Lend this thread's connection; raises `sqlite3.Error` when it cannot be opened, `StorageFailed` (`closed`)."""
        here = self._here
        if here.pid != os.getpid():
            here = self._begin_again(here)
        if self._closed:
            raise StorageFailed(store=self._place.store, problem="closed")
        held: _Held = getattr(here.mine, "held", None) or self._open(here)
        return held

    def drop(self) -> None:
        """Close this thread's connection: its next question opens a fresh one."""
        here = self._here
        held: _Held | None = getattr(here.mine, "held", None)
        if held is None or here.pid != os.getpid():
            return
        here.mine.held = None
        with here.lock:
            here.everybody.pop(threading.current_thread(), None)
        held.close()

    def close(self) -> None:
        """Close every connection of this process; whoever is in the middle of a commit finishes it first."""
        self._closed = True
        here = self._here
        if here.pid != os.getpid():
            return
        with here.lock:
            everybody, here.everybody = list(here.everybody.values()), {}
        for held in everybody:
            held.close()

    def _open(self, here: _Here) -> _Held:
        with here.lock:
            ended = [here.everybody.pop(thread) for thread in list(here.everybody) if not thread.is_alive()]
        for held in ended:
            held.close()
        fresh = _Held(reach(self._place), self._place.store)
        with here.lock:
            here.everybody[threading.current_thread()] = fresh
        here.mine.held = fresh
        if self._closed:  # closed while this one was on its way
            self.drop()
        return fresh

    def _begin_again(self, parents: _Here) -> _Here:
        """Begin with no connection in a process that was forked; the lock is new too, a thread that held it is gone."""
        self._here = here = _Here()
        if parents.everybody:
            import ctypes

            _LEFT_BEHIND.append(parents)
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(parents))  # so that even the end of the process leaves them be
        return here
