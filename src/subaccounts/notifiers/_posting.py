"""Carries posts by `httpcore2`, which is httpx2 below its client: no redirects, no cookies, no decoding, and neither proxies
nor passwords from the environment. Its async twin is `_async_posting`.

`httpcore2` bounds each read and write by itself, and a provider that trickles would keep us for good; here all of it together
has an end.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, Final, final

import httpcore2

from ..domain.message import Deferred
from ._deadline import Deadline
from ._endpoint import Endpoint
from ._hush import hushed
from ._idle import KEPT_FOR
from ._post import LARGEST_ANSWER, Answer, Post, header
from ._unreached import why

BROKEN: Final = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    OSError,
)
"""What a provider, and the network before it, can do to us."""
_CHUNK: Final = 16 * 1024
"""Bytes written under one look at the clock."""
_deadline: ContextVar[Deadline] = ContextVar("subaccounts_deadline")


def url_of(post: Post, /) -> httpcore2.URL:
    """Return the address of a post as the library takes it."""
    endpoint = post.endpoint
    return httpcore2.URL(
        scheme=endpoint.scheme.encode(),
        host=endpoint.host.encode(),
        port=endpoint.port,
        target=endpoint.target.encode(),
    )


def fields_of(post: Post, /) -> list[tuple[bytes, bytes]]:
    """Return the header fields of a post as the library takes them."""
    fields = (("User-Agent", "subaccounts"), ("Accept-Encoding", "identity"), *post.headers)
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in fields]


def waits(seconds: float, /) -> dict[str, Any]:
    """Return the time for each read, write and connection, as the library takes it."""
    return {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), seconds)}


def trusted(tls: ssl.SSLContext | None, endpoint: Endpoint, /) -> ssl.SSLContext | None:
    """Return the context for an address: the given one, or one that trusts what the system does; made once, it is costly."""
    return tls or (httpcore2.default_ssl_context() if endpoint.scheme == "https" else None)


def not_reached(error: BaseException, /) -> Deferred:
    """Return that a provider was not reached."""
    return Deferred(reason=f"the provider was not reached: {why(error)}")


@final
class Poster:
    """Carry posts; threads can share one. After a fork the child opens connections of its own."""

    def __init__(self, seconds: float, tls: ssl.SSLContext | None, /) -> None:
        self._seconds = seconds
        self._tls = tls
        self._lock = threading.Lock()
        self._opened: tuple[int, httpcore2.ConnectionPool] | None = None

    def post(self, post: Post, /) -> Answer | Deferred:
        """Carry one post; `Deferred` when nobody answered it in time."""
        before = _deadline.set(Deadline(self._seconds))
        try:
            with hushed():
                return self._posted(post)
        except BROKEN as error:
            return not_reached(error)
        finally:
            _deadline.reset(before)

    def close(self) -> None:
        """Close every connection; another post opens a new one."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None and opened[0] == os.getpid():
            opened[1].close()

    def _posted(self, post: Post) -> Answer:
        extensions = waits(self._seconds)
        with self._pool().stream(
            "POST", url_of(post), headers=fields_of(post), content=post.body, extensions=extensions
        ) as got:
            wait = header(b"retry-after", got.headers)
            return Answer(status=got.status, retry_after=wait, body=_read(got.iter_stream()))

    def _pool(self) -> httpcore2.ConnectionPool:
        with self._lock:
            if self._opened is None or self._opened[0] != os.getpid():
                pool = httpcore2.ConnectionPool(
                    ssl_context=self._tls, keepalive_expiry=KEPT_FOR, network_backend=_Bounded()
                )
                self._opened = (os.getpid(), pool)
            return self._opened[1]


def _read(parts: Iterable[bytes]) -> bytes:
    """Return a body; nothing for one that is too large or breaks off, whose status counts all the same."""
    body = bytearray()
    try:
        for part in parts:
            body += part
            if len(body) > LARGEST_ANSWER:
                return b""
    except BROKEN:
        return b""
    return bytes(body)


@final
class _Bounded(httpcore2.NetworkBackend):
    """Open connections whose every wait ends with the post's deadline."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        left = _deadline.get().left()
        stream = self._inner.connect_tcp(
            host, port, timeout=left, local_address=local_address, socket_options=socket_options
        )
        return _BoundedStream(stream)


@final
class _BoundedStream(httpcore2.NetworkStream):
    """Read and write until the post's deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, /) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, timeout=_deadline.get().left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for place in range(0, len(buffer), _CHUNK):
            self._inner.write(buffer[place : place + _CHUNK], timeout=_deadline.get().left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = _deadline.get().left()
        return _BoundedStream(self._inner.start_tls(ssl_context, server_hostname=server_hostname, timeout=left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
