"""The SQL repositories keep every clause of storage, on every database and in both colors."""

from __future__ import annotations

from typing import Any, ClassVar

from subaccounts.repositories.sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository
from subaccounts.testing import RepositoryContract
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import Database, mariadb, postgresql, sqlite_in


class OnDatabase(RepositoryContract):
    """Open the repository on the database that a subclass names."""

    __test__ = False

    def database(self) -> Database:
        """Return where the repository is."""
        return sqlite_in(self.folder)

    def open(self) -> SQLAlchemyRepository | AsyncSQLAlchemyRepository:
        """Open an empty one."""
        self.place = self.database().emptied()
        return self.again()

    def again(self) -> SQLAlchemyRepository | AsyncSQLAlchemyRepository:
        """Open one on what is there."""
        if self.color == "async":
            return AsyncSQLAlchemyRepository(self.place.async_url)
        return SQLAlchemyRepository(self.place.url)

    def reopen(self, repository: Any, /) -> SQLAlchemyRepository | AsyncSQLAlchemyRepository:
        """Open it again; what was there is closed at the test's end."""
        return self.again()

    def close(self, port: Any, /) -> Any:
        """Close the pool."""
        return port.close()


class TestSQLite(OnDatabase):
    """A file, through SQLAlchemy."""

    __test__ = True


class TestAsyncSQLite(OnDatabase):
    """A file, through aiosqlite."""

    __test__ = True
    color: ClassVar[Color] = "async"


class TestPostgreSQL(OnDatabase):
    """PostgreSQL through psycopg."""

    __test__ = True

    def database(self) -> Database:
        """Return this process's database."""
        return postgresql()


class TestAsyncPostgreSQL(TestPostgreSQL):
    """PostgreSQL through psycopg, awaitably."""

    color: ClassVar[Color] = "async"


class TestMariaDB(OnDatabase):
    """MariaDB through PyMySQL."""

    __test__ = True

    def database(self) -> Database:
        """Return this process's database."""
        return mariadb()


class TestAsyncMariaDB(TestMariaDB):
    """MariaDB through asyncmy."""

    color: ClassVar[Color] = "async"
