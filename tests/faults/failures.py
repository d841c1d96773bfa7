"""A port that fails where another process would have died: before its work, and after it."""

from __future__ import annotations

from collections.abc import Iterator

from subaccounts.errors import OutcomeUnknown, StorageFailed
from subaccounts.testing.faults import AFTER, Fault


def at_every_call(calls: int, /) -> Iterator[Fault]:
    """Yield, for each of so many calls, the port that is out of reach, and the one whose answer is lost."""
    for call in range(1, calls + 1):
        yield Fault(call=call, what=StorageFailed(store="the test", problem="unreachable"))
        yield Fault(call=call, when=AFTER, what=OutcomeUnknown())
