"""Signatures that tell a receiver who sent a message and when: Standard Webhooks 1.0, symmetric.

A receiver checks them with any library of that name, and against replay by the time it was given.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final, final

from ..domain.secret import Secret

PREFIX: Final = "whsec_"
SHORTEST_KEY: Final = 24
"""Bytes a signing key has at least (Standard Webhooks, *Signature scheme*)."""
LONGEST_KEY: Final = 64
"""Bytes a signing key has at most (the same section)."""


@final
class Signer:
    """Sign with every key there is: while keys change, old and new are both right.

    Keys are written `whsec_` and the base64 of 24 to 64 random bytes. Raises ValueError for others, without repeating
    them, and for none at all.
    """

    __slots__ = ("_keys",)

    def __init__(self, secrets: Sequence[Secret], /) -> None:
        self._keys = tuple(map(_key, secrets))
        if not self._keys:
            raise ValueError("at least one key is needed to sign with")

    def __repr__(self) -> str:
        return "Signer(****)"

    def headers(self, *, id: str, at: datetime, body: bytes) -> tuple[tuple[str, str], ...]:  # noqa: A002 - what it is
        """Return the header fields that sign a body; `id` has no dot in it."""
        moment = str(int(at.timestamp()))
        signed = b".".join((id.encode("ascii"), moment.encode("ascii"), body))
        signatures = (base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii") for key in self._keys)
        return (
            ("webhook-id", id),
            ("webhook-timestamp", moment),
            ("webhook-signature", " ".join(f"v1,{each}" for each in signatures)),
        )


def _key(secret: Secret) -> bytes:
    written = secret.reveal().removeprefix(PREFIX)
    try:
        key = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.reveal().startswith(PREFIX) or not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise ValueError(f"a signing key is {PREFIX} and the base64 of {SHORTEST_KEY} to {LONGEST_KEY} bytes")
    return key
