"""Targets for what goes to a provider and what comes back: mails, posts, addresses of servers, answers and replies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

from subaccounts import Email, Language, Phone, Secret
from subaccounts.domain.message import Accepted, Deferred, SendOutcome
from subaccounts.errors import InvalidValue
from subaccounts.notifiers import Basic, Bearer, ConsoleNotifier, Letterhead, Security, SMTPServer
from subaccounts.notifiers._answer import json_object
from subaccounts.notifiers._conversation import Command, Ended, Reply, handing_over, opening
from subaccounts.notifiers._endpoint import Endpoint
from subaccounts.notifiers._mail import Mail, compose
from subaccounts.notifiers._post import Answer, accepted_as, header, judged
from subaccounts.notifiers._retry_after import LONGEST_WAIT, parse_retry_after
from subaccounts.notifiers._signer import Signer
from subaccounts.notifiers.authorization import authorization_header
from subaccounts.notifiers.twilio import _sender
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from tests.fuzz.target import Target, bytes_of, text_of, texts_of

KEY: Final = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
PORTAL: Final = Email.parse("portal@example.com")
TELLTALES: Final = ("link-1", "person-1", "48601000001", "482131")
FIELDS: Final = re.compile(
    rb"From: [^\r\n]*(?:\r\n [^\r\n]*)*\r\nTo: [^\r\n]*\r\nSubject: [^\r\n]*(?:\r\n [^\r\n]*)*\r\nDate: [^\r\n]*\r\n"
    rb"Message-ID: <[A-Za-z0-9_-]+@example\.com>\r\nAuto-Submitted: auto-generated\r\n(?:Content-Language: [A-Za-z0-9-]+\r\n)?"
    rb"(?:(?:Content-Type|Content-Transfer-Encoding|MIME-Version): [^\r\n]*(?:\r\n [^\r\n]*)*\r\n){2,3}\r\n"
)
"""The head of a mail: these fields in this order, and no other."""


class _Lines:
    """Keep what a console is written."""

    encoding = "ascii"

    def __init__(self) -> None:
        self.shown = ""

    def write(self, text: str, /) -> int:
        """Keep it."""
        self.shown += text
        return len(text)

    def flush(self) -> None:
        """Do nothing."""


def judge_mail(data: bytes) -> None:
    """A mail has the fields of a mail, lines that end in one way, and one recipient; a console shows one message."""
    to, name, subject, text, id_, tag = [*texts_of(data, most=6), "", "", "", "", ""][:6]
    try:
        told = Secret(text)
        letterhead = Letterhead(sender=PORTAL, name=name)
    except ValueError:
        letterhead, told = Letterhead(sender=PORTAL), Secret("text")
    except InvalidValue:  # a secret with a lone surrogate
        return
    message = a.email_message(to=Email(text=to, key=to), subject=subject, text=told, language=Language(tag=tag))
    for each in (message, a.email_message(id=id_, text=told, subject=subject)):
        made = compose(each, letterhead, at=NOON)
        if isinstance(made, Mail):
            assert FIELDS.match(made.content)
            assert b"" == re.sub(rb"[^\r\n]{0,998}\r\n", b"", made.content)
            assert 1 == len(made.recipient.splitlines())
            assert 1 == made.recipient.count("@")
    stream: Any = _Lines()
    if to.isprintable() or to.encode("utf-8", "ignore").decode() == to:
        assert Accepted() == ConsoleNotifier(stream).send(message)
        assert stream.shown.replace("\n", "").isprintable()
        assert 1 == len(re.findall(r"(?m)^to: ", stream.shown))


def _untold(outcome: SendOutcome) -> None:
    reason = "" if isinstance(outcome, Accepted) else outcome.reason
    assert isinstance(outcome, Accepted) or (reason and reason.isprintable())
    assert [] == [each for each in TELLTALES if each in repr(outcome)]


def judge_answer(data: bytes) -> None:
    """Whatever a provider on HTTP answers is one of three things, and repeats nothing of what it was sent."""
    status = 100 + int.from_bytes(data[:2].rjust(2, b"\0")) % 900
    wait, _, body = data[2:].partition(b"\xff")
    told = header(b"retry-after", [(b"x", b"1"), (b"Retry-After", wait)])
    found = parse_retry_after(told, now=NOON)
    assert found is None or 0 <= found.total_seconds() <= LONGEST_WAIT.total_seconds()
    message = a.sms_message(1, text=Secret("code 482131 link-1"))
    said = json_object(body)
    for name in ("id", "sid"):
        answer = Answer(status=status, retry_after=told, body=body)
        accepted = partial(accepted_as, said.get(name), of=message)
        outcome = judged(answer, now=NOON, rejecting=frozenset({422}), accepted=accepted)
        _untold(outcome)
        assert isinstance(outcome, Accepted) == (200 <= status < 300)


def judge_reply(data: bytes) -> None:
    """Whatever a server of mail replies, a conversation ends, says nothing but lines of ours, and repeats nothing."""
    replies = iter([text_of(part) for part in data.split(b"\n")])
    server = SMTPServer(host="localhost", security=Security.LOOPBACK, user="portal", password=Secret("pass"))
    message = a.email_message(1)
    mail = compose(message, Letterhead(sender=PORTAL), at=NOON)
    assert isinstance(mail, Mail)
    offers = _carried(opening(server, _next(replies)), replies)
    if isinstance(offers, Deferred):
        _untold(offers)
        return
    ended = _carried(handing_over(mail, offers, of=message), replies)
    assert isinstance(ended, Ended)
    _untold(ended.outcome)


def _next(replies: Iterator[str]) -> Reply:
    text = next(replies, "250 fine")
    code = int(text[:3]) if text[:3].isascii() and text[:3].isdigit() else 0
    return Reply(code=code, text=text[4:].replace("|", "\n"))


def _carried(conversation: Any, replies: Iterator[str]) -> Any:
    try:
        step = next(conversation)
        for _ in range(20):
            assert not isinstance(step, Command) or ("\r" not in step.line and "\n" not in step.line)
            step = conversation.send(_next(replies))
    except StopIteration as done:
        return done.value
    raise AssertionError("the conversation does not end")


def judge_setting(data: bytes) -> None:
    """What an operator writes down is taken or a ValueError that does not repeat it."""
    text = text_of(data)
    tries: tuple[Callable[[], object], ...] = (
        lambda: Endpoint.parse(text, without_tls=False),
        lambda: Endpoint.parse(text, without_tls=True),
        lambda: SMTPServer(host=text),
        lambda: SMTPServer(host="mail.example", hello=text, user=text, password=Secret("p")),
        lambda: authorization_header(Bearer(token=Secret(text))),
        lambda: authorization_header(Basic(user=text, password=Secret(text))),
        lambda: Signer([Secret(text)]).headers(id="1", at=NOON, body=b""),
        lambda: Letterhead(sender=PORTAL, name=text),
        lambda: Letterhead(sender=PORTAL, domain=text),
        lambda: Letterhead(sender=Email(text=text, key="")),
        lambda: _sender(text),
        lambda: _sender(Phone(e164=text)),
    )
    for attempt in tries:
        _attempted(attempt, text)


def _attempted(attempt: Callable[[], object], text: str) -> None:
    try:
        made = attempt()
    except ValueError as refused:
        assert len(text) < 16 or text not in str(refused)
    except InvalidValue:  # what the domain refuses as data
        return
    else:
        assert "\r" not in repr(made)
        assert "\n" not in repr(made)


def _mails() -> Iterable[bytes]:
    for to in ("anna@example.com", "анна@пошта.example", "anna@bücher.example", "a@b\r\nBcc: c@d.example", ""):
        for text in (
            "Hello",
            "\r\nBcc: x@example.net\r\n\r\n",
            "Привет 🦊",
            "=?utf-8?q?=0A?=",
            "\x1b[2J\u202e",
            "x" * 400,
        ):
            yield bytes_of(to, text, text, text, a.value(1), "pt-BR")
            yield bytes_of(to, "", text, "", text, text)


def _answers() -> Iterable[bytes]:
    bodies = [
        b"",
        b"{}",
        b"[]",
        b"[" * 400,
        b'{"id": 7}',
        b"\xfe",
        json.dumps({"id": "x-48601000001", "sid": "4" * 99}).encode(),
    ]
    waits = [b"", b"120", b"Mon, 02 Mar 2026 12:01:00 GMT", b"Mon, 02 Mar 2026 12:01:00 +9999", b"9" * 41, "٣".encode()]
    for status in (200, 201, 302, 401, 422, 429, 503, 999):
        for body, wait in zip(bodies, [*waits, b"-1"], strict=True):
            yield (status - 100).to_bytes(2) + wait + b"\xff" + body


_REPLIES: Final = (
    b"220 hi\n250-x|AUTH PLAIN LOGIN|SMTPUTF8\n235 in\n250 ok\n250 ok\n250 2.0.0 Ok: queued as 4F1B",
    b"220 hi\n250-x|AUTH LOGIN\n334 u\n334 p\n235 in\n250 ok\n250 ok\n250 ok id=link-1",
    b"220 hi\n250-x|AUTH LOGIN\n334 u\n535 5.7.8 no",
    b"220 hi\n250-x|AUTH PLAIN\n235 in\n550 5.7.1 no\n250 ok",
    b"220 hi\n250-x|AUTH PLAIN\n235 in\n250 ok\n550 5.1.1 <person-1@example.com> no\n250 ok",
    b"220 hi\n250-x|AUTH PLAIN\n235 in\n250 ok\n552 5.2.2 full\n421 bye",
    b"554 no",
    b"\xff\xfe",
)
_SETTINGS: Final = (
    "https://sms.example/m?t=1", "http://localhost:8080/", "http://sms.example/", "https://u:p@sms.example/", "https://[::1", "",
    "mail.example", "mail..example", "a" * 64 + ".example", "127.0.0.1", "::1", "portal", "portal\r\nMAIL", "abc.DEF-123=",
    KEY.reveal(), "whsec_", "The Portal", "The\r\nPortal", "bücher.example", "72345", "Acme Shops", "MG" + "2" * 32, "+48601000001",
    "portal@example.com", "xn--bcher-kva.example", "https://sms.example:x/", "\ud800", "\x00",
)  # fmt: skip

TARGETS: Final = (
    Target(
        name="mail", judge=judge_mail, seeds=_mails, words=("\r\n", "Bcc: ", "=?utf-8?b?", "?=", "@", "\u202e", "\x1b[")
    ),
    Target(name="answer", judge=judge_answer, seeds=_answers, words=('{"id": "', "GMT", "Mar", "2026", "+9999", ":")),
    Target(
        name="reply",
        judge=judge_reply,
        seeds=lambda: _REPLIES,
        words=("220 ", "250 ", "334 ", "AUTH ", "5.1.1", "queued as "),
    ),
    Target(
        name="setting",
        judge=judge_setting,
        seeds=lambda: [text.encode("utf-8", "surrogatepass") for text in _SETTINGS],
        words=("https://", "http://", "@", "[::1]", "whsec_", "\r\n", "xn--"),
    ),
)
