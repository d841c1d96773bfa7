"""Rosters: files as offices keep them, comma or semicolon, with and without a byte order mark.

Only what these three files need. A real import checks sizes and reports rows.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent.parent / "rosters"

Row = dict[str, str]


def read(name: str) -> list[Row]:
    """Return the rows of a roster by their headings, written the same way whatever the office did: `full_name`."""
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:  # -sig: drops the mark, if there is one
        first = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter=";" if first.count(";") > first.count(",") else ",")
        headings = [heading.strip().lower().replace(" ", "_") for heading in next(rows)]
        return [dict(zip(headings, row, strict=True)) for row in rows]


def note(name: str) -> str:
    """Return a note as text, to be pasted."""
    return (FOLDER / name).read_text(encoding="utf-8")
