"""The room in which hashes are computed: a few threads, a short queue, and "busy" beyond it.

What belongs here: bounding work, whatever the work is. A fixed pool bounds memory where a semaphore over many threads
does not: blocks below the allocator's threshold stay with each thread that ever held one (at 19 MiB a semaphore over
64 threads peaks at 317 MiB, a pool of two at 51 MiB). The place is owned by the worker that computes, not by the one
who waits: a request that goes away cannot make room for a second hash while the first still runs.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Self, TypeVar, final

from ..errors import BrokenPort, Busy

R = TypeVar("R")
MOST_WORKERS = 4
"""Argon2 releases the interpreter's lock, so one hash per core is all a machine gains; beyond, it only costs memory."""
_Job = tuple["Future[Any]", Callable[[], Any]]


@final
class HashingPool:
    """Compute with at most `workers` threads, and let at most `queue` jobs wait.

    By default as many workers as there are cores, at most four. Threads start when they are first needed, end with
    `close` or with the process, and start anew in a forked child. Safe to share between threads and event loops.
    """

    def __init__(self, *, workers: int | None = None, queue: int = 64) -> None:
        if workers is not None and workers < 1:
            raise ValueError("a pool has at least one worker")
        if queue < 1:
            raise ValueError("a pool lets at least one job wait")
        self.workers: int = workers if workers is not None else min(MOST_WORKERS, _cores())
        self.queue = queue
        self._closed = False
        self._start_over()
        _pools.add(self)

    def _start_over(self) -> None:
        self._condition = threading.Condition()
        self._waiting: deque[_Job] = deque()
        self._running = 0
        self._threads: list[threading.Thread] = []

    @classmethod
    def shared(cls) -> HashingPool:
        """Return the pool of this process: whoever names no pool computes here, so that one bound holds for all."""
        global _shared  # noqa: PLW0603  # a bound for the whole process is state of the whole process
        with _shared_lock:
            if _shared is None or _shared._closed:  # noqa: SLF001  # of its own class
                _shared = cls()
            return _shared

    def submit(self, job: Callable[[], R], /) -> Future[R]:
        """Take a job and return its future, which raises what the job raises.

        Raises `Busy` at once when `queue` jobs wait already, and `BrokenPort` when the pool is closed. Cancelling the
        future of a waiting job gives its place back; a job that has begun runs to its end.
        """
        future: Future[R] = Future()
        with self._condition:
            if self._closed:
                raise BrokenPort(port="hasher", problem="its hashing pool is closed")
            if self._running + len(self._waiting) >= self.workers + self.queue:
                raise Busy
            if len(self._threads) < min(self.workers, self._running + len(self._waiting) + 1):
                self._hire()
            self._waiting.append((future, job))
            self._condition.notify()
        future.add_done_callback(self._withdraw)
        return future

    def _hire(self) -> None:
        thread = threading.Thread(target=self._work, name="subaccounts-hashing", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the machine gives no more threads: those who are here do the work
            if not self._threads:
                raise Busy from None
        else:
            self._threads.append(thread)

    def _work(self) -> None:
        while True:
            with self._condition:
                while not self._waiting:
                    if self._closed:
                        return
                    self._condition.wait()
                future, job = self._waiting.popleft()
                if not future.set_running_or_notify_cancel():
                    continue
                self._running += 1
            try:
                result, error = job(), None
            except BaseException as raised:  # noqa: BLE001  # it belongs to whoever waits, and the worker must live on
                result, error = None, raised
            with self._condition:  # the place is free before the answer is out: who heard it can come back at once
                self._running -= 1
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)
            del future, job, result, error  # a worker that waits keeps no password alive

    def _withdraw(self, future: Future[Any]) -> None:
        """Give back the place of a job that was cancelled while it waited."""
        if not future.cancelled():
            return
        with self._condition:
            left = deque(entry for entry in self._waiting if entry[0] is not future)
            waited = len(left) < len(self._waiting)
            self._waiting = left
        if waited:  # otherwise a worker took it out and said so
            future.set_running_or_notify_cancel()

    def close(self) -> None:
        """Take no more jobs, finish those that were taken, and end the threads; closing twice changes nothing."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"HashingPool(workers={self.workers}, queue={self.queue})"


def _cores() -> int:
    """Return how many cores this process has, not how many the machine has."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_pools: weakref.WeakSet[HashingPool] = weakref.WeakSet()
_shared: HashingPool | None = None
_shared_lock = threading.Lock()


def _start_over_in_child() -> None:
    """Forget what stayed behind at a fork: the threads, what they held, and whom they worked for."""
    global _shared_lock  # noqa: PLW0603  # another thread of the parent held it at the fork, and will never let go
    _shared_lock = threading.Lock()
    for pool in list(_pools):
        pool._start_over()  # noqa: SLF001  # the pool's own module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_over_in_child)
