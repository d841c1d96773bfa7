"""Hashes made by what the host used before: verified once, and replaced by Argon2id at that sign-in.

What belongs here: verifiers that need nothing but the standard library. They only verify; no new hash is made so.
A verifier bounds the cost it finds inside a stored hash before it obeys it, and never raises for a strange one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Protocol, final

from ..domain.secret import Secret

MOST_ITERATIONS = 2_000_000
"""Django 6.0 makes 1,200,000; twenty times the work of a sign-in would be a lever for whoever writes to the table."""


class LegacyVerifier(Protocol):
    """Verify the hashes of one older scheme.

    1. `recognizes` says whether the text has the scheme's format and costs within bounds; it computes no hash.
    2. `matches` is asked only about texts that `recognizes` accepted, with the password exactly as it was received:
       the older system did not normalize it. It returns True for the right password and False for any other.
    3. Both are plain functions without a state of their own: they are called from several threads.
    """

    def recognizes(self, encoded: str, /) -> bool:
        """Say whether this verifier reads such a hash."""
        ...

    def matches(self, *, password: Secret, encoded: str) -> bool:
        """Say whether the hash was made from this password."""
        ...


@final
class DjangoPBKDF2:
    """Verify `pbkdf2_sha256$iterations$salt$hash`, the default of Django since 1.4; up to 2,000,000 iterations."""

    _SHAPE = re.compile(r"pbkdf2_sha256\$([1-9][0-9]{0,6})\$([!-#%-~]{1,128})\$([A-Za-z0-9+/]{43}=)", re.ASCII)

    def recognizes(self, encoded: str, /) -> bool:
        """Say whether this is Django's PBKDF2 with SHA-256 and a bearable number of iterations."""
        found = self._SHAPE.fullmatch(encoded)
        return found is not None and int(found[1]) <= MOST_ITERATIONS

    def matches(self, *, password: Secret, encoded: str) -> bool:
        """Compute the hash again and compare in constant time; False for a hash that `recognizes` does not accept."""
        if not self.recognizes(encoded):
            return False
        _, iterations, salt, tag = encoded.split("$")
        computed = hashlib.pbkdf2_hmac("sha256", password.reveal().encode(), salt.encode(), int(iterations))
        return hmac.compare_digest(base64.b64encode(computed), tag.encode())
