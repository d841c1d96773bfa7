"""A page of what a repository found: what comes after the last one, in order, not more than the limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")


def page(found: list[R], *, key: Callable[[R], Any], after: Any, limit: int) -> tuple[R, ...]:
    """Return at most `limit` of the found, ordered by `key`, beginning after a key; None begins at the beginning."""
    rest = [value for value in found if after is None or key(value) > after]
    return tuple(sorted(rest, key=key)[: max(0, limit)])
