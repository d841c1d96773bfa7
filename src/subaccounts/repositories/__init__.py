"""Where everything is kept: repositories that keep every clause of `subaccounts.ports`, each in both colors.

- `MemoryRepository`, `AsyncMemoryRepository`: dictionaries, gone with the process; for tests and trials.
- `SQLiteRepository`, `AsyncSQLiteRepository`: one file, shared by threads and processes of one machine; the default.
- `SQLAlchemyRepository`, `AsyncSQLAlchemyRepository`: the host's own PostgreSQL, MariaDB, MySQL or SQLite; extras
  `postgresql` and `mariadb`. `migrate`, and what joins the host's transaction, are in `repositories.sqlalchemy`.
- `repositories.django` is an app of Django's, whose `DjangoRepository` is on Django's own connection; extra `django`.

Nothing here loads before it is named. A repository of your own is a class with the methods of `ports.Repository` or
`ports.AsyncRepository`; whether it keeps the clauses, `subaccounts.testing.RepositoryContract` finds out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .memory import MemoryRepository
    from .sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository
    from .sqlite.repository import SQLiteRepository
    from .twins import AsyncMemoryRepository, AsyncSQLiteRepository

__all__ = [
    "AsyncMemoryRepository",
    "AsyncSQLAlchemyRepository",
    "AsyncSQLiteRepository",
    "MemoryRepository",
    "SQLAlchemyRepository",
    "SQLiteRepository",
]

_ROOMS = {
    "AsyncMemoryRepository": "twins",
    "AsyncSQLAlchemyRepository": "sqlalchemy",
    "AsyncSQLiteRepository": "twins",
    "MemoryRepository": "memory",
    "SQLAlchemyRepository": "sqlalchemy",
    "SQLiteRepository": "sqlite.repository",
}


def __getattr__(name: str) -> Any:
    """Load a repository when it is named (PEP 562)."""
    from importlib import import_module

    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_ROOMS[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
