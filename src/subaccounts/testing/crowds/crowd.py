"""Where racers run and how they meet: threads of this process, or processes that stay for the next race."""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from functools import cache
from threading import Barrier, BrokenBarrierError
from typing import Any, Final

from .races import Race, Racer, run

PATIENCE: Final = 120.0
"""Seconds a racer waits for the others before the race is given up."""


class LeftAlone(AssertionError):
    """Say that the others did not come: one of them gave up before, or hangs."""


_meetings: list[Barrier] = []
"""In a process of a crowd: where its racers meet."""


def in_threads(race: Race, racers: Sequence[Racer], /) -> list[Any]:
    """Run every racer in a thread; return what each answered."""
    barrier = threading.Barrier(len(racers))
    with ThreadPoolExecutor(len(racers)) as pool:
        return _answers([pool.submit(_run_at, barrier, race, racer) for racer in racers])


def in_processes(race: Race, racers: Sequence[Racer], /) -> list[Any]:
    """Run every racer in a process; return what each answered."""
    pool = _processes(len(racers))
    try:
        return _answers([pool.submit(_run_here, race, racer) for racer in racers])
    except BaseException:
        _processes.cache_clear()  # they cannot meet again: the next race has new ones
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _answers(running: Sequence[Future[Any]]) -> list[Any]:
    """Return every answer; raise what made a racer give up, rather than that the others missed it."""
    wait(running)
    raised = [error for each in running if (error := each.exception()) is not None]
    if raised:
        raise next((error for error in raised if not isinstance(error, LeftAlone)), raised[0])
    return [each.result() for each in running]


@cache
def _processes(many: int) -> ProcessPoolExecutor:
    """Start the processes once: they are idle between races, and end with the program.

    Each waits for all others when a race begins, so that none takes two racers.
    """
    method = "spawn" if sys.platform == "win32" else "forkserver"
    starting = multiprocessing.get_context(method)
    if method == "forkserver":  # they load it once instead of each for itself
        starting.set_forkserver_preload([f"{__package__}.races", *_loaded()])
    barrier = starting.Barrier(many)
    return ProcessPoolExecutor(many, starting, initializer=_meet_at, initargs=(barrier,))


def _meet_at(barrier: Barrier) -> None:
    """Remember, in a new process, where racers meet."""
    _meetings.append(barrier)


def _loaded() -> list[str]:
    """Return those heavy libraries that are loaded here and that every racer would load."""
    return [name for name in ("sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.mysql") if name in sys.modules]


def _run_here(race: Race, racer: Racer) -> Any:
    return _run_at(_meetings[-1], race, racer)


def _run_at(barrier: Barrier, race: Race, racer: Racer) -> Any:
    """Run a racer, who meets the others once before it opens anything; when it gives up, nobody waits for it."""

    def meet() -> None:
        try:
            barrier.wait(PATIENCE)
        except BrokenBarrierError:
            raise LeftAlone("the other racers did not come") from None

    try:
        meet()
        return run(race, racer, meet)
    except BaseException:
        barrier.abort()
        raise
