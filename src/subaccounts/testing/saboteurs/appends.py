"""Repositories that break the clauses of what is only added: counts (C7), events (C8), seals (C9), request ids (C10)."""

from __future__ import annotations

from attrs import evolve

from ...domain.decision import Batch, Count
from ...domain.ids import OrganizationId
from ...domain.queries import LARGEST_PAGE, EventQuery
from .batches import EVERY_REASON
from .broken import BrokenRepository
from .saboteur import breaks

_NO_LIMIT = {
    "C1": "a batch past its limit is one of those that have to leave nothing",
    "C12": "it sends a batch past its limit too",
    "C13": "of several counts at once those past the limit have to hear Full",
}


@breaks("C7")
class ForgetsTheLimitOfANewCounter(BrokenRepository):
    """Looks at the limit when it updates a counter, and not when it inserts one."""

    def commit(self, batch: Batch, /) -> None:
        self.write(evolve(batch, counts=tuple(self._judged(count, batch.organization) for count in batch.counts)))

    def _judged(self, count: Count, of: OrganizationId) -> Count:
        return evolve(count, at_most=None) if self.inner.counter(of, count.name) is None else count


@breaks("C7")
class CountsBelowNothing(BrokenRepository):
    """Lets a counter owe something."""

    def __init__(self) -> None:
        super().__init__()
        self.debts: dict[str, int] = {}

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            for count in batch.counts:
                there = self.inner.counter(batch.organization, count.name)
                after = (count.initial if there is None else there) + count.by - self.debts.pop(count.name, 0)
                self.debts[count.name] = max(0, -after)
            self.write(batch)

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        found = self.inner.counter(organization, name)
        return None if found is None else found - self.debts.get(name, 0)


@breaks("C7", also=_NO_LIMIT)
class CountsPastTheLimit(BrokenRepository):
    """Adds and does not look at the limit."""

    def commit(self, batch: Batch, /) -> None:
        self.write(evolve(batch, counts=tuple(evolve(count, at_most=None) for count in batch.counts)))


@breaks("C8")
class SwallowsUnsealedEvents(BrokenRepository):
    """Inserts events and ignores those that are there already, while they have no position."""

    def commit(self, batch: Batch, /) -> None:
        loose = {event.id for event in self.inner.unsealed_events(batch.organization, limit=LARGEST_PAGE)}
        self.write(evolve(batch, events=tuple(event for event in batch.events if event.id not in loose)))


@breaks("C8", also=EVERY_REASON)
class SwallowsKnownEvents(BrokenRepository):
    """Inserts events and ignores the ones that are there."""

    def commit(self, batch: Batch, /) -> None:
        page = self.inner.events_page(EventQuery(organization=batch.organization, limit=LARGEST_PAGE))
        known = {event.id for event in page}
        self.write(evolve(batch, events=tuple(event for event in batch.events if event.id not in known)))


@breaks("C9")
class FindsEventsOfAnybody(BrokenRepository):
    """Finds the event of a seal by its id alone, whoever it belongs to."""

    def commit(self, batch: Batch, /) -> None:
        theirs = {
            event.id
            for other in self.others(batch.organization)
            for event in self.inner.events_page(EventQuery(organization=other, limit=LARGEST_PAGE))
        }
        page = self.inner.events_page(EventQuery(organization=batch.organization, limit=LARGEST_PAGE))
        ours = {event.id for event in (*page, *batch.events)}
        seals = tuple(seal for seal in batch.seals if seal.event in ours or seal.event not in theirs)
        self.write(evolve(batch, seals=seals))


@breaks("C9", also=EVERY_REASON)
class SwallowsLateSeals(BrokenRepository):
    """Updates the events it finds and does not count them."""

    def commit(self, batch: Batch, /) -> None:
        loose = {event.id for event in self.inner.unsealed_events(batch.organization, limit=LARGEST_PAGE)}
        self.write(evolve(batch, seals=tuple(seal for seal in batch.seals if seal.event in loose)))


@breaks("C10")
class MakesTheAnswerPartOfTheKey(BrokenRepository):
    """Keeps a request unique by its id together with its answer, so that another answer is another request."""

    def commit(self, batch: Batch, /) -> None:
        used = batch.request and self.inner.request(batch.organization, batch.request.id)
        self.write(evolve(batch, request=None) if used and used != batch.request else batch)


@breaks("C10", also=EVERY_REASON | {"C13": "of several batches under one request id the losers are found by it"})
class KeepsTheFirstRequest(BrokenRepository):
    """Writes the batch though its request id was used."""

    def commit(self, batch: Batch, /) -> None:
        with self.lock:
            used = batch.request and self.inner.request(batch.organization, batch.request.id)
            self.write(evolve(batch, request=None) if used else batch)
