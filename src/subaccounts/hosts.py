"""Ready answers for hosts that sell nothing apart, or have no administrators and moderators of their own."""

from __future__ import annotations

from typing import Final, final

from .domain.account import HostAccount, HostRole
from .domain.ids import OrganizationId
from .domain.subscription import Subscription

_INCLUDED: Final = Subscription(product="sub-accounts", buy_at="")


@final
class IncludedInHost:
    """Answer that sub-accounts are part of the host and not sold apart; a `Subscriptions` port."""

    def current(self, organization: OrganizationId, /) -> Subscription:
        """Return a subscription without end and without seats."""
        return _INCLUDED


@final
class AsyncIncludedInHost:
    """Answer what `IncludedInHost` does, awaitably."""

    async def current(self, organization: OrganizationId, /) -> Subscription:
        """Return a subscription without end and without seats."""
        return _INCLUDED


@final
class NobodyPrivileged:
    """Answer that no host account is an administrator or moderator; a `HostAccounts` port.

    Only right where the host has no such roles: a promoted host account would give its powers to everybody under it.
    """

    def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        """Return no roles."""
        return frozenset()


@final
class AsyncNobodyPrivileged:
    """Answer what `NobodyPrivileged` does, awaitably."""

    async def roles(self, host: HostAccount, /) -> frozenset[HostRole]:
        """Return no roles."""
        return frozenset()
