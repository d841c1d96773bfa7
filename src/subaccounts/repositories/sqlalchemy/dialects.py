"""What databases say differently: a new row that can be there already, a counter that can be missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Insert, Table, case, select
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
    c = t.counters.c
    row = {"organization": organization.value, "name": count.name, "value": max(0, count.initial + count.by)}
    after = case((c.value + count.by < 0, 0), else_=c.value + count.by)
    match connection.dialect.name:
        case "postgresql" | "sqlite" as name:
            added = _INSERTS[name](t.counters).values(row)
            upsert = added.on_conflict_do_update(index_elements=[c.organization, c.name], set_={"value": after})
            return int(connection.execute(upsert.returning(c.value)).scalar_one())
        case _:
            connection.execute(mysql.insert(t.counters).values(row).on_duplicate_key_update(value=after))
            found = select(c.value).where(c.organization == organization.value, c.name == count.name)
            return int(connection.execute(found).scalar_one())
