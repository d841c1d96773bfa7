"""What a viewer sees: pages of resources, how many they are, and which of some. Who sees a resource is `viewers`.

A page never walks the whole organization. It is found in at most three steps. *Walk*: at most `WALK` resources in their order,
each judged by the rule; that does for whoever sees some of them. *The end*: when nothing is left to walk, what was found is all.
*Doors*: for whoever sees little among much, what lies behind each thing that the viewer has and an audience names first, and
behind its rosters, in the same order.
"""

# ruff: noqa: S608 - statements are put together from constants of this room; every value is bound

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from typing import Final

from attrs import evolve, frozen

from ...domain.audience import Ungrouped
from ...domain.ids import ResourceId
from ...domain.resource import Resource
from ...domain.sights import ResourceQuery, beyond
from ...domain.viewer import Viewer
from ...wire import store_loads
from .._seen import PARTS
from .groups import AT_ONCE, bodies, listed, slices
from .looks import Look, Values, statement
from .reads import snapshot
from .tables import UNNAMED

Key = tuple[str, str]
"""By what resources are sorted: name key and id."""
Door = tuple[str, Values, int]
"""Which part, what the viewer has of it, and how many parts are met by whoever comes in there."""

WALK: Final = 500
"""Rows that a page walks at most before it goes by doors."""
WALK_EACH: Final = 2
"""Rows that it walks at most for each that is asked for, when that is more."""
MOST_ROSTERS: Final = 500
"""Rosters that the rule of a walk looks at; who takes part in more goes by doors."""
_THE_END: Final = b""
"""What comes after every text: SQLite sorts blobs behind texts (Datatypes In SQLite, 4.1)."""

_SPAN: Final = """
    WHERE r.organization = ? AND r.type = ? AND r.removed_at IS NULL AND (r.name_key, r.id) > (?, ?) AND r.name_key < ?"""
_ALL: Final = f"SELECT r.body FROM resources r {_SPAN} ORDER BY r.name_key, r.id LIMIT ?"
_COUNT_ALL: Final = f"SELECT count(*) FROM resources r {_SPAN}"
_FURTHER: Final = f"SELECT 1 FROM resources r {_SPAN} ORDER BY r.name_key, r.id LIMIT 1 OFFSET ?"
_WALK: Final = f"""
    SELECT b.body FROM (
        SELECT r.rowid AS place, r.organization, r.id, r.named, r.hidden, r.rostered, r.application
        FROM resources r {_SPAN} ORDER BY r.name_key, r.id LIMIT ?
    ) r CROSS JOIN resources b ON b.rowid = r.place WHERE {{rule}} LIMIT ?"""
"""The walk is along the index alone, which holds all that the rule asks; of what is seen the body is read."""
_BEHIND: Final = """
    FROM (SELECT *, resource AS id FROM audiences) r
    WHERE r.organization = ? AND r.part = ? AND r.value IN ({asked}) AND r.door = 1 AND r.type = ? AND (r.name_key, r.id) > (?, ?)"""
_DOOR: Final = f"""
    SELECT r.name_key, r.id {_BEHIND.format(asked="?")} AND (r.name_key, r.id) < (?, ?) AND {{rule}}
    ORDER BY r.name_key, r.id LIMIT ?"""
_COUNT: Final = f"SELECT count(DISTINCT r.id) {_BEHIND} AND r.name_key < ? AND {{rule}}"
_AMONG: Final = """
    SELECT r.name_key, r.id FROM resources r
    WHERE r.organization = ? AND r.id IN ({asked}) AND r.removed_at IS NULL AND {rule}"""


@frozen(kw_only=True)
class Span:
    """Hold where the resources of a query lie: behind a key, and before a name key unless there is no end."""

    tenant: str
    type: str
    low: Key
    high: str | None

    @classmethod
    def of(cls, query: ResourceQuery, /) -> Span:
        """Return what lies behind the cursor and begins with the prefix."""
        after = (query.after.name_key, query.after.id) if query.after else ("", "")
        low = max((query.prefix, ""), after)
        return cls(tenant=query.organization.value, type=query.type, low=low, high=beyond(query.prefix))

    @property
    def end(self) -> str | bytes:
        """Return what every name key in the span is less than."""
        return _THE_END if self.high is None else self.high

    @property
    def where(self) -> Values:
        """Return the values of a statement about the resources in the span."""
        return (self.tenant, self.type, *self.low, self.end)

    def holds(self, key: Key, /) -> bool:
        """Tell whether a resource of this key lies in the span."""
        return self.low < key and (self.high is None or key[0] < self.high)


def resources_page(connection: sqlite3.Connection, query: ResourceQuery, /) -> tuple[Resource, ...]:
    """Answer R31."""
    limit, viewer, span = max(0, query.limit), query.viewer, Span.of(query)
    if viewer is None:
        return _resources(connection.execute(_ALL, (*span.where, limit)))
    if not viewer.living or not limit:
        return ()
    look, rosters = Look.of(viewer, query.ungrouped, query.organization), _rosters(viewer, query)
    with snapshot(connection):
        found = _walk(connection, look, rosters, span, limit)
        if found is None:
            found = _by_doors(connection, look, rosters, span, limit)
    return _resources(found)


def resources_count(connection: sqlite3.Connection, query: ResourceQuery, /) -> int:
    """Answer R32: what is behind the doors, each of them once, and what is seen through a roster alone."""
    viewer, span = query.viewer, Span.of(evolve(query, after=None))
    if viewer is None:
        return int(connection.execute(_COUNT_ALL, span.where).fetchone()[0])
    if not viewer.living:
        return 0
    look = Look.of(viewer, query.ungrouped, query.organization)
    with snapshot(connection):
        behind = sum(_count(connection, look, door, span) for door in _doors(look))
        return behind + len(_on_roster(connection, look, _rosters(viewer, query), span, alone=True))


def visible_among(
    connection: sqlite3.Connection, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
) -> frozenset[ResourceId]:
    """Answer R33."""
    if not viewer.living:
        return frozenset()
    look = Look.of(viewer, ungrouped, viewer.id.organization)
    asked = {each.value: each for each in resources if each.organization.value == look.tenant}
    found: list[ResourceId] = []
    with snapshot(connection) if len(asked) > AT_ONCE else nullcontext():
        for some in slices([*asked]):
            rule, values = look.rule(tuple([each for each in some if asked[each] in viewer.rosters]))
            rows = connection.execute(statement(_AMONG, rule, len(some)), (look.tenant, *some, *values)).fetchall()
            found += [asked[row[1]] for row in rows]
    return frozenset(found)


def _walk(
    connection: sqlite3.Connection, look: Look, rosters: Values, span: Span, limit: int
) -> list[tuple[str]] | None:
    """Return the bodies of a page, or None when a walk neither finds enough nor comes to the end."""
    if len(rosters) > MOST_ROSTERS:
        return None
    steps = max(WALK, WALK_EACH * limit)
    rule, values = look.rule(rosters)
    found = connection.execute(statement(_WALK, rule), (*span.where, steps, *values, limit)).fetchall()
    done = len(found) == limit or connection.execute(_FURTHER, (*span.where, steps)).fetchone() is None
    return found if done else None


def _by_doors(connection: sqlite3.Connection, look: Look, rosters: Values, span: Span, limit: int) -> list[tuple[str]]:
    """Return the bodies of a page: the first behind all doors and on all rosters."""
    first = sorted(_on_roster(connection, look, rosters, span, alone=False))[:limit]
    for part, had, met in _doors(look):
        rule, values = look.rule(met=met)
        door = statement(_DOOR, rule)
        for value in had:
            until = first[-1] if len(first) == limit else (span.end, "")  # no door is opened further than it can matter
            where = (look.tenant, part, value, span.type, *span.low, *until)
            first = sorted({*first, *connection.execute(door, (*where, *values, limit))})[:limit]
    found: dict[str, str] = {}
    for some in slices([key[1] for key in first]):
        found |= bodies(connection, "resources", look.tenant, some)
    return [(found[key[1]],) for key in first]


def _doors(look: Look) -> Iterator[Door]:
    """Return what the viewer has of each part, and last, if it sees what names nobody, the door of that."""
    for place, (part, had) in enumerate(zip(PARTS, look.had, strict=True)):
        if had:
            yield part, had, place + 1
    if look.unnamed:
        yield UNNAMED, (UNNAMED,), len(PARTS)


def _count(connection: sqlite3.Connection, look: Look, door: Door, span: Span) -> int:
    part, had, met = door
    rule, values = look.rule(met=met)
    where = (look.tenant, part, *listed(had), span.type, *span.low, span.end)
    return int(connection.execute(statement(_COUNT, rule, len(had)), (*where, *values)).fetchone()[0])


def _on_roster(connection: sqlite3.Connection, look: Look, rosters: Values, span: Span, *, alone: bool) -> list[Key]:
    """Return the keys of what is seen for taking part in it, in no order; `alone` leaves out what would be seen anyway."""
    rule, values = look.rule() if alone else ("FALSE", ())
    seen = f"{look.shown} AND r.rostered AND NOT ({rule})"
    found: list[Key] = []
    for some in slices(rosters):
        found += connection.execute(statement(_AMONG, seen, len(some)), (look.tenant, *some, *values))
    return [key for key in found if span.holds(key)]


def _rosters(viewer: Viewer, query: ResourceQuery) -> Values:
    return tuple([r.value for r in viewer.rosters if r.type == query.type and r.organization == query.organization])


def _resources(rows: Iterable[tuple[str]]) -> tuple[Resource, ...]:
    return tuple([store_loads(Resource, body) for (body,) in rows])
