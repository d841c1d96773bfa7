"""What a refusal says to who reads it: when to come back, and what did not work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from subaccounts.errors import LinkRefused, TooSoon

MIDNIGHT: Final = datetime(2026, 3, 3, tzinfo=UTC)


def test_too_soon_after_the_last() -> None:
    """After a message the next one is minutes away: the time tells when."""
    said = str(TooSoon(until=MIDNIGHT))
    assert "a message was just sent; ask again at 00:00:00 UTC" == said


def test_too_soon_as_the_day_is_spent() -> None:
    """Where the day's messages are spent none was sent, and the next day is said with its date."""
    said = str(TooSoon(until=MIDNIGHT, why="spent"))
    assert "the messages of today are spent; ask again on 2026-03-03 at 00:00 UTC" == said


@pytest.mark.parametrize("why", ["expired", "unknown"])
def test_a_link_or_a_code(why: str) -> None:
    """Who typed a code and who followed a link hear the same, and are not told of a link that they never had."""
    assert "this link or code " in str(LinkRefused(why=why))
