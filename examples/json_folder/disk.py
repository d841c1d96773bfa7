"""How a drawer comes from the disk and gets there. It is where C1, C12 and C13 are kept, and Q4 and Q5."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from subaccounts.domain.decision import Batch
from subaccounts.domain.ids import OrganizationId
from subaccounts.domain.task import Leased
from subaccounts.errors import InvalidValue, OutcomeUnknown, StorageFailed
from subaccounts.wire import store_dumps, store_loads

from .drawer import Drawer

UNWRITTEN: Final = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "full"),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), "read_only"),
}
"""How the port calls what the system said when it would not write; whatever else it says is `unreachable`."""


class Disk:
    """Keep a drawer in each JSON file of a folder; write all of a batch or nothing."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # there are password hashes in it

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._folder)!r})"

    def commit(self, batch: Batch, /) -> None:
        """Write the batch: whoever has the lock reads what is there, judges by it, and puts the next file in its place."""
        try:
            with self._locked():
                self._write(self._read(batch.organization).after(batch))
        except OSError as error:
            raise self._failed(UNWRITTEN.get(error.errno or 0, "unreachable")) from error

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        """Take what is due, as a commit writes: under the lock, all or nothing."""
        try:
            with self._locked():
                drawer = self._read(organization)
                leased = drawer.leased(queue, now=now, until=until, limit=limit)
                if leased:
                    self._write(drawer.holding(leased))
                return leased
        except OSError as error:
            raise self._failed(UNWRITTEN.get(error.errno or 0, "unreachable")) from error

    def _read(self, organization: OrganizationId) -> Drawer:
        """Return what is stored now. No lock: a file is replaced as a whole, so a reader meets the old or the new one."""
        return self._opened(self._path(organization)) or Drawer(organization=organization)

    def _opened(self, path: Path) -> Drawer | None:
        try:
            return store_loads(Drawer, path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:  # "could not look" is never answered as "not there"
            raise self._failed("unreachable") from error
        except (InvalidValue, UnicodeDecodeError):
            raise self._failed("damaged") from None  # without its cause, which could quote the file

    def _write(self, drawer: Drawer) -> None:
        path, text = self._path(drawer.organization), store_dumps(drawer)
        fresh = path.with_suffix(".new")  # one is enough, we hold the lock; what a crash left of it is written over
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # the bytes are on the disk before the name points to them
        fresh.replace(path)
        try:
            self._sync_folder()
        except OSError as error:  # everybody reads the new file already, but a power cut could bring the old one back
            raise OutcomeUnknown from error

    def _path(self, organization: OrganizationId) -> Path:
        """Return an organization's file. Its id is anybody's text: `a/b` is no path, and `Acme` and `acme` are two."""
        return self._folder / f"{hashlib.sha256(organization.value.encode()).hexdigest()[:32]}.json"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one writer in at a time. The system lets go of this lock when its holder dies, so that none is ever stale."""
        with (self._folder / "lock").open("a") as file:  # opened anew each time: threads are held off like processes
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)  # a new name is part of the folder, not of the file
        finally:
            os.close(handle)

    def _failed(self, problem: str) -> StorageFailed:
        return StorageFailed(store=repr(self), problem=problem)
