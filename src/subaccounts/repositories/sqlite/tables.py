"""How a record becomes a row: which table, which columns, which statements. What the tables look like is `schema`."""

# ruff: noqa: S608 - statements are put together from constants of this room; every value is bound

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from attrs import field, frozen

from ...domain.decision import Record
from ...domain.events import Event
from ...domain.ids import (
    AccountId,
    AnyRecordId,
    ChainId,
    CredentialId,
    DepartmentId,
    JobProfileId,
    OrganizationId,
    PermissionTypeId,
    SignUpId,
    StrangerId,
    SubAccountId,
)
from ...domain.sub_account import SubAccount
from ...errors import InvalidValue
from ...wire import read_time, store_dumps, time_text
from .. import _stored

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
    SignUpId.kind: Table(name="sign_ups", keys=_BY_ID, columns=("account", "expires_at")),
    ChainId.kind: Table(name="chains", keys=_BY_ID, columns=("position",)),
}
"""By kind of id. The columns are those of `columns_of`, in its order."""


def key_of(id: AnyRecordId, /) -> Row:  # noqa: A002 - positional
    """Return the values of a record's primary key."""
    kind = id.kind
    if kind == OrganizationId.kind:
        return (id.value,)
    if TABLES[kind] is _CATALOG:
        return (id.organization.value, kind, id.value)
    return (id.organization.value, id.value)


def time_of(text: str, /) -> datetime:
    """Return the time of a column; raise `InvalidValue` for a text that is none, as a damaged body does."""
    try:
        return read_time(text)
    except (TypeError, ValueError):
        raise InvalidValue(field="at", problem="syntax") from None


def row_of(record: Record, /) -> Row:
    """Return columns, next version and body of a record, in the order of its table's statements."""
    version = record.version + 1
    return (*_as_stored(_stored.columns_of(record)), version, store_dumps(record, version=version))


def _as_stored(columns: Mapping[str, Any]) -> Row:
    return tuple(time_text(held) if isinstance(held, datetime) else held for held in columns.values())


def event_row(event: Event, /) -> Row:
    """Return the values of an event's columns, in the order the trail writes them."""
    return _as_stored(_stored.event_columns(event))


def event_of(organization: OrganizationId, row: Row, /) -> Event:
    """Return the event of the columns the trail reads."""
    id, at, account, sub_account, body = row  # noqa: A001 - the id of a record
    return _stored.event_of(organization, (id, time_of(at), account, sub_account, body))


def departments_of(person: SubAccount, /) -> list[tuple[str, str, str]]:
    """Return the rows that say in which departments a person is."""
    id = person.id  # noqa: A001 - the id of a record
    return [(id.organization.value, each.value, id.value) for each in person.profile.departments]
