"""What a batch is about, fact by fact: how each is read, whose clause its writing is, and how to ask for it otherwise.

A fact that is read wrong after a commit was written wrong, or it is read wrong; which of the two, a second batch tells.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, assert_never, final

from attrs import field, frozen

from ...domain.audit import Seal
from ...domain.decision import Batch
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
from ...domain.queries import EventQuery
from ..contracts.storage import nobodys_key
from .again import Again, counter_is, record_is, repeated, task_is
from .model import Model, twin


@final
@frozen(kw_only=True)
class Fact:
    """Hold one thing a batch is about.

    `read`, `args` and `named` are the question for it. `clause` is broken when it was not written. `again` are batches
    that tell otherwise whether it is there; empty where there is no other way. `about` is what the answer shows, by
    which it is remembered that it agreed.
    """

    read: str
    args: tuple[Any, ...]
    named: dict[str, Any] = field(factory=dict)
    clause: str
    again: tuple[Again, ...] = ()
    about: frozenset[Hashable]


def touched(batch: Batch, model: Model, queues: Mapping[str, str], /) -> Iterator[Fact]:
    """Yield the facts a batch is about; with each record, its twins of the same value in other organizations (C12).

    `queues` is what `queues_of` said before the batch was written.
    """
    of = batch.organization
    written = [each.id for each in (*batch.puts, *batch.removes)]
    keys = {key for record in batch.puts for key in record.keys}
    keys |= {key for id_ in written if id_ in model.records for key in model.records[id_].keys}
    for id_ in written:
        yield of_record(id_, model, clause="C3")
    if keys:
        yield Fact(read="holders", args=(tuple(sorted(keys, key=_spelled)),), clause="C5", about=frozenset(keys))
    for other in model.organizations():
        for id_ in written:
            if other != of:
                yield of_record(twin(id_, other), model, clause="C12")
    for count in batch.counts:
        value = model.counters.get((of, count.name))
        again = counter_is(of, count.name, value)
        yield Fact(
            read="counter", args=(of, count.name), clause="C7", again=again, about=_named("count", of, count.name)
        )
    yield from _trail(batch, model)
    added = {task.id for task in batch.tasks}
    for task, queue in queues.items():
        yield of_task(task, queue, model, of=of, clause="C14" if task in added else "C15")
    if batch.request is not None:
        name = batch.request.id
        again = (repeated(Batch(organization=of, request=batch.request), there=(of, name) in model.requests),)
        yield Fact(read="request", args=(of, name), clause="C10", again=again, about=_named("request", of, name))


def queues_of(batch: Batch, model: Model, /) -> Mapping[str, str]:
    """Return the queue of every task that a batch adds or gives back: once it is gone, nobody knows where it was."""
    of = batch.organization
    held = {given.task: model.tasks.get((of, given.task)) for given in batch.acknowledgments}
    given = {task: each.task.queue for task, each in held.items() if each is not None}
    return given | {task.id: task.queue for task in batch.tasks}


def of_task(task: str, queue: str, model: Model, /, *, of: OrganizationId, clause: str) -> Fact:
    """Return the fact of a task as it should be now: the page that begins with it, or with the next when it is gone."""
    mine = (name for (tenant, name), held in model.tasks.items() if tenant == of and held.task.queue == queue)
    named = {"after": max((name for name in mine if name < task), default=None), "limit": 1}
    again = task_is(of, task, model.tasks.get((of, task)))
    about = _named("task", of, task)
    return Fact(read="tasks_page", args=(of, queue), named=named, clause=clause, again=again, about=about)


def of_record(id: AnyRecordId, model: Model, /, *, clause: str) -> Fact:  # noqa: A002 - the id of a record
    """Return the fact of a record as it should be now."""
    read, args, named = _question(id, model)
    again = (record_is(id, model.version(id)),)
    return Fact(read=read, args=args, named=named, clause=clause, again=again, about=frozenset({id}))


def _question(id: AnyRecordId, model: Model) -> tuple[str, tuple[Any, ...], dict[str, Any]]:  # noqa: A002 - the id of a record
    match id:
        case OrganizationId():
            return "organization", (id,), {}
        case DepartmentId() | JobProfileId() | PermissionTypeId():
            return "catalog_entries", ((id,),), {}
        case AccountId():
            return "account", (id,), {}
        case SubAccountId():
            return "person", (id,), {}
        case CredentialId():
            return "person", (SubAccountId(organization=id.organization, value=id.value),), {}
        case StrangerId():
            return "sign_in_facts", (id.organization,), {"keys": (nobodys_key(id.organization),), "stranger": id}
        case SignUpId():
            return "sign_up", (id,), {}
        case GroupId():
            return "groups", ((id,),), {}
        case ResourceId():
            return "resources", ((id,),), {}
        case MembershipId() | ParticipationId():  # whosever it was, it is seen by who has it now
            people = (each for each in model.records if isinstance(each, SubAccountId))
            return "viewer_facts", ([each for each in people if each.organization == id.organization],), {}
        case ChainId():
            return "chain", (id.organization,), {}
        case _:
            assert_never(id)


def _trail(batch: Batch, model: Model) -> Iterator[Fact]:
    """Yield events where they stand in the trail, and sealed ones where they stand in the feed."""
    of = batch.organization
    known = sorted(event for organization, event in model.events if organization == of)
    for event in batch.events:
        before = max((each for each in known if each < event.id), default=None)
        query = EventQuery(organization=of, after=before, limit=1)
        again = (repeated(Batch(organization=of, events=(event,)), there=(of, event.id) in model.events),)
        about = _named("event", of, event.id)
        yield Fact(read="events_page", args=(query,), clause="C8", again=again, about=about)
    last = max((seal.position for (organization, _), seal in model.seals.items() if organization == of), default=0)
    for seal in batch.seals:
        if (of, seal.event) in model.events:
            late = Seal(event=seal.event, position=last + 1, digest=seal.digest)
            again = (repeated(Batch(organization=of, seals=(late,)), there=(of, seal.event) in model.seals),)
            named, about = {"position": seal.position - 1, "limit": 1}, _named("seal", of, seal.event)
            yield Fact(read="events_after", args=(of,), named=named, clause="C9", again=again, about=about)


def _named(kind: str, of: OrganizationId, name: str) -> frozenset[Hashable]:
    return frozenset({(kind, of, name)})


def _spelled(key: Key) -> tuple[str, str, str]:
    return key.organization.value, key.space, key.value
