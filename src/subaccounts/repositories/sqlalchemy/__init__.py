"""Repositories on a database of the host's own: PostgreSQL, MariaDB, MySQL and SQLite, through SQLAlchemy's Core (extras
`postgresql`, `mariadb`, `sqlalchemy`).

`migrate` makes the tables; `SQLAlchemyRepository` and `AsyncSQLAlchemyRepository` keep every clause of
`subaccounts.ports.Repository` on them.
"""

from .migrations import include_object, migrate
from .repository import SQLAlchemyRepository
from .twin import AsyncSQLAlchemyRepository

__all__ = ["AsyncSQLAlchemyRepository", "SQLAlchemyRepository", "include_object", "migrate"]
