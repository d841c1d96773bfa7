"""A new database on a server that runs, for a benchmark alone."""

from __future__ import annotations

import atexit
import os
from itertools import count
from typing import Final

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

POSTGRESQL_URL: Final = "SUBACCOUNTS_TEST_POSTGRESQL_URL"
MARIADB_URL: Final = "SUBACCOUNTS_TEST_MARIADB_URL"
POSTGRESQL: Final = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres?connect_timeout=3"
MARIADB: Final = "mariadb+pymysql://root@127.0.0.1:3306/?connect_timeout=3"
_numbers: Final = count()


def postgresql() -> URL:
    """Return a new database, which goes when the process does; ImportError says how to have a server."""
    place = make_url(os.environ.get(POSTGRESQL_URL, POSTGRESQL)).set(drivername="postgresql+psycopg")
    return _made(
        place,
        "CREATE DATABASE {}",
        "DROP DATABASE {} WITH (FORCE)",
        f"a PostgreSQL on 127.0.0.1:5432, or its URL in {POSTGRESQL_URL}",
    )


def mariadb() -> URL:
    """Return a new database, likewise."""
    place = make_url(os.environ.get(MARIADB_URL, MARIADB)).set(drivername="mariadb+pymysql")
    return _made(
        place,
        "CREATE DATABASE {} CHARACTER SET utf8mb4",
        "DROP DATABASE {}",
        f"a MariaDB on 127.0.0.1:3306 with root and no password, or its URL in {MARIADB_URL}",
    )


def _made(place: URL, create: str, drop: str, needed: str) -> URL:
    server = create_engine(place, isolation_level="AUTOCOMMIT")
    name = f"subaccounts_bench_{os.getpid()}_{next(_numbers)}"

    def run(statement: str) -> None:
        with server.connect() as connection:
            connection.execute(text(statement.format(name)))

    try:
        run(create)
    except DBAPIError:
        raise ImportError("no server", name=needed) from None
    atexit.register(run, drop)
    return place.set(database=name)
