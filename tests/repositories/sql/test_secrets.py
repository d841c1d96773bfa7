"""Nobody's password, hash or code is in a log, whoever logs: the engine with `echo="debug"`, the drivers, Alembic.

What no library can help is left out: PyMySQL's constant for its own developers, which dumps packets, and what a host
gives to asyncmy to be told every statement with its values (`echo`, `query_callback`). The how-to says so.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.exc import DBAPIError

from subaccounts import (
    Authenticated,
    BeginSignUp,
    CompleteSignUp,
    Door,
    EditPerson,
    PeekLink,
    Purpose,
    RedeemLink,
    RequestReset,
    Secret,
    SignUpBegun,
    SignUpField,
    SignUpForm,
    SwitchSignUp,
)
from subaccounts.repositories.sqlalchemy import migrate
from subaccounts.repositories.sqlalchemy.types import Unsaid
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import Database
from tests.repositories.sql.faults import CANARY
from tests.repositories.sql.shops import (
    BOSS,
    FIELDS,
    KEYS,
    ORGANIZATION,
    PASSWORD,
    Shop,
    each_color,
    each_database,
    empty,
)
from tests.sent import mint, proof_of

OTHER_PASSWORD: Final = Secret("seven quiet otters swim at dusk")
LOGGERS: Final = {"aiosqlite", "alembic", "asyncmy", "psycopg", "sqlalchemy", "sqlalchemy.engine", "sqlalchemy.pool"}


@pytest.fixture
def place(name: str, tmp_path: Path) -> Database:
    """Answer the database, empty."""
    return empty(name, tmp_path)


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> None:
    """Have everybody log everything."""
    caplog.set_level(logging.DEBUG)
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)


def secrets(code: Secret) -> list[str]:
    """Return what nobody may find: the password, its hash, the code as it is handed over, and the ring's key."""
    shown = code.reveal()
    return [PASSWORD.reveal(), CANARY, shown, shown.replace("-", ""), KEYS.ring + ":", "a ring that only these"]


@each_database
@each_color
@pytest.mark.usefixtures("loud")
def test_a_life(
    place: Database, color: Color, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Adding, claiming, signing in right and wrong, with everything logged that can be: no secret is there."""
    with Shop(place, color, echo="debug").opened() as shop:
        migrate(place.url)
        person, code = shop.add("anna")
        shop.claim("anna", code)
        shop.sign_in("anna")
        shop.sign_in("anna", Secret("wrong, wrong and wrong again"))
        assert CANARY in stored_hash(shop, person)
    captured = capfd.readouterr()
    told = caplog.text + captured.out + captured.err
    assert "INSERT INTO subaccounts_credentials" in told
    rows = [line for line in told.splitlines() if "Row (" in line]
    # SQLAlchemy cuts long values in the middle, where a hash stands by chance: of a body there must be nothing at all.
    assert (True, []) == (bool(rows), [row for row in rows if "{" in row])
    assert (place.name, color) != ("SQLite", "async") or "aiosqlite" in {record.name for record in caplog.records}
    assert [] == [secret for secret in secrets(code) if secret in told]


STRANGER: Final = "a-stranger@nowhere.example"


@each_database
@each_color
@pytest.mark.usefixtures("loud")
def test_messages_and_sign_ups(
    place: Database, color: Color, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Links that are out, and who would sign up: asked for, stored, read again and used, and in no log.

    A sign-in key is no secret: aiosqlite tells which one is asked for.
    """
    with Shop(place, color, echo="debug").opened() as shop:
        person, code = shop.add("anna")
        shop.claim("anna", code)
        shop.handle(EditPerson(actor=BOSS, sub_account=person, fields={"email": "anna@shop.example"}))
        outside, form = Door.outside(shop.account), SignUpForm(fields=tuple(SignUpField(name=name) for name in FIELDS))
        shop.handle(SwitchSignUp(actor=BOSS, account=shop.account, form=form))
        begun = shop.handle(BeginSignUp(door=outside, fields={**FIELDS, "email": STRANGER}))
        assert isinstance(begun, SignUpBegun)
        attempt = shop.finish(shop.repository.sign_up(begun.sign_up))
        begins = mint(
            KEYS, attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value), organization=ORGANIZATION
        )
        shop.handle(RequestReset(door=outside, login="anna"))
        known = shop.finish(shop.repository.person(person))
        recovers = proof_of(KEYS, known, Purpose.RECOVERY)
        for proof in (recovers, begins):
            assert shop.handle(PeekLink(link=proof)) is not None
        shop.handle(RedeemLink(link=recovers, password=OTHER_PASSWORD))
        shop.handle(CompleteSignUp(link=begins, password=OTHER_PASSWORD, login="new"))
        assert isinstance(shop.sign_in("new", OTHER_PASSWORD), Authenticated)
    captured = capfd.readouterr()
    told = caplog.text + captured.out + captured.err
    assert ("INSERT INTO subaccounts_sign_ups" in told, "INSERT INTO subaccounts_tasks" in told) == (True, True)
    mine = [*secrets(code), OTHER_PASSWORD.reveal(), *(link for proof in (recovers, begins) for link in _parts(proof))]
    before, _, _ = told.partition("DELETE FROM subaccounts_sign_ups")
    assert [] == [line for line in before.splitlines() if STRANGER in line and "unique_keys" not in line]
    assert [] == [secret for secret in mine if secret in told]


def _parts(link: Secret) -> list[str]:
    """Return a link as it is sent, and the part of it that only the ring can make."""
    whole = link.reveal()
    return [whole, whole[-20:]]


def stored_hash(shop: Shop, person: Any) -> str:
    """Return the hash that is stored of a person: what must not be found is there to be found."""
    known = shop.finish(shop.repository.person(person))
    return str(known.credential.password.encoded)


@each_database
@pytest.mark.usefixtures("loud")
def test_a_host_that_asks_for_parameters(
    place: Database, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """An engine of the host that shows parameters shows its own; of ours it shows none, and its own errors still do."""
    with Shop(place, echo="debug", hide_parameters=False).opened() as shop:
        _, code = shop.add("anna")
        shop.claim("anna", code)
        with shop.engine.connect() as own, pytest.raises(DBAPIError, match="seven"):
            own.exec_driver_sql("SELECT * FROM nowhere WHERE name = 'seven'")
        assert shop.engine.hide_parameters is False
    captured = capfd.readouterr()
    told = caplog.text + captured.out + captured.err
    assert [] == [secret for secret in secrets(code) if secret in told]


def test_a_body_says_nothing() -> None:
    """What is sent and read as a body equals its text and shows none of it."""
    body = Unsaid(CANARY)
    assert (True, "'...'", CANARY) == (body == CANARY, repr(body), str(body))
    assert str is type(str(body))
