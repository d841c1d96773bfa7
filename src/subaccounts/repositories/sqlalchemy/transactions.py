"""How a question gets a connection and a transaction, and what becomes of what a driver raises there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, Transaction, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ...errors import OutcomeUnknown, Stale, StorageFailed, SubAccountsError
from . import failures, galera
from .failures import failure
from .statements import Question
from .types import MYSQL

R = TypeVar("R")
E = TypeVar("E")

_NEXT_READ_COMMITTED: Final = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"


def engine_of(database: URL | str, /) -> Engine:
    """Return an engine for a URL; raise `StorageFailed` (`unreachable`) for one that no plain driver can follow."""
    engine = _made(create_engine, database)
    if engine.dialect.is_async:
        raise StorageFailed(store=store_of(engine), problem="unreachable", detail=f"{engine.driver} is an async driver")
    return engine


def async_engine_of(database: URL | str, /) -> AsyncEngine:
    """Return an async engine for a URL; raise `StorageFailed` (`unreachable`) for one that no async driver can follow."""
    return _made(create_async_engine, database)


def _made(make: Callable[..., E], database: URL | str) -> E:
    try:
        return make(database, pool_pre_ping=True, hide_parameters=True)
    except ModuleNotFoundError as error:
        why = f"{error.name} is not installed"
    except InvalidRequestError:  # SQLAlchemy's for a plain driver where an async one is asked for
        why = "the driver is not async"
    except (ArgumentError, NoSuchModuleError, ValueError):
        why = "the URL names no database"
    raise StorageFailed(store="a database", problem="unreachable", detail=why)


def store_of(engine: Engine, /) -> str:
    """Return what a failure calls a database; never its password."""
    name = engine.url.database
    return f"{engine.dialect.name} database {name}" if name else f"{engine.dialect.name} database"


def reader(engine: Engine, /) -> Engine:
    """Return the engine as questions use it that only read.

    On PostgreSQL and SQLite there is no transaction to begin and to end. MySQL's drivers would ask the server for that
    each time; a transaction of one read is as good there.
    """
    if engine.dialect.name in MYSQL:
        return _beginning(engine, galera.follow)
    return _quiet(engine.execution_options(isolation_level="AUTOCOMMIT"))


def writer(engine: Engine, /) -> Engine:
    """Return the engine as commits use it: READ COMMITTED; on SQLite `begun` says more."""
    if engine.dialect.name in MYSQL:  # for the next transaction alone, which saves giving the host's level back
        return _beginning(engine, _begin_write)
    if engine.dialect.name == "sqlite":
        return _quiet(engine.execution_options())
    return _quiet(engine.execution_options(isolation_level="READ COMMITTED"))


@contextmanager
def writing(engine: Engine, /) -> Iterator[Connection]:
    """Give a connection of a `writer` whose transactions are some: a host's that commits each statement begins none."""
    with engine.connect() as connection:
        dialect, raw = connection.dialect, connection.connection.dbapi_connection
        if dialect.name in MYSQL and raw is not None and dialect.detect_autocommit_setting(raw):
            connection.execution_options(isolation_level="READ COMMITTED")
        if dialect.name == "sqlite":
            with _given_back_as_it_was(connection):
                yield connection
        else:
            yield connection


@contextmanager
def _given_back_as_it_was(connection: Connection) -> Iterator[None]:
    """Undo what `begun` asks of SQLite where the host had not: from the pool it would reach the host's own deletes."""
    enforced = _on_raw(connection, "PRAGMA foreign_keys")
    try:
        yield
    finally:
        if not (connection.invalidated or (enforced and enforced[0])):
            _forget_transaction(connection)  # of a commit that failed: inside it, the next line would do nothing
            _on_raw(connection, "PRAGMA foreign_keys = OFF")


def _forget_transaction(connection: Connection) -> None:
    """Undo what the driver itself is in the middle of, if it is."""
    if getattr(connection.connection.driver_connection, "in_transaction", False):
        _on_raw(connection, "ROLLBACK")


def _on_raw(connection: Connection, statement: str) -> Any:
    """Run a statement of SQLite's that begins no transaction, which SQLAlchemy would; return the first row."""
    raw = connection.connection.cursor()
    try:
        raw.execute(statement)
        return raw.fetchone()
    finally:
        raw.close()


def _begin_write(connection: Connection) -> None:
    galera.follow(connection)
    connection.exec_driver_sql(_NEXT_READ_COMMITTED)


def _beginning(engine: Engine, begin: Callable[[Connection], object]) -> Engine:
    writing = _quiet(engine.execution_options())
    event.listen(writing, "begin", begin)
    return writing


def _quiet(engine: Engine) -> Engine:
    """Keep values out of the engine's log and errors, whatever the host chose for its own statements."""
    engine.hide_parameters = True
    return engine


def begun(connection: Connection, /) -> None:
    """Let a transaction that was just begun be one that writes now, so that what it reads is not old when it writes.

    Only SQLite has to be told. It is told after every hook of the host's, which may have begun one that does not say so.
    """
    if connection.dialect.name != "sqlite":
        return
    _forget_transaction(connection)
    _on_raw(connection, "PRAGMA foreign_keys = ON")  # a no-op inside a transaction, and this is the moment before one
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def read(engine: Engine, store: str, question: Question[R], /) -> R:
    """Ask a question that writes nothing; once more when the pool's connection had died meanwhile."""
    return asked(store, lambda: _read(engine, question))


def write(engine: Engine, store: str, question: Question[R], /) -> R:
    """Ask a question in a transaction; once more when the pool's connection had died before it was committed.

    On a cluster it is asked again when another node's transaction was first: that says nothing yet about what the two
    wrote. Raises `Stale` when that never ends.
    """
    for _ in range(galera.TRIES):
        try:
            return asked(store, lambda: _write(engine, store, question))
        except galera.GaveWay:
            continue
    raise Stale


class _DiedBefore(Exception):
    """Say that the connection died before a commit was asked for: the database has undone what there was."""


def asked(store: str, ask: Callable[[], R], /, *, times: int = 2) -> R:
    """Ask, and so many times when the connection had died before a commit; say what goes wrong as a repository does.

    Raises `Stale` or `StorageFailed`, after which nothing was written, and `OutcomeUnknown` as the commit says it.
    """
    for _ in range(times):
        try:
            return failures.said(store, ask, _died_before)
        except _DiedBefore:
            continue
    raise _lost(store)


def _lost(store: str) -> StorageFailed:
    return StorageFailed(store=store, problem="unreachable", detail="the connection was lost")


def _read(engine: Engine, question: Question[R]) -> R:
    with engine.connect() as connection, _deaf_given_up(connection):
        return question(connection)


def _write(engine: Engine, store: str, question: Question[R]) -> R:
    with writing(engine) as connection:
        try:
            with _deaf_given_up(connection), connection.begin() as transaction:
                begun(connection)
                answer = question(connection)
                _commit(transaction, store)
        except DBAPIError as error:
            if not galera.gave_way(connection, error):
                raise
        else:
            return answer
    raise galera.GaveWay


@contextmanager
def _deaf_given_up(connection: Connection) -> Iterator[None]:
    """Give a connection up when its server takes no statement any more, not even one that undoes what was begun.

    In the pool it would be somebody else's transaction, open still when the server listens again.
    """
    try:
        yield
    except DBAPIError as error:
        if failures.unheard(error):
            connection.invalidate()
        raise


def _died_before(error: SQLAlchemyError) -> _DiedBefore | None:
    return _DiedBefore() if isinstance(error, DBAPIError) and error.connection_invalidated else None


def _commit(transaction: Transaction, store: str) -> None:
    try:
        transaction.commit()
    except DBAPIError as error:
        if galera.gave_way(transaction.connection, error):
            raise
        told = of_commit(store, error)
        if isinstance(told, OutcomeUnknown) or failures.unheard(error):
            transaction.connection.invalidate()  # whether its transaction has ended is not known either
    else:
        return
    raise told


def of_commit(store: str, error: DBAPIError, /) -> SubAccountsError:
    """Return what to raise for what a driver raised in the commit itself, after which nobody may know what was written."""
    told = failure(store, error)
    if failures.unheard(error):
        return told
    return OutcomeUnknown() if isinstance(told, StorageFailed) and told.problem in _LOST else told


_LOST: Final = frozenset({"unreachable", "damaged"})
"""Problems after which nobody knows whether a commit was written."""
