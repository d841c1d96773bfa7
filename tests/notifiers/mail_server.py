"""A real server of mail, aiosmtpd, in whatever mood a test wants, read by the standard library's parser."""

from __future__ import annotations

import asyncio
import email
import logging
import ssl
import warnings
from email.message import EmailMessage
from email.policy import default
from functools import cache
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from subaccounts.testing import Delivered, ProviderMood
from tests.notifiers.background import ScriptedServer, listening, run

USER, PASSWORD = "portal", "pässword of the portal"

logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it repeats every line it hears
logging.getLogger("mail.debug").setLevel(logging.CRITICAL)


class Handler:
    """Take mail over, or answer what was told for a command; note what was heard."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answers: dict[str, str] = {}
        self.heard: list[str] = []

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a mail."""
        self.heard.append(f"MAIL {address} {' '.join(sorted(options))}".rstrip())
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient."""
        self.heard.append(f"RCPT {address}")
        told = self.answers.get("RCPT", "250 OK")
        if told.startswith("2"):
            envelope.rcpt_tos.append(address)
        return told

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Begin anew."""
        self.heard.append("RSET")
        return self.answers.get("RSET", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Take a mail over."""
        told = self.answers.get("DATA", "250 2.0.0 Ok: queued as 4F1B2C")
        if told == "quote":
            mail = read(envelope)
            return f"554 5.6.0 <{envelope.rcpt_tos[0]}> no: {mail.subject} {mail.text} {mail.html}".replace("\n", " ")
        if told == "taken and gone":
            self.envelopes.append(envelope)
            cast("asyncio.Transport", server.transport).close()
        elif told.startswith("2"):
            self.envelopes.append(envelope)
        return told


class MailServer:
    """Listen on a free port of loopback. `extra` goes to aiosmtpd as it is; `tls` is TLS from the first byte."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, password: str = "", **extra: Any) -> None:
        self.handler = Handler()
        self._tls = tls
        self._extra = {"enable_SMTPUTF8": True, "hostname": "mail.example", **extra}
        if password:
            self._extra |= {"authenticator": self._authenticate, "auth_required": True}
        self._password = password
        self._protocols: list[SMTP] = []
        self._server: asyncio.Server | None = None
        self._nonsense: ScriptedServer | None = None
        self.port = 0
        self.start()

    @property
    def connections(self) -> int:
        """Return how many connections were made so far."""
        return len(self._protocols)

    def start(self) -> None:
        """Listen, on the port of before."""
        run(self._start())

    def stop(self) -> None:
        """Drop every connection and listen no more."""
        run(self._stop())

    def drop(self) -> None:
        """Drop every connection, and go on listening."""
        run(self._drop())

    def close(self) -> None:
        """Be gone for good."""
        self.let(ProviderMood.UNREACHABLE)

    def let(self, mood: ProviderMood, /) -> None:
        """Be in a mood."""
        self.stop()
        if self._nonsense is not None:
            self._nonsense.close()
            self._nonsense = None
        self.handler.answers.clear()
        match mood:
            case ProviderMood.REJECTS:
                self.handler.answers["DATA"] = "quote"
            case ProviderMood.DEFERS:
                self.handler.answers["RCPT"] = "450 4.2.0 <{address}> is greylisted"
        if mood is ProviderMood.NONSENSE:
            self._nonsense = ScriptedServer(_nonsense, port=self.port)
        elif mood is not ProviderMood.UNREACHABLE:
            self.start()

    def delivered(self) -> list[Delivered]:
        """Return what was taken over."""
        return [read(envelope) for envelope in self.handler.envelopes]

    def raw(self) -> list[bytes]:
        """Return the mails as they came."""
        return [cast("bytes", envelope.original_content) for envelope in self.handler.envelopes]

    def mails(self) -> list[EmailMessage]:
        """Return the mails, parsed."""
        return [parsed(raw) for raw in self.raw()]

    async def _start(self) -> None:
        sock = listening(self.port)
        self.port = sock.getsockname()[1]
        running = asyncio.get_running_loop()
        self._server = await running.create_server(self._protocol, sock=sock, ssl=self._tls)

    def _protocol(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a password without TLS is warned of, and is what is tested
            made = SMTP(self.handler, loop=asyncio.get_running_loop(), **self._extra)
        self._protocols.append(made)
        return made

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._drop()

    async def _drop(self) -> None:
        for protocol in self._protocols:
            if protocol.transport is not None:
                protocol.transport.close()
        await asyncio.sleep(0)

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.handler.heard.append(f"AUTH {mechanism}")
        right = (data.login, data.password) == (USER.encode(), self._password.encode())
        return AuthResult(success=right, handled=False)


def parsed(raw: bytes, /) -> EmailMessage:
    """Parse a mail by the standard library; its fields are ASCII, or UTF-8 where SMTPUTF8 allows it (RFC 6532)."""
    return email.message_from_string(raw.decode(), policy=default)


@cache
def read(envelope: Envelope, /) -> Delivered:
    """Read a mail as its recipient does."""
    mail = parsed(cast("bytes", envelope.original_content))
    assert [] == mail.defects
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    parts = [part.get_content_type() for part in mail.walk()]
    return Delivered(
        id=str(mail["Message-ID"]).strip("<>").partition("@")[0],
        to=tuple(envelope.rcpt_tos),
        text=str(text.get_content()) if text is not None else "",
        subject=str(mail["Subject"]),
        html=str(html.get_content()) if html is not None else None,
        names=frozenset(name.lower() for name in mail) | frozenset(parts),
    )


async def _nonsense(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\xff\xfe no server of mail\r\n" * 3)
    await writer.drain()
