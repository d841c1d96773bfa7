"""The host: the portal that sub-accounts are plugged into. Its roles, its shop, its clock; all of them ports.

A real host answers these from its own tables.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from subaccounts import HostAccount, HostRole, OrganizationId, Subscription


class Crm:
    """Know which host accounts are administrators or moderators (the port `HostAccounts`)."""

    def __init__(self) -> None:
        self._roles: dict[HostAccount, HostRole] = {}

    def give(self, host: HostAccount, role: HostRole) -> None:
        """Promote a host account."""
        self._roles[host] = role

    def take(self, host: HostAccount) -> None:
        """Make a host account an ordinary one again."""
        self._roles.pop(host, None)

    def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        """Return the roles that matter which a host account holds now."""
        return frozenset({self._roles[host]}) if host in self._roles else frozenset()


class Shop:
    """Know what was bought (the port `Subscriptions`)."""

    def __init__(self) -> None:
        self._bought = self._sms = False

    def sell(self) -> None:
        """Take the money."""
        self._bought = True

    def sell_sms(self) -> None:
        """Take the money for messages by SMS."""
        self._sms = True

    def current(self, organization: OrganizationId, /) -> Subscription:
        """Return the subscription as it is now."""
        shop = "https://crm.example/shop"
        return Subscription(product="Sub-accounts", buy_at=shop, active=self._bought, sms=self._sms)


class DemoClock:
    """Tell the time (the port `Clock`), and jump ahead so that nobody has to wait thirty seconds, or a week."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def jump(self, by: timedelta) -> None:
        """Go ahead."""
        self._ahead += by
