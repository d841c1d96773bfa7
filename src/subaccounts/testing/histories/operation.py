"""One operation of a history: who asked what, from when until when, and what was answered. Many of them are `history`."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from typing import Any, final

from attrs import evolve, frozen


class Fate(Enum):
    """Whether an operation happened: it did, it did not (`Busy`), or nobody knows (`OutcomeUnknown`)."""

    HAPPENED = "happened"
    DID_NOT = "did_not"
    UNKNOWN = "unknown"


@final
@frozen(kw_only=True)
class Operation:
    """Hold one operation.

    `invoked` and `returned` are readings of one clock that all clients share, in its units. `returned` is None for an
    operation of unknown fate: it could still take effect after whatever came later. `answer` is compared by `==`; it is
    None where there was none, and of no weight where the fate is unknown. Raises `ValueError` for times that cannot be.
    """

    client: str
    command: Any
    invoked: int
    returned: int | None = None
    answer: Hashable = None
    fate: Fate = Fate.HAPPENED

    def __attrs_post_init__(self) -> None:
        if (self.returned is None) is not (self.fate is Fate.UNKNOWN):
            raise ValueError("an operation of unknown fate never returned, and every other one did")
        if self.returned is not None and self.returned < self.invoked:
            raise ValueError("an operation returns after it was invoked")

    def before(self, other: Operation, /) -> bool:
        """Tell whether this one had returned when the other was invoked; equal readings decide nothing."""
        return self.returned is not None and self.returned < other.invoked

    def as_of(self, moment: int, /) -> Operation:
        """Return the operation as it was known at a moment: of unknown fate, if it had not returned by then.

        It keeps its answer as a hint: what chance decided in it can have been seen by others before it returned.
        """
        if self.returned is None or self.returned <= moment:
            return self
        return evolve(self, returned=None, fate=Fate.UNKNOWN)
