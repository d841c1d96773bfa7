"""Libraries that come with an extra: a missing one is told with the command that brings it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import MissingExtra


@contextmanager
def from_extra(extra: str, /, *, detail: str = "") -> Iterator[None]:
    """Turn a library that is not installed into a `MissingExtra` of this name; `detail` is what else helps."""
    try:
        yield
    except ModuleNotFoundError as missing:
        library, _, _ = (missing.name or str(missing)).partition(".")  # `django.conf` is missing where `django` is
        raise MissingExtra(extra=extra, library=library, detail=detail) from missing
