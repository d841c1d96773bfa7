"""The contract of C13: of batches that collide, one succeeds. Threads for plain ports, tasks for async ones."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ...domain.decision import Batch, Count, Seen
from ...errors import Conflict, Full, Stale, Taken
from ...ports.twins import AsyncRepository
from .. import builders as a
from ..clock import NOON
from .contract import AT_ONCE, Call, clause
from .counts import counted
from .expect import expect_equal, expect_true
from .storage import StorageContract, read_back, store
from .versions import put

ROUNDS = 5
"""How often each collision is tried: a race that is lost one time in three is found with 87 %."""


class RacesContract(StorageContract):
    """Prove clause C13; needs the reads of `Repository` to see who won."""

    @clause("C13")
    async def test_c13_one_of_the_same_version(self) -> None:
        """Of eight puts of the same version one succeeds and seven are `Stale`: guesses in parallel count one by one."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account(), *a.person())
        for version in range(1, ROUNDS + 1):
            rivals = [
                put(a.credential(version=version, attempts=a.stranger().attempts.failed(f"till-{n}", now=NOON)))
                for n in range(AT_ONCE)
            ]
            await self._expect_one(repository, rivals, Stale)
            found = await read_back(repository, a.sub_account_id().credential)
            expect_equal(version + 1, found.version if found else None, "the version after the race")

    @clause("C13")
    async def test_c13_one_new_record(self) -> None:
        """Of eight new records with one id one succeeds."""
        repository = await self.opened()
        await store(repository, a.organization())
        for number in range(1, ROUNDS + 1):
            rivals = [put(a.stranger(number, last_at=NOON.replace(minute=n))) for n in range(AT_ONCE)]
            await self._expect_one(repository, rivals, Stale)

    @clause("C13")
    async def test_c13_one_holder_of_a_key(self) -> None:
        """Of eight people who want one login one gets it, the others hear `Taken`."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account())
        for turn in range(ROUNDS):
            numbers = range(1 + turn * AT_ONCE, 1 + (turn + 1) * AT_ONCE)
            rivals = [put(*a.person(number, login=f"anna-{turn}")) for number in numbers]
            await self._expect_one(repository, rivals, Taken)
            keys = a.sub_account(login=f"anna-{turn}").keys
            expect_equal(len(keys), len(await repository.holders(tuple(keys))), "keys that are held after the race")

    @clause("C13")
    async def test_c13_one_answer_to_a_request(self) -> None:
        """Of eight batches with one request id one succeeds."""
        repository = await self.opened()
        await store(repository, a.organization())
        for turn in range(ROUNDS):
            rivals = [
                Batch(organization=a.OURS, puts=(a.stranger(turn * AT_ONCE + n),), request=a.request(f"request-{turn}"))
                for n in range(AT_ONCE)
            ]
            await self._expect_one(repository, rivals, Stale)

    @clause("C13")
    async def test_c13_one_seal_of_an_event(self) -> None:
        """Of eight batches that seal and move the same chain one succeeds."""
        repository = await self.opened()
        await store(repository, a.organization(), a.chain())
        rivals = [put(a.chain(version=1, position=n)) for n in range(AT_ONCE)]
        await self._expect_one(repository, rivals, Stale)

    @clause("C13")
    async def test_c13_a_guard_against_a_put(self) -> None:
        """Two batches that each change what the other guards do not both succeed."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account(1), a.account(2))
        first, second = 1, 1
        for _ in range(ROUNDS * 2):
            rivals = [
                _write_one_guard_other(1, first, 2, second),
                _write_one_guard_other(2, second, 1, first),
            ]
            await self._expect_one(repository, rivals, Stale)
            one, two = await read_back(repository, a.account_id(1)), await read_back(repository, a.account_id(2))
            first, second = one.version if one else 0, two.version if two else 0

    @clause("C13")
    async def test_c13_counts_do_not_pass_their_limit(self) -> None:
        """Of eight counts with three places left three succeed, the others are `Full`; nobody conflicts."""
        repository = await self.opened()
        await store(repository, a.organization())
        for turn in range(ROUNDS):
            rivals = [counted(Count(name=f"seats-{turn}", by=1, initial=4, at_most=7)) for _ in range(AT_ONCE)]
            outcomes = await self.at_once([_committing(repository, batch) for batch in rivals])
            expect_equal(3, _successes(outcomes, Full), "counts that succeeded")
            expect_equal(7, await repository.counter(a.OURS, f"seats-{turn}"), "the counter after the race")

    @clause("C13")
    async def test_c13_counts_without_limit_do_not_collide(self) -> None:
        """Eight counts of one counter all succeed: seats never make people conflict with each other."""
        repository = await self.opened()
        await store(repository, a.organization())
        for turn in range(1, ROUNDS + 1):
            rivals = [counted(Count(name="seats", by=1)) for _ in range(AT_ONCE)]
            outcomes = await self.at_once([_committing(repository, batch) for batch in rivals])
            expect_equal(AT_ONCE, _successes(outcomes, Full), "counts that succeeded")
            expect_equal(turn * AT_ONCE, await repository.counter(a.OURS, "seats"), "the counter")

    @clause("C13")
    async def test_c13_what_does_not_collide_succeeds(self) -> None:
        """Eight batches that have nothing in common all succeed."""
        repository = await self.opened()
        await store(repository, a.organization(), a.account())
        batches = [put(*a.person(number)) for number in range(1, AT_ONCE + 1)]
        outcomes = await self.at_once([_committing(repository, batch) for batch in batches])
        expect_equal(AT_ONCE, _successes(outcomes, Stale), "batches that succeeded")

    @clause("storage")
    async def test_storage_a_read_sees_every_commit_that_ended(self) -> None:
        """What was committed here is read there: by other threads or tasks that begin to read afterwards."""
        repository = await self.opened()
        await store(repository, a.organization())

        async def read() -> object:
            return await repository.organization(a.OURS)

        readers: Sequence[Call[object]] = [read] * AT_ONCE
        for version in range(1, ROUNDS + 1):
            now = evolve(a.organization(), version=version, name=f"Name {version}")
            await store(repository, now)
            expected = [evolve(now, version=version + 1)] * AT_ONCE
            expect_equal(expected, await self.at_once(readers), "what everybody reads")

    async def _expect_one(self, repository: AsyncRepository, rivals: list[Batch], loser: type[Conflict]) -> None:
        outcomes = await self.at_once([_committing(repository, batch) for batch in rivals])
        expect_equal(1, _successes(outcomes, loser), f"how many of {len(rivals)} rivals succeeded")


def _write_one_guard_other(mine: int, version: int, other: int, other_version: int) -> Batch:
    written = a.account(mine, version=version, name=f"Written at {version}")
    return Batch(organization=a.OURS, puts=(written,), guards=(Seen(id=a.account_id(other), version=other_version),))


def _committing(repository: AsyncRepository, batch: Batch) -> Call[None]:
    async def commit() -> None:
        await repository.commit(batch)

    return commit


def _successes(outcomes: Sequence[Exception | None], loser: type[Conflict]) -> int:
    """Return how many succeeded; raise whatever is neither success nor the conflict that the losers have to hear."""
    for outcome in outcomes:
        heard = type(outcome).__name__
        expect_true(
            outcome is None or isinstance(outcome, loser), f"a rival heard {heard}, not {loser.__name__}: {outcome}"
        )
    return sum(outcome is None for outcome in outcomes)
