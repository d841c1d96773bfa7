"""Messages handed to a service of the host's by Standard Webhooks, read by somebody else's library."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from subaccounts import Email, Secret
from subaccounts.domain.message import Accepted, Deferred, Rejected
from subaccounts.notifiers import AsyncWebhookNotifier, WebhookNotifier
from subaccounts.system import utc_now
from subaccounts.testing import NOON, FrozenClock
from subaccounts.testing import builders as a
from tests.notifiers.colors import sent
from tests.notifiers.gateway import Gateway, Told

OLD, NEW = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
both = pytest.mark.parametrize("kind", [WebhookNotifier, AsyncWebhookNotifier])
Kind = Callable[..., Any]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A service that takes everything over."""
    with closing(Gateway(lambda _: Told(status=204, body=b""))) as made:
        yield made


@both
def test_what_is_posted(kind: Kind, gateway: Gateway) -> None:
    """A message is an event with a type, a time and all of the message."""
    message = a.email_message(1)
    assert [Accepted()] == sent(kind(url=gateway.url, keys=[Secret(OLD)], clock=FrozenClock(NOON)), message)
    (request,) = gateway.requests
    assert message.html is not None
    assert {
        "type": "message.activation",
        "timestamp": "2026-03-02T12:00:00.000+00:00",
        "data": {
            "id": message.id,
            "organization": a.OURS.value,
            "kind": "activation",
            "channel": "email",
            "to": "person-1@example.com",
            "language": "en",
            "subject": "Welcome to Acme",
            "text": message.text.reveal(),
            "html": message.html.reveal(),
        },
    } == request.said


@both
def test_it_is_signed(kind: Kind, gateway: Gateway) -> None:
    """The service verifies with any library of Standard Webhooks, and who changes a byte on the way is found out."""
    sent(kind(url=gateway.url, keys=[Secret(OLD)]), a.sms_message(1))
    (request,) = gateway.requests
    assert request.said == Webhook(OLD).verify(request.body, dict(request.headers))
    assert a.value(1) == request.headers["webhook-id"]
    forged = {**request.headers, "webhook-id": a.value(2)}
    for body, headers in ((request.body.replace(b"4", b"5"), dict(request.headers)), (request.body, forged)):
        with pytest.raises(WebhookVerificationError):
            Webhook(OLD).verify(body, headers)


@both
def test_it_is_what_the_library_writes(kind: Kind, gateway: Gateway) -> None:
    """The signature is the one that the library makes itself."""
    now = utc_now()
    sent(kind(url=gateway.url, keys=[Secret(OLD)], clock=lambda: now), a.sms_message(1))
    (request,) = gateway.requests
    theirs = Webhook(OLD).sign(a.value(1), now, request.body.decode())
    assert (theirs, str(int(now.timestamp()))) == (
        request.headers["webhook-signature"],
        request.headers["webhook-timestamp"],
    )


@both
def test_keys_change_without_a_gap(kind: Kind, gateway: Gateway) -> None:
    """Signed by the old key and the new one, a message is right for services that have either."""
    sent(kind(url=gateway.url, keys=[Secret(NEW), Secret(OLD)]), a.email_message(1))
    (request,) = gateway.requests
    assert 2 == len(request.headers["webhook-signature"].split(" "))
    for key in (OLD, NEW):
        assert request.said == Webhook(key).verify(request.body, dict(request.headers))


@both
def test_a_repeat(kind: Kind, gateway: Gateway) -> None:
    """Sent again, a message has the id of before, so that the service can tell."""
    sent(kind(url=gateway.url, keys=[Secret(OLD)]), a.email_message(1), a.email_message(1))
    assert {a.value(1)} == {request.headers["webhook-id"] for request in gateway.requests}


@both
@pytest.mark.parametrize(
    ("status", "outcome"), [(200, Accepted), (299, Accepted), (410, Rejected), (422, Deferred), (404, Deferred)]
)
def test_what_the_specification_says(kind: Kind, gateway: Gateway, status: int, outcome: type[object]) -> None:
    """2xx is success, 410 wants no more, and every other status is a failure to be tried again."""
    gateway.answer = lambda _: Told(status=status)
    assert [outcome] == [type(each) for each in sent(kind(url=gateway.url, keys=[Secret(OLD)]), a.email_message(1))]


@both
@pytest.mark.parametrize("subject", ["Привет 🦊", "one\r\ntwo", '"},{"', "\ud800", "\x00"])
def test_any_subject(kind: Kind, gateway: Gateway, subject: str) -> None:
    """Whatever a subject holds, even what is no text, it is the value of one field, in a body of ASCII."""
    sent(kind(url=gateway.url, keys=[Secret(OLD)]), a.email_message(subject=subject))
    (request,) = gateway.requests
    assert subject == request.said["data"]["subject"]
    assert request.body.isascii()
    Webhook(OLD).verify(request.body, dict(request.headers))


@both
def test_an_address_that_is_none(kind: Kind, gateway: Gateway) -> None:
    """An address that cannot be written to is rejected here, and is nobody's problem behind the webhook."""
    message = a.email_message(to=Email(text="anna@example.com\r\nBcc: x@example.net", key=""))
    assert [Rejected] == [type(each) for each in sent(kind(url=gateway.url, keys=[Secret(OLD)]), message)]
    assert [] == gateway.requests
