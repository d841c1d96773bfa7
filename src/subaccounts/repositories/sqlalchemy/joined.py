"""The repository inside the host's own transaction: what the library writes is committed, or not, with what the host writes.

Each write is a savepoint, so that one that was refused leaves the host's transaction as it was. Nothing is tried again
here: a transaction that has read something old has to be repeated as a whole, and only the host can do that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final, TypeVar, final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import Session

from ...errors import HostTransactionLost, StorageFailed
from ...ports import Repository
from .._twin import Twin
from .failures import code, said
from .statements import Question, Statements
from .transactions import store_of

R = TypeVar("R")

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
    commit. It is for one thread and for as long as the host's connection is. Commands that count or consume a proof
    (`SignIn`, `BeginSignIn`, `CompleteRegistration`, `ChangePassword`) are refused with `InsideTransaction`: the host's
    rollback would give a guess back.

    Raises `Stale` when something changed since it was read, and `HostTransactionLost` when the database gave the
    transaction up: both say that the host has to roll back and repeat its transaction. Otherwise as
    `SQLAlchemyRepository` does. A connection to SQLite that is not in a transaction by then is refused with
    `StorageFailed` (`no_transaction`): Python's driver begins one only at the first write, after what was decided on was
    read. How to have it begin in time is in the how-to.
    """

    joins_host_transaction: ClassVar[bool] = True

    def __init__(self, host: Connection | Session, /) -> None:
        self._host = host

    def __repr__(self) -> str:
        return "JoinedRepository()"

    def _read(self, question: Question[R], /) -> R:
        return _asked(self._connection(), question)

    def _write(self, question: Question[R], /) -> R:
        return _asked(self._connection(), lambda connection: _in_savepoint(connection, question))

    def _connection(self) -> Connection:
        return self._host.connection() if isinstance(self._host, Session) else self._host


def _in_savepoint(connection: Connection, question: Question[R]) -> R:
    with connection.begin_nested():
        return question(connection)


def _asked(connection: Connection, question: Question[R]) -> R:
    store = store_of(connection.engine)

    def ask() -> R:
        _refuse_without_transaction(connection, store)
        return question(connection)

    return said(store, ask, lost)


def lost(error: DBAPIError, /) -> HostTransactionLost | None:
    """Return what to raise when more than a statement is gone: the host's whole transaction has to be repeated."""
    if error.connection_invalidated or error.orig is None:
        return HostTransactionLost()
    state, number, name = code(error.orig)
    gone = state in _LOST or number in _LOST_MYSQL or name in _LOST_SQLITE
    return HostTransactionLost() if gone else None


def _refuse_without_transaction(connection: Connection, store: str) -> None:
    if connection.dialect.name != "sqlite":
        return
    if not connection.in_transaction():
        connection.exec_driver_sql("SELECT 1")  # SQLAlchemy begins at the first statement, and with it the host's hook
    driver = connection.connection.driver_connection
    if not getattr(driver, "in_transaction", False):
        raise StorageFailed(store=store, problem="no_transaction")


@final
class AsyncJoinedRepository(Twin):
    """Keep everything on an async connection or session of the host, as `JoinedRepository` says, awaitably."""

    joins_host_transaction: ClassVar[bool] = True

    def __init__(self, host: AsyncConnection | AsyncSession, /) -> None:
        self._host = host

    def __repr__(self) -> str:
        return "AsyncJoinedRepository()"

    async def _ask(self, question: Callable[[Repository], R], /) -> R:
        host = await self._host.connection() if isinstance(self._host, AsyncSession) else self._host
        return await host.run_sync(lambda connection: question(JoinedRepository(connection)))
