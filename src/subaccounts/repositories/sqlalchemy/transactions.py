"""How a question gets a connection and a transaction, and what becomes of what a driver raises there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from sqlalchemy import Connection, Engine, Transaction, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError, NoSuchModuleError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ...errors import InvalidValue, OutcomeUnknown, StorageFailed
from .failures import ANY, failure
from .statements import Question

R = TypeVar("R")


def engine_of(database: URL | str, /) -> Engine:
    """Return an engine for a URL; raise `StorageFailed` (`unreachable`) for one that names no known database."""
    try:
        return create_engine(database, pool_pre_ping=True, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StorageFailed(store="a database", problem="unreachable", detail=type(error).__name__) from None


def async_engine_of(database: URL | str, /) -> AsyncEngine:
    """Return an async engine for a URL; raise `StorageFailed` (`unreachable`) for one without an async driver."""
    try:
        return create_async_engine(database, pool_pre_ping=True, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, InvalidRequestError, ImportError) as error:
        raise StorageFailed(store="a database", problem="unreachable", detail=type(error).__name__) from None


def store_of(engine: Engine, /) -> str:
    """Return what a failure calls a database; never its password."""
    name = engine.url.database
    return f"{engine.dialect.name} database {name}" if name else f"{engine.dialect.name} database"


def reader(engine: Engine, /) -> Engine:
    """Return the engine as questions use it that only read: no transaction to begin and to end."""
    return _quiet(engine.execution_options(isolation_level="AUTOCOMMIT"))


def writer(engine: Engine, /) -> Engine:
    """Return the engine as commits use it. On SQLite a transaction says at its beginning that it is going to write."""
    if engine.dialect.name != "sqlite":
        return _quiet(engine.execution_options(isolation_level="READ COMMITTED"))
    writing = _quiet(engine.execution_options())
    event.listen(writing, "begin", _begin_immediate)
    return writing


def _quiet(engine: Engine) -> Engine:
    """Keep values out of the engine's log and errors, whatever the host chose for its own statements."""
    engine.hide_parameters = True
    return engine


def _begin_immediate(connection: Connection) -> None:
    raw = connection.connection.cursor()
    raw.execute("PRAGMA foreign_keys = ON")  # a no-op inside a transaction, and this is the moment before one
    raw.close()
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def migrating(engine: Engine, /) -> Iterator[Connection]:
    """Give a connection in a transaction that ends with the block; raises what a repository raises."""
    with _told(store_of(engine)), writer(engine).begin() as connection:
        yield connection


def read(engine: Engine, store: str, question: Question[R], /) -> R:
    """Ask a question that writes nothing; once more when the pool's connection had died meanwhile."""
    try:
        return _read(engine, store, question)
    except _DiedBefore:
        return _last(lambda: _read(engine, store, question), store)


def write(engine: Engine, store: str, question: Question[R], /) -> R:
    """Ask a question in a transaction; once more when the pool's connection had died before it was committed."""
    try:
        return _write(engine, store, question)
    except _DiedBefore:
        return _last(lambda: _write(engine, store, question), store)


class _DiedBefore(Exception):
    """Say that the connection died before a commit was asked for: the database has undone what there was."""


def _last(asked: Callable[[], R], store: str) -> R:
    try:
        return asked()
    except _DiedBefore:
        raise StorageFailed(store=store, problem="unreachable", detail="the connection was lost") from None


def _read(engine: Engine, store: str, question: Question[R]) -> R:
    with _told(store), engine.connect() as connection:
        return question(connection)


def _write(engine: Engine, store: str, question: Question[R]) -> R:
    with _told(store), engine.connect() as connection:
        with connection.begin() as transaction:
            answer = question(connection)
            _commit(transaction, store)
        return answer


@contextmanager
def _told(store: str) -> Iterator[None]:
    """Say what went wrong in our words. Causes are left out: a driver's own words repeat the row it could not write."""
    try:
        yield
    except InvalidValue as error:  # a body that the library did not write
        raise StorageFailed(store=store, problem="damaged", detail=error.field) from None
    except DBAPIError as error:
        if error.connection_invalidated:
            raise _DiedBefore from None
        raise failure(store, error) from None
    except ANY as error:
        raise failure(store, error) from None


def _commit(transaction: Transaction, store: str) -> None:
    try:
        transaction.commit()
    except DBAPIError as error:
        told = failure(store, error)
        lost = isinstance(told, StorageFailed) and told.problem in _LOST
        raise OutcomeUnknown if lost else told from None


_LOST: Final = frozenset({"unreachable", "damaged"})
"""Problems after which nobody knows whether a commit was written."""
