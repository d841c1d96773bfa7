"""The hasher: Argon2id in the hashing room, the same cost on every path, and nothing accepted by accident.

What belongs here: making, verifying and judging stored hashes. How much work that is says `profile`, how a stored hash
is read says `phc`, how many at once says `pool`, what older systems stored is read by `legacy`.

Argon2id is computed and compared here instead of asking argon2-cffi to verify: what is found in a stored hash is read
by our own strict reader, bounded, and only then obeyed (a hash with m=4 GiB makes `argon2.verify` allocate it).
"""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Final, TypeVar, final

from attrs import evolve

from ..domain.password import PasswordHash
from ..domain.password_policy import normalized
from ..domain.secret import Secret
from ..errors import BrokenPort, KeyRingFailed
from ..ports import Keys
from .legacy import DjangoPBKDF2, LegacyVerifier
from .phc import Encoded
from .pool import HashingPool
from .profile import RFC_9106_LOW_MEMORY, SALT_BYTES, TAG_BYTES, HashingProfile

R = TypeVar("R")
CEILING_KIB: Final = 256 * 1024
"""KiB that a stored hash can ask for: 256 MiB."""
CEILING_ROUNDS: Final = 20
"""Rounds that a stored hash can ask for."""
CEILING_LANES: Final = 16
"""What a stored hash can make us spend: 256 MiB, 20 rounds, 16 lanes. A profile that needs more memory raises the
first for its own hasher. Beyond the ceiling a hash matches nothing."""
PEPPER: Final = "pepper"
"""The purpose under which the key ring derives, so that a pepper is no code and a code no pepper."""
_log = logging.getLogger(__name__)


class _Argon2Room:
    """Hold the choices of a hasher and do its work; `_made` and `_found` run on a worker of the pool."""

    def __init__(
        self,
        *,
        profile: HashingProfile = RFC_9106_LOW_MEMORY,
        pool: HashingPool | None = None,
        keys: Keys | None = None,
        pepper: bool = True,
        legacy: Sequence[LegacyVerifier] = (DjangoPBKDF2(),),
    ) -> None:
        self._profile = profile
        self._pool = pool
        self._keys = keys
        self._pepper_ring = keys if pepper else None
        self._legacy = tuple(legacy)
        self._dummy = Encoded(
            memory_kib=profile.memory_kib,
            rounds=profile.rounds,
            lanes=profile.lanes,
            salt=os.urandom(SALT_BYTES),
            tag=bytes(TAG_BYTES),
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}(profile={self._profile}, peppered={self._pepper_ring is not None})"

    def _submit(self, job: Callable[[], R]) -> Future[R]:
        return (self._pool or HashingPool.shared()).submit(job)

    def _pepper(self) -> str | None:
        return None if self._pepper_ring is None else self._pepper_ring.current

    def _made(self, password: Secret) -> PasswordHash:
        pepper = self._pepper()
        shape = evolve(self._dummy, salt=os.urandom(SALT_BYTES))
        tag = _computed(shape, self._material(normalized(password), pepper))
        if tag is None:
            raise BrokenPort(port="hasher", problem="Argon2 could not compute, most likely for lack of memory")
        return PasswordHash(encoded=evolve(shape, tag=tag).text(), pepper=pepper)

    def _found(self, password: Secret, stored: PasswordHash | None) -> bool:
        text = normalized(password)
        encoded = None if stored is None else Encoded.parse(stored.encoded)
        if stored is None or (encoded is not None and not self._bearable(encoded)):
            return self._nothing(text)
        if encoded is None:
            return self._found_legacy(password, stored) or self._nothing(text)
        try:
            material = self._material(text, stored.pepper)
        except KeyRingFailed:
            self._nothing(text)  # or the time would tell whose key is gone, also where nothing else does
            raise
        tag = _computed(encoded, material)
        if tag is not None and hmac.compare_digest(tag, encoded.tag):
            return True
        # What is cheaper than a hash of today is made up for, or its failure would tell an old row from no row. What is dearer,
        # or of an older system, can be told by the time until its first right sign-in replaced it.
        return self._nothing(text, done=encoded.work if tag is not None else 0)

    def _found_legacy(self, password: Secret, stored: PasswordHash) -> bool:
        if stored.pepper is not None:  # no older system knew our key ring
            return False
        for verifier in self._legacy:
            try:
                # `is True`: a verifier that answers anything else, a coroutine say, has not said yes.
                if verifier.recognizes(stored.encoded) is True:
                    return verifier.matches(password=password, encoded=stored.encoded) is True
            except Exception as error:  # noqa: BLE001  # a verifier that fails has not said yes (ASVS 11.2.5)
                # The error's own words stay out of the log: they are the host's, and could quote the password.
                _log.warning("%s failed with %s", type(verifier).__name__, type(error).__name__)
                return False
        return False

    def _nothing(self, text: str, *, done: int = 0) -> bool:
        """Do the work of one hash of today, but for what was `done` of it, and answer False."""
        left = self._profile.work - done
        if left > 0:
            _computed(self._dummy_of(left), self._material(text, self._pepper()))
        return False

    def _dummy_of(self, work: int) -> Encoded:
        """Return parameters that cost so much: memory times rounds is what the time goes by, whichever of them it is."""
        rounds = -(-work // self._profile.memory_kib)
        least = 8 * self._profile.lanes  # RFC 9106 section 3.1
        return evolve(self._dummy, memory_kib=max(work // rounds, least), rounds=rounds)

    def _bearable(self, encoded: Encoded) -> bool:
        return (
            encoded.memory_kib <= max(CEILING_KIB, self._profile.memory_kib)
            and encoded.rounds <= CEILING_ROUNDS
            and encoded.lanes <= CEILING_LANES
        )

    def _material(self, text: str, pepper: str | None) -> bytes:
        """Return what Argon2 is fed: the text in UTF-8, or its HMAC under the pepper with this id."""
        if pepper is None:
            return text.encode()
        if self._keys is None:
            raise KeyRingFailed(problem="missing", detail=pepper)
        return self._keys.derive(purpose=PEPPER, parts=(text,), key=pepper)

    def _outdated(self, stored: PasswordHash) -> bool:
        encoded = Encoded.parse(stored.encoded)
        today = None if encoded is None else evolve(self._dummy, salt=encoded.salt, tag=encoded.tag)
        sizes = None if encoded is None else (len(encoded.salt), len(encoded.tag))
        return encoded != today or sizes != (SALT_BYTES, TAG_BYTES) or stored.pepper != self._pepper()


def _computed(shape: Encoded, material: bytes) -> bytes | None:
    """Compute the Argon2id tag of this shape; None when Argon2 gives up, which is never taken for a match."""
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        return hash_secret_raw(
            material,
            shape.salt,
            time_cost=shape.rounds,
            memory_cost=shape.memory_kib,
            parallelism=shape.lanes,
            hash_len=len(shape.tag),
            type=Type.ID,
            version=19,
        )
    except (HashingError, MemoryError) as error:
        _log.warning("Argon2 gave up with %s", type(error).__name__)
        return None


@final
class Argon2Hasher(_Argon2Room):
    """Hash with Argon2id and verify what Argon2id or an older system made; the `Hasher` port.

    `profile` is what a new hash costs. `pool` bounds how many are computed at once, by default the one of the process.
    With `keys` each password is first mixed with a key of the ring (a pepper: a stolen table alone cannot be
    searched); `pepper=False` still reads what was made so and makes new hashes without. `legacy` verifies older ones.

    Each call of `matches` does at least the work of one hash of today unless the password is right, and as good as no more
    but for a stored hash that itself costs more, or is an older system's. Raises `Busy` when too many wait, and, after that
    work, `KeyRingFailed` (`missing`) when the pepper of a stored hash is not there: nobody signs in by it until it is back.
    """

    def hash(self, password: Secret, /) -> PasswordHash:
        """Hash the NFC form of a password with a fresh salt; `BrokenPort` when the machine lacks the memory."""
        return self._submit(partial(self._made, password)).result()

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        """Say whether the password made this hash; False, at the same cost, for None and for what is no hash."""
        return self._submit(partial(self._found, password, stored)).result()

    def needs_rehash(self, stored: PasswordHash, /) -> bool:
        """Say whether a hash was made with other parameters, by another scheme or with another pepper than now."""
        return self._outdated(stored)


@final
class AsyncArgon2Hasher(_Argon2Room):
    """Do what `Argon2Hasher` does, awaitably: the event loop goes on while a worker computes.

    A task that is cancelled while it waits gives its place back; what a worker has begun it ends.
    """

    async def hash(self, password: Secret, /) -> PasswordHash:
        """Hash a password as `Argon2Hasher.hash` does."""
        return await _awaited(self._submit(partial(self._made, password)))

    async def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        """Say whether the password made this hash, as `Argon2Hasher.matches` does."""
        return await _awaited(self._submit(partial(self._found, password, stored)))

    async def needs_rehash(self, stored: PasswordHash, /) -> bool:
        """Say whether the hash is of yesterday, as `Argon2Hasher.needs_rehash` does."""
        return self._outdated(stored)


async def _awaited(future: Future[R]) -> R:
    import asyncio  # a plain host pays nothing for it

    return await asyncio.wrap_future(future)
