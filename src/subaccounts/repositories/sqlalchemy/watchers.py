"""Who sees a resource: pages of people, and the rule as a condition on a row of a person. What a viewer sees is `sights`.

A page is read from a span of the people, and where that holds too little, from the people behind the door of the resource:
those that one part of its audience could be about, and its roster. A part that is about few is the door before all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any, Final

from attrs import evolve, frozen
from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    union,
    union_all,
)

from ...domain.audience import Ungrouped
from ...domain.fields import Kind
from ...domain.ids import DepartmentId, GroupId
from ...domain.membership import MembershipState
from ...domain.resource import Resource
from ...domain.sights import ViewersQuery
from ...domain.sub_account import SubAccount
from ...domain.viewer import LIVING
from ...wire import store_loads
from .._seen import PARTS, parts_of
from . import tables as t
from .spans import Span, walk
from .types import MYSQL, ExactList
from .words import FIRST, TENANT, Order, among, dialect_of, number, said, there

_S: Final = t.sub_accounts
_ORDER: Final = Order(key=_S.c.login_key, id=_S.c.id, index=f"{t.PREFIX}sub_accounts_by_login")
_TWICE: Final = 2
"""How many times as many as a span has are still looked at behind the doors before one of a span is read."""
_INSIDE: Final = said(Kind.EMPLOYEE.value)
_ALIVE: Final = [said(value) for value in sorted(state.value for state in LIVING)]
_BY_VALUE: Final[Mapping[FromClause, str]] = {
    t.memberships: f"{t.PREFIX}memberships_by_group",
    t.sub_account_departments: f"{t.PREFIX}sub_account_departments_by_department",
    t.sub_account_traits: f"{t.PREFIX}sub_account_traits_by_value",
}
"""The index by what an audience names, of each table that says who has it."""


@frozen(kw_only=True)
class Show:
    """Hold what of a resource the words of a statement depend on, and of the database that they are for.

    `parts` are those that its audience names something of, and `door` is the one behind which people are looked for. `unnamed`
    is who sees it when there are none.
    """

    dialect: str
    hidden: bool
    rostered: bool
    application: bool
    parts: tuple[str, ...]
    unnamed: Ungrouped
    door: str | None = None


def viewers_page(connection: Connection, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
    """Answer R34."""
    show = _show_of(dialect_of(connection), query.resource, query.ungrouped)
    if query.limit <= 0 or query.resource.removed_at is not None or not _doors(show):
        return ()
    given = {**_given(query), "limit": query.limit, "most": _TWICE * walk(query.limit)}
    few = _few(connection, show, given)

    def far() -> Sequence[Row[Any]]:
        return connection.execute(_behind_doors(few or show, few=few is not None), given).all()

    found = far() if few is not None else _span(show).page(connection, given, far, limit=query.limit)
    return tuple(store_loads(SubAccount, row.body) for row in found)


def _few(connection: Connection, show: Show, given: Mapping[str, Any]) -> Show | None:
    """Return the resource with the first of its parts that is about few as the door, None where each is about many."""
    for part in show.parts:
        behind = evolve(show, door=part)
        if (connection.scalar(_size(behind), given) or 0) < given["most"]:
            return behind
    return None


def _show_of(dialect: str, resource: Resource, ungrouped: Ungrouped) -> Show:
    parts = tuple(part for part, ids in zip(PARTS, parts_of(resource.audience), strict=True) if ids)
    return Show(
        dialect=dialect,
        hidden=resource.hidden_from_external,
        rostered=resource.rostered,
        application=resource.application is not None,
        parts=parts,
        unnamed=ungrouped,
        door=parts[0] if parts else None,
    )


def _given(query: ViewersQuery) -> dict[str, Any]:
    """Return what the statements of a query are given; an id of another organization names nothing here."""
    tenant, application = query.resource.id.organization, query.resource.application
    named = zip(PARTS, parts_of(query.resource.audience), strict=True)
    after = {} if query.after is None else {"after_key": query.after.login_key, "after_id": query.after.id}
    return {
        "tenant": tenant.value,
        "resource": query.resource.id.value,
        "at": query.at,
        "application": application.value if application and application.organization == tenant else "",
        **{part: sorted(each.value for each in ids if each.organization == tenant) for part, ids in named},
        **FIRST,
        **after,
    }


def _here(dialect: str, *, bounded: bool) -> ColumnElement[bool]:
    return and_(_S.c.organization == TENANT, _ORDER.within(dialect, bounded=bounded))


@lru_cache(maxsize=128)
def _span(show: Show) -> Span:
    here, shown = partial(_here, show.dialect), partial(_sees, show)
    return Span(dialect=show.dialect, table=_S, order=_ORDER, here=here, shown=shown)


@lru_cache(maxsize=128)
def _size(show: Show) -> Select[Any]:
    """Return the statement that counts those behind the doors, up to as many as make it the longer way."""
    doors = [select(door.limit(bindparam("most")).subquery()) for door in _doors(show, few=True)]
    return select(func.count()).select_from(union_all(*doors).subquery("people"))


@lru_cache(maxsize=256)
def _behind_doors(show: Show, *, few: bool) -> Select[Any]:
    """Return the statement of a page of those who are behind a door: all of them are looked at, and none else."""
    doors = _doors(show, few=few)
    people = (union(*doors) if len(doors) > 1 else doors[0].distinct()).subquery("people")
    found = select(_S.c.body).select_from(people.join(_S, _S.c.id == people.c.person))
    for name in MYSQL:
        found = found.prefix_with("STRAIGHT_JOIN", dialect=name)
    return (
        found.where(_here(show.dialect, bounded=False), _sees(show, _S))
        .order_by(_S.c.login_key, _S.c.id)
        .limit(bindparam("limit"))
    )


def _doors(show: Show, *, few: bool = False) -> list[Select[Any]]:
    """Return statements that find everybody who could see a resource, or a few of them; none when nobody could."""
    p, found = t.participations.c, list[Select[Any]]()
    if show.rostered:
        mine = p.organization == TENANT, p.resource == bindparam("resource")
        found.append(select(p.person.label("person")).where(*mine))
    if show.door is not None:
        found.append(_named(show, show.door, few=few))
    elif show.unnamed is not Ungrouped.NOBODY:
        everybody = show.unnamed is Ungrouped.EVERYBODY and not show.hidden
        kinds = [said(kind.value) for kind in Kind] if everybody else [_INSIDE]
        alive = _S.c.organization == TENANT, _S.c.state.in_(_ALIVE), _S.c.kind.in_(kinds)
        found.append(select(_S.c.id.label("person")).where(*alive))
    return found


def _named(show: Show, part: str, *, few: bool) -> Select[Any]:
    """Return the people whom a part of the audience could be about.

    Where few are asked for, PostgreSQL looks up each of what is named by itself, in the order of the index: of a group that
    it believes to be large it would rather read the memberships of everybody, until enough are found. MySQL would too, and
    is told the index.
    """
    named, person, mine = _held(part)
    if show.dialect != "postgresql" or not few:
        below = named.in_(select(_below(show.dialect).c.id))
        here = below if part == DepartmentId.kind else among(show.dialect, named, part)
        found = select(person.label("person")).where(*mine, here)
        for name in MYSQL:
            found = found.with_hint(named.table, f"FORCE INDEX ({_BY_VALUE[named.table]})", name)
        return found
    values: FromClause = _below(show.dialect)
    if part != DepartmentId.kind:
        values = func.unnest(bindparam(part, type_=ExactList())).table_valued("id", name="named").render_derived()
    each = select(person.label("person")).where(*mine, named == values.c.id).order_by(person).lateral("each")
    return select(each.c.person).select_from(values.join(each, true()))


def _held(part: str) -> tuple[Column[str], Column[str], tuple[ColumnElement[bool], ...]]:
    """Return where it is written who has what a part of an audience names: what, who, and which rows say so."""
    m, d, x = t.memberships.c, t.sub_account_departments.c, t.sub_account_traits.c
    match part:
        case GroupId.kind:
            return m.group_id, m.person, (m.organization == TENANT,)
        case DepartmentId.kind:
            return d.department, d.sub_account, (d.organization == TENANT,)
        case _:
            return x.value, x.sub_account, (x.organization == TENANT, x.part == said(part))


@cache
def _below(dialect: str) -> CTE:
    """Return the departments that are named and exist, and everything below them."""
    c, kin, kind = t.catalog.c, t.catalog.alias("kin").c, said(DepartmentId.kind)
    named = select(c.id).where(c.organization == TENANT, c.kind == kind, among(dialect, c.id, DepartmentId.kind))
    below = named.cte("below", recursive=True)
    return below.union(select(kin.id).where(kin.organization == TENANT, kin.kind == kind, kin.parent == below.c.id))


def _sees(show: Show, s: Any) -> ColumnElement[bool]:
    """Return that a row of `sub_accounts` sees the resource, by whatever way."""
    shown = [s.c.state.in_(_ALIVE)] + ([s.c.kind == _INSIDE] if show.hidden else [])
    parts = [there(_of_person(show, s, part), s) for part in show.parts]
    if not show.parts:
        everybody = {Ungrouped.EVERYBODY: true(), Ungrouped.EMPLOYEES: s.c.kind == _INSIDE, Ungrouped.NOBODY: ~true()}
        parts = [everybody[show.unnamed]]
    if show.application:
        parts.append(or_(s.c.kind == _INSIDE, there(_opening(s), s)))
    if not show.rostered:
        return and_(*shown, *parts)
    p = t.participations.c
    mine = p.organization == TENANT, p.resource == bindparam("resource"), p.person == s.c.id
    return and_(*shown, or_(there(select(number(1)).where(*mine), s), and_(*parts)))


def _of_person(show: Show, s: Any, part: str) -> Select[Any]:
    """Return what of a part of the audience a person has, rows of any columns."""
    d, x = t.sub_account_departments.c, t.sub_account_traits.c
    one: Select[Any] = select(number(1))
    match part:
        case GroupId.kind:
            m, joined = t.memberships.c, _memberships()
            return one.select_from(joined).where(*_counts(s), among(show.dialect, m.group_id, part))
        case DepartmentId.kind:
            below = select(_below(show.dialect).c.id)
            return one.where(d.organization == TENANT, d.sub_account == s.c.id, d.department.in_(below))
        case _:
            mine = x.organization == TENANT, x.sub_account == s.c.id, x.part == said(part)
            return one.where(*mine, among(show.dialect, x.value, part))


def _opening(s: Any) -> Select[Any]:
    """Return the memberships by which a person from outside may open the resource's application."""
    g, a = t.groups.c, t.group_applications.c
    opened = and_(a.organization == g.organization, a.group_id == g.id, a.application == bindparam("application"))
    return select(number(1)).select_from(_memberships().join(t.group_applications, opened)).where(*_counts(s))


def _memberships() -> Any:
    m, g = t.memberships.c, t.groups.c
    return t.memberships.join(t.groups, and_(g.organization == m.organization, g.id == m.group_id))


def _counts(s: Any) -> tuple[ColumnElement[bool], ...]:
    """Return that a membership of a person, joined with its group, counts at the moment."""
    m, g, at = t.memberships.c, t.groups.c, bindparam("at", type_=t.memberships.c.begins_at.type)
    return (
        m.organization == TENANT,
        m.person == s.c.id,
        m.state == said(MembershipState.ACTIVE.value),
        or_(m.begins_at.is_(None), m.begins_at <= at),
        or_(m.ends_at.is_(None), m.ends_at > at),
        g.retired_at.is_(None),
        or_(s.c.kind == _INSIDE, g.allows_external),
    )
