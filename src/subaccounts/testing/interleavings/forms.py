"""The form of a value: what two answers have to share to be the same answer, codes handed over included.

Secrets refuse to be compared and some values to be hashed; forms are neither shown nor kept beyond a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from attrs import fields, has

from ...domain.secret import Secret


def form(value: Any, /) -> Any:
    """Return a hashable form; equal forms mean equal values, secrets compared by their text."""
    if isinstance(value, Secret):
        return ("Secret", value.reveal())
    if has(type(value)):
        parts = tuple((each.name, form(getattr(value, each.name))) for each in fields(type(value)))
        return (type(value).__name__, *parts)
    if isinstance(value, BaseException):
        return (type(value).__name__, value.args)
    if isinstance(value, Mapping):
        return ("mapping", frozenset((form(key), form(held)) for key, held in value.items()))
    if isinstance(value, AbstractSet):
        return ("set", frozenset(map(form, value)))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return ("sequence", *map(form, value))
    return value
