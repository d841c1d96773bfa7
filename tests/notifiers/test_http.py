"""What holds of every notifier on HTTP: where it speaks, what it reads of an answer, and when it stops waiting."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import Phone, Secret
from subaccounts.domain.message import Accepted, Deferred, Rejected, SendOutcome
from subaccounts.errors import MissingExtra
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
from subaccounts.notifiers._endpoint import Endpoint
from subaccounts.notifiers._retry_after import LONGEST_WAIT, parse_retry_after
from subaccounts.testing import NOON, FrozenClock
from subaccounts.testing import builders as a
from tests.notifiers.background import ScriptedServer, free_port
from tests.notifiers.certificates import serving, trusting
from tests.notifiers.colors import sent
from tests.notifiers.gateway import Gateway, Told

KEY = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
ANNA = a.sms_message(1)
SID = "SM" + "0f" * 16
TAKEN = Told(status=201, body=b'{"id": "gw-1", "sid": "%s"}' % SID.encode())
Kind = Callable[..., Any]


def sms(url: str, *, awaited: bool, **more: Any) -> Any:
    """Return a notifier of SMS."""
    return (AsyncHTTPSMSNotifier if awaited else HTTPSMSNotifier)(url=url, keys=[KEY], clock=FrozenClock(NOON), **more)


def twilio(url: str, *, awaited: bool, **more: Any) -> Any:
    """Return a notifier of SMS by Twilio's protocol."""
    kind = AsyncTwilioSMSNotifier if awaited else TwilioSMSNotifier
    api = url.rpartition("/")[0]
    account, sender = "AC" + "0" * 32, Phone.parse("+4860000")
    return kind(account=account, token=Secret("t"), sender=sender, api=api, clock=FrozenClock(NOON), **more)


def webhook(url: str, *, awaited: bool, **more: Any) -> Any:
    """Return a notifier that hands messages over."""
    return (AsyncWebhookNotifier if awaited else WebhookNotifier)(url=url, keys=[KEY], clock=FrozenClock(NOON), **more)


every = pytest.mark.parametrize("make", [sms, twilio, webhook])
both = pytest.mark.parametrize("awaited", [False, True], ids=["plain", "async"])


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway that takes everything over."""
    with closing(Gateway(lambda _: TAKEN)) as made:
        yield made


def reason(outcome: SendOutcome) -> str:
    """Return the reason of an outcome that is no success."""
    assert not isinstance(outcome, Accepted)
    return outcome.reason


class TestStatuses:
    """What a status means."""

    @every
    @both
    @pytest.mark.parametrize(
        ("status", "told"),
        [
            (301, "the provider is somewhere else by now, and redirects are not followed: HTTP 301"),
            (307, "the provider is somewhere else by now, and redirects are not followed: HTTP 307"),
            (401, "the provider does not accept who we say we are: HTTP 401"),
            (403, "the provider does not accept who we say we are: HTTP 403"),
            (404, "the provider did not take the message: HTTP 404"),
            (408, "the provider did not take the message: HTTP 408"),
            (409, "the provider did not take the message: HTTP 409"),
            (429, "the provider takes no more for now: HTTP 429"),
            (500, "the provider failed: HTTP 500"),
            (502, "the provider failed: HTTP 502"),
            (503, "the provider failed: HTTP 503"),
        ],
    )
    def test_not_now(self, make: Kind, awaited: bool, status: int, told: str) -> None:
        """What speaks of us, or passes, defers the message."""
        with closing(Gateway(lambda _: Told(status=status))) as gateway:
            assert [Deferred(reason=told)] == sent(make(gateway.url, awaited=awaited), ANNA)

    @both
    @pytest.mark.parametrize(
        ("make", "never"),
        [(sms, {400, 410, 413, 415, 422, 451}), (webhook, {410}), (twilio, set())],
    )
    def test_never(self, make: Kind, awaited: bool, never: set[int]) -> None:
        """What speaks of the message rejects it: six statuses by our own protocol, Gone by Standard Webhooks."""
        statuses = iter(range(400, 500))
        with closing(Gateway(lambda _: Told(status=next(statuses)))) as gateway:
            outcomes = sent(make(gateway.url, awaited=awaited), *[ANNA] * 100)
        found = {400 + number for number, outcome in enumerate(outcomes) if isinstance(outcome, Rejected)}
        assert never == found

    @pytest.mark.asvs("15.3.2")
    @every
    @both
    def test_redirects(self, make: Kind, awaited: bool, gateway: Gateway) -> None:
        """A redirect is not followed, wherever it leads: nobody said that messages go there."""
        elsewhere = Told(status=308, headers=(("Location", gateway.url),))
        with closing(Gateway(lambda _: elsewhere)) as moved:
            assert "HTTP 308" in reason(sent(make(moved.url, awaited=awaited), ANNA)[0])
        assert [] == gateway.requests

    @every
    @both
    def test_how_long_to_wait(self, make: Kind, awaited: bool) -> None:
        """The wait a provider asks for is answered, whether in seconds or as a date."""
        at = format_datetime(NOON + timedelta(minutes=3), usegmt=True)
        waits = iter(["90", at, "soon"])
        with closing(Gateway(lambda _: Told(status=503, headers=(("Retry-After", next(waits)),)))) as gateway:
            outcomes = sent(make(gateway.url, awaited=awaited), ANNA, ANNA, ANNA)
        assert [timedelta(seconds=90), timedelta(minutes=3), None] == [
            outcome.retry_after for outcome in outcomes if isinstance(outcome, Deferred)
        ]


class TestBounds:
    """No provider keeps us, fills us up or makes us raise."""

    @both
    @pytest.mark.parametrize(("make", "then"), [(sms, Accepted), (webhook, Accepted), (twilio, Deferred)])
    def test_a_large_answer(self, make: Kind, awaited: bool, then: type[SendOutcome]) -> None:
        """Of an answer that is too large the status counts; a provider that has to say its id has not said it."""
        large = Told(status=201, body=b'{"id": "gw-1", "sid": "%s", "x": "%s"}' % (SID.encode(), b"x" * 5_000_000))
        with closing(Gateway(lambda _: large)) as gateway:
            (outcome,) = sent(make(gateway.url, awaited=awaited), ANNA)
        assert then is type(outcome)
        assert not isinstance(outcome, Accepted) or "" == outcome.provider_id

    @every
    @both
    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\x00\xff",
            b"HTTP/1.1 999 What\r\n\r\n",
            b"HTTP/1.1 20 What\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n broken: x\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, x\r\n\r\n",
            b"220 mail.example ESMTP\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\n",
            b"x" * 200_000,
        ],
    )
    def test_nonsense(self, make: Kind, awaited: bool, raw: bytes) -> None:
        """What is no answer in HTTP is no answer: the message waits."""
        with closing(Gateway(lambda _: Told(raw=raw))) as gateway:
            (outcome,) = sent(make(gateway.url, awaited=awaited), ANNA)
        assert isinstance(outcome, Deferred)

    @both
    @pytest.mark.parametrize(
        "raw",
        [
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
        ],
    )
    def test_a_body_that_breaks_off(self, awaited: bool, raw: bytes) -> None:
        """A success whose body cannot be read is a success without a name."""
        with closing(Gateway(lambda _: Told(raw=raw))) as gateway:
            assert [Accepted()] == sent(sms(gateway.url, awaited=awaited), ANNA)

    @both
    @pytest.mark.parametrize(
        "body", [b"", b"[]", b'"gw-1"', b"{", b"[" * 60_000, b"\xff", b'{"id": 7}', b'{"id": null}']
    )
    def test_a_body_of_another_kind(self, awaited: bool, body: bytes) -> None:
        """A success whose body is not what it should be is a success without a name."""
        with closing(Gateway(lambda _: Told(body=body))) as gateway:
            assert [Accepted()] == sent(sms(gateway.url, awaited=awaited), ANNA)

    @every
    @both
    @pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200", b"HTTP/1.1 503 No\r\nX: "])
    def test_a_trickle(self, make: Kind, awaited: bool, before: bytes) -> None:
        """A provider that says a byte at a time, and never enough, is left when the message's time is over."""

        async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(before)
            while not reader.at_eof():
                writer.write(b"1")
                await writer.drain()
                await asyncio.sleep(0.02)

        with closing(ScriptedServer(trickle)) as server:
            short = timedelta(milliseconds=300)
            made = make(f"http://127.0.0.1:{server.port}/messages", awaited=awaited, timeout=short)
            (outcome,) = sent(made, ANNA)
        assert "the provider was not reached: it took too long" == reason(outcome)

    @every
    @both
    def test_nobody_listens(self, make: Kind, awaited: bool) -> None:
        """A port where nobody listens defers the message."""
        (outcome,) = sent(make(f"http://127.0.0.1:{free_port()}/messages", awaited=awaited), ANNA)
        assert "the provider was not reached: ConnectionRefusedError" == reason(outcome)


class TestSecured:
    """TLS, or nothing, unless somebody said so."""

    @every
    @both
    def test_a_trusted_certificate(self, make: Kind, awaited: bool) -> None:
        """A certificate of the right name that is trusted carries the message."""
        with closing(Gateway(lambda _: TAKEN, tls=serving())) as gateway:
            (outcome,) = sent(make(gateway.url, awaited=awaited, tls=trusting()), ANNA)
        assert isinstance(outcome, Accepted)

    @pytest.mark.asvs("12.3.2")
    @every
    @both
    @pytest.mark.parametrize(
        ("name", "trusted", "why"),
        [
            ("localhost", False, "unable to get local issuer certificate"),
            ("other.example", True, "certificate is not valid for 'localhost'"),
        ],
    )
    def test_others(self, make: Kind, awaited: bool, name: str, trusted: bool, why: str) -> None:
        """A certificate that is not trusted, or is somebody else's, gets nothing; the operator reads why."""
        with closing(Gateway(lambda _: TAKEN, tls=serving(name))) as gateway:
            (outcome,) = sent(make(gateway.url, awaited=awaited, **({"tls": trusting()} if trusted else {})), ANNA)
            assert why in reason(outcome)
            assert [] == gateway.requests

    @pytest.mark.asvs("12.3.1")
    @pytest.mark.parametrize(
        "url",
        [
            "http://sms.example/messages",
            "ftp://sms.example/",
            "sms.example/messages",
            "https://",
            "https:///messages",
            "https://user:secret@sms.example/",
            "https://sms.example/#part",
            "https://sms.example/a b",
            "https://sms.example/\r\nX: y",
            "https://sms.example:99999/",
            "https://sms.example:x/",
            "https://смс.example/",
            "https://[::1/",
            "https://-sms.example/",
            "javascript:alert(1)",
            "",
        ],
    )
    @pytest.mark.parametrize("make", [sms, webhook])
    def test_addresses_that_cannot_be(self, make: Kind, url: str) -> None:
        """An address without TLS, with a user, or that is none, is a ValueError that does not repeat it."""
        with pytest.raises(ValueError, match=r"address|http") as refused:
            make(url, awaited=False)
        assert "secret" not in str(refused.value)

    @pytest.mark.parametrize(
        ("url", "without_tls", "origin"),
        [
            ("https://sms.example/m?token=abc", False, "https://sms.example:443"),
            ("https://SMS.example:8443", False, "https://sms.example:8443"),
            ("http://localhost:8080/m", False, "http://localhost:8080"),
            ("http://127.0.0.1/m", False, "http://127.0.0.1:80"),
            ("http://[::1]:8080/m", False, "http://[::1]:8080"),
            ("http://sms_gateway:8080/m", True, "http://sms_gateway:8080"),
        ],
    )
    def test_addresses_that_can(self, url: str, without_tls: bool, origin: str) -> None:
        """Https anywhere, http on this machine, or where somebody said it; what is shown has no path."""
        endpoint = Endpoint.parse(url, without_tls=without_tls)
        assert origin == endpoint.origin
        assert "token" not in repr(endpoint)


class TestConnections:
    """Connections are kept, shared and given up."""

    @every
    @both
    def test_one_for_many(self, make: Kind, awaited: bool) -> None:
        """Messages one after the other go over one connection."""
        with closing(Gateway(lambda _: TAKEN, keep=True)) as gateway:
            assert [Accepted] * 3 == [type(each) for each in sent(make(gateway.url, awaited=awaited), ANNA, ANNA, ANNA)]
            assert 1 == gateway.connections

    @every
    @both
    def test_closed_and_used_again(self, make: Kind, awaited: bool) -> None:
        """A notifier that was closed opens another connection; another event loop has its own."""
        with closing(Gateway(lambda _: TAKEN, keep=True)) as gateway:
            made = make(gateway.url, awaited=awaited)
            assert [Accepted] * 2 == [type(each) for _ in range(2) for each in sent(made, ANNA)]
            assert 2 == gateway.connections

    def test_another_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """After a fork the child speaks on connections of its own."""
        with closing(Gateway(lambda _: TAKEN, keep=True)) as gateway, sms(gateway.url, awaited=False) as made:
            made.send(ANNA)
            parent = made._poster._opened
            monkeypatch.setattr("os.getpid", lambda: 1)
            made.send(ANNA)
            assert 2 == gateway.connections
            parent[1].close()

    def test_threads(self, gateway: Gateway) -> None:
        """Threads share a notifier: every message is posted once."""
        with sms(gateway.url, awaited=False) as made:
            threads = [
                threading.Thread(target=lambda n=n: [made.send(a.sms_message(n * 10 + k)) for k in range(5)])
                for n in range(6)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(a.value(n * 10 + k) for n in range(6) for k in range(5)) == _ids(gateway)

    def test_tasks(self, gateway: Gateway) -> None:
        """Tasks share a notifier: every message is posted once."""

        async def crowd() -> None:
            async with sms(gateway.url, awaited=True) as made:
                await asyncio.gather(*(made.send(a.sms_message(n)) for n in range(30)))

        asyncio.run(crowd())
        assert sorted(map(a.value, range(30))) == _ids(gateway)

    def test_a_task_that_is_canceled(self, gateway: Gateway) -> None:
        """A canceled task is canceled, and the next message goes out."""
        heard, go_on = threading.Event(), threading.Event()

        def slow(_: object) -> Told:
            heard.set()
            go_on.wait(10)
            return TAKEN

        async def canceled() -> SendOutcome:
            async with sms(gateway.url, awaited=True) as made:
                task = asyncio.create_task(made.send(ANNA))
                await asyncio.to_thread(heard.wait)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                go_on.set()
                outcome: SendOutcome = await made.send(ANNA)
                return outcome

        gateway.answer = slow
        assert isinstance(asyncio.run(canceled()), Accepted)


def _ids(gateway: Gateway) -> list[str]:
    return sorted(request.headers["idempotency-key"] for request in gateway.requests)


class TestRetryAfter:
    """The header is read as RFC 9110 says, and believed for a day."""

    @pytest.mark.parametrize(
        ("text", "wait"),
        [
            ("0", timedelta()),
            ("120", timedelta(minutes=2)),
            (" 120 ", timedelta(minutes=2)),
            ("86400", LONGEST_WAIT),
            ("86401", LONGEST_WAIT),
            ("9" * 40, LONGEST_WAIT),
            ("Mon, 02 Mar 2026 12:01:00 GMT", timedelta(minutes=1)),
            ("Monday, 02-Mar-26 12:01:00 GMT", timedelta(minutes=1)),
            ("Mon Mar  2 12:01:00 2026", timedelta(minutes=1)),
            ("Mon, 02 Mar 2026 11:59:00 GMT", timedelta()),
            ("Mon, 02 Mar 2099 12:00:00 GMT", LONGEST_WAIT),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("٣", None),
            ("soon", None),
            ("9" * 41, None),
            ("Mon, 99 Mar 2026 12:01:00 GMT", None),
            ("Mon, 02 Mar 2026 12:01:00 +9999", None),
        ],
    )
    def test_forms(self, text: str, wait: timedelta | None) -> None:
        """Seconds, and a date in each of the three ways that HTTP has had; what is neither asks for nothing."""
        assert wait == parse_retry_after(text, now=NOON)

    @given(text=st.text(max_size=50) | st.from_regex(r"[A-Za-z]{3}, [0-9]{2} [A-Za-z]{3} [0-9]{4} [0-9:]{8} .{0,6}"))
    def test_anything(self, text: str) -> None:
        """Whatever is said, the wait is between nothing and a day, or none."""
        wait = parse_retry_after(text, now=NOON)
        assert wait is None or timedelta() <= wait <= LONGEST_WAIT

    @given(seconds=st.integers(0, 86_400))
    def test_dates(self, seconds: int) -> None:
        """A date of HTTP is read to the second."""
        wait = timedelta(seconds=seconds)
        assert wait == parse_retry_after(format_datetime(NOON + wait, usegmt=True), now=NOON)


class TestCredentials:
    """Who we say we are, in what a header can hold."""

    @pytest.mark.parametrize("token", ["", "two words", "line\r\nend", "ж", "a=b"])
    def test_tokens_that_are_none(self, token: str) -> None:
        """What cannot stand in the header is a ValueError, and not repeated."""
        with pytest.raises(ValueError, match="bearer token is") as refused:
            Bearer(token=Secret(token))
        assert not token or token not in str(refused.value)

    @pytest.mark.parametrize(("user", "password"), [("", "p"), ("a:b", "p"), ("a\n", "p"), ("a", "p\r\n")])
    def test_users_that_are_none(self, user: str, password: str) -> None:
        """A user has no colon, and neither it nor a password has controls."""
        with pytest.raises(ValueError, match="a user is"):
            Basic(user=user, password=Secret(password))

    @pytest.mark.parametrize(
        "keys", [[], [""], ["whsec_"], ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], ["whsec_c2hvcnQ="], ["whsec_!"]]
    )
    @pytest.mark.parametrize("kind", [HTTPSMSNotifier, WebhookNotifier])
    def test_keys_that_are_none(self, kind: Kind, keys: list[str]) -> None:
        """A key is written as Standard Webhooks writes it, has 24 to 64 bytes, and there is one."""
        with pytest.raises(ValueError, match="key"):
            kind(url="https://sms.example/", keys=[Secret(key) for key in keys])

    @both
    @pytest.mark.parametrize(("make", "extra"), [(sms, "sms"), (twilio, "sms"), (webhook, "webhook")])
    def test_a_missing_library(self, make: Kind, awaited: bool, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the library a notifier says how to have it, when it is made."""
        for name in [name for name in sys.modules if name.endswith("_posting")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "httpcore2", None)
        with pytest.raises(MissingExtra, match=rf'httpcore2 is not installed: pip install "subaccounts\[{extra}\]"'):
            make("https://sms.example/m", awaited=awaited)

    @every
    @both
    def test_no_time(self, make: Kind, awaited: bool) -> None:
        """A timeout of nothing is a ValueError."""
        with pytest.raises(ValueError, match="time"):
            make("https://sms.example/m", awaited=awaited, timeout=timedelta())
