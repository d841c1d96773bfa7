"""100,000 people written to a database, beside the same rows by SQLAlchemy's insert-many and, on PostgreSQL, by COPY."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure
from benchmarks.lane import Answer, Lane
from benchmarks.lanes.bulk import CHUNK
from benchmarks.scale import Scale

WAYS: Final = {
    "PostgreSQL": ("ours", "core", "copy"),
    "MariaDB": ("ours", "core"),
    "SQLite": ("ours", "core"),
}
NAMES: Final = {"core": "SQLAlchemy insert-many", "copy": "psycopg COPY"}


def figures(scale: Scale) -> list[Figure]:
    """Measure each way in a process of its own; a database that is not there is left out, with a word on how to have it."""
    found = []
    for database, ways in WAYS.items():
        measured = _measured(database, ways, scale)
        if measured:
            what = f"{scale.adding:,} people written to {database} through SQLAlchemy, {CHUNK:,} a batch"
            found += [
                _figure(f"{what}: time", {way: answer.seconds for way, answer in measured.items()}, "s"),
                _figure(f"{what}: peak memory", {way: answer.peak for way, answer in measured.items()}, "B"),
            ]
    return found


def _measured(database: str, ways: tuple[str, ...], scale: Scale) -> dict[str, Answer]:
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in ways:
            with Lane("bulk", Path(folder), people=1, option=f"{database.lower()}-{way}") as lane:
                if lane.missing:
                    print(f"{database} is left out: start {lane.missing}", file=sys.stderr)
                    return {}
                measured[way] = lane.sign_in(scale.adding)
    return measured


def _figure(what: str, values: dict[str, float], unit: str) -> Figure:
    """Return a row; the limit is COPY of the same rows where there is one, otherwise insert-many of them."""
    limit = "copy" if "copy" in values else "core"
    peers = {NAMES[way]: value for way, value in values.items() if way not in {"ours", limit}}
    return Figure(
        what=f"{what}; limit: {NAMES[limit]}", ours=values["ours"], limit=values[limit], peers=peers, unit=unit
    )
