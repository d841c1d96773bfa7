"""A new database on a server that runs, for a benchmark alone."""

from __future__ import annotations

import atexit
import os
from itertools import count
from typing import Final

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

_numbers: Final = count()


def postgresql() -> URL:
    """Return a new database, which goes when the process does; ImportError says how to have a server."""
    usual = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres?connect_timeout=3"
    return _made("PostgreSQL", usual, "SUBACCOUNTS_TEST_POSTGRESQL_URL", drop="DROP DATABASE {} WITH (FORCE)")


def mariadb() -> URL:
    """Return a new database, likewise."""
    usual = "mariadb+pymysql://root@127.0.0.1:3306/?connect_timeout=3"
    return _made("MariaDB", usual, "SUBACCOUNTS_TEST_MARIADB_URL", drop="DROP DATABASE {}")


def _made(what: str, usual: str, given: str, /, *, drop: str) -> URL:
    """Make a database on the server whose URL the environment gives, or on the usual one, by the driver of that."""
    expected = make_url(usual)
    place = make_url(os.environ.get(given, usual)).set(drivername=expected.drivername)
    server = create_engine(place, isolation_level="AUTOCOMMIT")
    name = f"subaccounts_bench_{os.getpid()}_{next(_numbers)}"

    def run(statement: str) -> None:
        with server.connect() as connection:
            connection.execute(text(statement.format(name)))

    try:
        run("CREATE DATABASE {}")
    except DBAPIError:
        needed = f"a {what} on {expected.host}:{expected.port} for {expected.username} without a password, or its URL in {given}"
        raise ImportError("no server", name=needed) from None
    atexit.register(run, drop)
    return place.set(database=name)
