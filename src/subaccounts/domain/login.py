"""The login an administrator gives a person. How it is compared is `sign_in_key`; what it must not look like,
`confusables`; that nobody else in the realm holds it, storage."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Self, final

from attrs import frozen

from ..errors import InvalidValue
from .confusables import mixes_scripts, skeleton
from .sign_in_key import sign_in_key

_SEAMS: Final = re.compile("[@.]")
"""Between the parts of an address a script may change: a Cyrillic mailbox under a Latin domain is ordinary."""


@final
@frozen(kw_only=True)
class Login:
    """Hold a login as typed, with the key it is unique by and the skeleton of its looks.

    `unicode_version` names the tables that made the key (RFC 8264 13): later ones accept more letters, and one has
    given old letters a lower case (Cherokee, Unicode 8), so that a key must say which made it.
    """

    text: str
    key: str
    skeleton: str
    unicode_version: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a login: up to 64 code points by RFC 8265 UsernameCaseMapped, in one script; or an e-mail address.

        Nothing is stripped or mended: a login with a space at its end is refused, not changed. Raises `InvalidValue`:
        `not_text`, `too_long`, `empty`, `surrogate`, `control`, `bidi`, `invisible`, `unassigned`, `characters`,
        `mixed_scripts`, and `syntax` for a text with an at sign that is no e-mail address.
        """
        key = sign_in_key(text)
        if not key.isascii():
            parts = _SEAMS.split(key) if "@" in key else [key]
            if any(mixes_scripts(part) for part in parts):
                raise InvalidValue(field="login", problem="mixed_scripts")
        return cls(text=text, key=key, skeleton=skeleton(key), unicode_version=unicodedata.unidata_version)
