"""Three nodes of a MariaDB Galera cluster on loopback: how they are made, started, stopped, killed and come back.

Debian's `mariadb-server` and `galera-4` are enough. Everything is in a folder of its own with ports of its own; a server
that runs here already is not touched. What the nodes are asked is not here.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Self, final

import pymysql
from sqlalchemy.engine import URL

PROVIDER: Final = Path("/usr/lib/galera/libgalera_smm.so")
PROGRAMS: Final = ("mariadbd", "mariadb-install-db", "rsync", "wsrep_sst_rsync", "setpriv")
NODES: Final = 3
DATABASE: Final = "cluster"
PATIENCE: Final = 90.0
"""Seconds a node has until it is synced; a second is usual, a minute is a busy machine."""
_SETTINGS: Final = (
    "--no-defaults",
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--binlog-format=ROW",
    "--innodb-autoinc-lock-mode=2",
    "--innodb-buffer-pool-size=64M",
    "--innodb-flush-log-at-trx-commit=2",  # the other nodes have what one of them forgets
    "--max-connections=200",
    "--wsrep-on=ON",
    f"--wsrep-provider={PROVIDER}",
    "--wsrep-cluster-name=subaccounts",
    "--wsrep-slave-threads=2",
    "--wsrep-sst-method=rsync",
)
_INSTALL: Final = (
    "mariadb-install-db",
    "--no-defaults",
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
)
_RECOVERED: Final = re.compile(r"Recovered position: *(\S+:-?\d+)")


def lacking() -> list[str]:
    """Return what a cluster needs and is not here."""
    programs = [program for program in PROGRAMS if shutil.which(program) is None]
    return programs if PROVIDER.is_file() else [*programs, PROVIDER.name]


@final
class Node:
    """Hold one node: where it lives and listens, and its process while it runs."""

    def __init__(self, folder: Path, number: int) -> None:
        self.number, self.folder = number, folder / f"node-{number}"
        self.port, self.group, self.increments, self.snapshots = free_ports(4)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> URL:
        """Return where it is asked, by a plain driver."""
        return URL.create("mysql+pymysql", username="root", host="127.0.0.1", port=self.port, database=DATABASE)

    def start(self, others: Sequence[Node], /, *, at: str | None = None) -> None:
        """Start it as one of a group, as the first where there are no others; `at` is where it had come to.

        It is ready once it is `synced`.
        """
        members = ",".join(f"127.0.0.1:{each.group}" for each in others)
        position = [] if at is None else [f"--wsrep-start-position={at}"]
        with (self.folder / "out.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command(), f"--wsrep-cluster-address=gcomm://{members}", *position],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _command(self) -> list[str]:
        options = (
            f"gmcast.listen_addr=tcp://127.0.0.1:{self.group};ist.recv_addr=127.0.0.1:{self.increments};gcache.size=64M"
        )
        return [
            *("setpriv", "--pdeathsig=KILL", *as_whom()),  # if we are killed, the servers are
            "mariadbd",
            *_SETTINGS,
            f"--datadir={self.folder / 'data'}",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            f"--port={self.port}",
            f"--wsrep-node-name=node-{self.number}",
            f"--wsrep-node-address=127.0.0.1:{self.group}",
            f"--wsrep-sst-receive-address=127.0.0.1:{self.snapshots}",
            f"--wsrep-provider-options={options}",
        ]

    def kill(self) -> None:
        """Kill it as a power cut would: no goodbye, nothing written down."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """Stop it, and kill it if it does not within its time."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def position(self) -> str:
        """Return how far a killed node had come, as its own files say; it needs only what it missed then."""
        recovering = [*self._command(), "--wsrep-cluster-address=gcomm://", "--wsrep-recover"]
        told = subprocess.run(recovering, check=True, capture_output=True, text=True, errors="replace")
        return str(_RECOVERED.findall(told.stderr)[-1])

    def synced(self) -> Self:
        """Return once it has everything and answers; fail with the end of its log when it does not."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                if self.status("wsrep_local_state_comment") == "Synced" and self.status("wsrep_ready") == "ON":
                    return self
            except pymysql.Error:
                pass
            time.sleep(0.1)
        raise AssertionError(f"node {self.number} did not come:\n{self.said()}")

    def status(self, name: str) -> str:
        """Return a status variable of the server."""
        return str(self.ask(f"SHOW GLOBAL STATUS LIKE '{name}'")[0][1])

    def ask(self, *statements: str) -> Any:
        """Run statements one after the other and return the rows of the last."""
        with pymysql.connect(
            host="127.0.0.1", port=self.port, user="root", autocommit=True, connect_timeout=5
        ) as asked:
            cursor = asked.cursor()
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall()

    def said(self) -> str:
        """Return the end of its log."""
        return (self.folder / "out.log").read_text(encoding="utf-8", errors="replace")[-3_000:]


@final
class Cluster:
    """Hold the nodes; enter it to start them, leave it and nothing of them stays."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="subaccounts-cluster-"))
        self.nodes = tuple(Node(self._folder, number) for number in range(1, NODES + 1))

    def __enter__(self) -> Self:
        try:
            self._make()
            for place, node in enumerate(self.nodes):
                node.start(self.nodes[:place])
                node.synced()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes:
            node.kill()  # nothing of it is kept, so there is nothing to close well
        shutil.rmtree(self._folder, ignore_errors=True)

    def _make(self) -> None:
        """Make the folder of the first node, and the others as copies: who begins with the same needs no snapshot."""
        first, *others = self.nodes
        for node in self.nodes:
            node.folder.mkdir()
        data = first.folder / "data"
        subprocess.run([*_INSTALL, f"--datadir={data}"], check=True, capture_output=True)
        self._give_away()
        first.start(())
        first.synced().ask(f"CREATE DATABASE {DATABASE}")
        first.stop()
        for node in others:
            shutil.copytree(data, node.folder / "data")
        self._give_away()

    def _give_away(self) -> None:
        if as_whom():
            subprocess.run(["chown", "-R", "mysql:mysql", str(self._folder)], check=True)

    def back(self, node: Node) -> None:
        """Start a node that was killed; return once it has what it missed."""
        others = [each for each in self.nodes if each is not node]
        node.start(others, at=node.position())
        node.synced()


def as_whom() -> list[str]:
    """Return what lets a server run as its own user; it refuses to be root."""
    return ["--reuid=mysql", "--regid=mysql", "--clear-groups"] if os.geteuid() == 0 else []


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in held]
    for each in held:
        each.close()
    return ports
