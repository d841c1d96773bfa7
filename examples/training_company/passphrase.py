"""The passwords that the invented people choose: four words each. A demo has to know them; a host never does."""

from __future__ import annotations

import hashlib
from typing import Final

from subaccounts import Secret

_WORDS: Final = (
    "amber", "basket", "candle", "dolphin", "ember", "feather", "granite", "harvest",
    "island", "juniper", "kettle", "lantern", "meadow", "nutmeg", "orchard", "pebble",
)  # fmt: skip


def passphrase(login: str, *, choice: int = 1) -> Secret:
    """Return a person's first, second, ... password: the same in every run."""
    digest = hashlib.sha256(f"{choice} {login}".encode()).digest()
    return Secret(" ".join(_WORDS[byte % len(_WORDS)] for byte in digest[:4]))
