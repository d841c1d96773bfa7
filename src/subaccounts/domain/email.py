"""An e-mail address and the key it is found by. Whether anybody reads it is found out by writing to it."""

from __future__ import annotations

from typing import Self, final

from attrs import frozen

from ..errors import InvalidValue
from .sign_in_key import email_key


@final
@frozen(kw_only=True)
class Email:
    """Hold an address as typed, with the key it is compared by.

    Messages go to the stored `text` only, never to what somebody typed to ask for one: two mailboxes can share a key,
    and a reset once went to the wrong one (CVE-2019-19844).
    """

    text: str
    key: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an address of up to 254 octets; nothing is stripped.

        Raises `InvalidValue`: `not_text`, `too_long`, `empty`, `syntax`, and for letters no mailbox here can have
        `surrogate`, `control`, `bidi`, `invisible`, `unassigned`, `characters`.
        """
        return cls(text=text, key=email_key(text))

    @property
    def domain(self) -> str:
        """Return what follows the at sign, as addresses are compared: in lower case and not encoded."""
        return self.key.rpartition("@")[2]

    def is_mailbox(self, text: str, /) -> bool:
        """Tell whether a text is this very mailbox; a shared key is not enough.

        A domain is one however it is spelled; before the at sign the case of ASCII letters alone makes no difference.
        """
        try:
            other = Email.parse(text)
        except InvalidValue:
            return False
        return self.domain == other.domain and _local_part(self.text) == _local_part(text)

    @property
    def masked(self) -> str:
        """Return the address for eyes that should recognize and not learn it: `i***@example.com`.

        The stars are always three, so that the length is hidden too; a mailbox of one letter shows none.
        """
        local, _, domain = self.text.partition("@")
        return f"{local[0] if len(local) > 1 else ''}***@{domain}"


def _local_part(address: str) -> bytes:
    return address.partition("@")[0].encode().lower()
