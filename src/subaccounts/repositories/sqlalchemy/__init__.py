"""Repositories on a database of the host's own: PostgreSQL, MariaDB, MySQL and SQLite, through SQLAlchemy's Core (extras
`postgresql`, `mariadb`, `sqlalchemy`).

`migrate` makes the tables; `SQLAlchemyRepository` and `AsyncSQLAlchemyRepository` keep every clause of
`subaccounts.ports.Repository` on them, in transactions of their own. `JoinedRepository` and `AsyncJoinedRepository` write
in the transaction that the host is in.
"""

from ..._extra import from_extra as _from_extra

with _from_extra("sqlalchemy", detail="subaccounts[postgresql] and subaccounts[mariadb] bring the drivers too"):
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
