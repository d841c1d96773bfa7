"""The statements of a question by themselves: heard once as a repository sends them, and sent again with nothing around.

What a question costs through the port has the reading of records in it, which a hand that shows rows does without. Whether a
statement is as good as one written by hand is seen when both are sent alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from subaccounts.repositories import SQLiteRepository

Again = Callable[[], object]
"""What sends the statements again and fetches every row."""


def on_sqlite(repository: SQLiteRepository, work: Callable[[], object], /) -> Again:
    """Hear what a repository asks its file; values stand in the statements then."""
    with repository._connections.mine() as connection:  # noqa: SLF001 - this thread's, which every question of it has
        execute = connection.execute
    heard: list[str] = []
    connection.set_trace_callback(heard.append)
    work()
    connection.set_trace_callback(None)

    def again() -> None:
        for statement in heard:
            execute(statement).fetchall()

    return again


def on_postgresql(engine: Engine, connection: Any, work: Callable[[], object], /) -> Again:
    """Hear what a repository asks its server, and ask it again on a connection of psycopg's."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        heard.append((statement, values))

    event.listen(engine, "before_cursor_execute", hear)
    work()
    event.remove(engine, "before_cursor_execute", hear)

    def again() -> None:
        for statement, values in heard:
            connection.execute(statement, values).fetchall()

    return again
