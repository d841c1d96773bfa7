"""What all notifiers on HTTP have in common: a subclass writes a post and reads its answer, and a color carries both."""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from .._extra import from_extra
from ..domain.message import Deferred, Message, Rejected, SendOutcome
from ..ports import Clock
from ._endpoint import Endpoint
from ._post import Answer, Post

if TYPE_CHECKING:
    from ._async_posting import AsyncPoster
    from ._posting import Poster


class Gateway(ABC):
    """Hold where a provider listens, and say how it is spoken to."""

    extra: ClassVar[str]
    """The extra that brings the library."""

    def __init__(self, *, endpoint: Endpoint, timeout: timedelta, tls: ssl.SSLContext | None, clock: Clock) -> None:
        if timeout <= timedelta():
            raise ValueError("there is some time to send a message in")
        self._endpoint = endpoint
        self._clock = clock
        with from_extra(self.extra):
            self._begin(timeout.total_seconds(), tls)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._endpoint.origin!r})"

    @abstractmethod
    def _begin(self, seconds: float, tls: ssl.SSLContext | None, /) -> None:
        """Make what carries posts in this color."""

    @abstractmethod
    def _post(self, message: Message, now: datetime, /) -> Post | Rejected:
        """Write the post of a message."""

    @abstractmethod
    def _outcome(self, answer: Answer, message: Message, now: datetime, /) -> SendOutcome:
        """Say what the answer to it means."""


class PlainGateway(Gateway):
    """Send by a provider on HTTP."""

    _poster: Poster

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, message: Message, /) -> SendOutcome:
        """Send a message, within the timeout the notifier was given."""
        post = self._post(message, self._clock())
        if isinstance(post, Rejected):
            return post
        answer = self._poster.post(post)
        return answer if isinstance(answer, Deferred) else self._outcome(answer, message, self._clock())

    def close(self) -> None:
        """Close the connections that are kept; another message opens a new one."""
        self._poster.close()

    def _begin(self, seconds: float, tls: ssl.SSLContext | None, /) -> None:
        from ._posting import Poster, trusted

        self._poster = Poster(seconds, trusted(tls, self._endpoint))


class AsyncGateway(Gateway):
    """Send by a provider on HTTP, awaitably; await `close` before the event loop ends."""

    _poster: AsyncPoster

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def send(self, message: Message, /) -> SendOutcome:
        """Send a message, within the timeout the notifier was given."""
        post = self._post(message, self._clock())
        if isinstance(post, Rejected):
            return post
        answer = await self._poster.post(post)
        return answer if isinstance(answer, Deferred) else self._outcome(answer, message, self._clock())

    async def close(self) -> None:
        """Close the connections that are kept; another message opens a new one."""
        await self._poster.close()

    def _begin(self, seconds: float, tls: ssl.SSLContext | None, /) -> None:
        from ._async_posting import AsyncPoster
        from ._posting import trusted

        self._poster = AsyncPoster(seconds, trusted(tls, self._endpoint))
