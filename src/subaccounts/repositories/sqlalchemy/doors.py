"""What lies behind the doors of a viewer: for pages that a span holds too little of, and for counts.

A door is a range of `audiences` in the order of a page. Of each as many rows are read as the page has, whoever else the
organization shows what; together with the roster of the viewer they hold the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    select,
    true,
    union,
)

from . import tables as t
from .belongings import UNNAMED
from .looks import Having, Look, seen_behind_door, seen_on_roster
from .types import MYSQL, ExactList
from .words import TENANT, Given, Order, among, said

FEW: Final = 50
"""Doors that are looked behind at once."""
_BRANCHES: Final = (1, 2, 4, 8, 16, 32, FEW)
"""For how many doors a statement is built where each needs words of its own; one that is too many leads nowhere."""
_NOWHERE: Final = (UNNAMED, "nowhere")
_BY_DOOR: Final = f"{t.PREFIX}audiences_by_door"
_A, _R = t.audiences, t.resources
_BEHIND: Final = Order(key=_A.c.name_key, id=_A.c.resource, index=_BY_DOOR)
_THERE: Final = Order(key=_R.c.name_key, id=_R.c.id, index=f"{t.PREFIX}resources_by_name")


def behind_doors(connection: Connection, look: Look, having: Having, given: Given, /) -> Sequence[Row[Any]]:
    """Return the rows of a page, each with its body, in the order of the page.

    PostgreSQL takes all doors at once. The others are told 50 at a time, so that what is behind more is true at several
    moments.
    """
    found: dict[str, Row[Any]] = {}
    for statement, doors in _steps(look, having, bounded="end_key" in given):
        found |= {row.id: row for row in connection.execute(statement, {**given, **doors})}
    return sorted(found.values(), key=lambda row: (row.name_key, row.id))[: given["limit"]]


def _steps(look: Look, having: Having, *, bounded: bool) -> Iterator[tuple[Select[Any], dict[str, Any]]]:
    doors = having.doors(look)
    if look.dialect == "postgresql":
        parts, values = [part for part, _ in doors], [value for _, value in doors]
        yield _at_once(look, bounded=bounded), {"door_parts": parts, "door_values": values}
        return
    for start in range(0, len(doors) or 1, FEW):
        some = doors[start : start + FEW]
        many = next((number for number in _BRANCHES if number >= len(some)), 0) if some else 0
        padded = [*some, *[_NOWHERE] * (many - len(some))]
        given = {f"part{n}": part for n, (part, _) in enumerate(padded)}
        given |= {f"value{n}": value for n, (_, value) in enumerate(padded)}
        yield _in_turn(look, many, bounded=bounded, roster=look.rosters and not start), given


@lru_cache(maxsize=64)
def _at_once(look: Look, *, bounded: bool) -> Select[Any]:
    """Return the statement of PostgreSQL: one lookup for each door, which stops when the page is full."""
    lists = (
        bindparam("door_parts", type_=ExactList()),
        bindparam("door_values", type_=ExactList()),
    )
    doors = func.unnest(*lists).table_valued("part", "value", name="doors").render_derived()
    behind = _behind(look, doors.c.part, doors.c.value, bounded=bounded).lateral("behind")
    found = [select(behind.c.name_key, behind.c.id).select_from(doors.join(behind, true()))]
    return _first(union(*found, *_roster(look, bounded=bounded)) if look.rosters else found[0].distinct())


@lru_cache(maxsize=256)
def _in_turn(look: Look, many: int, *, bounded: bool, roster: bool) -> Select[Any]:
    """Return the statement for so many doors, each of which has words of its own."""
    doors = [_behind(look, bindparam(f"part{n}"), bindparam(f"value{n}"), bounded=bounded) for n in range(many)]
    found = [select(each.subquery()) for each in doors] + (_roster(look, bounded=bounded) if roster else [])
    return _first(union(*found))


def _behind(look: Look, part: ColumnElement[str], value: ColumnElement[str], *, bounded: bool) -> Select[Any]:
    """Return what is seen behind a door, no more of it than the page has."""
    door = and_(_A.c.part == part, _A.c.value == value)
    found = _through(look, select(_A.c.name_key, _A.c.resource.label("id")), door, bounded=bounded)
    return found.order_by(_A.c.name_key, _A.c.resource).limit(bindparam("limit"))


def _through(look: Look, found: Select[Any], door: ColumnElement[bool], *, bounded: bool) -> Select[Any]:
    """Return what is seen behind some doors. MySQL is told to begin at them: it takes any way for the shorter one."""
    there = and_(_R.c.organization == TENANT, _R.c.id == _A.c.resource)
    mine = and_(_A.c.organization == TENANT, door, _A.c.door == true(), _A.c.type == bindparam("type"))
    for name in MYSQL:
        found = found.prefix_with("STRAIGHT_JOIN", dialect=name).with_hint(_A, f"FORCE INDEX ({_BY_DOOR})", name)
    within = _BEHIND.within(look.dialect, bounded=bounded)
    return found.select_from(_A.join(_R, there)).where(mine, within, seen_behind_door(look, _R))


def _roster(look: Look, *, bounded: bool) -> list[Select[Any]]:
    """Return what the viewer takes part in."""
    mine = and_(_R.c.organization == TENANT, _R.c.type == bindparam("type"))
    within = _THERE.within(look.dialect, bounded=bounded)
    return [select(_R.c.name_key, _R.c.id).where(mine, within, seen_on_roster(look, _R))]


def _first(found: Any) -> Select[Any]:
    ids: Subquery = found.subquery("found")
    there = and_(_R.c.organization == TENANT, _R.c.id == ids.c.id)
    rows = select(ids.c.name_key, ids.c.id, _R.c.body).select_from(ids.join(_R, there))
    return rows.order_by(ids.c.name_key, ids.c.id).limit(bindparam("limit"))


@lru_cache(maxsize=256)
def counted(look: Look, /, *, bounded: bool) -> Select[Any]:
    """Return the statement that counts what a viewer sees: each once, through whichever door."""
    doors = [and_(_A.c.part == said(part), among(look.dialect, _A.c.value, part)) for part in sorted(look.parts)]
    if look.unnamed:
        doors.append(and_(_A.c.part == said(UNNAMED), _A.c.value == said(UNNAMED)))
    found = [_through(look, select(_A.c.resource.label("id")), door, bounded=bounded) for door in doors]
    if look.rosters:
        found += [each.with_only_columns(_R.c.id) for each in _roster(look, bounded=bounded)]
    ids = union(*found) if len(found) > 1 else found[0].distinct()
    return select(func.count()).select_from(ids.subquery("found"))
