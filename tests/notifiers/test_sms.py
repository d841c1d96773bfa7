"""SMS as they are posted to a gateway of our own protocol and to Twilio's, and what is made of their answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from subaccounts import Email, Phone, Secret
from subaccounts.domain.message import Accepted, Deferred, Rejected
from subaccounts.notifiers import (
    AsyncHTTPSMSNotifier,
    AsyncTwilioSMSNotifier,
    AsyncWebhookNotifier,
    Basic,
    Bearer,
    HTTPSMSNotifier,
    TwilioSMSNotifier,
    WebhookNotifier,
)
from subaccounts.notifiers._answer import json_object
from subaccounts.notifiers._said import own_name
from subaccounts.system import utc_now
from subaccounts.testing import builders as a
from tests.notifiers.colors import sent
from tests.notifiers.gateway import Gateway, Told

KEYS = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + base64.b64encode(b"k" * 64).decode()]
ANNA = a.sms_message(1, text=Secret('Ваш код: 482131\nне повідомляйте нікому 🦊 "&+;'))
ACCOUNT, TOKEN = "AC" + "0a" * 16, "token-of-the-account"
SID = "SM" + "0f" * 16
Kind = Callable[..., Any]
by_gateway = pytest.mark.parametrize("kind", [HTTPSMSNotifier, AsyncHTTPSMSNotifier])
by_twilio = pytest.mark.parametrize("kind", [TwilioSMSNotifier, AsyncTwilioSMSNotifier])


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway that takes everything over."""
    with closing(Gateway(lambda _: Told(status=202, body=b'{"id": "gw-17"}'))) as made:
        yield made


def twilio(kind: Kind, gateway: Gateway, **changes: Any) -> Any:
    """Return a notifier before a gateway that is Twilio's."""
    api = gateway.url.removesuffix("/messages")
    settings = {"account": ACCOUNT, "token": Secret(TOKEN), "sender": Phone.parse("+48600000001"), **changes}
    return kind(api=api, **settings)


class TestGateway:
    """Our own protocol."""

    @by_gateway
    def test_what_is_posted(self, kind: Kind, gateway: Gateway) -> None:
        """A message is JSON with three fields, and its id is the idempotency key."""
        made = kind(url=gateway.url + "?region=eu", keys=[Secret(KEYS[0])])
        assert [Accepted(provider_id="gw-17")] == sent(made, ANNA)
        (request,) = gateway.requests
        assert "/messages?region=eu" == request.path
        assert {"id": ANNA.id, "to": "+48601000001", "text": ANNA.text.reveal()} == request.said
        assert (ANNA.id, "application/json") == (request.headers["idempotency-key"], request.headers["content-type"])
        assert {"host", "user-agent", "accept-encoding", "content-type", "content-length", "idempotency-key"} | {
            "webhook-id", "webhook-timestamp", "webhook-signature"
        } == set(request.headers)  # fmt: skip

    @by_gateway
    def test_it_is_signed(self, kind: Kind, gateway: Gateway) -> None:
        """Somebody else's library finds the signature right, under each of the keys, and a changed byte wrong."""
        sent(kind(url=gateway.url, keys=[Secret(key) for key in KEYS]), ANNA)
        (request,) = gateway.requests
        for key in KEYS:
            assert request.said == Webhook(key).verify(request.body, dict(request.headers))
            for changed in (request.body + b" ", request.body.replace(b"482131", b"482132")):
                with pytest.raises(WebhookVerificationError):
                    Webhook(key).verify(changed, dict(request.headers))
        with pytest.raises(WebhookVerificationError):
            Webhook("whsec_" + base64.b64encode(b"x" * 32).decode()).verify(request.body, dict(request.headers))

    @by_gateway
    def test_when_it_was_signed(self, kind: Kind, gateway: Gateway) -> None:
        """A signature says when it was made, so that an old one is refused."""
        old = utc_now() - timedelta(minutes=6)
        sent(kind(url=gateway.url, keys=[Secret(KEYS[0])], clock=lambda: old), ANNA)
        (request,) = gateway.requests
        with pytest.raises(WebhookVerificationError, match="too old"):
            Webhook(KEYS[0]).verify(request.body, dict(request.headers))

    @by_gateway
    @pytest.mark.parametrize(
        ("given", "header"),
        [
            (Bearer(token=Secret("abc.DEF-123_~+/=")), "Bearer abc.DEF-123_~+/="),
            (
                Basic(user="portal", password=Secret("pässword: 1")),
                "Basic " + base64.b64encode("portal:pässword: 1".encode()).decode(),
            ),
        ],
    )
    def test_who_we_are(self, kind: Kind, gateway: Gateway, given: Any, header: str) -> None:
        """A gateway that wants a token or a password beside the signature is shown one."""
        sent(kind(url=gateway.url, keys=[Secret(KEYS[0])], authorization=given), ANNA)
        assert header == gateway.requests[0].headers["authorization"]


class TestTwilio:
    """Twilio's protocol."""

    @by_twilio
    def test_what_is_posted(self, kind: Kind, gateway: Gateway) -> None:
        """A message is a form of three fields for the account's messages, shown under the account's token."""
        gateway.answer = lambda _: Told(status=201, body=json.dumps({"sid": SID, "status": "queued"}).encode())
        assert [Accepted(provider_id=SID)] == sent(twilio(kind, gateway), ANNA)
        (request,) = gateway.requests
        assert f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json" == request.path
        assert [("To", "+48601000001"), ("From", "+48600000001"), ("Body", ANNA.text.reveal())] == request.form
        shown = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        assert f"Basic {shown}" == request.headers["authorization"]
        assert ANNA.id == request.headers["idempotency-key"]

    @by_twilio
    def test_a_key_instead_of_the_account(self, kind: Kind, gateway: Gateway) -> None:
        """An API key shows who we are, and the account stays in the address."""
        key = "SK" + "1" * 32
        sent(twilio(kind, gateway, key=key), ANNA)
        shown = base64.b64encode(f"{key}:{TOKEN}".encode()).decode()
        assert f"Basic {shown}" == gateway.requests[0].headers["authorization"]
        assert f"/{ACCOUNT}/" in gateway.requests[0].path

    @by_twilio
    @pytest.mark.parametrize(
        ("sender", "field"),
        [("Acme Shops", "From"), ("72345", "From"), ("MG" + "2" * 32, "MessagingServiceSid")],
    )
    def test_senders(self, kind: Kind, gateway: Gateway, sender: str, field: str) -> None:
        """A name, a short code or a service can send."""
        sent(twilio(kind, gateway, sender=sender), ANNA)
        assert [("To", "+48601000001"), (field, sender), ("Body", ANNA.text.reveal())] == gateway.requests[0].form

    @by_twilio
    @pytest.mark.parametrize("code", [21211, 21217, 21265, 21266, 21610, 21614, 21617, 21635])
    def test_codes_that_reject(self, kind: Kind, gateway: Gateway, code: int) -> None:
        """A code that speaks of the recipient or the text rejects the message, and is what an operator reads."""
        gateway.answer = lambda _: Told(status=400, body=json.dumps({"code": code, "message": "+48601000001"}).encode())
        assert [Rejected(reason=f"the provider refused the message: HTTP 400, error {code}")] == sent(
            twilio(kind, gateway), ANNA
        )

    @by_twilio
    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (400, 21606),
            (400, 21608),
            (400, 21612),
            (401, 20003),
            (403, 21408),
            (404, 20404),
            (429, 20429),
            (500, 21211),
        ],
    )
    def test_codes_that_defer(self, kind: Kind, gateway: Gateway, status: int, code: int) -> None:
        """A code that speaks of us, and whatever comes with a failure of theirs, defers it."""
        gateway.answer = lambda _: Told(status=status, body=json.dumps({"code": code}).encode())
        assert [Deferred] == [type(each) for each in sent(twilio(kind, gateway), ANNA)]

    @by_twilio
    @pytest.mark.parametrize(
        "body", [b"<html>Welcome to the hotel</html>", b"{}", b'{"sid": null}', b'{"sid": "SM1"}', b"[]"]
    )
    def test_success_of_somebody_else(self, kind: Kind, gateway: Gateway, body: bytes) -> None:
        """A success that names no message is somebody else's: nothing was sent."""
        gateway.answer = lambda _: Told(body=body)
        (outcome,) = sent(twilio(kind, gateway), ANNA)
        assert isinstance(outcome, Deferred)
        assert "without an id" in outcome.reason

    @pytest.mark.parametrize(
        "changes",
        [
            {"account": "AC123"},
            {"account": ACCOUNT + "/../x"},
            {"key": "SK1"},
            {"sender": "A name that is too long"},
            {"sender": "12"},
            {"sender": "Acme\r\n"},
            {"sender": ""},
            {"token": Secret("t\r\n")},
            {"api": "http://api.example"},
        ],
    )
    def test_what_cannot_be(self, changes: dict[str, Any]) -> None:
        """Accounts, keys, senders and addresses that are none are a ValueError when the notifier is made."""
        settings = {"account": ACCOUNT, "token": Secret(TOKEN), "sender": "Acme", **changes}
        with pytest.raises(ValueError, match=r"account|sender|user|http"):
            TwilioSMSNotifier(**settings)


class TestUnsendable:
    """What no gateway can be told is rejected before anything is posted."""

    @pytest.mark.parametrize("kind", [HTTPSMSNotifier, AsyncHTTPSMSNotifier, WebhookNotifier, AsyncWebhookNotifier])
    @pytest.mark.parametrize("id", ["", "a.b", "a b", "a\r\nX: y", "ж", "x" * 201])
    def test_ids(self, kind: Kind, gateway: Gateway, id: str) -> None:  # noqa: A002 - what it is
        """An id that cannot stand in a header."""
        outcomes = sent(kind(url=gateway.url, keys=[Secret(KEYS[0])]), a.sms_message(id=id))
        assert [Rejected(reason="the id of the message has other characters than letters, digits, - and _")] == outcomes
        assert [] == gateway.requests

    @pytest.mark.parametrize(
        "number", ["48601000001", "+48 601 000 001", "+48601000001\r\n", "+1", "+4860x", "", "٣" * 9]
    )
    @pytest.mark.parametrize("kind", [HTTPSMSNotifier, AsyncHTTPSMSNotifier, WebhookNotifier, AsyncWebhookNotifier])
    def test_numbers(self, kind: Kind, gateway: Gateway, number: str) -> None:
        """A number that is not in E.164, however it came to be stored."""
        (outcome,) = sent(kind(url=gateway.url, keys=[Secret(KEYS[0])]), a.sms_message(to=Phone(e164=number)))
        assert isinstance(outcome, Rejected)
        assert "phone number" in outcome.reason
        assert [] == gateway.requests

    @by_twilio
    def test_twilio(self, kind: Kind, gateway: Gateway) -> None:
        """Neither by Twilio's protocol."""
        wrong = (a.sms_message(id="a b"), a.sms_message(to=Phone(e164="+1")))
        assert [True, True] == [isinstance(each, Rejected) for each in sent(twilio(kind, gateway), *wrong)]
        assert [] == gateway.requests


class TestNames:
    """The provider's own name for a message is kept when it is one."""

    @pytest.mark.parametrize("said", ["gw-17", "4F1B2C", SID, "a" * 100, "7", a.value(1)])
    def test_names(self, said: str) -> None:
        """Letters, digits, dots, hyphens and underscores, up to a hundred."""
        assert said == own_name(said, of=ANNA)

    @pytest.mark.parametrize(
        "said",
        [
            "",
            "a" * 101,
            "two words",
            "a\r\n",
            "ж",
            7,
            None,
            ["gw"],
            "482131",
            "48601000001",
            "x-48601000001-y",
            "+48601000001",
        ],
    )
    def test_no_names(self, said: object) -> None:
        """What is no name, or repeats the code or the number, is dropped."""
        assert "" == own_name(said, of=ANNA)

    def test_a_part_of_an_address(self) -> None:
        """A name with somebody's mailbox in it is dropped, whatever its case."""
        assert "" == own_name("q-Agnieszka.K-7", of=a.email_message(to=Email.parse("agnieszka.k@example.com")))

    @given(said=st.text(max_size=120))
    def test_anything(self, said: str) -> None:
        """Whatever is said, what is kept is a part of no text of the message."""
        kept = own_name(said, of=ANNA)
        assert kept in {"", said}
        assert len(kept) < 4 or kept not in ANNA.text.reveal()

    @given(
        body=st.binary(max_size=200)
        | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
    )
    def test_any_body(self, body: bytes) -> None:
        """Whatever a body holds, it is an object or an empty one."""
        assert isinstance(dict(json_object(body)), dict)
