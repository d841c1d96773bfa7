"""Tasks: in which order they are taken, and what a worker says when it gives one back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.task import Acknowledgment, Leased
from subaccounts.errors import InvalidValue
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

dues = st.integers(-60, 60).map(lambda seconds: NOON + timedelta(seconds=seconds))


@given(dues, dues)
def test_what_is_due_longer_is_taken_first(one: datetime, other: datetime) -> None:
    """Of two tasks the one that came due first has its turn first, whatever they are called."""
    first, second = a.task(9, due=one), a.task(1, due=other)
    expected = [first, second] if one < other else [second, first]
    assert expected == sorted([first, second], key=lambda task: task.turn)


def test_what_came_due_together_is_taken_by_name() -> None:
    """Tasks that came due at one moment have their turns in the order of their ids, however they were added."""
    tasks = [a.task(number) for number in (3, 1, 2)]
    assert [a.task(1), a.task(2), a.task(3)] == sorted(tasks, key=lambda task: task.turn)


def test_what_is_given_back() -> None:
    """A worker gives back its own task under its own lease: for good, or to be done again at the time it says."""
    leased = Leased(task=a.task(7), fence=3)
    later = NOON + timedelta(minutes=5)
    assert Acknowledgment(task=leased.task.id, fence=3, again=None) == leased.done()
    assert Acknowledgment(task=leased.task.id, fence=3, again=later) == leased.again(later)


@pytest.mark.parametrize("text", ["", "\ud800", "a\x00"])
@pytest.mark.parametrize(("part", "called"), [("queue", "queue"), ("id", "task")])
def test_what_names_no_task(part: str, called: str, text: str) -> None:
    """A queue and a task have names that can be stored, and a refusal says which of them has none."""
    with pytest.raises(InvalidValue) as refusal:
        evolve(a.task(), **{part: text})  # type: ignore[arg-type]  # one of two parts, chosen by its name
    assert called == refusal.value.field
