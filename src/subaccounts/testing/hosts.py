"""Stand-ins for the host: which roles its accounts hold and what its organizations bought. Each has an async twin."""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

from attrs import evolve

from ..domain.account import HostAccount, HostRole
from ..domain.ids import OrganizationId
from ..domain.subscription import SeatRule, Subscription
from ..errors import PortError

BOUGHT: Final = Subscription(product="Sub-accounts", buy_at="https://shop.example/sub-accounts")
"""What every organization has in tests unless they say otherwise: an active subscription without end or seats."""


class _Failing:
    """Hold the error a stand-in raises instead of answering, if a test told it to."""

    def __init__(self) -> None:
        self._error: PortError | None = None

    def fail_with(self, error: PortError | None, /) -> None:
        """Raise this error from now on instead of answering; None mends it."""
        self._error = error

    def _check(self) -> None:
        if self._error is not None:
            raise self._error


class _HostAccounts(_Failing):
    """Hold which host account has which forbidden roles; unknown ones have none."""

    def __init__(self) -> None:
        super().__init__()
        self._roles: dict[HostAccount, frozenset[HostRole]] = {}
        self.asked: list[HostAccount] = []
        """Which host accounts were asked for, in order."""

    def promote(self, host: HostAccount, role: HostRole = HostRole.ADMINISTRATOR, /) -> None:
        """Give a host account one more role."""
        self._roles[host] = self._roles.get(host, frozenset()) | {role}

    def demote(self, host: HostAccount, /) -> None:
        """Take every role from a host account."""
        self._roles.pop(host, None)

    def _answer(self, host: HostAccount) -> frozenset[HostRole]:
        self._check()
        self.asked.append(host)
        return self._roles.get(host, frozenset())


@final
class FakeHostAccounts(_HostAccounts):
    """Stand in for the host's accounts: in order until a test promotes one."""

    def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        """Return the roles the host account holds now."""
        return self._answer(host)


@final
class AsyncFakeHostAccounts(_HostAccounts):
    """Stand in for the host's accounts, awaitably."""

    async def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        """Return the roles the host account holds now."""
        return self._answer(host)


class _Subscriptions(_Failing):
    """Hold what every organization bought."""

    def __init__(self, default: Subscription = BOUGHT, /) -> None:
        super().__init__()
        self._default = default
        self._sold: dict[OrganizationId, Subscription] = {}

    def sell(self, organization: OrganizationId, subscription: Subscription, /) -> None:
        """Replace what an organization has bought."""
        self._sold[organization] = subscription

    def seat(self, organization: OrganizationId, seats: SeatRule, /) -> None:
        """Count an organization's seats by another rule; None: unlimited."""
        self.sell(organization, evolve(self._now(organization), seats=seats))

    def lapse(self, organization: OrganizationId, /, *, at: datetime | None = None) -> None:
        """End a subscription: at once, or at a time (UTC)."""
        self.sell(organization, evolve(self._now(organization), active=at is not None, until=at))

    def renew(self, organization: OrganizationId, /) -> None:
        """Make a subscription active without end."""
        self.sell(organization, evolve(self._now(organization), active=True, until=None))

    def _now(self, organization: OrganizationId) -> Subscription:
        return self._sold.get(organization, self._default)

    def _answer(self, organization: OrganizationId) -> Subscription:
        self._check()
        return self._now(organization)


@final
class FakeSubscriptions(_Subscriptions):
    """Stand in for the host's shop: everybody has an active subscription until a test says otherwise."""

    def current(self, organization: OrganizationId, /) -> Subscription:
        """Return the organization's subscription as it is now."""
        return self._answer(organization)


@final
class AsyncFakeSubscriptions(_Subscriptions):
    """Stand in for the host's shop, awaitably."""

    async def current(self, organization: OrganizationId, /) -> Subscription:
        """Return the organization's subscription as it is now."""
        return self._answer(organization)
