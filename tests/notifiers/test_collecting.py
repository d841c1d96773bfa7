"""The notifiers for tests and for a developer's terminal do what their own methods say."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from subaccounts import Email, Secret
from subaccounts.domain.message import Accepted, Deferred, Rejected
from subaccounts.notifiers import (
    AsyncCollectingNotifier,
    AsyncConsoleNotifier,
    CollectingNotifier,
    ConsoleNotifier,
)
from subaccounts.testing import builders as a
from tests.notifiers.colors import sent

MAIL, SMS = a.email_message(1), a.sms_message(2)
collecting = pytest.mark.parametrize("kind", [CollectingNotifier, AsyncCollectingNotifier])
console = pytest.mark.parametrize("kind", [ConsoleNotifier, AsyncConsoleNotifier])
Kind = Callable[..., Any]


@collecting
def test_messages_are_kept(kind: Kind) -> None:
    """What was accepted is there, in order, by address, and the last one at hand."""
    made = kind()
    sent(made, MAIL, SMS)
    assert ((MAIL, SMS), SMS, (MAIL,)) == (made.messages, made.last, made.to(MAIL.to))
    assert "link-1" in made.messages[0].text.reveal()


@collecting
def test_answers_are_told(kind: Kind) -> None:
    """The next messages are answered as a test said, and are not kept; then all is well again."""
    made = kind()
    told = (Rejected(reason="no such address"), Deferred(retry_after=timedelta(minutes=1)), Accepted(provider_id="x"))
    made.answers(*told)
    outcomes = sent(made, MAIL, MAIL, MAIL, SMS)
    assert [*told, Accepted(provider_id="kept-2")] == outcomes
    assert (MAIL, SMS) == made.messages


@collecting
def test_begin_again(kind: Kind) -> None:
    """Cleared, it has no message and no answer left over."""
    made = kind()
    sent(made, MAIL)
    made.answers(Rejected(reason="no"))
    made.clear()
    with pytest.raises(LookupError, match="no message"):
        made.last  # noqa: B018 - reading it is what is tried
    assert [Accepted(provider_id="kept-1")] == sent(made, MAIL)


@console
def test_what_is_shown(kind: Kind) -> None:
    """A developer reads whom a message is for, its texts and its link."""
    stream = io.StringIO()
    assert [Accepted()] == sent(kind(stream), MAIL)
    assert (
        f"e-mail {a.value(1)} (activation, en)\n"
        "to: person-1@example.com\n"
        "subject: Welcome to Acme\n"
        "    Create your password: https://portal.example/#link-1\n"
        "and the same as HTML\n"
        "\n"
    ) == stream.getvalue()


@console
def test_where_it_is_shown(kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    """Unless told otherwise it is the standard error of the moment, so that what a program prints stays clean."""
    sent(kind(), SMS)
    out, err = capsys.readouterr()
    assert ("", True) == (out, "Your code for Acme" in err)


@console
def test_a_terminal_is_not_steered(kind: Kind) -> None:
    """Escapes, carriage returns and what turns text around are shown, not obeyed, and nothing forges a line of ours."""
    stream = io.StringIO()
    text = Secret("one\x1b[2J\x07\nto: archive@example.net\rtwo\u202e")
    to = Email(text="anna@example.com\nto: archive@example.net", key="")
    sent(kind(stream), a.email_message(text=text, to=to, subject="s\nto: archive@example.net", html=None))
    shown = stream.getvalue()
    assert 1 == sum(line.startswith("to: ") for line in shown.splitlines())
    assert shown.replace("\n", "").isprintable()
    assert "    one\\x1b[2J\\x07" in shown.splitlines()


@console
def test_a_terminal_without_letters(kind: Kind) -> None:
    """A terminal that cannot show a letter shows its number."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    assert [Accepted()] == sent(kind(stream), a.sms_message(text=Secret("код 1")))
    assert b"\\u043a" in raw.getvalue()


@console
def test_a_terminal_that_is_gone(kind: Kind) -> None:
    """A closed stream defers the message."""
    stream = io.StringIO()
    stream.close()
    assert [Deferred(reason="the console cannot be written to: ValueError")] == sent(kind(stream), SMS)
