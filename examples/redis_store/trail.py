"""The plans of the audit trail and the feed, and where an event stands in the index."""

from __future__ import annotations

from typing import Final

from subaccounts.domain.audit import AuditChain
from subaccounts.domain.decision import RequestRecord
from subaccounts.domain.events import Event, SealedEvent
from subaccounts.domain.ids import ChainId, OrganizationId
from subaccounts.domain.queries import EventQuery
from subaccounts.wire import store_loads

from . import scripts
from .names import Keyspace, behind, first, last, name
from .plans import Plan, ask

_DIGITS: Final = 20


def at_position(position: int, /) -> str:
    """Return a position as a text that sorts as the number does."""
    if not 0 <= position < 10**_DIGITS:
        raise OverflowError
    return f"{position:0{_DIGITS}d}"


def places(event: Event, /) -> list[tuple[str, ...]]:
    """Return where an event stands: once for each way to ask for it, so that every page is one range."""
    if "\0" in event.id:  # it ends every place, and is cut off there again
        raise OverflowError
    account, person = event.account, event.sub_account
    found: list[tuple[str, ...]] = [("event", event.id), ("unsealed", event.id)]
    if account:
        found.append(("event of account", account.value, event.id))
    if person:
        found.append(("event of person", person.value, event.id))
    if account and person:
        found.append(("event of both", account.value, person.value, event.id))
    return found


def events_page(space: Keyspace, query: EventQuery, /) -> Plan[tuple[Event, ...]]:
    """Answer R18."""
    asked = [each for each in (query.account, query.sub_account) if each is not None]
    if any(each.organization != query.organization for each in asked):
        return ()
    match query:
        case EventQuery(account=None, sub_account=None):
            kind = "event"
        case EventQuery(sub_account=None):
            kind = "event of account"
        case EventQuery(account=None):
            kind = "event of person"
        case _:
            kind = "event of both"
    where = (kind, *(each.value for each in asked))
    begin = first(*where) if query.after is None else behind(*where, query.after)
    return (yield from _events(space, query.organization, begin, last(*where), limit=query.limit))


def unsealed_events(space: Keyspace, organization: OrganizationId, /, *, limit: int) -> Plan[tuple[Event, ...]]:
    """Answer R19."""
    return (yield from _events(space, organization, first("unsealed"), last("unsealed"), limit=limit))


def events_after(
    space: Keyspace, organization: OrganizationId, /, *, position: int, limit: int
) -> Plan[tuple[SealedEvent, ...]]:
    """Answer R20."""
    begin = first("sealed") if position < 0 else behind("sealed", at_position(position))
    answer = yield from scripts.FEED.run(space.keys(organization), begin, last("sealed"), max(0, limit))
    return tuple(
        SealedEvent(position=int(place), digest=digest, event=store_loads(Event, body))
        for place, digest, body in answer
    )


def chain(space: Keyspace, organization: OrganizationId, /) -> Plan[AuditChain | None]:
    """Answer R21."""
    field = name(ChainId(organization=organization))
    (body,) = yield from ask(("HGET", space.key(organization, "records"), field))
    return None if body is None else store_loads(AuditChain, body)


def request(space: Keyspace, organization: OrganizationId, id: str, /) -> Plan[RequestRecord | None]:  # noqa: A002 - positional
    """Answer R22."""
    (body,) = yield from ask(("HGET", space.key(organization, "requests"), id))
    return None if body is None else store_loads(RequestRecord, body)


def _events(
    space: Keyspace, organization: OrganizationId, begin: str, end: str, /, *, limit: int
) -> Plan[tuple[Event, ...]]:
    answer = yield from scripts.PAGE.run(space.keys(organization), "events", "", begin, end, max(0, limit))
    return tuple(store_loads(Event, body) for body in answer)
