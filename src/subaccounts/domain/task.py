"""Something to be done later, by whoever takes it first: what waits in a queue, and what a worker holds of it.

A lease moves the time at which a task is due, and that is all there is to it: what a dead worker held comes due again
by itself. Its fence tells the lease from every one before, so that a worker that slept past its time finds out. What
the tasks are for is said by those who add them.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import field, frozen

from .ids import OrganizationId, opaque


@final
@frozen(kw_only=True)
class Task:
    """Hold something to be done, not before `due` (UTC).

    `queue` says which workers take it; `id` is unique in the organization; `body` is plain JSON, free of secrets, that
    only those workers read.
    """

    organization: OrganizationId
    queue: str = field(validator=opaque(of="queue"))
    id: str = field(validator=opaque(of="task"))
    due: datetime
    body: str

    @property
    def turn(self) -> tuple[datetime, str]:
        """Return the order in which a queue's tasks are taken: those due longest first, then by id."""
        return self.due, self.id


@final
@frozen(kw_only=True)
class Leased:
    """Hold a task that a worker has until `task.due`, the end of its lease; `fence` counts the leases of the task."""

    task: Task
    fence: int

    def done(self) -> Acknowledgment:
        """Return what says: it is done, for good."""
        return Acknowledgment(task=self.task.id, fence=self.fence)

    def again(self, due: datetime, /) -> Acknowledgment:
        """Return what says: it has to be done again, not before `due` (UTC)."""
        return Acknowledgment(task=self.task.id, fence=self.fence, again=due)


@final
@frozen(kw_only=True)
class Acknowledgment:
    """Give a leased task back: done, or due `again` (UTC). It counts under its fence only, the task's last lease."""

    task: str
    fence: int
    again: datetime | None = None
