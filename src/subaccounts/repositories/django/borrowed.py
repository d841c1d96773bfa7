"""Django's connection as SQLAlchemy's, for as long as a question takes: the same statements run on it as everywhere.

Django opens and closes the connection, begins and ends its transactions; here nothing of that is done. Its cursors are
passed by: with `DEBUG` they keep every statement with its values, on PostgreSQL they write the values into the statement,
where a server's log finds them, and their times are what the host's settings make of them. Ours hold password hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DjangoError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from sqlalchemy import Connection, Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from ...errors import StorageFailed

R = TypeVar("R")

INSTEAD: Final = "use SQLAlchemyRepository on the same database"
"""What to do where Django is on a database, or a driver, that this app does not know."""


class Borrowed(DefaultDialect):
    """Leave a connection, and the transaction it is in, to whom it belongs."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        """Do nothing."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Do nothing."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Do nothing."""

    def do_close(self, dbapi_connection: Any) -> None:
        """Do nothing."""

    def do_terminate(self, dbapi_connection: Any) -> None:
        """Do nothing."""


class _SQLite(Borrowed, SQLiteDialect_pysqlite):
    """SQLite through Python's driver."""

    supports_statement_cache = True


def trouble(wrapper: BaseDatabaseWrapper, /) -> str | None:
    """Return why this app cannot work on a database of Django's, or None if it can."""
    if wrapper.vendor == "sqlite":
        return None
    if wrapper.vendor != "postgresql":
        return f"{wrapper.display_name} is none that this app knows; {INSTEAD}"
    if _driver(wrapper).__name__ != "psycopg":
        return f"Django uses psycopg2 here, and this app needs psycopg 3; install psycopg, or {INSTEAD}"
    return None


def _driver(wrapper: BaseDatabaseWrapper) -> Any:
    return wrapper.Database  # type: ignore[attr-defined]  # every backend names its driver so


def store_of(wrapper: BaseDatabaseWrapper, /) -> str:
    """Return what a failure calls a database; never its password."""
    name = wrapper.settings_dict.get("NAME")
    return f"{wrapper.vendor} database {name}" if name else f"{wrapper.vendor} database"


@cache
def engine_on(alias: str, vendor: str, /) -> Engine:
    """Return the engine that borrows the connection which Django has for an alias in the thread that asks."""
    dialect: Any
    if vendor == "postgresql":
        import psycopg

        from .psycopg_cursors import PostgreSQL

        make: Any = PostgreSQL
        dialect = make(dbapi=psycopg, use_native_hstore=False)
    else:
        dialect = _SQLite(dbapi=_SQLite.import_dbapi())
    pool = NullPool(lambda: connections[alias].connection, dialect=dialect, reset_on_return=None)
    return Engine(pool, dialect, URL.create(vendor), hide_parameters=True)


@contextmanager
def borrowed(wrapper: BaseDatabaseWrapper, /) -> Iterator[Connection]:
    """Give Django's connection of this thread while the block lasts; it is opened if it is not, and checked if it is due.

    Raises SQLAlchemy's errors, Django's own among them as such, and `StorageFailed` (`unreachable`) for a database that
    this app does not know. Django is told of what it would have seen through its own cursors.
    """
    why = trouble(wrapper)
    if why is not None:
        raise StorageFailed(store=store_of(wrapper), problem="unreachable", detail=why)
    opened(wrapper)
    engine = engine_on(wrapper.alias, wrapper.vendor)
    if engine.dialect.server_version_info is None:
        engine.dialect.server_version_info = _version(wrapper)
    try:
        with engine.connect() as connection:
            yield connection
    except DBAPIError as error:
        if not isinstance(error, (DataError, IntegrityError)):
            wrapper.errors_occurred = True  # at the end of its request Django looks whether the connection still works
        if error.connection_invalidated and not wrapper.in_atomic_block:
            wrapper.close()
        raise


def opened(wrapper: BaseDatabaseWrapper, /) -> None:
    """Open Django's connection of this thread if it is not, and check it if that is due, as Django does for a cursor."""
    with translated(wrapper):
        wrapper.validate_thread_sharing()
        wrapper.close_if_health_check_failed()
        wrapper.ensure_connection()


def _version(wrapper: BaseDatabaseWrapper) -> tuple[int, ...]:
    if wrapper.vendor == "sqlite":
        return tuple(_driver(wrapper).sqlite_version_info)
    major, minor = divmod(wrapper.connection.info.server_version, 10_000)
    return (major, minor)


@contextmanager
def translated(wrapper: BaseDatabaseWrapper, /) -> Iterator[None]:
    """Raise what Django raises as SQLAlchemy says it, so that one place knows what a driver's error means."""
    raw = wrapper.connection
    try:
        yield
    except ImproperlyConfigured as error:
        raise StorageFailed(store=store_of(wrapper), problem="unreachable", detail=str(error)) from None
    except DjangoError as error:
        raise said(error, raw) from None


def said(error: DjangoError, raw: Any, /) -> DBAPIError:
    """Return an error of Django's as SQLAlchemy's; `raw` is the connection it happened on, None if there was none yet."""
    lost = bool(getattr(raw, "closed", False)) or bool(getattr(raw, "broken", False))
    cause = error.__cause__
    driver: Any = cause if cause is not None else error
    return DBAPIError(None, None, driver, connection_invalidated=lost)
