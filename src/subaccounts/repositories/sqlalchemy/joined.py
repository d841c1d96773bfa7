"""The repository inside the host's own transaction: what the library writes is committed, or not, with what the host writes.

Each write is a savepoint, and on PostgreSQL each read, so that what was refused or failed leaves the host's transaction as
it was. Nothing is tried again here: a transaction that has read something old has to be repeated as a whole, and only the
host can do that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final, TypeVar, final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InvalidRequestError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_scoped_session
from sqlalchemy.orm import Session, scoped_session

from ...errors import HostTransactionLost, StorageFailed
from ...ports import Repository
from .._twin import Twin
from .failures import code, said
from .statements import Question, Statements
from .transactions import store_of

R = TypeVar("R")
_Host = Connection | Session | scoped_session[Any]

_LOST: Final = frozenset({"40001", "40P01", "25P02", "25001"})
"""SQLSTATE: serialization failure, deadlock, a transaction that failed already, one that is over."""
_LOST_MYSQL: Final = frozenset({1213, 1020, 1305})
"""ER_LOCK_DEADLOCK, which undoes the whole transaction; ER_CHECKREAD; ER_SP_DOES_NOT_EXIST: our savepoint went with it."""
_LOST_SQLITE: Final = frozenset({"SQLITE_BUSY_SNAPSHOT"})
"""Somebody wrote since the transaction first read: it can read on, and will never write."""


@final
class JoinedRepository(Statements):
    """Keep everything on a connection or session of the host, in the transaction it is in.

    Reads see what the host wrote there; a commit of the library is a savepoint in it, made lasting by the host's own
    commit. It is for one thread and for as long as the host's connection is. A command that counts or consumes a proof is
    refused with `InsideTransaction`, since the host's rollback would give a guess back; so is what no rollback takes back
    elsewhere. The reference of commands says which they are.

    Raises `Stale` when something changed since it was read, and `HostTransactionLost` when the database gave the
    transaction up: both say that the host has to roll back and repeat its transaction. Otherwise it raises what
    `SQLAlchemyRepository` does, and what the host wrote is still there to be committed.

    A connection that is in no transaction is refused with `StorageFailed` (`no_transaction`): one that commits each
    statement, and one to SQLite that has not begun by then, as Python's driver begins at the first write, after what was
    decided on was read. So is one to SQLite that does not enforce foreign keys (`no_foreign_keys`). The how-to has the hook
    that does both.

    It sees what the host's isolation shows. Under REPEATABLE READ or SERIALIZABLE on PostgreSQL a guard that nothing is
    there is judged by the transaction's snapshot: what others have put there since it first read goes unnoticed.
    """

    joins_host_transaction: ClassVar[bool] = True

    def __init__(self, host: Connection | Session | scoped_session[Any], /) -> None:
        self._host = host

    def __repr__(self) -> str:
        return "JoinedRepository()"

    def _read(self, question: Question[R], /) -> R:
        return _asked(self._host, lambda connection: _read(connection, question))

    def _write(self, question: Question[R], /) -> R:
        return _asked(self._host, lambda connection: _in_savepoint(connection, question))


def _read(connection: Connection, question: Question[R]) -> R:
    # On PostgreSQL any statement that fails ends the transaction, and the host's COMMIT is then answered by a ROLLBACK.
    return _in_savepoint(connection, question) if connection.dialect.name == "postgresql" else question(connection)


def _in_savepoint(connection: Connection, question: Question[R]) -> R:
    with connection.begin_nested():
        return question(connection)


def _asked(host: _Host, question: Question[R]) -> R:
    store = _store(host)
    connection = said(store, lambda: _joinable(host, store), lambda error: lost(error) or _none(store, error))
    return said(store, lambda: question(connection), lambda error: lost(error) or _undone(connection))


def _store(host: _Host) -> str:
    bind = host if isinstance(host, Connection) else host.bind
    return "the host's database" if bind is None else store_of(bind.engine)


def _joinable(host: _Host, store: str) -> Connection:
    """Return the connection of a host, in a transaction that what is asked can be a part of."""
    connection = host if isinstance(host, Connection) else host.connection()
    if connection.dialect.name == "sqlite":
        # SQLAlchemy begins at the first statement, and with it the host's hook.
        enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
        begun = _begun_on_sqlite(connection)
    else:
        raw: Any = connection.connection.dbapi_connection
        enforced, begun = True, not connection.dialect.detect_autocommit_setting(raw)
    if not (begun and enforced):
        raise StorageFailed(store=store, problem="no_foreign_keys" if begun else "no_transaction")
    return connection


def _begun_on_sqlite(connection: Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))


def lost(error: SQLAlchemyError, /) -> HostTransactionLost | None:
    """Return what to raise when more than a statement is gone: the host's whole transaction has to be repeated."""
    if not isinstance(error, DBAPIError):
        return HostTransactionLost() if isinstance(error, PendingRollbackError) else None
    if error.connection_invalidated or error.orig is None:
        return HostTransactionLost()
    state, number, name = code(error.orig)
    gone = state in _LOST or number in _LOST_MYSQL or name in _LOST_SQLITE
    return HostTransactionLost() if gone else None


def _undone(connection: Connection) -> HostTransactionLost | None:
    """Return what to raise when SQLite has undone the whole transaction by itself, as it may where the disk is full."""
    gone = connection.dialect.name == "sqlite" and not _begun_on_sqlite(connection)
    return HostTransactionLost() if gone else None


def _none(store: str, error: SQLAlchemyError) -> StorageFailed | None:
    """Return what to raise when there is no transaction to be had: the connection is closed, or the host's block is over."""
    if isinstance(error, InvalidRequestError):
        return StorageFailed(store=store, problem="no_transaction", detail=type(error).__name__)
    return None


@final
class AsyncJoinedRepository(Twin):
    """Keep everything on an async connection or session of the host, as `JoinedRepository` says, awaitably."""

    joins_host_transaction: ClassVar[bool] = True

    def __init__(self, host: AsyncConnection | AsyncSession | async_scoped_session[Any], /) -> None:
        self._host = host

    def __repr__(self) -> str:
        return "AsyncJoinedRepository()"

    async def _ask(self, question: Callable[[Repository], R], /) -> R:
        host = self._host() if isinstance(self._host, async_scoped_session) else self._host
        if isinstance(host, AsyncConnection) and host.sync_connection is None:  # it was never opened
            raise StorageFailed(store=store_of(host.sync_engine), problem="no_transaction")
        return await host.run_sync(lambda plain: question(JoinedRepository(plain)))
