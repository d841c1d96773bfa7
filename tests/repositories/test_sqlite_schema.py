"""What the file looks like inside: tenants first in every key, plans that use their index, steps from older versions."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from subaccounts.domain.decision import Batch, Seen, seen
from subaccounts.domain.ids import DepartmentId
from subaccounts.domain.life import State
from subaccounts.domain.queries import PeopleCursor, PeopleQuery
from subaccounts.domain.sub_account import sign_in_keys
from subaccounts.errors import StorageFailed
from subaccounts.repositories import SQLiteRepository
from subaccounts.repositories.sqlite import commit, groups, reads, schema, searches, sights, trail
from subaccounts.repositories.sqlite.tables import MEMBERS, TABLES
from subaccounts.testing import builders as b
from tests.repositories.children import GO, first_batch, make_at_once, numbered_batch, server, traces

ROOMS = (reads, searches, groups, sights, trail, commit)
HELD = PeopleCursor(login_key="person-1", id=b.value(1))
PAGES = {
    "organization": PeopleQuery(organization=b.OURS),
    "organization, next page": PeopleQuery(organization=b.OURS, after=HELD),
    "account": PeopleQuery(organization=b.OURS, account=b.account_id()),
    "account, next page": PeopleQuery(organization=b.OURS, account=b.account_id(), after=HELD),
    "archived": PeopleQuery(organization=b.OURS, states=frozenset({State.ARCHIVED})),
    "departments": PeopleQuery(
        organization=b.OURS, departments=frozenset({DepartmentId(organization=b.OURS, value="d")}), after=HELD
    ),
    "words": PeopleQuery(organization=b.OURS, words=("per",), after=HELD),
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Answer a connection to a store that holds a few people."""
    with SQLiteRepository(tmp_path / "portal.db") as repository:
        repository.commit(first_batch())
        for number in range(1, 4):
            repository.commit(numbered_batch(number))
    made = sqlite3.connect(tmp_path / "portal.db")
    yield made
    made.close()


def plan(
    connection: sqlite3.Connection, statement: str, values: Sequence[object] | Mapping[str, object] = ()
) -> list[str]:
    """Return the steps of SQLite's plan for a statement."""
    marks: Any = values or [""] * statement.count("?")
    return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", marks)]


def is_statement(value: object) -> bool:
    """Tell whether a constant is a whole statement that looks for rows, with no place left to fill in."""
    return (
        isinstance(value, str) and re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", value) is not None and "{" not in value
    )


class TestTables:
    """Every table is strict, belongs to tenants and compares as bytes."""

    def tables(self, connection: sqlite3.Connection) -> dict[str, str]:
        """Return the statement that made each table."""
        return dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall())

    def test_strict(self, connection: sqlite3.Connection) -> None:
        """Every table is STRICT: a text in a column of numbers is refused by SQLite itself."""
        loose = [name for name, sql in self.tables(connection).items() if not re.search(r"\)\s*STRICT\b", sql)]
        assert [] == loose

    def test_tenant_first(self, connection: sqlite3.Connection) -> None:
        """Every primary key, every index and every foreign key begins with the organization (DESIGN: growth)."""
        others = {
            (table, index)
            for table in self.tables(connection).keys() - {"meta"}
            for _, index, *_ in connection.execute(f"PRAGMA index_list({table})")
            if connection.execute(f"PRAGMA index_info({index})").fetchone()[2] != "organization"
        }
        foreign = {
            (table, row[2], row[3])
            for table in self.tables(connection)
            for row in connection.execute(f"PRAGMA foreign_key_list({table})")
            if row[1] == 0 and row[3] != "organization"
        }
        assert (set(), set()) == (others, foreign)

    def test_binary(self, connection: sqlite3.Connection) -> None:
        """No column has a collation of its own: keys that differ in a byte are two keys."""
        assert [] == [name for name, sql in self.tables(connection).items() if "COLLATE" in sql.upper()]
        collations = {
            row[4]
            for (index,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")
            for row in connection.execute(f"PRAGMA index_xinfo({index})")
        }
        assert {"BINARY"} == collations

    def test_sound(self, connection: sqlite3.Connection) -> None:
        """SQLite finds the file whole and every reference kept."""
        assert ("ok",) == connection.execute("PRAGMA integrity_check").fetchone()
        assert [] == connection.execute("PRAGMA foreign_key_check").fetchall()

    def test_a_person_can_read_it(self, connection: sqlite3.Connection) -> None:
        """Whoever opens the file with any SQLite browser reads names, states and times without the library."""
        row = connection.execute("SELECT login, state, kind, created_at FROM sub_accounts ORDER BY login").fetchone()
        assert ("person-1", "waiting", "employee", True) == (*row[:3], row[3].endswith("Z"))


class TestPlans:
    """Nothing that grows is scanned, and no page is sorted."""

    @pytest.mark.parametrize("query", PAGES.values(), ids=list(PAGES))
    def test_people(self, connection: sqlite3.Connection, query: PeopleQuery) -> None:
        """A page of people walks its index from where the last one ended."""
        statement, values = searches.people_statement(query)
        first, *others = plan(connection, statement, values)
        index = "sub_accounts_by_account" if query.account else "sub_accounts_by_login"
        assert f"USING INDEX {index} " in first
        assert [] == [step for step in others if "SCAN" in step or "TEMP" in step]
        assert (query.after is None) or "login_key>?" in first.replace("(login_key,id)>(?,?)", "login_key>?")

    @pytest.mark.parametrize(
        ("narrowed", "index"),
        [
            ({}, "PRIMARY KEY"),
            ({"account": True}, "INDEX events_by_account"),
            ({"sub_account": True}, "INDEX events_by_sub_account"),
            ({"account": True, "sub_account": True}, "INDEX events_by_sub_account"),
        ],
    )
    def test_events(self, connection: sqlite3.Connection, narrowed: dict[str, bool], index: str) -> None:
        """A page of events walks an index of the sealed ones from where the last one ended, beside what waits."""
        asked = {"account": False, "sub_account": False} | narrowed
        merged, _, waiting, _, sealed = plan(connection, trail.page_statement(**asked))
        assert ("MERGE (UNION ALL)", "SEARCH fresh_events USING PRIMARY KEY (organization=? AND id>?)") == (
            merged,
            waiting,
        )
        assert sealed.startswith(f"SEARCH sealed_events USING {index} (organization=?")
        assert sealed.endswith(" AND id>?)")

    @pytest.mark.parametrize("at_account", [True, False], ids=["account", "organization"])
    def test_sign_in(self, connection: sqlite3.Connection, at_account: bool) -> None:
        """A sign-in searches by keys only; it scans nothing but the keys it was asked with."""
        statement = reads._sign_in(2, at_account=at_account)
        steps = plan(connection, statement, dict.fromkeys(re.findall(r":(\w+)", statement), ""))
        asked_with = ("SCAN w", "SCAN 2 CONSTANT ROWS")
        assert [] == [step for step in steps if step.startswith("SCAN") and step not in asked_with]

    def test_sign_in_is_short(self, tmp_path: Path, connection: sqlite3.Connection) -> None:
        """A sign-in costs one statement to read, and one for each record, guard and event it writes, in a transaction."""
        told: list[str] = []
        where = b.account_id()
        with SQLiteRepository(tmp_path / "portal.db") as repository:
            with repository._connections.mine() as mine:
                mine.set_trace_callback(told.append)
            facts = repository.sign_in_facts(where, keys=sign_in_keys(where, "person-1"), stranger=b.stranger_id())
            assert facts is not None
            assert facts.credential is not None
            assert facts.sub_account is not None
            read, told[:] = len(told), []
            guards = (seen(facts.sub_account),)
            repository.commit(Batch(organization=b.OURS, puts=(facts.credential,), guards=guards, events=(b.event(9),)))
        verbs = [statement.split()[0] for statement in told]
        assert (1, ["BEGIN", "SELECT", "UPDATE", "INSERT", "COMMIT"]) == (read, verbs)

    @pytest.mark.parametrize(
        "statement",
        [
            *[text for room in ROOMS for text in vars(room).values() if is_statement(text)],
            *[sql for table in TABLES.values() for sql in (table.version, table.update, table.delete)],
            *[members.delete for each in MEMBERS.values() for members in each],
        ],
    )
    def test_every_other_statement(self, connection: sqlite3.Connection, statement: str) -> None:
        """Every other statement finds its rows by an index and in order."""
        values = dict.fromkeys(re.findall(r":(\w+)", statement), "") or ()
        steps = plan(connection, statement, values)
        assert [] == [step for step in steps if re.match(r"SCAN (?!f\b|family\b)", step) or "TEMP B-TREE" in step]


class TestSteps:
    """An older file becomes a new one, once, whole, with everything in it."""

    NOW = len(schema.STEPS)
    LATER = (
        "ALTER TABLE accounts ADD COLUMN color TEXT NOT NULL DEFAULT 'green'",
        "CREATE TABLE later (x TEXT) STRICT",
    )

    @pytest.fixture
    def older(self, tmp_path: Path) -> Path:
        """Answer a file of today's schema, which a later release finds."""
        with SQLiteRepository(tmp_path / "portal.db") as repository:
            repository.commit(first_batch())
            repository.commit(numbered_batch(1))
        return tmp_path / "portal.db"

    def version(self, path: Path) -> tuple[int, list[tuple[str]]]:
        """Return the version in the header and what the later steps made."""
        connection = sqlite3.connect(path)
        made = connection.execute("SELECT name FROM sqlite_schema WHERE name = 'later'").fetchall()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.close()
        return version, made

    def test_forward(self, older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A later release takes the missing steps, keeps what was stored and writes to it."""
        monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, self.LATER, ("CREATE TABLE last (x TEXT) STRICT",)))
        with SQLiteRepository(older) as repository:
            assert repository.person(b.sub_account_id(1)) is not None
            repository.commit(numbered_batch(2))
        assert ((self.NOW + 2, [("later",)]), {True}) == (self.version(older), set(traces(older, 1).values()))

    def test_a_new_file_takes_every_step(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A new file and a migrated one end at the same version."""
        monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, self.LATER))
        SQLiteRepository(tmp_path / "new.db").close()
        assert (self.NOW + 1, [("later",)]) == self.version(tmp_path / "new.db")

    def test_a_broken_step_changes_nothing(self, older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A step that fails leaves the file at its version, without the half of it, and usable by the older release."""
        known = schema.STEPS
        monkeypatch.setattr(schema, "STEPS", (*known, (*self.LATER, "CREATE TABLE later (twice TEXT) STRICT")))
        with pytest.raises(StorageFailed):
            SQLiteRepository(older)
        monkeypatch.setattr(schema, "STEPS", known)
        with SQLiteRepository(older) as repository:
            repository.commit(numbered_batch(2))
        assert (self.NOW, []) == self.version(older)

    def test_the_older_release_stands_back(self, older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """After the step the older release refuses the file as newer."""
        known = schema.STEPS
        monkeypatch.setattr(schema, "STEPS", (*known, self.LATER))
        SQLiteRepository(older).close()
        monkeypatch.setattr(schema, "STEPS", known)
        with pytest.raises(StorageFailed) as refused:
            SQLiteRepository(older)
        assert "newer" == refused.value.problem

    def test_many_processes_at_once(self, older: Path) -> None:
        """Processes of a later release that open the older file together all succeed, and the step is taken once."""
        context = server()
        go, told = context.Event(), context.Queue()
        children = [
            context.Process(target=make_at_once, args=(str(older), go, told), kwargs={"later": self.LATER})
            for _ in range(4)
        ]
        for child in children:
            child.start()
        go.set()
        answers = [told.get(timeout=60) for _ in children]
        for child in children:
            child.join()
        assert ([GO] * 4, (self.NOW + 1, [("later",)])) == (answers, self.version(older))


ADDED: dict[str, tuple[str, ...]] = {
    "organizations": ("activation", "issuers"),
    "accounts": ("sign_up",),
    "sub_accounts": ("identities", "proven"),
    "credentials": ("recovery", "contact", "code.form", "code.sent_to", "code.begun", "code.chosen"),
}
"""What bodies hold by now, and did not when the first schema was new."""


class TestFromTheFirst:
    """A file that the first release wrote, with people in it, becomes one of today's."""

    @pytest.fixture
    def first(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Answer a file of the first schema, with bodies as they were then."""
        path = tmp_path / "first.db"
        with monkeypatch.context() as then:
            then.setattr(schema, "STEPS", schema.STEPS[:1])
            with SQLiteRepository(path) as repository:
                repository.commit(first_batch())
                repository.commit(numbered_batch(1))
                code = b.credential(version=1, password=b.password_hash(), code=b.claim_code())
                repository.commit(Batch(organization=b.OURS, puts=(code,), tasks=(b.task(2), b.task(1))))
        connection = sqlite3.connect(path)
        for table, fields in ADDED.items():
            paths = ", ".join(f"'$.{field}'" for field in fields)
            connection.execute(f"UPDATE {table} SET body = json_remove(body, {paths})")
        connection.commit()
        connection.close()
        return path

    def test_nothing_is_lost(self, first: Path) -> None:
        """Everybody is there, with what is new at its default, and what waits in a queue is shown."""
        assert 1 == header(first)
        with SQLiteRepository(first) as repository:
            person = repository.person(b.sub_account_id(1))
            assert person is not None
            assert (b.organization(version=1), b.account(version=1)) == (person.organization, person.account)
            assert b.sub_account(version=1) == person.sub_account
            assert b.credential(version=2, password=b.password_hash(), code=b.claim_code()) == person.credential
            shown = repository.tasks_page(b.OURS, "notices", after=None, limit=9)
        assert ((b.task(1), b.task(2)), {True}) == (
            tuple(each.task for each in shown),
            set(traces(first, 1).values()),
        )
        assert len(schema.STEPS) == header(first)

    def test_what_is_new_is_written(self, first: Path) -> None:
        """An attempt to sign up is put, found and removed in it."""
        with SQLiteRepository(first) as repository:
            repository.commit(Batch(organization=b.OURS, puts=(b.sign_up(),)))
            assert b.sign_up(version=1) == repository.sign_up(b.sign_up_id())
            repository.commit(Batch(organization=b.OURS, removes=(Seen(id=b.sign_up_id(), version=1),)))
            assert None is repository.sign_up(b.sign_up_id())

    def test_it_looks_like_a_new_one(self, first: Path, tmp_path: Path) -> None:
        """Its tables and indexes are those of a new file, to the letter."""
        SQLiteRepository(first).close()
        SQLiteRepository(tmp_path / "new.db").close()
        assert made(tmp_path / "new.db") == made(first)

    def test_a_released_step_is_as_it_was(self) -> None:
        """The step that made the first release's files has not changed by a letter."""
        digest = hashlib.sha256("\n".join(map(str, schema.STEPS[0])).encode()).hexdigest()
        assert "f9fdd4536e7db63229c1d7f92797906cd069931a5a005ff7f28fce09c6c548f9" == digest


def header(path: Path) -> int:
    """Return the version in a file's header."""
    connection = sqlite3.connect(path)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return int(version)


def made(path: Path) -> list[tuple[str, str]]:
    """Return the name and the statement of everything in a file."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    connection.close()
    return found
