"""Mail goes to real servers of every kind and mood, in both colors; what a server does is answered, never raised."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import Email, Secret
from subaccounts.domain.message import Accepted, Deferred, Rejected, SendOutcome
from subaccounts.errors import MissingExtra
from subaccounts.notifiers import AsyncSMTPNotifier, Letterhead, Security, SMTPNotifier, SMTPServer
from subaccounts.testing import NOON, FrozenClock
from subaccounts.testing import builders as a
from tests.notifiers.background import ScriptedServer, free_port
from tests.notifiers.certificates import serving, trusting
from tests.notifiers.colors import sent
from tests.notifiers.mail_server import PASSWORD, USER, MailServer
from tests.notifiers.smtp_script import DROP, at, replies

HEAD = Letterhead(sender=Email.parse("portal@example.com"), name="The Portal")
ANNA, BORIS = a.email_message(1), a.email_message(2)
both = pytest.mark.parametrize("kind", [SMTPNotifier, AsyncSMTPNotifier])
Kind = Callable[..., Any]


def notifier(kind: Kind, port: int, **changes: Any) -> Any:
    """Return a notifier before a server on loopback."""
    settings = {"host": "localhost", "security": Security.LOOPBACK, "timeout": timedelta(seconds=20), **changes}
    return kind(server=SMTPServer(port=port, **settings), letterhead=HEAD, clock=FrozenClock(NOON))


def told(outcome: SendOutcome) -> str:
    """Return an outcome as a word and its reason."""
    return type(outcome).__name__ + (f": {outcome.reason}" if not isinstance(outcome, Accepted) else "")


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A server of mail without TLS."""
    with closing(MailServer()) as made:
        yield made


class TestSecured:
    """The way to a server is secured as it was said, or nothing goes over it."""

    @both
    def test_tls_from_the_first_byte(self, kind: Kind) -> None:
        """Implicit TLS with a certificate that is trusted carries the mail."""
        with closing(MailServer(tls=serving())) as server:
            assert [Accepted(provider_id="4F1B2C")] == sent(
                notifier(kind, server.port, security=Security.TLS, tls=trusting()), ANNA
            )
            assert ["person-1@example.com"] == server.handler.envelopes[0].rcpt_tos

    @both
    def test_starttls(self, kind: Kind) -> None:
        """STARTTLS is asked for before anything of the mail is said, and what a server says before it is forgotten."""
        with closing(MailServer(tls_context=serving(), require_starttls=True)) as server:
            assert [Accepted(provider_id="4F1B2C")] == sent(
                notifier(kind, server.port, security=Security.STARTTLS, tls=trusting()), ANNA
            )

    @pytest.mark.asvs("12.3.1")
    @both
    def test_no_starttls(self, kind: Kind, server: MailServer) -> None:
        """A server that does not offer TLS, or whose offer somebody took away, gets neither password nor mail."""
        made = notifier(kind, server.port, security=Security.STARTTLS, user=USER, password=Secret(PASSWORD))
        (outcome,) = sent(made, ANNA)
        assert "Deferred: the SMTP server does not offer STARTTLS, and without TLS it gets nothing" == told(outcome)
        assert [] == server.handler.heard

    @pytest.mark.asvs("12.3.2")
    @both
    @pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
    @pytest.mark.parametrize(
        ("name", "client", "why"),
        [
            ("localhost", ssl.create_default_context, "unable to get local issuer certificate"),
            ("other.example", trusting, "certificate is not valid for 'localhost'"),
        ],
    )
    def test_certificates(self, kind: Kind, security: Security, name: str, client: Kind, why: str) -> None:
        """A certificate that is not trusted, or is somebody else's, gets nothing; the operator reads why."""
        context = serving(name)
        extra: Any = {"tls": context} if security is Security.TLS else {"tls_context": context}
        with closing(MailServer(**extra)) as server:
            (outcome,) = sent(notifier(kind, server.port, security=security, tls=client()), ANNA)
            assert isinstance(outcome, Deferred)
            assert "its certificate is not accepted" in outcome.reason
            assert why in outcome.reason
            assert [] == server.handler.heard

    @both
    def test_what_was_put_in_before_tls(self, kind: Kind) -> None:
        """What somebody on the way said in the clear behind the 220 is not taken for the server's (CVE-2011-0411's kind)."""
        script = replies(STARTTLS="220 go\r\n250-evil\r\n250 AUTH PLAIN", tls=serving(), after_tls="250 no AUTH here")
        with closing(ScriptedServer(script)) as server:
            made = notifier(
                kind, server.port, security=Security.STARTTLS, tls=trusting(), user="u", password=Secret("p")
            )
            (outcome,) = sent(made, ANNA)
            assert "Deferred: the SMTP server takes our password by neither AUTH PLAIN nor AUTH LOGIN" == told(outcome)


class TestSignedIn:
    """A server that wants to know who we are is told, by TLS only."""

    @both
    @pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
    def test_the_right_password(self, kind: Kind, mechanism: str) -> None:
        """AUTH PLAIN is used, LOGIN where there is no other, and a password in any script arrives."""
        other = ({"PLAIN", "LOGIN"} - {mechanism}).pop()
        with closing(
            MailServer(tls=serving(), password=PASSWORD, auth_require_tls=False, auth_exclude_mechanism=[other])
        ) as server:
            made = notifier(
                kind, server.port, security=Security.TLS, tls=trusting(), user=USER, password=Secret(PASSWORD)
            )
            outcomes = sent(made, ANNA, BORIS)
            assert [Accepted, Accepted] == [type(outcome) for outcome in outcomes]
            assert 1 == server.handler.heard.count(f"AUTH {mechanism}")

    @both
    def test_the_wrong_one(self, kind: Kind) -> None:
        """A wrong password is an operator's matter: messages wait until it is mended, and the answer has only a code."""
        with closing(MailServer(tls=serving(), password=PASSWORD, auth_require_tls=False)) as server:
            made = notifier(
                kind, server.port, security=Security.TLS, tls=trusting(), user=USER, password=Secret("guess")
            )
            (outcome,) = sent(made, ANNA)
            assert "Deferred: the SMTP server refused AUTH: 535 5.7.8" == told(outcome)

    @both
    def test_a_server_that_wanted_one(self, kind: Kind) -> None:
        """A server that asks for a password we do not have is an operator's matter too."""
        with closing(MailServer(password=PASSWORD, auth_require_tls=False)) as server:
            (outcome,) = sent(notifier(kind, server.port), ANNA)
            assert "Deferred: the SMTP server refused our sender: 530 5.7.0" == told(outcome)


OURS = "Deferred: the SMTP server refused {}: {}"
CODES = [
    ("greeting", "554 no service", OURS.format("the greeting", "554")),
    ("greeting", "nonsense", "Deferred: the SMTP server answered the greeting with what is no reply"),
    ("EHLO", "502 what", OURS.format("EHLO", "502")),
    ("EHLO", "450 busy", OURS.format("EHLO", "450")),
    ("MAIL", "451 4.3.0 later", OURS.format("our sender", "451 4.3.0")),
    ("MAIL", "550 5.7.1 not you", OURS.format("our sender", "550 5.7.1")),
    ("MAIL", "552 5.3.4 too big", "Rejected: the SMTP server refused the mail: 552 5.3.4"),
    ("MAIL", "999 what", "Deferred: the SMTP server answered our sender with what is no reply"),
    ("RCPT", "450 4.2.0 greylisted", OURS.format("the recipient", "450 4.2.0")),
    ("RCPT", "452 too many", OURS.format("the recipient", "452")),
    ("RCPT", "550 5.1.1 no such user", "Rejected: the SMTP server refused the recipient: 550 5.1.1"),
    ("RCPT", "553 what", "Rejected: the SMTP server refused the recipient: 553"),
    ("RCPT", "552 5.2.2 full", OURS.format("the recipient", "552 5.2.2")),
    ("RCPT", "530 5.7.0 who are you", OURS.format("the recipient", "530 5.7.0")),
    ("RCPT", "503 5.5.1 need MAIL", OURS.format("the recipient", "503 5.5.1")),
    ("DATA", "451 busy", OURS.format("the mail", "451")),
    ("DATA", "554 5.5.1 no", "Rejected: the SMTP server refused the mail: 554 5.5.1"),
    ("DATA", "250 taken, of course", "Deferred: the SMTP server answered the mail with what is no reply"),
    ("CONTENT", "451 4.7.1 later", OURS.format("the mail", "451 4.7.1")),
    ("CONTENT", "552 5.3.4 too big", "Rejected: the SMTP server refused the mail: 552 5.3.4"),
    ("CONTENT", "554 5.7.1 spam", "Rejected: the SMTP server refused the mail: 554 5.7.1"),
    ("CONTENT", "20 what", "Deferred: the SMTP server answered the mail with what is no reply"),
]
STAGES = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT"]
LOST = {"greeting": "the greeting", "EHLO": "EHLO", "MAIL": "MAIL", "RCPT": "RCPT", "DATA": "DATA", "CONTENT": "DATA"}


class TestAnswers:
    """Every answer of a server at every stage means one thing."""

    @both
    @pytest.mark.parametrize(("stage", "reply", "meaning"), CODES)
    def test_codes(self, kind: Kind, stage: str, reply: str, meaning: str) -> None:
        """What speaks of the recipient or the content decides about the message; what speaks of us waits for an operator."""
        with closing(ScriptedServer(at(stage, reply))) as server:
            (outcome,) = sent(notifier(kind, server.port), ANNA)
            assert meaning == told(outcome)

    @both
    @pytest.mark.parametrize("stage", STAGES)
    @pytest.mark.parametrize("reply", [DROP, "421 4.3.2 shutting down"])
    def test_lost(self, kind: Kind, stage: str, reply: str) -> None:
        """A connection that breaks, or is closed by 421, at any stage defers the message; the operator reads where."""
        with closing(ScriptedServer(at(stage, reply))) as server:
            (outcome,) = sent(notifier(kind, server.port), ANNA)
            assert isinstance(outcome, Deferred)
            known = (f"lost after {LOST[stage]}", "not reached" if stage == "greeting" else "lost", "greeting: 421")
            assert any(word in outcome.reason for word in known), outcome.reason

    @both
    def test_nobody_listens(self, kind: Kind, server: MailServer) -> None:
        """A port where nobody listens defers the message."""
        server.stop()
        (outcome,) = sent(notifier(kind, server.port), ANNA)
        assert "Deferred: the SMTP server was not reached: ConnectionRefusedError" == told(outcome)

    def test_several_addresses(self, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
        """A host with several addresses is spoken to at the first that answers, and none uses up all of the time."""
        dead = ("127.0.0.1", free_port())
        addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", each) for each in (dead, ("127.0.0.1", server.port))]
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: addresses)
        assert [Accepted(provider_id="4F1B2C")] == sent(notifier(SMTPNotifier, server.port), ANNA)
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [])
        (outcome,) = sent(notifier(SMTPNotifier, server.port), ANNA)
        assert "Deferred: the SMTP server was not reached: ConnectionRefusedError" == told(outcome)

    @both
    def test_a_name_that_nobody_has(self, kind: Kind) -> None:
        """A host that cannot be found defers the message."""
        (outcome,) = sent(notifier(kind, 25, host="nobody.invalid", security=Security.WITHOUT_TLS), ANNA)
        assert "Deferred: the SMTP server was not reached: gaierror" == told(outcome)

    @both
    @pytest.mark.parametrize("stage", STAGES)
    @pytest.mark.parametrize("flood", ["250-more\r\n", "250 without end ", "\x00", "\r\n"])
    def test_floods(self, kind: Kind, stage: str, flood: str) -> None:
        """A server that does not stop talking is not listened to; nothing grows without bound, and the message waits."""
        with closing(ScriptedServer(at(stage, "flood", flood=flood))) as server:
            (outcome,) = sent(notifier(kind, server.port), ANNA)
            assert isinstance(outcome, Deferred)

    @both
    @pytest.mark.parametrize("stage", STAGES)
    @pytest.mark.parametrize("slow", ["silence", "trickle"])
    def test_slowness(self, kind: Kind, stage: str, slow: str) -> None:
        """A server that is silent, or says a byte at a time forever, is left when the message's time is over."""
        with closing(ScriptedServer(at(stage, slow))) as server:
            (outcome,) = sent(notifier(kind, server.port, timeout=timedelta(milliseconds=300)), ANNA)
            assert isinstance(outcome, Deferred)

    @both
    @pytest.mark.parametrize(
        ("reply", "name"),
        [
            ("250 2.0.0 Ok: queued as 4F1B2C", "4F1B2C"),
            ("250 OK id=1uKx2a-0004Ab-7Q", "1uKx2a-0004Ab-7Q"),
            ("250 Mail accepted", ""),
            ("250 queued as person-1", ""),
            ("250 queued as link-1", ""),
            ("250-2.0.0 fine\r\n250 2.0.0 Ok: queued as <AB.C>", "AB.C"),
        ],
    )
    def test_its_name_for_it(self, kind: Kind, reply: str, name: str) -> None:
        """The server's own name for a mail is kept, unless it repeats something of the message."""
        with closing(ScriptedServer(replies(CONTENT=reply))) as server:
            assert [Accepted(provider_id=name)] == sent(notifier(kind, server.port), ANNA)


class TestBeyondASCII:
    """Addresses in every script, where the server knows them."""

    ANNA = a.email_message(to=Email.parse("анна@пошта.example"))

    @both
    def test_a_server_that_knows(self, kind: Kind, server: MailServer) -> None:
        """With SMTPUTF8 an address goes as it is stored, under that name and no other option."""
        (outcome,) = sent(notifier(kind, server.port), self.ANNA)
        assert isinstance(outcome, Accepted)
        assert ["MAIL portal@example.com BODY=8BITMIME SMTPUTF8", "RCPT анна@пошта.example"] == server.handler.heard
        assert "анна@пошта.example" == server.mails()[0]["To"]

    @both
    def test_a_server_that_does_not(self, kind: Kind) -> None:
        """Without it the message is rejected before anything is said of it, and the connection carries the next one."""
        with closing(MailServer(enable_SMTPUTF8=False)) as server:
            refused, taken = sent(notifier(kind, server.port), self.ANNA, BORIS)
            assert isinstance(refused, Rejected)
            assert "SMTPUTF8" in refused.reason
            assert isinstance(taken, Accepted)
            assert ["MAIL portal@example.com", "RCPT person-2@example.com"] == server.handler.heard
            assert 1 == server.connections


class TestConnections:
    """Connections are kept for the next message, and given up when they are no good."""

    @both
    def test_one_for_many(self, kind: Kind, server: MailServer) -> None:
        """Messages one after the other go over one connection, each in a transaction of its own."""
        assert [Accepted] * 5 == [type(each) for each in sent(notifier(kind, server.port), *[ANNA] * 5)]
        assert (1, 5) == (server.connections, len(server.handler.envelopes))

    @both
    def test_after_a_refusal(self, kind: Kind, server: MailServer) -> None:
        """A refused recipient is forgotten by RSET, and nobody else gets that mail or misses theirs."""
        server.handler.answers["RCPT"] = "550 5.1.1 no such user"
        assert [Rejected, Rejected] == [type(each) for each in sent(notifier(kind, server.port), ANNA, BORIS)]
        assert 2 == server.handler.heard.count("RSET")
        assert 1 == server.connections

    @both
    def test_one_that_died_meanwhile(self, kind: Kind, server: MailServer) -> None:
        """A kept connection that the server has dropped is replaced, and the message does not wait for it."""
        made = notifier(kind, server.port)
        if kind is SMTPNotifier:
            first = made.send(ANNA)
            server.drop()
            outcomes = [first, *sent(made, BORIS)]
        else:

            async def awaited() -> list[SendOutcome]:
                first = await made.send(ANNA)
                await asyncio.to_thread(server.drop)
                second = await made.send(BORIS)
                await made.close()
                return [first, second]

            outcomes = asyncio.run(awaited())
        assert [Accepted, Accepted] == [type(each) for each in outcomes]
        assert 2 == server.connections

    @both
    def test_one_that_says_421(self, kind: Kind) -> None:
        """A kept connection that ends by 421 at the next mail is replaced, too."""
        script = replies(MAIL=["250 OK", "421 4.4.2 idle too long"])
        with closing(ScriptedServer(script)) as server:
            assert [Accepted] * 2 == [type(each) for each in sent(notifier(kind, server.port), ANNA, BORIS)]
            assert 2 == server.connections

    @both
    def test_only_for_a_while(self, kind: Kind, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
        """A connection that was kept too long is closed and not used."""
        monkeypatch.setattr("subaccounts.notifiers._idle.KEPT_FOR", 0)
        assert [Accepted] * 2 == [type(each) for each in sent(notifier(kind, server.port), ANNA, BORIS)]
        assert 2 == server.connections

    def test_another_process(self, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a fork the child does not speak on its parent's connection, and the parent goes on with it."""
        made = notifier(SMTPNotifier, server.port)
        made.send(ANNA)
        with monkeypatch.context() as child:
            child.setattr("os.getpid", lambda: 1)
            made.send(ANNA)
            made.close()
        assert 2 == server.connections
        sent(made, ANNA)
        assert 2 == server.connections

    def test_another_loop(self, server: MailServer) -> None:
        """A notifier that was used on one event loop works on another."""
        made = notifier(AsyncSMTPNotifier, server.port)
        assert [Accepted, Accepted] == [type(each) for _ in range(2) for each in sent(made, ANNA)]

    def test_threads(self, server: MailServer) -> None:
        """Threads share a notifier: every message arrives once, for whom it was meant."""
        with notifier(SMTPNotifier, server.port) as made:
            threads = [
                threading.Thread(target=lambda n=n: [made.send(a.email_message(n * 10 + k)) for k in range(5)])
                for n in range(6)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        _judge_thirty(server)

    def test_tasks(self, server: MailServer) -> None:
        """Tasks share a notifier: every message arrives once, for whom it was meant."""

        async def crowd() -> None:
            async with notifier(AsyncSMTPNotifier, server.port) as made:
                await asyncio.gather(*(made.send(a.email_message(n * 10 + k)) for n in range(6) for k in range(5)))

        asyncio.run(crowd())
        _judge_thirty(server)

    def test_a_task_that_is_canceled(self) -> None:
        """A canceled task is canceled, and its connection is used by nobody after it."""

        async def canceled() -> SendOutcome:
            async with notifier(AsyncSMTPNotifier, server.port) as made:
                task = asyncio.create_task(made.send(ANNA))
                await asyncio.to_thread(silent.wait)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                outcome: SendOutcome = await made.send(BORIS)
                return outcome

        silent = threading.Event()
        with closing(ScriptedServer(replies(RCPT=["silence", "250 OK"], silent=silent))) as server:
            assert isinstance(asyncio.run(canceled()), Accepted)
            assert 2 == server.connections


def _judge_thirty(server: MailServer) -> None:
    expected = {(a.value(n), (f"person-{n}@example.com",)) for n in (x * 10 + y for x in range(6) for y in range(5))}
    assert expected == {(each.id, each.to) for each in server.delivered()}
    assert 30 == len(server.handler.envelopes)


class TestSettings:
    """What makes no sense is said when a server is named, not when a message goes to it."""

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"host": "mail example"}, "host name"),
            ({"host": ""}, "host name"),
            ({"host": "a" * 64 + ".example"}, "host name"),
            ({"host": "mail..example"}, "host name"),
            ({"host": "mail.example\r\n"}, "host name"),
            ({"port": 0}, "port"),
            ({"port": 70_000}, "port"),
            ({"security": Security.LOOPBACK}, "only this machine"),
            ({"user": "portal"}, "password"),
            ({"password": Secret("p")}, "password"),
            ({"user": "u", "password": Secret("p"), "security": Security.WITHOUT_TLS}, "never sent"),
            ({"user": "u\x00", "password": Secret("p")}, "control"),
            ({"user": "u\ud800", "password": Secret("p")}, "control"),
            ({"user": "u", "password": Secret("p\x00")}, "NUL"),
            ({"timeout": timedelta()}, "time"),
            ({"hello": "portal example"}, "introduce"),
            ({"hello": "portal\r\nMAIL"}, "introduce"),
            ({"hello": ""}, "introduce"),
        ],
    )
    def test_what_cannot_be(self, changes: dict[str, Any], why: str) -> None:
        """Hosts, ports, passwords and times that make no sense are a ValueError that says which."""
        with pytest.raises(ValueError, match=why):
            SMTPServer(**{"host": "mail.example", **changes})

    @pytest.mark.parametrize(
        ("security", "port"),
        [(Security.STARTTLS, 587), (Security.TLS, 465), (Security.WITHOUT_TLS, 25)],
    )
    def test_usual_ports(self, security: Security, port: int) -> None:
        """A port is the usual one of its security unless it is said."""
        assert port == SMTPServer(host="mail.example", security=security).port
        assert 2525 == SMTPServer(host="mail.example", security=security, port=2525).port

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.8.8.8", "::1"])
    def test_this_machine(self, host: str) -> None:
        """Without TLS this machine is spoken to, by every name it has."""
        assert not SMTPServer(host=host, security=Security.LOOPBACK).encrypted

    def test_a_missing_library(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without aiosmtplib the async notifier says how to have it, when it is made."""
        monkeypatch.setitem(sys.modules, "aiosmtplib", None)
        with pytest.raises(MissingExtra, match=r'aiosmtplib is not installed: pip install "subaccounts\[email\]"'):
            notifier(AsyncSMTPNotifier, 25)

    @both
    def test_what_is_shown(self, kind: Kind) -> None:
        """A notifier shows its server and nothing secret."""
        server = SMTPServer(host="mail.example", user="portal", password=Secret("hunter2hunter2"))
        made = kind(server=server, letterhead=HEAD)
        assert f"{kind.__name__}('mail.example', 587, starttls)" == repr(made)
        assert "hunter2" not in f"{made!r} {server!r} {evolve(server, port=1)}"
