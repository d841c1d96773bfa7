"""All that is stored of people and decides what they see, in one statement, so that it was true at one moment whatever the
isolation is. What of it counts is `domain.viewer`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import (
    CTE,
    Column,
    CompoundSelect,
    Connection,
    Row,
    Select,
    cast,
    null,
    select,
    union_all,
)

from ...domain.group import Group
from ...domain.ids import DepartmentId, OrganizationId, SubAccountId
from ...domain.membership import Membership
from ...domain.participation import Participation
from ...domain.sub_account import SubAccount
from ...domain.viewer import ViewerFacts
from ...wire import store_loads
from . import tables as t
from .lookups import as_asked, of_asked
from .words import TENANT, dialect_of, said

R = TypeVar("R")

_PERSON, _MEMBERSHIP, _GROUP, _PARTICIPATION, _DEPARTMENT = (
    "person",
    "membership",
    "group",
    "participation",
    "department",
)
_AT_ONCE: Final = 10_000
"""People of one organization that are asked about in one statement; more are asked about in several."""


def viewer_facts(connection: Connection, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
    """Answer R30."""
    asked: dict[OrganizationId, list[str]] = defaultdict(list)
    for each in sorted(set(people), key=lambda each: each.value):
        asked[each.organization].append(each.value)
    found: list[ViewerFacts] = []
    dialect = dialect_of(connection)
    for tenant, values in asked.items():
        for start in range(0, len(values), _AT_ONCE):
            one, some = as_asked(dialect, values[start : start + _AT_ONCE])
            given = {"tenant": tenant.value, "asked": some}
            found += _assembled(tenant, connection.execute(_statement(dialect, one=one), given).all())
    return tuple(sorted(found, key=lambda each: each.sub_account.id.value))


def _assembled(tenant: OrganizationId, rows: Sequence[Row[Any]]) -> list[ViewerFacts]:
    """Put together what belongs to each person, of rows in any order."""
    bodies: dict[str, list[str]] = defaultdict(list)
    above: dict[str, str | None] = {}
    for row in rows:
        if row.what == _DEPARTMENT:
            above[row.id] = row.parent
        else:
            bodies[row.what].append(row.body)
    groups = {group.id: group for group in _loaded(Group, bodies[_GROUP])}
    memberships: dict[SubAccountId, list[Membership]] = defaultdict(list)
    for membership in sorted(_loaded(Membership, bodies[_MEMBERSHIP]), key=lambda each: each.group.value):
        memberships[membership.person].append(membership)
    rosters: dict[SubAccountId, list[Participation]] = defaultdict(list)
    for participation in sorted(_loaded(Participation, bodies[_PARTICIPATION]), key=lambda each: each.resource.value):
        rosters[participation.person].append(participation)
    return [
        ViewerFacts(
            sub_account=person,
            memberships=tuple(memberships[person.id]),
            groups=tuple(groups[each.group] for each in memberships[person.id]),
            lineage=_lineage(tenant, person, above),
            participations=tuple(rosters[person.id]),
        )
        for person in _loaded(SubAccount, bodies[_PERSON])
    ]


def _loaded(of: type[R], bodies: Iterable[str]) -> Iterator[R]:
    return (store_loads(of, body) for body in bodies)


def _lineage(tenant: OrganizationId, person: SubAccount, above: Mapping[str, str | None]) -> frozenset[DepartmentId]:
    """Return a person's departments that exist and everything above them; `above` holds the parents of all these."""
    found: set[str] = set()
    for department in person.profile.departments:
        here: str | None = department.value
        while here is not None and here in above and here not in found:
            found.add(here)
            here = above[here]
    return frozenset(DepartmentId(organization=tenant, value=each) for each in found)


@cache
def _statement(dialect: str, *, one: bool) -> Select[Any] | CompoundSelect[Any]:
    """Return one statement of everything, each row with what it is; a group is there once, whoever is in it."""
    asked = of_asked(dialect, t.sub_accounts, lambda row: select(row.c.id), one=one).cte("asked")
    s, m, g, p = t.sub_accounts.c, t.memberships.c, t.groups.c, t.participations.c
    person = select(*_row(_PERSON, s.id, s.body)).where(s.organization == TENANT, s.id == asked.c.id)
    membership = select(*_row(_MEMBERSHIP, m.id, m.body)).where(m.organization == TENANT, m.person == asked.c.id)
    theirs = select(m.group_id).where(m.organization == TENANT, m.person == asked.c.id)
    group = select(*_row(_GROUP, g.id, g.body)).where(g.organization == TENANT, g.id.in_(theirs))
    participation = select(*_row(_PARTICIPATION, p.id, p.body)).where(p.organization == TENANT, p.person == asked.c.id)
    above = _above(asked)
    department = select(said(_DEPARTMENT), above.c.id, above.c.parent, null().label("body"))
    return union_all(person, membership, group, participation, department)


def _row(what: str, id: Column[str], body: Column[str]) -> tuple[Any, ...]:  # noqa: A002 - the column of an id
    return (
        said(what).label("what"),
        id.label("id"),
        cast(null(), t.catalog.c.parent.type).label("parent"),
        body.label("body"),
    )


def _above(asked: CTE) -> CTE:
    """Return the departments of the asked people that exist, and everything above them, each with its parent."""
    d, c, kin = t.sub_account_departments.c, t.catalog.c, t.catalog.alias("kin").c
    theirs = select(d.department).where(d.organization == TENANT, d.sub_account == asked.c.id)
    mine = c.organization == TENANT, c.kind == DepartmentId.kind, c.id.in_(theirs)
    above = select(c.id, c.parent).where(*mine).cte("above", recursive=True)
    kind = kin.organization == TENANT, kin.kind == DepartmentId.kind, kin.id == above.c.parent
    return above.union(select(kin.id, kin.parent).where(*kind))
