"""Repositories that break the clauses of `Audit`, R18 to R22."""

from __future__ import annotations

from attrs import evolve

from ...domain.audit import AuditChain
from ...domain.decision import RequestRecord
from ...domain.events import Event, SealedEvent
from ...domain.ids import OrganizationId
from ...domain.queries import LARGEST_PAGE, EventQuery
from .. import builders as a
from .broken import BrokenRepository
from .saboteur import breaks

_SEALED_SEEN = "which events of a batch were sealed is seen by these reads"


@breaks("R18")
class ShowsTheTrailOfOthers(BrokenRepository):
    """Answers everybody's events to who asks for one person's."""

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        return self.inner.events_page(evolve(query, sub_account=None))


@breaks("R18", also={"storage": "events of every moment are read back in the order of their ids"})
class OrdersEventsByTime(BrokenRepository):
    """Orders events by when they happened."""

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        return tuple(sorted(self.inner.events_page(query), key=lambda event: event.at))


@breaks("R19")
class IgnoresTheLimit(BrokenRepository):
    """Answers all that is unsealed, however much it is."""

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        return self.inner.unsealed_events(organization, limit=max(limit, LARGEST_PAGE))


@breaks("R19", also={"C1": _SEALED_SEEN, "C9": _SEALED_SEEN})
class ShowsSealedEventsAsLoose(BrokenRepository):
    """Answers every event as unsealed."""

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        return self.inner.events_page(EventQuery(organization=organization, limit=limit))


@breaks("R20")
class RepeatsTheLastPosition(BrokenRepository):
    """Begins the feed with what the reader has seen already."""

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        return self.inner.events_after(organization, position=position - 1, limit=limit)


@breaks("R20", also={"C9": "which position a seal gave is seen by this read"})
class OrdersTheFeedById(BrokenRepository):
    """Orders the feed by event ids."""

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        feed = self.inner.events_after(organization, position=position, limit=limit)
        return tuple(sorted(feed, key=lambda sealed: sealed.event.id))


@breaks("R21")
class FollowsAnyChain(BrokenRepository):
    """Answers the chain of another organization to one that has none yet."""

    def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        tenants = (organization, *self.others(organization))
        return next(filter(None, map(self.inner.chain, tenants)), None)


@breaks("R21", also=dict.fromkeys(("C3", "C9"), "that nothing was written is seen by there being no chain"))
class BeginsWithAChain(BrokenRepository):
    """Makes a chain up where there is none."""

    def chain(self, organization: OrganizationId, /) -> AuditChain:
        return self.inner.chain(organization) or a.chain(of=organization)


@breaks("R22")
class FoldsRequestIds(BrokenRepository):
    """Looks requests up as if case and spaces at the end meant nothing."""

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return self.inner.request(organization, id) or self.inner.request(organization, id.strip().lower())
