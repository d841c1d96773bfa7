"""The model that judges races answers as the library does when one racer runs alone, from every start."""

from __future__ import annotations

import random

import pytest

from subaccounts.repositories import MemoryRepository
from tests.interleavings.test_everything import touching
from tests.races.asked import COMMANDS
from tests.races.judged import judge
from tests.races.lots import MENU, Race, asking
from tests.races.racer import run
from tests.races.starts import STARTS

STORIES, ASKED = 5, 200


@pytest.mark.parametrize("begins", STARTS)
def test_alone(begins: str) -> None:
    """Whatever one racer asks, in stories of four things, the model answers the same and stores the same."""
    lot = random.Random(begins)
    for _ in range(STORIES):
        repository = MemoryRepository()
        races = [
            Race(name=f"alone-{n}", start=begins, asked=(tuple(lot.choices(list(MENU), k=4)),), meet=False)
            for n in range(ASKED // STORIES)
        ]
        verdict = judge(races, run(races, repository, racer=0, of=1, together=lambda: None), repository)
        assert [] == list(verdict.told[:3])
        assert (len(races), 4 * len(races), 0) == (verdict.races, verdict.operations, verdict.overlapping)


def test_what_is_raced_is_explored_too() -> None:
    """Every command of the menu is among those that are tried in every interleaving of every pair."""
    raced = [asking("race-0", name) for name in MENU]
    commands = {type(COMMANDS[asked.what](asked)).__name__ for asked in raced}
    assert commands <= touching()


def test_everything_is_asked() -> None:
    """Every thing on the menu is among what is asked alone, from every start."""
    for begins in STARTS:
        lot = random.Random(begins)
        assert set(MENU) == {name for _ in range(ASKED) for name in lot.choices(list(MENU), k=4)}
