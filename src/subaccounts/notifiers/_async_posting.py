"""The twin of `_posting`: carries posts by the async part of `httpcore2`, one event loop's connections at a time."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable
from typing import final

import httpcore2

from ..domain.message import Deferred
from ._hush import hushed
from ._idle import KEPT_FOR
from ._post import LARGEST_ANSWER, Answer, Post, header
from ._posting import BROKEN, fields_of, not_reached, url_of, waits


@final
class AsyncPoster:
    """Carry posts; the tasks of an event loop can share one, and another loop opens connections of its own."""

    def __init__(self, seconds: float, tls: ssl.SSLContext | None, /) -> None:
        self._seconds = seconds
        self._tls = tls
        self._opened: tuple[asyncio.AbstractEventLoop, httpcore2.AsyncConnectionPool] | None = None

    async def post(self, post: Post, /) -> Answer | Deferred:
        """Carry one post; `Deferred` when nobody answered it in time."""
        try:
            with hushed():
                async with asyncio.timeout(self._seconds):
                    return await self._posted(post)
        except BROKEN as error:
            return not_reached(error)

    async def close(self) -> None:
        """Close every connection; another post opens a new one."""
        opened, self._opened = self._opened, None
        if opened is not None and opened[0] is asyncio.get_running_loop():
            await opened[1].aclose()

    async def _posted(self, post: Post) -> Answer:
        extensions = waits(self._seconds)
        async with self._pool().stream(
            "POST", url_of(post), headers=fields_of(post), content=post.body, extensions=extensions
        ) as got:
            wait = header(b"retry-after", got.headers)
            return Answer(status=got.status, retry_after=wait, body=await _read(got.aiter_stream()))

    def _pool(self) -> httpcore2.AsyncConnectionPool:
        loop = asyncio.get_running_loop()
        if self._opened is None or self._opened[0] is not loop:
            self._opened = (loop, httpcore2.AsyncConnectionPool(ssl_context=self._tls, keepalive_expiry=KEPT_FOR))
        return self._opened[1]


async def _read(parts: AsyncIterable[bytes]) -> bytes:
    """Return a body; nothing for one that is too large or breaks off, whose status counts all the same."""
    body = bytearray()
    try:
        async for part in parts:
            body += part
            if len(body) > LARGEST_ANSWER:
                return b""
    except BROKEN:
        return b""
    return bytes(body)
