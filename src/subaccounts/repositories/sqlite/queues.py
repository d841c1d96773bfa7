"""Tasks in their queues: how they come in, are looked at, leased and given back. Who takes them is nobody's business here."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ...domain.ids import OrganizationId
from ...domain.task import Acknowledgment, Leased, Task
from ...errors import Stale
from ...wire import time_text
from .tables import time_of

_ADD: Final = (
    "INSERT INTO tasks (organization, id, queue, due_at, fence, body) VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING"
)
_DONE: Final = "DELETE FROM tasks WHERE organization = ? AND id = ? AND fence = ?"
_AGAIN: Final = "UPDATE tasks SET due_at = ? WHERE organization = ? AND id = ? AND fence = ?"
_DUE: Final = """
    SELECT DISTINCT organization FROM tasks WHERE organization > ? AND queue = ? AND due_at <= ?
    ORDER BY organization LIMIT ?"""
_TURN: Final = """
    SELECT id, body, fence FROM tasks WHERE organization = ? AND queue = ? AND due_at <= ?
    ORDER BY due_at, id LIMIT ?"""
_PAGE: Final = """
    SELECT id, due_at, body, fence FROM tasks WHERE organization = ? AND queue = ? AND id > ? ORDER BY id LIMIT ?"""
_TAKE: Final = "UPDATE tasks SET due_at = ?, fence = fence + 1 WHERE organization = ? AND id = ?"


def add(connection: sqlite3.Connection, tasks: Sequence[Task]) -> None:
    """Add tasks as C14 says."""
    rows = [(task.organization.value, task.id, task.queue, time_text(task.due), task.body) for task in tasks]
    if connection.executemany(_ADD, rows).rowcount != len(rows):
        raise Stale


def acknowledge(connection: sqlite3.Connection, tenant: str, given: Sequence[Acknowledgment]) -> None:
    """Take tasks back as C15 says."""
    if len({each.task for each in given}) != len(given):  # what is due again keeps its fence, and would be found twice
        raise Stale
    for each in given:
        key = (tenant, each.task, each.fence)
        if each.again is None:
            found = connection.execute(_DONE, key)
        else:
            found = connection.execute(_AGAIN, (time_text(each.again), *key))
        if found.rowcount != 1:
            raise Stale


def due(
    connection: sqlite3.Connection, queue: str, /, *, now: datetime, after: str | None, limit: int
) -> tuple[OrganizationId, ...]:
    """Answer Q1."""
    rows = connection.execute(_DUE, (after or "", queue, time_text(now), max(0, limit))).fetchall()
    return tuple(OrganizationId(value=value) for (value,) in rows)


def tasks_page(
    connection: sqlite3.Connection, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
) -> tuple[Leased, ...]:
    """Answer Q6."""
    rows = connection.execute(_PAGE, (organization.value, queue, after or "", max(0, limit))).fetchall()
    return tuple(
        Leased(task=Task(organization=organization, queue=queue, id=id, due=time_of(due), body=body), fence=fence)
        for id, due, body, fence in rows  # noqa: A001 - the id of a task
    )


def lease(
    connection: sqlite3.Connection,
    organization: OrganizationId,
    queue: str,
    /,
    *,
    now: datetime,
    until: datetime,
    limit: int,
) -> tuple[Leased, ...]:
    """Answer Q2, inside a transaction that the caller began and that no other writer comes between."""
    tenant = organization.value
    rows = connection.execute(_TURN, (tenant, queue, time_text(now), max(0, limit))).fetchall()
    connection.executemany(_TAKE, [(time_text(until), tenant, id) for id, *_ in rows])  # noqa: A001 - the id of a task
    return tuple(
        Leased(task=Task(organization=organization, queue=queue, id=id, due=until, body=body), fence=fence + 1)
        for id, body, fence in rows  # noqa: A001 - the id of a task
    )
