"""Libraries that come with an extra: a missing one is told with the command that brings it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def from_extra(extra: str, /) -> Iterator[None]:
    """Turn a library that is not installed into an ImportError that names the pip command."""
    try:
        yield
    except ModuleNotFoundError as missing:
        told = f'{missing.name} is not installed: pip install "subaccounts[{extra}]"'
        raise ImportError(told, name=missing.name) from missing
