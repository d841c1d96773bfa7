"""What a MariaDB Galera cluster needs besides: guards that other nodes see, reads that wait for what others wrote, and
what is done when a transaction has to give way to another node's.

A node locks its own rows and nobody else's. When a transaction commits, the rows it *wrote* are compared with what other
nodes wrote since it began (certification), and of two that wrote one row the later is undone. `SELECT ... FOR SHARE`, `FOR
UPDATE` and an UPDATE that changes nothing write no row: no other node hears of them. So what a batch looked at and does
not change is written here, and changed back in the same transaction.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Boolean, Column, ColumnElement, Connection, Integer, Table, bindparam, delete, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from ...errors import Stale
from .failures import code, duplicate
from .types import MYSQL, Moment

TRIES: Final = 16
"""How often a transaction that gave way is begun anew. Each time another one was written, which this one then sees: it
cannot go on for ever, and of eight that collide the last one needs eight."""
_KNOWN: Final = "subaccounts: one of a cluster"
_FOLLOWS: Final = "subaccounts: waits for the cluster"
_IS_ON: Final = "SHOW GLOBAL VARIABLES LIKE 'wsrep_on'"
_WAIT: Final = "SET SESSION wsrep_sync_wait = 7"
"""Before reads (1), before UPDATE and DELETE (2), before INSERT (4): the first statement of a transaction waits."""
_DEADLOCK: Final = 1213
"""ER_LOCK_DEADLOCK: what a node says, at any statement or at the COMMIT, when another one's transaction was first."""
_NO_DATE: Final = datetime(1970, 1, 1, tzinfo=UTC)


class GaveWay(Exception):
    """Say that another node's transaction was first and this one was undone: nothing was written, and nothing decided."""


def is_node(connection: Connection, /) -> bool:
    """Tell whether a connection leads to a node of a cluster; asked once for each connection, the server is its witness."""
    if connection.dialect.name not in MYSQL:
        return False
    known: bool | None = connection.info.get(_KNOWN)
    if known is None:
        found = connection.exec_driver_sql(_IS_ON).first()
        known = connection.info[_KNOWN] = found is not None and found[1] == "ON"
    return known


def follow(connection: Connection, /) -> None:
    """Have a connection to a node wait, before it looks at anything, for all that the cluster wrote until then.

    It goes on doing so for as long as it is in its pool.
    """
    if is_node(connection) and not connection.info.get(_FOLLOWS):
        connection.exec_driver_sql(_WAIT)
        connection.info[_FOLLOWS] = True


def gave_way(connection: Connection, error: DBAPIError, /) -> bool:
    """Tell whether a transaction had to give way to another one's, after which it can be begun anew."""
    return error.orig is not None and code(error.orig)[1] == _DEADLOCK and is_node(connection)


def guard(connection: Connection, table: Table, row: ColumnElement[bool], version: int, /) -> None:
    """Write a row that is looked at, and write it back; raise `Stale` unless it is of this version.

    The second UPDATE is needed as much as the first: what is compared are the rows that were written, and no reader sees
    one before the COMMIT.
    """
    turned = update(table).where(row).values(version=-table.c.version)
    if connection.execute(turned.where(table.c.version == version)).rowcount != 1:
        raise Stale
    connection.execute(turned)


def guard_nothing(connection: Connection, table: Table, row: ColumnElement[bool], key: dict[str, Any], /) -> None:
    """Take the place where no row is to be, and give it back; raise `Stale` when there is one.

    What is put there for that long lives under nothing, so foreign keys are not asked, by this one statement.
    """
    columns = [column for column in table.columns if not column.nullable]
    quoted = connection.dialect.identifier_preparer
    names = ", ".join(quoted.quote(column.name) for column in columns)
    values = ", ".join(f":{column.name}" for column in columns)
    insert = text(
        f"SET STATEMENT foreign_key_checks = 0 FOR INSERT INTO {quoted.quote(table.name)} ({names}) VALUES ({values})"  # noqa: S608 - names of our own tables and columns
    ).bindparams(*(bindparam(column.name, type_=column.type) for column in columns))
    try:
        connection.execute(insert, {column.name: key.get(column.name, _nothing(column)) for column in columns})
    except IntegrityError as error:
        there = duplicate(error.orig)
        if not there:
            raise
    else:
        connection.execute(delete(table).where(row))
        return
    raise Stale


def _nothing(column: Column[Any]) -> Any:
    match column.type:
        case Moment():
            return _NO_DATE
        case Integer():
            return 0
        case Boolean():
            return False
        case _:
            return ""
