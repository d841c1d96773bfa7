"""Notifiers for tests: they send nothing, keep what they were given, and answer what a test tells them to."""

from __future__ import annotations

import threading
from collections import deque
from typing import final

from ..domain.channel import Address
from ..domain.message import Accepted, Message, SendOutcome


class _Collecting:
    """Hold messages, and the answers to the next ones."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: list[Message] = []
        self._next: deque[SendOutcome] = deque()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self._taken)} messages)"

    @property
    def messages(self) -> tuple[Message, ...]:
        """Return the messages that were accepted, in the order in which they came."""
        return tuple(self._taken)

    @property
    def last(self) -> Message:
        """Return the message that was accepted last; `message.text.reveal()` has its link. Raises LookupError for none."""
        if not self._taken:
            raise LookupError("no message was accepted yet")
        return self._taken[-1]

    def to(self, address: Address, /) -> tuple[Message, ...]:
        """Return the messages that went to an address."""
        return tuple(message for message in self._taken if message.to == address)

    def answers(self, *outcomes: SendOutcome) -> None:
        """Answer the next messages with these, in this order; what comes after them is accepted again."""
        self._next.extend(outcomes)

    def clear(self) -> None:
        """Forget all messages, and what was to be answered."""
        with self._lock:
            self._taken.clear()
            self._next.clear()

    def _collect(self, message: Message) -> SendOutcome:
        with self._lock:
            outcome = self._next.popleft() if self._next else Accepted(provider_id=f"kept-{len(self._taken) + 1}")
            if isinstance(outcome, Accepted):
                self._taken.append(message)
            return outcome


@final
class CollectingNotifier(_Collecting):
    """Keep messages instead of sending them; every one is accepted until `answers` says otherwise."""

    def send(self, message: Message, /) -> SendOutcome:
        """Keep a message, or answer what a test told."""
        return self._collect(message)


@final
class AsyncCollectingNotifier(_Collecting):
    """Keep messages as `CollectingNotifier` does, awaitably; other tasks run first, as with a real one."""

    async def send(self, message: Message, /) -> SendOutcome:
        """Keep a message, or answer what a test told."""
        import asyncio

        await asyncio.sleep(0)
        return self._collect(message)
