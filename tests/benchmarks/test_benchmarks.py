"""The benchmarks run: each of them, with next to no people. What they measure means nothing here and is not looked at."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from benchmarks.__main__ import BEGIN, BENCHMARKS, END, PAGE, write
from benchmarks.figure import HEADINGS, Figure, duration, table
from benchmarks.rounds import medians
from benchmarks.scale import SMALL

FOLDER = Path(__file__).parent.parent.parent / "benchmarks"


@pytest.mark.parametrize("name", BENCHMARKS)
def test_runs(name: str) -> None:
    """A benchmark measures something of ours, and what it is measured against."""
    figures = importlib.import_module(f"benchmarks.{name}").figures(SMALL)
    assert figures
    for figure in figures:
        assert figure.ours is not None, figure.what
        assert figure.limit is not None or figure.peers, figure.what
        assert len(HEADINGS) == len(figure.cells())


def test_every_benchmark_is_in_the_table() -> None:
    """A file of the folder that has figures is one of the benchmarks that are run."""
    found = {path.stem for path in FOLDER.glob("*.py") if "\ndef figures(" in path.read_text(encoding="utf-8")}
    assert set(BENCHMARKS) == found


@pytest.mark.parametrize(
    ("figure", "ratio", "bar"),
    [
        (Figure(what="work", ours=3e-3, limit=1e-3, bar="≤ 3 x", most=3), "3.00 x", "≤ 3 x: held"),
        (Figure(what="work", ours=4e-3, limit=1e-3, bar="≤ 3 x", most=3), "4.00 x", "≤ 3 x: **missed**"),
        (Figure(what="work", ours=4e-3, limit=1e-3, bar="≤ 5 ms", most=5e-3, absolute=True), "4.00 x", "≤ 5 ms: held"),
        (Figure(what="work", ours=4e-3), "-", "-"),
    ],
)
def test_a_bar_is_judged(figure: Figure, ratio: str, bar: str) -> None:
    """A figure tells its ratio to the limit, and whether its bar was held, where there are such."""
    assert (ratio, bar) == figure.cells()[-2:]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(7200.0, "2.0 h"), (2.5, "2.5 s"), (0.0421, "42.1 ms"), (4.21e-5, "42.1 µs"), (5e-8, "50 ns")],
)
def test_a_duration_has_the_unit_that_fits(seconds: float, shown: str) -> None:
    """A duration is shown in the largest unit of which it is at least one."""
    assert shown == duration(seconds)


def test_the_table_is_one() -> None:
    """Any number of figures are one Markdown table with a heading, each row as wide as the others."""
    lines = table([Figure(what="a", ours=1.0), Figure(what="a long one", ours=1e-3, limit=1e-3)]).splitlines()
    assert 4 == len(lines)
    assert 1 == len({len(line) for line in lines})


def test_medians_are_of_rounds_in_turn() -> None:
    """Everybody runs once unmeasured and then in every round, and the median is of the measured ones."""
    order: list[str] = []
    values = {"ours": iter([100.0, 1.0, 5.0, 3.0]), "limit": iter([100.0, 2.0, 2.0, 2.0])}

    def contestant(name: str) -> float:
        order.append(name)
        return next(values[name])

    found = medians({"ours": lambda: contestant("ours"), "limit": lambda: contestant("limit")}, rounds=3)
    assert {"ours": 3.0, "limit": 2.0} == found
    assert ["ours", "limit", "ours", "limit", "limit", "ours", "ours", "limit"] == order


def test_the_page_is_written_between_its_markers(tmp_path: Path) -> None:
    """Writing the figures changes what stands between the markers and nothing else of the page."""
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write(page, "new")
    assert f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n" == page.read_text(encoding="utf-8")


def test_the_page_has_its_markers() -> None:
    """The documentation's page has one place for the figures."""
    text = PAGE.read_text(encoding="utf-8")
    assert (1, 1) == (text.count(BEGIN), text.count(END))
