"""What time it is, asked of the host's clock and checked: everything here is decided in aware UTC."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

from ..errors import BrokenPort
from ..ports import Clock


def moment(clock: Clock, /) -> datetime:
    """Return the time. Raises `BrokenPort` for a clock that answers anything but an aware time in UTC."""
    now: object = clock()
    if type(now) is datetime and now.tzinfo is UTC:
        return now
    if inspect.isawaitable(now):
        discard(now)
    if not isinstance(now, datetime) or now.utcoffset() != timedelta(0):
        raise BrokenPort(port="clock", problem="it has to answer aware times in UTC")
    return now.astimezone(UTC)


def discard(awaitable: Awaitable[Any], /) -> None:
    """Give up something that was never to be awaited, so that it does not complain when it goes."""
    close = getattr(awaitable, "close", None) or getattr(awaitable, "cancel", None)
    if close is not None:
        close()
