"""What two tenants under the same values show to whom: groups, resources and rosters of equal ids, meant for others.

What belongs here: these records of one tenant, and the answers that follow from them by the rule. The rest is in `tenants`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...domain.audience import Audience, Ungrouped
from ...domain.decision import Record
from ...domain.ids import OrganizationId
from ...domain.membership import MembershipState
from ...domain.queries import LARGEST_PAGE
from ...domain.resource import Resource
from ...domain.sights import ResourceQuery, ViewersQuery, sees, shown
from ...domain.viewer import Viewer
from ...domain.visibility import may_see
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from ..viewers import facts_of
from .asked import MOST, SHARED, Asked
from .storage import stored


def shown_records(of: OrganizationId, own: int, /) -> tuple[Record, ...]:
    """Return what decides who sees what, beside the people: each tenant is in other groups, which see other things."""
    shared, mine = g.group_id(SHARED, of=of), g.group_id(own, of=of)
    first = own == 2
    return (
        g.group(SHARED, of=of, name=f"Group 1 of {own}", allows_external=first),
        g.group(own, of=of, name=f"Group {own}"),
        g.membership(SHARED, of=of, state=MembershipState.ACTIVE if first else MembershipState.INVITED),
        g.membership(own, of=of, group=own, person=own if first else SHARED),
        g.resource(
            SHARED, of=of, name=f"Course 1 of {own}", audience=Audience(groups=frozenset({mine})), rostered=True
        ),
        g.resource(own, of=of, audience=Audience(groups=frozenset({shared}))),
        g.resource(7, of=of, name=f"Unnamed in {own}"),
        g.participation(SHARED, of=of, resource=SHARED, person=SHARED if first else own),
        g.participation(own, of=of, resource=own, person=own if first else SHARED),
    )


def questions_about_sights(
    of: OrganizationId, own: int, records: Iterable[Record], /
) -> Mapping[str, tuple[Asked, ...]]:
    """Return the questions to the reads of groups, resources and who sees what; the records are all the tenant has."""
    kept = {record.id: stored(record) for record in records}
    resources = [each for each in kept.values() if isinstance(each, Resource)]
    people = facts_of(kept.values())
    numbers, page = range(1, 9), {"after": None, "limit": MOST}
    groups = tuple(kept[g.group_id(n, of=of)] for n in (SHARED, own))
    inside, roster = (
        tuple(kept[make(n, of=of).id] for n in (SHARED, own) if make(n, of=of).id in kept) for make in _MADE
    )
    named = tuple(sorted(resources, key=lambda each: each.id.value))
    return {
        "groups": (Asked(([g.group_id(n, of=of) for n in numbers],), answer=groups, nothing=()),),
        "groups_page": (Asked((of,), named=page, answer=groups, nothing=()),),
        "members_page": tuple(
            Asked((g.group_id(n, of=of),), named=page, answer=_of(inside, "group", g.group_id(n, of=of)), nothing=())
            for n in (SHARED, own)
        ),
        "resources": (Asked(([g.resource_id(n, of=of) for n in numbers],), answer=named, nothing=()),),
        "participants_page": tuple(
            Asked((each.id,), named=page, answer=_of(roster, "resource", each.id), nothing=()) for each in resources
        ),
        "viewer_facts": (Asked(([a.sub_account_id(n, of=of) for n in numbers],), answer=people, nothing=()),),
        **_pages(of, resources, [Viewer.at(NOON, each) for each in people]),
        "viewers_page": tuple(
            Asked((query,), answer=tuple(each.sub_account for each in people if sees(each, query)), nothing=())
            for query in (
                ViewersQuery(resource=each, ungrouped=choice, at=NOON, limit=MOST)
                for each in resources
                for choice in Ungrouped
            )
        ),
    }


def _pages(of: OrganizationId, resources: list[Resource], viewers: list[Viewer]) -> Mapping[str, tuple[Asked, ...]]:
    """Return what everybody is shown, whatever the organization chose, and what there is at all."""
    queries = [
        ResourceQuery(organization=of, type="course", viewer=viewer, ungrouped=choice, limit=LARGEST_PAGE)
        for viewer in (None, *viewers)
        for choice in Ungrouped
    ]
    ids = [each.id for each in resources] + [g.resource_id(n, of=of) for n in range(1, 9)]
    ordered = sorted(resources, key=lambda each: (each.name_key, each.id.value))
    answers = [tuple(each for each in ordered if shown(each, query)) for query in queries]
    among = [
        Asked(
            (query.viewer, ids),
            named={"ungrouped": query.ungrouped},
            answer=frozenset(each.id for each in resources if may_see(query.viewer, each, query.ungrouped)),
            nothing=frozenset(),
        )
        for query in queries
        if query.viewer is not None
    ]
    return {
        "resources_page": tuple(
            Asked((q,), answer=answer, nothing=()) for q, answer in zip(queries, answers, strict=True)
        ),
        "resources_count": tuple(
            Asked((q,), answer=len(answer), nothing=0) for q, answer in zip(queries, answers, strict=True)
        ),
        "visible_among": tuple(among),
    }


_MADE = (g.membership, g.participation)


def _of(records: Iterable[Any], name: str, id: Any) -> tuple[Any, ...]:  # noqa: A002 - the id of a record
    """Return the records that name a group or a resource, ordered by the person's value."""
    mine = (each for each in records if getattr(each, name) == id)
    return tuple(sorted(mine, key=lambda each: each.person.value))
