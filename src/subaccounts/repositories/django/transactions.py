"""Whose transaction a question is in on a connection of Django's: one of its own, or the one that the host is in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TypeVar

from django.db import Error as DjangoError
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ...errors import HostTransactionLost, StorageFailed, SubAccountsError
from ..sqlalchemy import joined as sql_joined
from ..sqlalchemy.failures import said as told
from ..sqlalchemy.statements import Question
from ..sqlalchemy.transactions import asked, begun, of_commit
from .borrowed import borrowed, opened, said, store_of, translated

R = TypeVar("R")


def inside(wrapper: BaseDatabaseWrapper, /) -> bool:
    """Tell whether the host is in a transaction of its own now, in which a commit of ours would be a part of it.

    One that Django's `TestCase` began does not count, as it does not for `atomic(durable=True)`: nobody's code began it.
    """
    if wrapper.in_atomic_block:
        return not (wrapper.atomic_blocks and getattr(wrapper.atomic_blocks[-1], "_from_testcase", False))
    autocommit = wrapper.settings_dict["AUTOCOMMIT"] if wrapper.connection is None else wrapper.autocommit
    return not autocommit


def read(wrapper: BaseDatabaseWrapper, question: Question[R], /) -> R:
    """Ask a question that writes nothing; once more when the connection had died meanwhile."""

    def ask() -> R:
        with borrowed(wrapper) as connection:
            return question(connection)

    return asked(store_of(wrapper), ask)


def write(wrapper: BaseDatabaseWrapper, question: Question[R], /) -> R:
    """Ask a question in a transaction; once more when the connection had died before it was committed."""
    return asked(store_of(wrapper), lambda: _write(wrapper, question))


def _write(wrapper: BaseDatabaseWrapper, question: Question[R]) -> R:
    answers: list[R] = []
    refused: SubAccountsError | DBAPIError
    mine, raw = not wrapper.in_atomic_block, wrapper.connection
    try:
        with _read_committed(wrapper), transaction.atomic(using=wrapper.alias):
            raw = wrapper.connection
            with borrowed(wrapper) as connection:
                if mine:
                    begun(connection)
                answers.append(question(connection))
    except DjangoError as error:
        refused = said(error, raw)
        if answers:
            refused = of_commit(store_of(wrapper), refused)
    else:
        return answers[0]
    raise refused


@contextmanager
def _read_committed(wrapper: BaseDatabaseWrapper) -> Iterator[None]:
    """Have the next transaction see what others commit meanwhile, whatever isolation the host has asked for.

    psycopg says so in the BEGIN that it sends anyway.
    """
    if wrapper.vendor != "postgresql" or wrapper.in_atomic_block:
        yield
        return
    opened(wrapper)
    from psycopg import IsolationLevel

    raw = wrapper.connection
    before, raw.isolation_level = raw.isolation_level, IsolationLevel.READ_COMMITTED
    try:
        yield
    finally:
        if not raw.closed:
            raw.isolation_level = before


def in_hosts_read(wrapper: BaseDatabaseWrapper, question: Question[R], /) -> R:
    """Ask a question that writes nothing in the host's transaction.

    On PostgreSQL a statement that fails ends the transaction, even one that only reads, so that it is in a savepoint too.
    """
    return _in_hosts(wrapper, question, apart=wrapper.vendor == "postgresql")


def in_hosts_write(wrapper: BaseDatabaseWrapper, question: Question[R], /) -> R:
    """Ask a question in a savepoint of the host's transaction: what is refused is undone, and the transaction goes on."""
    return _in_hosts(wrapper, question, apart=True)


def _in_hosts(wrapper: BaseDatabaseWrapper, question: Question[R], *, apart: bool) -> R:
    def ask() -> R:
        if _broken(wrapper):
            raise HostTransactionLost
        with borrowed(wrapper) as connection, translated(wrapper):
            _refuse_unfit(wrapper)
            with transaction.atomic(using=wrapper.alias) if apart else nullcontext():
                return question(connection)

    def lost(error: SQLAlchemyError) -> HostTransactionLost | None:
        gone = _broken(wrapper) or _undone(wrapper)
        return sql_joined.lost(error) or (HostTransactionLost() if gone else None)

    return told(store_of(wrapper), ask, lost)


def _broken(wrapper: BaseDatabaseWrapper) -> bool:
    """Tell whether Django will roll the host's transaction back whatever is asked in it."""
    return wrapper.connection is not None and (wrapper.needs_rollback or wrapper.closed_in_transaction)


def _undone(wrapper: BaseDatabaseWrapper) -> bool:
    """Tell whether SQLite has undone the whole transaction by itself, as it may where the disk is full."""
    return wrapper.vendor == "sqlite" and wrapper.connection is not None and not wrapper.connection.in_transaction


def _refuse_unfit(wrapper: BaseDatabaseWrapper) -> None:
    if wrapper.vendor != "sqlite":
        return
    if not wrapper.connection.in_transaction:
        raise StorageFailed(store=store_of(wrapper), problem="no_transaction")
    ((enforced,),) = wrapper.connection.execute("PRAGMA foreign_keys")
    if not enforced:
        raise StorageFailed(store=store_of(wrapper), problem="no_foreign_keys")
