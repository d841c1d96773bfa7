"""What SQL repositories keep in columns beside a record's body, and how bodies come back. Which statements write and read
them, and in what types, is each repository's own business.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, assert_never

from attrs import frozen

from ..domain.account import Account
from ..domain.audit import AuditChain
from ..domain.catalog import CatalogEntry
from ..domain.credential import Credential, Stranger
from ..domain.decision import Record
from ..domain.events import By, Event, Happening
from ..domain.group import Group
from ..domain.ids import AccountId, OrganizationId, SubAccountId
from ..domain.membership import Membership
from ..domain.organization import Organization
from ..domain.participation import Participation
from ..domain.queries import search_text
from ..domain.resource import Resource
from ..domain.sign_up import SignUp
from ..domain.sub_account import SubAccount
from ..wire import store_dumps, store_loads
from ._seen import columns_of_seen

R = TypeVar("R")


def columns_of(record: Record, /) -> dict[str, Any]:
    """Return what of a record is asked for, by column; key, version and body apart. Times are aware and in UTC."""
    match record:
        case Credential():
            return {}
        case SubAccount():
            return {
                "account": record.account.value,
                "login": record.login.text,
                "login_key": record.login.key,
                "state": record.state.value,
                "kind": record.profile.kind.value,
                "search": search_text(record),
                "created_at": record.created_at,
                "claimed_at": record.claimed_at,
            }
        case Stranger():
            return {"last_at": record.last_at}
        case SignUp():
            return {"account": record.account.value, "expires_at": record.expires_at}
        case Account():
            return {
                "system": record.host.system,
                "host_id": record.host.id,
                "name": record.name,
                "state": record.state.value,
                "opened_at": record.opened_at,
            }
        case CatalogEntry():
            parent = record.parent.value if record.parent else None
            return {"name": record.name, "parent": parent, "retired_at": record.retired_at}
        case Organization():
            return {"name": record.name, "created_at": record.created_at}
        case Group() | Membership() | Resource() | Participation():
            return columns_of_seen(record)
        case AuditChain():
            return {"position": record.position}
        case _:
            assert_never(record)


@frozen(kw_only=True)
class EventBody:
    """Hold what of an event is not in columns: thousands are written for every one that is read."""

    by: By
    happening: Happening
    salt: str


def event_columns(event: Event, /) -> dict[str, Any]:
    """Return an event by column, its organization first and its body last."""
    return {
        "organization": event.organization.value,
        "id": event.id,
        "at": event.at,
        "happening": type(event.happening).__name__,
        "account": event.account and event.account.value,
        "sub_account": event.sub_account and event.sub_account.value,
        "body": store_dumps(EventBody(by=event.by, happening=event.happening, salt=event.salt)),
    }


def event_of(
    organization: OrganizationId,
    row: tuple[str, datetime, str | None, str | None, str],
    /,
) -> Event:
    """Return the event of an organization's row: its id, time, account, person and body."""
    id, at, account, sub_account, text = row  # noqa: A001 - the id of a record
    body = store_loads(EventBody, text)
    return Event(
        id=id,
        organization=organization,
        at=at,
        by=body.by,
        account=AccountId(organization=organization, value=account) if account is not None else None,
        sub_account=SubAccountId(organization=organization, value=sub_account) if sub_account is not None else None,
        happening=body.happening,
        salt=body.salt,
    )


def body_of(of: type[R], body: str | None, /) -> R | None:
    """Return the record of a body, or None where an outer join found nothing."""
    return None if body is None else store_loads(of, body)


@lru_cache(maxsize=256)
def organization_of(body: str, /) -> Organization:
    """Return the organization of a body. Every sign-in reads it and almost none finds it changed; equal texts, equal
    values."""
    return store_loads(Organization, body)


@lru_cache(maxsize=1024)
def account_of(body: str, /) -> Account:
    """Return the account of a body; remembered as `organization_of` does."""
    return store_loads(Account, body)
