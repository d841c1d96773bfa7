"""The contract class that the author of a broken adapter would write, for each port: a subclass that opens it.

A saboteur that can show more than its port has to (a restart, another hasher) does it by a method of the contract's
own name, which these classes call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from ...domain.account import HostAccount, HostRole
from ...domain.ids import OrganizationId
from ...domain.subscription import Subscription
from ..contracts import (
    Contract,
    Delivered,
    EntropyContract,
    HasherContract,
    HostAccountsContract,
    KeysContract,
    NotifierContract,
    ProviderMood,
    RepositoryContract,
    SubscriptionsContract,
    TextsContract,
)
from ..contracts.bridge import Color

Make = Callable[[], Any]


def attempt(made: Make, /, *, breaks: str, color: Color) -> type[Contract]:
    """Return the contract of the port that has the clause, opening what `made` makes."""
    base = _PORTS.get(breaks[0], RepositoryAttempt)
    return type(made.__name__, (base,), {"color": color, "open": lambda _: made(), "__doc__": base.__doc__})


def _opened(contract: Contract) -> Any:
    """Return another port as the contract opens it: what a saboteur shows more is a method of its own."""
    return contract.open()


class RepositoryAttempt(RepositoryContract):
    """Open a repository; it says itself what a restart leaves, and what it is asked."""

    def reopen(self, repository: Any, /) -> object:
        reopened = getattr(repository, "reopened", None)
        return repository if reopened is None else reopened()

    @contextmanager
    def reads(self, repository: Any, /) -> Iterator[list[str]]:
        asked: list[str] = getattr(repository, "asked", [])
        asked.clear()
        yield asked


class HasherAttempt(HasherContract):
    """Open a hasher; it says itself how it looks with other parameters, or with little room."""

    def other(self) -> object:
        return _opened(self).other()

    def narrow(self) -> object:
        return _opened(self).narrow()


class KeysAttempt(KeysContract):
    """Open a key ring; it says itself how the ring of another deployment looks."""

    def other(self) -> object:
        return _opened(self).other()


class HostAccountsAttempt(HostAccountsContract):
    """Open a host and give its accounts their roles."""

    def give(self, port: Any, host: HostAccount, roles: frozenset[HostRole], /) -> None:
        port.demote(host)
        for role in roles:
            port.promote(host, role)


class SubscriptionsAttempt(SubscriptionsContract):
    """Open a shop and sell in it."""

    def sell(self, port: Any, organization: OrganizationId, subscription: Subscription, /) -> None:
        port.sell(organization, subscription)


class NotifierAttempt(NotifierContract):
    """Open a notifier before a provider in memory, which is in any mood and reads its own letters."""

    def provider(self, notifier: Any, mood: ProviderMood, /) -> None:
        notifier.inner.mood = mood

    def delivered(self, notifier: Any, /) -> Sequence[Delivered]:
        return tuple(notifier.inner.delivered())


class TextsAttempt(TextsContract):
    """Open texts in three languages; they say themselves how a template is replaced."""

    languages: ClassVar[tuple[str, ...]] = ("en", "da", "ru")

    def replaced(self, port: Any, /) -> object:
        return port.replaced()


_PORTS: Final[dict[str, type[Contract]]] = {
    "H": HasherAttempt,
    "K": KeysAttempt,
    "E": EntropyContract,
    "A": HostAccountsAttempt,
    "S": SubscriptionsAttempt,
    "N": NotifierAttempt,
    "T": TextsAttempt,
}
"""The contract by the letter of its clauses; R, C and the rules without a number are the repository's."""
