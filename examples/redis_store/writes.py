"""The plans that write: a batch, a lease, and where a worker looks for one; what waits in a queue. How it is judged is `lua/commit.lua`.

A batch belongs to one organization, and so does a script: all it touches has the same text in braces. What does not fit
in there is the one question asked of all organizations, which of them has something due. Each queue has a key of its
own for it, of the organizations that ever had a task there, and a commit that brings tasks writes it first. When the
commit is refused or the server dies in between, one more organization is asked in vain, and nobody is ever missed. Names
are never taken out again: whoever did, between somebody's look and that one's commit, would lose a task.

On a cluster that key is on another node than the tasks, and what a crash takes back can be its last second only. The
organization's next task of the queue puts it in again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Hashable, Iterator
from datetime import datetime
from typing import Any, Final

from subaccounts.domain.audit import Seal
from subaccounts.domain.decision import Batch, Count, Record
from subaccounts.domain.events import Event
from subaccounts.domain.ids import AccountId, GroupId, OrganizationId, ResourceId, SubAccountId
from subaccounts.domain.membership import Membership
from subaccounts.domain.participation import Participation
from subaccounts.domain.sign_up import SignUp
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.task import Acknowledgment, Leased, Task
from subaccounts.errors import Full, InvalidValue, Stale, StorageFailed, Taken
from subaccounts.wire import read_time, store_dumps, time_text

from . import scripts
from .names import Keyspace, behind, first, held, last, name, ordered
from .plans import Plan, ask
from .records import written
from .trail import at_position, places

EXACT: Final = 2**53 - 1
"""Up to here a number is itself in Lua, whose numbers are doubles, and not the one beside it."""
_CANDIDATES: Final = 100
"""Organizations asked at once whether they have something due."""


def commit(space: Keyspace, batch: Batch, /, *, store: str) -> Plan[None]:
    """Write a batch (C1 to C15)."""
    _refuse_impossible(batch)
    if _stale_by_itself(batch):
        raise Stale
    document = json.dumps(_document(batch), ensure_ascii=False)
    yield from ask(*(("ZADD", space.queue(each), 0, batch.organization.value) for each in _queues(batch)))
    answer = yield from scripts.COMMIT.run(space.keys(batch.organization), document)
    match answer:
        case ["written"]:
            return
        case ["stale"]:
            raise Stale
        case ["taken", taken]:
            raise Taken(keys=frozenset(key for put in batch.puts for key in put.keys if held(key) in set(taken)))
        case ["full", full]:
            raise Full(counts=frozenset(full))
        case [problem]:
            raise StorageFailed(store=store, problem=problem)
        case _:
            raise StorageFailed(store=store, problem="damaged")


def lease(
    space: Keyspace, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
) -> Plan[tuple[Leased, ...]]:
    """Take what is due (Q2 to Q5)."""
    due = first("due", queue), last("due", queue, time_text(now))
    arguments = (*due, max(0, limit), ordered(queue), time_text(until))
    answer = yield from scripts.LEASE.run(space.keys(organization), *arguments)
    return tuple(
        Leased(task=Task(organization=organization, queue=queue, id=id, due=until, body=body), fence=fence)
        for id, fence, body in answer  # noqa: A001 - the id of a task
    )


def tasks_page(
    space: Keyspace, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
) -> Plan[tuple[Leased, ...]]:
    """Answer Q6."""
    begin = first("waiting", queue) if after is None else behind("waiting", queue, after)
    arguments = (begin, last("waiting", queue), max(0, limit))
    answer = yield from scripts.TASKS.run(space.keys(organization), *arguments)
    return tuple(
        Leased(task=Task(organization=organization, queue=queue, id=id, due=_moment(due), body=body), fence=fence)
        for id, due, fence, body in answer  # noqa: A001 - the id of a task
    )


def due(
    space: Keyspace, queue: str, /, *, now: datetime, after: str | None, limit: int
) -> Plan[tuple[OrganizationId, ...]]:
    """Answer Q1: those that ever had a task, a hundred at a time, and of each the task due longest, if there is one."""
    begin, found = "-" if after is None else f"({after}", list[OrganizationId]()
    range_of = ("BYLEX", "LIMIT", 0)
    while len(found) < limit:
        (names,) = yield from ask(("ZRANGE", space.queue(queue), begin, "+", *range_of, _CANDIDATES))
        if not names:
            break
        candidates = [OrganizationId(value=each) for each in names]
        lane = first("due", queue), last("due", queue, time_text(now))
        asked = (("ZRANGE", space.key(each, "index"), *lane, *range_of, 1) for each in candidates)
        answers = yield from ask(*asked)
        found += [each for each, answer in zip(candidates, answers, strict=True) if answer]
        begin = f"({names[-1]}"
    return tuple(found[: max(0, limit)])


def _moment(text: str) -> datetime:
    try:
        return read_time(text)
    except (TypeError, ValueError):
        raise InvalidValue(field="due", problem="syntax") from None


def _refuse_impossible(batch: Batch) -> None:
    """Raise `ValueError` for what no rule can mean; here it would be written under the wrong tenant."""
    records = (*batch.puts, *batch.removes)
    owners = {each.id.organization for each in (*records, *batch.guards)}
    owners |= {event.organization for event in batch.events} | {task.organization for task in batch.tasks}
    owners |= {each.organization for record in batch.puts for each in _named_by(record)}
    if owners - {batch.organization} or (batch.request and batch.request.organization != batch.organization):
        raise ValueError("a batch belongs to one organization")
    if _repeats([each.id for each in records]):
        raise ValueError("a batch writes a record once")


def _named_by(record: Record) -> tuple[AccountId | GroupId | ResourceId | SubAccountId, ...]:
    """Return what a record is found by, which is written without its organization."""
    match record:
        case SubAccount(account=account) | SignUp(account=account):
            return (account,)
        case Membership(group=group, person=person):
            return (group, person)
        case Participation(resource=resource, person=person):
            return (resource, person)
        case _:
            return ()


def _stale_by_itself(batch: Batch) -> bool:
    """Tell whether a batch is stale whatever is stored: it brings something twice, or removes what nobody has read."""
    return (
        any(gone.version == 0 for gone in batch.removes)
        or _repeats([event.id for event in batch.events])
        or _repeats([seal.event for seal in batch.seals])
        or _repeats([seal.position for seal in batch.seals])
        or _repeats([task.id for task in batch.tasks])
        or _repeats([given.task for given in batch.acknowledgments])
    )


def _repeats(values: Collection[Hashable]) -> bool:
    return len(set(values)) < len(values)


def _queues(batch: Batch) -> Iterator[str]:
    return iter(sorted({task.queue for task in batch.tasks}))


def _document(batch: Batch) -> dict[str, Any]:
    """Return a batch as the script takes it. Versions and positions are texts: Lua would round them."""
    records = (*batch.puts, *batch.removes)
    return {
        "seen": [{"id": name(each.id), "version": str(each.version)} for each in (*records, *batch.guards)],
        "written": [name(each.id) for each in records],
        "removes": [name(each.id) for each in batch.removes],
        "puts": [written(record) for record in batch.puts],
        "counts": [_count(count) for count in batch.counts],
        "events": [_event(event) for event in batch.events],
        "seals": [_seal(seal) for seal in batch.seals],
        "requests": [{"id": each.id, "body": store_dumps(each)} for each in (batch.request,) if each],
        "tasks": [_task(task) for task in batch.tasks],
        "acknowledgments": [_given(given) for given in batch.acknowledgments],
    }


def _count(count: Count) -> dict[str, Any]:
    if max(count.by, abs(count.initial)) > EXACT:
        raise OverflowError
    limit = {} if count.at_most is None else {"at_most": min(count.at_most, EXACT)}
    return {"name": count.name, "by": max(count.by, -EXACT), "initial": count.initial, **limit}


def _event(event: Event) -> dict[str, Any]:
    return {"id": event.id, "body": store_dumps(event), "places": [ordered(*place) for place in places(event)]}


def _seal(seal: Seal) -> dict[str, Any]:
    position = at_position(seal.position)
    return {
        "event": seal.event,
        "digest": seal.digest,
        "position": position,
        "sealed": ordered("sealed", position),
        "unsealed": ordered("unsealed", seal.event),
    }


def _task(task: Task) -> dict[str, Any]:
    return {"id": task.id, "queue": ordered(task.queue), "due": time_text(task.due), "body": task.body}


def _given(given: Acknowledgment) -> dict[str, Any]:
    again = {} if given.again is None else {"again": time_text(given.again)}
    return {"id": given.task, "fence": given.fence, **again}
