"""A provider on HTTP: the standard library's server in a thread, in whatever mood a test wants."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from attrs import frozen

from subaccounts.testing import ProviderMood
from tests.notifiers.background import free_port


@frozen(kw_only=True)
class Request:
    """Hold one request as it came; names of headers are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """Return what is said in JSON."""
        return json.loads(self.body)

    @property
    def form(self) -> list[tuple[str, str]]:
        """Return the fields of a form, in order."""
        return parse_qsl(self.body.decode("ascii"), strict_parsing=True, keep_blank_values=True)


@frozen(kw_only=True)
class Told:
    """Hold an answer: a status, header fields and a body; or raw bytes instead of any answer."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"{}"
    raw: bytes | None = None


Answering = Callable[[Request], Told]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        """Answer what was told."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        request = Request(path=self.path, headers={k.lower(): v for k, v in self.headers.items()}, body=body)
        self.server.gateway.requests.append(request)
        told = self.server.gateway.answer(request)
        if told.raw is not None:
            self.wfile.write(told.raw)
            self.close_connection = True
            return
        self.send_response_only(told.status)
        for name, value in (*told.headers, ("Content-Length", str(len(told.body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(told.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def handle(self) -> None:
        """Serve a connection, which a client can drop."""
        self.server.gateway.connections += 1
        with suppress(ConnectionError, ssl.SSLError):
            super().handle()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    gateway: Gateway

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that hangs up during the handshake is what is tested."""


class Gateway:
    """Listen on a free port of loopback, with TLS if there is a context; `answer` says what to say to a request."""

    def __init__(
        self, answer: Answering | None = None, /, *, tls: ssl.SSLContext | None = None, keep: bool = False
    ) -> None:
        self.requests: list[Request] = []
        self.taken: list[Request] = []
        self.answer: Answering = answer or (lambda _: Told())
        self.connections = 0
        self._tls = tls
        self._handler = type("Handler", (_Handler,), {"protocol_version": "HTTP/1.1" if keep else "HTTP/1.0"})
        self._server: _Server | None = None
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        """Return the address, with a path."""
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}/messages"

    def start(self) -> None:
        """Listen, on the port of before."""
        server = _Server(("127.0.0.1", self.port), self._handler)
        server.gateway = self
        if self._tls:
            server.socket = self._tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        self._server = server
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def let(self, mood: ProviderMood, /, *, moods: Mapping[ProviderMood, Answering]) -> None:
        """Be in a mood, of which the protocol's are given."""
        if mood is ProviderMood.UNREACHABLE:
            self.close()
            return
        if self._server is None:
            self.start()
        self.answer = moods[mood]

    def take(self, told: Told, /) -> Answering:
        """Return the answer that takes a message over and says this."""

        def taking(request: Request) -> Told:
            self.taken.append(request)
            return told

        return taking
