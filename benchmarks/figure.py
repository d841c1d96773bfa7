"""One line of the table of figures, and how it is printed. How a figure is measured is in the benchmark that makes it."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Figure:
    """Hold what was measured beside what it is measured against, both in seconds."""

    what: str
    ours: float
    limit: float
    bar: str
    """What we hold ourselves to, in words."""

    def line(self) -> str:
        """Return the figure as one line of the table."""
        ratio = f"{self.ours / self.limit:.2f} x" if self.limit else "-"
        return f"{self.what:<48} {readable(self.ours):>10} of {readable(self.limit):>10} {ratio:>8}   bar: {self.bar}"


def readable(seconds: float) -> str:
    """Return a duration with the unit that fits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"
