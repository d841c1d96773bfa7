"""Rows that belong to a record and are written anew with each put of it: what is asked for by one of many.

A person's departments, job profile and permission types; a group's applications; what a resource's audience names. They go
with their record (ON DELETE CASCADE), and hold nothing that its body does not say.

Of an audience the rows of the first part that names something are the resource's *doors*: nobody is in the audience who is
not met by that part, so that whoever looks for what it sees comes upon every resource behind a door of its own. A resource
that names nobody has one row that names nothing, which is its door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from attrs import frozen
from sqlalchemy import Column, Connection, Delete, Table, bindparam, delete

from ...domain.decision import Record
from ...domain.group import Group
from ...domain.ids import JobProfileId, PermissionTypeId
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from .._seen import PARTS, parts_of
from . import tables as t
from .dialects import insert_new

Row = dict[str, Any]
UNNAMED: Final = ""
"""The part and the value of the one row of a resource that names nobody."""


def write(connection: Connection, records: Sequence[Record], /) -> None:
    """Write what belongs to the records, after the records themselves; in one order, so that two batches seldom wait."""
    for each in _BELONGINGS:
        mine = [record for record in records if isinstance(record, each.of)]
        known = [
            {"tenant": record.id.organization.value, "owner": record.id.value} for record in mine if record.version
        ]
        if known:
            connection.execute(each.gone, known)
        new = [row for record in mine for row in each.rows(record)]
        if new:
            insert_new(connection, each.table, new)


def departments_of(person: SubAccount, /) -> list[Row]:
    """Return the rows that say in which departments a person is."""
    return [{**_of(person, "sub_account"), "department": each.value} for each in person.profile.departments]


def traits_of(person: SubAccount, /) -> list[Row]:
    """Return the rows that say which job profile and permission types a person has."""
    profile, row = person.profile, _of(person, "sub_account")
    job = [profile.job_profile] if profile.job_profile else []
    traits: list[JobProfileId | PermissionTypeId] = [*job, *profile.permission_types]
    return [{**row, "part": each.kind, "value": each.value} for each in traits]


def applications_of(group: Group, /) -> list[Row]:
    """Return the rows that say which applications a group opens."""
    return [{**_of(group, "group_id"), "application": each.value} for each in group.applications]


def audience_of(resource: Resource, /) -> list[Row]:
    """Return the rows that say what a resource's audience names, and which of them are its doors."""
    named = [(part, ids) for part, ids in zip(PARTS, parts_of(resource.audience), strict=True) if ids]
    said = [(part, each.value, part == named[0][0]) for part, ids in named for each in ids]
    row = {**_of(resource, "resource"), "type": resource.id.type, "name_key": resource.name_key}
    return [
        {**row, "part": part, "value": value, "door": door} for part, value, door in said or [(UNNAMED, UNNAMED, True)]
    ]


def _of(record: Record, owner: str) -> Row:
    return {"organization": record.id.organization.value, owner: record.id.value}


@frozen
class _Belonging:
    """Hold where rows of a kind of record are, how they go and what they are."""

    of: type[Record]
    table: Table
    gone: Delete
    rows: Callable[[Any], list[Row]]


def _belonging(of: type[Record], table: Table, owner: Column[Any], rows: Callable[[Any], list[Row]]) -> _Belonging:
    mine = delete(table).where(table.c.organization == bindparam("tenant"), owner == bindparam("owner"))
    return _Belonging(of, table, mine, rows)


_BELONGINGS: Final = (
    _belonging(SubAccount, t.sub_account_departments, t.sub_account_departments.c.sub_account, departments_of),
    _belonging(SubAccount, t.sub_account_traits, t.sub_account_traits.c.sub_account, traits_of),
    _belonging(Group, t.group_applications, t.group_applications.c.group_id, applications_of),
    _belonging(Resource, t.audiences, t.audiences.c.resource, audience_of),
)
