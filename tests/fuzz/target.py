"""A fuzz target: one door for outside text, and how to judge whatever is pushed through it.

What belongs here: the value `Target`, and how bytes become texts. What must hold of which parser is `texts`, `proofs`,
`plain` and `files`; all of them together are `targets`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from attrs import frozen

SPLIT: Final = b"\xff"
"""Separates the texts of one input: a byte that UTF-8 never has."""


@frozen(kw_only=True)
class Target:
    """Hold a target.

    `judge` takes any bytes and raises `AssertionError` when a rule is broken; whatever else it raises is a break as
    well. `seeds` are where the search begins, `words` what it tries to put in, `longest` how many bytes an input has.
    """

    name: str
    judge: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    words: tuple[str, ...] = ()
    longest: int = 512


def text_of(data: bytes, /) -> str:
    """Return a text for any bytes; those that are no UTF-8 become lone surrogates, as a careless host lets them in."""
    return data.decode("utf-8", "surrogateescape")


def texts_of(data: bytes, /, *, most: int) -> list[str]:
    """Return the texts of one input, at least one and at most so many."""
    return [text_of(part) for part in data.split(SPLIT, most - 1)]


def bytes_of(*texts: str) -> bytes:
    """Return the input that holds these texts."""
    return SPLIT.join(text.encode("utf-8", "surrogatepass") for text in texts)
