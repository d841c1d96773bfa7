"""The deployment's secret keys: one small file, from which every code, link and pepper is derived.

What belongs here: keys with ids, their rotation, the ring's generation, and `derive`, the only way to use a key. How the
file is read and replaced is `_key_file`; what a code looks like to a person, and when it ends, is not decided here, and
what a generation that does not fit means is `domain.generation`.

Losing the file kills every outstanding code and every peppered password; leaking it opens every outstanding code.
It is kept out of the database and out of its backups.
"""

from __future__ import annotations

import hmac
import os
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, Self, final

from attrs import evolve, frozen

from ._key_file import Key, Ring, Signature, create_file, read_file, replace_file
from .errors import KeyRingFailed


@frozen(kw_only=True)
class KeyFacts:
    """Say about one key what an operator needs to know and nothing that is secret."""

    id: str
    created: datetime
    """Aware UTC."""
    current: bool


@final
class KeyRing:
    """Derive secrets from the deployment's keys; share one ring between threads, and one file between processes.

    Build it with `open` or `in_memory`. A ring shows its id and the number of its keys, nothing else; it cannot be
    pickled, and a copy of it is itself.
    """

    __slots__ = ("__weakref__", "_lock", "_path", "_ring", "_signature", "_sub_keys")

    def __init__(self, ring: Ring, /, *, path: Path | None = None, signature: Signature | None = None) -> None:
        self._ring = ring
        self._path = path
        self._signature = signature
        self._sub_keys: dict[tuple[str, str], hmac.HMAC] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, create: bool = True) -> Self:
        """Read the ring at `path`; make the file, readable by its owner alone, when there is none.

        Of processes that make it at the same time one wins, and all of them get its ring. Raises `KeyRingFailed`:
        `missing` (no file, and `create` is false), `exposed` (its group or everybody has rights on it), `damaged`
        (not a key file, or not as it was written), `unreadable`, `unwritable`.
        """
        place = Path(path).absolute()
        if create and not os.path.lexists(place):
            create_file(place, Ring.fresh(now=datetime.now(UTC)))
        ring, signature = read_file(place)
        return cls(ring, path=place, signature=signature)

    @classmethod
    def in_memory(cls, secret: bytes, /) -> Self:
        """Make a ring of one key that dies with the process, for tests and throw-away runs.

        `secret` has at least 32 bytes, otherwise ValueError; the same bytes make a ring with the same ids.
        """
        return cls(Ring.of_secret(secret))

    @property
    def ring(self) -> str:
        """Return the random id of the ring, and so of the deployment; a store remembers it for `require`."""
        return self._ring.id

    @property
    def current(self) -> str:
        """Return the id of the key that new secrets are derived from."""
        return self._ring.current

    @property
    def generation(self) -> int:
        """Return how far the ring was advanced, from 1, as it was when the file was last read."""
        return self._ring.generation

    def facts(self) -> tuple[KeyFacts, ...]:
        """List the keys, oldest first."""
        ring = self._ring
        return tuple(KeyFacts(id=key.id, created=key.created, current=key.id == ring.current) for key in ring.keys)

    def require(self, ring_id: str, /) -> None:
        """Raise `KeyRingFailed` (`foreign`, naming both ids) when the store belongs to another ring."""
        if ring_id != self.ring:
            raise KeyRingFailed(problem="foreign", detail=f"the store belongs to ring {ring_id}, this is {self.ring}")

    def derive(self, *, purpose: str, parts: Sequence[str], key: str | None = None) -> bytes:
        """Return 32 secret bytes: HMAC-SHA-256 of `parts` under the key with this id, the current one by default.

        Each purpose has its own sub-key, and the parts are encoded with their lengths, so that no two different
        (purpose, parts) meet in one digest. What must be derived again later is derived with `key=ring.current`, and
        that id is stored with it. Raises `KeyRingFailed` (`missing`, with the key's id) when no such key is here; the
        file is read again first, in case another process rotated.
        """
        key_id = self._ring.current if key is None else key
        keyed = (self._sub_keys.get((key_id, purpose)) or self._sub_key(key_id, purpose)).copy()
        keyed.update(b"".join([len(text := part.encode()).to_bytes(8, "big") + text for part in parts]))
        return keyed.digest()

    def _sub_key(self, key_id: str, purpose: str) -> hmac.HMAC:
        if not (purpose.isascii() and purpose.isprintable() and purpose):
            raise ValueError("a purpose is a short word written in the code, in printable ASCII")
        key = self._ring.find(key_id) or self._after_reload(key_id)
        secret = hmac.digest(key.secret, b"subaccounts/1/" + purpose.encode("ascii"), "sha256")
        sub_key = hmac.new(secret, digestmod="sha256")  # keyed once and copied: a fifth less time for each
        with self._lock:
            if self._ring.find(key_id) is not None:  # a key retired meanwhile stays forgotten
                self._sub_keys[key_id, purpose] = sub_key
        return sub_key

    def _after_reload(self, key_id: str) -> Key:
        self.reload()
        key = self._ring.find(key_id)
        if key is None:
            raise KeyRingFailed(problem="missing", detail=key_id)
        return key

    def reload(self) -> None:
        """Read the file again if it changed since it was last read; do nothing for a ring in memory.

        Raises `KeyRingFailed`: as `open` does, and `foreign` when the file now holds another ring.
        """
        if self._path is None:
            return
        with self._lock:
            if self._signature == Signature.of(self._path):
                return
            ring, signature = read_file(self._path)
            self.require(ring.id)
            self._take(ring, signature)

    def _take(self, ring: Ring, signature: Signature | None) -> None:
        # The ring is swapped before the sub-keys: a thread between the two lines derives from the new ring or hits
        # a sub-key of the old one, and each of them was right a moment ago.
        self._ring, self._signature = ring, signature
        self._sub_keys = {}

    def rotate(self, *, now: datetime) -> str:
        """Add a key, make it the current one and return its id; the old keys stay readable until they are retired.

        `now` is aware UTC and becomes the key's creation time. Another process learns of the key when it meets its id
        or calls `reload`. Raises `KeyRingFailed` as `open` does; nothing changed then.
        """
        key = Key.fresh(now=now)
        self._change(lambda ring: evolve(ring, keys=(*ring.keys, key), current=key.id))
        return key.id

    def advance(self, *, to: int) -> int:
        """Advance the ring to the generation `to`, which every organization under it has answered; return where it is.

        A ring that is there already, or further, stays as it is: of several jobs at once each names where its own
        organizations are, and none goes ahead of another's. Raises ValueError for more than one step, which would leave
        organizations behind; `KeyRingFailed` as `open` does. Nothing changed then.
        """

        def advanced(ring: Ring) -> Ring:
            if to > ring.generation + 1:
                raise ValueError(f"the ring is at generation {ring.generation} and advances one step at a time")
            return evolve(ring, generation=max(to, ring.generation))  # another process can have been faster

        if to > self.generation:
            self._change(advanced)
        return self.generation

    def retire(self, key_id: str, /) -> None:
        """Remove an old key: what was derived from it is dead in this process at once, elsewhere after a `reload`.

        Raises `KeyRingFailed` (`missing`) for an unknown id, ValueError for the current key (rotate first).
        """

        def without(ring: Ring) -> Ring:
            if ring.find(key_id) is None:
                raise KeyRingFailed(problem="missing", detail=key_id)
            if key_id == ring.current:
                raise ValueError("the current key cannot be retired; rotate first")
            return evolve(ring, keys=tuple(key for key in ring.keys if key.id != key_id))

        self._change(without)

    def _change(self, change: Callable[[Ring], Ring]) -> None:
        def ours(ring: Ring) -> Ring:
            self.require(ring.id)
            return change(ring)

        with self._lock:
            if self._path is None:
                self._take(change(self._ring), None)
            else:
                self._take(*replace_file(self._path, ours))

    def __repr__(self) -> str:
        return f"KeyRing(id={self._ring.id!r}, keys={len(self._ring.keys)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key ring is not pickled; open its file where it is needed")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self
