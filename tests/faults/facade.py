"""A facade of a world's color whose every port a fault can strike."""

from __future__ import annotations

from typing import Any

from subaccounts import AsyncSubAccounts, SubAccounts
from subaccounts.ports import Entropy
from subaccounts.testing import AsyncTestHasher, FakeTexts
from subaccounts.testing.faults import Faulty
from tests.invariants.world import NOBODY_BLOCKED, World


def facade(world: World, faulty: Faulty, *, repository: Any, entropy: Entropy) -> SubAccounts | AsyncSubAccounts:
    """Return a facade that was just made, on the ports of a world and what is given."""
    ports = faulty.ports(
        repository=repository,
        keys=world.keys,
        host_accounts=world.hosts,
        subscriptions=world.subscriptions,
        hasher=AsyncTestHasher(world.hasher) if world.is_async else world.hasher,
        notifier=world.notifier,
        texts=FakeTexts(),
        clock=world.clock,
        entropy=entropy,
    )
    if world.is_async:
        return AsyncSubAccounts(**ports, blocklist=NOBODY_BLOCKED)
    return SubAccounts(**ports, blocklist=NOBODY_BLOCKED)
