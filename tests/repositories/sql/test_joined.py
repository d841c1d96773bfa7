"""A repository in the host's transaction: it lasts when the host commits, goes when the host rolls back, and never tries
again by itself. What it answers inside one transaction is what every repository answers: the kit runs on it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import evolve
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from examples.sqlite_begins import begin_in_time
from subaccounts import (
    AddPerson,
    Command,
    CreateOrganization,
    KeyRing,
    NobodyPrivileged,
    OrganizationId,
    SubAccounts,
    Ungrouped,
)
from subaccounts.domain.decision import Batch
from subaccounts.errors import InsideTransaction, NameTaken, Stale
from subaccounts.repositories.sqlalchemy import AsyncJoinedRepository, JoinedRepository, SQLAlchemyRepository
from subaccounts.testing import NOON, RepositoryContract, builders, clause_tests
from subaccounts.testing.contracts.bridge import Color
from subaccounts.testing.contracts.contract import Contract
from tests.invariants.world import OPERATOR
from tests.repositories.sql.databases import Database, mariadb, postgresql, sqlite_in
from tests.repositories.sql.hosts import with_shops
from tests.shell.samples import every_command

DATABASES: dict[str, Callable[[], Database]] = {"PostgreSQL": postgresql, "MariaDB": mariadb}
ACME = OrganizationId(value="acme")


class OneTransaction(RepositoryContract):
    """Run the kit inside one transaction of a host that is never committed."""

    __test__ = False

    def database(self) -> Database:
        """Return where the repository is."""
        return sqlite_in(self.folder)

    def open(self) -> Any:
        """Open an empty one, in a transaction that has begun."""
        place = self.database().emptied()
        if self.color == "async":
            return self._opened(place)
        engine = create_engine(place.url)
        if place.name == "SQLite":
            begin_in_time(engine)
        self.host: Any = engine.connect()
        return JoinedRepository(self.host)

    async def _opened(self, place: Database) -> AsyncJoinedRepository:
        engine: AsyncEngine = create_async_engine(place.async_url)
        if place.name == "SQLite":
            begin_in_time(engine.sync_engine)
        self.host = await engine.connect()
        return AsyncJoinedRepository(self.host)

    def close(self, port: Any, /) -> Any:
        """Roll back."""
        if self.color == "async":
            return self._closed()
        self.host.close()
        self.host.engine.dispose()
        return None

    async def _closed(self) -> None:
        await self.host.close()
        await self.host.engine.dispose()


def in_one_transaction(contract: type[Contract]) -> dict[str, Any]:
    """Return the tests that one connection cannot be asked: of several at once, and of a restart; None is no test."""
    at_once = {"C13", "Q4", "Q5"}
    others = ("restart", "not_torn", "at_once", "every_commit_that_ended")
    return {
        name: None
        for name, number in clause_tests(contract).items()
        if number in at_once or any(word in name for word in others)
    }


for _name, _nothing in in_one_transaction(OneTransaction).items():
    setattr(OneTransaction, _name, _nothing)


class TestSQLite(OneTransaction):
    """A transaction on a file."""

    __test__ = True


class TestPostgreSQL(OneTransaction):
    """A transaction on PostgreSQL."""

    __test__ = True

    def database(self) -> Database:
        """Return this process's database."""
        return postgresql()


class TestMariaDB(OneTransaction):
    """A transaction on MariaDB."""

    __test__ = True

    def database(self) -> Database:
        """Return this process's database."""
        return mariadb()


class TestAsyncPostgreSQL(TestPostgreSQL):
    """A transaction on PostgreSQL, awaitably."""

    color: ClassVar[Color] = "async"


@pytest.fixture(params=["SQLite", *DATABASES])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Give an engine of a host, with our tables empty and a table of the host's own."""
    place = with_shops(sqlite_in(tmp_path) if request.param == "SQLite" else DATABASES[request.param]().emptied())
    engine = create_engine(place.url)
    if place.name == "SQLite":
        begin_in_time(engine)
    yield engine
    engine.dispose()


def facade(repository: Any) -> SubAccounts:
    """Return a facade that knows of no privileged host account."""
    keys = KeyRing.in_memory(b"a key that only the tests ever use")
    return SubAccounts(repository=repository, keys=keys, host_accounts=NobodyPrivileged(), blocklist=frozenset())


def creating() -> CreateOrganization:
    """Return a command that writes."""
    return CreateOrganization(actor=OPERATOR, id=ACME, name="Acme", ungrouped=Ungrouped.EVERYBODY)


class TestTogether:
    """The host's rows and ours."""

    def test_the_host_commits(self, engine: Engine) -> None:
        """What both wrote is there after the host's commit, and before it for the host alone."""
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO shops VALUES ('till')"))
            facade(JoinedRepository(connection)).handle(creating())
            assert JoinedRepository(connection).organization(ACME) is not None
            connection.commit()
        stored = SQLAlchemyRepository(engine).organization(ACME)
        assert stored is not None
        with engine.connect() as connection:
            assert ["till"] == list(connection.scalars(text("SELECT name FROM shops")))

    def test_the_host_rolls_back(self, engine: Engine) -> None:
        """Nothing of either is there after the host's rollback."""
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO shops VALUES ('till')"))
            facade(JoinedRepository(connection)).handle(creating())
            connection.rollback()
        assert SQLAlchemyRepository(engine).organization(ACME) is None
        with engine.connect() as connection:
            assert [] == list(connection.scalars(text("SELECT name FROM shops")))

    def test_a_refused_commit_leaves_the_hosts_rows(self, engine: Engine) -> None:
        """What was refused is undone by itself; the host's transaction goes on and can be committed."""
        SQLAlchemyRepository(engine).commit(Batch(organization=ACME, puts=(_acme(),)))
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO shops VALUES ('till')"))
            joined = JoinedRepository(connection)
            with pytest.raises(Stale):
                joined.commit(Batch(organization=ACME, puts=(builders.stranger(of=ACME), _acme())))
            connection.commit()
        with engine.connect() as connection:
            assert ["till"] == list(connection.scalars(text("SELECT name FROM shops")))
        joined = JoinedRepository(engine.connect())
        assert () == joined.stale_strangers(ACME, before=NOON.replace(year=2100), limit=9)
        joined._host.close()


def _acme() -> Any:
    return evolve(builders.organization(), id=ACME)


class TestNever:
    """What a joined repository does not do."""

    @pytest.mark.parametrize("command", sorted(every_command(), key=repr))
    def test_no_proof_inside_a_transaction(self, command: type[Command[Any]]) -> None:
        """Just the commands that no rollback may undo are refused, before anything is asked."""
        names = {
            "AdvanceGeneration", "ArriveBySSO", "BeginSignIn", "BeginSignUp", "ChangeContact", "ChangePassword",
            "CompleteRegistration", "CompleteSignUp", "DeliverNotices", "LinkIdentity", "ProveContact",
            "ProveContactByCode", "RedeemCode", "RedeemLink", "RequestReset", "SignIn",
        }  # fmt: skip
        assert (command.__name__ in names) == command.proves

    def test_refused_by_name(self, engine: Engine) -> None:
        """A sign-in inside the host's transaction is refused, and says why."""
        from subaccounts import AccountId, BeginSignIn, Door

        door = Door.inside(AccountId(organization=ACME, value="shop"))
        with (
            engine.connect() as connection,
            pytest.raises(InsideTransaction, match="BeginSignIn does what no rollback may undo"),
        ):
            facade(JoinedRepository(connection)).handle(BeginSignIn(door=door, login="anna"))

    def test_nothing_is_tried_again(self, engine: Engine) -> None:
        """A commit that met somebody else's is told to the host at once: it reads old facts for as long as it lasts."""
        with engine.connect() as connection:
            joined, tries = _Stubborn(connection), facade
            with pytest.raises(Stale):
                tries(joined).handle(creating())
            assert 1 == joined.asked

    def test_a_refusal_is_a_refusal(self, engine: Engine) -> None:
        """A rule that says no says so inside a transaction too."""
        from subaccounts import HostAccount, HostUser, OpenAccount, RegistrationPolicy

        boss = HostUser.administrator("boss", of=ACME)
        with engine.connect() as connection:
            subs = facade(JoinedRepository(connection))
            subs.handle(creating())
            opening = OpenAccount(
                actor=boss,
                organization=ACME,
                host=HostAccount(system="crm", id="1"),
                name="Shop",
                policy=RegistrationPolicy.by_person(),
            )
            shop = subs.handle(opening)
            subs.handle(AddPerson(actor=boss, account=shop.id, login="anna"))
            with pytest.raises(NameTaken):
                subs.handle(AddPerson(actor=boss, account=shop.id, login="ANNA"))
            connection.commit()


class _Stubborn:
    """Be a joined repository whose commits are always stale."""

    joins_host_transaction = True

    def __init__(self, connection: Connection) -> None:
        self._joined, self.asked = JoinedRepository(connection), 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._joined, name)

    def commit(self, batch: Batch, /) -> None:
        """Count, and say that something changed."""
        self.asked += 1
        raise Stale
