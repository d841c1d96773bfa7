"""Asking storage itself, by a second batch, when an answer was wrong and it is open what broke: the write or the read.

Storage knows what it holds: a guard on a record is stale unless it is of just that version, a count is full or not, an
event that is there is stale when it comes again. These batches are sent only when something is wrong already, so it
does not matter what they leave behind.
"""

from __future__ import annotations

from typing import final

from attrs import evolve, frozen

from ...domain.account import Account, HostAccount
from ...domain.catalog import CatalogEntry
from ...domain.decision import Batch, Count, Record, Seen
from ...domain.group import Group
from ...domain.ids import AnyRecordId, OrganizationId
from ...domain.life import State
from ...domain.sub_account import SubAccount
from ...domain.task import Acknowledgment, Leased, Task
from ...errors import Full, Stale
from ..clock import NOON

FAR: int = 1_000_000
"""More than any counter of a machine."""


@final
@frozen
class Again:
    """Hold a second batch and what it has to hear, None for being written."""

    batch: Batch
    hears: type[Exception] | None


def record_is(id: AnyRecordId, version: int, /) -> Again:  # noqa: A002 - the id of a record
    """Ask whether a record is of this version; 0 asks whether there is none."""
    return Again(Batch(organization=id.organization, guards=(Seen(id=id, version=version),)), None)


def counter_is(of: OrganizationId, name: str, value: int | None, /) -> tuple[Again, ...]:
    """Ask whether a counter has this value; None asks whether there is none."""

    def counting(*, at_most: int, initial: int) -> Batch:
        return Batch(organization=of, counts=(Count(name=name, by=1, at_most=at_most, initial=initial),))

    if value is None:
        return (Again(counting(at_most=FAR, initial=FAR), Full),)
    less = Again(counting(at_most=value, initial=0), Full)
    more = Again(counting(at_most=value + 1, initial=FAR), None)
    return less, more


def task_is(of: OrganizationId, task: str, held: Leased | None, /) -> tuple[Again, ...]:
    """Ask whether a task is there, and under which fence; None asks whether there is none."""
    added = Batch(organization=of, tasks=(Task(organization=of, queue="again", id=task, due=NOON, body="{}"),))
    if held is None:
        return (Again(added, None),)
    given = Acknowledgment(task=task, fence=held.fence, again=held.task.due)
    return Again(added, Stale), Again(Batch(organization=of, acknowledgments=(given,)), None)


def repeated(batch: Batch, /, *, there: bool) -> Again:
    """Ask whether what is written once is there: it is stale when it comes again."""
    return Again(batch, Stale if there else None)


def keyless(record: Record, /) -> Record:
    """Return a record on the same version that holds no key, or one that nobody else holds."""
    match record:
        case CatalogEntry():
            return evolve(record, retired_at=NOON)
        case SubAccount():
            return evolve(record, state=State.DELETED, login_released=True)
        case Group():
            return evolve(record, retired_at=NOON)
        case Account():
            return evolve(record, host=HostAccount(system="nobody", id=record.id.value))
        case _:
            return record
