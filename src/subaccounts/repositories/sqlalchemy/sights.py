"""What a viewer sees: pages of resources, how many there are, and which of some. Who sees a resource is `watchers`.

A page is read from a span of its type, and where that holds too little, from behind the doors of the viewer (`doors`); at
once from there when the viewer has few doors, and sees nothing that names nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache, partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, select

from ...domain.audience import Ungrouped
from ...domain.ids import ResourceId
from ...domain.resource import Resource
from ...domain.sights import ResourceQuery, beyond
from ...domain.viewer import Viewer
from ...wire import store_loads
from . import tables as t
from .doors import FEW, behind_doors, counted
from .looks import Having, Look, kept, look_of, seen
from .lookups import MANY, as_asked, of_asked
from .spans import Span, near
from .words import FIRST, TENANT, Order, dialect_of

_R: Final = t.resources
_ORDER: Final = Order(key=_R.c.name_key, id=_R.c.id, index=f"{t.PREFIX}resources_by_name")


def resources_page(connection: Connection, query: ResourceQuery, /) -> tuple[Resource, ...]:
    """Answer R31."""
    viewer, dialect, given = query.viewer, dialect_of(connection), {**_given(query), "limit": query.limit}
    if query.limit <= 0 or (viewer is not None and not viewer.living):
        return ()
    if viewer is None:
        return _loaded(connection.execute(near(_everything(dialect), bounded="end_key" in given), given))
    having = Having.of(viewer, query.organization)
    look = look_of(dialect, viewer, having, query.ungrouped)
    if look.blind:
        return ()
    given |= having.lists(look)

    def far() -> Sequence[Row[Any]]:
        return behind_doors(connection, look, having, given)

    few = not look.unnamed and len(having.doors(look)) <= FEW
    return _loaded(far() if few else _span(look).page(connection, given, far, limit=query.limit))


def resources_count(connection: Connection, query: ResourceQuery, /) -> int:
    """Answer R32."""
    viewer, given, dialect = query.viewer, {**_given(query), **_beginning(query.prefix)}, dialect_of(connection)
    bounded = "end_key" in given
    if viewer is None:
        return int(connection.scalar(_all_counted(dialect, bounded=bounded), given) or 0)
    having = Having.of(viewer, query.organization)
    look = look_of(dialect, viewer, having, query.ungrouped)
    if not viewer.living or look.blind:
        return 0
    return int(connection.scalar(counted(look, bounded=bounded), {**given, **having.lists(look)}) or 0)


def visible_among(
    connection: Connection, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
) -> frozenset[ResourceId]:
    """Answer R33."""
    tenant = viewer.id.organization
    asked = sorted({each.value for each in resources if each.organization == tenant})
    having = Having.of(viewer, tenant)
    look = look_of(dialect_of(connection), viewer, having, ungrouped)
    if not viewer.living or look.blind:
        return frozenset()
    given = {"tenant": tenant.value, **having.lists(look)}
    found: list[str] = []
    for start in range(0, len(asked), MANY):
        one, some = as_asked(look.dialect, asked[start : start + MANY])
        found += connection.scalars(_among(look, one=one), {**given, "asked": some})
    return frozenset(ResourceId(organization=tenant, value=each) for each in found)


def _loaded(rows: Iterable[Row[Any]]) -> tuple[Resource, ...]:
    return tuple(store_loads(Resource, row.body) for row in rows)


def _beginning(prefix: str) -> dict[str, Any]:
    return {**FIRST, "after_key": prefix}


def _given(query: ResourceQuery) -> dict[str, Any]:
    """Return what the statements of a query are given: a page begins at the prefix, or after the cursor if that is later."""
    given = {"tenant": query.organization.value, "type": query.type, **_beginning(query.prefix)}
    if query.after is not None and query.after.name_key >= query.prefix:
        given |= {"after_key": query.after.name_key, "after_id": query.after.id}
    end = beyond(query.prefix)
    return given if end is None else {**given, "end_key": end, "end_id": ""}


def _here(dialect: str, *, bounded: bool) -> ColumnElement[bool]:
    mine = and_(_R.c.organization == TENANT, _R.c.type == bindparam("type"))
    return and_(mine, _ORDER.within(dialect, bounded=bounded))


@lru_cache(maxsize=128)
def _span(look: Look) -> Span:
    here, shown = partial(_here, look.dialect), partial(seen, look)
    return Span(dialect=look.dialect, table=_R, order=_ORDER, here=here, shown=shown)


@cache
def _everything(dialect: str) -> Span:
    """Return the span of all that was not removed, whoever sees it."""
    return Span(dialect=dialect, table=_R, order=_ORDER, here=partial(_here, dialect), shown=kept)


@cache
def _all_counted(dialect: str, *, bounded: bool) -> Select[Any]:
    return select(func.count()).select_from(_R).where(_here(dialect, bounded=bounded), kept(_R))


@lru_cache(maxsize=128)
def _among(look: Look, *, one: bool) -> Select[Any]:
    return of_asked(look.dialect, _R, lambda r: select(r.c.id).where(seen(look, r)), one=one)
