"""A database that cannot: each failure is a clear error of ours, nothing is half written, and no error repeats a row.

Connections that are lost are `test_lost_connections`; what is wrong with a schema is `test_migrations`.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.ext.asyncio import create_async_engine

from subaccounts.domain.decision import Batch
from subaccounts.errors import Busy, Stale, StorageFailed
from subaccounts.repositories.sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository, migrate
from subaccounts.testing import builders as b
from subaccounts.testing.contracts.bridge import Color, Loop
from tests.repositories.sql.databases import SERVERS, sqlite_in
from tests.repositories.sql.faults import CANARY, everything_told, refusing
from tests.repositories.sql.shops import ORGANIZATION, Shop, each_color, each_database, each_server, empty, rows

NOWHERE = "127.0.0.1:1"
"""Where nobody listens: port 1 is nobody's."""


class TestPlaces:
    """What a URL leads to, or does not."""

    @pytest.mark.parametrize(
        ("url", "detail"),
        [
            ("nonsense", "the URL names no database"),
            ("postgresql+psycopg://host:port/portal", "the URL names no database"),
            ("nosuchbase://host/portal", "the URL names no database"),
            ("postgresql+nosuchdriver://host/portal", "the URL names no database"),
            ("postgresql+psycopg2cffi://host/portal", "psycopg2cffi is not installed"),
            ("sqlite+aiosqlite:///portal.db", "aiosqlite is an async driver"),
        ],
    )
    def test_a_url_nobody_can_follow(self, url: str, detail: str) -> None:
        """A URL without a driver here is told when the repository is made, and says what is missing."""
        for make in (SQLAlchemyRepository, migrate):
            with pytest.raises(StorageFailed) as refused:
                make(url)
            assert ("unreachable", detail) == (refused.value.problem, refused.value.detail)

    def test_a_plain_driver_for_the_async_one(self) -> None:
        """The async repository takes no plain driver."""
        with pytest.raises(StorageFailed) as refused:
            AsyncSQLAlchemyRepository("sqlite+pysqlite:///portal.db")
        assert ("unreachable", "the driver is not async") == (refused.value.problem, refused.value.detail)

    @each_color
    @each_server
    @pytest.mark.parametrize("wrong", ["server", "password", "database"])
    def test_nobody_there(self, name: str, color: Color, wrong: str) -> None:
        """No server, a user it does not know and a database it does not have are unreachable; no password is repeated."""
        place = SERVERS[name]()
        url = place.url if color == "plain" else place.async_url
        changes: dict[str, dict[str, Any]] = {
            "server": {"host": "127.0.0.1", "port": 1, "password": CANARY},
            "password": {"username": "nobody_here", "password": CANARY},
            "database": {"database": "no_such_database"},
        }
        bad = url.set(**changes[wrong], query={} if wrong == "server" else url.query)
        assert "unreachable" == problem_of(bad, color)

    def test_no_folder(self, tmp_path: Path) -> None:
        """A SQLite file in a folder that is not there is unreachable."""
        url = URL.create("sqlite+pysqlite", database=str(tmp_path / "nowhere" / "portal.db"))
        assert "unreachable" == problem_of(url, "plain")

    def test_no_file_of_sqlite(self, tmp_path: Path) -> None:
        """A file that is no database is damaged, and is not written to."""
        (tmp_path / "portal.db").write_bytes(b"Dear diary, " * 500)
        url = URL.create("sqlite+pysqlite", database=str(tmp_path / "portal.db"))
        assert "damaged" == problem_of(url, "plain")
        with pytest.raises(StorageFailed):
            migrate(url)
        assert b"Dear diary, " * 500 == (tmp_path / "portal.db").read_bytes()


def problem_of(url: URL, color: Color) -> str:
    """Ask what cannot be asked there, both ways; return the problem, having looked for the password in all it says."""
    engine: Any = create_engine(url) if color == "plain" else create_async_engine(url)
    repository: Any = SQLAlchemyRepository(engine) if color == "plain" else AsyncSQLAlchemyRepository(engine)
    found = set()
    with Loop(color) as loop:
        for ask in (
            lambda: repository.organization(b.OURS),
            lambda: repository.commit(Batch(organization=b.OURS, puts=(b.organization(),))),
        ):
            with pytest.raises(StorageFailed) as refused:
                loop.run(settled(ask))
            assert CANARY not in everything_told(refused.value)
            found.add(refused.value.problem)
        loop.run(settled(repository.close))
    (problem,) = found
    return problem


class TestExtras:
    """What is not installed says how to have it, and is not loaded before it is named."""

    @pytest.mark.parametrize("where", ["subaccounts.repositories", "subaccounts.repositories.sqlalchemy"])
    def test_without_sqlalchemy(self, where: str) -> None:
        """Without SQLAlchemy the name of the repository is a `MissingExtra` with the command that brings it."""
        told = python(
            "import sys; sys.modules['sqlalchemy'] = None\n"
            "from subaccounts.errors import MissingExtra\n"
            f"try:\n    from {where} import SQLAlchemyRepository\nexcept MissingExtra as error:\n    print(error)"
        )
        drivers = "subaccounts[postgresql] and subaccounts[mariadb] bring the drivers too"
        assert f'sqlalchemy is not installed: pip install "subaccounts[sqlalchemy]" ({drivers})' == told.strip()

    def test_loaded_when_named(self) -> None:
        """The room of repositories loads SQLAlchemy when one of its repositories is named, and not before."""
        told = python(
            "import sys, subaccounts.repositories as rooms\n"
            "before = 'sqlalchemy' in sys.modules\n"
            "print(before, rooms.SQLAlchemyRepository.__name__, rooms.AsyncSQLAlchemyRepository.__name__)"
        )
        assert "False SQLAlchemyRepository AsyncSQLAlchemyRepository" == told


def python(code: str) -> str:
    """Run code in an interpreter of its own and return what it printed."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def refuse_writing(place: Any) -> tuple[URL, dict[str, Any]]:
    """Return how to open a database so that it can be read and not written."""
    match place.name:
        case "SQLite":
            return place.url.set(database=f"file:{place.url.database}", query={"mode": "ro", "uri": "true"}), {}
        case "PostgreSQL":
            return place.url, {"connect_args": {"options": "-c default_transaction_read_only=on"}}
        case _:
            return place.url, {"connect_args": {"init_command": "SET SESSION TRANSACTION READ ONLY"}}


@each_database
@each_color
def test_read_only(name: str, color: Color, tmp_path: Path) -> None:
    """A database that can only be read answers reads, and tells commits that it is read-only."""
    place = empty(name, tmp_path)
    with Shop(place).opened() as shop:
        shop.add("anna")
    before = rows(place)
    url, options = refuse_writing(place)
    with Shop(evolve(place, url=url), color, **options) as shop:
        assert shop.finish(shop.repository.organization(ORGANIZATION)) is not None
        with pytest.raises(StorageFailed) as refused:
            shop.finish(shop.repository.commit(Batch(organization=b.OURS, puts=(b.organization(),))))
        assert ("read_only", before) == (refused.value.problem, rows(place))


def test_a_full_disk(tmp_path: Path) -> None:
    """A SQLite file that cannot grow is full, and none of a large batch is written; what fits is written again later."""
    place = sqlite_in(tmp_path)
    engine = create_engine(place.url)
    event.listen(engine, "connect", _no_larger)
    repository = SQLAlchemyRepository(engine)
    repository.commit(Batch(organization=b.OURS, puts=(b.organization(), b.account())))
    before = rows(place)
    people = tuple(record for number in range(1, 400) for record in b.person(number))
    with pytest.raises(StorageFailed) as refused:
        repository.commit(Batch(organization=b.OURS, puts=people))
    assert ("full", before) == (refused.value.problem, rows(place))
    repository.commit(Batch(organization=b.OURS, puts=b.person()))
    engine.dispose()


def _no_larger(connection: Any, _: object) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 8}")


@each_color
@each_server
class TestFaults:
    """What a server says in the middle of a commit; its own words repeat the row, and ours do not."""

    @pytest.mark.parametrize("fault", [("full", "full"), ("unknown", "unreachable")])
    def test_told_by_a_word(
        self, name: str, color: Color, fault: tuple[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A claim that meets a full disk or something nobody knows is StorageFailed, and left the database as it was."""
        place = empty(name, tmp_path)
        with Shop(place, color).opened() as shop, caplog.at_level(logging.DEBUG):
            _, code = shop.add("anna")
            before = rows(place)
            with refusing(place, fault[0]), pytest.raises(StorageFailed) as refused:
                shop.claim("anna", code)
            assert (fault[1], before) == (refused.value.problem, rows(place))
            assert CANARY not in everything_told(refused.value) + caplog.text
            shop.claim("anna", code)

    @pytest.mark.parametrize("fault", ["serialization", "deadlock"])
    def test_to_be_repeated(self, name: str, color: Color, fault: str, tmp_path: Path) -> None:
        """Serialization failures and deadlocks are Stale, so that the command decides anew until it is busy."""
        place = empty(name, tmp_path)
        with Shop(place, color).opened() as shop:
            person, code = shop.add("anna")
            before = rows(place)
            known = shop.finish(shop.repository.person(person))
            with refusing(place, fault):
                again = Batch(organization=ORGANIZATION, puts=(known.credential,))
                with pytest.raises(Stale) as stale:
                    shop.finish(shop.repository.commit(again))
                with pytest.raises(Busy) as busy:
                    shop.claim("anna", code)
            assert before == rows(place)
            assert CANARY not in everything_told(stale.value) + everything_told(busy.value)


@each_server
@pytest.mark.parametrize("limit", ["lock", "statement"])
def test_somebody_holds_a_row_too_long(name: str, limit: str, tmp_path: Path) -> None:
    """A commit that waits for a row longer than the host's limit says is locked, and wrote nothing."""
    place = empty(name, tmp_path)
    options: dict[tuple[str, str], dict[str, str]] = {
        ("PostgreSQL", "lock"): {"options": "-c lock_timeout=50ms"},
        ("PostgreSQL", "statement"): {"options": "-c statement_timeout=200ms"},
        ("MariaDB", "lock"): {"init_command": "SET innodb_lock_wait_timeout = 1"},
        ("MariaDB", "statement"): {"init_command": "SET max_statement_time = 0.2"},
    }
    with Shop(place).opened() as shop, Shop(place, connect_args=options[name, limit]) as hurried:
        person, _ = shop.add("anna")
        before, known = rows(place), shop.repository.person(person)
        with shop.engine.begin() as holding:
            holding.exec_driver_sql("SELECT body FROM subaccounts_credentials FOR UPDATE")
            with pytest.raises(StorageFailed) as refused:
                hurried.repository.commit(Batch(organization=ORGANIZATION, puts=(known.credential,)))
        assert ("locked", before) == (refused.value.problem, rows(place))


def test_no_free_connection(tmp_path: Path) -> None:
    """A pool whose every connection is in use is locked, and says so."""
    place = sqlite_in(tmp_path)
    engine: Engine = create_engine(place.url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    repository = SQLAlchemyRepository(engine)
    with engine.connect(), pytest.raises(StorageFailed) as refused:
        repository.organization(b.OURS)
    assert ("locked", "the pool has no free connection") == (refused.value.problem, refused.value.detail)
    engine.dispose()


async def settled(ask: Callable[[], Any]) -> Any:
    """Return what is answered, awaited if it has to be."""
    answer = ask()
    return await answer if hasattr(answer, "__await__") else answer
