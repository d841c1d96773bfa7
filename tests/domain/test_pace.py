"""How many notices are taken at once."""

from __future__ import annotations

from subaccounts.domain.pace import FRAIL_AFTER, MOST_AT_ONCE, Pace, is_frail


def test_more_while_all_goes_well() -> None:
    """The pace doubles up to its limit."""
    pace, sizes = Pace(), list[int]()
    for _ in range(7):
        sizes.append(pace.size)
        pace = pace.kept()
    assert [4, 8, 16, 32, 64, 64, 64] == sizes
    assert MOST_AT_ONCE == pace.size


def test_fewer_when_time_ran_out() -> None:
    """The pace halves down to one, and never to none."""
    assert [8, 2, 1, 1] == [Pace(size=size).lost().size for size in (16, 4, 2, 1)]


def test_one_after_something_frail() -> None:
    """After something frail one is taken, and then more again."""
    assert (1, 2) == (Pace(size=64).alone().size, Pace(size=64).alone().kept().size)


def test_frail_is_what_was_taken_often() -> None:
    """What is taken for the fourth time is frail."""
    assert [False, False, True] == [is_frail(FRAIL_AFTER - 1), is_frail(FRAIL_AFTER), is_frail(FRAIL_AFTER + 1)]
    assert 3 == FRAIL_AFTER
