"""Servers whose disk is full, really: what belongs here is how they are had, and how room is made again.

PostgreSQL gets a tablespace on a file system in memory that is a few megabytes large, which only a superuser may mount.
MariaDB is started for the test with one tablespace that may not grow beyond a size.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self, final

from attrs import frozen
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from subaccounts.repositories.sqlalchemy import migrate
from tests.cluster.nodes import as_whom, free_ports
from tests.repositories.sql.databases import Database, postgresql
from tests.required import missing

ROOM: Final = "24m"
"""A database that is empty takes about eight megabytes."""
PATIENCE: Final = 90.0
"""Seconds a server has to start; a second is usual, a minute is a busy machine."""
JUNK: Final = "junk"
"""The table of the host that fills the disk."""


def run(url: URL, *statements: str) -> None:
    """Run statements, each of them committed."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


@final
@frozen
class Small:
    """Hold a database whose disk is small, and what makes room on it."""

    place: Database
    make_room: Callable[[], None]


@contextmanager
def small_postgresql() -> Iterator[Small]:
    """Make a database on a small file system; `tmpfs` is missing where none can be mounted, or the server is elsewhere."""
    place = postgresql()
    engine = create_engine(place.url)
    with engine.connect() as connection:
        data = Path(str(connection.scalar(text("SHOW data_directory"))))
    engine.dispose()
    folder = Path(tempfile.mkdtemp(prefix="subaccounts-full-"))
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    if not data.exists() or os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        folder.rmdir()
        missing(
            "tmpfs",
            "run this as root that may mount, with PostgreSQL on the same machine (in a container: --cap-add SYS_ADMIN)",
        )
    name = f"subaccounts_full_{os.getpid()}"
    owner = data.stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    url = place.url.set(database=name)
    try:
        run(place.url, f"CREATE TABLESPACE {name} LOCATION '{folder}'", f"CREATE DATABASE {name} TABLESPACE {name}")
        migrate(url)
        run(url, "CHECKPOINT")  # a new database's files have holes, which would be filled when nothing fits any more
        made = Database(name="PostgreSQL", url=url, async_driver=place.async_driver)
        yield Small(made, lambda: run(url, f"DROP TABLE {JUNK}"))
    finally:
        # First these, whatever happened: a server that has pages of a file that is gone can do nothing any more.
        run(place.url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"DROP TABLESPACE IF EXISTS {name}")
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


@contextmanager
def small_mariadb() -> Iterator[Small]:
    """Start a server whose one tablespace may not grow; missing where Debian's `mariadb-server` is not installed."""
    lacking = [program for program in ("mariadbd", "mariadb-install-db", "setpriv") if shutil.which(program) is None]
    if lacking:
        missing("mariadb", f"`apt install mariadb-server` brings {lacking[0]}, which this test starts")
    with tempfile.TemporaryDirectory(prefix="subaccounts-full-") as folder, _Server(Path(folder)) as server:
        server.start(megabytes=24)
        run(server.root, "CREATE DATABASE small")
        url = server.root.set(database="small")
        migrate(url)
        made = Database(name="MariaDB", url=url, async_driver="mysql+asyncmy")
        yield Small(made, lambda: server.start(megabytes=64))  # on a full tablespace nothing can even be dropped


@final
class _Server:
    """Hold a server of MariaDB with all of InnoDB in one file that grows to a limit."""

    def __init__(self, folder: Path) -> None:
        (port,) = free_ports(1)
        self._folder, self._port = folder, port
        self.root = URL.create("mysql+pymysql", username="root", host="127.0.0.1", port=port)
        self._running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if as_whom():
            shutil.chown(self._folder, "mysql", "mysql")
        install = ("mariadb-install-db", *self._settings(24), "--auth-root-authentication-method=normal")
        subprocess.run([*_alone(), *install, "--skip-test-db"], check=True, capture_output=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def start(self, *, megabytes: int) -> None:
        """Start it, or start it anew with more room."""
        self._stop()
        where = (f"--port={self._port}", "--bind-address=127.0.0.1", f"--socket={self._folder / 's'}")
        command = [*_alone(), "mariadbd", *self._settings(megabytes), *where, f"--pid-file={self._folder / 'p'}"]
        self._running = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _once_it_answers(self.root)

    def _settings(self, megabytes: int) -> tuple[str, ...]:
        limited = f"--innodb-data-file-path=ibdata1:12M:autoextend:max:{megabytes}M"
        return ("--no-defaults", f"--datadir={self._folder / 'data'}", limited, "--innodb-file-per-table=0")

    def _stop(self) -> None:
        if self._running is not None:
            self._running.terminate()
            self._running.wait(PATIENCE)
            self._running = None


def _alone() -> tuple[str, ...]:
    """Return what runs a server as its own user, and kills it if we are killed."""
    return ("setpriv", "--pdeathsig=KILL", *as_whom())


def _once_it_answers(url: URL) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return run(url, "SELECT 1")
        except DBAPIError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def fill(place: Database) -> None:
    """Write rows of the host's own until nothing fits any more: first large ones, then small ones."""
    run(place.url, f"CREATE TABLE {JUNK} (body text)")
    for size in (60_000, 1_000):
        _until_full(place, size)


def _until_full(place: Database, size: int) -> None:
    """Write until the disk is full; random letters, which no database makes smaller."""
    engine: Any = create_engine(place.url)
    with engine.connect() as connection:
        while True:
            letters = os.urandom(size // 2).hex()
            try:
                connection.execute(text(f"INSERT INTO {JUNK} VALUES (:body)"), [{"body": letters}] * 8)
                connection.commit()
            except DBAPIError:
                connection.rollback()
                break
    engine.dispose()
