"""Hosts that break the clauses of `HostAccounts` (A1) and `Subscriptions` (S1)."""

from __future__ import annotations

from typing import Any

from ...domain.account import HostAccount, HostRole
from ...domain.ids import OrganizationId
from ...domain.subscription import Subscription
from ..hosts import FakeHostAccounts, FakeSubscriptions
from .saboteur import breaks


class BrokenHost:
    """Be a stand-in for the host's accounts; a subclass makes one thing wrong."""

    def __init__(self) -> None:
        self.inner: FakeHostAccounts = FakeHostAccounts()

    def __getattr__(self, name: str) -> Any:
        if name == "inner":
            raise AttributeError(name)
        return getattr(self.inner, name)


class BrokenShop:
    """Be a stand-in for the host's shop; a subclass makes one thing wrong."""

    def __init__(self) -> None:
        self.inner: FakeSubscriptions = FakeSubscriptions()

    def __getattr__(self, name: str) -> Any:
        if name == "inner":
            raise AttributeError(name)
        return getattr(self.inner, name)


@breaks("A1")
class RemembersRoles(BrokenHost):
    """Asks once and never again: who is promoted later is not noticed."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: dict[HostAccount, frozenset[HostRole]] = {}

    def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        return self.cache.setdefault(host, self.inner.roles(host))


@breaks("A1")
class RaisesForTheUnknown(BrokenHost):
    """Takes an account that the host does not know for an error."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[HostAccount] = set()

    def demote(self, host: HostAccount, /) -> None:
        self.known.add(host)
        self.inner.demote(host)

    def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        if host not in self.known:
            raise KeyError(host.id)
        return self.inner.roles(host)


@breaks("A1")
class ForgetsTheModerators(BrokenHost):
    """Knows administrators only."""

    def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        return self.inner.roles(host) & {HostRole.ADMINISTRATOR}


@breaks("A1")
class AnswersRolesWithACoroutine(BrokenHost):
    """Is async where a plain answer is expected: no role is ever found in a coroutine."""

    async def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        return self.inner.roles(host)


@breaks("S1")
class RemembersTheSubscription(BrokenShop):
    """Asks once and never again: who lapses goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: dict[OrganizationId, Subscription] = {}

    def current(self, organization: OrganizationId, /) -> Subscription:
        return self.cache.setdefault(organization, self.inner.current(organization))


@breaks("S1")
class SellsToEverybody(BrokenShop):
    """Keeps one subscription, and the last who bought decides what all have."""

    def __init__(self) -> None:
        super().__init__()
        self.last: OrganizationId | None = None

    def sell(self, organization: OrganizationId, subscription: Subscription, /) -> None:
        self.last = organization
        self.inner.sell(organization, subscription)

    def current(self, organization: OrganizationId, /) -> Subscription:
        return self.inner.current(self.last or organization)
