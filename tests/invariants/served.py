"""The same deployment on every other repository there is: SQLAlchemy's databases, Django's, and the example on Redis.

What belongs here: how each is opened empty, and how everything that it stores is read behind its back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.db import connections

from examples.redis_store import AsyncRedisRepository, RedisRepository
from subaccounts.ports import Repository
from subaccounts.repositories.sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.tables import metadata
from tests.examples import redis_servers
from tests.invariants.stored import Rows
from tests.invariants.world import KINDS, World
from tests.kit.servers import async_engine, file, plain_engine
from tests.repositories.django.site import Everywhere, opened
from tests.repositories.sql.databases import Database, mariadb, postgresql

DATABASES: Final = {"sqlalchemy": file, "postgresql": postgresql, "mariadb": mariadb}
DJANGO: Final = {"django": "sqlite", "django-postgresql": "postgresql"}
SERVED: Final = (
    *(f"{color}{name}" for name in (*DATABASES, "redis") for color in ("", "async-")),
    *DJANGO,
)
"""The repositories on SQLAlchemy and on Redis in both colors, and those of Django, which has one."""
EVERY_KIND: Final = (*KINDS, *SERVED)
"""Every repository there is, in every color it has."""


def opened_world(kind: str) -> World:
    """Return a world of a kind, empty."""
    return World(kind) if kind in KINDS else Served(kind)


class Served(World):
    """Run commands on a database that is there for many tests, or on a server."""

    def _stores(self) -> tuple[Repository, Any]:
        name = self.kind.removeprefix("async-")
        if name in DATABASES:
            return self._on_sqlalchemy(DATABASES[name]().emptied())
        if name in DJANGO:
            self._place = TemporaryDirectory()
            opened(DJANGO[name], Path(self._place.name))
            return Everywhere(DJANGO[name]), None
        url, prefix = redis_servers.emptied(redis_servers.shared()), redis_servers.prefix()
        twin = AsyncRedisRepository(url, prefix=prefix) if self.is_async else None
        return RedisRepository(url, prefix=prefix), twin

    def _on_sqlalchemy(self, place: Database) -> tuple[Repository, Any]:
        self._engine = plain_engine(place)
        twin = AsyncSQLAlchemyRepository(async_engine(place)) if self.is_async else None
        return SQLAlchemyRepository(self._engine), twin

    def rows(self) -> Rows:
        """Return everything that is stored, as whoever steals it would read it."""
        return {
            ("event" if "event" in place else "record", f"{number}"): text
            for number, (place, text) in enumerate(self._read())
        }

    def _read(self) -> Iterator[tuple[str, str]]:
        """Yield where something is stored, and it, as the driver gives it: by way of our columns a body would say nothing."""
        name = self.kind.removeprefix("async-")
        if name in DATABASES:
            with self._engine.connect() as connection:
                for table in metadata.tables:
                    for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):
                        yield table, repr(tuple(row))
        elif name in DJANGO:
            with connections[DJANGO[name]].cursor() as cursor:
                for table in metadata.tables:
                    cursor.execute(f"SELECT * FROM {table}")
                    for row in cursor.fetchall():
                        yield table, repr(row)
        else:
            with redis_servers.client(redis_servers.shared()) as redis:
                for key in sorted(redis.scan_iter(match=f"{redis_servers.prefix()}:*", count=1000)):
                    yield key, _of_key(redis, key)

    def close(self) -> None:
        """Close what belongs to this world alone."""
        super().close()
        if self.kind in DJANGO:
            self._place.cleanup()


def _of_key(redis: Any, key: str) -> str:
    match redis.type(key):
        case "string":
            return repr(redis.get(key))
        case "hash":
            return repr(redis.hgetall(key))
        case "set":
            return repr(sorted(redis.smembers(key)))
        case "zset":
            return repr(redis.zrange(key, 0, -1, withscores=True))
        case other:
            raise NotImplementedError(other)
