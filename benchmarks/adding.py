"""Adding many people to a shop, codes and audit events and all, beside `executemany` of the bare rows."""

from __future__ import annotations

import sqlite3
import tempfile
import uuid
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from benchmarks import shop
from benchmarks.figure import Figure
from benchmarks.lane import login
from benchmarks.rounds import medians, timed
from benchmarks.scale import Scale
from subaccounts import AccountId, AddPeople, KeyRing, NewPerson, NobodyPrivileged, SubAccounts
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import CheapHasher

CHUNK = 1_000
ROUNDS = 3
FIELDS = {"full_name": "Anna Berg", "position": "Clerk"}


def figures(scale: Scale) -> list[Figure]:
    """Measure both in turn, each time with people who are not there yet."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        keys = KeyRing.in_memory(b"benchmark" * 4)
        repository = SQLiteRepository(folder / "ours.db")
        nobody = NobodyPrivileged()
        subs = SubAccounts(repository=repository, keys=keys, host_accounts=nobody, hasher=CheapHasher())
        account = shop.open_shop(subs)
        store = _store(folder / "hand.db")
        ours, hand = count(), count()
        few = max(1, scale.adding // ROUNDS)
        both = {
            "ours": timed(lambda: _add(subs, account, ours, few)),
            "limit": timed(lambda: _insert(store, hand, few)),
        }
        measured = medians(both, rounds=ROUNDS)
        repository.close()
        store.close()
    return [
        Figure(
            what=f"adding {scale.adding:,} people in chunks of {CHUNK:,}, each with code and event; limit: `executemany`",
            ours=measured["ours"] * scale.adding / few,
            limit=measured["limit"] * scale.adding / few,
            bar="none yet (an import's will be ≤ 2.5 x)",
        )
    ]


def _add(subs: SubAccounts, account: AccountId, numbers: count[int], people: int) -> None:
    for first in range(0, people, CHUNK):
        chunk = range(first, min(people, first + CHUNK))
        added = tuple(NewPerson(login=login(next(numbers)), fields=FIELDS) for _ in chunk)
        subs.handle(AddPeople(actor=shop.ADMINISTRATOR, account=account, people=added))


def _insert(store: sqlite3.Connection, numbers: count[int], people: int) -> None:
    for first in range(0, people, CHUNK):
        now = datetime.now(UTC).isoformat()
        chunk = range(first, min(people, first + CHUNK))
        rows = [("acme", login(next(numbers)), str(uuid.uuid4()), *FIELDS.values(), now) for _ in chunk]
        store.execute("BEGIN")
        store.executemany("INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)", rows)
        store.executemany("INSERT INTO audit VALUES (?, ?, ?)", [(row[0], row[2], now) for row in rows])
        store.execute("COMMIT")


def _store(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -8000", "wal_autocheckpoint = 4000"):
        store.execute(f"PRAGMA {pragma}")
    columns = "organization TEXT, login TEXT, id TEXT, full_name TEXT, position TEXT, at TEXT"
    store.execute(f"CREATE TABLE people ({columns}, PRIMARY KEY (organization, login))")
    store.execute("CREATE TABLE audit (organization TEXT, person TEXT, at TEXT)")
    return store
