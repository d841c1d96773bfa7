"""The contract of C7: counts add to a counter and stop at a limit, without ever making people conflict."""

from __future__ import annotations

from ...domain.decision import Batch, Count
from ...errors import Full
from ...ports.twins import AsyncRepository
from .. import builders as a
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, expect_refused, read_back, store


def counted(*counts: Count) -> Batch:
    """Return a batch of ours that only counts."""
    return Batch(organization=a.OURS, counts=counts)


class CountsContract(StorageContract):
    """Prove clause C7; needs `counter` and `commit`."""

    @clause("C7")
    async def test_c7_a_count_adds(self) -> None:
        """A counter that does not exist begins at `initial`; every count adds to it, up and down."""
        repository = await self._with_organization()
        for count, expected in (
            (Count(name="plain", by=2), 2),
            (Count(name="plain", by=3, initial=100), 5),
            (Count(name="plain", by=-4), 1),
            (Count(name="begun", by=1, initial=40), 41),
            (Count(name="begun", by=-1, initial=40), 40),
            (Count(name="lowered", by=-3, initial=10), 7),
            (Count(name="large", by=3_000_000_000), 3_000_000_000),
        ):
            await repository.commit(counted(count))
            expect_equal(expected, await repository.counter(a.OURS, count.name), f"the counter after {count}")

    @clause("C7")
    async def test_c7_a_counter_stops_at_zero(self) -> None:
        """What is taken away beyond nothing is forgotten."""
        repository = await self._with_organization()
        for count, expected in (
            (Count(name="seats", by=2), 2),
            (Count(name="seats", by=-5), 0),
            (Count(name="seats", by=1), 1),
            (Count(name="fresh", by=-1), 0),
            (Count(name="fallen", by=-9, initial=4), 0),
        ):
            await repository.commit(counted(count))
            expect_equal(expected, await repository.counter(a.OURS, count.name), f"the counter after {count}")

    @clause("C7")
    async def test_c7_the_limit_can_be_reached(self) -> None:
        """A count goes up to its limit and not past it; past it is `Full` and the counter stays."""
        repository = await self._with_organization()
        await repository.commit(counted(Count(name="seats", by=2, at_most=3)))
        await repository.commit(counted(Count(name="seats", by=1, at_most=3)))
        for by in (1, 5):
            await expect_refused(
                repository, counted(Count(name="seats", by=by, at_most=3)), Full, f"{by} past the limit"
            )
        expect_equal(3, await repository.counter(a.OURS, "seats"), "the counter at its limit")
        await repository.commit(counted(Count(name="seats", by=1, at_most=4)))
        expect_equal(4, await repository.counter(a.OURS, "seats"), "the counter after the limit was raised")

    @clause("C7")
    async def test_c7_the_limit_holds_from_the_beginning(self) -> None:
        """The first count of a counter has to keep the limit too, with what it begins at."""
        repository = await self._with_organization()
        await repository.commit(counted(Count(name="seats", by=1, initial=9, at_most=10)))
        expect_equal(10, await repository.counter(a.OURS, "seats"), "a counter that began just below its limit")
        for count in (Count(name="over", by=1, initial=10, at_most=10), Count(name="over", by=11, at_most=10)):
            await expect_refused(repository, counted(count), Full, f"{count}")
            expect_equal(None, await repository.counter(a.OURS, "over"), "a counter that could not begin")

    @clause("C7")
    async def test_c7_going_down_passes_no_limit(self) -> None:
        """A count that takes away is never `Full`, though the limit was lowered below the counter meanwhile."""
        repository = await self._with_organization()
        await repository.commit(counted(Count(name="seats", by=10)))
        await repository.commit(counted(Count(name="seats", by=-1, at_most=5)))
        expect_equal(9, await repository.counter(a.OURS, "seats"), "the counter")

    @clause("C7")
    async def test_c7_every_full_count_is_named(self) -> None:
        """Of several counts that would pass their limits every one is named, and none of the batch's is counted."""
        repository = await self._with_organization()
        room, tight = Count(name="room", by=1, at_most=9), Count(name="tight", by=2, at_most=1)
        over = Count(name="over", by=1, initial=7, at_most=7)
        batch = Batch(organization=a.OURS, puts=(a.stranger(),), counts=(room, tight, over))
        error = await expect_refused(repository, batch, Full, "a batch with two counts past their limits")
        expect_equal(frozenset({"tight", "over"}), error.counts if isinstance(error, Full) else None, "the full counts")
        for name in ("room", "tight", "over"):
            expect_equal(None, await repository.counter(a.OURS, name), f"the counter {name!r}")
        expect_equal(None, await read_back(repository, a.stranger_id()), "what was put beside the counts")

    @clause("C7")
    async def test_c7_two_counts_of_one_counter(self) -> None:
        """The second count of a batch adds to what the first left, and the limit is judged by both."""
        repository = await self._with_organization()
        two, one = Count(name="seats", by=2, at_most=3), Count(name="seats", by=1, at_most=3)
        await expect_refused(repository, counted(two, two), Full, "two counts that together pass the limit")
        expect_equal(None, await repository.counter(a.OURS, "seats"), "the counter")
        await repository.commit(counted(two, one))
        expect_equal(3, await repository.counter(a.OURS, "seats"), "the counter after two counts")

    @clause("C7")
    async def test_c7_names_are_compared_as_binary(self) -> None:
        """Counters whose names are only alike are different counters."""
        repository = await self._with_organization()
        names = ("seats", "Seats", "seats ", "séats", "se\u0301ats")
        await repository.commit(counted(*(Count(name=name, by=by) for by, name in enumerate(names, start=1))))
        for by, name in enumerate(names, start=1):
            expect_equal(by, await repository.counter(a.OURS, name), f"the counter {name!r}")

    async def _with_organization(self) -> AsyncRepository:
        repository = await self.opened()
        await store(repository, a.organization())
        return repository
