"""The contract of C8 to C10: events, seals and request ids are written once."""

from __future__ import annotations

from ...domain.audit import Seal
from ...domain.decision import Batch
from ...domain.events import SealedEvent
from ...domain.queries import EventQuery
from ...errors import Stale
from .. import builders as a
from .audit import append, seal
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, expect_refused, read_back, store, stored


class AppendsContract(StorageContract):
    """Prove clauses C8 to C10; needs the reads of `Audit` and `commit`."""

    @clause("C8")
    async def test_c8_events_are_appended_with_the_batch(self) -> None:
        """The events of a batch are there when its records are."""
        repository = await self.opened()
        await store(repository, a.organization())
        batch = Batch(organization=a.OURS, puts=(a.stranger(),), events=(a.event(2), a.event(1)))
        await repository.commit(batch)
        found = await repository.events_page(EventQuery(organization=a.OURS))
        expect_equal((a.event(1), a.event(2)), found, "the events")
        expect_equal(stored(a.stranger()), await read_back(repository, a.stranger_id()), "the record")

    @clause("C8")
    async def test_c8_an_event_that_exists_is_stale(self) -> None:
        """An event id that is there already is `Stale`, sealed or not; the event stays as it was."""
        repository = await self.opened()
        await store(repository, a.organization())
        await append(repository, a.event(1), a.event(2))
        await seal(repository, a.event(2))
        for number in (1, 2):
            again = a.event(number, salt="another")
            batch = Batch(organization=a.OURS, puts=(a.stranger(),), events=(a.event(3), again))
            await expect_refused(repository, batch, Stale, f"event {number} appended again")
        found = await repository.events_page(EventQuery(organization=a.OURS))
        expect_equal((a.event(1), a.event(2)), found, "the events")
        expect_equal(None, await read_back(repository, a.stranger_id()), "what was put beside the events")

    @clause("C9")
    async def test_c9_seals_give_position_and_digest(self) -> None:
        """A sealed event has the position and digest of its seal, and only those named are sealed."""
        repository = await self.opened()
        await store(repository, a.organization())
        await append(repository, a.event(1), a.event(2), a.event(3))
        sealed = await seal(repository, a.event(3), a.event(1))
        expect_equal(sealed, await repository.events_after(a.OURS, position=0, limit=9), "the feed")
        expect_equal((a.event(2),), await repository.unsealed_events(a.OURS, limit=9), "what is unsealed")

    @clause("C9")
    async def test_c9_an_event_sealed_at_once(self) -> None:
        """A seal finds the event that its own batch brings."""
        repository = await self.opened()
        await store(repository, a.organization())
        given = Seal(event=a.event().id, position=1, digest="1" * 64)
        await repository.commit(Batch(organization=a.OURS, events=(a.event(),), seals=(given,)))
        expected = (SealedEvent(position=1, digest=given.digest, event=a.event()),)
        expect_equal(expected, await repository.events_after(a.OURS, position=0, limit=9), "the feed")
        expect_equal((), await repository.unsealed_events(a.OURS, limit=9), "what is unsealed")

    @clause("C9")
    async def test_c9_a_missing_or_sealed_event_is_stale(self) -> None:
        """A seal of an event that is not there, or sealed already, is `Stale`, and no seal of the batch is given."""
        repository = await self.opened()
        await store(repository, a.organization())
        await append(repository, a.event(1), a.event(2))
        sealed = await seal(repository, a.event(1))
        for event, why in ((a.event(1), "is sealed"), (a.event(4), "is missing")):
            seals = (
                Seal(event=a.event(2).id, position=2, digest="2" * 64),
                Seal(event=event.id, position=3, digest="3" * 64),
            )
            batch = Batch(organization=a.OURS, seals=seals, puts=(a.chain(position=3),))
            await expect_refused(repository, batch, Stale, f"a seal of an event that {why}")
            expect_equal(sealed, await repository.events_after(a.OURS, position=0, limit=9), "the feed")
            expect_equal((a.event(2),), await repository.unsealed_events(a.OURS, limit=9), "what is unsealed")
            expect_equal(None, await repository.chain(a.OURS), "the chain")

    @clause("C9")
    async def test_c9_a_taken_position_is_stale(self) -> None:
        """A seal at a position that another event has is `Stale`, and the event stays unsealed."""
        repository = await self.opened()
        await store(repository, a.organization())
        await append(repository, a.event(1), a.event(2))
        await seal(repository, a.event(1))
        seals = (Seal(event=a.event(2).id, position=1, digest="2" * 64),)
        batch = Batch(organization=a.OURS, seals=seals)
        await expect_refused(repository, batch, Stale, "a seal at a taken position")
        expect_equal((a.event(2),), await repository.unsealed_events(a.OURS, limit=9), "what is unsealed")

    @clause("C9")
    async def test_c9_an_event_of_another_organization_is_missing(self) -> None:
        """A seal finds no event of another organization."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS))
        await append(repository, a.event(1))
        batch = Batch(organization=a.THEIRS, seals=(Seal(event=a.event(1).id, position=1, digest="1" * 64),))
        await expect_refused(repository, batch, Stale, "their seal of our event")
        expect_equal((a.event(1),), await repository.unsealed_events(a.OURS, limit=9), "our unsealed events")

    @clause("C10")
    async def test_c10_a_request_id_that_exists_is_stale(self) -> None:
        """A second batch with a request id is `Stale`, writes nothing, and the first answer stays."""
        repository = await self.opened()
        await store(repository, a.organization())
        first = a.request(receipt="first")
        await repository.commit(Batch(organization=a.OURS, request=first))
        batch = Batch(organization=a.OURS, puts=(a.stranger(),), request=a.request(receipt="second"))
        await expect_refused(repository, batch, Stale, "a request id used again")
        expect_equal(first, await repository.request(a.OURS, first.id), "the request")
        expect_equal(None, await read_back(repository, a.stranger_id()), "what was put beside the request")
        other = a.request(first.id.upper())
        await repository.commit(Batch(organization=a.OURS, request=other))
        expect_equal(other, await repository.request(a.OURS, other.id), "a request whose id is only alike")
