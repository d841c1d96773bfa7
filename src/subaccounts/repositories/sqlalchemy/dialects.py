"""What databases say differently: a new row that can be there already, a counter that can be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Insert, Table, bindparam, case, select
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from ...domain.decision import Count
from ...domain.ids import OrganizationId
from ...errors import Stale
from . import copying
from . import tables as t
from .failures import duplicate

_AT_ONCE: Final = 500
"""Rows of one statement."""
_INSERTS: Final[Mapping[str, Callable[[Table], Any]]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
"""The two whose inserts say in the same words what happens to a row that is there."""


def insert_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], /) -> None:
    """Insert rows; raise `Stale` when one of them is there already, which leaves the transaction usable."""
    if inserted(connection, table, rows) != len(rows):
        raise Stale


def inserted(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], /) -> int:
    """Insert those of the rows that are not there, and return how many; where they are copied, all of them or none, on
    MySQL all of a statement's or none."""
    if copying.pays(connection, rows):
        return copying.copied(connection, table, rows)
    return sum(_insert(connection, table, rows[start : start + _AT_ONCE]) for start in range(0, len(rows), _AT_ONCE))


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    match connection.dialect.name:
        case "postgresql" | "sqlite" as name:
            return connection.execute(_counting(_INSERTS[name](table).on_conflict_do_nothing()), rows).rowcount
        case _:
            try:
                return connection.execute(_counting(table.insert()), rows).rowcount
            except IntegrityError as error:
                if duplicate(error.orig):
                    return 0
                raise


def _counting(statement: Insert) -> Insert:
    """Return an insert whose rows are counted, which SQLAlchemy does unasked for updates only."""
    return statement.execution_options(preserve_rowcount=True)


def counted(connection: Connection, organization: OrganizationId, count: Count, /) -> int:
    """Add to a counter that begins at `count.initial`, never below 0, and return what it is now; its row stays locked."""
    where = {"tenant": organization.value, "counter": count.name}
    given = {**where, "by": count.by, "first": max(0, count.initial + count.by)}
    match connection.dialect.name:
        case "postgresql" | "sqlite" as name:
            return int(connection.execute(_counted_at_once(name), given).scalar_one())
        case _:
            connection.execute(_added(), given)
            return int(connection.execute(_COUNTER, where).scalar_one())


_ROW: Final[Mapping[str, Any]] = {
    "organization": bindparam("tenant"),
    "name": bindparam("counter"),
    "value": bindparam("first"),
}
_SUM: Final = t.counters.c.value + bindparam("by", type_=BigInteger)
_AFTER: Final = case((_SUM < 0, 0), else_=_SUM)
_COUNTER: Final = select(t.counters.c.value).where(
    t.counters.c.organization == bindparam("tenant"), t.counters.c.name == bindparam("counter")
)


@cache
def _counted_at_once(dialect: str) -> Any:
    c, added = t.counters.c, _INSERTS[dialect](t.counters).values(_ROW)
    upsert = added.on_conflict_do_update(index_elements=[c.organization, c.name], set_={"value": _AFTER})
    return upsert.returning(c.value)


@cache
def _added() -> Any:
    return mysql.insert(t.counters).values(_ROW).on_duplicate_key_update(value=_AFTER)
