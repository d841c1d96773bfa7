"""How a record becomes a row: which table, which columns, which statements. What the tables look like is `schema`."""

# ruff: noqa: S608 - statements are put together from constants of this room; every value is bound

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar, assert_never

from attrs import field, frozen

from ...domain.account import Account
from ...domain.audit import AuditChain
from ...domain.catalog import CatalogEntry
from ...domain.credential import Credential, Stranger
from ...domain.decision import Record
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
from ...domain.organization import Organization
from ...domain.queries import search_text
from ...domain.sub_account import SubAccount
from ...errors import InvalidValue
from ...wire import read_time, store_dumps, store_loads, time_text

R = TypeVar("R")
Row = tuple[Any, ...]


@frozen(kw_only=True)
class Table:
    """Hold the statements for one kind of record; `has_keys` says whether such records hold unique keys at all."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    has_keys: bool = False
    insert: str = field(init=False)
    update: str = field(init=False)
    delete: str = field(init=False)
    version: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        where = " AND ".join(f"{key} = ?" for key in self.keys)
        columns = (*self.columns, "version", "body")
        everything = (*columns, *self.keys)
        marks = ", ".join("?" * len(everything))
        put = object.__setattr__  # how attrs itself fills a frozen value
        put(
            self, "insert", f"INSERT INTO {self.name} ({', '.join(everything)}) VALUES ({marks}) ON CONFLICT DO NOTHING"
        )
        changes = ", ".join(f"{column} = ?" for column in columns)
        put(self, "update", f"UPDATE {self.name} SET {changes} WHERE {where} AND version = ?")
        put(self, "delete", f"DELETE FROM {self.name} WHERE {where} AND version = ?")
        put(self, "version", f"SELECT version FROM {self.name} WHERE {where}")


_BY_ID: Final = ("organization", "id")
_CATALOG: Final = Table(
    name="catalog", keys=("organization", "kind", "id"), columns=("name", "parent", "retired_at"), has_keys=True
)
TABLES: Final[Mapping[str, Table]] = {
    OrganizationId.kind: Table(name="organizations", keys=("organization",), columns=("name", "created_at")),
    DepartmentId.kind: _CATALOG,
    JobProfileId.kind: _CATALOG,
    PermissionTypeId.kind: _CATALOG,
    AccountId.kind: Table(
        name="accounts", keys=_BY_ID, columns=("system", "host_id", "name", "state", "opened_at"), has_keys=True
    ),
    SubAccountId.kind: Table(
        name="sub_accounts",
        keys=_BY_ID,
        columns=("account", "login", "login_key", "state", "kind", "search", "created_at", "claimed_at"),
        has_keys=True,
    ),
    CredentialId.kind: Table(name="credentials", keys=_BY_ID, columns=()),
    StrangerId.kind: Table(name="strangers", keys=_BY_ID, columns=("last_at",)),
    ChainId.kind: Table(name="chains", keys=_BY_ID, columns=("position",)),
}
"""By kind of id. What the columns hold is `_columns`."""

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
    """Return the values of a record's primary key."""
    kind = id.kind
    if kind == OrganizationId.kind:
        return (id.value,)
    if TABLES[kind] is _CATALOG:
        return (id.organization.value, kind, id.value)
    return (id.organization.value, id.value)


def record_id(kind: str, organization: OrganizationId, value: str, /) -> AnyRecordId:
    """Return the id that a row names; raise `InvalidValue` for a kind that nobody wrote."""
    if kind == OrganizationId.kind:
        return organization
    if kind not in _IDS:
        raise InvalidValue(field="kind", problem="syntax")
    return _IDS[kind](organization=organization, value=value)


def time_of(text: str, /) -> datetime:
    """Return the time of a column; raise `InvalidValue` for a text that is none, as a damaged body does."""
    try:
        return read_time(text)
    except (TypeError, ValueError):
        raise InvalidValue(field="at", problem="syntax") from None


def row_of(record: Record, /) -> Row:
    """Return columns, next version and body of a record, in the order of its table's statements."""
    version = record.version + 1
    return (*_columns(record), version, store_dumps(record, version=version))


def _columns(record: Record) -> Row:
    match record:
        case Credential():
            return ()
        case SubAccount():
            return (
                record.account.value,
                record.login.text,
                record.login.key,
                record.state.value,
                record.profile.kind.value,
                search_text(record),
                time_text(record.created_at),
                record.claimed_at and time_text(record.claimed_at),
            )
        case Stranger():
            return (time_text(record.last_at),)
        case Account():
            host = record.host
            return (host.system, host.id, record.name, record.state.value, time_text(record.opened_at))
        case CatalogEntry():
            parent = record.parent.value if record.parent else None
            return (record.name, parent, record.retired_at and time_text(record.retired_at))
        case Organization():
            return (record.name, time_text(record.created_at))
        case AuditChain():
            return (record.position,)
        case _:
            assert_never(record)


@frozen(kw_only=True)
class EventBody:
    """Hold what of an event is not in columns: thousands are written for every one that is read."""

    by: By
    happening: Happening
    salt: str


def event_row(event: Event, /) -> Row:
    """Return the values of an event's columns, in the order the trail writes them."""
    return (
        event.organization.value,
        event.id,
        time_text(event.at),
        type(event.happening).__name__,
        event.account and event.account.value,
        event.sub_account and event.sub_account.value,
        store_dumps(EventBody(by=event.by, happening=event.happening, salt=event.salt)),
    )


def event_of(organization: OrganizationId, row: Row, /) -> Event:
    """Return the event of the columns the trail reads."""
    id, at, account, sub_account, text = row  # noqa: A001 - the id of a record
    body = store_loads(EventBody, text)
    return Event(
        id=id,
        organization=organization,
        at=time_of(at),
        by=body.by,
        account=AccountId(organization=organization, value=account) if account is not None else None,
        sub_account=SubAccountId(organization=organization, value=sub_account) if sub_account is not None else None,
        happening=body.happening,
        salt=body.salt,
    )


def departments_of(person: SubAccount, /) -> list[tuple[str, str, str]]:
    """Return the rows that say in which departments a person is."""
    id = person.id  # noqa: A001 - the id of a record
    return [(id.organization.value, each.value, id.value) for each in person.profile.departments]


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
