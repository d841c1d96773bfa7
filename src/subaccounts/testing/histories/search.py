"""The search for an order of a history's operations that explains every answer.

Wing and Gong's search: of the operations that nobody has to come before, take each in turn, ask the model, and go on
where the answers agree. With Lowe's memory: the same operations done and the same state is a place seen before. With
Horn and Kroening's division: parts that have nothing to do with each other are searched one by one, and their orders are
put together by when each operation can have taken effect.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, Generic, TypeVar, final

from attrs import field, frozen

from .history import History
from .model import Model
from .operation import Fate, Operation

S = TypeVar("S")
NEVER: Final = float("inf")


def linearization(history: History, model: Model[Any], /) -> tuple[Operation, ...] | None:
    """Return an order of running the operations alone that gives the same answers, or None: then something is wrong.

    An operation that did not happen is left out, one of unknown fate is in the order where it is needed. What had
    returned before another was invoked comes before it.
    """
    moments: list[tuple[int, Operation]] = []
    for name, part in history.parts(model.part).items():
        order = Search(part.judged, model, start=model.start(name)).order()
        if order is None:
            return None
        # Each can have taken effect once it and all before it had begun: none of them had returned before that.
        moments += zip(accumulate((each.invoked for each in order), max), order, strict=True)
    return tuple(each for _, each in sorted(moments, key=lambda pair: pair[0]))


@final
@frozen(kw_only=True)
class Place(Generic[S]):
    """Hold where a search stands: the operations done, as the bits of a number and in order, and the state they left."""

    done: int
    state: S
    order: tuple[int, ...] = field(eq=False)


@final
class Search(Generic[S]):
    """Search one part of a history, whose operations are ordered by when they were invoked.

    `furthest` are the places of the longest orders found, for whoever has to explain a failure.
    """

    def __init__(self, operations: Sequence[Operation], model: Model[S], /, *, start: S) -> None:
        self._operations, self._model = operations, model
        self._start: Place[S] = Place(done=0, state=start, order=())
        self._wanted = sum(1 << n for n, each in enumerate(operations) if each.fate is Fate.HAPPENED)
        self.furthest: list[Place[S]] = [self._start]
        self.places: int = 1
        """How many places were looked at."""

    def order(self) -> tuple[Operation, ...] | None:
        """Return an order that explains every answer, or None when there is none."""
        waiting, known = [self._start], {(0, self._start.state)}
        while waiting:
            place = waiting.pop()
            if place.done & self._wanted == self._wanted:
                return tuple(self._operations[n] for n in place.order)
            for following in self._following(place):
                if (following.done, following.state) not in known:
                    known.add((following.done, following.state))
                    self._remember(following)
                    waiting.append(following)
            self.places = len(known)
        return None

    def next_of(self, place: Place[S]) -> tuple[int, ...]:
        """Return the operations that can come next: invoked before anything that is not done had returned."""
        n = (~place.done & (place.done + 1)).bit_length() - 1  # the first that is not done
        earliest, found = NEVER, list[int]()
        while n < len(self._operations) and self._operations[n].invoked <= earliest:
            if not place.done >> n & 1:
                found.append(n)
                returned = self._operations[n].returned
                earliest = min(earliest, NEVER if returned is None else returned)
            n += 1
        return tuple(n for n in found if self._operations[n].invoked <= earliest)

    def alone(self, place: Place[S], n: int) -> tuple[Hashable, S]:
        """Return what an operation would have answered at a place, and the state after it."""
        each = self._operations[n]
        return self._model.run(place.state, each.command, heard=each.answer)

    def _following(self, place: Place[S]) -> Iterator[Place[S]]:
        for n in reversed(self.next_of(place)):  # the last one put away is taken first: the earliest invoked
            answer, state = self.alone(place, n)
            each = self._operations[n]
            if each.fate is Fate.UNKNOWN or answer == each.answer:
                yield Place(done=place.done | 1 << n, state=state, order=(*place.order, n))

    def _remember(self, place: Place[S]) -> None:
        longest = len(self.furthest[0].order)
        if len(place.order) > longest:
            self.furthest = []
        if len(place.order) >= longest:
            self.furthest.append(place)
