"""A database that cannot: each failure is a clear error of ours, and nothing is half written.

What no error may repeat is `test_secrets`; transactions of the host that are lost are `test_transactions`.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connections, transaction
from django.test import override_settings
from sqlalchemy import create_engine, text

from subaccounts import Authenticated
from subaccounts.domain.decision import Batch
from subaccounts.errors import Busy, HostTransactionLost, OutcomeUnknown, Stale, StorageFailed
from subaccounts.repositories.django import DjangoRepository
from subaccounts.testing import builders as b
from tests.repositories.django.portal import Portal, portal_on
from tests.repositories.django.site import another, each_alias, lead, on
from tests.repositories.sql.bare import bare
from tests.repositories.sql.databases import Database
from tests.repositories.sql.faults import refusing
from tests.repositories.sql.shops import ORGANIZATION, rows

NAMES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
BATCH: Final = Batch(organization=b.OURS, puts=(b.organization(),))


def problem(ask: Any) -> tuple[str, str]:
    """Return how an ask fails: its word and its detail."""
    with pytest.raises(StorageFailed) as refused:
        ask()
    return refused.value.problem, refused.value.detail


class TestPlaces:
    """Where an alias leads, or does not."""

    def test_an_alias_that_is_none(self) -> None:
        """An alias that DATABASES has not is unreachable, and named."""
        asked = DjangoRepository(using="elsewhere")
        assert ("unreachable", "DATABASES has no 'elsewhere'") == problem(lambda: asked.organization(b.OURS))

    @each_alias
    def test_nobody_there(self, alias: str, tmp_path: Path) -> None:
        """A server that does not listen and a folder that is not there are unreachable, read or written."""
        with on(alias, tmp_path) as place:
            url = place.url.set(database=str(tmp_path / "no" / "portal.db")) if alias == "sqlite" else place.url
            lead(alias, Database(name=place.name, url=url, async_driver=""), HOST="127.0.0.1", PORT="1")
            repository = DjangoRepository(using=alias)
            told = [problem(lambda: repository.organization(b.OURS)), problem(lambda: repository.commit(BATCH))]
            assert ["unreachable"] * 2 == [word for word, _ in told]

    @pytest.mark.parametrize(("engine", "detail"), [("mysql", "MySQL"), ("dummy", "use SQLAlchemyRepository")])
    def test_a_database_that_it_does_not_know(self, engine: str, detail: str) -> None:
        """MySQL, MariaDB and the rest are refused by name, with what to use instead or what Django misses."""
        with another("strange", ENGINE=f"django.db.backends.{engine}"):
            repository = DjangoRepository(using="strange")
            word, told = problem(lambda: repository.organization(b.OURS))
        assert ("unreachable", True) == (word, detail in told)

    @pytest.mark.parametrize("missing", ["django", "sqlalchemy"])
    def test_a_missing_extra(self, missing: str) -> None:
        """Without the extra the import says how to have it; `sqlalchemy` is a part of it."""
        code = (
            f"import sys; sys.modules['{missing}'] = None\nfrom subaccounts.errors import MissingExtra\n"
            "try:\n    import subaccounts.repositories.django\nexcept MissingExtra as error:\n    print(error)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert f'{missing} is not installed: pip install "subaccounts[{missing}]"' in done.stdout


@each_alias
class TestSchemas:
    """What is at a place, or is not."""

    def test_before_migrate(self, alias: str, tmp_path: Path) -> None:
        """Without our tables everything is outdated, read or written."""
        with bare(NAMES[alias], tmp_path) as url:
            lead(alias, Database(name=NAMES[alias], url=url, async_driver=""))
            repository = DjangoRepository(using=alias)
            told = [problem(lambda: repository.organization(b.OURS)), problem(lambda: repository.commit(BATCH))]
            assert ["outdated"] * 2 == [word for word, _ in told]
            connections[alias].close()

    def test_an_old_schema(self, alias: str, tmp_path: Path) -> None:
        """A column that is not there yet is outdated, and nothing of the batch is written."""
        with portal_on(alias, tmp_path) as portal, _without_a_column(portal):
            before = rows_of_organizations(portal)
            both = Batch(organization=b.OURS, puts=(b.organization(), b.stranger()))
            assert "outdated" == problem(lambda: portal.repository.commit(both))[0]
            assert before == rows_of_organizations(portal)

    def test_read_only(self, alias: str, tmp_path: Path) -> None:
        """A database that takes no writes says so, and answers reads."""
        with portal_on(alias, tmp_path) as portal:
            before = rows(portal.place)
            if alias == "sqlite":
                lead(alias, portal.place, NAME=f"file:{portal.place.url.database}?mode=ro")
            else:
                lead(alias, portal.place, OPTIONS={"options": "-c default_transaction_read_only=on"})
            assert "read_only" == problem(lambda: portal.repository.commit(BATCH))[0]
            assert portal.repository.organization(ORGANIZATION) is not None
            assert before == rows(portal.place)

    def test_text_that_is_no_text(self, alias: str, tmp_path: Path) -> None:
        """A lone surrogate cannot be stored, and the repository goes on."""
        with portal_on(alias, tmp_path) as portal:
            batch = Batch(organization=b.OURS, puts=(b.organization(),), request=b.request("\ud800"))
            assert "unstorable" == problem(lambda: portal.repository.commit(batch))[0]
            portal.repository.commit(BATCH)


@contextmanager
def _without_a_column(portal: Portal) -> Iterator[None]:
    with portal.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE subaccounts_strangers RENAME COLUMN version TO old")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE subaccounts_strangers RENAME COLUMN old TO version")


def rows_of_organizations(portal: Portal) -> int:
    """Return how many organizations there are."""
    with portal.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM subaccounts_organizations")
        return int(cursor.fetchone()[0])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Portal]:
    """Give a portal on a server."""
    with portal_on("postgresql", tmp_path) as portal:
        yield portal


class TestFaults:
    """What a server says in the middle of a commit."""

    @pytest.mark.parametrize(("fault", "word"), [("full", "full"), ("unknown", "unreachable")])
    def test_told_by_a_word(self, served: Portal, fault: str, word: str) -> None:
        """A claim that meets a full disk or what nobody knows is StorageFailed, left no trace, and works afterwards."""
        _, code = served.add("anna")
        before = rows(served.place)
        with refusing(served.place, fault):
            assert word == problem(lambda: served.claim("anna", code))[0]
        assert before == rows(served.place)
        served.claim("anna", code)

    @pytest.mark.parametrize("fault", ["serialization", "deadlock"])
    def test_to_be_repeated(self, served: Portal, fault: str) -> None:
        """Serialization failures and deadlocks are Stale, so that the command decides anew until it is busy."""
        _, code = served.add("anna")
        before = rows(served.place)
        with refusing(served.place, fault), pytest.raises(Busy):
            served.claim("anna", code)
        assert before == rows(served.place)


class TestLostConnections:
    """A connection that is lost before, within and at the commit."""

    def test_idle(self, served: Portal) -> None:
        """What died between two requests is opened anew, whether it is read or written first, unheard of."""
        served.active("anna")
        _kill(served)
        assert isinstance(served.sign_in(), Authenticated)
        _kill(served)
        served.repository.commit(BATCH)

    def test_checked_by_django(self, tmp_path: Path) -> None:
        """Where Django checks a connection before it is used, ours is checked too, and no statement meets a dead one."""
        with portal_on("postgresql", tmp_path, CONN_HEALTH_CHECKS=True, CONN_MAX_AGE=None) as portal:
            first = portal.connection.connection
            _kill(portal)
            portal.connection.close_if_unusable_or_obsolete()  # what Django does where a request begins
            assert portal.repository.organization(ORGANIZATION) is not None
            assert first is not portal.connection.connection

    def test_within_a_commit(self, served: Portal) -> None:
        """A session that dies in every commit is told after two tries; nothing was written, and Django goes on."""
        person, code = served.add("anna")
        before = rows(served.place)
        with _trigger(served, "BEFORE UPDATE", "PERFORM pg_terminate_backend(pg_backend_pid())"):
            assert "unreachable" == problem(lambda: served.claim("anna", code))[0]
        assert before == rows(served.place)
        assert (True, False) == (served.connection.get_autocommit(), served.connection.in_atomic_block)
        served.claim("anna", code)
        assert served.repository.person(person) is not None

    def test_at_the_commit(self, served: Portal) -> None:
        """What is lost while COMMIT is asked for nobody knows: it is not tried again, and said."""
        _, code = served.add("anna")
        with (
            _trigger(served, "AFTER UPDATE", "PERFORM pg_terminate_backend(pg_backend_pid())", deferred=True),
            pytest.raises(OutcomeUnknown) as unknown,
        ):
            served.claim("anna", code)
        assert (None, None) == (unknown.value.__cause__, unknown.value.__context__)
        served.claim("anna", code)

    def test_refused_at_the_commit(self, served: Portal) -> None:
        """What the server refuses at COMMIT was not written: it is Stale, or StorageFailed by its word."""
        person, _ = served.add("anna")
        known = served.repository.person(person)
        assert known is not None
        again, before = Batch(organization=ORGANIZATION, puts=(known.credential,)), rows(served.place)
        lost = _trigger(served, "AFTER UPDATE", "RAISE EXCEPTION USING ERRCODE = '40001'", deferred=True)
        with lost, pytest.raises(Stale):
            served.repository.commit(again)
        with _trigger(served, "AFTER UPDATE", "RAISE EXCEPTION USING ERRCODE = '53100'", deferred=True):
            assert "full" == problem(lambda: served.repository.commit(again))[0]
        assert before == rows(served.place)
        served.repository.commit(again)

    def test_in_the_hosts_transaction(self, served: Portal) -> None:
        """A connection that dies inside `atomic` took the host's transaction along; Django goes on after the block."""

        @transaction.atomic(using="postgresql")
        def cut() -> None:
            served.add("boris")
            _kill(served)
            served.repository.organization(ORGANIZATION)

        with pytest.raises(HostTransactionLost):
            cut()
        served.connection.close_if_unusable_or_obsolete()  # what Django does where a request ends
        assert 0 == rows(served.place)["subaccounts_sub_accounts"]
        served.add("boris")


def _kill(portal: Portal) -> None:
    """End the session of this thread's connection from outside, and return when it is gone."""
    engine = create_engine(portal.place.url, isolation_level="AUTOCOMMIT")
    session = portal.connection.connection.info.backend_pid
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 60000)"), {"pid": session})
    engine.dispose()


@contextmanager
def _trigger(portal: Portal, when: str, does: str, *, deferred: bool = False) -> Iterator[None]:
    """Have the server do something on every change of a credential while the block lasts, at once or at COMMIT."""
    engine = create_engine(portal.place.url, isolation_level="AUTOCOMMIT")
    table, later = "subaccounts_credentials", " DEFERRABLE INITIALLY DEFERRED" if deferred else ""
    body = f"BEGIN {does}; RETURN NEW; END"
    kind = "CONSTRAINT TRIGGER" if deferred else "TRIGGER"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
        connection.execute(text(f"CREATE {kind} fault {when} ON {table}{later} FOR EACH ROW EXECUTE FUNCTION fault()"))
        try:
            yield
        finally:
            connection.execute(text(f"DROP TRIGGER fault ON {table}"))
            connection.execute(text("DROP FUNCTION fault"))
    engine.dispose()


class TestWhere:
    """Threads and event loops."""

    def test_on_an_event_loop(self, portal: Portal) -> None:
        """Asked on an event loop, Django's own error says what to do; through `sync_to_async` it is answered."""

        async def asked() -> Any:
            with pytest.raises(SynchronousOnlyOperation):
                portal.repository.organization(ORGANIZATION)
            return await sync_to_async(_asked_elsewhere)(portal)

        assert portal.repository.organization(ORGANIZATION) == asyncio.run(asked())

    def test_the_default_is_what_the_settings_name(self) -> None:
        """Without an alias it is the settings' one, and Django's default where they name none."""
        with override_settings(SUBACCOUNTS={"DATABASE": "postgresql"}):
            assert "DjangoRepository(using='postgresql')" == repr(DjangoRepository())
        assert "DjangoRepository(using='default')" == repr(DjangoRepository())


def _asked_elsewhere(portal: Portal) -> Any:
    try:
        return portal.repository.organization(ORGANIZATION)
    finally:
        portal.connection.close()
