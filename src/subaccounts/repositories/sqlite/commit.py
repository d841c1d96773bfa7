"""One batch, one transaction. The order is the contract's: stale before taken before full (C11)."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from ...domain.decision import Batch, Count, Record, RequestRecord, Seen
from ...domain.key import Key
from ...domain.sub_account import SubAccount
from ...errors import Full, Stale, Taken
from ...wire import time_text
from .._batches import passes
from . import tables
from .tables import TABLES

_SEAL: Final = (
    "UPDATE OR IGNORE events SET position = ?, digest = ? WHERE organization = ? AND id = ? AND position IS NULL"
)
_COUNT: Final = (
    "INSERT INTO counters (organization, name, value) VALUES (?, ?, max(0, ? + ?))"
    " ON CONFLICT DO UPDATE SET value = max(0, value + ?) RETURNING value"
)
_REQUEST: Final = (
    "INSERT INTO requests (organization, id, command, fingerprint, receipt, at) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
_HELD: Final = "SELECT kind, holder FROM unique_keys WHERE organization = ? AND space = ? AND value = ?"
_FREE: Final = "DELETE FROM unique_keys WHERE organization = ? AND kind = ? AND holder = ?"
_HOLD: Final = "INSERT INTO unique_keys (organization, space, value, kind, holder) VALUES (?, ?, ?, ?, ?)"
_LEAVE: Final = "DELETE FROM sub_account_departments WHERE organization = ? AND sub_account = ?"
_JOIN: Final = "INSERT INTO sub_account_departments (organization, department, sub_account) VALUES (?, ?, ?)"


def write(connection: sqlite3.Connection, batch: Batch, /) -> None:
    """Write a batch inside a transaction that the caller began and ends.

    Raises `Stale`, `Taken`, `Full`, after any of which the caller rolls back.
    """
    tenant = batch.organization.value
    _guard(connection, batch.guards)
    for gone in batch.removes:
        _must_write(connection, TABLES[gone.id.kind].delete, (*tables.key_of(gone.id), gone.version))
    for record in batch.puts:
        _put(connection, record)
    if batch.events:
        _must_write_all(connection, tables.EVENT_SQL, [tables.event_row(event) for event in batch.events])
    if batch.seals:
        seals = [(seal.position, seal.digest, tenant, seal.event) for seal in batch.seals]
        _must_write_all(connection, _SEAL, seals)
    if batch.request is not None:
        _must_write(connection, _REQUEST, _request_row(batch.request))
    _exchange_keys(connection, batch)
    _count(connection, tenant, batch.counts)


def _guard(connection: sqlite3.Connection, guards: Sequence[Seen]) -> None:
    for guard in guards:
        row = connection.execute(TABLES[guard.id.kind].version, tables.key_of(guard.id)).fetchone()
        if (row[0] if row else 0) != guard.version:
            raise Stale


def _put(connection: sqlite3.Connection, record: Record) -> None:
    table, key, row = TABLES[record.id.kind], tables.key_of(record.id), tables.row_of(record)
    if record.version == 0:
        _must_write(connection, table.insert, (*row, *key))
    else:
        _must_write(connection, table.update, (*row, *key, record.version))
    if isinstance(record, SubAccount):
        if record.version:
            connection.execute(_LEAVE, key)
        departments = tables.departments_of(record)
        if departments:
            connection.executemany(_JOIN, departments)


def _exchange_keys(connection: sqlite3.Connection, batch: Batch) -> None:
    """Free what the batch's records held and take what they hold now; what somebody else holds is told all at once."""
    records = [record for record in batch.puts if TABLES[record.id.kind].has_keys]
    old = [record.id for record in records if record.version]
    old += [gone.id for gone in batch.removes if TABLES[gone.id.kind].has_keys]
    if not records and not old:
        return
    if old:
        connection.executemany(_FREE, [(id.organization.value, id.kind, id.value) for id in old])  # noqa: A001 - the id of a record
    holders = [(key, record.id) for record in records for key in record.keys]
    wanted = Counter(key for key, _ in holders)
    taken: set[Key] = {
        key
        for key, times in wanted.items()
        if times > 1 or connection.execute(_HELD, (key.organization.value, key.space, key.value)).fetchone()
    }
    if taken:
        raise Taken(keys=frozenset(taken))
    if holders:
        rows = [(key.organization.value, key.space, key.value, id.kind, id.value) for key, id in holders]  # noqa: A001 - the id of a record
        connection.executemany(_HOLD, rows)


def _count(connection: sqlite3.Connection, tenant: str, counts: Sequence[Count]) -> None:
    full: set[str] = set()
    for count in counts:
        values = (tenant, count.name, count.initial, count.by, count.by)
        ((value,),) = connection.execute(_COUNT, values).fetchall()
        if passes(count, value):
            full.add(count.name)
    if full:
        raise Full(counts=frozenset(full))


def _request_row(request: RequestRecord) -> tuple[str, ...]:
    return (
        request.organization.value,
        request.id,
        request.command,
        request.fingerprint,
        request.receipt,
        time_text(request.at),
    )


def _must_write(connection: sqlite3.Connection, statement: str, values: Sequence[Any]) -> None:
    if connection.execute(statement, values).rowcount != 1:
        raise Stale


def _must_write_all(connection: sqlite3.Connection, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    if connection.executemany(statement, rows).rowcount != len(rows):
        raise Stale
