"""A host with a transaction of its own, and the repository that is joined to it: in either color, by whatever it holds.

What belongs here: the means of the tests of joined repositories. Databases are `databases`, and the library is `shops`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, Literal, Self, final

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from examples.sqlite_begins import begin_in_time
from subaccounts.repositories.sqlalchemy import AsyncJoinedRepository, JoinedRepository
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import Database

By = Literal["connection", "session", "scoped session"]
each_way = pytest.mark.parametrize("by", ["connection", "session", "scoped session"])
TILL: Final = "INSERT INTO shops VALUES ('till')"
"""What the host writes in its transaction."""


class Base(DeclarativeBase):
    """Know the host's own tables."""


class Stall(Base):
    """Be a row of the host's own."""

    __tablename__ = "shops"
    name: Mapped[str] = mapped_column(primary_key=True)


@final
class Host:
    """Hold what a host asks its database through, and `joined`, the repository on it. Leave it as a context.

    `begins` is how an engine of SQLite is told to begin in time.
    """

    def __init__(
        self,
        place: Database,
        color: Color = "plain",
        *,
        by: By = "connection",
        begins: Callable[[Engine], None] = begin_in_time,
        **options: Any,
    ) -> None:
        self.place, self._loop = place, asyncio.Runner() if color == "async" else None
        if self._loop is None:
            self.engine = create_engine(place.url, **options)
            self._engine: Any = self.engine
        else:
            self._engine = create_async_engine(place.async_url, **options)
            self.engine = self._engine.sync_engine
        if place.name == "SQLite":
            begins(self.engine)
        self.own: Any = self._held(by)
        self.joined: Any = JoinedRepository(self.own) if self._loop is None else AsyncJoinedRepository(self.own)

    def _held(self, by: By) -> Any:
        plain = self._loop is None
        match by:
            case "connection":
                return self.finish(self._engine.connect() if plain else self._engine.connect().start())
            case "session":
                return Session(self._engine) if plain else AsyncSession(self._engine)
            case _:
                if plain:
                    return scoped_session(sessionmaker(self._engine))
                return async_scoped_session(async_sessionmaker(self._engine), scopefunc=lambda: "one request")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish(self.own.close())
        self.finish(self._engine.dispose())
        if self._loop is not None:
            self._loop.close()

    def finish(self, answer: Any) -> Any:
        """Return what was answered at once or is still to be awaited."""
        return answer if self._loop is None or not hasattr(answer, "__await__") else self._loop.run(_awaited(answer))

    def ask(self, question: Callable[[Any], Any], /) -> Any:
        """Ask the repository."""
        return self.finish(question(self.joined))

    def run(self, statement: str, /) -> Any:
        """Run a statement of the host's own, in the transaction it is in; return its result."""
        return self.finish(self.own.execute(text(statement)))

    def commit(self) -> None:
        """End the host's transaction."""
        self.finish(self.own.commit())

    def rollback(self) -> None:
        """Give the host's transaction up."""
        self.finish(self.own.rollback())


async def _awaited(answer: Any) -> Any:
    return await answer


def with_shops(place: Database) -> Database:
    """Return a database that has an empty table of the host's own beside ours."""
    engine = create_engine(place.url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS shops"))
        connection.execute(text("CREATE TABLE shops (name VARCHAR(50) PRIMARY KEY)"))
    engine.dispose()
    return place


def shops(place: Database) -> list[str]:
    """Return what the host has written and committed, looked at from outside."""
    engine = create_engine(place.url)
    with engine.connect() as connection:
        found = list(connection.scalars(text("SELECT name FROM shops ORDER BY name")))
    engine.dispose()
    return found
