"""Who sees a resource: pages of people. What a viewer sees is `sights`.

A page is found in at most four steps. *Walk*: at most `sights.WALK` people in their order, each judged by the rule; that does for what
many see. *The end*: when nobody is left to walk past, who was found is all. *On*: as many people as stand behind the doors of the
resource, which costs what the last step would. *Doors*: for what few among many see, those who have what the resource names
in its rarest part, and who takes part in it, sorted.
"""

# ruff: noqa: S608 - statements are put together from constants of this room; every value is bound

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any, Final

from attrs import frozen

from ...domain.audience import Ungrouped
from ...domain.ids import DepartmentId, GroupId, JobProfileId, PermissionTypeId
from ...domain.resource import Resource
from ...domain.sights import ViewersQuery
from ...domain.sub_account import SubAccount
from ...domain.viewer import LIVING
from ...wire import store_loads, time_text
from .._seen import PARTS, parts_of
from . import sights
from .reads import snapshot

_SPAN: Final = "WHERE s.organization = :organization AND (s.login_key, s.id) > (:login_key, :after)"
_ORDER: Final = "ORDER BY s.login_key, s.id"
_FURTHER: Final = f"SELECT 1 FROM sub_accounts s {_SPAN} {_ORDER} LIMIT 1 OFFSET :steps"
_WALK: Final = (
    f"SELECT s.body FROM (SELECT * FROM sub_accounts s {_SPAN} {_ORDER} LIMIT :steps) s WHERE {{rule}} LIMIT :limit"
)
_COUNT: Final = "SELECT count(*) FROM ({behind})"
_DOORS: Final = """
    SELECT s.body FROM sub_accounts s WHERE s.organization = :organization AND s.id IN ({behind})
    AND (+s.login_key, s.id) > (:login_key, :after) AND {rule} ORDER BY +s.login_key, s.id LIMIT :limit"""
"""The pluses keep it from walking past everybody in order, to look for the few."""

_NAMED: Final = "named_{part} (id) AS (VALUES {places})"
_BELOW: Final = """
    below (id) AS (
        SELECT c.id FROM named_department
        JOIN catalog c ON c.organization = :organization AND c.kind = 'department' AND c.id = named_department.id
        UNION
        SELECT c.id FROM below
        JOIN catalog c ON c.organization = :organization AND +c.kind = 'department' AND c.parent = below.id
    )"""
"""The named departments that there are, and everything below them; the plus has children found by their parent."""

_MEMBER: Final = """EXISTS (
        SELECT 1 FROM memberships m JOIN groups g ON g.organization = m.organization AND g.id = m.group_id
        WHERE m.organization = s.organization AND m.person = s.id AND {which} AND m.state = 'active'
        AND (m.begins_at IS NULL OR m.begins_at <= :at) AND (m.ends_at IS NULL OR m.ends_at > :at)
        AND g.retired_at IS NULL AND (g.allows_external OR s.kind <> 'external')
    )"""
_OPENS: Final = _MEMBER.format(
    which="""EXISTS (
            SELECT 1 FROM group_applications x
            WHERE x.organization = g.organization AND x.group_id = g.id AND x.application = :application
        )"""
)
_TRAIT: Final = """EXISTS (
        SELECT 1 FROM sub_account_traits t WHERE t.organization = s.organization AND t.sub_account = s.id
        AND t.part = '{part}' AND +t.value IN named_{part}
    )"""
_MEETS: Final = {
    GroupId.kind: _MEMBER.format(which="+m.group_id IN named_group"),
    DepartmentId.kind: """EXISTS (
        SELECT 1 FROM sub_account_departments d
        WHERE d.organization = s.organization AND d.sub_account = s.id AND +d.department IN below
    )""",
    JobProfileId.kind: _TRAIT.format(part=JobProfileId.kind),
    PermissionTypeId.kind: _TRAIT.format(part=PermissionTypeId.kind),
}
"""By part: that a person `s` has any of what it names."""
_TAKES_PART: Final = """EXISTS (
        SELECT 1 FROM participations p
        WHERE p.organization = s.organization AND p.person = s.id AND p.resource = :resource
    )"""
_UNNAMED: Final = {
    Ungrouped.EVERYBODY: "TRUE",
    Ungrouped.EMPLOYEES: "s.kind <> 'external'",
    Ungrouped.NOBODY: "FALSE",
}
_LIVES: Final = f"+s.state IN ({', '.join(sorted(repr(state.value) for state in LIVING))})"

_WITH_TRAIT: Final = """
    SELECT t.sub_account AS person FROM named_{part} CROSS JOIN sub_account_traits t
    ON t.organization = :organization AND t.part = '{part}' AND t.value = named_{part}.id"""
_BEHIND: Final = {
    GroupId.kind: """
    SELECT m.person AS person FROM named_group CROSS JOIN memberships m
    ON m.organization = :organization AND m.group_id = named_group.id""",
    DepartmentId.kind: """
    SELECT d.sub_account AS person FROM below CROSS JOIN sub_account_departments d
    ON d.organization = :organization AND d.department = below.id""",
    JobProfileId.kind: _WITH_TRAIT.format(part=JobProfileId.kind),
    PermissionTypeId.kind: _WITH_TRAIT.format(part=PermissionTypeId.kind),
}
"""By part: everybody who has any of what it names, whether that counts or not."""
_NOBODY: Final = "SELECT NULL AS person WHERE FALSE"
_ON_THE_ROSTER: Final = """
    SELECT p.person AS person FROM participations p WHERE p.organization = :organization AND p.resource = :resource"""


@frozen(kw_only=True)
class Asked:
    """Hold what is asked about a resource, as text: what it names, the rule, and who stands behind its doors.

    Each of `doors` alone leads to everybody whom the rule can let in; there are none where that is everybody there is.
    """

    named: str
    rule: str
    doors: tuple[str, ...]
    values: dict[str, Any]

    def statement(self, text: str, /, *, behind: str = "") -> str:
        """Return a statement about this resource, and about whoever stands behind one of its doors."""
        return self.named + text.format(rule=self.rule, behind=behind)


def viewers_page(connection: sqlite3.Connection, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
    """Answer R34."""
    if query.limit <= 0 or query.resource.removed_at is not None:
        return ()
    asked = asked_of(query)
    with snapshot(connection):
        found = _page(connection, asked, query.limit)
    return tuple([store_loads(SubAccount, body) for (body,) in found])


def _page(connection: sqlite3.Connection, asked: Asked, limit: int) -> list[tuple[str]]:
    steps = max(sights.WALK, sights.WALK_EACH * limit)
    found = _walk(connection, asked, steps)
    if len(found) == limit or connection.execute(_FURTHER, asked.values | {"steps": steps}).fetchone() is None:
        return found
    if not asked.doors:
        return _walk(connection, asked, -1)
    number, door = _rarest(connection, asked, steps)
    if number > steps:
        found = _walk(connection, asked, number)
        if len(found) == limit:
            return found
    return connection.execute(asked.statement(_DOORS, behind=door), asked.values).fetchall()


def _rarest(connection: sqlite3.Connection, asked: Asked, few: int) -> tuple[int, str]:
    """Return how many people stand behind the door with the fewest, and the door; the first behind which they are few does."""
    counted: list[tuple[int, str]] = []
    for door in asked.doors:
        ((number,),) = connection.execute(asked.statement(_COUNT, behind=door), asked.values).fetchall()
        counted.append((number, door))
        if number <= few:
            break
    return min(counted)


def _walk(connection: sqlite3.Connection, asked: Asked, steps: int) -> list[tuple[str]]:
    return connection.execute(asked.statement(_WALK), asked.values | {"steps": steps}).fetchall()


def asked_of(query: ViewersQuery, /) -> Asked:
    """Return what is asked about the resource of a query."""
    resource, tenant = query.resource, query.resource.id.organization
    application = resource.application
    named = {part: some for part, some in zip(PARTS, parts_of(resource.audience), strict=True) if some}
    values = {
        "organization": tenant.value,
        "resource": resource.id.value,
        "application": application.value if application and application.organization == tenant else None,
        "at": time_text(query.at),
        "login_key": query.after.login_key if query.after else "",
        "after": query.after.id if query.after else "",
        "limit": query.limit,
    }
    tables = []
    for part, some in named.items():
        mine = {f"{part}{n}": each.value for n, each in enumerate(some) if each.organization == tenant}
        tables.append(_NAMED.format(part=part, places=", ".join(f"(:{name})" for name in mine) or "(NULL)"))
        values |= mine
    if DepartmentId.kind in named:
        tables.append(_BELOW)
    return Asked(
        named=f"WITH RECURSIVE {', '.join(tables)}" if tables else "",
        rule=_rule(resource, query.ungrouped, named),
        doors=_doors(resource, query.ungrouped, named),
        values=values,
    )


def _rule(resource: Resource, ungrouped: Ungrouped, named: Collection[str]) -> str:
    """Return the rule as a condition on a person `s`, the same that `domain.visibility` says."""
    conditions = [_MEETS[part] for part in named]
    if not named:
        conditions.append(_UNNAMED[ungrouped])
    if resource.application is not None:
        conditions.append(f"(s.kind <> 'external' OR {_OPENS})")
    rule = " AND ".join(conditions)
    if resource.rostered:
        rule = f"({rule} OR {_TAKES_PART})"
    return f"{_LIVES} AND s.kind <> 'external' AND {rule}" if resource.hidden_from_external else f"{_LIVES} AND {rule}"


def _doors(resource: Resource, ungrouped: Ungrouped, named: Collection[str]) -> tuple[str, ...]:
    """Return statements each of which finds everybody whom the rule can let in: who has anything of one of the parts."""
    if not named and ungrouped is not Ungrouped.NOBODY:
        return ()
    doors = [_BEHIND[part] for part in PARTS if part in named] or [_NOBODY]
    return tuple(f"{door} UNION ALL {_ON_THE_ROSTER}" if resource.rostered else door for door in doors)
