"""Backups of a world's storage: taken whole, put back whole, behind everybody's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from subaccounts.repositories import SQLiteRepository
from tests.invariants.world import World

PARTS: Final = ("_records", "_holders", "_counters", "_events", "_seals", "_requests", "_tasks")
"""What the verified fake holds."""


def backup(world: World) -> Callable[[], None]:
    """Take a backup and return what puts it back; stored values never change, so that a copy of where they are will do."""
    plain = world.plain
    if isinstance(plain, SQLiteRepository):
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        _copy(world.path, kept, back=False)
        return lambda: _copy(world.path, kept, back=True)
    parts = {name: dict(getattr(plain, name)) for name in PARTS}

    def put_back() -> None:
        for name, held in parts.items():
            setattr(plain, name, dict(held))

    return put_back


def _copy(path: Path, kept: sqlite3.Connection, *, back: bool) -> None:
    live = sqlite3.connect(path)
    try:
        kept.backup(live) if back else live.backup(kept)
    finally:
        live.close()
