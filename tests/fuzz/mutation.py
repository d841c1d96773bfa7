"""Break plain data on purpose: drop, repeat, rename, retype or exchange parts of it, as the bytes of an input say.

A text mutated byte by byte is seldom JSON; this way every input reaches what lies behind the parser. Pure functions.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen

ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 2**31, 2**63, 2**64, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf"), "", "x", "\x00",
    "\ud800", "x" * 300, "a\x1fb", "\u0378", "type", "person", "2026-03-02T12:00:00Z", "2026-03-02", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z", [], {}, [[]], [{}], [None], {"type": "x"}, {"type": []}, {"": None},
)  # fmt: skip
"""What is put where something else belongs."""

STEP: Final = 3
"""Bytes of one step: where, what to do, with what."""


@frozen(kw_only=True)
class Spot:
    """Name one place inside plain data: a list or a dictionary, and the index or key in it."""

    inside: Any
    at: Any

    @property
    def value(self) -> Any:
        """Return what stands there."""
        return self.inside[self.at]


def spots(plain: Any, /) -> Iterator[Spot]:
    """Yield every place inside plain data, from the outside in."""
    at: Any = ()
    match plain:
        case dict():
            at = list(plain)
        case list():
            at = range(len(plain))
    for each in at:
        yield Spot(inside=plain, at=each)
    for each in at:
        yield from spots(plain[each])


def mutated(plain: Any, steps: bytes, /) -> Any:
    """Return a copy of the data after these steps; equal steps, equal copies."""
    whole = [copy.deepcopy(plain)]
    for place in range(0, len(steps) - STEP + 1, STEP):
        found = list(spots(whole))
        where, what, with_what = steps[place : place + STEP]
        if found:
            _STEPS[what % len(_STEPS)](found[where % len(found)], found, with_what)
    return whole[0] if whole else None


def _drop(spot: Spot, _: list[Spot], __: int) -> None:
    del spot.inside[spot.at]


def _repeat(spot: Spot, _: list[Spot], number: int) -> None:
    value = copy.deepcopy(spot.value)
    if isinstance(spot.inside, list):
        spot.inside.insert(spot.at, value)
    else:
        spot.inside[f"{spot.at}{number}"] = value


def _rename(spot: Spot, found: list[Spot], number: int) -> None:
    if isinstance(spot.inside, dict):
        names = [each.at for each in found if isinstance(each.at, str)]
        spot.inside[names[number % len(names)]] = spot.inside.pop(spot.at)


def _retype(spot: Spot, _: list[Spot], number: int) -> None:
    spot.inside[spot.at] = copy.deepcopy(ODD[number % len(ODD)])


def _exchange(spot: Spot, found: list[Spot], number: int) -> None:
    spot.inside[spot.at] = copy.deepcopy(found[number % len(found)].value)


def _wrap(spot: Spot, _: list[Spot], number: int) -> None:
    spot.inside[spot.at] = [spot.value] if number % 2 else {"type": "x", "value": spot.value}


def _cut(spot: Spot, _: list[Spot], number: int) -> None:
    if isinstance(spot.value, str):
        spot.inside[spot.at] = spot.value[:number] + chr(number) + spot.value[number:]


_STEPS: Final = (_retype, _drop, _repeat, _rename, _exchange, _wrap, _cut)
