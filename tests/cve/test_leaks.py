"""Where a secret or a hostile text ends up: logs, errors, stored rows, SQL, exports."""

from __future__ import annotations

import logging
import re
import sqlite3
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from subaccounts import (
    AddPerson,
    ChangePassword,
    EditPerson,
    ListPeople,
    ReadAudit,
    ReadPerson,
    Refusal,
    ResetPassword,
    SealAudit,
    Secret,
    SignIn,
    SubAccount,
    wire,
)
from subaccounts.errors import InvalidValue, SubAccountsError
from tests.cve.portal import FIELDS, OPERATOR, OTHER_PASSWORD, PASSWORD, WRONG, Portal, is_in

INJECTIONS = (
    "x'; DROP TABLE sub_accounts; --", "' OR '1'='1", '" OR ""="', "anna' --", "anna'/*", "%", "_", "\\'", "1; SELECT 1",
    "') UNION SELECT body FROM credentials --", "anna'||'", "{{7*7}}", "${jndi:ldap://x}", "%s%n", "$(id)",
)  # fmt: skip
FORGED_LINES = ("anna\nuser=boss signed in", "anna\r\nSet-Cookie: a=b", "anna\x1b[2J", "anna\u2028boss", "anna\x00boss")


class TestCodeInClear:
    """apostrophe#1503, superlogin#67, VilnaCRM#313, VilnaCRM#331: reset and activation tokens lay in the database as they
    are sent, and whoever read a copy of it redeemed them. blocks-os#352: the activation key was in an answer that was
    kept and passed on.

    Here a code is derived from an id under a key ring outside the store; what is stored is no proof of anything.
    """

    @pytest.mark.asvs("6.5.2")
    def test_a_thief_of_the_file_claims_nobody(self, portal: Portal) -> None:
        """Every word in a copy of the database, typed as a code and as a password, lets nobody in; the code does."""
        code = portal.code("anna")
        portal.active("boris")
        stolen = portal.stolen()
        assert code.reveal() not in stolen
        assert code.reveal().replace("-", "") not in stolen
        for word in sorted({word[:100] for word in re.findall(r"[^\s\"',(){}\[\]]{4,}", stolen)}):
            for login in ("anna", "boris"):
                portal.wait(hours=2)
                assert not is_in(portal.sign_in(login, word))
        assert not is_in(portal.claim("anna", Secret(stolen[:1000])))

    def test_a_code_is_in_one_answer_only(self, portal: Portal) -> None:
        """Reading a person, the list, and the trail repeats no code; what handed it over cannot be written out."""
        added = portal.add("anna")
        assert added.code is not None
        answers: list[Any] = [
            portal.handle(ReadPerson(actor=portal.admin, sub_account=added.sub_account.id)),
            portal.handle(ListPeople(actor=portal.admin, organization=portal.id)),
            portal.handle(ReadAudit(actor=portal.admin, organization=portal.id)),
        ]
        assert added.code.code.reveal() not in repr(answers)
        with pytest.raises(TypeError):
            wire.dumps(added)

    def test_the_naive_table_is_redeemed(self) -> None:
        """The attack works on a table that holds the code as it was sent."""
        rows = {"anna": "7Q2X9-MM4TP"}
        stolen = repr(rows)
        (word,) = re.findall(r"\w{5}-\w{5}", stolen)
        assert rows["anna"] == word


class TestSecretInTheLog:
    """haystack#11808, shakenfist#3764, fal#1005: a password or key was in a repr, an exception or a debug line, and went
    with it into the log.

    Here a secret has a type of its own that refuses to be printed, compared, pickled and written out.
    """

    @pytest.mark.asvs("16.2.5")
    def test_nothing_said_holds_it(self, portal: Portal, caplog: pytest.LogCaptureFixture) -> None:
        """No repr of a command, answer or event, no error with its traceback and no log line holds what was typed."""
        caplog.set_level(logging.DEBUG)
        code = portal.code("anna")
        said = [repr(portal.claim("anna", code, "short-9417")), repr(portal.claim("anna", code))]
        subject = portal.active("boris")
        commands: list[Any] = [
            SignIn(door=portal.inside, login="anna", secret=Secret(WRONG)),
            ChangePassword(subject=subject, current=Secret(WRONG), new=Secret(OTHER_PASSWORD)),
            ChangePassword(subject=subject, current=Secret(PASSWORD), new=Secret("short-9417")),
            ResetPassword(actor=portal.admin, sub_account=subject.sub_account),
        ]
        for command in commands:
            try:
                said += [repr(command), str(command), repr(portal.handle(command))]
            except SubAccountsError as error:
                said += [repr(error), *traceback.format_exception(error)]
        said += [repr(portal.subs), repr(portal.keys), repr(portal.events()), caplog.text]
        typed = (PASSWORD, OTHER_PASSWORD, WRONG, "short-9417", code.reveal(), code.reveal().replace("-", ""))
        assert [] == [text for text in typed if text in "\n".join(said)]

    def test_the_naive_value_prints_it(self) -> None:
        """The attack works on a command that holds its password as text."""
        from attrs import frozen

        @frozen
        class Naive:
            password: str

        assert PASSWORD in repr(Naive(PASSWORD))


class TestForgedLines:
    """CWE-117: a line break in a user name wrote a second line into the log, with whatever the attacker wanted to be read
    there.

    Here a login, name or terminal with a control character is refused, and an event holds values, not lines.
    """

    @pytest.mark.asvs("16.4.1")
    @pytest.mark.parametrize("text", FORGED_LINES, ids=range(len(FORGED_LINES)))
    def test_no_line_is_forged(self, portal: Portal, text: str, caplog: pytest.LogCaptureFixture) -> None:
        """A login, name, position or id with a break in it is refused; at sign-in it is nobody's; no event holds it."""
        caplog.set_level(logging.DEBUG)
        person = portal.add("anna").sub_account.id
        attacks: list[Callable[[], object]] = [
            lambda: portal.add(text),
            lambda: portal.add("boris", full_name=text),
            lambda: portal.handle(EditPerson(actor=portal.admin, sub_account=person, fields={"position": text})),
            lambda: portal.handle(EditPerson(actor=portal.admin, sub_account=person, fields={text: "x"})),
            lambda: portal.handle(EditPerson(actor=portal.admin, sub_account=person, fields={text: None})),
            lambda: portal.open(text),
        ]
        for attack in attacks:
            with pytest.raises((Refusal, ValueError)) as refused:
                attack()
            assert text not in str(refused.value)
        portal.sign_in(text, WRONG, door=portal.outside)
        kept = "\n".join(wire.dumps(event) for event in portal.events())
        assert text not in kept
        assert text not in caplog.text
        assert len(portal.events()) == kept.count("\n") + 1

    def test_the_naive_line_is_two(self) -> None:
        """The attack works on a log that formats what was typed."""
        assert 2 == len(f"failed sign-in of {FORGED_LINES[0]}".splitlines())


class TestInjectedSQL:
    """CWE-89: a name with a quote in it became part of a statement.

    Here every value is a parameter, and a search is compared as plain text.
    """

    @pytest.mark.asvs("1.2.4")
    @pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
    def test_a_quote_is_a_letter(self, portal: Portal, text: str) -> None:
        """Typed everywhere, it finds and lets in nobody but its bearer, is kept as it is, and no table is gone."""
        portal.active("anna")
        before = portal.stolen().count("\n")
        for door in (portal.inside, portal.outside):
            assert not is_in(portal.sign_in(text, text, door=door))
        named = portal.add("boris", full_name=f"Boris {text}").sub_account
        kept = portal.handle(ReadPerson(actor=portal.admin, sub_account=named.id))
        assert f"Boris {text}" == kept.profile.full_name
        found: tuple[SubAccount, ...] = portal.handle(
            ListPeople(actor=portal.admin, organization=portal.id, search=text)
        ).people
        assert {"boris"} >= {person.login.text for person in found}
        portal.handle(SealAudit(actor=OPERATOR, organization=portal.id))
        assert portal.stolen().count("\n") > before

    def test_the_naive_statement_is_changed(self) -> None:
        """The attack works on a statement that is put together as text."""
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE people (login TEXT, password TEXT)")
        database.execute("INSERT INTO people VALUES ('anna', 'hers')")
        naive = f"SELECT login FROM people WHERE login = 'anna' AND password = '{INJECTIONS[1]}'"
        assert [("anna",)] == database.execute(naive).fetchall()
        database.close()


class TestFormulas:
    """tableExport#230, joget#20: a name that begins with an equals sign ran as a formula in whoever opened the export.

    Here nothing is exported yet. A name is kept as it was typed and handed to the host as a value; a login cannot hold
    blanks, so that no command line fits into one.
    """

    @pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '=HYPERLINK("x")'])
    def test_a_formula_is_a_name(self, portal: Portal, text: str) -> None:
        """A name that looks like a formula comes back just as it was typed: nothing evaluates or mends it."""
        person = portal.add("anna", full_name=text).sub_account
        kept = portal.handle(ReadPerson(actor=portal.admin, sub_account=person.id))
        assert text == kept.profile.full_name
        assert text == wire.loads(SubAccount, wire.dumps(kept)).profile.full_name
        if " " in text:
            refusal = portal.refused(AddPerson(actor=portal.admin, account=portal.account.id, login=text))
            assert isinstance(refusal, InvalidValue)
        assert FIELDS != dict(kept.profile.values)
