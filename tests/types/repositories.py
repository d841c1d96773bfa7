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


def plain_repositories_are_plain_ports() -> None:
    memory: Repository = MemoryRepository()
    embedded: Repository = SQLiteRepository("portal.db")


def twins_are_async_ports() -> None:
    memory: AsyncRepository = AsyncMemoryRepository()
    embedded: AsyncRepository = AsyncSQLiteRepository("portal.db")


def colors_do_not_mix() -> None:
    plain: Repository = AsyncSQLiteRepository("portal.db")  # type: ignore[assignment]  # an awaitable is no answer
    twin: AsyncRepository = SQLiteRepository("portal.db")  # type: ignore[assignment]  # an answer is no awaitable


async def answers_are_typed(plain: SQLiteRepository, twin: AsyncSQLiteRepository, id: OrganizationId) -> None:  # noqa: A002 - the port's word
    assert_type(plain.organization(id), Organization | None)
    assert_type(await twin.organization(id), Organization | None)
