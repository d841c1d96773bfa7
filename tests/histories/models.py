"""Small worlds whose answers everybody knows, and histories written down by hand: what the search is tried on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations, permutations
from typing import Any, final

from subaccounts.testing.histories import Fate, History, Operation


@final
class Registers:
    """Be registers by name, 0 at first: `("write", name, value)` answers None, `("read", name)` the value."""

    def part(self, command: Any, /) -> Hashable:
        return str(command[1])

    def start(self, part: Hashable, /) -> int:
        return 0

    def run(self, state: int, command: Any, /, *, heard: Any) -> tuple[Hashable, int]:
        return (state, state) if command[0] == "read" else (None, int(command[2]))


@final
class Queue:
    """Be one queue: `("put", value)` answers None, `("take",)` the oldest value, None of an empty one."""

    def part(self, command: Any, /) -> Hashable:
        return "queue"

    def start(self, part: Hashable, /) -> tuple[Any, ...]:
        return ()

    def run(self, state: tuple[Any, ...], command: Any, /, *, heard: Any) -> tuple[Hashable, tuple[Any, ...]]:
        if command[0] == "put":
            return None, (*state, command[1])
        return (state[0], state[1:]) if state else (None, state)


@final
class Lottery:
    """Draw numbers that only chance decides, and look at the last one drawn."""

    def part(self, command: Any, /) -> Hashable:
        return "lottery"

    def start(self, part: Hashable, /) -> Any:
        return "none"

    def run(self, state: Any, command: Any, /, *, heard: Any) -> tuple[Hashable, Any]:
        if command == "draw":
            return heard, heard
        return state, state


def op(client: str, invoked: int, returned: int | None, command: Any, answer: Any = None) -> Operation:
    """Return an operation; one that never returned is of unknown fate."""
    fate = Fate.UNKNOWN if returned is None else Fate.HAPPENED
    return Operation(client=client, invoked=invoked, returned=returned, command=command, answer=answer, fate=fate)


def history(*operations: Operation) -> History:
    """Return the history of operations."""
    return History(operations=operations)


def explains(order: Sequence[Operation], model: Any) -> bool:
    """Tell whether running operations alone in this order gives their answers, in real time; written anew, to check."""
    if any(late.before(early) for n, early in enumerate(order) for late in order[n + 1 :]):
        return False
    states: dict[Hashable, Any] = {}
    for each in order:
        part = model.part(each.command)
        answer, states[part] = model.run(states.get(part, model.start(part)), each.command, heard=each.answer)
        if each.fate is Fate.HAPPENED and answer != each.answer:
            return False
    return True


def tried_out(whole: History, model: Any) -> bool:
    """Tell whether any permutation of the operations, with any of those of unknown fate left out, explains them."""
    certain = [each for each in whole.operations if each.fate is Fate.HAPPENED]
    unknown = [each for each in whole.operations if each.fate is Fate.UNKNOWN]
    return any(
        explains(order, model)
        for number in range(len(unknown) + 1)
        for some in combinations(unknown, number)
        for order in permutations([*certain, *some])
    )
