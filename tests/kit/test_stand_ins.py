"""The stand-ins keep the contracts of what they stand for, and do what their own methods say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, ClassVar

import pytest

from subaccounts.domain.account import HostAccount, HostRole
from subaccounts.domain.ids import OrganizationId
from subaccounts.domain.subscription import StoredSeats, Subscription
from subaccounts.errors import StorageFailed
from subaccounts.ports import Clock, Entropy, HostAccounts, Subscriptions
from subaccounts.testing import (
    NOON,
    AsyncFakeHostAccounts,
    AsyncFakeSubscriptions,
    AsyncTestHasher,
    CheapHasher,
    CountingEntropy,
    CountingHasher,
    EntropyContract,
    FakeHostAccounts,
    FakeSubscriptions,
    FrozenClock,
    HasherContract,
    HostAccountsContract,
    SubscriptionsContract,
)
from subaccounts.testing import builders as a
from subaccounts.testing.contracts.bridge import Color

SHOP = HostAccount(system="crm", id="17")


class TestFakeHostAccounts(HostAccountsContract):
    """The fake host keeps the contract of hosts."""

    def open(self) -> FakeHostAccounts:
        """Open a host where everybody is in order."""
        return FakeHostAccounts()

    def give(self, port: Any, host: HostAccount, roles: frozenset[HostRole], /) -> None:
        """Demote, and promote once for each role."""
        port.demote(host)
        for role in roles:
            port.promote(host, role)


class TestAsyncFakeHostAccounts(TestFakeHostAccounts):
    """So does its async twin."""

    color: ClassVar[Color] = "async"

    def open(self) -> Any:
        """Open a host where everybody is in order."""
        return AsyncFakeHostAccounts()


class TestFakeSubscriptions(SubscriptionsContract):
    """The fake shop keeps the contract of shops."""

    def open(self) -> FakeSubscriptions:
        """Open a shop."""
        return FakeSubscriptions()

    def sell(self, port: Any, organization: OrganizationId, subscription: Subscription, /) -> None:
        """Sell it."""
        port.sell(organization, subscription)


class TestAsyncFakeSubscriptions(TestFakeSubscriptions):
    """So does its async twin."""

    color: ClassVar[Color] = "async"

    def open(self) -> Any:
        """Open a shop."""
        return AsyncFakeSubscriptions()


class TestCountingEntropy(EntropyContract):
    """Counting entropy keeps the contract of entropy, and says that it repeats."""

    repeats: ClassVar[bool] = True

    def open(self) -> CountingEntropy:
        """Begin to count."""
        return CountingEntropy()


class TestCheapHasher(HasherContract):
    """The cheap hasher, counted, keeps the contract of hashers; it has no queue to be full."""

    def open(self) -> CountingHasher:
        """Open one."""
        return CountingHasher(CheapHasher())

    def other(self) -> CheapHasher:
        """Open one of another generation."""
        return CheapHasher(generation=2)

    def work(self, hasher: Any, /) -> int:
        """Return how many calls cost a hash."""
        return int(hasher.work)


class TestAsyncTestHasher(HasherContract):
    """So does the async twin of a test hasher."""

    color: ClassVar[Color] = "async"

    def open(self) -> AsyncTestHasher[CountingHasher]:
        """Open one."""
        return AsyncTestHasher(CountingHasher())

    def work(self, hasher: Any, /) -> int:
        """Return how many calls cost a hash."""
        return int(hasher.plain.work)


class TestFrozenClock:
    """Time stands until it is moved."""

    def test_it_stands_and_moves(self) -> None:
        """A clock answers the same time until it is advanced or set."""
        clock = FrozenClock()
        port: Clock = clock
        assert (NOON, NOON) == (port(), port())
        assert NOON + timedelta(hours=1) == clock.advance(timedelta(hours=1)) == port()
        clock.set(datetime(2030, 1, 1, tzinfo=UTC))
        assert datetime(2030, 1, 1, tzinfo=UTC) == port()

    @pytest.mark.parametrize("now", [NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=2)))])
    def test_it_is_aware_and_in_utc(self, now: datetime) -> None:
        """A time without a zone, or of another zone, is refused."""
        with pytest.raises(ValueError, match="UTC"):
            FrozenClock(now)
        with pytest.raises(ValueError, match="UTC"):
            FrozenClock().set(now)


class TestFakes:
    """The fakes do what tests tell them."""

    def test_entropy_repeats_and_seeds_differ(self) -> None:
        """The same seed answers the same identifiers, another seed others."""
        sources: list[Entropy] = [CountingEntropy(), CountingEntropy(), CountingEntropy(1)]
        first, second, third = (source.identifier(NOON) for source in sources)
        assert first == second != third

    def test_a_host_account_collects_roles(self) -> None:
        """Promoted twice, a host account holds both roles; demoted, none."""
        host = FakeHostAccounts()
        port: HostAccounts = host
        host.promote(SHOP, HostRole.MODERATOR)
        host.promote(SHOP)
        assert frozenset(HostRole) == port.roles(SHOP)
        host.demote(SHOP)
        assert frozenset() == port.roles(SHOP)
        assert [SHOP, SHOP] == host.asked

    def test_a_subscription_lapses_and_is_renewed(self) -> None:
        """Lapsed at once, or at a time, a subscription covers no longer; renewed, it does, and seats stay."""
        shop = FakeSubscriptions()
        port: Subscriptions = shop
        assert port.current(a.OURS).covers(NOON)
        shop.seat(a.OURS, StoredSeats(limit=3))
        shop.lapse(a.OURS)
        assert not port.current(a.OURS).covers(NOON)
        shop.lapse(a.OURS, at=NOON)
        assert port.current(a.OURS).covers(NOON - timedelta(seconds=1))
        assert not port.current(a.OURS).covers(NOON)
        shop.renew(a.OURS)
        assert port.current(a.OURS).covers(NOON)
        assert StoredSeats(limit=3) == port.current(a.OURS).seats
        assert port.current(a.THEIRS).seats is None

    def test_a_fake_can_fail(self) -> None:
        """Told to fail, a fake raises what it was told until it is mended."""
        error = StorageFailed(store="host", problem="unreachable")
        host, shop = FakeHostAccounts(), FakeSubscriptions()
        host.fail_with(error)
        shop.fail_with(error)
        with pytest.raises(StorageFailed):
            host.roles(SHOP)
        with pytest.raises(StorageFailed):
            shop.current(a.OURS)
        host.fail_with(None)
        assert frozenset() == host.roles(SHOP)
