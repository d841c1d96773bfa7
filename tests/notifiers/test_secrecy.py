"""What a notifier was trusted with, passwords, tokens and keys, is told to its provider and to nobody else."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import Any

import pytest

from subaccounts import Email, Phone, Secret
from subaccounts.notifiers import (
    AsyncHTTPSMSNotifier,
    AsyncSMTPNotifier,
    AsyncTwilioSMSNotifier,
    AsyncWebhookNotifier,
    Basic,
    Bearer,
    HTTPSMSNotifier,
    Letterhead,
    Security,
    SMTPNotifier,
    SMTPServer,
    TwilioSMSNotifier,
    WebhookNotifier,
)
from subaccounts.testing import builders as a
from subaccounts.testing.contracts.secrecy import overheard
from tests.notifiers.background import ScriptedServer
from tests.notifiers.certificates import serving, trusting
from tests.notifiers.colors import sent
from tests.notifiers.gateway import Gateway, Told
from tests.notifiers.mail_server import USER, MailServer
from tests.notifiers.smtp_script import replies

PASSWORD = "xylophone.and.marimba"
KEY = base64.b64encode(PASSWORD.encode() + b"....").decode()
TOLD = (
    PASSWORD,
    KEY,
    base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
    "xylophone",
    "query-token",
    "link-1",
    "482131",
)
Kind = Callable[..., Any]
by_mail = pytest.mark.parametrize("kind", [SMTPNotifier, AsyncSMTPNotifier])


@pytest.fixture
def everywhere() -> Iterator[ExitStack]:
    """What is opened and closed again."""
    with ExitStack() as stack:
        yield stack


def judge(make: Callable[[], Any], message: Any) -> None:
    """Nothing secret is logged at any level, shown or answered."""
    with overheard(logging.DEBUG) as heard:
        made = make()
        outcomes = sent(made, message, message)
    told = "\n".join([*heard, repr(made), str(made), *map(repr, outcomes)])
    assert [] == [secret for secret in TOLD if secret in told]


@by_mail
@pytest.mark.parametrize("right", [True, False])
def test_mail(kind: Kind, right: bool, everywhere: ExitStack) -> None:
    """A password is in no log, repr or answer, taken or refused."""
    known = PASSWORD if right else "another"
    server = everywhere.enter_context(closing(MailServer(tls=serving(), password=known, auth_require_tls=False)))
    way = SMTPServer(
        host="localhost", port=server.port, security=Security.TLS, tls=trusting(), user=USER, password=Secret(PASSWORD)
    )
    letterhead = Letterhead(sender=Email.parse("portal@example.com"))
    judge(lambda: kind(server=way, letterhead=letterhead), a.email_message(1))


@pytest.mark.asvs("16.2.5")
@by_mail
@pytest.mark.parametrize("stage", ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "CONTENT"])
@pytest.mark.parametrize(
    "reply", ["554 5.7.1 <person-1@example.com> link-1 " + PASSWORD, "drop", "silence", "nonsense"]
)
def test_mail_that_fails(kind: Kind, stage: str, reply: str, everywhere: ExitStack) -> None:
    """Whatever breaks at whatever stage, and however the server quotes us, nothing secret is told."""
    told: dict[str, Any] = {"EHLO": "250-mail.example\r\n250 AUTH PLAIN", "AUTH": "235 2.7.0 in", stage: reply}
    script = replies(**told)
    server = everywhere.enter_context(closing(ScriptedServer(script)))
    way = SMTPServer(
        host="127.0.0.1", port=server.port, security=Security.LOOPBACK, user=USER, password=Secret(PASSWORD),
        timeout=timedelta(milliseconds=200),
    )  # fmt: skip
    letterhead = Letterhead(sender=Email.parse("portal@example.com"))
    judge(lambda: kind(server=way, letterhead=letterhead), a.email_message(1))


@pytest.mark.asvs("16.2.5")
@pytest.mark.parametrize("tls", [False, True])
@pytest.mark.parametrize("status", [200, 302, 401, 422, 500])
@pytest.mark.parametrize(
    "kind",
    [
        HTTPSMSNotifier,
        AsyncHTTPSMSNotifier,
        TwilioSMSNotifier,
        AsyncTwilioSMSNotifier,
        WebhookNotifier,
        AsyncWebhookNotifier,
    ],
)
def test_http(kind: Kind, status: int, tls: bool, everywhere: ExitStack) -> None:
    """A token, a password, a key and an address with a token in it are in no log, repr or answer."""
    quoting = Told(
        status=status, headers=(("Location", "/?" + PASSWORD), ("Set-Cookie", f"t={KEY}")), body=PASSWORD.encode()
    )
    gateway = everywhere.enter_context(closing(Gateway(lambda _: quoting, tls=serving() if tls else None)))
    context = trusting()

    def make() -> Any:
        match kind.__name__.removeprefix("Async"):
            case "HTTPSMSNotifier":
                given = Bearer(token=Secret(PASSWORD)) if status == 401 else Basic(user=USER, password=Secret(PASSWORD))
                url = gateway.url + "?t=query-token"
                return kind(url=url, keys=[Secret("whsec_" + KEY)], authorization=given, tls=context)
            case "WebhookNotifier":
                return kind(url=gateway.url + "?t=query-token", keys=[Secret("whsec_" + KEY)], tls=context)
            case _:
                api = gateway.url.removesuffix("/messages")
                sender = Phone.parse("+4860000")
                return kind(account="AC" + "0" * 32, token=Secret(PASSWORD), sender=sender, api=api, tls=context)

    judge(make, a.sms_message(1))


def test_others_are_heard() -> None:
    """Only what a notifier says is kept from the logs of the library: whoever else uses it is heard as before."""
    import httpcore2

    with closing(Gateway()) as gateway, overheard(logging.DEBUG) as heard:
        with httpcore2.ConnectionPool() as pool:
            pool.request("POST", gateway.url, content=b"")
        sent(WebhookNotifier(url=gateway.url, keys=[Secret("whsec_" + KEY)]), a.sms_message(1))
    assert 1 == "\n".join(heard).count("receive_response_headers.complete")
