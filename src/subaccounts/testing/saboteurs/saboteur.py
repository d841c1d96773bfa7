"""A saboteur: an adapter that breaks one clause, as data. How each of them breaks it is in the files of the clauses."""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar, final

from attrs import frozen

from ..contracts import Contract, ContractReport, run_contract
from ..contracts.bridge import Color
from .attempts import attempt

P = TypeVar("P", bound=type)
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@final
@frozen(kw_only=True)
class Saboteur:
    """Hold one broken adapter and the clause by which the kit has to name it.

    `breaks` is the clause's number (`C3`), or the name of a rule that holds for all of storage (`storage`, `secrets`).
    `does` says in a sentence what is wrong; `make` answers a new port without data, of the given `color`. `also` names
    the clauses that cannot hold either while that one is broken, each with the reason; for most it is empty.
    """

    name: str
    breaks: str
    does: str
    make: Callable[[], object]
    color: Color = "plain"
    also: Mapping[str, str] = NOTHING

    @property
    def contract(self) -> type[Contract]:
        """Return the contract class as the author of this adapter would have written it."""
        return attempt(self.make, breaks=self.breaks, color=self.color)

    def report(self, *, only: str | None = None) -> ContractReport:
        """Run the kit on it, or the tests of one clause."""
        return run_contract(self.contract, only=only)


_KNOWN: Final[defaultdict[str, list[Saboteur]]] = defaultdict(list)


def breaks(clause: str, /, *, also: Mapping[str, str] = NOTHING, color: Color = "plain") -> Callable[[P], P]:
    """Make a class known as a saboteur of the clause; its docstring says what it does wrong."""

    def know(cls: P) -> P:
        said = " ".join(inspect.cleandoc(cls.__doc__ or "").split())
        made = Saboteur(name=cls.__name__, breaks=clause, does=said, make=cls, color=color, also=also)
        _KNOWN[cls.__module__].append(made)
        return cls

    return know


def known_in(module: str, /) -> tuple[Saboteur, ...]:
    """Return the saboteurs of a file that was imported, in the order in which they stand there."""
    return tuple(_KNOWN[module])
