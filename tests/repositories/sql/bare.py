"""A database with nothing in it, not even our tables, and what races to fill it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from subaccounts.repositories.sqlalchemy import migrate
from tests.repositories.sql.databases import SERVERS

DONE = "done"


@contextmanager
def bare(name: str, folder: Path) -> Iterator[URL]:
    """Answer an empty database of this kind while the block lasts; skips where there is no server."""
    if name == "SQLite":
        yield URL.create("sqlite+pysqlite", database=str(folder / "bare.db"))
        return
    ours = SERVERS[name]().url
    called = f"{ours.database}_bare"
    server: Engine = create_engine(ours, isolation_level="AUTOCOMMIT")
    drop = f"DROP DATABASE IF EXISTS {called}" + (" WITH (FORCE)" if name == "PostgreSQL" else "")
    with server.connect() as connection:
        connection.execute(text(drop))
        connection.execute(text(f"CREATE DATABASE {called}"))
    try:
        yield ours.set(database=called)
    finally:
        with server.connect() as connection:
            connection.execute(text(drop))
        server.dispose()


def migrate_at_once(url: str, go: Any, told: Any) -> None:
    """Migrate together with other processes, and say how it went."""
    go.wait()
    try:
        migrate(url)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test has to hear of it
        told.put(repr(error))
    else:
        told.put(DONE)
