"""Any two commands that touch a person, raced by threads and by processes on one SQLite file, end as an interleaving of them does.

Every twentieth pair by threads and every twentieth by processes, other ones; each pair by both with `SUBACCOUNTS_THOROUGH=1`, as in
`nox -s linearizability`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any, Final

import pytest

from subaccounts.repositories import SQLiteRepository
from tests.interleavings.crowd import WITH_LINKS
from tests.interleavings.everything import THOROUGH
from tests.interleavings.test_everything import touching
from tests.races.broken import ChecksThenActs
from tests.races.lanes import in_threads
from tests.races.pairs import RACERS, Heard, Pair, build, every_pair, overlap, problem, run
from tests.races.workers import Racers, together

EVERY: Final = 1 if THOROUGH else 20
AT_ONCE: Final = 50
"""Files that are made before they are raced on by processes, which stay for all of them."""


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Build every shop in a file once; a race is run on a copy."""
    return build(tmp_path_factory.mktemp("shops"))


def in_lane(racer: int, work: Sequence[tuple[Pair, Path]]) -> list[Heard]:
    """Run one task of every pair as one process."""
    told = []
    for pair, path in work:
        with SQLiteRepository(path) as repository:
            told.append(run(pair, repository, racer=racer, together=together))
    return told


def by_threads(pair: Pair, repository: Any) -> list[Heard]:
    """Run both tasks of a pair as threads that share a repository."""
    return in_threads(RACERS, lambda racer, together: run(pair, repository, racer=racer, together=together))


def each_by_threads(work: Sequence[Pair], shops: Mapping[str, Path], folder: Path) -> Iterator[tuple[bool, str]]:
    """Race each pair by threads; yield whether the two overlapped, and what is wrong."""
    for pair in work:
        path = shutil.copy(shops[pair.state], folder / "portal.db")
        with SQLiteRepository(path) as repository:
            heard = by_threads(pair, repository)
            yield overlap(heard), problem(pair, heard, repository)


def each_by_processes(work: Sequence[Pair], shops: Mapping[str, Path], folder: Path) -> Iterator[tuple[bool, str]]:
    """Race each pair by processes; yield likewise."""
    with Racers(RACERS) as racers:
        for first in range(0, len(work), AT_ONCE):
            some = work[first : first + AT_ONCE]
            paths = [Path(shutil.copy(shops[pair.state], folder / f"{at}.db")) for at, pair in enumerate(some)]
            heard = racers.race(in_lane, range(RACERS), list(zip(some, paths, strict=True)))
            for pair, path, told in zip(some, paths, zip(*heard, strict=True), strict=True):
                with SQLiteRepository(path) as repository:
                    yield overlap(told), problem(pair, told, repository)


@pytest.mark.parametrize("race", [each_by_threads, each_by_processes])
def test_pairs(
    race: Callable[..., Iterator[tuple[bool, str]]],
    shops: Mapping[str, Path],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """Whatever two commands do at once, both are answered, and what is stored and sent is, as in one of their interleavings."""
    offset = 0 if race is each_by_threads else EVERY // 2
    work = every_pair()[offset::EVERY]
    overlapped, told = zip(*race(work, shops, tmp_path), strict=True)
    wrong = [each for each in told if each]
    numbers = len(work), RACERS * len(work), RACERS * sum(overlapped), len(wrong)
    record_property(f"judged pairs of commands {race.__name__.removeprefix('each_').replace('_', ' ')}", numbers)
    assert [] == wrong[:3]
    assert len(work) == len(told)
    # They meet after their first read; only what reads nothing, or once and no more, can have ended before the other began.
    assert sum(overlapped) > len(work) * 2 // 3


def test_no_pair_is_left_out() -> None:
    """Every two commands that touch a person, and each beside itself, are a pair that is raced."""
    named = [tuple(sorted(type(pair.task(racer)).__name__ for racer in range(RACERS))) for pair in every_pair()]
    assert sorted(combinations_with_replacement(sorted(touching()), 2)) == sorted(named)


@pytest.mark.parametrize(("storage", "wrong"), [(ChecksThenActs, True), (lambda good: good, False)])
def test_check_then_act(
    storage: Callable[[SQLiteRepository], Any], wrong: bool, shops: Mapping[str, Path], tmp_path: Path
) -> None:
    """Two guesses on storage that checks and then acts count as one, which no interleaving does; on good storage as two."""
    pair = Pair(state=WITH_LINKS, tasks=("guess", "guess"))
    with SQLiteRepository(shutil.copy(shops[pair.state], tmp_path / "portal.db")) as repository:
        heard = by_threads(pair, storage(repository))
        assert wrong == bool(problem(pair, heard, repository))


def test_a_wrong_answer_is_found(shops: Mapping[str, Path], tmp_path: Path) -> None:
    """What nobody can be answered, and what nobody leaves, is told with the pair it happened to."""
    pair = Pair(state=WITH_LINKS, tasks=("guess", "reset"))
    with SQLiteRepository(shutil.copy(shops[pair.state], tmp_path / "portal.db")) as repository:
        heard = by_threads(pair, repository)
        assert "" == problem(pair, heard, repository)
        assert f"{pair}: no interleaving answers" in problem(pair, heard[::-1], repository)
    with SQLiteRepository(shutil.copy(shops[pair.state], tmp_path / "untouched.db")) as untouched:
        assert f"{pair}: who is answered so leaves something else" in problem(pair, heard, untouched)
