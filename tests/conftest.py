"""What every test has in common: how hard Hypothesis looks, and nothing else.

Fixtures live beside the tests that use them; how the documentation is run is in the conftest.py of the project.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# A deadline is a stopwatch, and a shared machine makes stopwatches lie; `too_slow` is the same stopwatch.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# A fresh checkout has no memory of earlier failures, so a failure prints what repeats it.
settings.register_profile("ci", parent=settings.get_profile("local"), database=None, print_blob=True)
# With CI set, Hypothesis draws the same every time, so that a change is judged by nothing else; a night looks for what is new.
settings.register_profile("nightly", parent=settings.get_profile("ci"), derandomize=False)
settings.register_profile("thorough", parent=settings.get_profile("local"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "local"))


COUNTED = {
    "explored": ("combinations", "interleavings", "outcomes", "violations"),
    "judged": ("races", "operations", "of them overlapping", "without an order"),
    "killed": ("commands", "kills"),
    "failed": ("commands", "failures"),
}
"""What the numbers are of that tests record as `explored <what>`, `judged <what>`, `killed <what>` or `failed <what>`."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sums of the numbers that tests recorded."""
    totals: dict[str, list[int]] = {}
    for report in [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]:
        for name, numbers in getattr(report, "user_properties", ()):
            if name.partition(" ")[0] in COUNTED:
                known = totals.setdefault(name, [0] * len(numbers))
                totals[name] = [old + new for old, new in zip(known, numbers, strict=True)]
    for name, numbers in sorted(totals.items()):
        units = COUNTED[name.partition(" ")[0]]
        counted = ", ".join(f"{number:,} {unit}" for number, unit in zip(numbers, units, strict=True))
        terminalreporter.write_line(f"{name}: {counted}")
    for report in terminalreporter.stats.get("passed", ()):
        for name, text in getattr(report, "user_properties", ()):
            if name == "ran":  # what a state machine did
                terminalreporter.write_line(text)
