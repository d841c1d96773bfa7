"""How a record becomes a row: which table, which columns, which statements. What the tables look like is `schema`."""

# ruff: noqa: S608 - statements are put together from constants of this room; every value is bound

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from attrs import field, frozen

from ...domain.decision import Record
from ...domain.events import Event
from ...domain.group import Group
from ...domain.ids import (
    AccountId,
    AnyRecordId,
    ChainId,
    CredentialId,
    DepartmentId,
    GroupId,
    JobProfileId,
    MembershipId,
    OrganizationId,
    ParticipationId,
    PermissionTypeId,
    ResourceId,
    SignUpId,
    StrangerId,
    SubAccountId,
)
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from ...errors import InvalidValue
from ...wire import read_time, store_dumps, time_text
from .. import _stored
from .._seen import PARTS, parts_of

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
    GroupId.kind: Table(name="groups", keys=_BY_ID, columns=("name", "allows_external", "retired_at"), has_keys=True),
    MembershipId.kind: Table(
        name="memberships",
        keys=_BY_ID,
        columns=("group_id", "person", "state", "begins_at", "ends_at"),
        has_keys=True,
    ),
    ResourceId.kind: Table(
        name="resources",
        keys=_BY_ID,
        columns=("type", "name_key", "application", "hidden", "rostered", "named", "removed_at"),
    ),
    ParticipationId.kind: Table(name="participations", keys=_BY_ID, columns=("resource", "person"), has_keys=True),
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


@frozen(kw_only=True)
class Members:
    """Hold the statements for what a record has many of: written anew with each put of the record, gone with it."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Any], list[Row]]
    insert: str = field(init=False)
    delete: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        everything = ("organization", *self.columns)
        marks = ", ".join("?" * len(everything))
        put = object.__setattr__  # as in `Table`
        put(self, "insert", f"INSERT INTO {self.name} ({', '.join(everything)}) VALUES ({marks})")
        put(self, "delete", f"DELETE FROM {self.name} WHERE organization = ? AND {self.columns[0]} = ?")


def _departments_of(person: SubAccount) -> list[Row]:
    tenant, id = person.id.organization.value, person.id.value  # noqa: A001 - the id of a record
    return [(tenant, id, each.value) for each in person.profile.departments]


def _traits_of(person: SubAccount) -> list[Row]:
    tenant, id, profile = person.id.organization.value, person.id.value, person.profile  # noqa: A001 - the id of a record
    traits = profile.permission_types | ({profile.job_profile} if profile.job_profile else set())
    return [(tenant, id, each.kind, each.value) for each in traits]


def _applications_of(group: Group) -> list[Row]:
    tenant, id = group.id.organization.value, group.id.value  # noqa: A001 - the id of a record
    return [(tenant, id, each.value) for each in group.applications]


def _audience_of(resource: Resource) -> list[Row]:
    """Return a row for each thing an audience names. Those of the first part that names something are its doors: whoever sees the
    resource comes in by one of them. The door of a resource that names nobody is `UNNAMED`; what was removed has none.
    """
    if resource.removed_at is not None:
        return []
    of, held = resource.id, _stored.columns_of(resource)
    copied = tuple([held[column] for column in _COPIED])
    rows: list[Row] = []
    door = True
    for part, named in zip(PARTS, parts_of(resource.audience), strict=True):
        rows += [(of.organization.value, of.value, part, each.value, door, *copied) for each in named]
        door = door and not named
    return rows or [(of.organization.value, of.value, UNNAMED, UNNAMED, door, *copied)]


_COPIED: Final = ("type", "name_key", "named", "hidden", "application")
"""Columns of a resource that stand in its audience's rows too: what lies behind a door is sorted and judged without looking at
the resources.
"""
UNNAMED: Final = ""
"""Part and value of the one row of an audience that names nobody."""
MEMBERS: Final[Mapping[str, tuple[Members, ...]]] = {
    SubAccountId.kind: (
        Members(name="sub_account_departments", columns=("sub_account", "department"), rows=_departments_of),
        Members(name="sub_account_traits", columns=("sub_account", "part", "value"), rows=_traits_of),
    ),
    GroupId.kind: (Members(name="group_applications", columns=("group_id", "application"), rows=_applications_of),),
    ResourceId.kind: (
        Members(name="audiences", columns=("resource", "part", "value", "door", *_COPIED), rows=_audience_of),
    ),
}
"""By kind of the record's id."""
