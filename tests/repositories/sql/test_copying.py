"""Many rows are copied on PostgreSQL: every clause holds, a row that is there ends no transaction, a value is nowhere."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import evolve
from sqlalchemy import create_engine, text

from subaccounts.domain.decision import Batch
from subaccounts.errors import Stale, StorageFailed, Taken
from subaccounts.repositories.sqlalchemy import JoinedRepository, SQLAlchemyRepository, copying
from subaccounts.testing import builders as b
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import Database, postgresql
from tests.repositories.sql.shops import Shop, each_color, empty
from tests.repositories.sql.test_contract import OnDatabase

MANY = 2 * copying.PAYS


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy whatever is new, were it a single row."""
    monkeypatch.setattr(copying, "PAYS", 1)


@pytest.mark.usefixtures("always")
class TestEveryClause(OnDatabase):
    """The kit, with every new row copied."""

    __test__ = True

    def database(self) -> Database:
        """Return this process's database."""
        return postgresql()


class TestEveryClauseAsync(TestEveryClause):
    """The same, awaitably."""

    color: ClassVar[Color] = "async"


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Collect which tables rows are copied into, and how many."""
    seen: list[tuple[str, int]] = []
    known = copying.copied

    def noted(connection: Any, table: Any, rows: Any) -> int:
        done = known(connection, table, rows)
        seen.append((table.name.removeprefix("subaccounts_"), done))
        return done

    monkeypatch.setattr(copying, "copied", noted)
    return seen


def people(*numbers: int) -> tuple[Any, ...]:
    """Return people and their credentials, each with a password."""
    made = [b.person(number) for number in numbers]
    hashed = [(person, evolve(credential, password=b.password_hash())) for person, credential in made]
    return tuple(record for both in hashed for record in both)


@pytest.fixture
def place(tmp_path: Path) -> Database:
    """Answer the database with an organization, an account and one person."""
    made = empty("PostgreSQL", tmp_path)
    repository = SQLAlchemyRepository(made.url)
    repository.commit(Batch(organization=b.OURS, puts=(b.organization(), b.account(), *people(7))))
    repository.close()
    return made


def adding(*numbers: int, **changes: Any) -> Batch:
    """Return a batch that adds people."""
    return Batch(organization=b.OURS, puts=people(*numbers), **changes)


@each_color
class TestMany:
    """Rows that are copied."""

    def test_they_are_copied(self, color: Color, place: Database, copies: list[tuple[str, int]]) -> None:
        """From so many new rows of a table on they are copied, and read back as they were; fewer are inserted."""
        with Shop(place, color) as shop:
            shop.finish(shop.repository.commit(adding(*range(100, 100 + MANY))))
            assert [("sub_accounts", MANY), ("credentials", MANY), ("unique_keys", 3 * MANY)] == copies
            person, credential = b.person(150)
            known = shop.finish(shop.repository.person(person.id))
            assert evolve(person, version=1) == known.sub_account
            assert evolve(credential, version=1, password=b.password_hash()) == known.credential
            shop.finish(shop.repository.commit(adding(*range(1_000, 1_010))))
            assert 3 == len(copies)

    def test_one_that_is_there(self, color: Color, place: Database) -> None:
        """One row of many that is there already makes the batch stale, one key of many that is held is taken."""
        with Shop(place, color) as shop:
            with pytest.raises(Stale):
                shop.finish(shop.repository.commit(adding(*range(1, 1 + MANY))))
            taken = b.sub_account(200, login="person-7")
            puts = (*people(*range(100, 100 + MANY)), taken, b.credential(200))
            with pytest.raises(Taken) as raised:
                shop.finish(shop.repository.commit(Batch(organization=b.OURS, puts=puts)))
            assert taken.keys == raised.value.keys
            assert None is shop.finish(shop.repository.person(b.sub_account_id(101)))

    @pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
    def test_text_that_is_no_text(self, color: Color, place: Database, text: str) -> None:
        """Text that PostgreSQL cannot hold is unstorable, says nothing of itself, and nothing was written."""
        tasks = tuple(b.task(n, body=text) for n in range(1, 1 + MANY))
        with Shop(place, color) as shop:
            with pytest.raises(StorageFailed) as raised:
                shop.finish(shop.repository.commit(adding(100, tasks=tasks)))
            assert ("unstorable", None) == (raised.value.problem, raised.value.__context__)
            assert None is shop.finish(shop.repository.person(b.sub_account_id(100)))
            shop.finish(shop.repository.commit(adding(100)))

    def test_nothing_is_logged(self, color: Color, place: Database, caplog: pytest.LogCaptureFixture) -> None:
        """With everybody at DEBUG no row is in a log, whether it was written or refused."""
        caplog.set_level(logging.DEBUG)
        with Shop(place, color, echo="debug") as shop:
            shop.finish(shop.repository.commit(adding(*range(100, 100 + MANY))))
            with pytest.raises(Stale):
                shop.finish(shop.repository.commit(adding(*range(100, 100 + MANY))))
        assert "COMMIT" in caplog.text
        assert [] == [said for said in (b.password_hash().encoded, "person-101") if said in caplog.text]


def test_a_table_is_counted_once(place: Database) -> None:
    """After the first many rows the server has counted the table, so that it reads by key what is asked for by key."""
    engine = create_engine(place.url)
    counted = text("SELECT reltuples FROM pg_class WHERE relname = 'subaccounts_credentials'")
    with engine.begin() as connection:
        # What a table says that was never counted; `migrate` made this one for every test of the process.
        connection.execute(text("UPDATE pg_class SET reltuples = -1 WHERE relname LIKE 'subaccounts_%'"))
    repository = SQLAlchemyRepository(engine)
    known = []
    for start in (100, 1_000):
        repository.commit(adding(*range(start, start + MANY)))
        with engine.connect() as connection:
            known.append(connection.scalar(counted))
    engine.dispose()
    assert [MANY + 1.0] * 2 == known


class TestInside:
    """In the transaction of the host."""

    def test_the_transaction_goes_on(self, place: Database) -> None:
        """After rows that were there the host writes on, and commits what it wrote before and after."""
        engine = create_engine(place.url)
        with engine.begin() as connection:
            repository = JoinedRepository(connection)
            repository.commit(adding(*range(100, 100 + MANY)))
            with pytest.raises(Stale):
                repository.commit(adding(*range(1, 1 + MANY)))
            assert 1 == connection.scalar(text("SELECT 1"))
            repository.commit(adding(3))
        engine.dispose()
        after = SQLAlchemyRepository(place.url)
        found = [after.person(b.sub_account_id(number)) is not None for number in (3, 101, 5)]
        after.close()
        assert [True, True, False] == found

    def test_other_drivers_insert(self, place: Database, copies: list[tuple[str, int]]) -> None:
        """Where schemas are translated statement by statement rows are inserted, because COPY names its table itself."""
        engine = create_engine(place.url).execution_options(schema_translate_map={None: "public"})
        repository = SQLAlchemyRepository(engine)
        repository.commit(adding(*range(100, 100 + MANY)))
        repository.close()
        assert [] == copies


def test_a_connection_that_dies(place: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed under a copy, the connection is given up and everything is written on another, once."""
    known: Callable[..., None] = copying._send
    killed: list[int] = []

    def killing(raw: Any, statement: str, values: Any) -> None:
        if not killed:
            killed.append(raw.info.backend_pid)
            other = create_engine(place.url)
            with other.connect() as connection:
                connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": killed[0]})
            other.dispose()
        known(raw, statement, values)

    monkeypatch.setattr(copying, "_send", killing)
    repository = SQLAlchemyRepository(place.url)
    repository.commit(adding(*range(100, 100 + MANY)))
    assert 1 == len(killed)
    assert repository.person(b.sub_account_id(150)) is not None
    repository.close()
