"""What a message needs before anything of it is sent: an id that any header can hold, and an address of the right channel.

A message comes from a queue, where what cannot be sent must not stop the rest: it is `Rejected` with its reason.
"""

from __future__ import annotations

import re
from typing import Final, assert_never

from ..domain.email import Email
from ..domain.message import Message, Rejected
from ..domain.phone import Phone
from ..errors import InvalidValue

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
"""What fits into a `Message-ID` (RFC 5322 3.2.3), a header field and a signed text whose parts a dot separates."""

ENCODED_WORD: Final = "=?"
"""How an encoded word begins (RFC 2047 5): it has no place in an address, and readers that decode it there see another."""


def unsendable_id(message: Message, /) -> Rejected | None:
    """Answer `Rejected` for a message whose id cannot stand in a header."""
    if _ID.fullmatch(message.id):
        return None
    return Rejected(reason="the id of the message has other characters than letters, digits, - and _")


def email_of(message: Message, /) -> Email | Rejected:
    """Return the address of an e-mail, judged anew: what is no address becomes no command and no header."""
    match message.to:
        case Phone():
            return Rejected(reason="this notifier sends e-mail, and the message has a phone number")
        case Email(text=text):
            if ENCODED_WORD in text:
                return Rejected(reason="the e-mail address cannot be written to: readers would decode it")
            try:
                return Email.parse(text)
            except InvalidValue as invalid:
                return Rejected(reason=f"the e-mail address cannot be written to: {invalid.problem}")
        case _:
            assert_never(message.to)


def phone_of(message: Message, /) -> Phone | Rejected:
    """Return the number of an SMS, judged anew."""
    match message.to:
        case Email():
            return Rejected(reason="this notifier sends SMS, and the message has an e-mail address")
        case Phone(e164=e164):
            try:
                phone = Phone.parse(e164)
            except InvalidValue as invalid:
                return Rejected(reason=f"the phone number cannot be written to: {invalid.problem}")
            return phone if phone.e164 == e164 else Rejected(reason="the phone number is not in E.164")
        case _:
            assert_never(message.to)
