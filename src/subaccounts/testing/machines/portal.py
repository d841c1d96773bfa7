"""A host around a checked repository: facade, key ring and stand-ins, in the repository's own color."""

from __future__ import annotations

from typing import Any, Final, TypeVar, final

from ..._shell import AsyncSubAccounts, SubAccounts
from ...commands import Command
from ...domain.ids import OrganizationId
from ...keys import KeyRing
from ..clock import FrozenClock
from ..contracts.bridge import Loop
from ..entropy import CountingEntropy
from ..hashers import AsyncTestHasher, CheapHasher
from ..hosts import AsyncFakeHostAccounts, AsyncFakeSubscriptions, FakeHostAccounts, FakeSubscriptions
from ..notifiers import AsyncFakeNotifier, FakeNotifier
from ..texts import FakeTexts
from .checked import Checked

R = TypeVar("R")
SECRET: Final = b"a key that only the machines ever use"
NOBODY_BLOCKED: Final[frozenset[str]] = frozenset()


@final
class Portal:
    """Run commands on a checked repository, with a clock that stands, a hasher that is quick, and a host to play."""

    def __init__(self, checked: Checked, loop: Loop, /) -> None:
        self._loop = loop
        self._async = checked.bridge.color == "async"
        self.clock: FrozenClock = FrozenClock()
        self.hosts: Any = AsyncFakeHostAccounts() if self._async else FakeHostAccounts()
        self.subscriptions: Any = AsyncFakeSubscriptions() if self._async else FakeSubscriptions()
        self.notifier: Any = AsyncFakeNotifier() if self._async else FakeNotifier()
        self.keys: KeyRing = KeyRing.in_memory(SECRET)
        facade: Any = AsyncSubAccounts if self._async else SubAccounts
        self._subs = facade(
            repository=checked if self._async else checked.plain,
            keys=self.keys,
            host_accounts=self.hosts,
            subscriptions=self.subscriptions,
            hasher=AsyncTestHasher(CheapHasher()) if self._async else CheapHasher(),
            notifier=self.notifier,
            texts=FakeTexts(),
            clock=self.clock,
            entropy=CountingEntropy(),
            blocklist=NOBODY_BLOCKED,
        )

    def handle(self, command: Command[R], /) -> R:
        """Run a command; raises what the facade raises."""
        answer = self._subs.handle(command)
        given: R = self._loop.run(answer) if self._async else answer
        return given

    def covered(self, organization: OrganizationId, /) -> bool:
        """Tell whether the organization's subscription is in force."""
        covers: bool = self.subscriptions._now(organization).covers(self.clock())  # noqa: SLF001 - a look, not a question
        return covers
