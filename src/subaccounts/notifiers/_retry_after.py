"""The header `Retry-After`: how long a provider asks to be left alone (RFC 9110 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_WAIT: Final = timedelta(days=1)
"""What is believed at most; a provider with a broken clock must not silence us for years."""
_LONGEST_TEXT: Final = 40
"""Characters; an HTTP date has 29."""


def parse_retry_after(text: str, /, *, now: datetime) -> timedelta | None:
    """Return the wait a provider asks for, from nothing to a day; None for what is neither seconds nor a date."""
    text = text.strip()
    if len(text) > _LONGEST_TEXT or not text.isascii():
        return None
    if text.isdecimal():
        return min(timedelta(seconds=min(int(text), 10**9)), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
        wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError, IndexError):  # the reader of dates was made for mail, and trusts it
        return None
    return max(timedelta(), min(wait, LONGEST_WAIT))
