"""The audit trail: how events come in, are sealed and are read. What an event's row holds is `tables`.

Events lie in two tables. A commit appends to `fresh_events`, which has no index but its key: one page is written,
whoever the event is about. Sealing moves them, hundreds at a time, into `sealed_events`, where they are found by
account, person and position. A page reads both; what waits for its seal is looked through, and that is little where
`SealAudit` runs. The view `events` shows both to people.
"""

# ruff: noqa: S608 - statements are put together from constants of this room; every value is bound

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from ...domain.audit import AuditChain, Seal
from ...domain.events import Event, SealedEvent
from ...domain.ids import ChainId, OrganizationId
from ...domain.queries import EventQuery
from ...errors import Stale
from ...wire import store_loads
from .tables import event_of, event_row, key_of

_COLUMNS: Final = "id, at, account, sub_account, body"
_ROW: Final = "organization, id, at, happening, account, sub_account, body"
_ADD: Final = (
    f"INSERT INTO fresh_events ({_ROW}) SELECT ?, ?, ?, ?, ?, ?, ?"
    " WHERE NOT EXISTS (SELECT 1 FROM sealed_events WHERE organization = ? AND id = ?) ON CONFLICT DO NOTHING"
)
_SEAL: Final = (
    f"INSERT INTO sealed_events ({_ROW}, position, digest) SELECT {_ROW}, ?, ? FROM fresh_events"
    " WHERE organization = ? AND id = ? ON CONFLICT DO NOTHING"
)
_SEALED: Final = "DELETE FROM fresh_events WHERE organization = ? AND id = ?"
_UNSEALED: Final = f"SELECT {_COLUMNS} FROM fresh_events WHERE organization = ? ORDER BY id LIMIT ?"
_AFTER: Final = (
    f"SELECT position, digest, {_COLUMNS} FROM sealed_events WHERE organization = ? AND position > ?"
    " ORDER BY position LIMIT ?"
)
_CHAIN: Final = "SELECT body FROM chains WHERE organization = ? AND id = ?"


def add(connection: sqlite3.Connection, events: Sequence[Event], /) -> None:
    """Append events as C8 says."""
    rows = [(*event_row(event), event.organization.value, event.id) for event in events]
    if connection.executemany(_ADD, rows).rowcount != len(rows):
        raise Stale


def seal(connection: sqlite3.Connection, tenant: str, seals: Sequence[Seal], /) -> None:
    """Seal events as C9 says."""
    rows = [(each.position, each.digest, tenant, each.event) for each in seals]
    if connection.executemany(_SEAL, rows).rowcount != len(rows):
        raise Stale
    connection.executemany(_SEALED, [(tenant, each.event) for each in seals])


def events_page(connection: sqlite3.Connection, query: EventQuery, /) -> tuple[Event, ...]:
    """Answer R18."""
    values: list[Any] = [query.organization.value]
    for id in (query.account, query.sub_account):  # noqa: A001 - the id of a record
        if id is not None:
            if id.organization != query.organization:
                return ()
            values.append(id.value)
    values.append(query.after or "")
    statement = page_statement(account=query.account is not None, sub_account=query.sub_account is not None)
    rows = connection.execute(statement, [*values, *values, max(0, query.limit)]).fetchall()
    return tuple(event_of(query.organization, row) for row in rows)


@cache
def page_statement(*, account: bool, sub_account: bool) -> str:
    """Return the statement of a page; it takes organization, account, person and the last id, twice, and the limit.

    The plus before `account` keeps the planner from an account's index where a person's finds fewer rows.
    """
    where = ["organization = ?"]
    if account:
        where.append("+account = ?" if sub_account else "account = ?")
    if sub_account:
        where.append("sub_account = ?")
    both = [
        f"SELECT {_COLUMNS} FROM {table} WHERE {' AND '.join(where)} AND id > ?"
        for table in ("fresh_events", "sealed_events")
    ]
    return f"{both[0]} UNION ALL {both[1]} ORDER BY id LIMIT ?"


def unsealed_events(
    connection: sqlite3.Connection, organization: OrganizationId, /, *, limit: int
) -> tuple[Event, ...]:
    """Answer R19."""
    rows = connection.execute(_UNSEALED, (organization.value, max(0, limit))).fetchall()
    return tuple(event_of(organization, row) for row in rows)


def events_after(
    connection: sqlite3.Connection, organization: OrganizationId, /, *, position: int, limit: int
) -> tuple[SealedEvent, ...]:
    """Answer R20."""
    rows = connection.execute(_AFTER, (organization.value, position, max(0, limit))).fetchall()
    return tuple(
        SealedEvent(position=place, digest=digest, event=event_of(organization, tuple(row)))
        for place, digest, *row in rows
    )


def chain(connection: sqlite3.Connection, organization: OrganizationId, /) -> AuditChain | None:
    """Answer R21."""
    row = connection.execute(_CHAIN, key_of(ChainId(organization=organization))).fetchone()
    return store_loads(AuditChain, row[0]) if row else None
