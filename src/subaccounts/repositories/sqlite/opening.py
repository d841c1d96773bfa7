"""Opening the file: made with care, known by its header, brought up to date. Who holds connections is `connections`.

Nothing is written to a file before its header said that it is ours, or empty.
"""

from __future__ import annotations

import os
import sqlite3
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from attrs import frozen

from ...errors import InvalidValue, StorageFailed
from . import schema
from .failures import failure, primary_code, quotes

_PRIVATE: Final = 0o600
"""Only the owner reads the file: it holds password hashes. SQLite gives its side files the same mode."""

_CACHE: Final = 8_000
"""KiB of pages a connection keeps; SQLite's own 2,000 hold the upper pages of ten thousand people, not of a hundred."""

_CHECKPOINT: Final = 4_000
"""Pages in the log before they are moved into the file, which waits for the disk: every 2,000 sign-ins, not every 500."""


_OLDEST: Final = (3, 37, 0)
"""The first SQLite with STRICT tables (2021); a Python brings its own or the system's."""


@frozen(kw_only=True)
class Place:
    """Say which file, how durable and how patient."""

    path: Path
    durable: bool
    busy_timeout: timedelta

    @property
    def store(self) -> str:
        """Return how the store is called in errors."""
        return f"SQLite file {self.path}"


def connect(place: Place, /) -> sqlite3.Connection:
    """Return a connection to a file that is there; raises `sqlite3.Error` when it cannot be opened."""
    connection = sqlite3.connect(
        place.path.absolute().as_uri() + "?mode=rw",
        uri=True,
        timeout=place.busy_timeout.total_seconds(),
        isolation_level=None,
        check_same_thread=False,  # used by one thread; closed by whoever closes the repository
        cached_statements=256,
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute(f"PRAGMA cache_size = {-_CACHE}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        connection.execute(f"PRAGMA synchronous = {'FULL' if place.durable else 'NORMAL'}")
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(place: Place, /) -> None:
    """Make the file if there is none, and bring it to the newest schema. Any number of processes can do so at once.

    Raises `StorageFailed`: `foreign` for a file of something else, `newer` for one of a later release, `outdated` for a
    Python with too old a SQLite, and what the file system says.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        wanted = ".".join(str(part) for part in _OLDEST)
        detail = f"SQLite {wanted} or newer is needed; this Python has {sqlite3.sqlite_version}"
        raise StorageFailed(store=place.store, problem="outdated", detail=detail)
    try:
        _make(place)
        connection = connect(place)
        try:
            _adopt(place, connection)
        finally:
            connection.close()
    except OSError as error:
        raise StorageFailed(store=place.store, problem="unreachable", detail=type(error).__name__) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if primary_code(error) == sqlite3.SQLITE_NOTADB:
            raise StorageFailed(store=place.store, problem="foreign", detail="not a database") from error
        raise failure(place.store, error) from (None if quotes(error) else error)
    except InvalidValue as error:  # a body that the library did not write, and a step has to read
        raise StorageFailed(store=place.store, problem="damaged", detail=error.field) from error


def reach(place: Place, /) -> sqlite3.Connection:
    """Return a connection to a prepared file, after another look at its header: files are replaced under programs.

    Raises `StorageFailed` (`foreign`, `newer`, `damaged`) and `sqlite3.Error`.
    """
    connection = connect(place)
    try:
        _refuse_other(place, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_other(place: Place, connection: sqlite3.Connection) -> None:
    if _version(place, connection) != len(schema.STEPS):
        raise StorageFailed(store=place.store, problem="damaged", detail="not the file that was opened")


def _make(place: Place) -> None:
    """Make an empty private file, unless there is one."""
    try:
        os.close(os.open(place.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE))
    except FileExistsError:
        if not place.path.is_file():
            raise IsADirectoryError from None


def _adopt(place: Place, connection: sqlite3.Connection) -> None:
    if _version(place, connection) == len(schema.STEPS):
        if _pragma(connection, "journal_mode") != "wal":  # somebody made a copy of it; a read-only copy stays as it is
            _write_ahead(place, connection)
        return
    _write_ahead(place, connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(place, connection)  # somebody else has perhaps been faster
        for step in schema.STEPS[version:]:
            for each in step:
                if isinstance(each, str):
                    connection.execute(each)
                else:
                    each(connection)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(schema.STEPS)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _version(place: Place, connection: sqlite3.Connection) -> int:
    """Return the schema version of the file, 0 for an empty one; refuse a file that is not ours or newer."""
    application, version, tables = _header(connection)
    if application == schema.APPLICATION_ID:
        if version > len(schema.STEPS):
            detail = f"schema {version}, this release knows {len(schema.STEPS)}"
            raise StorageFailed(store=place.store, problem="newer", detail=detail)
        return version
    if application or version or tables:
        raise StorageFailed(store=place.store, problem="foreign", detail="another application's database")
    return 0


def _header(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Return application, version and number of tables as of one moment: somebody else is perhaps making the file."""
    alone = not connection.in_transaction
    if alone:
        connection.execute("BEGIN")
    try:
        ((tables,),) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()
        return int(_pragma(connection, "application_id")), int(_pragma(connection, "user_version")), int(tables)
    finally:
        if alone:
            connection.execute("COMMIT")


def _write_ahead(place: Place, connection: sqlite3.Connection) -> None:
    """Switch the file to write-ahead logging, which stays with it.

    Two processes switching at once answer each other "busy" without the patience of the busy timeout (SQLite does not
    call its busy handler where waiting could deadlock), so that the patience is here.
    """
    deadline = time.monotonic() + place.busy_timeout.total_seconds()
    while True:
        try:
            mode = _pragma(connection, "journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if primary_code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            if mode != "wal":
                raise StorageFailed(store=place.store, problem="unreachable", detail="no write-ahead log here")
            return


def _pragma(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    return str(row[0])
