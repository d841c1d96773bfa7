"""Our own repositories keep every clause of storage, plain and async."""

from __future__ import annotations

from subaccounts.repositories.memory import MemoryRepository
from subaccounts.testing.contracts.repository import RepositoryContract


class TestMemoryRepository(RepositoryContract):
    """The verified fake."""

    def open(self) -> MemoryRepository:
        """Open an empty one."""
        return MemoryRepository()
