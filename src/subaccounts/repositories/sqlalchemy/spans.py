"""A page that is read from a span of an index: from where the page before ended, a bounded number of rows.

Most who ask see most of what there is, and find the page there; who sees little is asked about elsewhere. How far a span
reaches decides what a page costs and never what it says: each answer is what one statement found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, final

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, bindparam, func, or_, select

from .words import Given, Order, number

WALK: Final = 500
"""Rows of a span, at least."""
AHEAD: Final = 2
"""Rows of a span for each that the page has, where that is more."""


def walk(limit: int, /) -> int:
    """Return how many rows a span has for a page of so many."""
    return max(WALK, AHEAD * limit)


@final
@frozen(kw_only=True, eq=False)
class Span:
    """Hold where rows are, in which order, and which of them are shown.

    `here` is a condition on the table, made for `bounded` or not; `shown` one on the table or on what stands for it in a statement.
    """

    dialect: str
    table: Table
    order: Order
    here: Callable[..., ColumnElement[bool]]
    shown: Callable[[Any], ColumnElement[bool]]

    def page(
        self, connection: Connection, given: Given, far: Callable[[], Sequence[Row[Any]]], /, *, limit: int
    ) -> Sequence[Row[Any]]:
        """Return the rows of a page, or of what is asked when the span holds too little of it.

        `given` has an end already where the page has one: the end of a prefix.
        """
        most, bounded = walk(limit), "end_key" in given
        given = {**given, "walk": most, "span": most + 1, "limit": limit}
        if self.dialect == "postgresql":
            rows = connection.execute(_counted(self, bounded=bounded), given).all()
            found = [row for row in rows if row.place <= most]
            return found if len(found) in (limit, len(rows)) else far()
        end = connection.execute(_end(self, bounded=bounded), given).one_or_none()
        if end is not None:
            given |= {"end_key": end[0], "end_id": end[1]}
        found = list(connection.execute(near(self, bounded=bounded or end is not None), given))
        return found if end is None or len(found) == limit else far()


@lru_cache(maxsize=256)
def near(span: Span, /, *, bounded: bool) -> Select[Any]:
    """Return the statement of a page, as far as it is in a span."""
    rows = select(span.table.c.body).where(span.here(bounded=bounded), span.shown(span.table))
    return span.order.sort(rows, span.table).limit(bindparam("limit"))


@lru_cache(maxsize=64)
def _end(span: Span, /, *, bounded: bool) -> Select[Any]:
    """Return the statement of the first row that is beyond a span."""
    rows: Select[Any] = select(span.order.key, span.order.id).where(span.here(bounded=bounded))
    return span.order.sort(rows, span.table).offset(bindparam("walk")).limit(number(1))


@lru_cache(maxsize=256)
def _counted(span: Span, /, *, bounded: bool) -> Select[Any]:
    """Return the statement of a page that is read until it is full, and tells the first row that is beyond the span.

    It is PostgreSQL's alone: the others would look at every row of the span, and read its body.
    """
    order = span.order.key, span.order.id
    place = func.row_number().over(order_by=order).label("place")
    rows = (
        select(span.table, place)
        .where(span.here(bounded=bounded))
        .order_by(*order)
        .limit(bindparam("span"))
        .subquery("span")
    )
    shown = or_(rows.c.place > bindparam("walk"), span.shown(rows))
    found = select(rows.c.body, rows.c.place).where(shown)
    return found.order_by(*(rows.c[column.name] for column in order)).limit(bindparam("limit"))
