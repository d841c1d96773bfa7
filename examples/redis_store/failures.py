"""What is said when Redis cannot do its work: stable words for a host, Redis's own word for it, nobody's data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    MovedError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from subaccounts.errors import InvalidValue, StorageFailed

_WORDS: Final[tuple[tuple[type[RedisError], str], ...]] = (
    (ReadOnlyError, "READONLY"),
    (OutOfMemoryError, "OOM"),
    (NoPermissionError, "NOPERM"),
    (AuthenticationError, "NOAUTH"),
    (BusyLoadingError, "LOADING"),
    (MovedError, "MOVED"),
)
"""The words that redis-py takes off an error when it makes a class of it."""
_PROBLEMS: Final = {
    "READONLY": "read_only",  # a replica
    "NOPERM": "read_only",  # a user who lacks a command or a key
    "MISCONF": "read_only",  # the disk refused a snapshot or the append-only file, and Redis takes nothing more
    "NOREPLICAS": "read_only",  # fewer replicas than min-replicas-to-write
    "OOM": "full",  # maxmemory
    "BUSY": "locked",  # somebody's script runs and runs
    "WRONGTYPE": "damaged",  # a key of ours is not what we made of it
    "ERR": "damaged",  # our commands are fixed: one that does not fit met data that is not ours
}


@contextmanager
def told(store: str, /) -> Iterator[None]:
    """Say what went wrong in our words. Causes are left out: Redis and Python quote what they could not take."""
    try:
        yield
    except (UnicodeEncodeError, OverflowError):  # a lone surrogate, a number beyond what Lua counts exactly
        raise StorageFailed(store=store, problem="unstorable") from None
    except (InvalidValue, UnicodeDecodeError):  # a body that the library did not write
        raise StorageFailed(store=store, problem="damaged") from None
    except (RedisError, OSError) as error:
        raise failure(store, error) from None


def failure(store: str, error: Exception, /) -> StorageFailed:
    """Return what to raise for what Redis answered, or for a server that could not be asked."""
    word = _word(error)
    return StorageFailed(store=store, problem=_PROBLEMS.get(word, "unreachable"), detail=word)


def _word(error: Exception) -> str:
    known = next((word for kind, word in _WORDS if isinstance(error, kind)), None)
    if known or not isinstance(error, ResponseError):
        return known or type(error).__name__
    text = str(error)
    if text.startswith("Protocol error: unauthenticated"):  # what a stranger hears whose command has many arguments
        return "NOAUTH"
    spoken = text.partition(" ")[0]
    return spoken if spoken.isalpha() and spoken.isupper() else "ERR"  # which redis-py takes off as well
