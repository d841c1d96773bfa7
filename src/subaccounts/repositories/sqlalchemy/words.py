"""Conditions in the words that each database finds an index for: lists of values, an order of two columns, one of many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from attrs import frozen
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from .types import MYSQL, Exact, ExactList

Given = Mapping[str, Any]
TENANT: Final = bindparam("tenant", type_=Exact(200))
"""The organization that a statement is about."""
FIRST: Final = {"after_key": "", "after_id": ""}
"""What a first page begins after: no id is empty."""


def dialect_of(connection: Connection, /) -> str:
    """Return what the words of a statement depend on: `postgresql`, `mysql` (MariaDB too) or `sqlite`."""
    name = connection.dialect.name
    return "mysql" if name in MYSQL else name


def among(dialect: str, column: ColumnElement[Any], name: str, /) -> ColumnElement[bool]:
    """Return that a column has one of the values of a list, which all but MySQL take as one value however many they are."""
    if dialect == "postgresql":
        return column == any_(bindparam(name, type_=ExactList()))
    if dialect == "sqlite":
        listed = func.json_each(bindparam(name, type_=ExactList())).table_valued("value", name=f"listed_{name}")
        return column.in_(select(listed.c.value))
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
    """Hold what a page is ordered by: a key that several rows can have, and an id; and the index that is in this order."""

    key: Column[Any]
    id: Column[Any]
    index: str

    def within(self, dialect: str, /, *, bounded: bool) -> ColumnElement[bool]:
        """Return that a row lies after `:after_key`, `:after_id` and, if bounded, before `:end_key`, `:end_id`.

        MySQL finds no index for a comparison of two columns with two values, PostgreSQL and SQLite find none for what
        says the same at length.
        """
        names = {"after_key": self.key, "after_id": self.id, "end_key": self.key, "end_id": self.id}
        after_key, after_id, end_key, end_id = (bindparam(name, type_=each.type) for name, each in names.items())
        if dialect == "mysql":
            after = or_(self.key > after_key, and_(self.key == after_key, self.id > after_id))
            before = or_(self.key < end_key, and_(self.key == end_key, self.id < end_id))
        else:
            after = tuple_(self.key, self.id) > tuple_(after_key, after_id)
            before = tuple_(self.key, self.id) < tuple_(end_key, end_id)
        return and_(after, before) if bounded else after

    def sort(self, found: Select[Any], table: Table, /) -> Select[Any]:
        """Return it in this order, which MySQL is told to read it in: it would rather sort all that it takes for few."""
        for name in MYSQL:
            found = found.with_hint(table, f"FORCE INDEX ({self.index})", name)
        return found.order_by(self.key, self.id)
