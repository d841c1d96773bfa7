"""A SQLite file that a dead process left: copied before, and asked afterwards whether it is whole."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path


def copied(path: Path, to: Path) -> Path:
    """Copy a file that nobody has open over whatever was left at the other path, and return the copy."""
    assert [path] == list(path.parent.glob(f"{path.name}*")), "it is still open somewhere"
    for old in to.parent.glob(f"{to.name}*"):
        old.unlink()
    return Path(shutil.copyfile(path, to))


def sound(path: Path) -> bool:
    """Ask SQLite whether the file is whole."""
    connection = sqlite3.connect(path)
    try:
        return (("ok",), []) == (
            connection.execute("PRAGMA integrity_check").fetchone(),
            connection.execute("PRAGMA foreign_key_check").fetchall(),
        )
    finally:
        connection.close()
