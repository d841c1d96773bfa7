"""The async twin: the same statements, on an `AsyncEngine` (extra `sqlalchemy`, with greenlet)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self, TypeVar, final

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from ...ports import Repository
from .._twin import Twin
from .repository import SQLAlchemyRepository
from .transactions import async_engine_of

R = TypeVar("R")


@final
class AsyncSQLAlchemyRepository(Twin):
    """Keep everything in PostgreSQL, MariaDB, MySQL or SQLite, as `SQLAlchemyRepository` says, awaitably.

    `database` is an async engine of the host, or the URL of an async driver, of which an engine is made. A task that is
    canceled inside a question undoes its transaction and gives its connection up; canceled in the commit itself, it
    leaves open whether it was written.
    """

    def __init__(self, database: AsyncEngine | URL | str, /) -> None:
        self._engine = database if isinstance(database, AsyncEngine) else async_engine_of(database)
        self._plain = SQLAlchemyRepository(self._engine.sync_engine)

    def __repr__(self) -> str:
        return f"Async{self._plain!r}"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections of the engine's pool that nobody uses; a later question opens new ones."""
        await self._engine.dispose()

    async def _ask(self, question: Callable[[Repository], R], /) -> R:
        # Statements are written for a plain connection; in this greenlet its driver gives way to other tasks.
        return await greenlet_spawn(question, self._plain)
