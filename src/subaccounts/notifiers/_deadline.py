"""A moment after which nobody waits any more, whatever the other side does: trickles, floods or keeps silent."""

from __future__ import annotations

import time
from typing import final


@final
class Deadline:
    """Hold the moment; made of the seconds until then, by a clock that is never set."""

    __slots__ = ("_ends",)

    def __init__(self, seconds: float, /) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raise `TimeoutError` when none are."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("nothing is left of the time for this")
        return left
