"""Racers on one SQLite file, as threads of this process or as processes of their own."""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any, Final, TypeVar

from attrs import frozen

from subaccounts.repositories import SQLiteRepository
from subaccounts.testing.histories import Operation
from tests.races.broken import ChecksThenActs
from tests.races.lots import Race, races
from tests.races.racer import run
from tests.races.starts import put, start
from tests.races.workers import PATIENCE, Racers, together

R = TypeVar("R")
RACERS: Final = 4
"""Racers at once: twice as many as a small machine has cores."""
RACES: Final = int(os.environ.get("SUBACCOUNTS_RACES", "2000"))
"""Races of each kind; `nox -s linearizability` asks for more every night."""


@frozen(kw_only=True)
class Lane:
    """Say which file the races are on, and who runs: racers are numbered from 0."""

    path: Path
    racer: int


def drawn(seed: int) -> list[Race]:
    """Return the races to run."""
    return list(itertools.islice(races(seed, racers=RACERS), RACES))


def in_lane(lane: Lane, work: Sequence[Race]) -> list[Operation]:
    """Run every race as one process."""
    with SQLiteRepository(lane.path) as repository:
        return run(work, repository, racer=lane.racer, of=RACERS, together=together)


def in_broken_lane(lane: Lane, work: Sequence[Race]) -> list[Operation]:
    """Run every race as one process, on storage that checks and then acts; where they begin is stored as it should be."""
    with SQLiteRepository(lane.path) as repository:
        broken = ChecksThenActs(repository)
        return run(work, broken, racer=lane.racer, of=RACERS, together=together, stored=True)


def by_processes(path: Path, work: Sequence[Race]) -> list[Operation]:
    """Run races by processes; answer what all of them heard."""
    SQLiteRepository(path).close()
    return _raced(in_lane, path, work)


def by_broken_processes(path: Path, work: Sequence[Race]) -> list[Operation]:
    """Run races by processes on storage that checks and then acts; answer what all of them heard."""
    with SQLiteRepository(path) as repository:
        for race in work:
            put(repository, start(race.name, race.start).records)
    return _raced(in_broken_lane, path, work)


def _raced(
    lane: Callable[[Lane, Sequence[Race]], list[Operation]], path: Path, work: Sequence[Race]
) -> list[Operation]:
    with Racers(RACERS) as racers:
        heard = racers.race(lane, [Lane(path=path, racer=number) for number in range(RACERS)], work)
    return list(itertools.chain(*heard))


def by_threads(repository: Any, work: Sequence[Race]) -> list[Operation]:
    """Run races by threads that share a repository; answer what all of them heard."""
    heard = in_threads(RACERS, lambda racer, together: run(work, repository, racer=racer, of=RACERS, together=together))
    return list(itertools.chain(*heard))


def in_threads(racers: int, race: Callable[[int, Callable[[], object]], R], /) -> list[R]:
    """Run so many threads, each with its number and with what waits for all of them; answer what each of them answered."""
    barrier = Barrier(racers)

    def guarded(racer: int) -> R:
        try:
            return race(racer, lambda: barrier.wait(PATIENCE))
        except BaseException:
            barrier.abort()  # or the others would wait for this one
            raise

    with _impatient(), ThreadPoolExecutor(racers) as threads:
        return list(threads.map(guarded, range(racers)))


@contextmanager
def _impatient() -> Iterator[None]:
    """Let threads take turns as often as the interpreter can, so that many interleavings are met."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
