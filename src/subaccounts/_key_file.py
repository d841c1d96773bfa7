"""The key file: what it holds, how it is read, and how it is replaced without a moment in which it is half-written.

What belongs here: the format `subaccounts-keys/1` and the file system. What the keys are for is `keys`.
No error of this file carries what it read: a parser's error keeps the whole text, which is all secrets.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from attrs import field, frozen

from .errors import KeyRingFailed

FORMAT = "subaccounts-keys/1"
KEY_BYTES = 32
"""As many as HMAC-SHA-256 can use (RFC 2104 section 3)."""
LARGEST_FILE = 1 << 20
"""Bytes; thousands of keys. A larger file is something else."""

FIRST_GENERATION = 1
"""Where a ring begins, and where every ring is whose file says nothing of it."""

_RING_ID = re.compile("[0-9a-f]{32}")


@frozen(kw_only=True)
class Key:
    """Hold one secret; its id is a fingerprint of it, so that a foreign key cannot come under a known id."""

    id: str
    created: datetime
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes, *, created: datetime) -> Self:
        """Name a secret by its fingerprint: 64 bits of SHA-256 with a prefix of its own."""
        if created.utcoffset() != timedelta(0):
            raise ValueError("the time of a key is aware and UTC")
        return cls(id=hashlib.sha256(b"subaccounts key id/" + secret).hexdigest()[:16], created=created, secret=secret)

    @classmethod
    def fresh(cls, *, now: datetime) -> Self:
        """Draw a new secret from the operating system."""
        return cls.of(secrets.token_bytes(KEY_BYTES), created=now)


@frozen(kw_only=True)
class Ring:
    """Hold the keys, oldest first, the ids of the ring and of its current key, and how far the ring was advanced."""

    id: str
    keys: tuple[Key, ...]
    current: str
    generation: int = FIRST_GENERATION

    @classmethod
    def fresh(cls, *, now: datetime) -> Self:
        """Make the ring of a new deployment."""
        key = Key.fresh(now=now)
        return cls(id=secrets.token_hex(16), keys=(key,), current=key.id)

    @classmethod
    def of_secret(cls, secret: bytes) -> Self:
        """Make a ring that is the same wherever the secret is; ValueError when it is too short to be one."""
        if len(secret) < KEY_BYTES:
            raise ValueError(f"a key has at least {KEY_BYTES} bytes")
        key = Key.of(bytes(secret), created=datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
        return cls(id=hashlib.sha256(b"subaccounts ring id/" + secret).hexdigest()[:32], keys=(key,), current=key.id)

    def find(self, key_id: str) -> Key | None:
        """Return the key with this id."""
        return next((key for key in self.keys if key.id == key_id), None)

    def text(self) -> str:
        """Write the ring down as the file holds it."""
        keys = [
            {"id": key.id, "created": key.created.isoformat(), "secret": base64.b64encode(key.secret).decode("ascii")}
            for key in self.keys
        ]
        whole: dict[str, object] = {"format": FORMAT, "id": self.id, "current": self.current, "keys": keys}
        if self.generation != FIRST_GENERATION:  # one way to write each ring, and the first files said nothing of it
            whole["generation"] = self.generation
        return json.dumps(whole, indent=1) + "\n"


@frozen(kw_only=True)
class Signature:
    """Tell one written file from the next without reading it: each replacement is a new inode or a new time."""

    inode: int
    changed: int
    size: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Look at the file at `path`."""
        try:
            return cls.seen(path.stat())
        except OSError as error:
            raise _failed(error, "unreadable", path) from None

    @classmethod
    def seen(cls, status: os.stat_result) -> Self:
        """Keep what matters of a stat result."""
        return cls(inode=status.st_ino, changed=status.st_mtime_ns, size=status.st_size)


def read_file(path: Path) -> tuple[Ring, Signature]:
    """Return the ring at `path` and the file's signature; rights and size are judged on the opened file itself."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise KeyRingFailed(problem="exposed", detail=f"{path} is not its owner's alone; chmod 600 mends it")
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise _failed(error, "unreadable", path) from None
    ring = _parsed(content)
    if ring is None:  # raised here, not where parsing failed: see the top of this file
        raise KeyRingFailed(problem="damaged", detail=str(path))
    return ring, Signature.seen(status)


def _parsed(content: bytes) -> Ring | None:
    if len(content) > LARGEST_FILE:
        return None
    try:
        found: Any = json.loads(content.decode("utf-8"))
        keys = tuple(
            Key.of(base64.b64decode(entry["secret"], validate=True), created=datetime.fromisoformat(entry["created"]))
            for entry in found["keys"]
        )
        generation = found.get("generation", FIRST_GENERATION)
        ring = Ring(id=found["id"], keys=keys, current=found["current"], generation=generation)
        # Exactly what we would write, or it was not we who wrote it: one comparison checks ids, sizes and strays.
        sound = (
            json.loads(ring.text()) == found
            and _RING_ID.fullmatch(found["id"]) is not None  # it is shown, so that nothing else can stand there
            and type(generation) is int  # in JSON 2.0 and 2 are equal, and true is 1
            and generation >= FIRST_GENERATION
            and ring.find(ring.current) is not None
            and len({key.id for key in keys}) == len(keys)
            and {len(key.secret) for key in keys} == {KEY_BYTES}
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return ring if sound else None


def create_file(path: Path, ring: Ring) -> None:
    """Put a new ring at `path` unless one is there: of several processes one wins, and none sees half a file."""
    try:
        with _written_beside(path, ring) as temporary, suppress(FileExistsError):
            # A rename would replace the winner's ring with ours; a link refuses.
            path.hardlink_to(temporary)
        _sync_folder(path)
    except OSError as error:
        raise _failed(error, "unwritable", path) from None


def replace_file(path: Path, change: Callable[[Ring], Ring]) -> tuple[Ring, Signature]:
    """Read, change and replace the ring, one process at a time; what `change` raises leaves the file as it was."""
    path = path.resolve()  # replace the file, not a link to it
    try:
        with _locked(path):
            ring = change(read_file(path)[0])
            with _written_beside(path, ring) as temporary:
                temporary.replace(path)
            _sync_folder(path)
            return ring, Signature.of(path)
    except OSError as error:
        raise _failed(error, "unwritable", path) from None


@contextmanager
def _written_beside(path: Path, ring: Ring) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(ring.text())
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)  # missing: it was renamed into its place


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the key file's own lock, so that two rotations at once cannot lose one another's key.

    Windows has no such lock: there rotation is left to one operator at a time.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    while True:
        with path.open("rb") as file:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                yield
                return
        # Somebody replaced the file while we waited for the old one: lock the new one.


def _sync_folder(path: Path) -> None:
    """Make the new name survive a power cut, where the file system offers that."""
    with suppress(OSError):  # the file is in its place already; failing now would say that it is not
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _failed(error: OSError, otherwise: str, path: Path) -> KeyRingFailed:
    problem = "missing" if isinstance(error, FileNotFoundError) else otherwise
    return KeyRingFailed(problem=problem, detail=f"{path}: {error.strerror or type(error).__name__}")
