"""Rows looked up by many keys at once: one statement that reads a row for each key, whatever a planner believes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Select, and_, func, literal, select, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

MANY: Final = 500
"""Keys asked for in one statement; more are asked for in several, each true at its own moment."""


def looked_up(
    connection: Connection, key: Sequence[Column[Any]], wanted: Sequence[tuple[Any, ...]], /, *columns: Column[Any]
) -> Iterator[Row[Any]]:
    """Return these columns of the rows whose primary key is one of those that are wanted.

    PostgreSQL judges a list of keys one by one as a filter, and just after many rows came in, before it has counted
    them, reads all of an organization for it: three seconds for 300 of 75,000 keys, against nine milliseconds when each
    key is a lookup of its own (measured).
    """
    asked = _each if connection.dialect.name == "postgresql" else _among
    for start in range(0, len(wanted), MANY):
        yield from connection.execute(asked(key, wanted[start : start + MANY], columns))


def _among(
    key: Sequence[Column[Any]], wanted: Sequence[tuple[Any, ...]], columns: Sequence[Column[Any]]
) -> Select[Any]:
    return select(*columns).where(tuple_(*key).in_(wanted))


def _each(key: Sequence[Column[Any]], wanted: Sequence[tuple[Any, ...]], columns: Sequence[Column[Any]]) -> Select[Any]:
    """Return a statement with one lookup for each key: the limit keeps a planner from joining it in any other way."""
    names = [f"wanted_{each.name}" for each in key]
    lists = (
        literal(list(values), ARRAY(column.type)) for column, values in zip(key, zip(*wanted, strict=True), strict=True)
    )
    asked = func.unnest(*lists).table_valued(*names, name="wanted").render_derived()
    here = and_(*(column == asked.c[name] for column, name in zip(key, names, strict=True)))
    one = select(*columns).where(here).limit(1).lateral("found")
    return select(*one.c).select_from(asked.join(one, true()))
