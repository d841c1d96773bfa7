"""Our own hasher, key ring and source of randomness keep their contracts."""

from __future__ import annotations

from typing import Any, ClassVar

import argon2.low_level
import pytest

from subaccounts.hashing import ASVS_FLOOR, Argon2Hasher, AsyncArgon2Hasher, HashingPool
from subaccounts.keys import KeyRing
from subaccounts.system import SystemEntropy
from subaccounts.testing import CHEAPEST, EntropyContract, HasherContract, KeysContract
from subaccounts.testing.contracts.bridge import Color

RING = KeyRing.in_memory(b"r" * 32)


class TestArgon2Hasher(HasherContract):
    """Argon2id keeps the contract of hashers; its work is counted where argon2 is called."""

    hashes = 0

    @pytest.fixture(autouse=True)
    def count(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Count every call of Argon2 itself."""
        compute = argon2.low_level.hash_secret_raw

        def counted(*args: Any, **kwargs: Any) -> bytes:
            self.hashes += 1
            return compute(*args, **kwargs)

        monkeypatch.setattr(argon2.low_level, "hash_secret_raw", counted)

    def open(self) -> Any:
        """Open the cheapest one."""
        return Argon2Hasher(profile=CHEAPEST)

    def other(self) -> Any:
        """Open one with the least that production takes."""
        return Argon2Hasher(profile=ASVS_FLOOR)

    def narrow(self) -> Any:
        """Open one with one worker and one place to wait."""
        return Argon2Hasher(profile=CHEAPEST, pool=HashingPool(workers=1, queue=1))

    def work(self, hasher: Any, /) -> int:
        """Return how often Argon2 was computed."""
        return self.hashes


class TestAsyncArgon2Hasher(TestArgon2Hasher):
    """So does its async twin."""

    color: ClassVar[Color] = "async"

    def open(self) -> Any:
        """Open the cheapest one, without pepper."""
        return AsyncArgon2Hasher(profile=CHEAPEST, keys=RING, pepper=False)

    def other(self) -> Any:
        """Open one with a pepper."""
        return AsyncArgon2Hasher(profile=CHEAPEST, keys=RING)

    def narrow(self) -> Any:
        """Open one with one worker and one place to wait."""
        return AsyncArgon2Hasher(profile=CHEAPEST, pool=HashingPool(workers=1, queue=1))


class TestKeyRing(KeysContract):
    """The key ring keeps the contract of keys, in a file."""

    def open(self) -> KeyRing:
        """Open the ring of this test."""
        return KeyRing.open(self.folder / "portal.keys")

    def reopen(self, keys: Any, /) -> KeyRing:
        """Read the file again."""
        return self.open()

    def other(self) -> KeyRing:
        """Open a ring of another deployment."""
        return KeyRing.in_memory(b"x" * 32)


class TestSystemEntropy(EntropyContract):
    """The source of randomness that hosts get keeps the contract of entropy."""

    def open(self) -> SystemEntropy:
        """Open one."""
        return SystemEntropy()
