"""What goes wrong inside the host's transaction: either it goes on and can be committed, or it is said that it is lost.

How a repository is joined, and to what, is `test_joined` and `test_joined_hosts`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import evolve
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from subaccounts.domain.decision import Batch
from subaccounts.errors import HostTransactionLost, StorageFailed
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.testing import builders as b
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import postgresql, sqlite_in
from tests.repositories.sql.hosts import TILL, By, Host, Stall, each_way, shops, with_shops
from tests.repositories.sql.shops import each_color, each_database, each_server, empty, rows
from tests.repositories.sql.test_lost_connections import Killer, deadlocked

MANY: Final = 400
"""People of a batch: as many as need several pages in every table."""


def batch(*records: Any) -> Batch:
    """Return a batch of these."""
    return Batch(organization=b.OURS, puts=records)


OURS: Final = batch(b.organization())


def lost(host: Host, question: Callable[[Any], Any]) -> None:
    """Ask what has to be told that the transaction is lost, with nothing of a driver's behind it."""
    with pytest.raises(HostTransactionLost) as told:
        host.ask(question)
    assert (None, None) == (told.value.__cause__, told.value.__context__)


def reading(joined: Any) -> Any:
    """Ask a question that writes nothing."""
    return joined.organization(b.OURS)


def writing(joined: Any) -> Any:
    """Ask for a commit."""
    return joined.commit(batch(b.stranger()))


@each_color
@each_way
class TestReads:
    """A question that fails on PostgreSQL, where a failed statement ends a transaction: ours fails, the host's goes on."""

    def test_a_table_that_is_not_there(self, color: Color, by: By) -> None:
        """A table that is not found is told, and what the host wrote before and writes after it is committed."""
        place = with_shops(postgresql().emptied())
        with Host(place, color, by=by) as host:
            host.run(TILL)
            host.run("SET LOCAL search_path = nowhere")
            with pytest.raises(StorageFailed, match="outdated"):
                host.ask(reading)
            host.run("SET LOCAL search_path = public")
            host.run("INSERT INTO shops VALUES ('stall')")
            host.commit()
        assert ["stall", "till"] == shops(place)

    def test_a_statement_that_takes_too_long(self, color: Color, by: By) -> None:
        """A read that is canceled by the host's own limit is locked, and what the host wrote is committed."""
        place = with_shops(postgresql().emptied())
        with Host(place, color, by=by) as host, Host(place) as other:
            other.run("LOCK TABLE subaccounts_organizations IN ACCESS EXCLUSIVE MODE")
            host.run(TILL)
            host.run("SET LOCAL statement_timeout = 100")
            with pytest.raises(StorageFailed, match="locked"):
                host.ask(reading)
            host.commit()
        assert ["till"] == shops(place)


@each_color
class TestLost:
    """A transaction that the database gave up: it is told, nothing of it lasts, and after a rollback the host goes on."""

    @pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
    def test_serialization_failure(self, color: Color, isolation: str) -> None:
        """Under a snapshot, a row that somebody else wrote meanwhile ends the host's transaction."""
        place = postgresql().emptied()
        other = SQLAlchemyRepository(place.url)
        other.commit(OURS)
        with Host(place, color, isolation_level=isolation) as host:
            again = batch(host.ask(reading))
            other.commit(again)
            lost(host, lambda joined: joined.commit(again))
        other.close()

    def test_a_snapshot_of_sqlite(self, color: Color, tmp_path: Path) -> None:
        """On SQLite with a log, a transaction that read before somebody else wrote will never write."""
        place = sqlite_in(tmp_path)
        other = SQLAlchemyRepository(place.url)
        other.commit(OURS)
        with Host(place, color, begins=_begin_reading) as host:
            again = batch(host.ask(reading))
            other.commit(again)
            lost(host, lambda joined: joined.commit(again))
        other.close()

    def test_a_full_file(self, color: Color, tmp_path: Path) -> None:
        """A file of SQLite that cannot grow takes the whole transaction along, not the statement alone."""
        place, people = with_shops(sqlite_in(tmp_path)), tuple(each for n in range(1, MANY) for each in b.person(n))
        with Host(place, color) as host:
            pages = host.run("PRAGMA page_count").scalar_one()
            host.run(f"PRAGMA max_page_count = {pages + 8}")
            host.run(TILL)
            host.ask(lambda joined: joined.commit(batch(b.organization(), b.account())))
            lost(host, lambda joined: joined.commit(batch(*people)))
            host.rollback()
            host.ask(lambda joined: joined.commit(OURS))
            host.commit()
        assert ([], 0) == (shops(place), rows(place)["subaccounts_sub_accounts"])
        assert 1 == rows(place)["subaccounts_organizations"]

    @each_server
    def test_a_deadlock(self, color: Color, name: str, tmp_path: Path) -> None:
        """Of two that wait for each other the server undoes the host's whole transaction, and the other one goes on."""
        place = with_shops(empty(name, tmp_path))
        other = SQLAlchemyRepository(place.url)
        weight = tuple(b.event(number) for number in range(1, 20))  # which the other one writes, so that it lives on
        other.commit(evolve(batch(b.organization(), b.account(), *b.person(1)), events=weight))
        before, known = rows(place), other.person(b.sub_account_id(1))
        assert known is not None
        with Host(place, color) as host:
            host.run(TILL)
            with deadlocked(place, host.engine) as told:
                lost(host, lambda joined: joined.commit(batch(known.sub_account, known.credential)))
            host.rollback()
            host.ask(lambda joined: joined.commit(batch(known.sub_account, known.credential)))
            host.commit()
        assert (["went on"], before, []) == (told, rows(place), shops(place))
        other.close()

    @each_server
    @each_way
    @pytest.mark.parametrize("first", [reading, writing])
    def test_a_connection(self, color: Color, by: By, name: str, first: Callable[[Any], Any], tmp_path: Path) -> None:
        """A connection that the server has ended is lost at the first question and at each later one."""
        place = with_shops(empty(name, tmp_path))
        killer = Killer(place)
        with Host(place, color, by=by) as host:
            host.ask(lambda joined: joined.commit(OURS))
            host.run(TILL)
            killer.kill_others(place)
            for question in (first, reading, writing):
                lost(host, question)
            host.rollback()
            host.ask(lambda joined: joined.commit(OURS))
            host.commit()
        assert ([], 1) == (shops(place), rows(place)["subaccounts_organizations"])
        killer.close()

    @each_way
    def test_a_statement_of_the_hosts(self, color: Color, by: By) -> None:
        """A transaction that a statement of the host's own has ended on PostgreSQL is lost, read or written."""
        with Host(postgresql().emptied(), color, by=by) as host:
            with pytest.raises(DBAPIError):
                host.run("SELECT * FROM nowhere")
            for question in (reading, writing):
                lost(host, question)
            host.rollback()
            assert host.ask(reading) is None

    @each_database
    @pytest.mark.parametrize("by", ["session", "scoped session"])
    def test_a_flush_that_failed(self, color: Color, name: str, by: By, tmp_path: Path) -> None:
        """A session whose flush has failed needs a rollback first."""
        with Host(with_shops(empty(name, tmp_path)), color, by=by) as host:
            host.run(TILL)
            host.own.add(Stall(name="till"))
            with pytest.raises(IntegrityError):
                host.finish(host.own.flush())
            for question in (reading, writing):
                lost(host, question)
            host.rollback()
            assert host.ask(reading) is None


def _begin_reading(engine: Engine) -> None:
    """Begin each transaction as one that reads, which it is until it writes, on a file with a log."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")

    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
