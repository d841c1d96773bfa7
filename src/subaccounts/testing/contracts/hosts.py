"""The contracts of what a host tells about itself: `HostAccounts` and `Subscriptions`."""

from __future__ import annotations

import unittest
from datetime import timedelta
from typing import Any, cast

from ...domain.account import HostAccount, HostRole
from ...domain.fields import Kind
from ...domain.ids import OrganizationId
from ...domain.subscription import MonthlySeats, StoredSeats, Subscription
from ...ports.twins import AsyncHostAccounts, AsyncSubscriptions
from .. import builders as a
from ..clock import NOON
from .bridge import Bridge
from .contract import Contract, clause
from .expect import expect_equal


class HostAccountsContract(Contract):
    """Prove the clause of `HostAccounts`, or of `AsyncHostAccounts` with `color = "async"`.

    `give` shows how a host account gets its roles in the host; without it only unknown accounts are asked for.
    """

    def give(self, port: Any, host: HostAccount, roles: frozenset[HostRole], /) -> object:
        """Let the host account exist with just these roles, in the host's own way."""
        raise unittest.SkipTest("`give` does not say how a host account gets its roles")

    async def opened(self) -> AsyncHostAccounts:
        """Return the port, made awaitable."""
        return cast("AsyncHostAccounts", await self.bridged())

    @clause("A1")
    async def test_a1_an_unknown_account_holds_nothing(self) -> None:
        """A host account that the host does not know holds no role, and is no error."""
        accounts = await self.opened()
        for host in (HostAccount(system="crm", id="no-such-account"), HostAccount(system="no system", id="1")):
            expect_equal(frozenset(), await accounts.roles(host), f"the roles of {host}")

    @clause("A1")
    async def test_a1_the_roles_of_now(self) -> None:
        """The answer is the roles held at the moment: promoted and demoted, an account is answered as it is."""
        accounts = await self.opened()
        host, other = HostAccount(system="crm", id="17"), HostAccount(system="crm", id="18")
        await self._give(accounts, other, frozenset())
        both = frozenset(HostRole)
        for roles in (
            frozenset({HostRole.ADMINISTRATOR}),
            both,
            frozenset({HostRole.MODERATOR}),
            frozenset[HostRole](),
        ):
            await self._give(accounts, host, roles)
            expect_equal(roles, await accounts.roles(host), "the roles of the account")
            expect_equal(frozenset(), await accounts.roles(other), "the roles of another account")

    async def _give(self, accounts: AsyncHostAccounts, host: HostAccount, roles: frozenset[HostRole]) -> None:
        given = self.give(cast("Bridge", accounts).port, host, roles)
        if hasattr(given, "__await__"):
            await cast("Any", given)


class SubscriptionsContract(Contract):
    """Prove the clause of `Subscriptions`, or of `AsyncSubscriptions` with `color = "async"`.

    `sell` shows how an organization comes to a subscription in the host.
    """

    def sell(self, port: Any, organization: OrganizationId, subscription: Subscription, /) -> object:
        """Let the organization have just this subscription, in the host's own way."""
        raise unittest.SkipTest("`sell` does not say how an organization comes to a subscription")

    async def opened(self) -> AsyncSubscriptions:
        """Return the port, made awaitable."""
        return cast("AsyncSubscriptions", await self.bridged())

    @clause("S1")
    async def test_s1_the_subscription_of_now(self) -> None:
        """The answer is what the organization has at the moment: bought, lapsed, with seats of either rule."""
        subscriptions = await self.opened()
        bought = Subscription(product="Sub-accounts", buy_at="https://shop.example/buy")
        seats = StoredSeats(limit=25, kinds=frozenset({Kind.EMPLOYEE}))
        for subscription in (
            bought,
            Subscription(product="Sub-accounts", buy_at="https://shop.example/buy", active=False),
            Subscription(
                product="Pro", buy_at="https://shop.example/buy", until=NOON + timedelta(days=30), seats=seats
            ),
            Subscription(product="Pro", buy_at="https://shop.example/buy", seats=MonthlySeats(limit=1)),
        ):
            await self._sell(subscriptions, a.OURS, subscription)
            expect_equal(subscription, await subscriptions.current(a.OURS), "the subscription")

    @clause("S1")
    async def test_s1_from_another_organization(self) -> None:
        """What one organization has bought, another has not."""
        subscriptions = await self.opened()
        ours = Subscription(product="Ours", buy_at="https://shop.example/ours")
        theirs = Subscription(product="Theirs", buy_at="https://shop.example/theirs", active=False)
        await self._sell(subscriptions, a.OURS, ours)
        await self._sell(subscriptions, a.THEIRS, theirs)
        expect_equal(
            (ours, theirs), (await subscriptions.current(a.OURS), await subscriptions.current(a.THEIRS)), "both"
        )

    async def _sell(self, port: AsyncSubscriptions, organization: OrganizationId, subscription: Subscription) -> None:
        sold = self.sell(cast("Bridge", port).port, organization, subscription)
        if hasattr(sold, "__await__"):
            await cast("Any", sold)
