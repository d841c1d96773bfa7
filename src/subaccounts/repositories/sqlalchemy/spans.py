"""Which rows a page reads: a span of an index from where the page before ended, and lists of values that are looked for.

A database is told both in the words it finds an index for. A page that is filtered is first read from a short span, for most
who ask see most of what there is; how far the span reaches is asked beforehand, and decides what the page costs, never what
it says: what is answered is what one statement found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    Select,
    String,
    any_,
    bindparam,
    literal_column,
    or_,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from .types import MYSQL, Exact

WALK: Final = 500
"""Rows of a span that are looked at before a page is looked for behind the doors; of longer pages twice their length."""
TENANT: Final = bindparam("tenant", type_=Exact(200))
"""The organization that a statement is about."""
FIRST: Final = {"after_key": "", "after_id": ""}
"""What a first page begins after: no id is empty."""

Given = Mapping[str, Any]


def dialect_of(connection: Connection, /) -> str:
    """Return what the words of a statement depend on: `postgresql`, `mysql` (MariaDB too) or `sqlite`."""
    name = connection.dialect.name
    return "mysql" if name in MYSQL else name


def among(dialect: str, column: ColumnElement[Any], name: str, /) -> ColumnElement[bool]:
    """Return that a column has one of the values of a list, which PostgreSQL takes as one value however many they are."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ARRAY(Exact())))
    return column.in_(bindparam(name, expanding=True))


def said(word: str, /) -> ColumnElement[str]:
    """Return a word of ours as it stands in a statement, where a database plans with it."""
    return literal_column(f"'{word}'", String)


def number(value: int, /) -> ColumnElement[int]:
    """Return a number of ours as it stands in a statement."""
    return literal_column(str(value), Integer)


def there(found: Select[Any], row: FromClause, /) -> ColumnElement[bool]:
    """Return that something is found for a row, asked for each row by itself.

    It is the value of a subquery, and no EXISTS: whether something is there a database can search for everybody at once
    beforehand, which for a group that sees everything is all of the organization.
    """
    return found.limit(number(1)).correlate(row).scalar_subquery().is_not(None)


@frozen(kw_only=True)
class Order:
    """Hold what a page is ordered by: a key that several rows can have, and an id."""

    key: ColumnElement[str]
    id: ColumnElement[str]

    def within(self, dialect: str, /, *, bounded: bool) -> ColumnElement[bool]:
        """Return that a row lies after `:after_key`, `:after_id` and, if bounded, before `:end_key`, `:end_id`.

        MySQL finds no index for a comparison of two columns with two values, PostgreSQL and SQLite find none for what
        says the same at length.
        """
        after_key, after_id, end_key, end_id = (
            bindparam(name, type_=column.type)
            for name, column in (
                ("after_key", self.key),
                ("after_id", self.id),
                ("end_key", self.key),
                ("end_id", self.id),
            )
        )
        if dialect == "mysql":
            after = or_(self.key > after_key, (self.key == after_key) & (self.id > after_id))
            before = or_(self.key < end_key, (self.key == end_key) & (self.id < end_id))
        else:
            after = tuple_(self.key, self.id) > tuple_(after_key, after_id)
            before = tuple_(self.key, self.id) < tuple_(end_key, end_id)
        return after & before if bounded else after


@frozen(kw_only=True)
class Paged:
    """Hold how a page is found: where a span ends, what lies in a span, and what is asked instead when that is too little."""

    end: Select[Any]
    near: Callable[[bool], Select[Any]]
    far: Callable[[], Sequence[Row[Any]]]


def page(connection: Connection, how: Paged, given: Given, /, *, limit: int) -> Sequence[Row[Any]]:
    """Return the rows of a page; `given` has an end already where the page has one."""
    end = connection.execute(how.end, {**given, "walk": max(WALK, 2 * limit), "limit": limit}).one_or_none()
    beyond = {} if end is None else {"end_key": end[0], "end_id": end[1]}
    near = {**given, **beyond, "limit": limit}
    found = connection.execute(how.near("end_key" in near), near).all()
    return found if end is None or len(found) == limit else how.far()
