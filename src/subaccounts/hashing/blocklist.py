"""The bundled list of common passwords, as digests in a file of this folder.

What belongs here: looking a password up. Which form of it is looked up is `password_policy.canonical`; how the list is
made, and of what, is `tools/build_blocklist.py`: Django's list and zxcvbn's, and the keyboard walks, repetitions and
decorated words that people reach for when many characters are asked.

It holds 91,328 passwords of at least 8 characters; 50,710 of them have at least 15. OWASP ASVS 5.0 (6.2.4) asks for 3,000
that the policy would let in.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from struct import Struct
from typing import Final, final

MAGIC: Final = b"subaccounts-1\0\0\0"
HEADER: Final = Struct(">16sII")
WIDTH: Final = 5
"""Bytes of SHA-256 kept of each: about one of ten million good passwords is refused by accident."""


@cache
def _table() -> bytes:
    return resources.files(__package__).joinpath("common_passwords.bin").read_bytes()


@final
class BundledBlocklist:
    """Know the passwords everybody tries first; the file is read with the first look."""

    def __contains__(self, text: str, /) -> bool:
        """Say whether the canonical password is on the list; never whether a part of it is."""
        wanted = hashlib.sha256(text.encode()).digest()[:WIDTH]
        table, low, high = _table(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            place = HEADER.size + middle * WIDTH
            if table[place : place + WIDTH] < wanted:
                low = middle + 1
            else:
                high = middle
        place = HEADER.size + low * WIDTH
        return table[place : place + WIDTH] == wanted

    def __len__(self) -> int:
        """Return how many passwords the list holds."""
        return int(HEADER.unpack_from(_table())[1])

    @property
    def long(self) -> int:
        """Return how many of them have at least 15 characters, the length that NIST SP 800-63B-4 asks for."""
        return int(HEADER.unpack_from(_table())[2])
