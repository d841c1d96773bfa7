"""Which tests killed mutants so far: what killed one mutant of a function often kills the next, and is asked first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import define, field

from .sites import Mutant

MOST: Final = 6
"""Tests remembered for a place, the last that killed first."""


@define
class Killers:
    """Remember them by function of a module, by module and by room. What order tests are asked in changes no verdict."""

    _by_place: dict[tuple[str, str | None], list[str]] = field(factory=dict)

    def add(self, mutant: Mutant, test: str) -> None:
        """Remember that a test killed a mutant."""
        for place in _places(mutant):
            known = self._by_place.setdefault(place, [])
            known[:] = [test, *(each for each in known if each != test)][:MOST]

    def of(self, mutant: Mutant) -> list[str]:
        """Return what killed others of its function, then others of its module, then others of its room."""
        found = (test for place in _places(mutant) for test in self._by_place.get(place, ()))
        return list(dict.fromkeys(found))

    def first(self, mutant: Mutant, names: Iterable[str]) -> list[str]:
        """Return the names with those first that killed others; the order of the rest stays."""
        asked = list(names)
        known = [test for test in self.of(mutant) if test in set(asked)]
        return known + [name for name in asked if name not in set(known)]


def _places(mutant: Mutant) -> tuple[tuple[str, str | None], ...]:
    room, _, _ = mutant.module.partition("/")
    return ((mutant.module, mutant.function), (mutant.module, None), (room, None))
