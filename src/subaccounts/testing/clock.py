"""A clock that stands still until a test moves it. It fulfills the port `Clock`; real clocks are the host's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, final

NOON: Final = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday noon, where every frozen clock starts unless it is told otherwise."""


@final
class FrozenClock:
    """Answer the same time until it is moved; calling it is the port `Clock`."""

    def __init__(self, now: datetime = NOON, /) -> None:
        self._now = _utc(now)

    def __call__(self) -> datetime:
        return self._now

    def advance(self, by: timedelta, /) -> datetime:
        """Move forward (backward for a negative `by`) and return the new time."""
        self._now += by
        return self._now

    def set(self, now: datetime, /) -> None:
        """Move to a time, which is aware and in UTC; raises ValueError otherwise."""
        self._now = _utc(now)

    def __repr__(self) -> str:
        return f"FrozenClock({self._now.isoformat()})"


def _utc(now: datetime) -> datetime:
    if now.utcoffset() != timedelta(0):
        raise ValueError("a clock answers aware times in UTC")
    return now
