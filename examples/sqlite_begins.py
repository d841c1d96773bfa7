"""How transactions of SQLAlchemy begin on SQLite, so that a `JoinedRepository` can be in them.

Python's driver begins one at the first write, after what was decided on was read; SQLite enforces no foreign key unless
each connection tells it to. `docs/howto/use-your-database.md` shows this function, and our tests run on it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event


def begin_in_time(engine: Engine, /) -> None:
    """Have an engine of SQLite begin each transaction at once, as one that writes, and enforce foreign keys."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself any more
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
