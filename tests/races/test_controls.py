"""What is broken is found: storage that checks and then acts, ignores guards or reads once has no order.

Nothing is hoped for: the bad interleaving is forced. One racer is held at its first commit until another has done all
it wants; or all have read before any goes on. Good storage is put through the same, and has an order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest

from subaccounts.domain.decision import Batch
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing.histories import Operation
from tests.races.broken import ChecksThenActs, IgnoresGuards, ReadsOnce, Wrapped
from tests.races.judged import Verdict, judge
from tests.races.lanes import RACERS, by_broken_processes, by_threads
from tests.races.lots import Race
from tests.races.racer import run
from tests.races.starts import put, start
from tests.races.workers import PATIENCE

Storage = Callable[[SQLiteRepository], Any]


@pytest.fixture
def good(tmp_path: Path) -> Iterator[SQLiteRepository]:
    """Open a file."""
    with SQLiteRepository(tmp_path / "portal.db") as repository:
        yield repository


class Held(Wrapped):
    """Hold the first commit until it is let go; say when somebody stands there."""

    def __init__(self, repository: Any) -> None:
        super().__init__(repository)
        self.here, self.go = Event(), Event()

    def commit(self, batch: Batch, /) -> None:
        self.here.set()
        assert self.go.wait(PATIENCE), "nobody let it go"
        self.good.commit(batch)


def held(storage: Any, good: SQLiteRepository, begins: str, first: str, others: Sequence[str]) -> Verdict:
    """Run one thing up to its commit, then all others, then the commit; judge it."""
    race = Race(name="held", start=begins, asked=((first,), tuple(others)), meet=False)
    gate = Held(storage)
    put(good, start(race.name, race.start).records)
    with ThreadPoolExecutor(1) as thread:
        late = thread.submit(_run, race, gate, 0)
        assert gate.here.wait(PATIENCE), "it never came to its commit"
        early = _run(race, storage, 1)
        gate.go.set()
        return judge([race], [*late.result(), *early], good)


def _run(race: Race, storage: Any, racer: int) -> list[Operation]:
    return run([race], storage, racer=racer, of=2, together=lambda: None, stored=True)


HELD: Final[list[tuple[Storage, str, str, tuple[str, ...]]]] = [
    (ChecksThenActs, "waiting", "claim", ("claim as a rival",)),
    (ChecksThenActs, "waiting", "claim", ("delete",)),
    (ChecksThenActs, "waiting, one try left", "claim with a wrong code", ("claim",)),
    (ChecksThenActs, "active", "guess", ("guess",)),
    (ChecksThenActs, "active", "edit", ("reset",)),
    (ChecksThenActs, "active", "change", ("archive",)),
    (ChecksThenActs, "archived", "restore", ("delete",)),
    (IgnoresGuards, "waiting", "claim", ("close", "read")),
    (IgnoresGuards, "waiting", "claim", ("let claim openly", "read")),
    (IgnoresGuards, "waiting", "guess", ("edit", "unlock")),
    (IgnoresGuards, "waiting, one guess from a delay", "guess", ("let claim openly", "begin")),
    (IgnoresGuards, "waiting, one guess from a delay", "claim with a wrong code", ("let claim openly", "begin")),
]
"""What breaks which storage: from where, what is held at its commit, and what others do meanwhile."""
each_held = pytest.mark.parametrize(
    ("storage", "begins", "first", "others"),
    HELD,
    ids=[f"{s.__name__}: {b}: {f} | {' '.join(o)}" for s, b, f, o in HELD],
)


@each_held
def test_held_on_broken_storage(
    good: SQLiteRepository, storage: Storage, begins: str, first: str, others: tuple[str, ...]
) -> None:
    """Where what was read is not looked at again, what both were told and what is stored has no order."""
    (told,) = held(storage(good), good, begins, first, others).told
    assert "held: no order explains these" in told


@each_held
def test_held_on_good_storage(
    good: SQLiteRepository, storage: Storage, begins: str, first: str, others: tuple[str, ...]
) -> None:
    """Good storage tells who was late that it was, and what both were told then has an order."""
    verdict = held(good, good, begins, first, others)
    assert (1, 1 + len(others), ()) == (verdict.races, verdict.operations, verdict.told)


def test_a_story(good: SQLiteRepository) -> None:
    """A race without an order is told: what was asked and heard from when to when, and what should have been heard."""
    (told,) = held(ChecksThenActs(good), good, "waiting", "claim", ("claim as a rival",)).told
    lines = told.splitlines()
    assert "held: no order explains these 2 operations" == lines[0]
    assert ["racer 1", "racer 2"] == [line.split("] ")[1].partition(":")[0] for line in lines[1:3]]
    assert "would answer ('AlreadyClaimed',)" in told


def test_old_reads(good: SQLiteRepository) -> None:
    """Storage that remembers what it read lets somebody in after the sign-in was ended, and has no order."""
    race = Race(name="old", start="active", asked=(("recognize",),) * 3, meet=False)
    put(good, start(race.name, race.start).records)
    remembers = ReadsOnce(good)
    heard = run([race], remembers, racer=0, of=3, together=lambda: None, stored=True)
    reset = Race(name="old", start="active", asked=((), ("reset",)), meet=False)
    heard += run([reset], good, racer=1, of=3, together=lambda: None, stored=True)
    heard += run([race], remembers, racer=2, of=3, together=lambda: None, stored=True)
    (told,) = judge([race], heard, good).told
    assert "3. would answer None" in told


RIVALS: Final = [
    Race(name=f"rivals-{n}", start="waiting", asked=(("claim",), ("claim as a rival",)), meet=True) for n in range(20)
]


def test_check_then_act_by_threads(good: SQLiteRepository, record_property: Callable[[str, object], None]) -> None:
    """Of threads that claim at once on storage that checks and then acts, every race is found."""
    verdict = judge(RIVALS, by_threads(ChecksThenActs(good), RIVALS), good)
    record_property("judged races on storage that checks and then acts", verdict.numbers)
    assert len(RIVALS) == len(verdict.told)


def test_check_then_act_by_processes(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    """Of processes that claim at once on storage that checks and then acts, every race is found."""
    heard = by_broken_processes(tmp_path / "portal.db", RIVALS)
    with SQLiteRepository(tmp_path / "portal.db") as repository:
        verdict = judge(RIVALS, heard, repository)
    record_property("judged races on storage that checks and then acts", verdict.numbers)
    assert len(RIVALS) == len(verdict.told)
    assert RACERS > len(RIVALS[0].asked)


def test_a_wrong_model_is_found(good: SQLiteRepository) -> None:
    """A race that did not begin where the model thinks has no order: the model is really asked."""
    race = Race(name="elsewhere", start="active", asked=(("sign in",),), meet=False)
    heard = run([race], good, racer=0, of=1, together=lambda: None)
    elsewhere = Race(name="elsewhere", start="archived", asked=race.asked, meet=False)
    assert 0 == len(judge([race], heard, good).told)
    assert 1 == len(judge([elsewhere], heard, good).told)
