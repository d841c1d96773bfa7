"""Threads and processes race for one person on one SQLite file, and what all were told has an order.

Thousands of small races, drawn by lot and the same in every run: every pair of what can be asked, then groups. Each is
judged by a search for an order of running its commands alone that gives the same answers, and the same records in the
end. More of them with `SUBACCOUNTS_RACES=20000 pytest tests/races`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from subaccounts.repositories import SQLiteRepository
from tests.races.judged import Verdict, judge
from tests.races.lanes import RACES, by_processes, by_threads, drawn


def assert_right(verdict: Verdict) -> None:
    """Assert that everything was judged, that there was something to judge, and that nothing was wrong."""
    assert [] == list(verdict.told[:3])
    assert RACES == verdict.races
    # Where racers meet after their first read, what each of them does first overlaps: about two races of three.
    assert verdict.overlapping >= RACES // 2


def test_processes(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """Whatever processes do to a person at once, an order of doing it one after the other explains it all."""
    work = drawn(seed=1)
    heard = by_processes(tmp_path / "portal.db", work)
    with SQLiteRepository(tmp_path / "portal.db") as repository:
        verdict = judge(work, heard, repository)
    record_property("judged races of processes", verdict.numbers)
    assert_right(verdict)


def test_threads(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """Whatever threads do to a person at once, an order of doing it one after the other explains it all."""
    work = drawn(seed=2)
    with SQLiteRepository(tmp_path / "portal.db") as repository:
        verdict = judge(work, by_threads(repository, work), repository)
    record_property("judged races of threads", verdict.numbers)
    assert_right(verdict)
