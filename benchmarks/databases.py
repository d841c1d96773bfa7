"""A new database on the PostgreSQL that runs, for a benchmark alone."""

from __future__ import annotations

import atexit
import os
from itertools import count
from typing import Final

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

GIVEN: Final = "SUBACCOUNTS_TEST_POSTGRESQL_URL"
USUAL: Final = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres?connect_timeout=3"
_numbers: Final = count()


def postgresql() -> URL:
    """Return a new database, which goes when the process does; ImportError says how to have a server."""
    place = make_url(os.environ.get(GIVEN, USUAL)).set(drivername="postgresql+psycopg")
    server = create_engine(place, isolation_level="AUTOCOMMIT")
    name = f"subaccounts_bench_{os.getpid()}_{next(_numbers)}"

    def run(statement: str) -> None:
        with server.connect() as connection:
            connection.execute(text(statement))

    try:
        run(f"CREATE DATABASE {name}")
    except DBAPIError:
        raise ImportError("no server", name=f"a PostgreSQL on 127.0.0.1:5432, or its URL in {GIVEN}") from None
    atexit.register(run, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    return place.set(database=name)
