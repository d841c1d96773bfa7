"""Say at the end of a run how much was explored."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the numbers that tests recorded as `explored <what>`: combinations, interleavings, outcomes, violations."""
    totals: dict[str, list[int]] = {}
    for report in [*terminalreporter.stats.get("passed", ()), *terminalreporter.stats.get("failed", ())]:
        for name, numbers in getattr(report, "user_properties", ()):
            if name.startswith("explored "):
                known = totals.setdefault(name, [0, 0, 0, 0])
                totals[name] = [old + new for old, new in zip(known, numbers, strict=True)]
    for name, (combinations, interleavings, outcomes, violated) in sorted(totals.items()):
        terminalreporter.write_line(
            f"{name}: {combinations:,} combinations, {interleavings:,} interleavings, {outcomes:,} outcomes,"
            f" {violated:,} violations"
        )
