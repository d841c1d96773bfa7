"""Judging one mutant in a process of its own, which can loop, crash and forget, and nobody else is hurt."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from attrs import frozen

J = TypeVar("J")
MOST_MEMORY: Final = 6 << 30
"""Bytes a child can use: a mutant that allocates without end fails instead of the machine."""
WALL_TO_CPU: Final = 20
"""How much longer than its processor time a child can take: it waits for the others, and some mutants only wait."""


@frozen(kw_only=True)
class Verdict:
    """Hold what became of a mutant: `killed` by a test, `survived`, or `timeout`, which counts as killed."""

    outcome: str
    by: str = ""


def verdicts(
    jobs: Iterable[J], judge: Callable[[J], str | None], *, seconds: int, processes: int
) -> Iterator[tuple[J, Verdict]]:
    """Judge each job in a forked child, several at once, and yield the verdicts as they come.

    `judge` answers the name of the test that failed, None when all passed. `seconds` of processor time are given to begin with.
    Raises `ChildProcessError` when `judge` raises: what breaks the run says nothing about the mutant.
    """
    running: dict[int, tuple[J, int]] = {}
    for job in jobs:
        if len(running) >= processes:
            yield _next(running)
        running.update([_start(job, judge, seconds)])
    while running:
        yield _next(running)


def call(function: Callable[[], object]) -> object:
    """Return what a function answers in a forked child, as JSON carries it. Raises `ChildProcessError`."""
    child, (_, pipe) = _start(None, lambda _: json.dumps(function()), 24 * 3600)
    with os.fdopen(pipe, encoding="utf-8") as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    if status or not said:
        raise ChildProcessError(f"a child ended with status {status}: {said}")
    return json.loads(said)


def _start(job: J, judge: Callable[[J], str | None], seconds: int) -> tuple[int, tuple[J, int]]:
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        os.close(writing)
        return child, (job, reading)
    os.close(reading)
    status = 1
    try:
        _limit(seconds)
        said = judge(job)
        _write(writing, b"" if said is None else said.encode())
        status = 0
    except BaseException:  # noqa: BLE001 - whatever went wrong, the child ends here and says so
        _write(writing, traceback.format_exc()[-1500:].encode())
    finally:
        os._exit(status)


def _write(pipe: int, data: bytes) -> None:
    while data:
        data = data[os.write(pipe, data) :]


def _limit(seconds: int) -> None:
    """Have this process end by itself: none of what ends it asks Python, which a mutant can keep busy."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    allow(seconds)


def allow(seconds: int) -> None:
    """Give this process so much more processor time from now on; called before each test, or it ends.

    A mutant that only waits uses none, so that the time that passes is bounded too.
    """
    used = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, resource.RLIM_INFINITY))
    signal.alarm(seconds * WALL_TO_CPU)


def _next(running: dict[int, tuple[J, int]]) -> tuple[J, Verdict]:
    """Wait for a child of ours; other libraries can have children too, so only ours are asked."""
    while True:
        for child in list(running):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                job, pipe = running.pop(child)
                with os.fdopen(pipe, encoding="utf-8", errors="replace") as answer:
                    return job, _verdict(status, answer.read())
        time.sleep(0.002)


def _verdict(status: int, said: str) -> Verdict:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGXCPU, signal.SIGALRM, signal.SIGKILL}:
        return Verdict(outcome="timeout")
    if status:
        raise ChildProcessError(f"a child ended with status {status}, its mutant is not judged: {said}")
    return Verdict(outcome="killed", by=said) if said else Verdict(outcome="survived")
