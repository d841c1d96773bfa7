"""What a viewer sees: pages of resources, how many there are, and which of some. Who sees a resource is `watchers`.

A page is read from a span of its type, and where that holds too little, from behind the doors of the viewer (`doors`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, func, select

from ...domain.audience import Ungrouped
from ...domain.ids import ResourceId
from ...domain.resource import Resource
from ...domain.sights import ResourceQuery, beyond
from ...domain.viewer import Viewer
from ...wire import store_loads
from . import tables as t
from .doors import behind_doors, counted
from .looks import Having, Look, look_of, seen
from .lookups import MANY, of_asked
from .spans import FIRST, TENANT, Order, Paged, dialect_of, number, page
from .types import MYSQL

_BY_NAME: Final = f"{t.PREFIX}resources_by_name"
_R: Final = t.resources
_ORDER: Final = Order(key=_R.c.name_key, id=_R.c.id)


def resources_page(connection: Connection, query: ResourceQuery, /) -> tuple[Resource, ...]:
    """Answer R31."""
    viewer, given, dialect = query.viewer, _given(query), dialect_of(connection)
    bounded = "end_key" in given
    if query.limit <= 0 or (viewer is not None and not viewer.living):
        return ()
    if viewer is None:
        return _loaded(connection.execute(_page(dialect, None, bounded=bounded), {**given, "limit": query.limit}))
    having = Having.of(viewer, query.organization)
    look = look_of(dialect, viewer, having, query.ungrouped)
    if look.blind:
        return ()
    lists = {**given, **having.lists(look)}
    how = Paged(
        end=_end(dialect, bounded=bounded),
        near=lambda bounded: _page(dialect, look, bounded=bounded),
        far=lambda: behind_doors(connection, look, having, {**lists, "limit": query.limit}),
    )
    return _loaded(page(connection, how, lists, limit=query.limit))


def resources_count(connection: Connection, query: ResourceQuery, /) -> int:
    """Answer R32."""
    viewer, given, dialect = query.viewer, {**_given(query), **_beginning(query.prefix)}, dialect_of(connection)
    bounded = "end_key" in given
    if viewer is None:
        return int(connection.scalar(_everything(dialect, bounded=bounded), given) or 0)
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
        found += connection.scalars(_among(look), {**given, "asked": asked[start : start + MANY]})
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


def _mine(dialect: str, *, bounded: bool) -> ColumnElement[bool]:
    tenant, kind = _R.c.organization == TENANT, _R.c.type == bindparam("type")
    return and_(tenant, kind, _ORDER.within(dialect, bounded=bounded))


def _by_name(found: Select[Any]) -> Select[Any]:
    """Have MySQL read in the order of the page: it would rather sort all that it takes for few."""
    for name in MYSQL:
        found = found.with_hint(_R, f"FORCE INDEX ({_BY_NAME})", name)
    return found.order_by(_R.c.name_key, _R.c.id)


@lru_cache(maxsize=16)
def _end(dialect: str, *, bounded: bool) -> Select[Any]:
    rows = select(_R.c.name_key, _R.c.id).where(_mine(dialect, bounded=bounded))
    return _by_name(rows).offset(bindparam("walk")).limit(number(1))


@lru_cache(maxsize=256)
def _page(dialect: str, look: Look | None, *, bounded: bool) -> Select[Any]:
    """Return the statement of a page of a span; no look is for all that was not removed."""
    shown = _R.c.removed_at.is_(None) if look is None else seen(look, _R)
    return _by_name(select(_R.c.body).where(_mine(dialect, bounded=bounded), shown)).limit(bindparam("limit"))


@lru_cache(maxsize=16)
def _everything(dialect: str, *, bounded: bool) -> Select[Any]:
    shown = _R.c.removed_at.is_(None)
    return select(func.count()).select_from(_R).where(_mine(dialect, bounded=bounded), shown)


@lru_cache(maxsize=64)
def _among(look: Look) -> Select[Any]:
    return of_asked(look.dialect, select(_R.c.id).where(seen(look, _R)), _R)
