"""A clause that an answer breaks, as an error whose message begins with the clause, in the words of the port."""

from __future__ import annotations

from typing import final

from ..contracts.contract import stated
from ..contracts.expect import shown


@final
class ClauseBroken(AssertionError):
    """Say which clause an answer broke: `clause` is its number, or the name of a rule of all storage.

    `asked` is the question or the batch, `problem` what was expected of it and what came.
    """

    def __init__(self, *, clause: str, asked: str, problem: str) -> None:
        super().__init__(f"{stated(clause)}\n  asked: {asked}\n  failed: {problem}")
        self.clause: str = clause
        self.problem: str = problem


def call(name: str, args: tuple[object, ...], named: dict[str, object], /) -> str:
    """Return a question as it would be written."""
    given = [shown(each) for each in args] + [f"{word}={shown(each)}" for word, each in named.items()]
    return f"{name}({', '.join(given)})"
