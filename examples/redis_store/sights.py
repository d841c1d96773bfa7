"""The plans of who sees what. The rule is the library's; what it is asked of is found behind doors, which `doors` explains.

A page is read in chunks, each of one moment. What is renamed between two of them is where it was or where it is, as it would
be between two pages.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final

from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.group import Group
from subaccounts.domain.ids import DepartmentId, OrganizationId, ResourceId, SubAccountId
from subaccounts.domain.membership import Membership
from subaccounts.domain.participation import Participation
from subaccounts.domain.resource import Resource
from subaccounts.domain.sights import ResourceQuery, ViewersQuery, beyond, sees, shown
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.viewer import Viewer, ViewerFacts
from subaccounts.domain.visibility import may_see
from subaccounts.wire import store_loads

from . import groups, scripts
from .doors import doors_of, every
from .names import Keyspace, behind, first, last, ordered, parts_of
from .plans import Plan, ask
from .reads import by_organization

_MANY: Final = 500
"""What is read at one go of resources behind a door, and of people; and how many members a group has to be found by them."""


def viewer_facts(space: Keyspace, people: Collection[SubAccountId], /) -> Plan[tuple[ViewerFacts, ...]]:
    """Answer R30."""
    found = list[ViewerFacts]()
    for owner, mine in by_organization(set(people)).items():
        found += yield from _facts(space, owner, people=[each.value for each in mine])
    return tuple(sorted(found, key=lambda each: each.sub_account.id.value))


def resources_page(space: Keyspace, query: ResourceQuery, /) -> Plan[tuple[Resource, ...]]:
    """Answer R31."""
    after = ordered(query.after.name_key, query.after.id) if query.after else ""
    begin: str | None = max(ordered(query.prefix), after)  # nothing stands at either
    found, chunk = list[Resource](), query.limit
    while begin is not None and len(found) < query.limit:
        chunk = min(chunk, _MANY)
        seen, begin = yield from _behind(space, query, begin, limit=chunk)
        found += seen
        chunk *= 2  # where little of it is seen
    return tuple(found[: max(0, query.limit)])


def resources_count(space: Keyspace, query: ResourceQuery, /) -> Plan[int]:
    """Answer R32."""
    if query.viewer is None:
        door, stop = every(query.type), beyond(query.prefix)
        end = last(*door) if stop is None else behind(*door, stop)
        (total,) = yield from ask(
            ("ZLEXCOUNT", space.key(query.organization, "index"), behind(*door, query.prefix), end)
        )
        return int(total)
    begin: str | None = ordered(query.prefix)
    count = 0
    while begin is not None:
        seen, begin = yield from _behind(space, query, begin, limit=_MANY)
        count += len(seen)
    return count


def visible_among(
    space: Keyspace, viewer: Viewer, asked: Collection[ResourceId], /, *, ungrouped: Ungrouped
) -> Plan[frozenset[ResourceId]]:
    """Answer R33."""
    mine = [each for each in asked if each.organization == viewer.id.organization]
    found = yield from groups.resources(space, mine)
    return frozenset(each.id for each in found if may_see(viewer, each, ungrouped))


def viewers_page(space: Keyspace, query: ViewersQuery, /) -> Plan[tuple[SubAccount, ...]]:
    """Answer R34: by the members of the groups that are named, where these are few; else along the index by login."""
    owner = query.resource.id.organization
    after = (query.after.login_key, query.after.id) if query.after else None
    few = yield from _few(space, query.resource)
    if few is not None:
        facts = yield from _facts(space, owner, people=few)
        turns = sorted((_turn(each), each.sub_account) for each in facts if sees(each, query))
        return tuple(each for turn, each in turns if after is None or turn > after)[: max(0, query.limit)]
    begin, found = first("person") if after is None else behind("person", *after), list[SubAccount]()
    while len(found) < query.limit:
        facts = yield from _facts(space, owner, begin=begin, limit=_MANY)
        found += (each.sub_account for each in facts if sees(each, query))
        if len(facts) < _MANY:
            break
        begin = behind("person", *_turn(facts[-1]))
    return tuple(found[: max(0, query.limit)])


def _turn(facts: ViewerFacts) -> tuple[str, str]:
    return facts.sub_account.login.key, facts.sub_account.id.value


def _behind(
    space: Keyspace, query: ResourceQuery, after: str, /, *, limit: int
) -> Plan[tuple[list[Resource], str | None]]:
    """Return what is seen of the next places behind every door, in order, and how far that reaches; None is to the end."""
    viewer, stop = query.viewer, beyond(query.prefix)
    doors = [every(query.type)] if viewer is None else doors_of(viewer, query.ungrouped, query.type)
    roster = viewer.rosters if viewer and viewer.living else ()
    asked = {
        "doors": [ordered(*door) for door in doors],
        "roster": [each.value for each in roster if each.organization == query.organization],
        "after": after,
        "limit": limit,
        **({} if stop is None else {"stop": ordered(stop)}),
    }
    answer = yield from scripts.BEHIND.run(space.keys(query.organization), json.dumps(asked, ensure_ascii=False))
    ranges, bodies = answer
    # Where a range was cut off, others may go on in between: only up to the first such end is anything known of all.
    reach = min((places[-1] for places in ranges if len(places) == limit), default=None)
    found = (store_loads(Resource, body) for _, body in bodies if body is not None)
    near = {ordered(each.name_key, each.id.value): each for each in found if shown(each, query)}
    order = sorted(place for place in near if after < place and (reach is None or place <= reach))
    return [near[place] for place in order], reach


def _few(space: Keyspace, resource: Resource) -> Plan[list[str] | None]:
    """Return everybody who could see a resource that names groups with few members: these, and whoever takes part."""
    index = space.key(resource.id.organization, "index")
    where = [("member", each.value) for each in resource.audience.groups]
    if not where:
        return None
    where.append(("participant", resource.id.value))
    sizes = yield from ask(*(("ZLEXCOUNT", index, first(*each), last(*each)) for each in where))
    if sum(sizes) > _MANY:
        return None
    answers = yield from ask(*(("ZRANGE", index, first(*each), last(*each), "BYLEX") for each in where))
    return sorted({parts_of(place)[2] for places in answers for place in places})


def _facts(
    space: Keyspace, owner: OrganizationId, /, *, people: Collection[str] = (), begin: str = "-", limit: int = 0
) -> Plan[list[ViewerFacts]]:
    """Return the facts of these people, and of the first ones from a place of the index on, in their order."""
    asked = {"people": list(people), "first": begin, "last": last("person"), "limit": limit}
    answer = yield from scripts.VIEWERS.run(space.keys(owner), json.dumps(asked, ensure_ascii=False))
    rows, bodies = answer
    found = {group.id: group for group in (store_loads(Group, body) for body in bodies)}
    facts = list[ViewerFacts]()
    for body, memberships, lineage, roster in rows:
        mine = tuple(store_loads(Membership, each) for each in memberships)
        facts.append(
            ViewerFacts(
                sub_account=store_loads(SubAccount, body),
                memberships=mine,
                groups=tuple(found[each.group] for each in mine),
                lineage=frozenset(DepartmentId(organization=owner, value=each) for each in lineage),
                participations=tuple(store_loads(Participation, each) for each in roster),
            )
        )
    return facts
