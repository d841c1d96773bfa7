"""To what a repository can be joined: connections and sessions in either color, that are in a transaction and keep order.

What lasts and what does not is `test_joined`; what goes wrong inside is `test_joined_lost`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from operator import methodcaller
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from subaccounts.domain.decision import Batch, Seen
from subaccounts.errors import Stale, StorageFailed
from subaccounts.repositories.sqlalchemy import AsyncJoinedRepository, JoinedRepository, SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.transactions import store_of
from subaccounts.testing import NOON, CheapHasher
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import sqlite_in
from tests.repositories.sql.faults import CANARY, everything_told
from tests.repositories.sql.hosts import TILL, By, Host, each_way, shops, with_shops
from tests.repositories.sql.shops import PASSWORD, each_color, each_database, each_server, empty, rows
from tests.repositories.sql.test_secrets import LOGGERS

OURS: Final = Batch(organization=b.OURS, puts=(b.organization(),))
TWO: Final = Batch(organization=b.OURS, puts=(b.stranger(), b.organization(version=7)))
"""A batch whose second record is stale."""
ASKED: Final[tuple[Callable[[Any], Any], ...]] = (
    lambda joined: joined.organization(b.OURS),
    lambda joined: joined.commit(TWO),
)
"""A question and a commit."""


def problem(host: Host, question: Callable[[Any], Any]) -> str:
    """Return what is said of what is refused, with nothing of a driver's behind it."""
    with pytest.raises(StorageFailed) as refused:
        host.ask(question)
    assert (None, None) == (refused.value.__cause__, refused.value.__context__)
    return refused.value.problem


@each_color
@each_way
@each_database
@pytest.mark.parametrize("lasts", [True, False])
def test_together(name: str, by: By, color: Color, tmp_path: Path, *, lasts: bool) -> None:
    """What the host and the library wrote lasts when the host commits and goes when it rolls back, whatever it holds."""
    place = with_shops(empty(name, tmp_path))
    with Host(place, color, by=by) as host:
        host.run(TILL)
        host.ask(lambda joined: joined.commit(OURS))
        assert host.ask(lambda joined: joined.organization(b.OURS)) is not None
        (host.commit if lasts else host.rollback)()
    written = 1 if lasts else 0
    assert (["till"] * written, written) == (shops(place), rows(place)["subaccounts_organizations"])


class TestNone:
    """A host that is in no transaction, where a batch could be written by halves: nothing is asked there."""

    @each_server
    @each_color
    @each_way
    def test_each_statement_committed(self, name: str, color: Color, by: By, tmp_path: Path) -> None:
        """A connection that commits each statement is refused, read or written, and nothing is written."""
        place = empty(name, tmp_path)
        with Host(place, color, by=by, isolation_level="AUTOCOMMIT") as host:
            before = rows(place)
            assert ["no_transaction"] * 2 == [problem(host, question) for question in ASKED]
        assert before == rows(place)

    @each_color
    @each_way
    def test_sqlite_has_not_begun(self, color: Color, by: By, tmp_path: Path) -> None:
        """Python's driver begins at the first write; what was read before it could change, so that is refused."""
        with Host(sqlite_in(tmp_path), color, by=by, begins=_enforcing) as host:
            assert ["no_transaction"] * 2 == [problem(host, question) for question in ASKED]

    @each_color
    def test_a_connection_that_is_closed(self, color: Color, tmp_path: Path) -> None:
        """A connection that the host has closed is in none."""
        with Host(sqlite_in(tmp_path), color) as host:
            host.finish(host.own.close())
            assert ["no_transaction"] * 2 == [problem(host, question) for question in ASKED]

    def test_a_connection_that_was_never_opened(self) -> None:
        """An async connection is opened by awaiting it."""
        engine = create_async_engine("sqlite+aiosqlite://")
        joined = AsyncJoinedRepository(engine.connect())
        with pytest.raises(StorageFailed, match="no transaction"):
            asyncio.run(joined.organization(b.OURS))

    def test_a_block_that_is_over(self, tmp_path: Path) -> None:
        """After the commit inside its block a connection takes no more."""
        engine = create_engine(sqlite_in(tmp_path).url)
        with engine.connect() as own, own.begin() as block:
            block.commit()
            with pytest.raises(StorageFailed, match="no transaction"):
                JoinedRepository(own).organization(b.OURS)
        engine.dispose()

    @pytest.mark.parametrize("options", [{}, {"autobegin": False}])
    def test_a_session_without_one(self, options: dict[str, Any]) -> None:
        """A session that has no database, or that the host has to begin, is in none."""
        own = Session(create_engine("sqlite://") if options else None, **options)
        with pytest.raises(StorageFailed, match="no transaction"):
            JoinedRepository(own).organization(b.OURS)


def _enforcing(engine: Engine) -> None:
    """Enforce foreign keys, and leave it to the driver when it begins."""
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))


@each_color
class TestForeignKeys:
    """SQLite enforces them for a connection that was told to, which the documented hook does."""

    def test_not_enforced(self, color: Color, tmp_path: Path) -> None:
        """Without them nothing is asked: a record could stand under nothing, and what goes would leave its rows behind."""
        with Host(sqlite_in(tmp_path), color, begins=_beginning) as host:
            assert ["no_foreign_keys"] * 2 == [problem(host, question) for question in ASKED]

    def test_by_the_documented_hook(self, color: Color, tmp_path: Path) -> None:
        """What would stand under nothing is dangling, and what lives in a record goes with it."""
        place, group = sqlite_in(tmp_path), g.group(applications=frozenset({g.application_id()}))
        under_nothing = Batch(organization=b.OURS, puts=b.person())
        added = Batch(organization=b.OURS, puts=(b.organization(), group))
        removed = Batch(organization=b.OURS, removes=(Seen(id=group.id, version=1),))
        with Host(place, color) as host:
            assert "dangling" == problem(host, lambda joined: joined.commit(under_nothing))
            for batch, left in ((added, 1), (removed, 0)):
                host.ask(methodcaller("commit", batch))
                host.commit()
                assert left == rows(place)["subaccounts_group_applications"]


def _beginning(engine: Engine) -> None:
    """Begin in time, and leave foreign keys as SQLite has them."""
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))


@each_server
@each_color
@pytest.mark.parametrize("by", ["session", "scoped session"])
def test_nobody_there(name: str, color: Color, by: By, tmp_path: Path) -> None:
    """A session, which connects when it is first asked, is told that the server is unreachable; no password is repeated."""
    place = empty(name, tmp_path)
    nowhere = evolve(place, url=place.url.set(host="127.0.0.1", port=1, password=CANARY, query={}))
    with Host(nowhere, color, by=by) as host:
        for question in ASKED:
            with pytest.raises(StorageFailed) as refused:
                host.ask(question)
            assert ("unreachable", store_of(host.engine)) == (refused.value.problem, refused.value.store)
            assert CANARY not in everything_told(refused.value)


@each_server
@each_color
@pytest.mark.parametrize("isolation", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_what_a_snapshot_does_not_show(name: str, color: Color, isolation: str, tmp_path: Path) -> None:
    """That nothing is there PostgreSQL judges by the host's snapshot, and what others put there since it began is not seen.

    This is a limit, which the how-to tells. MariaDB looks anew at what it locks, and so does PostgreSQL without a snapshot.
    """
    place = empty(name, tmp_path)
    other = SQLAlchemyRepository(place.url)
    other.commit(OURS)
    free = Batch(organization=b.OURS, guards=(Seen(id=b.stranger_id(1), version=0),), puts=(b.stranger(2),))
    notices = name == "MariaDB" or isolation == "READ COMMITTED"
    with Host(place, color, isolation_level=isolation) as host:
        host.ask(lambda joined: joined.organization(b.OURS))
        other.commit(Batch(organization=b.OURS, puts=(b.stranger(1),)))
        with pytest.raises(Stale) if notices else nullcontext():
            host.ask(lambda joined: joined.commit(free))
        host.commit()
    assert (1 if notices else 2) == rows(place)["subaccounts_strangers"]
    other.close()


@each_server
@each_color
def test_a_lease_passes_over_what_another_holds(name: str, color: Color, tmp_path: Path) -> None:
    """A task leased in a transaction of the host that is open still is nobody else's, who gets the other one at once.

    Who waited would hear that the row is locked.
    """
    place = empty(name, tmp_path)
    waits: dict[str, dict[str, Any]] = {
        "PostgreSQL": {"options": "-c lock_timeout=300ms"},
        "MariaDB": {"init_command": "SET innodb_lock_wait_timeout = 1"},
    }
    engine = create_engine(place.url, connect_args=waits[name])
    other = SQLAlchemyRepository(engine)
    other.commit(Batch(organization=b.OURS, puts=(b.organization(),), tasks=(b.task(1), b.task(2))))
    queue, until = b.task().queue, NOON + timedelta(minutes=5)
    with Host(place, color) as host:
        first = host.ask(lambda joined: joined.lease(b.OURS, queue, now=NOON, until=until, limit=1))
        second = other.lease(b.OURS, queue, now=NOON, until=until, limit=9)
        host.commit()
    assert [[b.task(1).id], [b.task(2).id]] == [[each.task.id for each in leased] for leased in (first, second)]
    engine.dispose()


@each_database
@each_color
@pytest.mark.parametrize("hidden", [True, False])
def test_nothing_secret_is_logged(
    name: str, color: Color, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, hidden: bool
) -> None:
    """An engine of the host that logs everything shows no hash and no body of ours; logins it shows unless it hides them."""
    for logger in ("", *LOGGERS):
        caplog.set_level(logging.DEBUG, logger=logger)
    person, credential = b.sub_account(), b.credential(password=CheapHasher().hash(PASSWORD))
    whole = Batch(organization=b.OURS, puts=(b.organization(), b.account(), person, credential), tasks=(b.task(),))
    with Host(empty(name, tmp_path), color, echo="debug", hide_parameters=hidden) as host:
        host.ask(lambda joined: joined.commit(whole))
        known = host.ask(lambda joined: joined.person(person.id))
        assert CANARY in known.credential.password.encoded
        host.ask(lambda joined: joined.lease(b.OURS, b.task().queue, now=NOON, until=NOON, limit=9))
    told = "\n".join(record.getMessage() for record in caplog.records if record.name != "aiosqlite")
    assert ("INSERT INTO subaccounts_credentials" in told, "Row (" in told) == (True, True)
    assert [] == [secret for secret in (CANARY, "argon2", b.task().body, '"number"') if secret in caplog.text]
    assert hidden != (person.login.key in told)
