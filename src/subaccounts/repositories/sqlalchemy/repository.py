"""The repository on a database of the host: every clause of `ports.Repository`, through SQLAlchemy's Core."""

from __future__ import annotations

from typing import TypeVar, final

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from . import transactions
from .statements import Question, Statements

R = TypeVar("R")


@final
class SQLAlchemyRepository(Statements):
    """Keep everything in PostgreSQL, MariaDB, MySQL or SQLite, through an engine of SQLAlchemy.

    `database` is an engine of the host, or a URL, of which an engine is made. Each question takes a connection of the
    engine's pool; each commit is a transaction of its own (READ COMMITTED). The tables are made by `migrate`.
    On a node of a MariaDB Galera cluster, which it finds out, reads wait for what other nodes wrote, and what a commit
    was decided on is written, so that other nodes hear of it.

    Raises `StorageFailed` when the database cannot do its work, and nothing was written then: `unreachable`,
    `outdated` (a table is missing: run `migrate`), `read_only`, `full`, `locked` (others held a row too long, or every
    connection), `unstorable` (text that is no text), `dangling` (a record without what it lives under), `damaged`.
    `OutcomeUnknown` is raised when the connection was lost under the commit itself.
    """

    def __init__(self, database: Engine | URL | str, /) -> None:
        engine = database if isinstance(database, Engine) else transactions.engine_of(database)
        self._store = transactions.store_of(engine)
        self._reader, self._writer = transactions.reader(engine), transactions.writer(engine)

    def __repr__(self) -> str:
        return f"SQLAlchemyRepository({self._store!r})"

    def close(self) -> None:
        """Close the connections of the engine's pool that nobody uses; a later question opens new ones."""
        self._writer.dispose()

    def _read(self, question: Question[R], /) -> R:
        return transactions.read(self._reader, self._store, question)

    def _write(self, question: Question[R], /) -> R:
        return transactions.write(self._writer, self._store, question)
