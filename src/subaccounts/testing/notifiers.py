"""Stand-ins for who sends messages: they keep what they were given and answer what a test told them to."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import final

from ..domain.channel import Address
from ..domain.message import Accepted, Message, SendOutcome


class _Notifier:
    """Hold the messages, and what is answered next."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        """What was accepted, in order; a repeat is there again."""
        self.refused: list[Message] = []
        """What was not: rejected, deferred, or met by an error."""
        self.before: Callable[[Message], object] | None = None
        """Called with each message before it is answered: to look around, to let time pass, to fail."""
        self.after: Callable[[Message], object] | None = None
        """Called with each message once it was taken over or not, before anybody hears of it: to die."""
        self._script: deque[SendOutcome | Exception] = deque()
        self._lock = threading.Lock()

    def answers(self, *outcomes: SendOutcome | Exception) -> None:
        """Answer these to the next messages, one each, and then accept again; an error is raised."""
        self._script.extend(outcomes)

    def to(self, address: Address, /) -> list[Message]:
        """Return what was accepted for an address."""
        return [message for message in self.messages if message.to == address]

    def _answer(self, message: Message) -> SendOutcome:
        if self.before is not None:
            self.before(message)
        with self._lock:
            outcome = self._script.popleft() if self._script else Accepted(provider_id=f"fake-{message.id}")
            taken = isinstance(outcome, Accepted)
            (self.messages if taken else self.refused).append(message)
        if self.after is not None:
            self.after(message)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@final
class FakeNotifier(_Notifier):
    """Stand in for a provider: takes every message over until a test says otherwise. Threads can share one."""

    def send(self, message: Message, /) -> SendOutcome:
        """Keep the message, and answer."""
        return self._answer(message)


@final
class AsyncFakeNotifier(_Notifier):
    """Stand in for a provider, awaitably."""

    async def send(self, message: Message, /) -> SendOutcome:
        """Keep the message, and answer."""
        return self._answer(message)
