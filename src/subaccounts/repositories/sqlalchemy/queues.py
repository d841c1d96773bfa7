"""Tasks in their queues: how they come in, are looked at, leased and given back. Who takes them is nobody's business here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from ...domain.ids import OrganizationId
from ...domain.task import Acknowledgment, Leased, Task
from ...errors import Stale
from . import tables as t
from .dialects import insert_new
from .rows import task_row

_HELD = (
    t.tasks.c.organization == bindparam("tenant"),
    t.tasks.c.id == bindparam("task"),
    t.tasks.c.fence == bindparam("held"),
)
_DONE = delete(t.tasks).where(*_HELD)
_AGAIN = update(t.tasks).where(*_HELD).values(due_at=bindparam("again"))
_TAKE = (
    update(t.tasks)
    .where(t.tasks.c.organization == bindparam("tenant"), t.tasks.c.id == bindparam("task"))
    .values(due_at=bindparam("until"), fence=t.tasks.c.fence + 1)
)
_DUE = (
    select(t.tasks.c.organization)
    .distinct()
    .where(
        t.tasks.c.organization > bindparam("after"),
        t.tasks.c.queue == bindparam("line"),
        t.tasks.c.due_at <= bindparam("now"),
    )
    .order_by(t.tasks.c.organization)
    .limit(bindparam("limit"))
)


def add(connection: Connection, tasks: Sequence[Task], /) -> None:
    """Add tasks as C14 says."""
    insert_new(connection, t.tasks, [task_row(task) for task in tasks])


def acknowledge(connection: Connection, tenant: OrganizationId, given: Sequence[Acknowledgment], /) -> None:
    """Take tasks back as C15 says."""
    if len({each.task for each in given}) != len(given):  # what is due again keeps its fence, and would be found twice
        raise Stale
    for each in sorted(given, key=lambda each: each.task):
        held = {"tenant": tenant.value, "task": each.task, "held": each.fence}
        if each.again is None:
            found = connection.execute(_DONE, held)
        else:
            found = connection.execute(_AGAIN, {**held, "again": each.again})
        if found.rowcount != 1:
            raise Stale


def due(
    connection: Connection, queue: str, /, *, now: datetime, after: str | None, limit: int
) -> tuple[OrganizationId, ...]:
    """Answer Q1."""
    given = {"after": after or "", "line": queue, "now": now, "limit": max(0, limit)}
    rows = connection.execute(_DUE, given)
    return tuple(OrganizationId(value=row.organization) for row in rows)


def tasks_page(
    connection: Connection, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
) -> tuple[Leased, ...]:
    """Answer Q6."""
    c = t.tasks.c
    mine = select(c.id, c.due_at, c.body, c.fence).where(c.organization == organization.value, c.queue == queue)
    rows = connection.execute(mine.where(c.id > (after or "")).order_by(c.id).limit(max(0, limit)))
    return tuple(
        Leased(
            task=Task(organization=organization, queue=queue, id=row.id, due=row.due_at, body=str(row.body)),
            fence=row.fence,
        )
        for row in rows
    )


def lease(
    connection: Connection,
    organization: OrganizationId,
    queue: str,
    /,
    *,
    now: datetime,
    until: datetime,
    limit: int,
) -> tuple[Leased, ...]:
    """Answer Q2. Rows that another worker is just taking are passed over, not waited for."""
    c, tenant = t.tasks.c, organization.value
    mine = select(c.id, c.body, c.fence).where(c.organization == tenant, c.queue == queue, c.due_at <= now)
    turn = mine.order_by(c.due_at, c.id).limit(max(0, limit)).with_for_update(skip_locked=True)
    rows = connection.execute(turn).all()
    if rows:
        connection.execute(_TAKE, [{"tenant": tenant, "task": row.id, "until": until} for row in rows])
    return tuple(
        Leased(
            task=Task(organization=organization, queue=queue, id=row.id, due=until, body=str(row.body)),
            fence=row.fence + 1,
        )
        for row in rows
    )
