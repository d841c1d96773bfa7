"""Our own repositories keep every clause of storage, plain and async; each class is all an adapter's author writes."""

from __future__ import annotations

from typing import Any, ClassVar

from subaccounts.repositories import AsyncMemoryRepository, AsyncSQLiteRepository, MemoryRepository, SQLiteRepository
from subaccounts.testing import RepositoryContract
from subaccounts.testing.contracts.bridge import Color


class TestMemoryRepository(RepositoryContract):
    """The verified fake."""

    def open(self) -> MemoryRepository:
        """Open an empty one."""
        return MemoryRepository()


class TestAsyncMemoryRepository(RepositoryContract):
    """The verified fake, awaitably."""

    color: ClassVar[Color] = "async"

    def open(self) -> AsyncMemoryRepository:
        """Open an empty one."""
        return AsyncMemoryRepository()


class TestSQLiteRepository(RepositoryContract):
    """The embedded default."""

    def open(self) -> SQLiteRepository:
        """Open the file of this test."""
        return SQLiteRepository(self.folder / "portal.db")

    def reopen(self, repository: Any, /) -> SQLiteRepository:
        """Close the file and open it again."""
        repository.close()
        return self.open()


class TestAsyncSQLiteRepository(RepositoryContract):
    """The embedded default, awaitably."""

    color: ClassVar[Color] = "async"

    def open(self) -> AsyncSQLiteRepository:
        """Open the file of this test."""
        return AsyncSQLiteRepository(self.folder / "portal.db")

    async def reopen(self, repository: Any, /) -> AsyncSQLiteRepository:
        """Close the file and open it again."""
        await repository.close()
        return self.open()
