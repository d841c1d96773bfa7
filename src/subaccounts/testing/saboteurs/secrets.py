"""Key rings and sources of identifiers that break the clauses of `Keys` (K1 to K4) and `Entropy` (E1, E2)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from ...errors import KeyRingFailed
from ...keys import KeyRing
from ...system import SystemEntropy
from ..entropy import CountingEntropy
from .saboteur import breaks


class BrokenKeys:
    """Be a key ring in memory; a subclass makes one thing wrong."""

    def __init__(self, secret: bytes = b"r" * 32, /) -> None:
        self.inner: KeyRing = KeyRing.in_memory(secret)

    def other(self) -> object:
        """Return the ring of another deployment."""
        return type(self)(b"x" * 32)

    def rotate(self, *, now: datetime) -> str:
        """Rotate as it should be."""
        return self.inner.rotate(now=now)

    @property
    def ring(self) -> str:
        """Say which ring it is, as it should be."""
        return self.inner.ring

    @property
    def generation(self) -> int:
        """Say how far it was advanced, as it should be."""
        return self.inner.generation

    def reload(self) -> None:
        """Read it again as it should be."""
        self.inner.reload()

    def advance(self, *, to: int) -> int:
        """Advance as it should be."""
        return self.inner.advance(to=to)

    @property
    def current(self) -> str:
        """Say which key is the current one, as it should be."""
        return self.inner.current

    def derive(self, *, purpose: str, parts: Sequence[str], key: str | None = None) -> bytes:
        """Derive as it should be."""
        return self.inner.derive(purpose=purpose, parts=parts, key=key)


@breaks("K1")
class NamesItselfAfterItsKey(BrokenKeys):
    """Says another name after every rotation, and the store takes it for another deployment's."""

    @property
    def ring(self) -> str:
        return self.inner.current


@breaks("K1")
class HasTheNameOfAllRings(BrokenKeys):
    """Says the same name in every deployment, and a copy of the store is nobody's."""

    @property
    def ring(self) -> str:
        return "keys"


@breaks("K2")
class RunsPartsTogether(BrokenKeys):
    """Joins the parts before it hashes them: `ab`, `c` is `a`, `bc`."""

    def derive(self, *, purpose: str, parts: Sequence[str], key: str | None = None) -> bytes:
        return self.inner.derive(purpose=purpose, parts=("".join(parts),), key=key)


@breaks("K2")
class ForgetsThePurpose(BrokenKeys):
    """Derives the same for every purpose: a code for one door opens another."""

    def derive(self, *, purpose: str, parts: Sequence[str], key: str | None = None) -> bytes:
        return self.inner.derive(purpose=purpose[:0] + "any", parts=parts, key=key)


@breaks("K3")
class TakesTheCurrentKeyInstead(BrokenKeys):
    """Answers under the current key when it does not have the one it was asked for."""

    def derive(self, *, purpose: str, parts: Sequence[str], key: str | None = None) -> bytes:
        try:
            return self.inner.derive(purpose=purpose, parts=parts, key=key)
        except KeyRingFailed:
            return self.inner.derive(purpose=purpose, parts=parts)


@breaks("K3")
class NamesNoKey(BrokenKeys):
    """Says that a key is missing and not which, so that what a retired key killed looks like a ring that fails."""

    def derive(self, *, purpose: str, parts: Sequence[str], key: str | None = None) -> bytes:
        try:
            return self.inner.derive(purpose=purpose, parts=parts, key=key)
        except KeyRingFailed as failed:
            raise KeyRingFailed(problem=failed.problem) from None


@breaks("K4")
class CountsFromZero(BrokenKeys):
    """Begins at 0, and the first store beside it is one ahead already."""

    @property
    def generation(self) -> int:
        return self.inner.generation - 1


@breaks("K4")
class NeverGoesOn(BrokenKeys):
    """Answers the generation it began with, and takes every older store for its own."""

    @property
    def generation(self) -> int:
        return 1


@breaks("K4")
class FallsBackWhenRead(BrokenKeys):
    """Begins anew when it is read again."""

    def reload(self) -> None:
        self.inner: KeyRing = KeyRing.in_memory(b"r" * 32)


class BrokenEntropy:
    """Be the system's source of identifiers; a subclass makes one thing wrong."""

    def __init__(self) -> None:
        self.inner: SystemEntropy = SystemEntropy()

    def identifier(self, at: datetime, /) -> str:
        """Make an identifier as it should be."""
        return self.inner.identifier(at)

    def token(self) -> str:
        """Make a token as it should be."""
        return self.inner.token()


@breaks("E1")
class MakesRandomIdentifiers(BrokenEntropy):
    """Makes UUIDs of version 4, in no order."""

    def identifier(self, _: datetime, /) -> str:
        return str(uuid.uuid4())


@breaks("E1")
class MakesOneAMillisecond(BrokenEntropy):
    """Makes an identifier of the time alone: two people added at once get the same."""

    def identifier(self, at: datetime, /) -> str:
        return CountingEntropy().identifier(at)


@breaks("E2")
class DrawsHalfATokenAnew(BrokenEntropy):
    """Writes a token of which one half never changes."""

    def token(self) -> str:
        return self.inner.token()[:16] + "0" * 16


@breaks("E2")
class RepeatsAfterARestart(BrokenEntropy):
    """Counts instead of drawing lots, the same in every process."""

    def __init__(self) -> None:
        super().__init__()
        self.counting: CountingEntropy = CountingEntropy()

    def token(self) -> str:
        return self.counting.token()
