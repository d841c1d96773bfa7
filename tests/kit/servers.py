"""The repositories on SQLAlchemy, on Redis and on Django as a machine opens them: each life begins empty.

Nothing is started for a life: rows are deleted, which takes a few milliseconds, and plain connections stay. Django has a
connection for each life, and on SQLite a file that is copied.
"""

from __future__ import annotations

import atexit
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

from attrs import evolve
from sqlalchemy import Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from examples.redis_store import AsyncRedisRepository, RedisRepository
from subaccounts.repositories.sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.tables import metadata
from subaccounts.testing import StorageContract
from subaccounts.testing.contracts.bridge import Color
from tests.examples import redis_servers
from tests.kit.stores import STORES
from tests.repositories.django import site
from tests.repositories.sql.databases import Database, mariadb, postgresql, sqlite_in

HASTY: Final = "-c synchronous_commit=off"
"""Has PostgreSQL answer a commit without waiting for the disk: no machine sees the power fail."""


@cache
def plain_engine(place: Database) -> Engine:
    """Return the one engine of a database for all lives: what it has compiled stays compiled.

    It asks first whether a connection lives: another test of this process ends all that its database has.
    """
    return create_engine(place.url, hide_parameters=True, pool_pre_ping=True)


@cache
def async_engine(place: Database) -> AsyncEngine:
    """Return its twin; a life that ends closes its connections, so that the next one, on a loop of its own, may use it."""
    return create_async_engine(place.async_url, hide_parameters=True)


@cache
def hasty_postgresql() -> Database:
    """Return this process's database with commits that do not wait for the disk."""
    place = postgresql()
    return evolve(place, url=place.url.update_query_dict({"options": HASTY}))


@cache
def file() -> Database:
    """Return this process's file."""
    folder = tempfile.TemporaryDirectory(prefix="subaccounts-machines-")
    atexit.register(folder.cleanup)
    return sqlite_in(Path(folder.name))


class OnServer(StorageContract):
    """Keep everything in the database that a subclass names."""

    def place(self) -> Database:
        """Return where the repository is."""
        raise NotImplementedError

    def open(self) -> SQLAlchemyRepository | AsyncSQLAlchemyRepository:
        """Delete what the last life left and open a repository."""
        with plain_engine(self.place()).begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        return self.reopen(None)

    def reopen(self, _: Any, /) -> SQLAlchemyRepository | AsyncSQLAlchemyRepository:
        """Open one on what is there."""
        place = self.place()
        if self.color == "async":
            return AsyncSQLAlchemyRepository(async_engine(place))
        return SQLAlchemyRepository(plain_engine(place))

    def close(self, port: Any, /) -> object:
        """Close what belongs to this life alone."""
        return port.close() if self.color == "async" else None


class PostgreSQL(OnServer):
    """PostgreSQL through psycopg."""

    def place(self) -> Database:
        """Return this process's database."""
        return hasty_postgresql()


class AsyncPostgreSQL(PostgreSQL):
    """PostgreSQL through psycopg, awaitably."""

    color: ClassVar[Color] = "async"


class MariaDB(OnServer):
    """MariaDB through PyMySQL."""

    def place(self) -> Database:
        """Return this process's database."""
        return mariadb()


class AsyncMariaDB(MariaDB):
    """MariaDB through asyncmy."""

    color: ClassVar[Color] = "async"


class SQLiteBySQLAlchemy(OnServer):
    """A file, through SQLAlchemy."""

    def place(self) -> Database:
        """Return this process's file."""
        return file()


class AsyncSQLiteBySQLAlchemy(SQLiteBySQLAlchemy):
    """A file, through SQLAlchemy and aiosqlite."""

    color: ClassVar[Color] = "async"


class Redis(StorageContract):
    """Redis, as the example has it."""

    def open(self) -> RedisRepository | AsyncRedisRepository:
        """Delete what the last life left and open a repository."""
        redis_servers.emptied(redis_servers.shared())
        return self.reopen(None)

    def reopen(self, _: Any, /) -> RedisRepository | AsyncRedisRepository:
        """Open one on what is there."""
        made = AsyncRedisRepository if self.color == "async" else RedisRepository
        return made(redis_servers.shared(), prefix=redis_servers.prefix())


class AsyncRedis(Redis):
    """The same, awaitably."""

    color: ClassVar[Color] = "async"


class SQLiteByDjango(StorageContract):
    """A file, on a connection of Django's; each life has one of its own."""

    alias: ClassVar[str] = "sqlite"
    changes: ClassVar[dict[str, Any]] = {}

    def open(self) -> site.Everywhere:
        """Lead Django to the database, empty, and open a repository."""
        site.opened(self.alias, self.folder, **self.changes)
        return site.Everywhere(self.alias)

    def reopen(self, repository: Any, /) -> site.Everywhere:
        """Open one on what is there, on another connection."""
        repository.close()
        return site.Everywhere(self.alias)


class PostgreSQLByDjango(SQLiteByDjango):
    """PostgreSQL, likewise."""

    alias: ClassVar[str] = "postgresql"
    changes: ClassVar[dict[str, Any]] = {"OPTIONS": {"options": HASTY}}


ON_SERVERS: Final = (
    SQLiteBySQLAlchemy, AsyncSQLiteBySQLAlchemy, PostgreSQL, AsyncPostgreSQL, MariaDB, AsyncMariaDB, Redis, AsyncRedis,
    SQLiteByDjango, PostgreSQLByDjango,
)  # fmt: skip
EVERYWHERE: Final = (*STORES, *ON_SERVERS)
"""Every repository of ours on each of its databases in each of its colors, and the example on Redis; `noxfile.py` has their names.

Not one that is in a host's transaction: what it writes is gone when a life opens it again.
"""
