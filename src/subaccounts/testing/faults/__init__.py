"""Fail a port, or kill the process, at the n-th port call; then look at what is left.

    from subaccounts.testing.faults import Fault, Faulty, in_child

    def work() -> None:
        SubAccounts(**Faulty(fault).ports(repository=MyRepository(path), keys=keys, ...)).handle(command)

    for fault in Fault.at_every_call(calls):
        path = copy_of(prepared)
        assert in_child(work).killed
        assert seen(path) in (before, after), fault

`Faulty` wraps ports of either color and counts their calls together; without a fault it only counts. `in_child` runs
something in a process of its own, so that it can die. Nothing of a run is left to chance, so every death can be
repeated: give the ports a `FrozenClock` and a new `CountingEntropy`.
"""

from __future__ import annotations

from .child import ChildFailed, Ended, in_child
from .fault import AFTER, BEFORE, KILL, Fault, Kill, When
from .faulty import Faulty

__all__ = [
    "AFTER",
    "BEFORE",
    "KILL",
    "ChildFailed",
    "Ended",
    "Fault",
    "Faulty",
    "Kill",
    "When",
    "in_child",
]
