"""What is said to a server of mail, and what its answers mean (RFC 5321). Who carries it is `smtp` and `async_smtp`.

Two rules decide. What concerns the message, its recipient or its content, is `Rejected` by 5xx and `Deferred` by 4xx. What
concerns us, the connection, our introduction, TLS, our password and our sender, would refuse every message alike: it is an
operator's matter, and `Deferred` whatever its number, so that nothing is lost until it is mended.

Each conversation is a generator: it yields what to do next and is sent the reply.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Generator, Mapping
from typing import Final, TypeVar, final

from attrs import field, frozen

from ..domain.message import Accepted, Deferred, Message, Rejected, SendOutcome
from ._mail import Mail
from ._said import own_name
from .smtp_server import Security, SMTPServer

T = TypeVar("T")


@final
@frozen(kw_only=True)
class Command:
    """Say one line; `verb` is what can be told about it."""

    verb: str
    line: str = field(repr=False)


@final
@frozen(kw_only=True)
class StartTLS:
    """Say STARTTLS and shake hands; what the server said before is forgotten."""

    verb: str = "STARTTLS"


@final
@frozen(kw_only=True)
class Content:
    """Say DATA and hand over a mail; the reply is the one to the mail, or to DATA when that was refused."""

    verb: str = "DATA"
    content: bytes = field(repr=False)


Step = Command | StartTLS | Content


@final
@frozen(kw_only=True)
class Reply:
    """Hold a reply: its code, 0 for what is none, and its text, which is repeated to nobody."""

    code: int
    text: str = field(default="", repr=False)


Said = Generator[Step, Reply, T]
"""A conversation that ends in a T."""
Offers = Mapping[str, str]
"""What a server offers, by keyword in capitals, with its parameters."""


@final
@frozen(kw_only=True)
class Ended:
    """Hold how handing over a mail ended, and whether the connection is good for another."""

    outcome: SendOutcome
    reusable: bool


@final
class Lost(Exception):
    """Say that a connection broke, and after which verb."""

    def __init__(self, after: str, why: str, /) -> None:
        super().__init__(f"the connection to the SMTP server was lost after {after}: {why}")
        self.after = after


SERVICE_CLOSES: Final = 421
"""The server hangs up (RFC 5321 4.2.1)."""
_READY, _DONE, _GO_ON, _LET_IN = 220, 250, 334, 235
_ENHANCED: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])")
_QUEUED: Final = re.compile(r"(?:queued as|id=) ?<?([A-Za-z0-9][A-Za-z0-9._-]{0,99})", re.IGNORECASE)
_OUR_FAULT: Final = frozenset({502, 503, 504, 530, 534, 535, 538})
"""Codes that speak of us wherever they come: commands the server does not know or expect, and who we are (RFC 4954 6)."""
_FULL: Final = 552
"""RFC 5321 4.5.3.1.10: to a recipient it means "not now"; elsewhere that the mail is too large."""
_ABOUT_THE_MAIL: Final = frozenset({"5.3.4", "5.6.7"})
"""Enhanced codes that speak of the mail even where the sender is refused: too large, an address beyond ASCII."""


def opening(server: SMTPServer, greeting: Reply, /) -> Said[Offers | Deferred]:
    """Introduce ourselves on a new connection, secure it and sign in; end with what the server offers then."""
    if greeting.code != _READY:
        return _not_now("the greeting", greeting)
    offers = yield from _introduced(server)
    if server.security is Security.STARTTLS and not isinstance(offers, Deferred):
        offers = yield from _secured(server, offers)
    if server.user and not isinstance(offers, Deferred):
        refused = yield from _signed_in(server, offers)
        return offers if refused is None else refused
    return offers


def handing_over(mail: Mail, offers: Offers, /, *, of: Message) -> Said[Ended]:
    """Hand over one mail in a transaction of its own."""
    if mail.beyond_ascii and "SMTPUTF8" not in offers:
        told = "the SMTP server takes no addresses beyond ASCII: it does not offer SMTPUTF8"
        return Ended(outcome=Rejected(reason=told), reusable=True)
    options = " BODY=8BITMIME SMTPUTF8" if mail.beyond_ascii else ""
    reply = yield Command(verb="MAIL", line=f"MAIL FROM:<{mail.sender}>{options}")
    if reply.code != _DONE:
        return (yield from _given_up(_sender_refused(reply)))
    reply = yield Command(verb="RCPT", line=f"RCPT TO:<{mail.recipient}>")
    if reply.code // 100 != 2:
        return (yield from _given_up(_recipient_refused(reply)))
    reply = yield Content(content=mail.content)
    if reply.code != _DONE:
        return (yield from _given_up(_refused("the mail", reply)))
    queued = _QUEUED.search(reply.text)
    return Ended(outcome=Accepted(provider_id=own_name(queued[1] if queued else "", of=of)), reusable=True)


def _introduced(server: SMTPServer) -> Said[Offers | Deferred]:
    reply = yield Command(verb="EHLO", line=f"EHLO {server.hello}")
    if reply.code != _DONE:
        return _not_now("EHLO", reply)
    lines = (line.strip().partition(" ") for line in reply.text.split("\n")[1:])
    return {keyword.upper(): parameters.upper() for keyword, _, parameters in lines}


def _secured(server: SMTPServer, offers: Offers) -> Said[Offers | Deferred]:
    if "STARTTLS" not in offers:
        return Deferred(reason="the SMTP server does not offer STARTTLS, and without TLS it gets nothing")
    reply = yield StartTLS()
    if reply.code != _READY:
        return _not_now("STARTTLS", reply)
    return (yield from _introduced(server))  # RFC 3207 4.2: what was offered in the clear is forgotten


def _signed_in(server: SMTPServer, offers: Offers) -> Said[Deferred | None]:
    password = server.password.reveal() if server.password else ""
    mechanisms = offers.get("AUTH", "").split()
    if "PLAIN" in mechanisms:
        proof = f"\0{server.user}\0{password}"  # RFC 4616 2
        reply = yield Command(verb="AUTH", line=f"AUTH PLAIN {_base64(proof)}")
    elif "LOGIN" in mechanisms:
        reply = yield Command(verb="AUTH", line="AUTH LOGIN")
        for answer in (server.user, password):
            if reply.code == _GO_ON:
                reply = yield Command(verb="AUTH", line=_base64(answer))
    else:
        return Deferred(reason="the SMTP server takes our password by neither AUTH PLAIN nor AUTH LOGIN")
    return None if reply.code == _LET_IN else _not_now("AUTH", reply)


def _given_up(outcome: SendOutcome) -> Said[Ended]:
    """End a transaction that failed, so that the connection can begin another."""
    reply = yield Command(verb="RSET", line="RSET")
    return Ended(outcome=outcome, reusable=reply.code == _DONE)


def _sender_refused(reply: Reply) -> SendOutcome:
    about_the_mail = reply.code == _FULL or _enhanced(reply) in _ABOUT_THE_MAIL
    return _refused("the mail", reply) if about_the_mail else _not_now("our sender", reply)


def _recipient_refused(reply: Reply) -> SendOutcome:
    return _not_now("the recipient", reply) if reply.code == _FULL else _refused("the recipient", reply)


def _refused(what: str, reply: Reply) -> SendOutcome:
    if reply.code // 100 == 5 and reply.code not in _OUR_FAULT:
        return Rejected(reason=_reason(what, reply))
    return _not_now(what, reply)


def _not_now(what: str, reply: Reply) -> Deferred:
    return Deferred(reason=_reason(what, reply))


def _reason(what: str, reply: Reply) -> str:
    if not 200 <= reply.code < 600:
        return f"the SMTP server answered {what} with what is no reply"
    return f"the SMTP server refused {what}: {reply.code} {_enhanced(reply)}".rstrip()


def _enhanced(reply: Reply) -> str:
    found = _ENHANCED.match(reply.text)
    return found[0] if found else ""


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
