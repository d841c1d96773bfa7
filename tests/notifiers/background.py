"""An event loop in a thread of its own, where stand-ins for providers listen while plain and async notifiers speak to them."""

from __future__ import annotations

import asyncio
import random
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Coroutine
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@cache
def loop() -> asyncio.AbstractEventLoop:
    """Return the loop; it runs as long as the process."""
    made = asyncio.new_event_loop()
    threading.Thread(target=made.run_forever, daemon=True, name="stand-ins").start()
    return made


def run(body: Coroutine[Any, Any, T], /) -> T:
    """Run a coroutine there and return its result."""
    return asyncio.run_coroutine_threadsafe(body, loop()).result(timeout=30)


def listening(port: int = 0, /) -> socket.socket:
    """Return a socket that is bound to a port of loopback, a free one unless told, and not listening yet.

    A stand-in that was gone comes back on its port, so that this is none the system gives to outgoing connections.
    """
    for _ in range(100):
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port or random.randrange(20_000, 32_000)))
        except OSError:
            sock.close()
            if port:
                raise
        else:
            return sock
    raise OSError("there is no free port")


def free_port() -> int:
    """Return a port of loopback where nobody listens."""
    with listening() as sock:
        port: int = sock.getsockname()[1]
        return port


class ScriptedServer:
    """Listen on loopback and act out a script on every connection, whatever protocol that is."""

    def __init__(self, script: Script, /, *, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._writers: set[asyncio.StreamWriter] = set()
        self.connections = 0
        sock = listening(port)
        self.port: int = sock.getsockname()[1]
        self._server = run(self._start(sock, tls))

    async def _start(self, sock: socket.socket, tls: ssl.SSLContext | None) -> asyncio.Server:
        return await asyncio.start_server(self._serve, sock=sock, ssl=tls)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            await self._script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def close(self) -> None:
        """Stop listening and drop every connection."""
        run(self._stop())

    async def _stop(self) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)
