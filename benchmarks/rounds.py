"""Taking turns: whatever is compared runs in the same minutes, one round each, so that a busy moment meets all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def medians(contestants: Mapping[str, Callable[[], float]], /, *, rounds: int) -> dict[str, float]:
    """Let everybody run once unmeasured, then `rounds` times in turn; return each one's median.

    A contestant returns what it measured. The order is turned around each round: nobody always follows the same one.
    """
    for contestant in contestants.values():
        contestant()
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    for round_ in range(rounds):
        order = list(contestants.items())
        for name, contestant in order if round_ % 2 == 0 else reversed(order):
            measured[name].append(contestant())
    return {name: statistics.median(values) for name, values in measured.items()}


def timed(work: Callable[[], object], /, *, times: int = 1) -> Callable[[], float]:
    """Return a contestant that does the work `times` times and returns the seconds that one of them took."""

    def run() -> float:
        began = time.perf_counter()
        for _ in range(times):
            work()
        return (time.perf_counter() - began) / times

    return run
