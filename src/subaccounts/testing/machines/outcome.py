"""Whether a commit ended as the clauses say, and if not, which clauses that can break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import final

from attrs import evolve, frozen

from ...domain.decision import Batch
from ...domain.ids import OrganizationId
from ...errors import Full, Stale, Taken
from .again import Again, keyless
from .model import Model, twin
from .verdict import Verdict, judge


@final
@frozen
class Suspect:
    """Hold a clause that was broken if the second batch hears what it should; without one it was."""

    clause: str
    again: Again | None = None


def told(raised: Exception | None, /) -> str:
    """Return how a commit ended, as a sentence without its subject."""
    match raised:
        case None:
            return "is written"
        case Stale():
            return "is Stale"
        case Taken(keys=keys):
            return f"is Taken by {sorted(map(repr, keys))}"
        case Full(counts=counts):
            return f"is Full by {sorted(counts)}"
        case _:
            return f"raises {type(raised).__name__}: {raised}"


def suspects(
    verdict: Verdict, raised: Exception | None, batch: Batch, /, *, model: Model, journal: Sequence[Batch]
) -> Iterator[Suspect]:
    """Yield the clauses that a wrong outcome can break, the last of them without a doubt.

    A reason that is true and was told before its turn breaks C11, if the one before it is told where it is alone. A
    reason that is missing breaks the clause it is in. For a refusal without any reason, each part is sent alone.
    """
    if isinstance(raised, Taken) and verdict.stale and raised.keys <= verdict.taken:
        alone = evolve(batch, puts=tuple(map(keyless, batch.puts)), counts=())
        yield Suspect("C11", Again(alone, Stale))
    if isinstance(raised, Full) and (verdict.stale or verdict.taken) and raised.counts <= verdict.full:
        yield Suspect("C11", Again(evolve(batch, counts=()), Stale if verdict.stale else Taken))
    match raised:
        case _ if verdict.conflict is not None and not (isinstance(raised, Stale) and not verdict.stale):
            yield Suspect(verdict.clause)
        case Taken(keys=keys):
            ever = {key for written in journal for record in written.puts for key in record.keys}
            yield Suspect("C5" if keys & ever else "C6")
        case Full():
            yield Suspect("C12" if judge(_of_everybody(model, batch.organization), batch).full else "C7")
        case _:
            parts, kind = list(_parts(batch, model, journal)), type(raised) if raised else None
            yield from (Suspect(clause, Again(part, kind)) for clause, part in parts)
            yield Suspect(parts[0][0] if parts else "C1")


def _parts(batch: Batch, model: Model, journal: Sequence[Batch]) -> Iterator[tuple[str, Batch]]:
    """Yield each part of a good batch with its clause; what has a twin elsewhere can have been taken for that (C12)."""
    of = batch.organization
    gone = {each.id for written in journal for each in written.removes}
    others = [other for other in model.organizations() if other != of]
    for record in batch.puts:
        twins = [twin(record.id, other) for other in others]
        fresh = "C12" if record.id not in gone and any(each in model.records for each in twins) else "C2"
        yield "C3" if record.version else fresh, Batch(organization=of, puts=(record,))
    if batch.removes:
        yield "C3", Batch(organization=of, removes=batch.removes)
    if batch.guards:
        yield "C4", Batch(organization=of, guards=batch.guards)
    for event in batch.events:
        known = any((other, event.id) in model.events for other in others)
        yield "C12" if known else "C8", Batch(organization=of, events=(event,))
    if batch.seals:
        yield "C9", Batch(organization=of, seals=batch.seals)
    if batch.request is not None:
        known = any((other, batch.request.id) in model.requests for other in others)
        yield "C12" if known else "C10", Batch(organization=of, request=batch.request)
    for task in batch.tasks:
        known = any((other, task.id) in model.tasks for other in others)
        yield "C12" if known else "C14", Batch(organization=of, tasks=(task,))
    if batch.acknowledgments:
        yield "C15", Batch(organization=of, acknowledgments=batch.acknowledgments)


def _of_everybody(model: Model, mine: OrganizationId) -> Model:
    """Return a model in which the counters of all organizations are one."""
    sums: dict[tuple[OrganizationId, str], int] = {}
    for (_, name), value in model.counters.items():
        sums[mine, name] = sums.get((mine, name), 0) + value
    return Model(counters=sums)
