"""The Redis servers that the example is tested on: one that is shared, and those that a test starts to maltreat them.

The shared one is any that runs: what a process of the tests writes there has a prefix of its own, and only that is ever
deleted. A test that kills, fills or misconfigures a server starts one, where the program is installed.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, final

import pytest
from redis import Redis
from redis.exceptions import BusyLoadingError, ConnectionError, RedisError  # noqa: A004 - redis-py calls it so

from tests.required import missing

URL: Final = "SUBACCOUNTS_TEST_REDIS_URL"


@cache
def shared() -> str:
    """Return the URL of a server that runs; skips where there is none."""
    given = os.environ.get(URL)
    usual = given or "redis://127.0.0.1:6379/0"
    if not given and not answers(usual):
        missing("redis", f"start a server on 127.0.0.1:6379, or set {URL}")
    atexit.register(emptied, usual)
    return usual


def prefix() -> str:
    """Return the prefix of what this process writes."""
    return f"subaccounts-test-{os.getpid()}"


def emptied(url: str, /) -> str:
    """Return the URL of a server on which nothing begins with this process's prefix any more."""
    with client(url) as redis:
        for key in redis.scan_iter(match=f"{prefix()}:*", count=1000):
            redis.delete(key)
    return url


def client(url: str, /) -> Any:
    """Return redis-py's own client, for a test to look behind the repository's back."""
    return Redis.from_url(url, decode_responses=True)


def answers(url: str, /) -> bool:
    """Tell whether a server answers."""
    with client(url) as redis:
        try:
            return bool(redis.ping())
        except RedisError:
            return False


@final
class Server:
    """Be a server of one test: started in its folder, on a free port of loopback, killed when the test ends."""

    def __init__(self, folder: Path, /, *options: str) -> None:
        program = shutil.which("redis-server")
        if program is None:
            missing("redis", "install the program redis-server, which this test starts")
        port = _free_port()
        self.url = f"redis://127.0.0.1:{port}/0"
        self._folder = folder
        fixed = ("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", "")
        self._command = [program, *fixed, *options]
        self.start()

    def start(self) -> None:
        """Start it on what its folder holds; returns when it takes questions."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        while self._process.poll() is None:
            try:
                with client(self.url) as redis:
                    redis.ping()
            except (BusyLoadingError, ConnectionError):
                continue
            except RedisError:  # it wants a password, which is an answer
                return
            else:
                return
        pytest.fail(self.log())

    def log(self) -> str:
        """Return what it wrote into its log."""
        return (self._folder / "log").read_text(encoding="utf-8")

    def kill(self) -> None:
        """Kill it without a word."""
        self._process.kill()
        self._process.wait()


def _free_port() -> int:
    """Return a port that nobody listens on, nor on the one 10,000 above it, which is a cluster's.

    Both are below those that a system gives to outgoing connections, so that a server that was killed finds its own
    again. Processes of the tests begin to look at different ones.
    """
    for port in range(12_000 + os.getpid() * 7 % 8_000, 22_000):
        try:
            with socket.create_server(("127.0.0.1", port)), socket.create_server(("127.0.0.1", port + 10_000)):
                return port
        except OSError:
            continue
    raise AssertionError("no port is free")


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Any]:
    """Return what starts servers with options; they die with the test."""
    servers: list[Server] = []

    def start(*options: str) -> Server:
        folder = tmp_path / str(len(servers))
        folder.mkdir()
        servers.append(Server(folder, *options))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()
