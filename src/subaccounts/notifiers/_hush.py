"""Keeps the HTTP library from logging what is said to a provider and what it answers, at whatever level.

A gateway answers with `Location: /messages/+4860...`, and the library logs header fields at DEBUG. Only what a notifier says
is kept back: other users of the library are heard as before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

_hushed: ContextVar[bool] = ContextVar("subaccounts_hushed", default=False)
_TALKING: Final = ("connection", "http11", "http2", "proxy", "socks")
"""The loggers of `httpcore2`; a filter holds for the very logger it is at."""


def _unless_hushed(_: logging.LogRecord) -> bool:
    return not _hushed.get()


@cache
def _listen() -> None:
    for name in _TALKING:
        logging.getLogger(f"httpcore2.{name}").addFilter(_unless_hushed)


@contextmanager
def hushed() -> Iterator[None]:
    """Log nothing of what is said on HTTP meanwhile, in this thread or task."""
    _listen()
    before = _hushed.set(True)
    try:
        yield
    finally:
        _hushed.reset(before)
