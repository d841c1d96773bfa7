"""What is posted to a provider on HTTP, what it answers, and the little that is common to all who do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, final

from attrs import field, frozen

from ..domain.message import Accepted, Deferred, Message, Rejected, SendOutcome
from ._endpoint import Endpoint
from ._retry_after import parse_retry_after
from ._said import own_name

TIMEOUT: Final = timedelta(seconds=20)
"""For one message with everything that belongs to it."""
LARGEST_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read; an id and a code take a hundred."""


@final
@frozen(kw_only=True)
class Post:
    """Hold what is sent: header fields and a body, both with secrets in them."""

    endpoint: Endpoint
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)


@final
@frozen(kw_only=True)
class Answer:
    """Hold what came back: the status, how long to wait, and a body that is empty when it was too large or broke off."""

    status: int
    retry_after: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)


def header(name: bytes, headers: Iterable[tuple[bytes, bytes]], /) -> str:
    """Return the first value of a header field; "" when there is none."""
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), "")


def judged(
    answer: Answer, /, *, now: datetime, rejecting: frozenset[int], accepted: Callable[[], SendOutcome]
) -> SendOutcome:
    """Say what a status means: 2xx what `accepted` answers, one of `rejecting` never, everything else not now.

    A redirect is not followed: it would take the message where nobody said it goes.
    """
    if 200 <= answer.status < 300:
        return accepted()
    if answer.status in rejecting:
        return Rejected(reason=f"the provider refused the message: HTTP {answer.status}")
    match answer.status:
        case 401 | 403 | 407:
            reason = "the provider does not accept who we say we are"
        case 429:
            reason = "the provider takes no more for now"
        case status if 300 <= status < 400:
            reason = "the provider is somewhere else by now, and redirects are not followed"
        case status if status >= 500:
            reason = "the provider failed"
        case _:
            reason = "the provider did not take the message"
    wait = parse_retry_after(answer.retry_after, now=now) if answer.retry_after else None
    return Deferred(retry_after=wait, reason=f"{reason}: HTTP {answer.status}")


def accepted_as(name: object, /, *, of: Message) -> Accepted:
    """Return that a message was taken over, under the provider's own name for it."""
    return Accepted(provider_id=own_name(name, of=of))
