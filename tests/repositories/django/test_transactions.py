"""Whose transaction it is: one of our own outside `atomic`, the host's inside it, and a test's is nobody's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from django.db import connections, transaction
from sqlalchemy import create_engine, text

from subaccounts import AddPeople, AddPerson, ArchivePerson, Authenticated, EnterPassword, Secret
from subaccounts.domain.decision import Batch
from subaccounts.errors import Busy, HostTransactionLost, InsideTransaction, NameTaken, PortError, Stale, StorageFailed
from subaccounts.repositories.django import DjangoRepository
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from tests.repositories.django.portal import Portal, portal_on, told
from tests.repositories.django.site import each_alias
from tests.repositories.sql.shops import BOSS, ORGANIZATION, plain_facade, rows
from tests.repositories.sql.test_statements import short

WRONG = Secret("wrong, wrong and wrong again")


def sql(portal: Portal, statement: str) -> list[Any]:
    """Run a statement of the host's own, through Django."""
    with portal.connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


class TestOwn:
    """Outside `atomic`."""

    def test_a_sign_in_is_one_read_and_one_commit(self, portal: Portal) -> None:
        """One statement reads, one transaction looks at what was decided on and adds its event."""
        portal.active("anna")
        with told(portal) as (ours, django):
            assert isinstance(portal.sign_in(), Authenticated)
        kept = [words for words in short(ours) if words not in {"ROLLBACK", "BEGIN"}]
        guards = ["SELECT accounts", "SELECT sub_accounts", "SELECT credentials"]
        assert ["SELECT organizations", *guards, "INSERT events"] == kept
        assert ["BEGIN", "COMMIT"] == django

    def test_nothing_stays_open(self, portal: Portal) -> None:
        """After a command Django commits each statement as before, and no transaction is open."""
        portal.active("anna")
        driver = portal.connection.connection
        open_now = driver.in_transaction if portal.alias == "sqlite" else driver.info.transaction_status.value != 0
        assert (True, False, False) == (portal.connection.get_autocommit(), portal.connection.in_atomic_block, open_now)

    def test_a_refused_commit_leaves_nothing(self, portal: Portal) -> None:
        """What is stale is undone as a whole."""
        before, stored = rows(portal.place), portal.repository.organization(ORGANIZATION)
        assert stored is not None
        stale = (b.stranger(of=ORGANIZATION), evolve(stored, version=9))
        with pytest.raises(Stale):
            portal.repository.commit(Batch(organization=ORGANIZATION, puts=stale))
        assert before == rows(portal.place)

    @pytest.mark.parametrize("isolation", ["REPEATABLE_READ", "SERIALIZABLE"])
    def test_whatever_isolation_the_host_has(self, isolation: str, tmp_path: Path) -> None:
        """Our transaction sees what others commit meanwhile; the host's next one is isolated as the host asked."""
        from psycopg import IsolationLevel

        asked = IsolationLevel[isolation]
        with portal_on("postgresql", tmp_path, OPTIONS={"isolation_level": asked}) as portal:
            with _heard_by_the_server(portal) as levels:
                portal.add("anna")
            with transaction.atomic(using=portal.alias):
                host = sql(portal, "SHOW transaction_isolation")
            assert ({"read committed"}, [(asked.name.lower().replace("_", " "),)]) == (levels, host)
            assert asked == portal.connection.connection.isolation_level

    def test_sqlite_writes_from_the_beginning(self, tmp_path: Path) -> None:
        """Two that write one file at once wait for each other instead of failing: neither reads what is old by then."""
        with portal_on("sqlite", tmp_path, OPTIONS={"timeout": 30}) as portal:
            failed: list[BaseException] = []

            def work(number: int) -> None:
                try:
                    for turn in range(10):
                        portal.add(f"person-{number}-{turn}")
                except BaseException as error:  # noqa: BLE001 - the test has to hear of it, whatever it is
                    failed.append(error)
                finally:
                    connections["sqlite"].close()

            threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert ([], 40) == (failed, rows(portal.place)["subaccounts_sub_accounts"])


@contextmanager
def _heard_by_the_server(portal: Portal) -> Iterator[set[str]]:
    """Collect how isolated each transaction is in which a row is written."""
    levels: set[str] = set()
    body = "BEGIN INSERT INTO levels VALUES (current_setting('transaction_isolation')); RETURN NEW; END"
    engine = create_engine(portal.place.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE levels (name text)"))
        connection.execute(text(f"CREATE FUNCTION level() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
        on = "AFTER INSERT ON subaccounts_sub_accounts FOR EACH ROW EXECUTE FUNCTION level()"
        connection.execute(text(f"CREATE TRIGGER level {on}"))
        try:
            yield levels
        finally:
            levels |= set(connection.scalars(text("SELECT name FROM levels")))
            connection.execute(text("DROP TRIGGER level ON subaccounts_sub_accounts"))
            connection.execute(text("DROP FUNCTION level"))
            connection.execute(text("DROP TABLE levels"))
    engine.dispose()


@pytest.mark.parametrize("inside", [True, False])
def test_many_at_once(portal: Portal, inside: bool) -> None:
    """Hundreds of people are added in one commit, in a transaction of our own or the host's, and none of them again."""
    pasted = AddPeople.pasted("\n".join(f"person-{n}" for n in range(200)), actor=BOSS, account=portal.account)
    with transaction.atomic(using=portal.alias) if inside else nullcontext():
        lines = portal.handle(pasted)
        again = portal.handle(pasted)
    assert [200, 0] == [len([line for line in told if line.sub_account is not None]) for told in (lines, again)]
    assert 200 == rows(portal.place)["subaccounts_sub_accounts"]
    known = portal.repository.person(lines[0].sub_account.id) if lines[0].sub_account else None
    assert known is not None
    assert NOON == known.sub_account.created_at


class TestJoined:
    """Inside `atomic`."""

    def test_the_host_commits(self, portal: Portal) -> None:
        """What both wrote is there after the host's commit, and for the host before it."""
        with transaction.atomic(using=portal.alias):
            sql(portal, "UPDATE subaccounts_organizations SET name = 'host'")
            person, _ = portal.add("anna")
            assert portal.repository.person(person) is not None
        assert portal.repository.person(person) is not None
        assert [("host",)] == sql(portal, "SELECT name FROM subaccounts_organizations")

    def test_the_host_rolls_back(self, portal: Portal) -> None:
        """Nothing of either is there after the host's rollback."""
        before = rows(portal.place)
        with transaction.atomic(using=portal.alias):
            sql(portal, "UPDATE subaccounts_organizations SET name = 'host'")
            portal.add("anna")
            transaction.set_rollback(True, using=portal.alias)
        assert before == rows(portal.place)
        assert [("Acme",)] == sql(portal, "SELECT name FROM subaccounts_organizations")

    def test_a_savepoint_of_the_host(self, portal: Portal) -> None:
        """A block of the host inside its transaction takes what we wrote in it along."""
        with transaction.atomic(using=portal.alias):
            kept, _ = portal.add("anna")
            with transaction.atomic(using=portal.alias):
                gone, _ = portal.add("boris")
                transaction.set_rollback(True, using=portal.alias)
        assert (True, False) == tuple(portal.repository.person(each) is not None for each in (kept, gone))

    def test_a_refused_commit_leaves_the_hosts_rows(self, portal: Portal) -> None:
        """What was refused is undone by itself; the host's transaction goes on and can be committed."""
        with transaction.atomic(using=portal.alias):
            sql(portal, "UPDATE subaccounts_organizations SET name = 'host'")
            portal.add("anna")
            with pytest.raises(NameTaken):
                portal.handle(AddPerson(actor=BOSS, account=portal.account, login="ANNA"))
            with pytest.raises(Stale):
                portal.repository.commit(Batch(organization=b.OURS, puts=(b.organization(version=7),)))
        assert [("host",)] == sql(portal, "SELECT name FROM subaccounts_organizations")
        assert 1 == rows(portal.place)["subaccounts_sub_accounts"]

    def test_a_proof_is_refused_inside_and_taken_outside(self, portal: Portal) -> None:
        """One repository says of each moment whether a sign-in would be undone by the host's rollback."""
        portal.active("anna")
        with transaction.atomic(using=portal.alias), pytest.raises(InsideTransaction):
            portal.sign_in()
        assert isinstance(portal.sign_in(secret=WRONG), EnterPassword)
        assert isinstance(portal.sign_in(), Authenticated)

    def test_nothing_is_tried_again(self, portal: Portal) -> None:
        """What is stale inside the host's transaction is told at once, for it reads old facts as long as it lasts."""
        person = portal.active("anna")
        subs = plain_facade(stubborn := _Stubborn(portal.repository))
        with transaction.atomic(using=portal.alias), pytest.raises(Stale):
            subs.handle(ArchivePerson(actor=BOSS, sub_account=person))
        assert 1 == stubborn.asked
        with pytest.raises(Busy):
            subs.handle(ArchivePerson(actor=BOSS, sub_account=person))
        assert 2 < stubborn.asked

    def test_a_block_that_is_broken(self, portal: Portal) -> None:
        """A transaction that Django will roll back is lost: it has to be repeated, and nothing is asked in it."""
        with transaction.atomic(using=portal.alias):
            transaction.set_rollback(True, using=portal.alias)
            with pytest.raises(HostTransactionLost):
                portal.repository.organization(ORGANIZATION)
            with pytest.raises(HostTransactionLost):
                portal.add("anna")

    def test_another_alias(self, portal: Portal) -> None:
        """A transaction on another database is none here."""
        portal.active("anna")
        with transaction.atomic(using="default"):
            assert isinstance(portal.sign_in(), Authenticated)
        connections["default"].close()


class _Stubborn:
    """Be the repository, with commits that are always stale."""

    def __init__(self, repository: DjangoRepository) -> None:
        self._own, self.asked = repository, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def commit(self, batch: Batch, /) -> None:
        """Count, and say that something changed."""
        self.asked += 1
        raise Stale


class TestLost:
    """A transaction of the host that the database gave up."""

    def test_serialization_failure(self, tmp_path: Path) -> None:
        """Under a snapshot, a row that somebody else wrote meanwhile ends the host's transaction, and it is told."""
        from psycopg import IsolationLevel

        options = {"isolation_level": IsolationLevel.REPEATABLE_READ}
        with portal_on("postgresql", tmp_path, OPTIONS=options) as portal:
            assert HostTransactionLost is type(_lost(portal))

    def test_a_snapshot_of_sqlite(self, tmp_path: Path) -> None:
        """On SQLite with a log, a transaction that read before somebody else wrote will never write, and it is told."""
        with portal_on("sqlite", tmp_path, OPTIONS={"init_command": "PRAGMA journal_mode=WAL"}) as portal:
            assert HostTransactionLost is type(_lost(portal))


def _lost(portal: Portal) -> PortError:
    """Have the host's transaction overtaken, and return what it is told."""
    with pytest.raises(PortError) as lost, transaction.atomic(using=portal.alias):
        _overtaken(portal)
    return lost.value


def _overtaken(portal: Portal) -> None:
    """Read a record, have another thread commit it on its own connection, and commit it."""
    stored = portal.repository.organization(ORGANIZATION)
    assert stored is not None
    batch = Batch(organization=ORGANIZATION, puts=(stored,))

    def work() -> None:
        portal.repository.commit(batch)
        connections[portal.alias].close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    portal.repository.commit(batch)


@each_alias
class TestAutocommitOff:
    """A host that begins transactions without `atomic`."""

    def test_it_is_the_hosts_transaction(self, alias: str, tmp_path: Path) -> None:
        """With `AUTOCOMMIT` off, what is asked is in a transaction of the host, even before Django has a connection."""
        with portal_on(alias, tmp_path) as portal:
            portal.active("anna")
            portal.connection.close()
            portal.connection.settings_dict["AUTOCOMMIT"] = False
            assert portal.repository.joins_host_transaction
            with pytest.raises(InsideTransaction):
                portal.sign_in()
            portal.connection.settings_dict["AUTOCOMMIT"] = True

    def test_sqlite_begins_too_late(self, alias: str, tmp_path: Path) -> None:
        """Python's driver begins at the first write, after what was decided on was read: that is refused on SQLite."""
        with portal_on(alias, tmp_path) as portal:
            before = rows(portal.place)
            transaction.set_autocommit(False, using=alias)
            if alias == "sqlite":
                with pytest.raises(StorageFailed) as refused:
                    portal.add("anna")
                assert "no_transaction" == refused.value.problem
            else:
                portal.add("anna")
                transaction.rollback(using=alias)
            transaction.set_autocommit(True, using=alias)
            assert before == rows(portal.place)
