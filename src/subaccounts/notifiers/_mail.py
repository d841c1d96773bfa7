"""A message as a mail: the bytes that go to a server, and the envelope they go in.

The fields of the head are written here and not by `email.policy`, which has let names end an address list (CVE-2025-1795)
and values end a line (CVE-2024-6923): every field is one line of ASCII, or words that RFC 2047 encodes. The body is the
standard library's, in a transfer encoding that no text can end.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final, final

from attrs import field, frozen

from ..domain.email import Email
from ..domain.message import Message, Rejected
from ..domain.secret import Secret
from ..domain.wording import LONGEST_SUBJECT
from ._sendable import ENCODED_WORD, email_of, unsendable_id
from .letterhead import Letterhead, ascii_domain

_WORD: Final = 39
"""Bytes in one encoded word: 64 characters with what is around them, of the 75 that RFC 2047 2 allows, after `Subject: `."""
_TAG: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
_LONG: Final = 20_000
"""Bytes from which on base64 is taken, which is written a hundred times as fast as quoted-printable."""


@final
@frozen(kw_only=True)
class Mail:
    """Hold a mail: the addresses of its envelope and its bytes, lines of at most 998 that end in CR LF.

    `beyond_ascii` says that an address is, so that the server has to offer SMTPUTF8 (RFC 6531).
    """

    sender: str
    recipient: str = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def beyond_ascii(self) -> bool:
        """Tell whether an address of it needs SMTPUTF8."""
        return not (self.sender + self.recipient).isascii()


def compose(message: Message, letterhead: Letterhead, /, *, at: datetime) -> Mail | Rejected:
    """Write a message as a mail of this moment (UTC); `Rejected` when its id or address cannot be written."""
    unsendable = unsendable_id(message)
    if unsendable is not None:
        return unsendable
    to = email_of(message)
    if isinstance(to, Rejected):
        return to
    recipient, sender = _mailbox(to), _mailbox(letterhead.sender)
    head = [
        ("From", f"{_phrase(letterhead.name)} <{sender}>" if letterhead.name else sender),
        ("To", recipient),
        ("Subject", _unstructured(_one_line(message.subject))),
        ("Date", format_datetime(at)),
        ("Message-ID", f"<{message.id}@{letterhead.domain}>"),
        ("Auto-Submitted", "auto-generated"),  # RFC 3834 5: no vacation notice answers it
    ]
    if letterhead.reply_to is not None:
        head.insert(1, ("Reply-To", _mailbox(letterhead.reply_to)))
    if _TAG.fullmatch(message.language.tag):
        head.append(("Content-Language", message.language.tag))
    written = "".join(f"{name}: {value}\r\n" for name, value in head).encode()
    return Mail(sender=sender, recipient=recipient, content=written + _body(message))


def _mailbox(address: Email) -> str:
    """Return an address as it is sent to: just as it is stored, its domain in ASCII if that makes all of it ASCII."""
    local, _, _ = address.text.partition("@")
    return f"{local}@{ascii_domain(address)}" if local.isascii() else address.text


def _one_line(text: str) -> str:
    """Return a text with a blank for whatever cannot be seen: line ends, other controls, what turns text around."""
    short = text[:LONGEST_SUBJECT]
    return short if short.isprintable() else "".join(letter if letter.isprintable() else " " for letter in short)


def _unstructured(text: str) -> str:
    """Return the value of a field that is text: as it is, or in encoded words."""
    return text if text.isascii() and ENCODED_WORD not in text and text == text.strip() else _encoded_words(text)


def _phrase(name: str) -> str:
    """Return a name before an address: in quotes, or in encoded words."""
    if name.isascii() and ENCODED_WORD not in name:
        return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _encoded_words(name)


def _encoded_words(text: str) -> str:
    """Return a text in words of RFC 2047, one on each line, none of which ends inside a character."""
    words, word = [], b""
    for letter in text:
        octets = letter.encode()
        if len(word) + len(octets) > _WORD:
            words.append(word)
            word = b""
        word += octets
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(each).decode('ascii')}?=" for each in (*words, word))


def _body(message: Message) -> bytes:
    """Return the MIME fields and the body; the same bytes at every repeat."""
    body = EmailMessage(policy=SMTP)
    body.set_content(message.text.reveal(), cte=_transfer_encoding(message.text))
    if message.html is not None:
        body.add_alternative(message.html.reveal(), subtype="html", cte=_transfer_encoding(message.html))
        # No line of either encoding begins like this: base64 has no _, and quoted-printable no = before one.
        body.set_boundary("=_" + hashlib.sha256(message.id.encode("ascii")).hexdigest()[:32])
    octets = body.as_bytes()
    return octets if octets.endswith(b"\r\n") else octets + b"\r\n"


def _transfer_encoding(text: Secret) -> str:
    """Return the encoding that lets few bytes grow: readable for Latin letters, base64 for others and for much."""
    octets = text.reveal().encode()
    beyond = len(octets) - len(octets.decode("ascii", "ignore"))
    return "base64" if len(octets) > _LONG or beyond * 6 > len(octets) else "quoted-printable"
