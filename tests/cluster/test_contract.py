"""A cluster keeps every clause of storage, in both colors, when every question goes to another of its nodes."""

from __future__ import annotations

from typing import Any, ClassVar

from subaccounts.testing import RepositoryContract
from subaccounts.testing.contracts.bridge import Color
from tests.cluster.running import Spread, emptied, places, spread


class TestCluster(RepositoryContract):
    """Three nodes of MariaDB through PyMySQL."""

    def open(self) -> Spread:
        """Open an empty one."""
        emptied()
        return self.again()

    def again(self) -> Spread:
        """Open one on what is there."""
        return spread([place.url for place in places()], self.color)

    def reopen(self, repository: Any, /) -> Spread:
        """Open it again; what was there is closed at the test's end."""
        return self.again()

    def close(self, port: Any, /) -> Any:
        """Close the pools."""
        return closed(port) if self.color == "async" else [each.close() for each in port.each]


async def closed(port: Spread) -> None:
    """Close the pools of an awaitable one."""
    for each in port.each:
        await each.close()


class TestAsyncCluster(TestCluster):
    """Three nodes of MariaDB through asyncmy."""

    color: ClassVar[Color] = "async"
