"""Nobody's password, hash or code is in a log: not in Django's list of queries, not in its logger, not in the driver's."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import pytest
from django.test import override_settings
from sqlalchemy import create_engine, text

from subaccounts import Secret
from subaccounts.errors import StorageFailed
from tests.repositories.django.portal import Portal, portal_on
from tests.repositories.sql.faults import CANARY, everything_told, refusing
from tests.repositories.sql.test_secrets import secrets

LOGGERS: Final = {"django", "django.db", "django.db.backends", "psycopg", "sqlalchemy", "sqlalchemy.engine"}
WRONG: Final = Secret("wrong, wrong and wrong again")


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Have everybody log everything."""
    caplog.set_level(logging.DEBUG)
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def lived(portal: Portal) -> Secret:
    """Add, claim, sign in right and wrong; return the code that was handed over."""
    _, code = portal.add("anna")
    portal.claim("anna", code)
    portal.sign_in()
    portal.sign_in(secret=WRONG)
    return code


@override_settings(DEBUG=True)
def test_with_debug_on(portal: Portal, loud: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """With `DEBUG` Django keeps what it sent and logs it: of ours there is BEGIN and COMMIT, and no value of anybody's."""
    portal.connection.queries_log.clear()
    code = lived(portal)
    captured = capfd.readouterr()
    queries = [query["sql"] for query in portal.connection.queries]
    told = "\n".join([loud.text, captured.out, captured.err, *queries])
    assert {"BEGIN", "COMMIT"} == set(queries)
    assert "django.db.backends" in {record.name for record in loud.records}
    assert "INSERT INTO subaccounts_credentials" in loud.text  # SQLAlchemy's logger was listening too
    assert [] == [secret for secret in [*secrets(code), WRONG.reveal()] if secret in told]
    assert [] == [row for row in told.splitlines() if "Row (" in row and "{" in row]


def test_what_the_server_sees(tmp_path: Path) -> None:
    """A server that is asked what runs, and logs a statement that fails, sees statements and no value in them."""
    with portal_on("postgresql", tmp_path) as portal:
        person, code = portal.add("anna")
        seen = "SELECT string_agg(query, ' ') FROM pg_stat_activity WHERE datname = current_database()"
        body = f"BEGIN INSERT INTO seen SELECT ({seen}); RETURN NEW; END"
        engine = create_engine(portal.place.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE TABLE seen (what text)"))
            connection.execute(text(f"CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"))
            on = "BEFORE UPDATE ON subaccounts_credentials FOR EACH ROW EXECUTE FUNCTION see()"
            connection.execute(text(f"CREATE TRIGGER see {on}"))
            portal.claim("anna", code)
            told = " ".join(connection.scalars(text("SELECT what FROM seen")))
            connection.execute(text("DROP TRIGGER see ON subaccounts_credentials"))
            connection.execute(text("DROP FUNCTION see"))
            connection.execute(text("DROP TABLE seen"))
        engine.dispose()
        known = portal.repository.person(person)
        assert known is not None
        assert known.credential.password is not None
        assert CANARY in known.credential.password.encoded
        assert ("UPDATE subaccounts_credentials" in told, False, False) == (True, CANARY in told, "Anna Koval" in told)


def test_an_error_repeats_no_row(tmp_path: Path, loud: pytest.LogCaptureFixture) -> None:
    """A database whose words repeat the row it refused: our error and every log are silent about it."""
    with portal_on("postgresql", tmp_path) as portal:
        _, code = portal.add("anna")
        with refusing(portal.place, "unknown"), pytest.raises(StorageFailed) as refused:
            portal.claim("anna", code)
        assert CANARY not in everything_told(refused.value) + loud.text


def test_a_page_of_an_error(portal: Portal) -> None:
    """What Django's page of an error would show of our frames holds no value that was sent."""
    from django.views.debug import ExceptionReporter

    _, code = portal.add("anna")
    portal.connection.close()
    portal.connection.settings_dict["NAME"] = "/nowhere/at/all" if portal.alias == "sqlite" else "nowhere"
    with pytest.raises(StorageFailed) as refused:
        portal.claim("anna", code)
    error = refused.value
    page = ExceptionReporter(None, type(error), error, error.__traceback__).get_traceback_html()
    assert "unreachable" in page
    assert [] == [secret for secret in secrets(code) if secret in page]
