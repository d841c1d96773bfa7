"""What the example on Redis says when a server is away, dies, refuses or is asked by somebody who gives up waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from examples.redis_store import AsyncRedisRepository, RedisRepository
from examples.redis_store.names import Keyspace
from subaccounts.domain.decision import Batch
from subaccounts.errors import OutcomeUnknown, StorageFailed
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing.faults import in_child
from tests.examples.redis_servers import Server, client, started

__all__ = ["started"]  # a fixture
Start = Callable[..., Server]
FIRST: Final = Batch(organization=a.OURS, puts=(a.organization(),))
SECOND: Final = Batch(organization=a.OURS, puts=(a.stranger(),))
LATER: Final = NOON + timedelta(minutes=1)


def _paused(server: Server) -> bool:
    """Tell whether somebody waits for a script that the server was told to put off (the flag `b` of CLIENT LIST)."""
    with client(server.url) as redis:
        return any("b" in each["flags"] and each["cmd"] == "evalsha" for each in redis.client_list())


def _put_off_writes(server: Server) -> None:
    with client(server.url) as redis:
        redis.execute_command("CLIENT", "PAUSE", 600_000, "WRITE")


class TestAway:
    """A server that is not there is `StorageFailed`, and nothing was written."""

    def test_refused(self, started: Start) -> None:
        """Where nobody answers, reads and writes say `unreachable`; when somebody does again, they go on."""
        server = started("--appendonly", "yes", "--appendfsync", "always")
        with RedisRepository(server.url) as repository:
            repository.commit(FIRST)
            server.kill()
            with pytest.raises(StorageFailed, match="unreachable"):
                repository.organization(a.OURS)
            with pytest.raises(StorageFailed, match="unreachable"):
                repository.commit(SECOND)
            server.start()
            repository.commit(SECOND)

    def test_where_it_is_and_no_password(self) -> None:
        """Its name and its failures say which server it is, and never with which password."""
        repository = RedisRepository("redis://somebody:hunter2@127.0.0.1:1/0")
        with pytest.raises(StorageFailed) as raised:
            repository.chain(a.OURS)
        for told in (repr(repository), repr(raised.value), str(raised.value)):
            assert (True, False) == ("127.0.0.1:1" in told, "hunter2" in told)

    def test_refused_async(self, started: Start) -> None:
        """The async repository says the same."""
        server = started()
        server.kill()

        async def story() -> None:
            async with AsyncRedisRepository(server.url) as repository:
                with pytest.raises(StorageFailed, match="unreachable"):
                    await repository.commit(FIRST)

        asyncio.run(story())


class TestKilled:
    """What was acknowledged is there after a crash; what was not is told to be unknown."""

    def test_acknowledged_survives(self, started: Start) -> None:
        """With `appendfsync always`, commits and leases that were answered survive a server killed right after (C1, Q5)."""
        server = started("--appendonly", "yes", "--appendfsync", "always")
        with RedisRepository(server.url) as repository:
            repository.commit(FIRST)
            repository.commit(Batch(organization=a.OURS, tasks=(a.task(),), events=(a.event(),), request=a.request()))
            (leased,) = repository.lease(a.OURS, "notices", now=NOON, until=LATER, limit=9)
            server.kill()
            server.start()
            assert a.request() == repository.request(a.OURS, a.request().id)
            assert (a.event(),) == repository.unsealed_events(a.OURS, limit=9)
            assert () == repository.lease(a.OURS, "notices", now=NOON, until=LATER, limit=9)
            repository.commit(Batch(organization=a.OURS, acknowledgments=(leased.done(),)))

    @pytest.mark.parametrize("what", ["commit", "lease"])
    def test_while_somebody_waits(self, started: Start, what: str) -> None:
        """When the server dies before it has answered, a write is `OutcomeUnknown`: it could have been written."""
        server = started("--appendonly", "yes", "--appendfsync", "always")
        with RedisRepository(server.url) as repository:
            repository.commit(FIRST)
            asked: dict[str, Callable[[], object]] = {
                "commit": lambda: repository.commit(SECOND),
                "lease": lambda: repository.lease(a.OURS, "notices", now=NOON, until=LATER, limit=9),
            }
            asked["lease"]()  # the server has met the script
            _put_off_writes(server)
            killer = threading.Thread(target=_kill_when_paused, args=(server,))
            killer.start()
            with pytest.raises(OutcomeUnknown):
                asked[what]()
            killer.join()

    def test_while_somebody_awaits(self, started: Start) -> None:
        """The async repository says the same."""
        server = started()

        async def story() -> None:
            async with AsyncRedisRepository(server.url) as repository:
                await repository.commit(FIRST)
                _put_off_writes(server)
                asked = asyncio.ensure_future(repository.commit(SECOND))
                await asyncio.to_thread(_kill_when_paused, server)
                with pytest.raises(OutcomeUnknown):
                    await asked

        asyncio.run(story())

    def test_a_canceled_task_leaves_no_answer_behind(self, started: Start) -> None:
        """A task that is canceled in a commit gives its connection up: the next question gets its own answer."""
        server = started()

        async def story() -> None:
            async with AsyncRedisRepository(server.url) as repository:
                await repository.commit(FIRST)
                _put_off_writes(server)
                asked = asyncio.ensure_future(repository.commit(SECOND))
                while not await asyncio.to_thread(_paused, server):
                    pass
                asked.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asked
                with client(server.url) as redis:
                    redis.execute_command("CLIENT", "UNPAUSE")
                found = await repository.organization(a.OURS)
                assert a.organization(version=1) == found

        asyncio.run(story())


def _kill_when_paused(server: Server) -> None:
    while not _paused(server):
        pass
    server.kill()


def _replica(redis: Any, _: Path) -> None:
    redis.execute_command("REPLICAOF", "127.0.0.1", 1)


def _memory(redis: Any, _: Path) -> None:
    redis.config_set("maxmemory", 1)


def _quorum(redis: Any, _: Path) -> None:
    redis.config_set("min-replicas-to-write", 1)


def _disk(redis: Any, folder: Path) -> None:
    (folder / "dump.rdb").mkdir()
    (folder / "dump.rdb" / "file").touch()  # so that no snapshot can take its place
    redis.config_set("save", "3600 1")
    redis.bgsave()
    while redis.info("persistence")["rdb_last_bgsave_status"] == "ok":
        pass


def _user(redis: Any, _: Path) -> None:
    redis.execute_command("ACL", "SETUSER", "default", "-@write", "-evalsha", "-eval")


def _password(redis: Any, _: Path) -> None:
    redis.config_set("requirepass", "hunter2")


def _endless(redis: Any, _: Path) -> None:
    redis.config_set("busy-reply-threshold", 1)
    connection = redis.connection_pool.make_connection()
    connection.connect()
    connection.send_command("EVAL", "while true do end", 0)  # it goes on when nobody waits for its end
    redis.endless = connection


REFUSALS: Final = {
    "a replica": (_replica, "read_only", "READONLY"),
    "a snapshot failed": (_disk, "read_only", "MISCONF"),
    "too few replicas": (_quorum, "read_only", "NOREPLICAS"),
    "no permission": (_user, "read_only", "NOPERM"),
    "out of memory": (_memory, "full", "OOM"),
    "an endless script": (_endless, "locked", "BUSY"),
    "no password": (_password, "unreachable", "NOAUTH"),
}
"""What goes wrong on a server, and what is said of it: our word and Redis's own."""


class TestShared:
    """What others see."""

    def test_a_fork_has_its_own_line(self, started: Start) -> None:
        """A process forked from one that has connections opens its own, and each gets its own answers."""
        server = started()
        with RedisRepository(server.url) as repository:
            repository.commit(FIRST)
            repository.commit(Batch(organization=a.OURS, puts=(a.chain(),)))
            assert a.organization(version=1) == in_child(lambda: repository.organization(a.OURS)).answer
            assert a.chain(version=1) == repository.chain(a.OURS)

    def test_no_hash_in_what_a_server_notes(self, started: Start) -> None:
        """Neither the slow log, which keeps the first bytes of arguments, nor the server's own log has a password hash."""
        server = started("--slowlog-log-slower-than", "0", "--loglevel", "debug")
        hashed = a.password_hash()
        with RedisRepository(server.url) as repository, client(server.url) as redis:
            people = (a.sub_account(), a.credential(password=hashed))
            repository.commit(Batch(organization=a.OURS, puts=(*FIRST.puts, a.account(), *people)))
            repository.commit(Batch(organization=a.OURS, puts=(a.credential(version=1, password=hashed),)))
            noted = str(redis.slowlog_get(99)) + server.log()
        assert (True, False) == ("EVALSHA" in noted, "$argon2id" in noted)


class TestRefused:
    """A server that refuses has written nothing, and says why."""

    @pytest.mark.parametrize("why", REFUSALS)
    def test_why(self, started: Start, tmp_path: Path, why: str) -> None:
        """A commit is refused in a stable word, and never with `OutcomeUnknown`: Redis did nothing and said so."""
        spoil, problem, detail = REFUSALS[why]
        server = started()
        repository = RedisRepository(server.url)
        repository.commit(FIRST)
        repository.close()
        with client(server.url) as redis:
            spoil(redis, tmp_path / "0")
            with pytest.raises(StorageFailed) as raised:
                repository.commit(SECOND)
        repository.close()
        assert (problem, detail, None) == (raised.value.problem, raised.value.detail, raised.value.__cause__)

    def test_damaged(self, started: Start) -> None:
        """A body that the library did not write is `damaged`, and nothing of it is told."""
        server = started()
        with RedisRepository(server.url) as repository, client(server.url) as redis:
            repository.commit(FIRST)
            records = Keyspace(prefix="subaccounts").key(a.OURS, "records")
            for body in ('{"name": "half a sec', "[]"):
                redis.hset(records, f"organization:{a.OURS.value}", body)
                with pytest.raises(StorageFailed, match="damaged") as raised:
                    repository.organization(a.OURS)
                assert (True, None) == ("half" not in str(raised.value), raised.value.__cause__)

    def test_unstorable(self, started: Start) -> None:
        """A text that is no text is told before anything is sent, and the connection goes on."""
        with RedisRepository(started().url) as repository:
            with pytest.raises(StorageFailed, match="unstorable"):
                repository.commit(Batch(organization=a.OURS, puts=(a.organization(name="\ud800"),)))
            repository.commit(FIRST)
