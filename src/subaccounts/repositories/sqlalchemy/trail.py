"""The audit trail: how events come in, are sealed and are read. An event has no position until it is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from ...domain.audit import AuditChain, Seal
from ...domain.events import Event, SealedEvent
from ...domain.ids import ChainId, OrganizationId
from ...domain.queries import EventQuery
from ...errors import Stale
from ...wire import store_loads
from .._stored import event_columns, event_of
from . import tables as t
from .dialects import insert_new
from .types import MYSQL

_EVENT = (t.events.c.id, t.events.c.at, t.events.c.account, t.events.c.sub_account, t.events.c.body)
_BY_POSITION = f"{t.events.name}_organization_position_key"
_SEAL = (
    update(t.events)
    .where(
        t.events.c.organization == bindparam("tenant"),
        t.events.c.id == bindparam("event"),
        t.events.c.position.is_(None),
    )
    .values(position=bindparam("place"), digest=bindparam("sum"))
)
_AFTER = (
    select(t.events.c.position, t.events.c.digest, *_EVENT)
    .where(t.events.c.organization == bindparam("tenant"), t.events.c.position > bindparam("known"))
    .order_by(t.events.c.position)
    .limit(bindparam("limit"))
)
_CHAIN = select(t.chains.c.body).where(t.chains.c.organization == bindparam("tenant"), t.chains.c.id == bindparam("id"))


def add(connection: Connection, events: Sequence[Event], /) -> None:
    """Append events as C8 says."""
    insert_new(connection, t.events, [event_columns(event) for event in events])


def seal(connection: Connection, tenant: OrganizationId, seals: Sequence[Seal], /) -> None:
    """Seal events as C9 says. A position is looked for first: a broken unique key would end the host's transaction."""
    e = t.events.c
    places = [each.position for each in seals]
    taken = select(e.id).where(e.organization == tenant.value, e.position.in_(places)).limit(1)
    if len(set(places)) < len(places) or connection.execute(taken).first() is not None:
        raise Stale
    for each in seals:
        given = {"tenant": tenant.value, "event": each.event, "place": each.position, "sum": each.digest}
        if connection.execute(_SEAL, given).rowcount != 1:
            raise Stale


def events_page(connection: Connection, query: EventQuery, /) -> tuple[Event, ...]:
    """Answer R18."""
    e = t.events.c
    where = [e.organization == query.organization.value]
    for column, id in ((e.account, query.account), (e.sub_account, query.sub_account)):  # noqa: A001 - the id of a record
        if id is not None:
            if id.organization != query.organization:
                return ()
            where.append(column == id.value)
    if query.after is not None:
        where.append(e.id > query.after)
    rows = connection.execute(select(*_EVENT).where(*where).order_by(e.id).limit(max(0, query.limit)))
    return tuple(_event(query.organization, row) for row in rows)


def unsealed_events(connection: Connection, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
    """Answer R19."""
    rows = connection.execute(_loose(), {"tenant": organization.value, "limit": max(0, limit)})
    return tuple(_event(organization, row) for row in rows)


@cache
def _loose() -> Select[Any]:
    e = t.events.c
    loose = select(*_EVENT).where(e.organization == bindparam("tenant"), e.position.is_(None))
    for name in MYSQL:  # it would read all events in the order of their ids, where few have no position
        loose = loose.with_hint(t.events, f"FORCE INDEX ({_BY_POSITION})", name)
    return loose.order_by(e.id).limit(bindparam("limit"))


def events_after(
    connection: Connection, organization: OrganizationId, /, *, position: int, limit: int
) -> tuple[SealedEvent, ...]:
    """Answer R20."""
    rows = connection.execute(_AFTER, {"tenant": organization.value, "known": position, "limit": max(0, limit)})
    return tuple(SealedEvent(position=row.position, digest=row.digest, event=_event(organization, row)) for row in rows)


def chain(connection: Connection, organization: OrganizationId, /) -> AuditChain | None:
    """Answer R21."""
    body = connection.scalar(_CHAIN, {"tenant": organization.value, "id": ChainId(organization=organization).value})
    return None if body is None else store_loads(AuditChain, body)


def _event(organization: OrganizationId, row: Any) -> Event:
    return event_of(organization, (row.id, row.at, row.account, row.sub_account, row.body))
