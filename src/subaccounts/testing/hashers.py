"""Hashers for tests: quick, the same every time, and countable. None of this protects a password.

What belongs here: stand-ins for the `Hasher` port, and the door to Argon2 parameters below the floor. A test asserts
how much work a path did by counting calls, never by a stopwatch.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar, final

from ..domain.password import PasswordHash
from ..domain.password_policy import normalized
from ..domain.secret import Secret
from ..hashing.profile import HashingProfile
from ..ports import Hasher

H = TypeVar("H", bound=Hasher)
CHEAPEST: Final = HashingProfile._for_tests_only(memory_kib=8, rounds=1, lanes=1)  # noqa: SLF001  # this is the door
"""The least Argon2id can do, only for testing: real hashes, in tens of microseconds."""


@final
class CheapHasher:
    """Hash with one SHA-256 and no salt, only for testing: equal passwords have equal hashes.

    Another `generation` plays new parameters: it still reads the hashes of every other, and wants them made anew.
    """

    def __init__(self, *, generation: int = 1) -> None:
        self._generation = generation

    def hash(self, password: Secret, /) -> PasswordHash:
        """Hash the NFC form of the password."""
        return PasswordHash(encoded=f"cheap${self._generation}${_digest(password)}")

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        """Say whether the password made this hash; False for None and for what is no such hash."""
        digest = _digest(password)
        parts = stored.encoded.split("$") if stored is not None else []
        sound = len(parts) == 3 and parts[0] == "cheap" and parts[2].isascii()
        return sound and hmac.compare_digest(parts[2], digest)

    def needs_rehash(self, stored: PasswordHash, /) -> bool:
        """Say whether the hash is of another generation."""
        return not stored.encoded.startswith(f"cheap${self._generation}$") or stored.pepper is not None


@final
class CountingHasher:
    """Count the calls of another hasher, by default a cheap one, from however many threads.

    `hashes` and `matchings` are the calls so far, those that raised included; `work` is their sum. `reset` starts at
    zero again. `before`, when given, is called before each of them: to wait, to fail, to look around.
    """

    def __init__(self, hasher: Hasher | None = None, /, *, before: Callable[[], object] | None = None) -> None:
        self._hasher: Hasher = hasher if hasher is not None else CheapHasher()
        self._before = before
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Forget the calls so far."""
        self.hashes: int = 0
        self.matchings: int = 0

    @property
    def work(self) -> int:
        """Return how many calls there were that cost a hash."""
        return self.hashes + self.matchings

    def hash(self, password: Secret, /) -> PasswordHash:
        """Count, and hash."""
        with self._lock:
            self.hashes += 1
        if self._before is not None:
            self._before()
        return self._hasher.hash(password)

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        """Count, and match."""
        with self._lock:
            self.matchings += 1
        if self._before is not None:
            self._before()
        return self._hasher.matches(password=password, stored=stored)

    def needs_rehash(self, stored: PasswordHash, /) -> bool:
        """Ask the other hasher; this costs no hash and is not counted."""
        return self._hasher.needs_rehash(stored)


@final
class AsyncTestHasher(Generic[H]):
    """Give a plain test hasher the color of `AsyncHasher`; each call lets other tasks run first.

    `AsyncTestHasher(CountingHasher())` is the async twin of a counting hasher, and `plain` has its numbers.
    """

    def __init__(self, plain: H, /) -> None:
        self.plain = plain

    async def hash(self, password: Secret, /) -> PasswordHash:
        """Hash as the plain one does."""
        await _others_first()
        return self.plain.hash(password)

    async def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        """Match as the plain one does."""
        await _others_first()
        return self.plain.matches(password=password, stored=stored)

    async def needs_rehash(self, stored: PasswordHash, /) -> bool:
        """Judge as the plain one does."""
        return self.plain.needs_rehash(stored)


async def _others_first() -> None:
    import asyncio  # a plain test pays nothing for it

    await asyncio.sleep(0)


def _digest(password: Secret) -> str:
    return hashlib.sha256(normalized(password).encode()).hexdigest()
