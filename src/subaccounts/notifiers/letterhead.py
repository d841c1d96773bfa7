"""What all mails of a host have in common: who they come from. How one is written is `_mail`."""

from __future__ import annotations

from typing import Final, final

from attrs import frozen

from ..domain.email import Email
from ..domain.text import clean_text
from ..errors import InvalidValue
from ._sendable import ENCODED_WORD

LONGEST_SENDER_NAME: Final = 100
"""Code points of the name that mails come from."""


@final
@frozen(kw_only=True)
class Letterhead:
    """Hold who mails come from: an address, the name shown beside it, and where answers go if not there.

    `domain` is what the host answers for in `Message-ID`, the sender's unless told otherwise. Raises ValueError for a name
    that cannot be shown on one line, and for what is no domain.
    """

    sender: Email
    name: str = ""
    reply_to: Email | None = None
    domain: str = ""

    def __attrs_post_init__(self) -> None:
        if any(ENCODED_WORD in each.text for each in (self.sender, self.reply_to or self.sender)):
            raise ValueError("this cannot stand at the head of a mail: readers would decode a part of the address")
        try:
            of_sender, _ = ascii_domain(self.sender), self.reply_to and ascii_domain(self.reply_to)
            domain = ascii_domain(Email.parse(f"id@{self.domain}")) if self.domain else of_sender
            name = clean_text(self.name, field="name", longest=LONGEST_SENDER_NAME, shortest=0)
        except InvalidValue as invalid:
            raise ValueError(f"this cannot stand at the head of a mail: {invalid}") from None
        object.__setattr__(self, "domain", domain)
        object.__setattr__(self, "name", name)


def ascii_domain(address: Email, /) -> str:
    """Return the domain of an address in its ASCII form (RFC 5890 2.3.2.1 A-labels), which every server takes."""
    labels = Email.parse(address.text).key.rpartition("@")[2].split(".")
    return ".".join(label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii") for label in labels)
