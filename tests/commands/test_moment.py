"""What time it is: what a clock of the host's is allowed to answer, and what becomes of what it must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from subaccounts.commands.moment import discard, moment
from subaccounts.errors import BrokenPort
from subaccounts.testing import NOON


class Later(datetime):
    """Be a time of a class of somebody's own."""


ALSO_UTC = timezone(timedelta(0), "Etc/UTC")


@pytest.mark.parametrize(
    "now", [NOON, NOON.replace(tzinfo=ALSO_UTC), Later(2026, 3, 2, 12, tzinfo=UTC)], ids=["UTC", "named", "own class"]
)
def test_a_time_in_utc(now: datetime) -> None:
    """A time in UTC is taken, whatever its zone and its class are called, and is of the one zone from then on."""
    answered = moment(lambda: now)
    assert (NOON, UTC) == (answered, answered.tzinfo)


@pytest.mark.parametrize(
    "now",
    [NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=2))), "12:00", None, NOON.date()],
    ids=["naive", "another zone", "text", "nothing", "a day"],
)
def test_anything_else(now: Any) -> None:
    """Whatever is no aware time in UTC is a broken port, which is named."""
    with pytest.raises(BrokenPort, match="port clock broke its contract: it has to answer aware times in UTC"):
        moment(lambda: now)


class Awaitable:
    """Be awaitable, and remember how it was given up."""

    def __init__(self) -> None:
        self.given_up = ""

    def __await__(self) -> Iterator[None]:
        yield


class Closing(Awaitable):
    """Be given up as a coroutine is."""

    def close(self) -> None:
        """Remember."""
        self.given_up = "closed"


class Canceling(Awaitable):
    """Be given up as a future is."""

    def cancel(self) -> None:
        """Remember."""
        self.given_up = "canceled"


@pytest.mark.parametrize(("make", "how"), [(Closing, "closed"), (Canceling, "canceled"), (Awaitable, "")])
def test_an_awaitable(make: Callable[[], Any], how: str) -> None:
    """A clock that is to be awaited is broken, and what it answered is given up in its own way, if it has one."""
    answered = make()
    with pytest.raises(BrokenPort):
        moment(lambda: answered)
    assert how == answered.given_up
    again = make()
    discard(again)
    assert how == again.given_up
