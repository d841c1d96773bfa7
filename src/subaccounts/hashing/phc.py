"""Argon2id hashes as text: read strictly, so that nothing found in a database is obeyed before it is judged.

What belongs here: the PHC string format for Argon2id version 19, as the reference implementation writes it. Other
algorithms, other versions (`v=16`), Argon2i and Argon2d are not read; computing is `argon2`.
"""

from __future__ import annotations

import base64
import re
from typing import Self

from attrs import field, frozen

_SHAPE = re.compile(
    r"\$argon2id\$v=19\$m=([1-9][0-9]{0,9}),t=([1-9][0-9]{0,9}),p=([1-9][0-9]{0,7})"
    r"\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})",
    re.ASCII,
)
"""Salts of 8 to 64 bytes (RFC 9106 section 3.1 recommends 16), tags of 16 to 64; both bounded before they are decoded."""


@frozen(kw_only=True)
class Encoded:
    """Hold the parts of one Argon2id hash; salt and tag are never shown in a repr."""

    memory_kib: int
    rounds: int
    lanes: int
    salt: bytes = field(repr=False)
    tag: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a hash, or return None for whatever is not one, to the last bit of its encoding."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            return None
        memory_kib, rounds, lanes = (int(number) for number in found.group(1, 2, 3))
        salt, tag = (_decoded(part) for part in found.group(4, 5))
        if salt is None or tag is None or memory_kib < 8 * lanes:  # RFC 9106 section 3.1: at least 8 KiB for each lane
            return None
        return cls(memory_kib=memory_kib, rounds=rounds, lanes=lanes, salt=salt, tag=tag)

    @property
    def work(self) -> int:
        """Return what computing it costs, in KiB written: memory times rounds."""
        return self.memory_kib * self.rounds

    def text(self) -> str:
        """Write the hash as the reference implementation does."""
        parameters = f"m={self.memory_kib},t={self.rounds},p={self.lanes}"
        return f"$argon2id$v=19${parameters}${_encoded(self.salt)}${_encoded(self.tag)}"


def _encoded(part: bytes) -> str:
    return base64.b64encode(part).decode("ascii").rstrip("=")


def _decoded(part: str) -> bytes | None:
    if len(part) % 4 == 1:
        return None
    decoded = base64.b64decode(part + "=" * (-len(part) % 4))
    # The last letter can carry bits that decode to nothing: two texts for one hash, and we write only one of them.
    return decoded if _encoded(decoded) == part else None
