"""Repositories on a database of the host's own: PostgreSQL, MariaDB, MySQL and SQLite, through SQLAlchemy's Core (extras
`postgresql`, `mariadb`, `sqlalchemy`).

`migrate` makes the tables; `SQLAlchemyRepository` and `AsyncSQLAlchemyRepository` keep every clause of
`subaccounts.ports.Repository` on them, in transactions of their own. `JoinedRepository` and `AsyncJoinedRepository` write
in the transaction that the host is in.
"""

try:
    import alembic as _alembic
    import sqlalchemy as _sqlalchemy
except ModuleNotFoundError as error:
    raise ImportError(
        f'{error.name} is not installed: pip install "subaccounts[sqlalchemy]"'
        " (or subaccounts[postgresql], subaccounts[mariadb], which bring the drivers too)",
        name=error.name,
    ) from error

from .joined import AsyncJoinedRepository, JoinedRepository
from .migrations import include_object, migrate
from .repository import SQLAlchemyRepository
from .twin import AsyncSQLAlchemyRepository

__all__ = [
    "AsyncJoinedRepository",
    "AsyncSQLAlchemyRepository",
    "JoinedRepository",
    "SQLAlchemyRepository",
    "include_object",
    "migrate",
]
