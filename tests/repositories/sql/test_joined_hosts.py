"""To what a repository can be joined: connections and sessions in either color, that are in a transaction and keep order.

What lasts and what does not is `test_joined`; what goes wrong inside is `test_joined_lost`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from subaccounts.domain.decision import Batch, Seen
from subaccounts.errors import StorageFailed
from subaccounts.repositories.sqlalchemy import AsyncJoinedRepository, JoinedRepository
from subaccounts.repositories.sqlalchemy.transactions import store_of
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import sqlite_in
from tests.repositories.sql.faults import CANARY, everything_told
from tests.repositories.sql.hosts import TILL, By, Host, each_way, shops, with_shops
from tests.repositories.sql.shops import each_color, each_database, each_server, empty, rows

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
