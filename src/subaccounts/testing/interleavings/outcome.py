"""How commands that ran at once ended: the answer of each, the world they left, and how many interleavings lead there."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from typing import Any, final

from attrs import field, frozen

from ...errors import Busy, SubAccountsError
from .forms import form
from .world import World


@final
@frozen(kw_only=True, eq=False, slots=False)
class Ending:
    """Hold what a task answered or raised."""

    value: Any = None
    error: SubAccountsError | None = None

    @cached_property
    def form(self) -> Hashable:
        """Return what two endings have to share to be the same."""
        shown: Hashable = form(self.value) if self.error is None else ("raised", form(self.error))
        return shown

    @property
    def busy(self) -> bool:
        """Tell whether the task gave up, and so did not happen."""
        return isinstance(self.error, Busy)

    def __str__(self) -> str:
        if self.error is not None:
            return f"raised {self.error.code}: {self.error}"
        return f"answered {type(self.value).__name__}"


@final
@frozen(kw_only=True, eq=False)
class Outcome:
    """Hold one way in which tasks ended.

    `schedule` names the task of every step in one interleaving that ends so, the first found with the fewest steps;
    `interleavings` is how many do. `began_after` says of each task which ones had ended before its first step, and
    `commits` how often each tried to write.
    """

    schedule: tuple[int, ...]
    interleavings: int
    endings: tuple[Ending, ...]
    world: World = field(repr=False)
    began_after: tuple[frozenset[int], ...]
    commits: tuple[int, ...]
