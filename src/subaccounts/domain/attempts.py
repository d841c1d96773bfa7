"""Counting wrong proofs: when the next one is delayed, and when a password is disabled.

Delays are per person and terminal, so that one person's mistakes never lock a shop; the ceiling is per person over
all terminals. NIST SP 800-63B-4 §3.2.2 asks for a limit of at most 100 consecutive failures and allows delays of
30 seconds up to an hour; ours are five free, then doubling, and disablement at fifty.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

from attrs import evolve, frozen

FREE_FAILURES: Final = 5
"""Wrong proofs before the first delay: the fifth starts it."""
FIRST_DELAY: Final = timedelta(seconds=30)
"""What the fifth wrong proof costs; each further one doubles it."""
LONGEST_DELAY: Final = timedelta(hours=1)
"""Where delays stop growing (NIST SP 800-63B-4 §3.2.2)."""
DISABLED_AT: Final = 50
"""Wrong proofs in a row, over all terminals, that disable a password until a new code."""
FORGOTTEN_AFTER: Final = timedelta(days=1)
"""A terminal's count is dropped this long after its last failure."""


def delay_after(failures: int, /) -> timedelta:
    """Return how long the next try waits after this many wrong ones: 0 below five, then 30 s doubling to an hour."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, 16)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


@final
@frozen(kw_only=True)
class TerminalFailures:
    """Hold how often in a row a wrong proof came from one terminal, and when the last did (UTC)."""

    terminal: str
    failures: int
    last_at: datetime

    @property
    def until(self) -> datetime:
        """Return when the delay ends."""
        return self.last_at + delay_after(self.failures)


@final
@frozen(kw_only=True)
class Attempts:
    """Hold the wrong proofs: in a row over all terminals since the last right one at any of them, and for each terminal.

    A terminal's begin anew after a right one there, an administrator's unlock, or a day without.
    """

    in_a_row: int = 0
    terminals: tuple[TerminalFailures, ...] = ()

    def at(self, terminal: str, /) -> TerminalFailures | None:
        """Return what one terminal has on its record, or None."""
        return next((each for each in self.terminals if each.terminal == terminal), None)

    def locked_until(self, terminal: str, /, *, now: datetime) -> datetime | None:
        """Return when the terminal's delay ends, or None when there is none now."""
        held = self.at(terminal)
        return held.until if held is not None and held.until > now else None

    def failed(self, terminal: str, /, *, now: datetime) -> Attempts:
        """Return the attempts after one more wrong proof from this terminal."""
        held = self.at(terminal)
        fresh = held is not None and held.last_at + FORGOTTEN_AFTER > now
        failures = held.failures + 1 if held is not None and fresh else 1
        others = self._others(terminal, now)
        mine = TerminalFailures(terminal=terminal, failures=failures, last_at=now)
        return Attempts(in_a_row=self.in_a_row + 1, terminals=(*others, mine))

    def succeeded(self, terminal: str, /, *, now: datetime) -> Attempts:
        """Return the attempts after a right proof: the row ends, and so does this terminal's count."""
        return Attempts(in_a_row=0, terminals=self._others(terminal, now))

    def unlocked(self) -> Attempts:
        """Return the attempts with every delay ended; the row to the ceiling goes on."""
        return evolve(self, terminals=())

    @property
    def exhausted(self) -> bool:
        """Tell whether the ceiling is reached."""
        return self.in_a_row >= DISABLED_AT

    def _others(self, terminal: str, now: datetime) -> tuple[TerminalFailures, ...]:
        return tuple(t for t in self.terminals if t.terminal != terminal and t.last_at + FORGOTTEN_AFTER > now)
