"""Many at once on the example's Redis, threads and processes, each with a connection of its own: nothing is lost or had twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from examples.redis_store import AsyncRedisRepository, RedisRepository
from subaccounts.testing.contracts.bridge import Color
from subaccounts.testing.crowds import CrowdContract
from tests.examples import redis_servers


class TestRedis(CrowdContract):
    """A server of several processes."""

    def open(self) -> Any:
        """Open it with nothing of ours on it."""
        redis_servers.emptied(redis_servers.shared())
        return self.opener()()

    def opener(self) -> Callable[[], object]:
        """Open what is there."""
        made = AsyncRedisRepository if self.color == "async" else RedisRepository
        return partial(made, redis_servers.shared(), prefix=redis_servers.prefix())


class TestAsyncRedis(TestRedis):
    """The same, awaitably."""

    color: ClassVar[Color] = "async"
