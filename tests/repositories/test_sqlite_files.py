"""The file itself: how it is made, which files are refused, and what is said when the disk or a neighbor is in the way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from subaccounts.domain.decision import Batch, Seen
from subaccounts.errors import StorageFailed
from subaccounts.repositories import SQLiteRepository
from subaccounts.repositories.sqlite import schema
from subaccounts.testing import builders as b
from tests.repositories.children import (
    GO,
    first_batch,
    make_at_once,
    numbered_batch,
    raise_version,
    read_as_nobody,
    server,
    traces,
)

NO_PATIENCE = timedelta(milliseconds=20)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Answer where a file can be made."""
    return tmp_path / "portal.db"


@pytest.fixture
def repository(path: Path) -> Iterator[SQLiteRepository]:
    """Answer a repository with an organization and an account."""
    with SQLiteRepository(path) as made:
        made.commit(first_batch())
        yield made


def problem(path: Path) -> tuple[str, str]:
    """Open a file that must be refused; return the problem and the sentence."""
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StorageFailed) as refused:
        SQLiteRepository(path, busy_timeout=NO_PATIENCE)
    assert before == (path.read_bytes() if path.is_file() else b""), "a refused file was written to"
    return refused.value.problem, str(refused.value)


class TestMaking:
    """A file that is not there is made."""

    def test_private(self, repository: SQLiteRepository, path: Path) -> None:
        """The file and its side files are readable and writable by the owner only."""
        made = sorted(path.parent.iterdir())
        assert ["portal.db", "portal.db-shm", "portal.db-wal"] == [each.name for each in made]
        assert {0o600} == {stat.S_IMODE(each.stat().st_mode) for each in made}

    def test_known_by_its_header(self, repository: SQLiteRepository, path: Path) -> None:
        """The header names the application and the schema's version, and the log is written ahead."""
        connection = sqlite3.connect(path)
        found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        assert [0x53554241, len(schema.STEPS), "wal"] == [
            *found,
            connection.execute("PRAGMA journal_mode").fetchone()[0],
        ]
        connection.close()

    def test_an_empty_file_becomes_one(self, path: Path) -> None:
        """An empty file, as `mkstemp` leaves one, is taken and keeps its mode."""
        path.touch(mode=0o640)
        SQLiteRepository(path).close()
        assert 0o640 == stat.S_IMODE(path.stat().st_mode)

    @pytest.mark.parametrize("name", ["a b.db", "wh?t#.db", "%41.db", "Крамниця.db"])
    def test_any_name(self, tmp_path: Path, name: str) -> None:
        """A file is made under just the name it was given, whatever that means in a URI."""
        SQLiteRepository(tmp_path / name).close()
        assert [tmp_path / name] == list(tmp_path.iterdir())

    @pytest.mark.parametrize("path", ["", ":memory:"])
    def test_no_file_is_a_mistake(self, path: str) -> None:
        """A name that SQLite takes for a database in memory is refused: every thread would have its own."""
        with pytest.raises(ValueError, match="MemoryRepository"):
            SQLiteRepository(path)

    @pytest.mark.asvs("6.3.2")
    def test_nothing_is_in_it(self, path: Path) -> None:
        """A new store holds no record at all: there are no default accounts (ASVS 6.3.2)."""
        with SQLiteRepository(path):
            connection = sqlite3.connect(path)
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            filled = {name for name in tables if connection.execute(f"SELECT count(*) FROM {name}").fetchone() != (0,)}
            connection.close()
        assert {"meta"} == filled

    def test_many_processes_at_once(self, path: Path) -> None:
        """Processes that make the same file at the same time all succeed, and it is made once."""
        context = server()
        go, told = context.Event(), context.Queue()
        children = [context.Process(target=make_at_once, args=(str(path), go, told)) for _ in range(6)]
        for child in children:
            child.start()
        go.set()
        answers = [told.get(timeout=60) for _ in children]
        for child in children:
            child.join()
        assert [GO] * 6 == answers
        with SQLiteRepository(path) as repository:
            repository.commit(first_batch())

    def test_durable(self, path: Path) -> None:
        """`durable` asks for a disk that is waited for: synchronous FULL (2) instead of NORMAL (1)."""
        for durable, expected in ((False, 1), (True, 2)):
            with SQLiteRepository(path, durable=durable) as made, made._connections.mine() as connection:
                assert (expected, 1) == (
                    connection.execute("PRAGMA synchronous").fetchone()[0],
                    connection.execute("PRAGMA foreign_keys").fetchone()[0],
                )


class TestRefusedFiles:
    """A file that is not ours is left as it was."""

    def test_no_database(self, path: Path) -> None:
        """A file that is no database is foreign."""
        path.write_bytes(b"Dear diary, " * 500)
        assert "foreign" == problem(path)[0]

    def test_another_applications_database(self, path: Path) -> None:
        """A database with other tables is foreign, and stays without a log of ours."""
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE organizations (secret_recipe TEXT)")
        connection.close()
        assert "foreign" == problem(path)[0]
        assert [path] == list(path.parent.iterdir())

    def test_another_application_id(self, path: Path) -> None:
        """A database that says it is another application's is foreign, even when it is empty."""
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA application_id = 252006674")  # Fossil
        connection.execute("PRAGMA user_version = 1")
        connection.close()
        assert "foreign" == problem(path)[0]

    def test_newer(self, repository: SQLiteRepository, path: Path) -> None:
        """A file of a later release is refused, and the sentence names both schema versions."""
        repository.close()
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 999")
        connection.close()
        found, sentence = problem(path)
        assert ("newer", True) == (found, "schema 999" in sentence and str(len(schema.STEPS)) in sentence)

    def test_outdated(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A Python whose SQLite has no STRICT tables is told so, and no file is made."""
        monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
        with pytest.raises(StorageFailed) as refused:
            SQLiteRepository(path)
        assert ("outdated", False) == (refused.value.problem, path.exists())

    def test_newer_while_open(self, repository: SQLiteRepository, path: Path) -> None:
        """A program that has the file open notices a later release at its next connection."""
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 999")
        connection.close()
        repository._connections.drop()
        with pytest.raises(StorageFailed) as refused:
            repository.organization(b.OURS)
        assert "newer" == refused.value.problem

    def test_truncated(self, repository: SQLiteRepository, path: Path) -> None:
        """A file that lost its end is damaged, and says so instead of "not there"."""
        for number in range(1, 40):
            repository.commit(numbered_batch(number))
        repository.close()
        os.truncate(path, 8192)
        with pytest.raises(StorageFailed) as refused:
            SQLiteRepository(path).organization(b.OURS)
        assert "damaged" == refused.value.problem

    def test_a_body_nobody_wrote(self, repository: SQLiteRepository, path: Path) -> None:
        """A record whose stored text is not what the library writes is damaged; the text is not repeated."""
        connection = sqlite3.connect(path)
        connection.execute("""UPDATE organizations SET body = '{"name": "hunter2"}'""")
        connection.commit()
        connection.close()
        with pytest.raises(StorageFailed) as refused:
            repository.organization(b.OURS)
        assert ("damaged", False) == (refused.value.problem, "hunter2" in str(refused.value))

    def test_no_directory(self, tmp_path: Path) -> None:
        """A file in a directory that is not there is unreachable."""
        assert "unreachable" == problem(tmp_path / "nowhere" / "portal.db")[0]

    def test_a_directory(self, tmp_path: Path) -> None:
        """A directory is no file: unreachable."""
        assert "unreachable" == problem(tmp_path)[0]

    def test_gone(self, repository: SQLiteRepository, path: Path, tmp_path: Path) -> None:
        """A file that was taken away is unreachable, and never silently made anew under an open repository."""
        repository._connections.drop()
        for each in tmp_path.iterdir():
            each.unlink()
        with pytest.raises(StorageFailed) as refused:
            repository.organization(b.OURS)
        assert ("unreachable", []) == (refused.value.problem, list(tmp_path.iterdir()))


class TestTrouble:
    """What goes wrong at work is one `StorageFailed` with a stable word, and nothing was written."""

    def test_full(self, repository: SQLiteRepository, path: Path) -> None:
        """On a full disk the commit is undone whole, reads go on, and so do commits when there is room again."""
        with repository._connections.mine() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages + 4}")
        people = [each for number in range(1, 200) for each in b.person(number)]
        with pytest.raises(StorageFailed) as refused:
            repository.commit(evolve(numbered_batch(999), puts=(*numbered_batch(999).puts, *people)))
        assert "full" == refused.value.problem
        assert {False} == set(traces(path, 999).values()) | set(traces(path, 1).values())
        assert repository.counter(b.OURS, "people") is None
        with repository._connections.mine() as connection:
            connection.execute("PRAGMA max_page_count = 100000")
        repository.commit(numbered_batch(999))
        assert {True} == set(traces(path, 999).values())

    def test_locked(self, path: Path) -> None:
        """A file that somebody else holds for longer than `busy_timeout` is locked; reads do not wait for it."""
        with SQLiteRepository(path, busy_timeout=NO_PATIENCE) as repository:
            repository.commit(first_batch())
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageFailed) as refused:
                repository.commit(numbered_batch(1))
            assert ("locked", b.organization().name) == (
                refused.value.problem,
                getattr(repository.organization(b.OURS), "name", None),
            )
            other.execute("ROLLBACK")
            other.close()
            repository.commit(numbered_batch(1))
        assert {True} == set(traces(path, 1).values())

    def test_read_only(self, repository: SQLiteRepository, path: Path) -> None:
        """Who is not allowed to write can read, and hears `read_only` at the first commit."""
        repository.close()
        path.chmod(0o444)
        context = server()
        told = context.Queue()
        with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to others
            Path(folder).chmod(0o777)
            shutil.copy(path, Path(folder) / "portal.db")
            child = context.Process(target=read_as_nobody, args=(f"{folder}/portal.db", told))
            child.start()
            answers = told.get(timeout=60)
            child.join()
        assert [True, "StorageFailed read_only"] == answers

    def test_closed(self, repository: SQLiteRepository) -> None:
        """A closed repository says so, and closing it again changes nothing."""
        repository.close()
        repository.close()
        with pytest.raises(StorageFailed) as refused:
            repository.organization(b.OURS)
        assert "closed" == refused.value.problem

    def test_text_that_is_no_text(self, repository: SQLiteRepository, path: Path) -> None:
        """A lone surrogate cannot be stored: `unstorable`, and the rest of its batch is not stored either."""
        batch = numbered_batch(1)
        spoiled = evolve(batch, puts=(*batch.puts, b.account(2, name="\ud800")))
        with pytest.raises(StorageFailed) as refused:
            repository.commit(spoiled)
        assert ("unstorable", {False}) == (refused.value.problem, set(traces(path, 1).values()))

    @pytest.mark.parametrize(
        "batch",
        [
            Batch(organization=b.OURS, puts=(b.account(2, of=b.THEIRS),)),
            Batch(organization=b.OURS, puts=(b.account(2), b.account(2))),
            Batch(organization=b.OURS, puts=(b.account(2),), removes=(Seen(id=b.account_id(2), version=1),)),
            Batch(organization=b.OURS, guards=(Seen(id=b.account_id(1, of=b.THEIRS), version=1),)),
            Batch(organization=b.OURS, events=(b.event(of=b.THEIRS),)),
            Batch(organization=b.OURS, request=b.request(of=b.THEIRS)),
        ],
        ids=["put", "twice", "put and remove", "guard", "event", "request"],
    )
    def test_impossible_batches(self, repository: SQLiteRepository, batch: Batch) -> None:
        """A batch of two organizations, or that writes a record twice, is a programmer's mistake and not written."""
        with pytest.raises(ValueError, match="a batch"):
            repository.commit(batch)
        assert repository.account(b.account_id(2)) is None

    def test_dangling(self, repository: SQLiteRepository) -> None:
        """A person without its account is not written, nor is an account removed from under a person."""
        with pytest.raises(StorageFailed) as refused:
            repository.commit(Batch(organization=b.OURS, puts=b.person(1, under=7)))
        assert "dangling" == refused.value.problem
        repository.commit(Batch(organization=b.OURS, puts=b.person(1)))
        with pytest.raises(StorageFailed) as refused:
            repository.commit(Batch(organization=b.OURS, removes=(Seen(id=b.account_id(1), version=1),)))
        assert "dangling" == refused.value.problem
        assert repository.person(b.sub_account_id(1)) is not None

    def test_processes_share_it(self, repository: SQLiteRepository, path: Path) -> None:
        """Processes that write the same record lose no commit: as many succeeded as the version says."""
        context = server()
        go, told = context.Event(), context.Queue()
        children = [context.Process(target=raise_version, args=(str(path), 25, go, told)) for _ in range(4)]
        for child in children:
            child.start()
        go.set()
        won = sum(told.get(timeout=60) for _ in children)
        for child in children:
            child.join()
        organization = repository.organization(b.OURS)
        assert organization is not None
        assert (won + 1, won) == (organization.version, repository.counter(b.OURS, "rounds"))
