"""One batch, one transaction. The order is the contract's: stale before taken before full (C11)."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from ...domain.decision import Batch, Count, Record, RequestRecord, Seen
from ...domain.ids import AnyRecordId
from ...domain.key import Key
from ...errors import Full, Stale, Taken
from ...wire import time_text
from .._batches import passes, returns_what_it_adds
from . import queues, tables, trail
from .tables import MEMBERS, TABLES

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
_HOLD: Final = (
    "INSERT INTO unique_keys (organization, space, value, kind, holder) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


def write(connection: sqlite3.Connection, batch: Batch, /) -> None:
    """Write a batch inside a transaction that the caller began and ends.

    Raises `Stale`, `Taken`, `Full`, after any of which the caller rolls back.
    """
    if returns_what_it_adds(batch):
        raise Stale
    tenant = batch.organization.value
    _guard(connection, batch.guards)
    for gone in batch.removes:
        _must_write(connection, TABLES[gone.id.kind].delete, (*tables.key_of(gone.id), gone.version))
    _put(connection, batch.puts)
    if batch.events:
        trail.add(connection, batch.events)
    if batch.seals:
        trail.seal(connection, tenant, batch.seals)
    if batch.acknowledgments:
        queues.acknowledge(connection, tenant, batch.acknowledgments)
    if batch.tasks:
        queues.add(connection, batch.tasks)
    if batch.request is not None:
        _must_write(connection, _REQUEST, _request_row(batch.request))
    _exchange_keys(connection, batch)
    _count(connection, tenant, batch.counts)


def _guard(connection: sqlite3.Connection, guards: Sequence[Seen]) -> None:
    for guard in guards:
        row = connection.execute(TABLES[guard.id.kind].version, tables.key_of(guard.id)).fetchone()
        if (row[0] if row else 0) != guard.version:
            raise Stale


def _put(connection: sqlite3.Connection, records: Sequence[Record]) -> None:
    """Put records, all that take the same statement at once: a thousand people are as many rows, and six statements."""
    writes: dict[str, list[tables.Row]] = {}
    leave: dict[str, list[tables.Row]] = {}
    join: dict[str, list[tables.Row]] = {}
    for record in records:
        table, key, row = TABLES[record.id.kind], tables.key_of(record.id), tables.row_of(record)
        if record.version == 0:
            writes.setdefault(table.insert, []).append((*row, *key))
        else:
            writes.setdefault(table.update, []).append((*row, *key, record.version))
        for members in MEMBERS.get(record.id.kind, ()):
            if record.version:
                leave.setdefault(members.delete, []).append(key)
            join.setdefault(members.insert, []).extend(members.rows(record))
    for statement, rows in writes.items():
        if connection.executemany(statement, rows).rowcount != len(rows):
            raise Stale
    for statement, rows in (*leave.items(), *join.items()):
        if rows:
            connection.executemany(statement, rows)


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
    rows = [(key.organization.value, key.space, key.value, id.kind, id.value) for key, id in holders]  # noqa: A001 - the id of a record
    if rows and connection.executemany(_HOLD, sorted(rows)).rowcount != len(rows):
        raise Taken(keys=_taken(connection, holders))


def _taken(connection: sqlite3.Connection, holders: Sequence[tuple[Key, AnyRecordId]]) -> frozenset[Key]:
    """Return the keys that two records of the batch want, or that are somebody else's after all that could was taken."""
    wanted = Counter(key for key, _ in holders)
    taken = {key for key, times in wanted.items() if times > 1}
    for key, id in holders:  # noqa: A001 - the id of a record
        held = connection.execute(_HELD, (key.organization.value, key.space, key.value)).fetchone()
        if held != (id.kind, id.value):
            taken.add(key)
    return frozenset(taken)


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
