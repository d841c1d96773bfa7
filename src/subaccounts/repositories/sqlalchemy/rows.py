"""How a record becomes a row and comes back: which table, which columns. What the tables look like is `tables`, which rows
belong to a record besides is `belongings`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, TypeVar

from sqlalchemy import Table

from ...domain.decision import Record, RequestRecord
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
from ...domain.key import Key
from ...domain.task import Task
from ...wire import store_dumps
from .._stored import columns_of
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
    SignUpId.kind: tables.sign_ups,
    StrangerId.kind: tables.strangers,
    GroupId.kind: tables.groups,
    MembershipId.kind: tables.memberships,
    ResourceId.kind: tables.resources,
    ParticipationId.kind: tables.participations,
    ChainId.kind: tables.chains,
}
"""By kind of id, each after those it refers to: in this order records are put, so that a foreign key finds its row."""
ORDER: Final = {kind: place for place, kind in enumerate(TABLES)}
KEYED: Final = frozenset(
    {
        tables.catalog,
        tables.accounts,
        tables.sub_accounts,
        tables.groups,
        tables.memberships,
        tables.participations,
    }
)
"""The tables whose records hold unique keys."""


def key_of(id: AnyRecordId, /) -> Row:  # noqa: A002 - positional
    """Return the columns of a record's primary key."""
    kind = id.kind
    if kind == OrganizationId.kind:
        return {"organization": id.value}
    key = {"organization": id.organization.value, "id": id.value}
    return {**key, "kind": kind} if TABLES[kind] is tables.catalog else key


def row_of(record: Record, /) -> Row:
    """Return all columns of a record as it is stored next."""
    version = record.version + 1
    body = store_dumps(record, version=version)
    return {**key_of(record.id), **columns_of(record), "version": version, "body": body}


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
    """Return a key's value as its column holds it: a long one as its beginning and a digest of all of it.

    What has a digest has 500 characters or more bytes than anything that is kept as it is, so that no two are confused.
    """
    value = key.value
    if len(value) * 4 <= tables.MOST_KEY_BYTES:
        return value
    encoded = value.encode()
    if len(value) < tables.LONGEST_KEY and len(encoded) <= tables.MOST_KEY_BYTES:
        return value
    return f"{value[: tables.LONGEST_KEY - 65]}\x1f{hashlib.sha256(encoded).hexdigest()}"
