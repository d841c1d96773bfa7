"""Every notifier keeps every clause, in both colors, before real servers or what stands in for them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from subaccounts import Email, Phone, Secret
from subaccounts.domain.channel import Channel, address_text
from subaccounts.domain.message import Deferred, Message, Rejected
from subaccounts.notifiers import (
    AsyncCollectingNotifier,
    AsyncConsoleNotifier,
    AsyncHTTPSMSNotifier,
    AsyncRouter,
    AsyncSMTPNotifier,
    AsyncTwilioSMSNotifier,
    AsyncWebhookNotifier,
    CollectingNotifier,
    ConsoleNotifier,
    HTTPSMSNotifier,
    Letterhead,
    Router,
    Security,
    SMTPNotifier,
    SMTPServer,
    TwilioSMSNotifier,
    WebhookNotifier,
)
from subaccounts.testing import Delivered, NotifierContract, ProviderMood
from subaccounts.testing.contracts.bridge import Color
from tests.notifiers.gateway import Answering, Gateway, Request, Told
from tests.notifiers.mail_server import MailServer

KEY = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
SMS = frozenset({Channel.SMS})
HEAD = Letterhead(sender=Email.parse("portal@example.com"), name="The Portal")


class TestCollecting(NotifierContract):
    """A notifier for tests keeps the contract of real ones."""

    def open(self) -> Any:
        """Open one."""
        return CollectingNotifier()

    def provider(self, notifier: Any, mood: ProviderMood, /) -> bool:
        """Answer as a provider of this mood would."""
        notifier._next.clear()
        match mood:
            case ProviderMood.REJECTS:
                notifier.answers(*[Rejected(reason="no such address")] * 9)
            case ProviderMood.DEFERS:
                notifier.answers(*[Deferred(retry_after=timedelta(seconds=120), reason="busy")] * 9)
        return mood not in {ProviderMood.UNREACHABLE, ProviderMood.NONSENSE}

    def delivered(self, notifier: Any, /) -> Sequence[Delivered]:
        """Read what it kept."""
        return [as_it_is(message) for message in notifier.messages]


class TestAsyncCollecting(TestCollecting):
    """So does its async twin."""

    color: ClassVar[Color] = "async"

    def open(self) -> Any:
        """Open one."""
        return AsyncCollectingNotifier()


class TestRouter(NotifierContract):
    """A router with somebody for each channel is as good as they are."""

    def open(self) -> Any:
        """Open one over two notifiers."""
        return Router(email=CollectingNotifier(), sms=CollectingNotifier())

    def provider(self, notifier: Any, mood: ProviderMood, /) -> bool:
        """Let both be in the mood."""
        return all(TestCollecting().provider(each, mood) for each in notifier._channels.values())

    def delivered(self, notifier: Any, /) -> Sequence[Delivered]:
        """Read what both kept, mails first."""
        mails, texts = (each.messages for each in notifier._channels.values())
        return [as_it_is(message) for message in (*mails, *texts)]


class TestAsyncRouter(TestRouter):
    """So is its async twin."""

    color: ClassVar[Color] = "async"

    def open(self) -> Any:
        """Open one over two notifiers."""
        return AsyncRouter(email=AsyncCollectingNotifier(), sms=AsyncCollectingNotifier())


class TestRouterForMail(TestCollecting):
    """A router with nobody for SMS rejects them."""

    channels = frozenset({Channel.EMAIL})

    def open(self) -> Any:
        """Open one over one notifier."""
        return Router(email=CollectingNotifier())

    def provider(self, notifier: Any, mood: ProviderMood, /) -> bool:
        """Let the one be in the mood."""
        return super().provider(notifier._channels[Channel.EMAIL], mood)

    def delivered(self, notifier: Any, /) -> Sequence[Delivered]:
        """Read what the one kept."""
        return super().delivered(notifier._channels[Channel.EMAIL])


class Terminal(io.StringIO):
    """A stream that can be closed like a pipe whose reader is gone."""

    broken = False

    def write(self, text: str, /) -> int:
        """Write, or fail."""
        if self.broken:
            raise BrokenPipeError
        return super().write(text)


class TestConsole(NotifierContract):
    """A console is the provider here, and the only one that sees anything."""

    notifier: ClassVar[type[Any]] = ConsoleNotifier

    def open(self) -> Any:
        """Open one before a terminal in memory."""
        return self.notifier(Terminal())

    def provider(self, notifier: Any, mood: ProviderMood, /) -> bool:
        """Break the terminal, or mend it."""
        notifier._stream.broken = mood is ProviderMood.UNREACHABLE
        return mood in {ProviderMood.TAKES, ProviderMood.UNREACHABLE}

    def delivered(self, notifier: Any, /) -> Sequence[Delivered]:
        """Read what was shown, by the margin."""
        return [_shown(block) for block in re.split(r"(?m)^(?=e-mail |SMS )", notifier._stream.getvalue()) if block]

    async def _arrives(self, notifier: Any, message: Message, names: frozenset[str]) -> None:
        """Expect what a terminal can show: control characters escaped, and HTML by name only."""
        before = len(await self._taken(notifier))
        await notifier.send(message)
        (taken,) = (await self._taken(notifier))[before:]
        text = "\n".join(_escaped(line).rstrip() for line in message.text.reveal().splitlines())
        assert (text.rstrip("\n"), (address_text(message.to),)) == (taken.text.rstrip("\n"), taken.to)
        assert names == taken.names


class TestAsyncConsole(TestConsole):
    """So does its async twin."""

    color: ClassVar[Color] = "async"
    notifier = AsyncConsoleNotifier


class TestSMTP(NotifierContract):
    """Mail goes to a real server, and is read back by the standard library."""

    channels = frozenset({Channel.EMAIL})
    notifier: ClassVar[type[Any]] = SMTPNotifier
    server: MailServer

    @pytest.fixture(autouse=True)
    def _serving(self) -> Iterator[None]:
        self.server = MailServer()
        yield
        self.server.close()

    def open(self) -> Any:
        """Open a notifier before the server."""
        self.server.handler.envelopes.clear()
        server = SMTPServer(host="127.0.0.1", port=self.server.port, security=Security.LOOPBACK)
        return self.notifier(server=server, letterhead=HEAD)

    def provider(self, _: Any, mood: ProviderMood, /) -> None:
        """Let the server be in the mood."""
        self.server.let(mood)

    def delivered(self, _: Any, /) -> Sequence[Delivered]:
        """Read what the server has."""
        return self.server.delivered()


class TestAsyncSMTP(TestSMTP):
    """So it does awaitably."""

    color: ClassVar[Color] = "async"
    notifier = AsyncSMTPNotifier


class OnHTTP(NotifierContract):
    """What the notifiers on HTTP have in common: a real server on loopback."""

    gateway: Gateway
    took: ClassVar[Told] = Told(status=201, body=b'{"id": "gw-17"}')
    status: ClassVar[int] = 422
    code: ClassVar[int | None] = None

    @pytest.fixture(autouse=True)
    def _serving(self) -> Iterator[None]:
        self.gateway = Gateway()
        yield
        self.gateway.close()

    def provider(self, _: Any, mood: ProviderMood, /) -> None:
        """Let the gateway be in the mood."""
        self.gateway.let(mood, moods=self.moods())

    def moods(self) -> Mapping[ProviderMood, Answering]:
        """Return what the gateway answers by mood; what it refuses it quotes, in a header too."""
        wait = ("Retry-After", "120")
        return {
            ProviderMood.TAKES: self.gateway.take(self.took),
            ProviderMood.REJECTS: lambda request: Told(
                status=self.status, headers=quoted(request), body=self.no(request)
            ),
            ProviderMood.DEFERS: lambda request: Told(status=429, headers=(wait, *quoted(request)), body=request.body),
            ProviderMood.NONSENSE: lambda request: Told(raw=b"\x00\xff no HTTP\r\n\r\n" + request.body),
        }

    def no(self, request: Request) -> bytes:
        """Return the body of a refusal."""
        code = b"" if self.code is None else b'"code": %d, ' % self.code
        return b'{%b"id": "601987654", "message": "' % code + request.body.replace(b'"', b"'") + b'"}'


class TestHTTPSMS(OnHTTP):
    """SMS are posted to a gateway."""

    channels = SMS
    notifier: ClassVar[type[Any]] = HTTPSMSNotifier

    def open(self) -> Any:
        """Open a notifier before the gateway."""
        self.gateway.taken.clear()
        return self.notifier(url=self.gateway.url, keys=[KEY])

    def delivered(self, _: Any, /) -> Sequence[Delivered]:
        """Read what the gateway took."""
        return [
            Delivered(
                id=each.headers["idempotency-key"], to=(each.said["to"],), text=each.said["text"], names=names(each)
            )
            for each in self.gateway.taken
            if each.said["id"] == each.headers["idempotency-key"]
        ]


class TestAsyncHTTPSMS(TestHTTPSMS):
    """So they are awaitably."""

    color: ClassVar[Color] = "async"
    notifier = AsyncHTTPSMSNotifier


class TestTwilio(OnHTTP):
    """SMS are posted to what answers like Twilio."""

    channels = SMS
    notifier: ClassVar[type[Any]] = TwilioSMSNotifier
    took = Told(status=201, body=b'{"sid": "SM%s"}' % (b"0f" * 16))
    status = 400
    code = 21211

    def open(self) -> Any:
        """Open a notifier before the gateway."""
        self.gateway.taken.clear()
        api = self.gateway.url.removesuffix("/messages")
        return self.notifier(account="AC" + "0" * 32, token=Secret("t"), sender=Phone.parse("+4860000"), api=api)

    def delivered(self, _: Any, /) -> Sequence[Delivered]:
        """Read what it took."""
        return [
            Delivered(
                id=each.headers["idempotency-key"],
                to=tuple(value for name, value in each.form if name == "To"),
                text="".join(value for name, value in each.form if name == "Body"),
                names=frozenset(each.headers) | {name for name, _ in each.form},
            )
            for each in self.gateway.taken
        ]


class TestAsyncTwilio(TestTwilio):
    """So they are awaitably."""

    color: ClassVar[Color] = "async"
    notifier = AsyncTwilioSMSNotifier


class TestWebhook(OnHTTP):
    """Messages of both channels are handed to a service."""

    notifier: ClassVar[type[Any]] = WebhookNotifier
    status = 410

    def open(self) -> Any:
        """Open a notifier before the service."""
        self.gateway.taken.clear()
        return self.notifier(url=self.gateway.url, keys=[KEY])

    def delivered(self, _: Any, /) -> Sequence[Delivered]:
        """Read what it took."""
        return [
            Delivered(
                id=each.headers["webhook-id"],
                to=(each.said["data"]["to"],),
                text=each.said["data"]["text"],
                subject=each.said["data"]["subject"],
                html=each.said["data"]["html"],
                names=names(each) | frozenset(each.said["data"]),
            )
            for each in self.gateway.taken
        ]


class TestAsyncWebhook(TestWebhook):
    """So they are awaitably."""

    color: ClassVar[Color] = "async"
    notifier = AsyncWebhookNotifier


def as_it_is(message: Message) -> Delivered:
    """Return a kept message as delivered."""
    return Delivered(
        id=message.id,
        to=(address_text(message.to),),
        text=message.text.reveal(),
        subject=message.subject,
        html=message.html.reveal() if message.html else None,
    )


def names(request: Request) -> frozenset[str]:
    """Return the names in a request: of its header fields and of the JSON."""
    return frozenset(request.headers) | frozenset(request.said)


def quoted(request: Request) -> tuple[tuple[str, str], ...]:
    """Return a header that quotes what was sent, as `Location` does with a number in it."""
    return (("Location", "/messages/" + request.body.decode("ascii", "ignore").replace("\n", " ")[:2000]),)


def _shown(block: str) -> Delivered:
    head, *lines = block.splitlines()
    ours = [line for line in lines if line and not line.startswith("    ")]
    text = "\n".join(line[4:] for line in lines if line.startswith("    ") or not line)
    fields = dict(line.partition(": ")[::2] for line in ours)
    return Delivered(id=head.split()[1], to=(fields["to"],), text=text, names=frozenset(fields))


def _escaped(line: str) -> str:
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)
