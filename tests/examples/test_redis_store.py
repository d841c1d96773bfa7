"""The example on Redis keeps every clause, in both colors, on one server and on a node of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest

from examples.redis_store import AsyncRedisRepository, RedisRepository
from examples.redis_store.names import Keyspace
from subaccounts.testing import RepositoryContract
from subaccounts.testing.contracts.bridge import Color
from subaccounts.testing.machines import CommandsMachine, RepositoryMachine, run_machine
from tests.examples import redis_servers


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
