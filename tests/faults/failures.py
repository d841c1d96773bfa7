"""A run that is struck at each of its calls in turn: its process is killed, or a port fails, before its work and after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from subaccounts.errors import OutcomeUnknown, StorageFailed, SubAccountsError
from subaccounts.testing.faults import AFTER, Fault, in_child


class Struck(Protocol):
    """Be a run that was prepared, which anything can strike, and what has to come of it then."""

    def runs(self, fault: Fault) -> None:
        """Do all of it from the beginning, and let the fault strike."""

    def check(self, fault: Fault) -> None:
        """Assert what holds after a restart."""


def at_every_call(calls: int, /) -> Iterator[Fault]:
    """Yield, for each of so many calls, the port that is out of reach, and the one whose answer is lost."""
    for call in range(1, calls + 1):
        yield Fault(call=call, what=StorageFailed(store="the test", problem="unreachable"))
        yield Fault(call=call, when=AFTER, what=OutcomeUnknown())


def kill_at_every_call(run: Struck, calls: int, /) -> None:
    """Kill the process of a run at each of its calls, and check what is left."""
    for fault in Fault.at_every_call(calls):
        assert in_child(lambda: run.runs(fault)).killed, fault  # noqa: B023 - called at once
        run.check(fault)


def fail_at_every_call(run: Struck, calls: int, /) -> None:
    """Have the port of each call of a run fail: just that is raised; check what is left."""
    for fault in at_every_call(calls):
        with pytest.raises(SubAccountsError) as raised:
            run.runs(fault)
        assert fault.what is raised.value, fault
        run.check(fault)
