"""The plans that read groups and resources, who is in them and who takes part in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from subaccounts.domain.group import Group
from subaccounts.domain.ids import GroupId, OrganizationId, ResourceId
from subaccounts.domain.membership import Membership
from subaccounts.domain.participation import Participation
from subaccounts.domain.resource import Resource
from subaccounts.wire import store_loads

from . import scripts
from .names import Keyspace, behind, first, last, name
from .plans import Plan, ask
from .reads import by_organization


def groups(space: Keyspace, ids: Collection[GroupId], /) -> Plan[tuple[Group, ...]]:
    """Answer R25."""
    bodies = yield from _bodies(space, by_organization(set(ids)))
    return tuple(sorted((store_loads(Group, body) for body in bodies), key=lambda group: group.id.value))


def groups_page(
    space: Keyspace, organization: OrganizationId, /, *, after: str | None, limit: int
) -> Plan[tuple[Group, ...]]:
    """Answer R26."""
    begin = first("group") if after is None else behind("group", after)
    arguments = ("records", "group:", begin, last("group"), max(0, limit))
    answer = yield from scripts.PAGE.run(space.keys(organization), *arguments)
    return tuple(store_loads(Group, body) for body in answer)


def members_page(space: Keyspace, group: GroupId, /, *, after: str | None, limit: int) -> Plan[tuple[Membership, ...]]:
    """Answer R27."""
    where = ("member", group.value)
    answer = yield from _by_person(space, group, where, "membership:", after=after, limit=limit)
    return tuple(store_loads(Membership, body) for body in answer)


def resources(space: Keyspace, ids: Collection[ResourceId], /) -> Plan[tuple[Resource, ...]]:
    """Answer R28."""
    bodies = yield from _bodies(space, by_organization(set(ids)))
    return tuple(sorted((store_loads(Resource, body) for body in bodies), key=lambda resource: resource.id.value))


def participants_page(
    space: Keyspace, resource: ResourceId, /, *, after: str | None, limit: int
) -> Plan[tuple[Participation, ...]]:
    """Answer R29."""
    where = ("participant", resource.value)
    answer = yield from _by_person(space, resource, where, "participation:", after=after, limit=limit)
    return tuple(store_loads(Participation, body) for body in answer)


def _bodies(space: Keyspace, mine: Mapping[OrganizationId, Collection[GroupId | ResourceId]]) -> Plan[list[str]]:
    asked = (("HMGET", space.key(each, "records"), *map(name, wanted)) for each, wanted in mine.items())
    answers = yield from ask(*asked)
    return [body for bodies in answers for body in bodies if body is not None]


def _by_person(
    space: Keyspace, of: GroupId | ResourceId, where: tuple[str, ...], kind: str, /, *, after: str | None, limit: int
) -> Plan[list[str]]:
    """Return the bodies of a page whose places go on with a person's id; a page begins behind all that is of one."""
    begin = first(*where) if after is None else last(*where, after)
    arguments = ("records", kind, begin, last(*where), max(0, limit))
    answer: list[str] = yield from scripts.PAGE.run(space.keys(of.organization), *arguments)
    return answer
