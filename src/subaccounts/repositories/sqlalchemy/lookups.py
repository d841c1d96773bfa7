"""Rows looked up by many keys at once: one statement that reads a row for each key, whatever a planner believes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
)

from .types import ExactList
from .words import TENANT, among, number

MANY: Final = 500
"""Keys asked for in one statement; more are asked for in several, each true at its own moment."""


def looked_up(
    connection: Connection, key: Sequence[Column[Any]], wanted: Sequence[tuple[Any, ...]], /, *columns: Column[Any]
) -> Iterator[Row[Any]]:
    """Return these columns of the rows whose primary key is one of those that are wanted.

    PostgreSQL judges a list of keys one by one as a filter, and just after many rows came in, before it has counted
    them, reads all of an organization for it: three seconds for 300 of 75,000 keys, against nine milliseconds when each
    key is a lookup of its own (measured). SQLite finds an index for a list of values, and none for a list of rows, for
    which it reads the whole table; MariaDB finds it for both, and takes a fifth of a second to read 500 rows so, against
    a fiftieth by lists of values (measured).
    """
    for start in range(0, len(wanted), MANY):
        some = wanted[start : start + MANY]
        dialect = connection.dialect.name
        if is_one(dialect, some):
            given = {_named(column): value for column, value in zip(key, some[0], strict=True)}
            yield from connection.execute(_one(tuple(key), columns), given)
        elif dialect == "postgresql":
            lists = {_named(column): list(values) for column, values in zip(key, zip(*some, strict=True), strict=True)}
            yield from connection.execute(_each(tuple(key), columns), lists)
        else:
            alike = _alike(some)
            yield from connection.execute(_beginning_alike(tuple(key), columns, len(alike)), _given(alike))


def _alike(wanted: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], list[Any]]:
    """Return the last values of keys by what comes before them; of most questions that is the same."""
    alike = defaultdict[tuple[Any, ...], list[Any]](list)
    for *first, last in wanted:
        alike[tuple(first)].append(last)
    return alike


def _given(alike: dict[tuple[Any, ...], list[Any]]) -> dict[str, Any]:
    given: dict[str, Any] = {f"last_{n}": values for n, values in enumerate(alike.values())}
    return given | {f"first_{n}_{m}": value for n, first in enumerate(alike) for m, value in enumerate(first)}


@lru_cache(maxsize=64)
def _beginning_alike(key: tuple[Column[Any], ...], columns: tuple[Column[Any], ...], many: int) -> Select[Any]:
    """Return a statement for so many beginnings of keys, with a list of what each of them ends with."""
    *first, last = key
    some = [
        and_(
            *(column == bindparam(f"first_{n}_{m}", type_=column.type) for m, column in enumerate(first)),
            last.in_(bindparam(f"last_{n}", expanding=True)),
        )
        for n in range(many)
    ]
    return select(*columns).where(or_(*some))


@cache
def _one(key: tuple[Column[Any], ...], columns: tuple[Column[Any], ...]) -> Select[Any]:
    return only(select(*columns), key, [bindparam(_named(column), type_=column.type) for column in key])


@cache
def _each(key: tuple[Column[Any], ...], columns: tuple[Column[Any], ...]) -> Select[Any]:
    """Return a statement with one lookup for each key: the limit keeps a planner from joining it in any other way.

    The lists have no length: to one of a column PostgreSQL would shorten what is longer, and find somebody else's row.
    """
    names = [_named(column) for column in key]
    lists = (bindparam(name, type_=ExactList()) for name in names)
    asked = func.unnest(*lists).table_valued(*names, name="wanted").render_derived()
    one = only(select(*columns), key, [asked.c[name] for name in names]).lateral("found")
    return select(*one.c).select_from(asked.join(one, true()))


def of_asked(dialect: str, table: Table, judged: Callable[[FromClause], Select[Any]], /, *, one: bool) -> Select[Any]:
    """Return what is judged of the rows of a table whose ids are `:asked`, of one organization, `:tenant`; its key are these two.

    `one` and what is given are what `as_asked` returns. PostgreSQL guesses that a list has ten, which for one alone is a
    plan so bad in its eyes that it makes a better one each time; of an id it keeps the plan.
    """
    key = (table.c.organization, table.c.id)
    if dialect != "postgresql":
        return judged(table).where(key[0] == TENANT, among(dialect, key[1], "asked"))
    if one:
        return judged(only(select(table), key, (TENANT, bindparam("asked", type_=table.c.id.type))).subquery("one"))
    wanted = func.unnest(bindparam("asked", type_=ExactList())).table_valued("id", name="wanted").render_derived()
    row = only(select(table), key, (TENANT, wanted.c.id)).lateral("one")
    return judged(row).select_from(wanted.join(row, true()))


def is_one(dialect: str, asked: Sequence[Any], /) -> bool:
    """Tell whether what is asked about is given by itself and not as a list: where a database plans the one better."""
    return dialect == "postgresql" and len(asked) == 1


def as_asked(dialect: str, ids: Sequence[str], /) -> tuple[bool, str | Sequence[str]]:
    """Return whether it is one that is asked about by itself, and what a statement is given as `:asked`: it, or the list."""
    return (True, ids[0]) if is_one(dialect, ids) else (False, ids)


def _named(column: Column[Any]) -> str:
    return f"wanted_{column.name}"


def only(found: Select[Any], key: Sequence[Column[Any]], values: Sequence[ColumnElement[Any]], /) -> Select[Any]:
    """Return what is found at one primary key, in words that only that key's index answers without sorting.

    Of a table that PostgreSQL has not counted yet it takes every index for as good as any other that begins with the
    organization, and keeps to one for as long as a prepared statement lives: 300 people were read for each key
    (measured). An order, which it would have to sort for in any other index, decides it; the last column lies between a
    value and itself, for an order by what is known to be equal is no order. What else has to be true of the row is best
    asked of what is found here: of all that might lie between, PostgreSQL would keep no plan. The limit is a word of the
    statement, for of one that is given it guesses that a tenth of everything is wanted.
    """
    *columns, last = key
    *equal, value = values
    here = (column == each for column, each in zip(columns, equal, strict=True))
    return found.where(*here, last.between(value, value)).order_by(last).limit(number(1))
