"""What the clauses say to a batch before it is written: every reason to refuse it, and which one has to be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import final

from attrs import frozen

from ...domain.decision import Batch
from ...domain.key import Key
from ...errors import Conflict, Full, Stale, Taken
from .model import Model


@final
@frozen(kw_only=True)
class Verdict:
    """Hold every reason to refuse a batch: the clauses that make it stale, the taken keys, the full counts."""

    stale: tuple[str, ...] = ()
    taken: frozenset[Key] = frozenset()
    full: frozenset[str] = frozenset()

    @property
    def conflict(self) -> Conflict | None:
        """Return what has to be raised: `Stale` before `Taken`, `Taken` before `Full` (C11); None for a good batch."""
        if self.stale:
            return Stale()
        if self.taken:
            return Taken(keys=frozenset[object](self.taken))
        return Full(counts=self.full) if self.full else None

    @property
    def clause(self) -> str:
        """Return the clause that asks for this: the first reason's, or C1 for a batch that has to be written."""
        if self.stale:
            return self.stale[0]
        if self.taken:
            return "C6"
        return "C7" if self.full else "C1"


def judge(model: Model, batch: Batch, /) -> Verdict:
    """Return every reason to refuse a batch now."""
    return Verdict(
        stale=tuple(sorted(set(_stale(model, batch)), key=lambda clause: int(clause[1:]))),
        taken=_taken(model, batch),
        full=_full(model, batch),
    )


def _stale(model: Model, batch: Batch) -> Iterator[str]:
    of = batch.organization
    for record in batch.puts:
        if model.version(record.id) != record.version:
            yield "C3" if record.version else "C2"
    if any(model.version(gone.id) != gone.version for gone in batch.removes):
        yield "C3"
    if any(model.version(guard.id) != guard.version for guard in batch.guards):
        yield "C4"
    if any((of, event.id) in model.events for event in batch.events):
        yield "C8"
    given = {seal.position for (organization, _), seal in model.seals.items() if organization == of}
    for seal in batch.seals:
        at = of, seal.event
        if at not in model.events or at in model.seals or seal.position in given:
            yield "C9"
    if batch.request is not None and (of, batch.request.id) in model.requests:
        yield "C10"
    yield from _stale_tasks(model, batch)


def _stale_tasks(model: Model, batch: Batch) -> Iterator[str]:
    of, added = batch.organization, [task.id for task in batch.tasks]
    if len(set(added)) < len(added) or any((of, task) in model.tasks for task in added):
        yield "C14"
    given = [each.task for each in batch.acknowledgments]
    held = {each.task: model.tasks.get((of, each.task)) for each in batch.acknowledgments}
    current = (held[each.task] for each in batch.acknowledgments)
    fences = [each.fence if each else 0 for each in current]
    if len(set(given)) < len(given) or fences != [each.fence for each in batch.acknowledgments]:
        yield "C15"


def _taken(model: Model, batch: Batch) -> frozenset[Key]:
    """Judge by what the batch lets go: its own records' keys are free for each other (C5)."""
    written = {each.id for each in (*batch.puts, *batch.removes)}
    wanted = Counter(key for record in batch.puts for key in record.keys)
    return frozenset(
        key for key, times in wanted.items() if times > 1 or (key in model.held and model.held[key] not in written)
    )


def _full(model: Model, batch: Batch) -> frozenset[str]:
    return frozenset(
        count.name
        for count in batch.counts
        if count.at_most is not None
        and count.by > 0
        and model.counters.get((batch.organization, count.name), count.initial) + count.by > count.at_most
    )
