"""One row of the table of figures, and how it is printed. How a figure is measured is in the benchmark that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

HEADINGS: Final = ("what", "ours", "what one would have otherwise", "limit", "ours / limit", "bar")
MIB: Final = 1024 * 1024


@frozen(kw_only=True)
class Figure:
    """Hold what was measured beside what it is measured against; all of one unit, seconds or bytes.

    `limit` is the least the work can cost, written by hand without this library; `peers` are what a host would use
    otherwise, by name. `ours` is None where a benchmark could not run, and `limit` where there is none.
    """

    what: str
    ours: float | None
    limit: float | None = None
    peers: Mapping[str, float] = field(factory=dict)
    unit: str = "s"
    bar: str = "-"
    """What we hold ourselves to, in words."""
    most: float | None = None
    """The bar as a number: the highest `ours / limit`, or, when `absolute`, the highest `ours`."""
    absolute: bool = False

    @property
    def ratio(self) -> float | None:
        """Return ours over the limit, or None where one of them is not there."""
        return self.ours / self.limit if self.ours is not None and self.limit else None

    @property
    def held(self) -> bool | None:
        """Tell whether the bar is held; None where there is none."""
        measured = self.ours if self.absolute else self.ratio
        return None if self.most is None or measured is None else measured <= self.most

    def cells(self) -> tuple[str, ...]:
        """Return the row as texts, in the order of `HEADINGS`."""
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f} x"
        verdict = {None: "", True: ": held", False: ": **missed**"}[self.held]
        peers = "; ".join(f"{name} {self.readable(value)}" for name, value in self.peers.items())
        return (self.what, self.readable(self.ours), peers or "-", self.readable(self.limit), ratio, self.bar + verdict)

    def readable(self, value: float | None) -> str:
        """Return a measured value with the unit that fits."""
        if value is None:
            return "-"
        return f"{value / MIB:.0f} MiB" if self.unit == "B" else duration(value)


def duration(seconds: float) -> str:
    """Return a duration with the unit that fits."""
    if abs(seconds) >= 3600:
        return f"{seconds / 3600:.1f} h"
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if abs(seconds) >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.0f} ns"


def table(figures: list[Figure]) -> str:
    """Return the figures as one Markdown table with columns of even width."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
