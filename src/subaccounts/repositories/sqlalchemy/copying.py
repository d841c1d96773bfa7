"""Many new rows on PostgreSQL: COPY instead of INSERT, where the driver is psycopg. What one row says is `rows`.

COPY knows no conflict: a row that is there breaks it, and with it the transaction. So it runs inside a savepoint, which
costs two round trips and still pays from about twenty rows on; COPY into a temporary table and `INSERT ... ON CONFLICT`
from there makes the table each time, and is slower at every size. A host's own engine can have another driver (psycopg2,
asyncpg), or translate the names of schemas statement by statement: it inserts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.util import await_only

from .failures import duplicate

PAYS: Final = 50
"""Rows from which on COPY is clearly faster: about twice at 50 rows, three times at 1,000, over a local socket."""
_DRIVERS: Final = frozenset({"psycopg", "psycopg_async"})
_UNCOUNTED: Final = text("SELECT reltuples <= 0 FROM pg_catalog.pg_class WHERE oid = to_regclass(:name)")
"""Whether the server has counted a table yet; it says -1 of one that it has not, before PostgreSQL 14 it said 0."""


def pays(connection: Connection, rows: Sequence[object], /) -> bool:
    """Tell whether these rows are copied: many enough, on PostgreSQL, through psycopg."""
    return (
        len(rows) >= PAYS
        and connection.dialect.driver in _DRIVERS
        and not connection.get_execution_options().get("schema_translate_map")
    )


def copied(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], /) -> int:
    """Copy new rows and return how many: all, or none when one of them is there already. Errors are SQLAlchemy's."""
    try:
        with connection.begin_nested():
            _copy(connection, table, rows)
            _have_counted(connection, table)
    except IntegrityError as error:
        if duplicate(error.orig):
            return 0
        raise
    return len(rows)


def _copy(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    dialect, names = connection.dialect, list(rows[0])
    quote = dialect.identifier_preparer
    statement = f"COPY {quote.format_table(table)} ({', '.join(map(quote.quote, names))}) FROM STDIN"
    as_bound = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    values = ([_bound(row[name], bind) for name, bind in zip(names, as_bound, strict=True)] for row in rows)
    raw: Any = connection.connection.driver_connection
    errors = dialect.loaded_dbapi.Error
    try:
        if dialect.is_async:
            await_only(_send_async(raw, statement, values))
        else:
            _send(raw, statement, values)
    except errors as error:
        lost = dialect.is_disconnect(error, raw, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, errors, hide_parameters=True, connection_invalidated=lost, dialect=dialect
        ) from error


def _have_counted(connection: Connection, table: Table) -> None:
    """Have the server count a table that it has not counted yet: once in a table's life, after its first many rows.

    It does so by itself, in a minute, or never where autovacuum is off. Until then every index that begins with the
    organization is as good as any other to it, and its check of a foreign key read everybody of an organization for each
    person that was added: 10,000 people took six times as long (measured). Where the table is another role's it declines
    with a warning, and nothing is lost.
    """
    name = connection.dialect.identifier_preparer.format_table(table)
    if connection.scalar(_UNCOUNTED, {"name": name}):
        connection.exec_driver_sql(f"ANALYZE {name}")


def _bound(value: Any, bind: Callable[[Any], Any] | None) -> Any:
    return value if bind is None else bind(value)


def _send(raw: Any, statement: str, values: Iterable[Sequence[Any]]) -> None:
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)


async def _send_async(raw: Any, statement: str, values: Iterable[Sequence[Any]]) -> None:
    async with raw.cursor() as cursor, cursor.copy(statement) as copy:
        for row in values:
            await copy.write_row(row)
