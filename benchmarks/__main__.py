"""Print every figure in one table: `python -m benchmarks [--small] [--write] [name ...]`.

Each module of this folder with a `figures(scale)` is one benchmark. A benchmark measures ours, its limit and the peers
side by side in one run, because ratios of one run are what counts; it prints and never fails a build. `--small` only
shows that each of them runs; `--write` puts the table of a whole run into docs/explanation/performance.md.
"""

from __future__ import annotations

import importlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure, table
from benchmarks.machine import described
from benchmarks.scale import PUBLISHED, SMALL

BENCHMARKS: Final = (
    "sign_in",
    "real_hash",
    "crowd",
    "stall",
    "codes",
    "notices",
    "imports",
    "records",
    "adding",
    "bulk",
    "visibility",
)
"""In the order of the table."""
PAGE: Final = Path(__file__).parent.parent / "docs" / "explanation" / "performance.md"
BEGIN: Final = "<!-- figures: `python -m benchmarks --write` puts them here -->"
END: Final = "<!-- end of the figures -->"


def main(arguments: list[str]) -> None:
    """Measure what is named, or all, and print it."""
    wanted = [name for name in arguments if not name.startswith("--")] or list(BENCHMARKS)
    scale = SMALL if "--small" in arguments else PUBLISHED
    figures: list[Figure] = []
    busy = f"{os.getloadavg()[0]:.1f}"
    for name in wanted:
        print(f"… {name}", file=sys.stderr, flush=True)
        figures += importlib.import_module(f"benchmarks.{name}").figures(scale)
    text = f"{table(figures)}\n\nMeasured {datetime.now(UTC):%Y-%m-%d} on: {described()}. Load before: {busy}."
    print(text)
    if "--write" in arguments:
        write(PAGE, text)


def write(page: Path, text: str) -> None:
    """Replace what stands between the two markers of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
