"""Pages and counts of people, and what was answered to a request. Pages of events are `trail`.

A page begins after the last row of the one before and never counts what it skips.
"""

# ruff: noqa: S608 - statements are put together from constants of this room; every value is bound

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any, Final

from ...domain.decision import RequestRecord
from ...domain.fields import Kind
from ...domain.ids import OrganizationId
from ...domain.life import State
from ...domain.queries import PeopleQuery
from ...domain.sub_account import SubAccount
from ...wire import store_loads
from .tables import time_of

Values = list[Any]

_REQUEST: Final = "SELECT command, fingerprint, receipt, at FROM requests WHERE organization = ? AND id = ?"


def people_page(connection: sqlite3.Connection, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
    """Answer R9."""
    if query.account is not None and query.account.organization != query.organization:
        return ()
    statement, values = people_statement(query)
    return tuple(store_loads(SubAccount, body) for (body,) in connection.execute(statement, values).fetchall())


def people_statement(query: PeopleQuery, /) -> tuple[str, Values]:
    """Return the statement of a page and its values.

    The plus before `state` keeps the planner from the index by state: it would find fewer rows and then sort them all.
    """
    where, values = ["s.organization = ?"], [query.organization.value]
    if query.account is not None:
        where.append("s.account = ?")
        values.append(query.account.value)
    if query.after is not None:
        where.append("(s.login_key, s.id) > (?, ?)")
        values += [query.after.login_key, query.after.id]
    where.append(f"+s.state IN ({_marks(query.states)})")
    values += sorted(state.value for state in query.states)
    if query.departments is not None:
        mine = sorted(each.value for each in query.departments if each.organization == query.organization)
        where.append(
            "EXISTS (SELECT 1 FROM sub_account_departments d WHERE d.organization = s.organization"
            f" AND d.sub_account = s.id AND d.department IN ({_marks(mine)}))"
        )
        values += mine
    for word in query.words:
        where.append("instr(s.search, ?) > 0")
        values.append(f" {word}")
    statement = f"SELECT s.body FROM sub_accounts s WHERE {' AND '.join(where)} ORDER BY s.login_key, s.id LIMIT ?"
    return statement, [*values, max(0, query.limit)]


def people_count(
    connection: sqlite3.Connection,
    organization: OrganizationId,
    /,
    *,
    kinds: frozenset[Kind],
    systems: frozenset[str],
    states: frozenset[State],
) -> int:
    """Answer R10."""
    where, values = ["s.organization = ?"], [organization.value]
    for column, wanted in (
        ("s.state", sorted(state.value for state in states)),
        ("s.kind", sorted(kind.value for kind in kinds)),
        ("a.system", sorted(systems)),
    ):
        if wanted:
            where.append(f"{column} IN ({_marks(wanted)})")
            values += wanted
    accounts = "JOIN accounts a ON a.organization = s.organization AND a.id = s.account" if systems else ""
    statement = f"SELECT count(*) FROM sub_accounts s {accounts} WHERE {' AND '.join(where)}"
    return int(connection.execute(statement, values).fetchone()[0])


def request(
    connection: sqlite3.Connection,
    organization: OrganizationId,
    id: str,  # noqa: A002 - positional
    /,
) -> RequestRecord | None:
    """Answer R22."""
    row = connection.execute(_REQUEST, (organization.value, id)).fetchone()
    if row is None:
        return None
    command, fingerprint, receipt, at = row
    return RequestRecord(
        organization=organization,
        id=id,
        command=command,
        fingerprint=fingerprint,
        receipt=receipt,
        at=time_of(at),
    )


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))
