"""The hashers for tests are verified fakes: they say what the real one says, and count what they did."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.password import PasswordHash
from subaccounts.domain.secret import Secret
from subaccounts.hashing import Argon2Hasher, HashingPool, HashingProfile
from subaccounts.ports import AsyncHasher, Hasher
from subaccounts.testing.hashers import CHEAPEST, AsyncTestHasher, CheapHasher, CountingHasher

RIGHT, WRONG = Secret("correct horse battery"), Secret("wrong horse battery")


@pytest.fixture(params=["argon2", "cheap", "counting"])
def hasher(request: pytest.FixtureRequest) -> Iterator[Hasher]:
    """Run a test on the real hasher and on each fake."""
    with HashingPool(workers=1) as pool:
        hashers: dict[str, Hasher] = {
            "argon2": Argon2Hasher(profile=CHEAPEST, pool=pool),
            "cheap": CheapHasher(),
            "counting": CountingHasher(),
        }
        yield hashers[request.param]


class TestContract:
    """What every hasher does, real or fake."""

    def test_matches_its_own_hashes(self, hasher: Hasher) -> None:
        """The password matches, another does not, and a fresh hash needs no rehash."""
        stored = hasher.hash(RIGHT)
        answers = [hasher.matches(password=word, stored=stored) for word in (RIGHT, WRONG)]
        assert ([True, False], False) == (answers, hasher.needs_rehash(stored))

    def test_normalizes(self, hasher: Hasher) -> None:
        """Canonically equivalent spellings are one password; compatible ones are not."""
        stored = hasher.hash(Secret("café ①"))
        answers = [hasher.matches(password=Secret(text), stored=stored) for text in ("cafe\u0301 ①", "café 1")]
        assert [True, False] == answers

    @pytest.mark.parametrize("encoded", ["", "garbage", "cheap$1", "cheap$1$", "cheap$1$é", "$$", "!"])
    def test_no_hash_matches_nothing(self, hasher: Hasher, encoded: str) -> None:
        """None and what is no hash are refused, and want to be replaced."""
        stored = PasswordHash(encoded=encoded)
        assert not hasher.matches(password=RIGHT, stored=None)
        assert not hasher.matches(password=RIGHT, stored=stored)


class TestCheap:
    """What the cheap one does beyond the contract."""

    @given(st.text(max_size=50))
    def test_is_the_same_every_time(self, text: str) -> None:
        """Equal passwords have equal hashes, in every run."""
        assert CheapHasher().hash(Secret(text)) == CheapHasher().hash(Secret(text))

    def test_plays_new_parameters(self) -> None:
        """Another generation reads the hashes of every other and wants them made anew."""
        old, new = CheapHasher(), CheapHasher(generation=2)
        stored = old.hash(RIGHT)
        assert new.matches(password=RIGHT, stored=stored)
        assert (True, False) == (new.needs_rehash(stored), new.needs_rehash(new.hash(RIGHT)))

    def test_the_floor_has_one_door(self) -> None:
        """The cheapest profile exists only here: its numbers cannot be built."""
        with pytest.raises(ValueError, match="ASVS"):
            HashingProfile(memory_kib=CHEAPEST.memory_kib, rounds=CHEAPEST.rounds, lanes=CHEAPEST.lanes)


class TestCounting:
    """What was counted."""

    def test_counts_what_costs_a_hash(self) -> None:
        """Hashing and matching are counted, each apart and together; asking about a rehash is not."""
        hasher = CountingHasher()
        stored = hasher.hash(RIGHT)
        hasher.matches(password=WRONG, stored=stored)
        hasher.matches(password=WRONG, stored=None)
        hasher.needs_rehash(stored)
        assert (1, 2, 3) == (hasher.hashes, hasher.matchings, hasher.work)
        hasher.reset()
        assert 0 == hasher.work

    def test_counts_from_many_threads(self) -> None:
        """No call of any thread is lost."""
        hasher = CountingHasher()
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: hasher.matches(password=RIGHT, stored=None), range(400)))
        assert 400 == hasher.matchings

    def test_counts_before_it_fails(self) -> None:
        """A call that is made to fail is counted, and the other hasher is not reached."""
        inner = CountingHasher()

        def fail() -> None:
            raise RuntimeError("as told")

        hasher = CountingHasher(inner, before=fail)
        with pytest.raises(RuntimeError, match="as told"):
            hasher.hash(RIGHT)
        with pytest.raises(RuntimeError, match="as told"):
            hasher.matches(password=RIGHT, stored=None)
        assert (2, 0) == (hasher.work, inner.work)

    def test_has_an_async_twin(self) -> None:
        """The twin awaits, lets others run first, and leaves the count to the plain one."""
        counting = CountingHasher()
        twin = AsyncTestHasher(counting)
        port: AsyncHasher = twin
        order: list[str] = []

        async def story() -> bool:
            stored = await port.hash(RIGHT)
            other = asyncio.create_task(note())
            found = await port.matches(password=RIGHT, stored=stored)
            order.append("matched")
            await other
            return found and not await port.needs_rehash(stored)

        async def note() -> None:
            order.append("other")

        assert asyncio.run(story())
        assert (["other", "matched"], 2) == (order, twin.plain.work)
