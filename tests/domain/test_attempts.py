"""Counting wrong proofs: five free, delays that double from 30 seconds to an hour, the end at fifty."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.attempts import DISABLED_AT, FORGOTTEN_AFTER, LONGEST_DELAY, Attempts, delay_after
from subaccounts.testing import NOON

TILLS = st.sampled_from(["till-1", "till-2", "till-3"])
SECOND = timedelta(seconds=1)


def failed(times: int, *, now: datetime = NOON, terminal: str = "till") -> Attempts:
    """Return the attempts after this many wrong proofs at one terminal."""
    attempts = Attempts()
    for _ in range(times):
        attempts = attempts.failed(terminal, now=now)
    return attempts


@pytest.mark.asvs("6.1.1")
@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 960), (11, 1920), (12, 3600)],
)
def test_the_ladder_of_delays(failures: int, seconds: int) -> None:
    """Four wrong proofs cost nothing; the fifth starts 30 seconds, each more doubles them up to an hour."""
    assert timedelta(seconds=seconds) == delay_after(failures)


@given(st.integers(0, 10**9))
def test_no_delay_is_longer_than_an_hour(failures: int) -> None:
    """Delays grow with the failures, never beyond an hour (NIST SP 800-63B-4 3.2.2)."""
    assert timedelta(0) <= delay_after(failures) <= delay_after(failures + 1) <= LONGEST_DELAY == timedelta(hours=1)


def test_a_delay_is_over_at_its_end() -> None:
    """The terminal waits until the second is reached, not beyond."""
    attempts = failed(5)
    until = NOON + timedelta(seconds=30)
    assert until == attempts.locked_until("till", now=NOON) == attempts.locked_until("till", now=until - SECOND)
    assert None is attempts.locked_until("till", now=until)


def test_a_delay_is_the_terminals_alone() -> None:
    """One terminal's mistakes delay no other, and one that never failed has nothing on its record."""
    attempts = failed(9, terminal="till-1")
    assert None is attempts.locked_until("till-2", now=NOON)
    assert None is attempts.at("till-2")


@given(st.lists(TILLS, max_size=60))
def test_every_wrong_proof_counts(terminals: list[str]) -> None:
    """The row counts over all terminals, each terminal its own; at fifty in a row the end is reached."""
    attempts = Attempts()
    for terminal in terminals:
        attempts = attempts.failed(terminal, now=NOON)
    assert len(terminals) == attempts.in_a_row == sum(each.failures for each in attempts.terminals)
    assert (len(terminals) >= 50) is attempts.exhausted
    for terminal in set(terminals):
        held = attempts.at(terminal)
        assert held is not None
        assert terminals.count(terminal) == held.failures


@given(st.lists(TILLS, max_size=30), TILLS)
def test_a_right_proof_ends_the_row(terminals: list[str], mine: str) -> None:
    """A right proof starts the row anew and clears its own terminal; delays of other terminals go on."""
    attempts = Attempts()
    for terminal in terminals:
        attempts = attempts.failed(terminal, now=NOON)
    after = attempts.succeeded(mine, now=NOON)
    assert 0 == after.in_a_row
    assert None is after.at(mine)
    for other in set(terminals) - {mine}:
        assert attempts.locked_until(other, now=NOON) == after.locked_until(other, now=NOON)


def test_an_unlock_ends_delays_and_forgives_nothing() -> None:
    """After an unlock every terminal is free, and the row to the ceiling goes on."""
    attempts = failed(49).unlocked()
    assert None is attempts.locked_until("till", now=NOON)
    assert 49 == attempts.in_a_row
    assert attempts.failed("till", now=NOON).exhausted


@pytest.mark.parametrize(("later", "failures"), [(FORGOTTEN_AFTER - SECOND, 6), (FORGOTTEN_AFTER, 1)])
def test_a_terminal_is_forgotten_after_a_day(later: timedelta, failures: int) -> None:
    """A day after its last failure a terminal starts anew; the row goes on however long it takes."""
    attempts = failed(5).failed("till", now=NOON + later)
    held = attempts.at("till")
    assert held is not None
    assert (failures, 6) == (held.failures, attempts.in_a_row)


@pytest.mark.parametrize(("later", "kept"), [(FORGOTTEN_AFTER - SECOND, 2), (FORGOTTEN_AFTER, 1)])
def test_old_terminals_take_no_room(later: timedelta, kept: int) -> None:
    """Terminals whose day is over are dropped when another one fails."""
    assert kept == len(failed(5, terminal="till-1").failed("till-2", now=NOON + later).terminals)


def test_the_ceiling() -> None:
    """Fifty in a row is the end, forty-nine is not."""
    assert DISABLED_AT == 50
    assert (False, True) == (failed(49).exhausted, failed(50).exhausted)
