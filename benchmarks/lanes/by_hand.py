"""The limit: the same sign-in written by hand, with nothing around it. SELECT, verify, INSERT.

The rows carry the tenant and the insert an id of its own, as any host's of many customers would; nothing is counted,
nothing else is checked, and nothing can be undone.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher

from benchmarks.lane import PASSWORD, login
from benchmarks.lanes.hashing import parameters


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], None]:
    """Make the tables; `option` names the parameters of the hash, `durable`, or `at once` for a thread each."""
    hasher = PasswordHasher(**parameters(option))
    durable = "durable" in option

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(folder / "hand.db", isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "cache_size = -8000", "wal_autocheckpoint = 4000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        return connection

    store = connect()
    _fill(store, people, hasher.hash(PASSWORD))

    def sign_in(number: int, connection: sqlite3.Connection) -> None:
        found = "SELECT id, hash FROM people WHERE organization = ? AND login = ?"
        person, stored = connection.execute(found, ("acme", login(number))).fetchone()
        hasher.verify(stored, PASSWORD)
        now = datetime.now(UTC).isoformat()
        connection.execute("INSERT INTO sign_ins VALUES (?, ?, ?, ?)", ("acme", str(uuid.uuid4()), person, now))

    def one_after_the_other(whom: list[int]) -> None:
        for number in whom:
            sign_in(number, store)

    def at_once(whom: list[int]) -> None:
        with ThreadPoolExecutor(len(whom)) as threads:
            list(threads.map(lambda number: sign_in(number, connect()), whom))

    return at_once if "at once" in option else one_after_the_other


def _fill(store: sqlite3.Connection, people: int, stored: str) -> None:
    store.execute(
        "CREATE TABLE people (organization TEXT, login TEXT, id TEXT, hash TEXT, PRIMARY KEY (organization, login))"
    )
    store.execute(
        "CREATE TABLE sign_ins (organization TEXT, id TEXT, person TEXT, at TEXT, PRIMARY KEY (organization, id))"
    )
    store.execute("BEGIN")
    rows = (("acme", login(number), str(uuid.uuid4()), stored) for number in range(people))
    store.executemany("INSERT INTO people VALUES (?, ?, ?, ?)", rows)
    store.execute("COMMIT")
