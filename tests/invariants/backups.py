"""Backups of a world's storage: taken whole, put back whole, behind everybody's back."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
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
        kept = Path(tempfile.mkdtemp(prefix="backup-", dir=world.path.parent)) / "portal.db"
        _copy(world.path, kept)
        return lambda: _copy(kept, world.path)
    parts = {name: dict(getattr(plain, name)) for name in PARTS}

    def put_back() -> None:
        for name, held in parts.items():
            setattr(plain, name, dict(held))

    return put_back


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
