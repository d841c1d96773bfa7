"""Everything that is stored, as plain rows: what a test compares before and after. Both storages look alike here."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from subaccounts import wire
from subaccounts.repositories import MemoryRepository

Rows = dict[tuple[str, ...], str]
"""Every row by (table, organization, kind, id), written out as text."""


def memory_rows(repository: MemoryRepository) -> Rows:
    """Return what the verified fake holds."""
    rows: Rows = {}
    for id_, record in repository._records.items():
        rows["record", id_.organization.value, id_.kind, id_.value] = wire.store_dumps(record)
    for key, holder in repository._holders.items():
        rows["key", key.organization.value, key.space, key.value] = f"{holder.kind} {holder.value}"
    for (organization, name), value in repository._counters.items():
        rows["counter", organization.value, "", name] = str(value)
    for (organization, event_id), event in repository._events.items():
        seal = repository._seals.get((organization, event_id))
        rows["event", organization.value, "", event_id] = f"{wire.store_dumps(event)} {seal}"
    for (organization, request_id), request in repository._requests.items():
        rows["request", organization.value, "", request_id] = repr(request)
    for (organization, task_id), held in repository._tasks.items():
        rows["task", organization.value, "", task_id] = repr(held)
    return rows


def sqlite_rows(path: Path) -> Rows:
    """Return what a file holds, seen by a connection of its own."""
    return {key: text for key, text in _sqlite(path) if key[0] != "meta"}


_KEYS = {
    "organizations": ("organization", "''", "organization"),
    "catalog": ("organization", "kind", "id"),
    "unique_keys": ("organization", "space", "value"),
    "counters": ("organization", "''", "name"),
    "sub_account_departments": ("organization", "department", "sub_account"),
    "sub_account_traits": ("organization", "part || ' ' || value", "sub_account"),
    "group_applications": ("organization", "application", "group_id"),
    "audiences": ("organization", "part || ' ' || value", "resource"),
    "fresh_events": ("organization", "'events'", "id"),  # an event that is sealed moves, and stays the same row here
    "sealed_events": ("organization", "'events'", "id"),
}
_NAMES = {
    "unique_keys": "key",
    "counters": "counter",
    "fresh_events": "event",
    "sealed_events": "event",
    "requests": "request",
    "tasks": "task",
    "meta": "meta",
}


def _sqlite(path: Path) -> Iterator[tuple[tuple[str, ...], str]]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("BEGIN")
        for table in _tables(connection):
            if table == "meta":
                continue
            key = _KEYS.get(table, ("organization", f"'{table}'", "id"))
            for row in connection.execute(f"SELECT {', '.join(key)}, * FROM {table}"):
                yield (_NAMES.get(table, "record"), *map(str, row[:3])), repr(row[3:])
        connection.execute("COMMIT")
    finally:
        connection.close()


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]


def whole_text(path: Path) -> str:
    """Return every value of every table of a file, as one text."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        return "\n".join(
            repr(row) for table in _tables(connection) for row in connection.execute(f"SELECT * FROM {table}")
        )
    finally:
        connection.close()


def whole_bytes(path: Path) -> bytes:
    """Return the bytes of a file and of the files beside it that belong to it."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


def changed(before: Rows, after: Rows) -> set[tuple[str, ...]]:
    """Return the keys of the rows that differ, are new, or are gone."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def of_tenants(keys: Collection[tuple[str, ...]]) -> set[str]:
    """Return the organizations that rows belong to."""
    return {key[1] for key in keys}
