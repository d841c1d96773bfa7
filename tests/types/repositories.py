"""What a type checker sees of repositories: each is the port of its color and of no other; run by nobody."""

from __future__ import annotations

from typing import assert_type

from subaccounts.domain.ids import OrganizationId
from subaccounts.domain.organization import Organization
from subaccounts.ports import AsyncRepository, Repository
from subaccounts.repositories import (
    AsyncMemoryRepository,
    AsyncSQLiteRepository,
    MemoryRepository,
    SQLiteRepository,
)


def plainly(_: Repository) -> None: ...


def awaitably(_: AsyncRepository) -> None: ...


def repositories_are_ports_of_their_color() -> None:
    plainly(MemoryRepository())
    plainly(SQLiteRepository("portal.db"))
    awaitably(AsyncMemoryRepository())
    awaitably(AsyncSQLiteRepository("portal.db"))


def colors_do_not_mix() -> None:
    plainly(AsyncSQLiteRepository("portal.db"))  # type: ignore[arg-type]  # an awaitable is no answer
    awaitably(SQLiteRepository("portal.db"))  # type: ignore[arg-type]  # an answer is no awaitable


async def answers_are_typed(plain: SQLiteRepository, twin: AsyncSQLiteRepository, id: OrganizationId) -> None:  # noqa: A002 - the port's word
    assert_type(plain.organization(id), Organization | None)
    assert_type(await twin.organization(id), Organization | None)
