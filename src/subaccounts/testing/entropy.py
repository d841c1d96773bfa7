"""Identifiers and tokens that count instead of being random, so that a test can be repeated. Never for production."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime
from typing import final


@final
class CountingEntropy:
    """Make valid UUIDv7 texts and tokens, the same ones in every run; it fulfills the port `Entropy`.

    `seed` tells two sources in one test apart: sources of different seeds never answer the same. Threads can share one.
    """

    def __init__(self, seed: int = 0, /) -> None:
        self._seed = seed
        self._identifiers = itertools.count(1)
        self._tokens = itertools.count(1)

    def identifier(self, at: datetime, /) -> str:
        """Return the next UUIDv7 (RFC 9562 5.7): 48 bits of milliseconds, then 12 of the seed, then a counter."""
        milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
        counter = next(self._identifiers) & (1 << 62) - 1
        number = milliseconds << 80 | 7 << 76 | (self._seed & 0xFFF) << 64 | 0b10 << 62 | counter
        digits = f"{number:032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def token(self) -> str:
        """Return the next 32 hexadecimal digits; they look random and are not."""
        text = f"{self._seed}/{next(self._tokens)}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]
