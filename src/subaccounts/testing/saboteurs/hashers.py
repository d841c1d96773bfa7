"""Hashers that break the clauses of `Hasher`, H1 to H4. What they hash with is no more than a stand-in itself."""

from __future__ import annotations

import re
import threading

from ...domain.password import PasswordHash
from ...domain.secret import Secret
from ...errors import Busy
from ..hashers import CheapHasher, CountingHasher
from .saboteur import breaks


class BrokenHasher:
    """Be a cheap hasher whose work is counted; a subclass makes one thing wrong."""

    def __init__(self) -> None:
        self.inner: CountingHasher = CountingHasher()

    @property
    def work(self) -> int:
        """Return how many hashes were computed."""
        return self.inner.work

    def other(self) -> object:
        """Return a hasher with other parameters."""
        return CheapHasher(generation=2)

    def narrow(self) -> object:
        """Return no hasher with little room; only who breaks H4 has one."""
        return None

    def hash(self, password: Secret, /) -> PasswordHash:
        """Hash as it should be."""
        return self.inner.hash(password)

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        """Match as it should be."""
        return self.inner.matches(password=password, stored=stored)

    def needs_rehash(self, stored: PasswordHash, /) -> bool:
        """Judge as it should be."""
        return self.inner.needs_rehash(stored)


@breaks("H1")
class CutsAtSeventyTwo(BrokenHasher):
    """Hashes the first 72 characters, as bcrypt does with bytes."""

    def hash(self, password: Secret, /) -> PasswordHash:
        return self.inner.hash(Secret(password.reveal()[:72]))

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        return self.inner.matches(password=Secret(password.reveal()[:72]), stored=stored)


@breaks("H1")
class TellsFormsApart(BrokenHasher):
    """Hashes what the keyboard sent, so that the same letters from another keyboard are wrong."""

    def hash(self, password: Secret, /) -> PasswordHash:
        return self.inner.hash(_as_typed(password))

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        return self.inner.matches(password=_as_typed(password), stored=stored)


@breaks("H1")
class SparesTheWorkForNobody(BrokenHasher):
    """Answers at once when nothing is stored: whoever has a watch learns who exists."""

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        return False if stored is None else self.inner.matches(password=password, stored=stored)


@breaks("H1", also=dict.fromkeys(("H2", "H3"), "whatever a stored text is, `matches` is who says so"))
class MatchesWithACoroutine(BrokenHasher):
    """Is plain, and async where it matters: `if hasher.matches(...)` lets everybody in."""

    async def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:  # type: ignore[override]  # the mistake
        return self.inner.matches(password=password, stored=stored)


@breaks("H2")
class RaisesOverRubbish(BrokenHasher):
    """Raises its library's error for what is no hash."""

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        if stored is not None and not stored.encoded.startswith("cheap$"):
            raise ValueError("hash could not be identified")
        return self.inner.matches(password=password, stored=stored)


@breaks("H2")
class MatchesPlainText(BrokenHasher):
    """Takes a stored text that is no hash for the password itself, as an old system left it."""

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        plain = stored is not None and stored.encoded == password.reveal()
        return self.inner.matches(password=password, stored=stored) or plain


@breaks("H2")
class ObeysABomb(BrokenHasher):
    """Takes as much memory as a stored hash asks for."""

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        asked = re.findall(r"[=$](\d{7,})[,$]", stored.encoded) if stored else []
        if asked:
            raise MemoryError(f"{max(map(int, asked))} KiB or rounds")
        return self.inner.matches(password=password, stored=stored)


@breaks("H3")
class NeverWantsAnother(BrokenHasher):
    """Keeps every hash that matches, whatever its parameters."""

    def needs_rehash(self, _: PasswordHash, /) -> bool:
        return False


@breaks("H3")
class AlwaysWantsAnother(BrokenHasher):
    """Makes every hash anew, at every sign-in."""

    def needs_rehash(self, _: PasswordHash, /) -> bool:
        return True


@breaks("H4")
class IsNeverBusy(BrokenHasher):
    """Lets everybody wait, until the machine swaps."""

    def narrow(self) -> object:
        return type(self)()


@breaks("H4")
class ForgetsToMakeRoom(BrokenHasher):
    """Gives out places and takes none back: after the first crowd it is busy for good."""

    def __init__(self, places: float = float("inf")) -> None:
        super().__init__()
        self.places: float = places
        self.lock: threading.Lock = threading.Lock()

    def narrow(self) -> object:
        return type(self)(2)

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        with self.lock:
            if self.places < 1:
                raise Busy
            self.places -= 1
        return self.inner.matches(password=password, stored=stored)


def _as_typed(password: Secret) -> Secret:
    """Return the password so that no normalization changes it any more."""
    text = password.reveal()
    return password if text.isascii() else Secret(ascii(text))
