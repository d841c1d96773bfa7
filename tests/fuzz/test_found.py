"""What the search found and was mended, one test each; the inputs themselves are in the corpus."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from subaccounts import KeyRing, Secret
from subaccounts.domain import codes
from subaccounts.domain.decision import Batch
from subaccounts.domain.events import Event
from subaccounts.domain.fields import DEPARTMENTS, PERMISSION_TYPES, parse_field
from subaccounts.errors import InvalidValue, KeyRingFailed, NameTaken, Refusal, StorageFailed
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import builders as b
from subaccounts.wire import dumps, from_plain, loads, read_time, to_plain

DIGEST = bytes(range(32))


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-00:01"])
def test_a_time_outside_the_calendar(text: str) -> None:
    """A time that its zone takes out of the years 1 to 9999 is a ValueError like any other text that is no time."""
    with pytest.raises(ValueError, match="no time of ISO 8601"):
        read_time(text)


def test_a_time_is_not_repeated() -> None:
    """A text that is no time is not repeated by the error."""
    with pytest.raises(ValueError, match="no time of ISO 8601") as refused:
        read_time("hunter2")
    assert "hunter2" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize("name", [DEPARTMENTS, PERMISSION_TYPES])
@pytest.mark.parametrize("raw", [[[1]], [{"organization": "acme", "value": "1"}], [b.department_id(), {}]])
def test_ids_as_a_request_writes_them(name: str, raw: Any) -> None:
    """What JSON holds and no set can is no id: `syntax`, like everything else that is none."""
    with pytest.raises(InvalidValue) as refused:
        parse_field(name, raw)
    assert (name, "syntax") == (refused.value.field, refused.value.problem)


@pytest.mark.parametrize(("after", "is_one"), [(" " * 60, True), (" " * 60 + "tail", False), ("-" * 500 + "0", False)])
def test_all_of_a_code_is_read(after: str, is_one: bool) -> None:
    """A code with blanks after it is the code however many they are, and with anything else after them it is not."""
    assert is_one is codes.is_code(Secret(codes.text(DIGEST) + after), DIGEST)


def test_a_refusal_of_a_later_release() -> None:
    """A refusal that says why in a word this release does not know still has a sentence."""
    known: Any = json.loads(dumps(NameTaken(field="login"), of=Refusal))
    again = loads(Refusal, json.dumps({**known, "why": "reserved"}))
    assert "this login cannot be had" == str(again)


def test_a_refusal_comes_alone() -> None:
    """A refusal of data brings no error along that names a part of the data."""
    plain = to_plain(b.event())
    plain["by"] = {"hunter2": "boss"}
    plain["account"]["organization"] = "a\x00b"
    with pytest.raises(InvalidValue) as refused:
        from_plain(Event, plain)
    assert refused.value.__context__ is None or refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("change", "ask"),
    [
        ("UPDATE unique_keys SET kind = 'galaxy'", lambda store: store.holders(b.account().keys)),
        ("UPDATE requests SET at = 'yesterday'", lambda store: store.request(b.OURS, "request-1")),
        (
            "UPDATE organizations SET body = CAST(CAST(body AS BLOB) || x'ff' AS TEXT)",
            lambda store: store.organization(b.OURS),
        ),
        ("UPDATE fresh_events SET at = 'yesterday'", lambda store: store.unsealed_events(b.OURS, limit=1)),
    ],
)
def test_a_damaged_column(change: str, ask: Callable[[SQLiteRepository], object], tmp_path: Path) -> None:
    """A column that holds what nobody wrote is told as damaged, as a damaged body is, and nothing it held is shown."""
    path = tmp_path / "portal.db"
    with closing(SQLiteRepository(path)) as store:
        records = (b.organization(), b.account())
        store.commit(Batch(organization=b.OURS, puts=records, events=(b.event(),), request=b.request()))
    with closing(sqlite3.connect(path)) as connection:
        assert 1 == connection.execute(change).rowcount
        connection.commit()
    with closing(SQLiteRepository(path)) as store, pytest.raises(StorageFailed) as failed:
        ask(store)
    assert "damaged" == failed.value.problem
    assert b.OURS.value not in repr(failed.value) + repr(failed.value.__cause__)


def test_a_damaged_schema(tmp_path: Path) -> None:
    """A file whose schema is no text is damaged, also where Python cannot even read what SQLite says of it."""
    path = tmp_path / "portal.db"
    SQLiteRepository(path).close()
    content = path.read_bytes()
    path.write_bytes(content.replace(b"CREATE TABLE", b"CREA\xff\xff\xff\xff\xff\xff\xff\xff"))
    with pytest.raises(StorageFailed) as failed:
        SQLiteRepository(path)
    assert "damaged" == failed.value.problem


def test_a_ring_that_is_called_by_its_secret(tmp_path: Path) -> None:
    """A key file whose ring has an id that is not one is damaged: an id is shown, and a secret could stand there."""
    path = tmp_path / "portal.keys"
    KeyRing.open(path)
    ring = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**ring, "id": ring["keys"][0]["secret"]}), encoding="utf-8")
    with pytest.raises(KeyRingFailed) as failed:
        KeyRing.open(path)
    assert ("damaged", str(path)) == (failed.value.problem, failed.value.detail)
