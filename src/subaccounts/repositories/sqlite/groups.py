"""Reads of groups, memberships, resources and participations, and of what decides what a person sees. What that is, is `sights`;
who sees a resource is `viewers`.
"""

# ruff: noqa: S608 - statements are put together from constants of this room; every value is bound

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final, TypeVar

from ...domain.group import Group
from ...domain.ids import AnyRecordId, DepartmentId, GroupId, OrganizationId, ResourceId, SubAccountId
from ...domain.membership import Membership
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from ...domain.viewer import ViewerFacts
from ...wire import store_loads
from .reads import snapshot

R = TypeVar("R")
T = TypeVar("T")

AT_ONCE: Final = 256
"""Records that are looked up by one statement."""
LONG: Final = 4_000
"""Values that a list of a statement has places for; a statement has 32,766 for all its lists, of which there are at most seven."""
_GROUPS: Final = "SELECT body FROM groups WHERE organization = ? AND id > ? ORDER BY id LIMIT ?"
_MEMBERS: Final = """
    SELECT body FROM memberships WHERE organization = ? AND group_id = ? AND person > ? ORDER BY person LIMIT ?"""
_PARTICIPANTS: Final = """
    SELECT body FROM participations WHERE organization = ? AND resource = ? AND person > ? ORDER BY person LIMIT ?"""
_MEMBERSHIPS: Final = """
    SELECT m.person, m.body, m.group_id, g.body FROM memberships m
    JOIN groups g ON g.organization = m.organization AND g.id = m.group_id
    WHERE m.organization = ? AND m.person IN ({}) ORDER BY m.person, m.group_id"""
_LINEAGES: Final = """
    WITH RECURSIVE family (organization, person, id, parent) AS (
        SELECT d.organization, d.sub_account, c.id, c.parent FROM sub_account_departments d
        JOIN catalog c ON c.organization = d.organization AND c.kind = 'department' AND c.id = d.department
        WHERE d.organization = ? AND d.sub_account IN ({})
        UNION
        SELECT family.organization, family.person, c.id, c.parent FROM family
        JOIN catalog c ON c.organization = family.organization AND c.kind = 'department' AND c.id = family.parent
    )
    SELECT person, id FROM family"""
_PARTICIPATIONS: Final = """
    SELECT person, body FROM participations WHERE organization = ? AND person IN ({}) ORDER BY person, resource"""


def groups(connection: sqlite3.Connection, ids: Collection[GroupId], /) -> tuple[Group, ...]:
    """Answer R25."""
    return _by_id(connection, Group, "groups", ids)


def groups_page(
    connection: sqlite3.Connection, organization: OrganizationId, /, *, after: str | None, limit: int
) -> tuple[Group, ...]:
    """Answer R26."""
    rows = connection.execute(_GROUPS, (organization.value, after or "", max(0, limit))).fetchall()
    return tuple(store_loads(Group, body) for (body,) in rows)


def members_page(
    connection: sqlite3.Connection, group: GroupId, /, *, after: str | None, limit: int
) -> tuple[Membership, ...]:
    """Answer R27."""
    values = (group.organization.value, group.value, after or "", max(0, limit))
    return tuple(store_loads(Membership, body) for (body,) in connection.execute(_MEMBERS, values).fetchall())


def resources(connection: sqlite3.Connection, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
    """Answer R28."""
    return _by_id(connection, Resource, "resources", ids)


def participants_page(
    connection: sqlite3.Connection, resource: ResourceId, /, *, after: str | None, limit: int
) -> tuple[Participation, ...]:
    """Answer R29."""
    values = (resource.organization.value, resource.value, after or "", max(0, limit))
    return tuple(store_loads(Participation, body) for (body,) in connection.execute(_PARTICIPANTS, values).fetchall())


def viewer_facts(connection: sqlite3.Connection, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
    """Answer R30, in four statements for up to `AT_ONCE` people."""
    with snapshot(connection):
        found = [facts for tenant, some in _portions(people) for facts in _facts(connection, tenant, some)]
    return tuple(sorted(found, key=lambda facts: facts.sub_account.id.value))


def _facts(connection: sqlite3.Connection, tenant: OrganizationId, people: Sequence[str]) -> Iterator[ViewerFacts]:
    places, values = marks(len(people)), (tenant.value, *people)
    memberships, shared = defaultdict[str, list[Membership]](list), dict[str, Group]()
    for person, body, group, group_body in connection.execute(_MEMBERSHIPS.format(places), values).fetchall():
        memberships[person].append(store_loads(Membership, body))
        if group not in shared:
            shared[group] = store_loads(Group, group_body)
    lineages = defaultdict[str, list[DepartmentId]](list)
    for person, department in connection.execute(_LINEAGES.format(places), values).fetchall():
        lineages[person].append(DepartmentId(organization=tenant, value=department))
    participations = defaultdict[str, list[Participation]](list)
    for person, body in connection.execute(_PARTICIPATIONS.format(places), values).fetchall():
        participations[person].append(store_loads(Participation, body))
    for id, body in bodies(connection, "sub_accounts", tenant.value, people).items():  # noqa: A001 - the id of a record
        yield ViewerFacts(
            sub_account=store_loads(SubAccount, body),
            memberships=tuple(memberships[id]),
            groups=tuple(shared[each.group.value] for each in memberships[id]),
            lineage=frozenset(lineages[id]),
            participations=tuple(participations[id]),
        )


def slices(values: Sequence[T], /) -> Iterator[Sequence[T]]:
    """Return the values in order, at most `AT_ONCE` together."""
    for first in range(0, len(values), AT_ONCE):
        yield values[first : first + AT_ONCE]


def bodies(connection: sqlite3.Connection, table: str, tenant: str, ids: Collection[str], /) -> dict[str, str]:
    """Return the bodies of the records of one organization that there are, by id; for at most `AT_ONCE` ids."""
    statement = f"SELECT id, body FROM {table} WHERE organization = ? AND id IN ({marks(len(ids))})"
    return dict(connection.execute(statement, (tenant, *ids)).fetchall())


def marks(count: int, /) -> str:
    """Return the places of so many values; of more than `LONG` there is one, for all of them."""
    return ", ".join("?" * count) if count <= LONG else "SELECT value FROM json_each(?)"


def listed(values: tuple[Any, ...], /) -> tuple[Any, ...]:
    """Return what is put into the places of these values."""
    return values if len(values) <= LONG else (json.dumps(values, ensure_ascii=False),)


def _by_id(connection: sqlite3.Connection, of: type[R], table: str, ids: Iterable[AnyRecordId]) -> tuple[R, ...]:
    """Return the records of these ids that there are, ordered by value."""
    found: list[tuple[str, str]] = []
    with snapshot(connection):
        for tenant, some in _portions(ids):
            found += bodies(connection, table, tenant.value, some).items()
    return tuple(store_loads(of, body) for _, body in sorted(found, key=itemgetter(0)))


def _portions(ids: Iterable[AnyRecordId]) -> Iterator[tuple[OrganizationId, Sequence[str]]]:
    """Return the values of ids by organization, each once, in slices."""
    tenants = defaultdict[OrganizationId, dict[str, None]](dict)
    for each in ids:
        tenants[each.organization][each.value] = None
    for tenant, values in tenants.items():
        for some in slices([*values]):
            yield tenant, some
