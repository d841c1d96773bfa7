"""What judges a history: a model of one part of the world, that says what each command answers when it runs alone."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol, TypeVar

S = TypeVar("S")


class Model(Protocol[S]):
    """Say what commands answer one after the other.

    The world falls into parts that have nothing to do with each other, such as accounts; each command touches one.
    States are hashable and compared by `==`.
    """

    def part(self, command: Any, /) -> Hashable:
        """Return the part of the world that a command touches."""
        ...

    def start(self, part: Hashable, /) -> S:
        """Return the state in which a part is before anything of the history happened."""
        ...

    def run(self, state: S, command: Any, /, *, heard: Any) -> tuple[Hashable, S]:
        """Return what the command answers in this state when it runs alone, and the state after it.

        `heard` is what was answered in the history, None where nobody knows. From it comes what only chance decides,
        such as the text of a new code; whatever follows from the state is not taken from it.
        """
        ...
