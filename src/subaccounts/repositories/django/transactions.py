"""Whose transaction a question is in on a connection of Django's: one of its own, or the one that the host is in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import Error as DjangoError
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from sqlalchemy.exc import DBAPIError

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
    """Ask a question that writes nothing in the host's transaction."""

    def ask() -> R:
        _refuse_broken(wrapper)
        with borrowed(wrapper) as connection:
            _refuse_unbegun(wrapper)
            return question(connection)

    return told(store_of(wrapper), ask, sql_joined.lost)


def in_hosts_write(wrapper: BaseDatabaseWrapper, question: Question[R], /) -> R:
    """Ask a question in a savepoint of the host's transaction: what is refused is undone, and the transaction goes on."""

    def ask() -> R:
        _refuse_broken(wrapper)
        with translated(wrapper):
            wrapper.ensure_connection()
            _refuse_unbegun(wrapper)
            with transaction.atomic(using=wrapper.alias), borrowed(wrapper) as connection:
                return question(connection)

    return told(store_of(wrapper), ask, sql_joined.lost)


def _refuse_broken(wrapper: BaseDatabaseWrapper) -> None:
    if wrapper.in_atomic_block and (wrapper.needs_rollback or wrapper.closed_in_transaction):
        raise HostTransactionLost


def _refuse_unbegun(wrapper: BaseDatabaseWrapper) -> None:
    if wrapper.vendor == "sqlite" and not wrapper.connection.in_transaction:
        raise StorageFailed(store=store_of(wrapper), problem="no_transaction")
