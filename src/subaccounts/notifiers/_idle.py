"""Connections that are kept for the next message: each is used by one sender at a time, and by its owner only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar, final

C = TypeVar("C")

MOST_KEPT: Final = 4
"""Connections kept open while nobody uses them."""
KEPT_FOR: Final = 20.0
"""Seconds; servers hang up after minutes (RFC 5321 4.5.3.2.7), and what stands between forgets earlier."""


@final
class Idle(Generic[C]):
    """Keep connections a while. An owner is a process or an event loop: what another left here is not touched.

    It is forgotten when its time is over: a closed loop, or the process before a fork, closes its own.
    """

    def __init__(self, close: Callable[[C], object], /) -> None:
        self._close = close
        self._lock = threading.Lock()
        self._kept: list[tuple[object, float, C]] = []

    def take(self, owner: object, /) -> C | None:
        """Return the connection that was given last, or None; those kept too long are closed."""
        with self._lock:
            now = time.monotonic()
            old = [connection for whose, until, connection in self._kept if until <= now and whose == owner]
            self._kept = [each for each in self._kept if each[1] > now]
            place = max((n for n, each in enumerate(self._kept) if each[0] == owner), default=None)
            taken = None if place is None else self._kept.pop(place)[2]
        for connection in old:
            self._close(connection)
        return taken

    def give(self, owner: object, connection: C, /) -> None:
        """Keep a connection for the next message, or close it when enough are kept."""
        with self._lock:
            room = len(self._kept) < MOST_KEPT
            if room:
                self._kept.append((owner, time.monotonic() + KEPT_FOR, connection))
        if not room:
            self._close(connection)

    def drain(self, owner: object, /) -> None:
        """Close every connection that is kept."""
        while (connection := self.take(owner)) is not None:
            self._close(connection)
