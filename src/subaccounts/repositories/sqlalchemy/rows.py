"""How a record becomes a row and comes back: which table, which columns. What the tables look like is `tables`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar, assert_never

from attrs import frozen
from sqlalchemy import Table

from ...domain.account import Account
from ...domain.audit import AuditChain
from ...domain.catalog import CatalogEntry
from ...domain.credential import Credential, Stranger
from ...domain.decision import Record, RequestRecord
from ...domain.events import By, Event, Happening
from ...domain.ids import (
    AccountId,
    AnyRecordId,
    ChainId,
    CredentialId,
    DepartmentId,
    JobProfileId,
    OrganizationId,
    PermissionTypeId,
    StrangerId,
    SubAccountId,
)
from ...domain.key import Key
from ...domain.organization import Organization
from ...domain.queries import search_text
from ...domain.sub_account import SubAccount
from ...domain.task import Task
from ...errors import InvalidValue
from ...wire import store_dumps, store_loads
from . import tables

R = TypeVar("R")
Row = dict[str, Any]

TABLES: Final[Mapping[str, Table]] = {
    OrganizationId.kind: tables.organizations,
    DepartmentId.kind: tables.catalog,
    JobProfileId.kind: tables.catalog,
    PermissionTypeId.kind: tables.catalog,
    AccountId.kind: tables.accounts,
    SubAccountId.kind: tables.sub_accounts,
    CredentialId.kind: tables.credentials,
    StrangerId.kind: tables.strangers,
    ChainId.kind: tables.chains,
}
"""By kind of id, each after those it refers to: in this order records are put, so that a foreign key finds its row."""
ORDER: Final = {kind: place for place, kind in enumerate(TABLES)}
KEYED: Final = frozenset({tables.catalog, tables.accounts, tables.sub_accounts})
"""The tables whose records hold unique keys."""

_IDS: Final[Mapping[str, Callable[..., AnyRecordId]]] = {
    of.kind: of
    for of in (
        AccountId,
        SubAccountId,
        CredentialId,
        StrangerId,
        DepartmentId,
        JobProfileId,
        PermissionTypeId,
        ChainId,
    )
}


def key_of(id: AnyRecordId, /) -> Row:  # noqa: A002 - positional
    """Return the columns of a record's primary key."""
    kind = id.kind
    if kind == OrganizationId.kind:
        return {"organization": id.value}
    key = {"organization": id.organization.value, "id": id.value}
    return {**key, "kind": kind} if TABLES[kind] is tables.catalog else key


def record_id(kind: str, organization: OrganizationId, value: str, /) -> AnyRecordId:
    """Return the id that a row names; raise `InvalidValue` for a kind that nobody wrote."""
    if kind == OrganizationId.kind:
        return organization
    if kind not in _IDS:
        raise InvalidValue(field="kind", problem="syntax")
    return _IDS[kind](organization=organization, value=value)


def row_of(record: Record, /) -> Row:
    """Return all columns of a record as it is stored next."""
    version = record.version + 1
    body = store_dumps(record, version=version)
    return {**key_of(record.id), **_columns(record), "version": version, "body": body}


def _columns(record: Record) -> Row:
    match record:
        case Credential():
            return {}
        case SubAccount():
            return {
                "account": record.account.value,
                "login": record.login.text,
                "login_key": record.login.key,
                "state": record.state.value,
                # A catalog's row has its `kind` from its id; a person's is whether it is an employee.
                "kind": record.profile.kind.value,
                "search": search_text(record),
                "created_at": record.created_at,
                "claimed_at": record.claimed_at,
            }
        case Stranger():
            return {"last_at": record.last_at}
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
        case AuditChain():
            return {"position": record.position}
        case _:
            assert_never(record)


@frozen(kw_only=True)
class EventBody:
    """Hold what of an event is not in columns."""

    by: By
    happening: Happening
    salt: str


def event_row(event: Event, /) -> Row:
    """Return the columns of an event that is not sealed yet."""
    return {
        "organization": event.organization.value,
        "id": event.id,
        "at": event.at,
        "happening": type(event.happening).__name__,
        "account": event.account and event.account.value,
        "sub_account": event.sub_account and event.sub_account.value,
        "body": store_dumps(EventBody(by=event.by, happening=event.happening, salt=event.salt)),
    }


def event_of(organization: OrganizationId, row: Any, /) -> Event:
    """Return the event of a row with `id`, `at`, `account`, `sub_account` and `body`."""
    body = store_loads(EventBody, row.body)
    return Event(
        id=row.id,
        organization=organization,
        at=row.at,
        by=body.by,
        account=AccountId(organization=organization, value=row.account) if row.account is not None else None,
        sub_account=(
            SubAccountId(organization=organization, value=row.sub_account) if row.sub_account is not None else None
        ),
        happening=body.happening,
        salt=body.salt,
    )


def request_row(request: RequestRecord, /) -> Row:
    """Return the columns of what a request was answered."""
    return {
        "organization": request.organization.value,
        "id": request.id,
        "command": request.command,
        "fingerprint": request.fingerprint,
        "receipt": request.receipt,
        "at": request.at,
    }


def task_row(task: Task, /) -> Row:
    """Return the columns of a task that nobody has leased yet."""
    return {
        "organization": task.organization.value,
        "id": task.id,
        "queue": task.queue,
        "due_at": task.due,
        "fence": 0,
        "body": task.body,
    }


def key_value(key: Key, /) -> str:
    """Return a key's value as its column holds it: a long one as its beginning and a digest of all of it."""
    if len(key.value) <= tables.LONGEST_KEY:
        return key.value
    digest = hashlib.sha256(key.value.encode()).hexdigest()
    return f"{key.value[: tables.LONGEST_KEY - 65]}\x1f{digest}"


def departments_of(person: SubAccount, /) -> list[Row]:
    """Return the rows that say in which departments a person is."""
    id = person.id  # noqa: A001 - the id of a record
    return [
        {"organization": id.organization.value, "sub_account": id.value, "department": each.value}
        for each in person.profile.departments
    ]


def body_of(of: type[R], body: str | None, /) -> R | None:
    """Return the record of a body, or None where an outer join found nothing."""
    return None if body is None else store_loads(of, body)


@lru_cache(maxsize=256)
def organization_of(body: str, /) -> Organization:
    """Return the organization of a body. Every sign-in reads it and almost none finds it changed."""
    return store_loads(Organization, body)


@lru_cache(maxsize=1024)
def account_of(body: str, /) -> Account:
    """Return the account of a body; remembered as `organization_of` does."""
    return store_loads(Account, body)
