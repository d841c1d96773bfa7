"""What the search once found is tried again on every run, without the search: kept inputs, and where it begins."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

import precis_i18n
import pytest

import subaccounts
from tests.fuzz import corpus
from tests.fuzz.corpus import HOME, MOST_BYTES, MOST_FILES
from tests.fuzz.entrances import ENTRANCES, EXCLUDED, reading
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

PACKAGE: Final = Path(subaccounts.__file__).parent
COUNTED: Final = tuple(f"{Path(str(each.__file__)).parent}{os.sep}" for each in (subaccounts, precis_i18n))
"""Whose calls are counted: the package's, and those of the library that walks through letters for it."""
CALLS: Final = 2_000
"""Calls any input can cost."""
CALLS_FOR_A_BYTE: Final = 200
"""Calls each byte of an input can cost beside: the rules of a target read it a dozen times, some of them by the letter."""
WHOLE_SYSTEMS: Final = {"command", "sqlite_file", "pasted"}
"""Targets whose every input sets up a deployment or parses up to a thousand lines: their work is not the parser's."""
SEEDS_SUFFICE: Final = {"id"}
"""Targets so small that their seeds lead everywhere: half a million inputs led nowhere else."""

every_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)


@every_target
def test_what_was_found_holds(target: Target) -> None:
    """Every kept input, and every one the search begins with, is judged without a break."""
    inputs = [*target.seeds(), *corpus.kept(target.name)]
    assert 0 < len(inputs)
    assert {} == {data: broken for data in inputs if (broken := _broken(target.judge, data))}


def _broken(judge: Callable[[bytes], None], data: bytes) -> str:
    try:
        judge(data)
    except Exception as error:  # noqa: BLE001 - whatever is raised is what is asked for
        return f"{type(error).__name__}: {error}"
    return ""


def test_names_are_hashes() -> None:
    """A kept input is named by the hash of what it holds, under a target that exists."""
    paths = [path for path in HOME.rglob("*") if path.is_file()]
    assert [] == [path.name for path in paths if corpus.named(path.read_bytes()) != path.name]
    assert set() == {path.parent.name for path in paths} - set(TARGETS)


def test_the_corpus_is_small() -> None:
    """A target keeps at most 150 inputs, all of them together less than a megabyte."""
    sizes = {name: [len(data) for data in corpus.kept(name)] for name in TARGETS}
    assert {} == {name: len(each) for name, each in sizes.items() if len(each) > MOST_FILES}
    assert sum(map(sum, sizes.values())) < MOST_BYTES


def test_every_target_was_searched() -> None:
    """Every target keeps what its search found, but for those where it finds nothing that no seed has led to."""
    assert {name for name in TARGETS if not corpus.kept(name)} == SEEDS_SUFFICE


@cache
def _watched(name: str) -> tuple[frozenset[str], dict[bytes, int]]:
    """Return which functions of the package the inputs of a target reach, and how many calls each input costs."""
    target = TARGETS[name]
    inputs = [*target.seeds(), *corpus.kept(name)]
    for data in inputs if name not in WHOLE_SYSTEMS else ():  # the first time fills caches, which costs more
        target.judge(data)
    reached: set[CodeType] = set()
    costs: dict[bytes, int] = {}
    calls = 0

    def watch(frame: FrameType, event: str, _: Any) -> None:
        nonlocal calls
        if event in {"call", "c_call"} and frame.f_code.co_filename.startswith(COUNTED):
            calls += 1
            reached.add(frame.f_code)

    before = sys.getprofile()
    for data in inputs:
        calls = 0
        sys.setprofile(watch)
        try:
            target.judge(data)
        finally:
            sys.setprofile(before)
        costs[data] = calls
    return frozenset(map(_dotted, reached)), costs


def _dotted(code: CodeType) -> str:
    path = Path(code.co_filename)
    if not path.is_relative_to(PACKAGE):
        return ""
    place = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
    return f"{place}.{code.co_qualname.replace('.<locals>', '')}"


@pytest.mark.parametrize("name", sorted(set(TARGETS) - WHOLE_SYSTEMS))
def test_work_is_bounded(name: str) -> None:
    """No input costs more calls than a fixed number and so many for each of its bytes; calls are counted, not timed."""
    _, costs = _watched(name)
    allowed = {data: CALLS + CALLS_FOR_A_BYTE * len(data) for data in costs}
    assert {} == {data: cost for data, cost in costs.items() if cost > allowed[data]}


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_targets_reach_their_entrances(name: str) -> None:
    """The inputs of a target go through every entrance that the table gives it."""
    reached, _ = _watched(name)
    assert set() == {entrance for entrance, target in ENTRANCES.items() if target == name} - reached


class TestTable:
    """The table of entrances is complete and of the present."""

    def test_every_reader_has_a_target(self) -> None:
        """Every function that is named like a parser or takes a text apart has a target, or a reason to have none."""
        assert set() == reading() - set(ENTRANCES) - set(EXCLUDED)

    def test_nothing_is_listed_that_is_gone(self) -> None:
        """What the table names is there and reads, and stands in it once."""
        assert set() == (set(ENTRANCES) | set(EXCLUDED)) - reading()
        assert set() == set(ENTRANCES) & set(EXCLUDED)

    def test_targets_and_table_agree(self) -> None:
        """The table names every target, and no other."""
        assert set(TARGETS) == set(ENTRANCES.values())
