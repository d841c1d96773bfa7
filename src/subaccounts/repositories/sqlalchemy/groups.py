"""Reads of groups, resources and who is in them, and all that decides of people what they see. What is seen of it is `sights`
and `watchers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    bindparam,
    select,
)

from ...domain.group import Group
from ...domain.ids import GroupId, OrganizationId, ResourceId
from ...domain.membership import Membership
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...wire import store_loads
from . import tables as t
from .lookups import looked_up
from .words import TENANT


def groups(connection: Connection, ids: Collection[GroupId], /) -> tuple[Group, ...]:
    """Answer R25."""
    found = [store_loads(Group, row.body) for row in _by_id(connection, t.groups, ids)]
    return tuple(sorted(found, key=lambda group: (group.id.value, group.id.organization.value)))


def groups_page(
    connection: Connection, organization: OrganizationId, /, *, after: str | None, limit: int
) -> tuple[Group, ...]:
    """Answer R26."""
    given = {"tenant": organization.value, "after": after or "", "limit": max(0, limit)}
    return tuple(store_loads(Group, row.body) for row in connection.execute(_GROUPS, given))


def members_page(connection: Connection, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
    """Answer R27."""
    given = {"tenant": group.organization.value, "of": group.value, "after": after or "", "limit": max(0, limit)}
    return tuple(store_loads(Membership, row.body) for row in connection.execute(_MEMBERS, given))


def resources(connection: Connection, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
    """Answer R28."""
    found = [store_loads(Resource, row.body) for row in _by_id(connection, t.resources, ids)]
    return tuple(sorted(found, key=lambda resource: (resource.id.value, resource.id.organization.value)))


def participants_page(
    connection: Connection, resource: ResourceId, /, *, after: str | None, limit: int
) -> tuple[Participation, ...]:
    """Answer R29."""
    given = {"tenant": resource.organization.value, "of": resource.value, "after": after or "", "limit": max(0, limit)}
    return tuple(store_loads(Participation, row.body) for row in connection.execute(_PARTICIPANTS, given))


def _by_id(
    connection: Connection, table: Table, ids: Collection[GroupId] | Collection[ResourceId]
) -> Iterator[Row[Any]]:
    wanted = sorted({(each.organization.value, each.value) for each in ids})
    return looked_up(connection, (table.c.organization, table.c.id), wanted, table.c.body)


def _pages(table: Table, key: Column[Any], of: Column[Any] | None = None) -> Select[Any]:
    mine = [table.c.organization == TENANT, key > bindparam("after")]
    mine += [] if of is None else [of == bindparam("of")]
    return select(table.c.body).where(*mine).order_by(key).limit(bindparam("limit"))


_GROUPS: Final = _pages(t.groups, t.groups.c.id)
_MEMBERS: Final = _pages(t.memberships, t.memberships.c.person, t.memberships.c.group_id)
_PARTICIPANTS: Final = _pages(t.participations, t.participations.c.person, t.participations.c.resource)
