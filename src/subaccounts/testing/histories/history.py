"""A history: every operation of some clients, in the order they were invoked. How one is judged is `search`."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import pairwise
from typing import Any, final

from attrs import field, frozen

from .operation import Fate, Operation
from .recorder import Recorder


def _in_order(operations: Iterable[Operation]) -> tuple[Operation, ...]:
    return tuple(sorted(operations, key=lambda each: each.invoked))


@final
@frozen(kw_only=True)
class History:
    """Hold operations, ordered by when they were invoked.

    A client does one thing after the other. Raises `ValueError` when one of them began an operation before its last one
    had returned; only one of unknown fate is left behind.
    """

    operations: tuple[Operation, ...] = field(converter=_in_order)

    def __attrs_post_init__(self) -> None:
        last: dict[str, Operation] = {}
        for each in self.operations:
            known = last.get(each.client)
            if known is not None and known.returned is not None and known.returned > each.invoked:
                raise ValueError(f"{each.client} did two things at once")
            last[each.client] = each

    @classmethod
    def of(cls, *recorders: Recorder) -> History:
        """Return what some clients recorded by one clock."""
        return cls(operations=tuple(each for recorder in recorders for each in recorder.operations))

    @property
    def judged(self) -> tuple[Operation, ...]:
        """Return the operations that an order has to explain: all but those that did not happen."""
        return tuple(each for each in self.operations if each.fate is not Fate.DID_NOT)

    @property
    def overlaps(self) -> int:
        """Return how many operations were invoked while one invoked before them was still under way."""
        ends = list[int]()
        for each in self.operations:
            ends.append(max(ends[-1] if ends else 0, each.returned or each.invoked))
        return sum(each.invoked <= end for end, (_, each) in zip(ends, pairwise(self.operations), strict=False))

    def parts(self, part: Callable[[Any], Hashable], /) -> Mapping[Hashable, History]:
        """Return the history of each part of the world, by what commands touch; linearizable is local to them."""
        parts: dict[Hashable, list[Operation]] = {}
        for each in self.operations:
            parts.setdefault(part(each.command), []).append(each)
        return {name: History(operations=tuple(mine)) for name, mine in parts.items()}

    def as_of(self, moment: int, /) -> History:
        """Return what was known at a moment: operations begun by then, those not yet answered of unknown fate."""
        return History(operations=tuple(each.as_of(moment) for each in self.operations if each.invoked <= moment))
