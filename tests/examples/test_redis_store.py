"""The example on Redis keeps every clause, in both colors, also where Redis refuses to leave an organization's slot.

What happens when a server fails is tested in test_redis_failures.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.crc import key_slot

from examples.redis_store import AsyncRedisRepository, RedisRepository
from examples.redis_store.names import PARTS, Keyspace, behind, first, last, ordered
from subaccounts.domain.audit import Seal
from subaccounts.domain.decision import Batch, Count, Seen
from subaccounts.domain.events import SealedEvent
from subaccounts.domain.ids import OrganizationId
from subaccounts.domain.queries import SignInFacts
from subaccounts.domain.task import Leased
from subaccounts.errors import Full, StorageFailed
from subaccounts.testing import NOON, RepositoryContract, run_contract
from subaccounts.testing import builders as a
from subaccounts.testing.contracts.bridge import Color
from subaccounts.testing.machines import CommandsMachine, Machine, RepositoryMachine, run_machine
from tests.examples import redis_servers
from tests.examples.redis_servers import Server, started

__all__ = ["started"]  # a fixture


class TestRedis(RepositoryContract):
    """Redis is a repository."""

    def server(self) -> str:
        """Return the URL of the server."""
        return redis_servers.shared()

    def open(self) -> RedisRepository | AsyncRedisRepository:
        """Open an empty one."""
        redis_servers.emptied(self.server())
        return self.again()

    def again(self) -> RedisRepository | AsyncRedisRepository:
        """Open one on what is there."""
        made = AsyncRedisRepository if self.color == "async" else RedisRepository
        return made(self.server(), prefix=redis_servers.prefix())

    def reopen(self, repository: Any, /) -> RedisRepository | AsyncRedisRepository:
        """Open it again; what was there is closed at the test's end."""
        return self.again()

    @contextmanager
    def reads(self, repository: Any, /) -> Iterator[list[str]]:
        """Say which commands are sent, by their names and the scripts they run."""
        asked: list[str] = []
        line = repository._line
        answers: Callable[[Any], Any] = line._answers

        def noted(ask: Any) -> Any:
            asked.extend(" ".join(map(str, command[:2])) for command in ask.commands)
            return answers(ask)

        line._answers = noted
        yield asked
        del line._answers


class TestAsyncRedis(TestRedis):
    """Redis is an async repository."""

    color: ClassVar[Color] = "async"


@pytest.mark.parametrize("machine", [RepositoryMachine, CommandsMachine])
@pytest.mark.parametrize("contract", [TestRedis, TestAsyncRedis])
def test_any_batches_and_any_commands(machine: type[Machine], contract: type[TestRedis]) -> None:
    """Whatever is committed and read, in whatever order, the example answers as the clauses ask for."""
    redis_servers.shared()
    report = run_machine(machine, contract, steps=300)
    assert "" == report.problem


class TestCluster:
    """A tenant is on one node of a cluster, wherever it is."""

    def test_every_clause_on_a_node(self, started: Callable[..., Server]) -> None:
        """A server in cluster mode, which refuses commands and scripts that leave a slot, finds nothing to refuse."""
        server = started("--cluster-enabled", "yes")
        with redis_servers.client(server.url) as redis:
            redis.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
            while "cluster_state:ok" not in str(redis.execute_command("CLUSTER", "INFO")):
                pass

        class OnNode(TestRedis):
            def server(self) -> str:
                return server.url

        report = run_contract(OnNode)
        assert ((), ()) == (report.broken, report.skipped)

    @given(id=st.text(alphabet="ab{}:%é ", min_size=1, max_size=9))
    def test_one_slot(self, id: str) -> None:  # noqa: A002 - the id of an organization
        """Whatever is in an organization's id, all of its keys have one slot."""
        keys = Keyspace(prefix="p").keys(OrganizationId(value=id))
        assert (len(PARTS), 1) == (len(set(keys)), len({key_slot(key.encode()) for key in keys}))

    @given(ids=st.lists(st.text(alphabet="ab{}:%é ", min_size=1, max_size=9), unique=True, min_size=2, max_size=9))
    def test_no_key_is_shared(self, ids: list[str]) -> None:
        """No two organizations have a key in common, nor with a queue, whatever is in their ids."""
        space = Keyspace(prefix="p")
        keys = [key for id in ids for key in (*space.keys(OrganizationId(value=id)), space.queue(id))]  # noqa: A001 - as above
        assert len(keys) == len(set(keys))

    @pytest.mark.parametrize("prefix", ["", "{p}", "a}", "{"])
    def test_a_prefix_without_braces(self, prefix: str) -> None:
        """A prefix with braces would decide on the slot, and none would mix deployments; neither can be had."""
        with pytest.raises(ValueError, match="braces"):
            RedisRepository("redis://127.0.0.1:6379/0", prefix=prefix)


_part = st.text(alphabet="\0\1\2ab\U00010428\ufa0e", max_size=4)
_parts = st.lists(st.tuples(_part, _part), max_size=9)


class TestOrder:
    """The index has the order of what stands in it."""

    @given(places=_parts)
    def test_places_sort_as_tuples(self, places: list[tuple[str, str]]) -> None:
        """As bytes, which is how Redis compares, places stand in the order of their parts, whatever is in those."""
        expected = [ordered(*place) for place in sorted(places)]
        assert expected == sorted((ordered(*place) for place in places), key=str.encode)

    @given(places=_parts, of=_part, after=_part)
    def test_a_range_is_what_begins_with_its_parts(self, places: list[tuple[str, str]], of: str, after: str) -> None:
        """Between the first and the last place of a part there are its places and no others; so it is behind one."""
        for bounds, expected in (
            ((first(of), last(of)), [place for place in places if place[0] == of]),
            ((behind(of, after), last(of)), [place for place in places if place[0] == of and place[1] > after]),
        ):
            low, high = (bound[1:].encode() for bound in bounds)
            closed = bounds[0].startswith("[")
            found = [
                place for place in places if low < (at := ordered(*place).encode()) < high or (closed and at == low)
            ]
            assert expected == found


def _everything() -> Batch:
    """Return a batch that writes every part there is, on top of `_furnished`."""
    return Batch(
        organization=a.OURS,
        puts=(a.account(version=1, name="Other"), *a.person(3, login="carl"), a.department(2, under=1)),
        removes=(Seen(id=a.stranger_id(), version=1),),
        counts=(Count(name="seats", by=1),),
        events=(a.event(2),),
        tasks=(a.task(2),),
        request=a.request(),
    )


class TestHalves:
    """Redis undoes nothing, so nothing is written that could end halfway."""

    @pytest.mark.parametrize("part", PARTS)
    def test_a_key_of_another_kind(self, part: str) -> None:
        """When any one of an organization's keys is not what we made of it, a commit fails and writes no other."""
        url = redis_servers.emptied(redis_servers.shared())
        space = Keyspace(prefix=redis_servers.prefix())
        with RedisRepository(url, prefix=space.prefix) as repository, redis_servers.client(url) as redis:
            repository.commit(Batch(organization=a.OURS, puts=a.one_of_each()))
            spoilt = space.key(a.OURS, part)
            redis.delete(spoilt)
            redis.set(spoilt, "somebody else's")
            before = _stored(redis, space)
            with pytest.raises(StorageFailed, match="damaged"):
                repository.commit(_everything())
            assert before == _stored(redis, space)

    def test_without_it_everything_is_written(self) -> None:
        """The batch of the test above touches every part but the two of seals when nothing is wrong."""
        url = redis_servers.emptied(redis_servers.shared())
        space = Keyspace(prefix=redis_servers.prefix())
        with RedisRepository(url, prefix=space.prefix) as repository, redis_servers.client(url) as redis:
            repository.commit(Batch(organization=a.OURS, puts=a.one_of_each()))
            before = _stored(redis, space)
            repository.commit(_everything())
            after = _stored(redis, space)
        assert set(PARTS) - {"seals", "positions"} == {part for part in PARTS if before[part] != after[part]}

    @pytest.mark.parametrize(
        "count",
        [Count(name="seats", by=2**53), Count(name="seats", by=1, initial=2**60), Count(name="full", by=1)],
        ids=["by", "initial", "sum"],
    )
    def test_beyond_what_lua_counts(self, count: Count) -> None:
        """A number that Lua would round is `StorageFailed` (`unstorable`), and the counter stays as it was."""
        url = redis_servers.emptied(redis_servers.shared())
        with RedisRepository(url, prefix=redis_servers.prefix()) as repository:
            full = Count(name="full", by=2**53 - 1)
            repository.commit(Batch(organization=a.OURS, puts=(a.organization(),), counts=(full,)))
            with pytest.raises(StorageFailed, match="unstorable"):
                repository.commit(Batch(organization=a.OURS, puts=(a.stranger(),), counts=(count,)))
            found = (repository.counter(a.OURS, "seats"), repository.counter(a.OURS, "full"))
        assert (None, 2**53 - 1) == found


def _stored(redis: Any, space: Keyspace) -> dict[str, object]:
    return {part: _value(redis, space.key(a.OURS, part)) for part in PARTS}


def _value(redis: Any, key: str) -> object:
    match redis.type(key):
        case "hash":
            return redis.hgetall(key)
        case "zset":
            return redis.zrange(key, 0, -1)
        case "none":
            return None
        case _:
            return redis.get(key)


class TestDue:
    """Who has something due is asked of more organizations than have it."""

    def test_among_many(self) -> None:
        """Organizations whose tasks are done are passed over, however many there are, on pages of any size."""
        url = redis_servers.emptied(redis_servers.shared())
        owners = [OrganizationId(value=f"org-{number:03}") for number in range(240)]
        waiting = [owner for number, owner in enumerate(owners) if number % 7 == 3]
        with RedisRepository(url, prefix=redis_servers.prefix()) as repository:
            for owner in owners:
                repository.commit(Batch(organization=owner, tasks=(a.task(of=owner),)))
            for owner in set(owners) - set(waiting):
                leased = _lease(repository, owner)
                repository.commit(Batch(organization=owner, acknowledgments=(leased.done(),)))
            for limit in (1, 10, len(waiting), 1000):
                found: list[OrganizationId] = []
                while page := _due(repository, after=found[-1].value if found else None, limit=limit):
                    found += page
                assert waiting == found


def _due(repository: RedisRepository, *, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
    return repository.due("notices", now=NOON, after=after, limit=limit)


def _lease(repository: RedisRepository, owner: OrganizationId) -> Leased:
    (leased,) = repository.lease(owner, "notices", now=NOON, until=NOON, limit=9)
    return leased


def _opened() -> RedisRepository:
    return RedisRepository(redis_servers.emptied(redis_servers.shared()), prefix=redis_servers.prefix())


class TestBatches:
    """What the script remembers from one part of a batch to the next, and from one batch to another."""

    def test_two_counts_of_one_counter(self) -> None:
        """The second count of a batch adds to what the first one left, and is judged by both."""
        with _opened() as repository:
            twice = (Count(name="seats", by=2, at_most=3),) * 2
            with pytest.raises(Full):
                repository.commit(Batch(organization=a.OURS, counts=twice))
            repository.commit(Batch(organization=a.OURS, counts=(*twice[:1], Count(name="seats", by=1, at_most=3))))
            assert 3 == repository.counter(a.OURS, "seats")

    def test_an_event_sealed_at_once(self) -> None:
        """A seal finds the event that its own batch brings."""
        with _opened() as repository:
            seal = Seal(event=a.event().id, position=1, digest="1" * 64)
            repository.commit(Batch(organization=a.OURS, events=(a.event(),), seals=(seal,)))
            expected = (SealedEvent(position=1, digest=seal.digest, event=a.event()),)
            assert (expected, ()) == (
                repository.events_after(a.OURS, position=0, limit=9),
                repository.unsealed_events(a.OURS, limit=9),
            )

    def test_what_was_removed_holds_nothing(self) -> None:
        """A record that comes back under its old id does not let go of keys that are somebody else's by then."""
        with _opened() as repository:
            first, credential = a.person(1, login="anna")
            second = a.sub_account(2, login="anna")
            repository.commit(Batch(organization=a.OURS, puts=(a.organization(), a.account(), first, credential)))
            gone = Seen(id=first.id, version=1), Seen(id=credential.id, version=1)
            repository.commit(Batch(organization=a.OURS, removes=gone))
            repository.commit(Batch(organization=a.OURS, puts=(second,)))
            repository.commit(Batch(organization=a.OURS, puts=(a.sub_account(1, login="bert"),)))
            assert dict.fromkeys(second.keys, second.id) == repository.holders(tuple(second.keys))

    def test_a_key_of_no_person_finds_nobody(self) -> None:
        """A sign-in with a key that a department holds does not find the person whose id has the department's value."""
        with _opened() as repository:
            departments = a.department(1), a.department(2, under=1)
            people = a.account(1), *a.person(2)
            repository.commit(Batch(organization=a.OURS, puts=(a.organization(), *departments, *people)))
            keys = tuple(departments[1].keys)
            found = repository.sign_in_facts(a.OURS, keys=keys, stranger=a.stranger_id())
            assert SignInFacts(organization=a.organization(version=1)) == found
