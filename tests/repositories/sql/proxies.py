"""A wire that can be cut: between a driver and its server, at the moment a COMMIT passes."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import Final, Literal, Self, final

from attrs import evolve
from sqlalchemy.engine import URL

from tests.repositories.sql.databases import Database

Cut = Literal["before", "after"]
"""Whether the server never hears of the COMMIT, or carries it out and its answer is lost."""
_COMMIT: Final = re.compile(rb"COMMIT(?!TED)")  # READ COMMITTED is said at the beginning


@final
class Wire:
    """Carry bytes to a server and back; `cut` says what happens to the next COMMIT. Leave it as a context.

    `place` is the database at this end of the wire.
    """

    def __init__(self, place: Database) -> None:
        self.cut: Cut | None = None
        self._to = place.url
        self._listening = socket.create_server(("127.0.0.1", 0))
        here = {"host": "127.0.0.1", "port": self._listening.getsockname()[1]}
        query = {"sslmode": "disable"} if place.name == "PostgreSQL" else {}
        self.place = evolve(place, url=place.url.set(host=here["host"], port=here["port"], query=query))
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        hang_up(self._listening)
        for each in self._ends:
            hang_up(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:  # hung up
                return
            server = reached(self._to)
            self._ends += [client, server]
            cutting = threading.Event()
            threading.Thread(target=self._ask, args=(client, server, cutting), daemon=True).start()
            threading.Thread(target=self._answer, args=(client, server, cutting), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, cutting: threading.Event) -> None:
        for said in iter(lambda: received(client), b""):
            if self.cut is not None and _COMMIT.search(said):
                cut, self.cut = self.cut, None
                cutting.set()
                if cut == "before":
                    break
            if not passed(server, said):
                break
        hang_up(server)

    def _answer(self, client: socket.socket, server: socket.socket, cutting: threading.Event) -> None:
        for said in iter(lambda: received(server), b""):
            if cutting.is_set():
                break
            if not passed(client, said):
                break
        hang_up(client)
        hang_up(server)


def received(end: socket.socket) -> bytes:
    """Return what came, nothing once it was hung up."""
    try:
        return end.recv(65536)
    except OSError:
        return b""


def passed(end: socket.socket, said: bytes) -> bool:
    """Tell whether somebody was there to be told."""
    try:
        end.sendall(said)
    except OSError:
        return False
    return True


def hang_up(end: socket.socket) -> None:
    """End a conversation; whoever listens at the other end, or here in another thread, hears it at once."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


def reached(url: URL) -> socket.socket:
    """Return a connection to the server of a URL, which can be a socket in the file system."""
    folder = url.query.get("host")
    if isinstance(folder, str) and folder.startswith("/"):
        end = socket.socket(socket.AF_UNIX)
        end.connect(f"{folder}/.s.PGSQL.{url.query.get('port', url.port or 5432)}")
        return end
    return socket.create_connection(
        (url.host or "127.0.0.1", url.port or (5432 if "postgres" in url.drivername else 3306))
    )
