"""Pages and counts of people, and what was answered to a request. A page begins after the last row of the one before and
never counts what it skips."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, func, or_, select

from ...domain.decision import RequestRecord
from ...domain.fields import Kind
from ...domain.ids import OrganizationId
from ...domain.life import State
from ...domain.queries import PeopleQuery
from ...domain.sub_account import SubAccount
from ...wire import store_loads
from . import tables as t
from .types import MYSQL
from .words import number, there

_FEW: Final = 1_000
"""People in departments, all of whom MySQL and MariaDB look up and sort for a page; of more, each is asked in turn."""

_REQUEST = select(t.requests.c.command, t.requests.c.fingerprint, t.requests.c.receipt, t.requests.c.at).where(
    t.requests.c.organization == bindparam("tenant"), t.requests.c.id == bindparam("request")
)


def people_page(connection: Connection, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
    """Answer R9."""
    if query.account is not None and query.account.organization != query.organization:
        return ()
    rows = connection.execute(page_statement(query, instr=_instr(connection), in_turn=_many(connection, query)))
    return tuple(store_loads(SubAccount, row.body) for row in rows)


def page_statement(query: PeopleQuery, /, *, instr: str, in_turn: bool) -> Select[tuple[str]]:
    """Return the statement of a page; `instr` is what the database calls looking for a text in a text.

    `in_turn` has people asked for their departments one after the other, and not whoever is in them searched for beforehand.
    The cursor is written out: MySQL finds no index for a comparison of two columns with two values.
    """
    s, d = t.sub_accounts.c, t.sub_account_departments.c
    where: list[ColumnElement[bool]] = [s.organization == query.organization.value]
    if query.account is not None:
        where.append(s.account == query.account.value)
    if query.after is not None:
        key, id = query.after.login_key, query.after.id  # noqa: A001 - the id of a record
        where += [s.login_key >= key, or_(s.login_key > key, s.id > id)]
    where.append(s.state.in_(sorted(state.value for state in query.states)))
    if query.departments is not None:
        mine = _in_departments(query).where(d.organization == s.organization, d.sub_account == s.id)
        where.append(there(mine, t.sub_accounts) if in_turn else mine.exists())
    find = getattr(func, instr)
    where += [find(s.search, f" {word}") > 0 for word in query.words]
    return select(s.body).where(*where).order_by(s.login_key, s.id).limit(max(0, query.limit))


def _in_departments(query: PeopleQuery) -> Select[Any]:
    """Return the rows that say of people, of any organization, that they are in the departments."""
    mine = sorted(each.value for each in query.departments or () if each.organization == query.organization)
    return select(number(1)).where(t.sub_account_departments.c.department.in_(mine))


def _many(connection: Connection, query: PeopleQuery) -> bool:
    """Tell whether so many are in the departments that MySQL or MariaDB had better not search for them all for each page."""
    if query.departments is None or connection.dialect.name not in MYSQL:
        return False
    here = t.sub_account_departments.c.organization == query.organization.value
    found = _in_departments(query).where(here).limit(_FEW).subquery("found")
    return connection.scalar(select(func.count()).select_from(found)) == _FEW


def _instr(connection: Connection) -> str:
    return "strpos" if connection.dialect.name == "postgresql" else "instr"


def people_count(
    connection: Connection,
    organization: OrganizationId,
    /,
    *,
    kinds: frozenset[Kind],
    systems: frozenset[str],
    states: frozenset[State],
) -> int:
    """Answer R10."""
    s, a = t.sub_accounts.c, t.accounts.c
    counted = select(func.count()).select_from(t.sub_accounts)
    if systems:
        here = and_(a.organization == s.organization, a.id == s.account)
        counted = select(func.count()).select_from(t.sub_accounts.join(t.accounts, here))
        counted = counted.where(a.system.in_(sorted(systems)))
    if states:
        counted = counted.where(s.state.in_(sorted(state.value for state in states)))
    if kinds:
        counted = counted.where(s.kind.in_(sorted(kind.value for kind in kinds)))
    return int(connection.scalar(counted.where(s.organization == organization.value)) or 0)


def request(connection: Connection, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
    """Answer R22."""
    row = connection.execute(_REQUEST, {"tenant": organization.value, "request": id}).one_or_none()
    if row is None:
        return None
    return RequestRecord(
        organization=organization,
        id=id,
        command=row.command,
        fingerprint=row.fingerprint,
        receipt=str(row.receipt),
        at=row.at,
    )
