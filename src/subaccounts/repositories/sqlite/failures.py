"""What is said when SQLite cannot do its work: stable words for a host, no statement, no value, nobody's data."""

from __future__ import annotations

import sqlite3
from typing import Final

from ...errors import StorageFailed

_PROBLEMS: Final = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_ERROR: "damaged",  # our statements are fixed: one that does not fit met a schema that is not ours
    sqlite3.SQLITE_MISMATCH: "damaged",
    sqlite3.SQLITE_CONSTRAINT: "dangling",  # every other constraint is asked for before it can break
    sqlite3.SQLITE_TOOBIG: "unstorable",
}
_SHORT_READ: Final = sqlite3.SQLITE_IOERR_SHORT_READ

LOST: Final = frozenset({"damaged", "unreachable"})
"""Problems after which a connection is worth nothing."""


def failure(store: str, error: Exception, /) -> StorageFailed:
    """Return what to raise for what SQLite or its binding raised: the problem, and SQLite's own name for it."""
    if isinstance(error, (UnicodeEncodeError, OverflowError)):  # a lone surrogate, a number beyond 64 bits
        return StorageFailed(store=store, problem="unstorable")
    if quotes(error):
        return StorageFailed(store=store, problem="damaged")
    name = getattr(error, "sqlite_errorname", "")
    if getattr(error, "sqlite_errorcode", None) == _SHORT_READ:
        return StorageFailed(store=store, problem="damaged", detail=name)
    return StorageFailed(store=store, problem=_PROBLEMS.get(primary_code(error), "unreachable"), detail=name)


def quotes(error: Exception, /) -> bool:
    """Tell whether an error's own words repeat what the file holds: bytes in it that are no UTF-8, found by the binding.

    SQLite's own errors have a code and name columns at most; these two quote the column, and are raised from None.
    """
    return isinstance(error, UnicodeDecodeError) or (
        isinstance(error, sqlite3.OperationalError) and not hasattr(error, "sqlite_errorcode")
    )


def primary_code(error: Exception, /) -> int:
    """Return SQLite's primary result code, without the extension in the higher bits; -1 when SQLite gave none."""
    code = getattr(error, "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else -1
