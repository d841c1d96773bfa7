"""Targets for files that somebody else wrote or damaged: the key ring and the SQLite store."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from subaccounts import KeyRing
from subaccounts.domain.decision import Batch
from subaccounts.domain.fields import Kind
from subaccounts.domain.key import Key
from subaccounts.domain.queries import EventQuery, PeopleQuery
from subaccounts.errors import KeyRingFailed, StorageFailed
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import builders as b
from subaccounts.testing.clock import NOON
from tests.fuzz.mutation import mutated
from tests.fuzz.oracle import judge_error
from tests.fuzz.target import Target
from tests.invariants.world import Shop, World

LATE: Final = NOON.replace(year=2100)
SECRETS: Final = (b"a canary sings in the coal mine.", b"another canary sings, very loud.")
CANARIES: Final = ("anna", "boris", "Test Person", "Seller", "new-1", "019")
"""Words of a store that no error repeats, nor what it came from: people, and the beginning of ids."""
DETAIL: Final = re.compile(
    r"[A-Za-z_\[\]]*|not a database|another application's database|not the file that was opened|schema \d+, this release knows \d+|no write-ahead log here"
)
"""All that a storage error says beside its problem: SQLite's own word, or the name of a type of ours."""
STORAGE_PROBLEMS: Final = frozenset(
    [
        "foreign",
        "newer",
        "outdated",
        "damaged",
        "unreachable",
        "read_only",
        "full",
        "locked",
        "closed",
        "unstorable",
        "dangling",
    ]
)


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-")


def _scratch(name: str, content: bytes) -> Path:
    """Write a file that its owner alone can read, in place of the last one of its name."""
    path = Path(_folder().name) / name
    for old in (path, path.with_name(name + "-wal"), path.with_name(name + "-shm")):
        old.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return path


@cache
def _ring() -> Any:
    keys = [
        {
            "id": hashlib.sha256(b"subaccounts key id/" + secret).hexdigest()[:16],
            "created": "2026-03-02T12:00:00+00:00",
            "secret": base64.b64encode(secret).decode(),
        }
        for secret in SECRETS
    ]
    return {"format": "subaccounts-keys/1", "id": "0" * 32, "current": keys[1]["id"], "keys": keys}


def judge_key_file(data: bytes) -> None:
    """A key file is the ring that was written, or damaged in one word that repeats nothing of it."""
    raw = data[:1] != b"\x01"
    content = (
        data
        if raw
        else json.dumps(mutated(_ring(), data[1:]), ensure_ascii=len(data) % 2 == 0).encode("utf-8", "surrogatepass")
    )
    path = _scratch("portal.keys", content)
    try:
        ring = KeyRing.open(path, create=False)
    except KeyRingFailed as failed:
        assert ("damaged", str(path)) == (failed.problem, failed.detail)
        judge_error(failed, longest=200 + 2 * len(str(path)))
        assert failed.__context__ is None, "a parser's error keeps the whole file"
        return
    assert content == path.read_bytes(), "reading writes nothing"
    facts = ring.facts()
    assert [ring.current] == [each.id for each in facts if each.current]
    assert 32 == len(ring.derive(purpose="fuzz", parts=("a",)))
    assert all(fact.created.utcoffset() is not None and re.fullmatch("[0-9a-f]{16}", fact.id) for fact in facts)
    known = {each["id"] for each in _ring()["keys"]}
    assert raw or {fact.id for fact in facts} <= known, "a key that is another's id"
    assert KeyRing.open(path, create=False).facts() == facts
    assert base64.b64encode(SECRETS[0]).decode() not in repr(ring)


@cache
def _store() -> bytes:
    """Return a file with every kind of record in it."""
    with World("sqlite") as world:
        shop = Shop(world)
        shop.active("anna")
        shop.add("boris")
        shop.sign_in("nobody", "not it at all")
        plain = world.plain
        assert isinstance(plain, SQLiteRepository)
        attempt = evolve(b.sign_up(of=shop.organization), account=shop.account.id)
        task = b.task(of=shop.organization)
        plain.commit(Batch(organization=shop.organization, puts=(attempt,), tasks=(task,)))
        plain.close()
        with closing(sqlite3.connect(world.path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("VACUUM")
        return world.path.read_bytes()


@cache
def columns() -> tuple[tuple[str, str], ...]:
    """Return every table and column of a store that holds texts: in their place something else is put."""
    path = _scratch("columns.db", _store())
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
        found = [(name, row) for (name,) in names for row in connection.execute(f"PRAGMA table_info({name})")]
    return tuple((name, column) for name, (_, column, kind, *_) in found if kind == "TEXT")


def judge_sqlite_file(data: bytes) -> None:
    """A file that is no store of ours stays as it is; a damaged one is told in known words, or answered as it was."""
    kind, rest = data[:1], data[1:]
    if kind == b"\x01":
        content = bytearray(_store())
        for place in range(0, len(rest) - 3, 4):
            where = int.from_bytes(rest[place : place + 3], "big") % len(content)
            content[where] = rest[place + 3]
        path = _scratch("portal.db", bytes(content))
    elif kind == b"\x02":
        path = _scratch("portal.db", _store())
        table, column = columns()[rest[0] % len(columns()) if rest else 0]
        text = rest[1:].decode("utf-8", "replace")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ?", (text,))
            connection.commit()
    elif kind == b"\x03":
        path = _scratch("portal.db", _store())
        table, column = columns()[rest[0] % len(columns()) if rest else 0]
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(
                f"UPDATE OR IGNORE {table} SET {column} = CAST(CAST({column} AS BLOB) || ? AS TEXT)", (rest[1:],)
            )
            connection.commit()
    else:
        path = _scratch("portal.db", data)
    before = path.read_bytes()
    try:
        with closing(SQLiteRepository(path)) as repository:
            for ask in questions(repository):
                ask()
    except StorageFailed as failed:
        assert failed.problem in STORAGE_PROBLEMS
        assert DETAIL.fullmatch(failed.detail), "only known words are told"
        judge_error_of_port(failed)
        if failed.problem in {"foreign", "newer"}:
            assert before == path.read_bytes(), "what is not ours is not written to"
    except sqlite3.Error as error:
        raise AssertionError("an error of SQLite's own came through") from error


def judge_error_of_port(failed: StorageFailed) -> None:
    """Assert that a storage error can be shown and says where, and no more."""
    cause = failed.__cause__
    for shown in (str(failed), repr(failed), str(cause), repr(cause), repr(vars(cause)) if cause else ""):
        assert not [word for word in CANARIES if word in shown.replace(_folder().name, "")], (
            "what the store holds is shown"
        )
    assert cause is not None or failed.__suppress_context__ or failed.__context__ is None
    assert str(failed).isprintable()
    assert len(str(failed)) <= 200 + len(str(_folder().name))


def questions(repository: SQLiteRepository) -> tuple[Callable[[], object], ...]:
    """Return one question of every kind that a store is asked."""
    from subaccounts import AccountId, OrganizationId

    ours = OrganizationId(value="acme")
    account = next(iter(repository.accounts_page(ours, after=None, limit=5)), None)
    id = account.id if account else AccountId(organization=ours, value="x")  # noqa: A001 - the id of a record
    people = repository.people_page(PeopleQuery(organization=ours))
    keys = [Key(organization=ours, space=space, value="anna") for space in ("sign_in", "look_alike")]
    keys += [key for person in people for key in person.keys]
    return (
        lambda: repository.organization(ours),
        lambda: repository.account(id),
        lambda: [repository.person(person.id) for person in people],
        lambda: repository.catalog_page(ours, kind="department", after=None, limit=5),
        lambda: repository.lineage([b.department_id(of=ours)]),
        lambda: repository.people_count(ours, kinds=frozenset(Kind), systems=frozenset({"crm"}), states=frozenset()),
        lambda: repository.people_page(PeopleQuery(organization=ours, account=id, words=("an",))),
        lambda: repository.counter(ours, "seats"),
        lambda: repository.holders(keys),
        lambda: repository.sign_in_facts(id, keys=keys, stranger=b.stranger_id(of=ours)),
        lambda: repository.stale_strangers(ours, before=LATE, limit=5),
        lambda: repository.events_page(EventQuery(organization=ours)),
        lambda: repository.unsealed_events(ours, limit=50),
        lambda: repository.events_after(ours, position=0, limit=5),
        lambda: repository.chain(ours),
        lambda: repository.request(ours, "request-1"),
        lambda: [repository.sign_up(each.id) for each in repository.stale_sign_ups(ours, before=LATE, limit=5)],
        lambda: repository.tasks_page(ours, "notices", after=None, limit=5),
        lambda: repository.due("notices", now=LATE, after=None, limit=5),
    )


def _key_files() -> Iterable[bytes]:
    text = json.dumps(_ring())
    yield text.encode()
    yield from (
        b"\x01" + bytes(steps) for steps in ((), (0, 0, 3), (5, 1, 0), (6, 4, 1), (8, 2, 2), (9, 6, 3), (3, 3, 4))
    )
    yield from (b"", b"{", b"[" * 5000, b"\xff\xfe", text.replace("subaccounts-keys/1", "x").encode())
    yield text.replace("12:00:00+00:00", "12:00:00+02:00").encode()
    yield text.replace('"id": "000', '"id": "\\ud800').encode()


def _stores() -> Iterable[bytes]:
    yield from (b"", b"SQLite format 3\0", b"PK\x03\x04", b"x" * 100)
    yield from (b"\x01" + bytes((0, 0, place, 255)) for place in (0, 16, 18, 44, 56, 60, 63, 68, 71, 100, 105))
    odd = (b"null", b"", b"9999-12-31T23:59:59.000000-23:59")
    yield from (b"\x02" + bytes([number]) + odd[number % len(odd)] for number in range(len(columns())))
    yield from (b"\x03" + bytes([number]) + b"\xff" for number in range(len(columns())))


TARGETS: Final = (
    Target(
        name="key_file",
        judge=judge_key_file,
        seeds=_key_files,
        words=('"keys"', '"secret"', '"current"', '"format"', "+00:00", "==", "null"),
        longest=1000,
    ),
    Target(name="sqlite_file", judge=judge_sqlite_file, seeds=_stores, words=("SQLite format 3", "SUBA"), longest=256),
)
