"""What a type checker sees of notifiers: each is the port of its color and of no other; run by nobody."""

from __future__ import annotations

from typing import assert_type

from subaccounts import Email, OrganizationId, Secret
from subaccounts.domain.message import Message, SendOutcome
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
    SMTPNotifier,
    SMTPServer,
    TwilioSMSNotifier,
    WebhookNotifier,
)
from subaccounts.ports import AsyncNotifier, Notifier

SERVER = SMTPServer(host="smtp.example")
HEAD = Letterhead(sender=Email.parse("portal@example.com"))
KEYS = [Secret("whsec_")]


def plainly(_: Notifier) -> None: ...


def awaitably(_: AsyncNotifier) -> None: ...


def notifiers_are_ports_of_their_color(ours: OrganizationId) -> None:
    plainly(ConsoleNotifier())
    plainly(CollectingNotifier())
    plainly(SMTPNotifier(server=SERVER, letterhead=HEAD))
    plainly(HTTPSMSNotifier(url="https://sms.example", keys=KEYS))
    plainly(TwilioSMSNotifier(account="AC", token=Secret("t"), sender="Acme"))
    plainly(WebhookNotifier(url="https://hooks.example", keys=KEYS))
    plainly(Router(email=ConsoleNotifier(), organizations={ours: Router(sms=CollectingNotifier())}))
    awaitably(AsyncConsoleNotifier())
    awaitably(AsyncCollectingNotifier())
    awaitably(AsyncSMTPNotifier(server=SERVER, letterhead=HEAD))
    awaitably(AsyncHTTPSMSNotifier(url="https://sms.example", keys=KEYS))
    awaitably(AsyncTwilioSMSNotifier(account="AC", token=Secret("t"), sender="Acme"))
    awaitably(AsyncWebhookNotifier(url="https://hooks.example", keys=KEYS))
    awaitably(AsyncRouter(email=AsyncConsoleNotifier(), organizations={ours: AsyncCollectingNotifier()}))


def colors_do_not_mix() -> None:
    plainly(AsyncConsoleNotifier())  # type: ignore[arg-type]  # an awaitable is no answer
    awaitably(ConsoleNotifier())  # type: ignore[arg-type]  # an answer is no awaitable
    Router(email=AsyncConsoleNotifier())  # type: ignore[arg-type]  # nor below a router


async def answers_are_typed(plain: SMTPNotifier, twin: AsyncSMTPNotifier, message: Message) -> None:
    assert_type(plain.send(message), SendOutcome)
    assert_type(await twin.send(message), SendOutcome)
