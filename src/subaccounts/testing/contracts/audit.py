"""The contract of the port `Audit`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from attrs import evolve

from ...domain.audit import AuditChain, Seal
from ...domain.decision import Batch
from ...domain.events import Event, SealedEvent
from ...domain.ids import OrganizationId
from ...domain.queries import EventQuery
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import specimens
from ..clock import NOON
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored, walk


async def append(repository: AsyncRepository, *events: Event, of: OrganizationId = a.OURS) -> None:
    """Append events in one batch."""
    await repository.commit(Batch(organization=of, events=events))


async def seal(repository: AsyncRepository, *events: Event, first: int = 1) -> tuple[SealedEvent, ...]:
    """Seal events in this order from a position on, in one batch, and return them as they are read afterwards."""
    sealed = tuple(
        SealedEvent(position=position, digest=f"{position:064x}", event=event)
        for position, event in enumerate(events, start=first)
    )
    seals = tuple(Seal(event=each.event.id, position=each.position, digest=each.digest) for each in sealed)
    await repository.commit(Batch(organization=events[0].organization, seals=seals))
    return sealed


class AuditContract(StorageContract):
    """Prove the clauses of `Audit`; needs its five reads and `commit`."""

    @clause("R18")
    async def test_r18_pages_in_order_of_id(self) -> None:
        """Pages hold the events in the order of their ids, whatever order they came in, sealed or not."""
        repository = await self.opened()
        await store(repository, a.organization())
        events = [a.event(number, at=NOON - timedelta(minutes=number)) for number in (5, 2, 9, 1, 7, 30)]
        await append(repository, *events[:4])
        await append(repository, *events[4:])
        await seal(repository, events[0], events[2])
        expected = sorted(events, key=lambda event: event.id)

        for limit in (1, 2, 5, 6, 7):

            async def page(last: Event | None, limit: int = limit) -> tuple[Event, ...]:
                after = last.id if last else None
                return await repository.events_page(EventQuery(organization=a.OURS, after=after, limit=limit))

            expect_equal(expected, await walk(page, limit), f"the events by {limit}")
        query = EventQuery(organization=a.OURS, after=a.value(3), limit=2)
        expect_equal(
            tuple(expected[2:4]), await repository.events_page(query), "the page after an id that does not exist"
        )

    @clause("R18")
    async def test_r18_from_another_account(self) -> None:
        """Narrowed to an account or a person, only their events are answered."""
        repository = await self.opened()
        await store(repository, a.organization())
        one, two = a.sub_account_id(1), a.sub_account_id(2)
        events = (
            a.event(1, account=None, sub_account=None),
            a.event(2, account=a.account_id(1), sub_account=None),
            a.event(3, account=a.account_id(1), sub_account=one),
            a.event(4, account=a.account_id(2), sub_account=two),
            a.event(5, account=a.account_id(2), sub_account=one),
        )
        await append(repository, *events)
        for query, expected in (
            (EventQuery(organization=a.OURS, account=a.account_id(1)), events[1:3]),
            (EventQuery(organization=a.OURS, account=a.account_id(2)), events[3:]),
            (EventQuery(organization=a.OURS, sub_account=one), (events[2], events[4])),
            (EventQuery(organization=a.OURS, account=a.account_id(2), sub_account=one), (events[4],)),
            (EventQuery(organization=a.OURS, account=a.account_id(1), after=events[1].id), (events[2],)),
            (EventQuery(organization=a.OURS, sub_account=a.sub_account_id(3)), ()),
        ):
            expect_equal(expected, await repository.events_page(query), f"the events of {query}")

    @clause("R18")
    async def test_r18_from_another_organization(self) -> None:
        """Another organization's events of the same ids, account and person are its own."""
        repository = await self.opened()
        theirs = await _two_trails(repository)
        for query in (
            EventQuery(organization=a.THEIRS),
            EventQuery(organization=a.THEIRS, account=a.account_id(of=a.THEIRS)),
            EventQuery(organization=a.THEIRS, sub_account=a.sub_account_id(of=a.THEIRS)),
        ):
            expect_equal(theirs, await repository.events_page(query), f"the events of {query}")

    @clause("R19")
    async def test_r19_unsealed_events_in_order(self) -> None:
        """Events without a position are answered in the order of their ids, at most the limit; a sealed one is not."""
        repository = await self.opened()
        await store(repository, a.organization())
        events = [a.event(number) for number in (4, 1, 3, 2, 5)]
        await append(repository, *events)
        in_order = sorted(events, key=lambda event: event.id)
        expect_equal(tuple(in_order[:3]), await repository.unsealed_events(a.OURS, limit=3), "three unsealed events")
        await seal(repository, in_order[0], in_order[2])
        expected = (in_order[1], in_order[3], in_order[4])
        expect_equal(
            expected, await repository.unsealed_events(a.OURS, limit=9), "what is unsealed after two were sealed"
        )

    @clause("R19")
    async def test_r19_from_another_organization(self) -> None:
        """Another organization's unsealed events are its own, though ours of the same ids are sealed."""
        repository = await self.opened()
        theirs = await _two_trails(repository)
        await seal(repository, *(a.event(number) for number in (1, 2, 3)))
        expect_equal(theirs, await repository.unsealed_events(a.THEIRS, limit=9), "their unsealed events")
        expect_equal((), await repository.unsealed_events(a.OURS, limit=9), "our unsealed events")

    @clause("R20")
    async def test_r20_the_feed_in_order_of_position(self) -> None:
        """Sealed events come in the order of their positions, which is not that of ids, above the position given."""
        repository = await self.opened()
        await store(repository, a.organization())
        events = [a.event(number) for number in (3, 1, 2, 5, 4)]
        await append(repository, *events, a.event(9))
        sealed = (*await seal(repository, *events[:3]), *await seal(repository, *events[3:], first=4))
        expect_equal(sealed, await repository.events_after(a.OURS, position=0, limit=9), "the whole feed")
        for position, limit in ((0, 2), (2, 2), (4, 9), (5, 9), (99, 9)):
            found = await repository.events_after(a.OURS, position=position, limit=limit)
            expect_equal(sealed[position : position + limit], found, f"{limit} of the feed after {position}")

    @clause("R20")
    async def test_r20_from_another_organization(self) -> None:
        """Another organization's feed has positions and events of its own."""
        repository = await self.opened()
        theirs = await _two_trails(repository)
        await seal(repository, *(a.event(number) for number in (1, 2, 3)))
        expect_equal(
            (), await repository.events_after(a.THEIRS, position=0, limit=9), "their feed, when only we sealed"
        )
        sealed = await seal(repository, *reversed(theirs))
        expect_equal(sealed, await repository.events_after(a.THEIRS, position=0, limit=9), "their feed")

    @clause("R21")
    async def test_r21_the_head_of_the_chain(self) -> None:
        """There is no chain before the first seal; then it is the head as last put."""
        repository = await self.opened()
        await store(repository, a.organization())
        expect_equal(None, await repository.chain(a.OURS), "the chain before the first seal")
        await store(repository, a.chain())
        expect_equal(stored(a.chain()), await repository.chain(a.OURS), "the chain after its first put")
        head = evolve(stored(a.chain()), position=3_000_000_000, digest="a" * 64)
        await store(repository, head)
        expect_equal(stored(head), await repository.chain(a.OURS), "the chain after its second put")

    @clause("R21")
    async def test_r21_from_another_organization(self) -> None:
        """Another organization's chain is another one."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS), a.chain(position=5))
        expect_equal(None, await repository.chain(a.THEIRS), "their chain, when only ours exists")
        theirs: AuditChain = a.chain(of=a.THEIRS, position=2, digest="b" * 64)
        await store(repository, theirs)
        expect_equal(stored(theirs), await repository.chain(a.THEIRS), "their chain")

    @clause("R22")
    async def test_r22_a_request_is_remembered(self) -> None:
        """What was committed under a request id is answered, and None for an id nobody used, however alike."""
        repository = await self.opened()
        await store(repository, a.organization())
        remembered = a.request("request-1")
        await repository.commit(Batch(organization=a.OURS, request=remembered))
        expect_equal(remembered, await repository.request(a.OURS, "request-1"), "the request")
        for id_text in ("request-2", "REQUEST-1", "request-1 ", ""):
            expect_equal(None, await repository.request(a.OURS, id_text), f"the request {id_text!r}, which nobody made")

    @clause("R22")
    async def test_r22_from_another_organization(self) -> None:
        """Another organization's request of the same id is another one."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS))
        await repository.commit(Batch(organization=a.OURS, request=a.request()))
        expect_equal(None, await repository.request(a.THEIRS, "request-1"), "their request, when only ours exists")
        theirs = a.request(of=a.THEIRS, receipt="theirs")
        await repository.commit(Batch(organization=a.THEIRS, request=theirs))
        expect_equal(theirs, await repository.request(a.THEIRS, "request-1"), "their request")

    @clause("storage")
    async def test_storage_keeps_every_event_whole(self) -> None:
        """Every happening and every field of an event is read back equal, before and after it is sealed."""
        repository = await self.opened()
        events = specimens.events()
        await store(repository, a.organization())
        await append(repository, *events)
        found = await repository.events_page(EventQuery(organization=a.OURS, limit=len(events)))
        _expect_events(events, found)
        sealed = await seal(repository, *events)
        feed = await repository.events_after(a.OURS, position=0, limit=len(events))
        _expect_events(events, [each.event for each in feed])
        expect_equal([each.digest for each in sealed], [each.digest for each in feed], "the digests of the feed")

    @clause("storage")
    async def test_storage_keeps_every_request_whole(self) -> None:
        """Every field of a remembered request is read back equal; an empty receipt stays empty."""
        repository = await self.opened()
        await store(repository, a.organization())
        for request in specimens.requests():
            await repository.commit(Batch(organization=a.OURS, request=request))
        for request in specimens.requests():
            expect_equal(request, await repository.request(a.OURS, request.id), "a request")


def _expect_events(expected: Sequence[Event], actual: Sequence[Event]) -> None:
    for wanted, found in zip(expected, actual, strict=False):
        expect_equal(wanted, found, "an event")
        expect_equal(timedelta(0), found.at.utcoffset(), "how far an event's time is from UTC")
        expect_equal(wanted.salt, found.salt, "an event's salt")
    expect_equal(len(expected), len(actual), "how many events there are")


async def _two_trails(repository: AsyncRepository) -> tuple[Event, ...]:
    """Append three events of ours and two of theirs with the same ids; return theirs."""
    theirs = tuple(a.event(number, of=a.THEIRS, salt=f"{number:030x}ff") for number in (1, 3))
    await store(repository, a.organization(), a.organization(a.THEIRS))
    await append(repository, *(a.event(number) for number in (1, 2, 3)))
    await append(repository, *theirs, of=a.THEIRS)
    return theirs
