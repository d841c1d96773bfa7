"""Rosters that two change at once, line by line; every pair of what changes and asks who sees what is in `test_everything`."""

from __future__ import annotations

from subaccounts import Outcome, RemoveParticipants
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.builder import BOSS
from tests.interleavings.crowd import FEEDBACK, WITH_CODES
from tests.interleavings.shop import shop
from tests.interleavings.sights import CHANGES


def test_each_line_of_a_roster_is_of_its_own_moment() -> None:
    """Of two who add and take off the same people at once each line is answered in some order, and the roster is as they say;
    the lines of one command need not all come before those of the other."""
    here = shop(WITH_CODES)
    adding = CHANGES["have her take part"](here)
    removing = RemoveParticipants(actor=BOSS, resource=FEEDBACK, people=(here.anna, here.boris))
    exploration = Exploration(here.world, [adding, removing])
    for outcome in exploration.outcomes():
        added, removed = ({line.person: line.outcome for line in ending.value} for ending in outcome.endings)
        page = outcome.world.repository.participants_page(FEEDBACK, after=None, limit=9)
        for person, there in ((here.anna, False), (here.boris, True)):
            told = (added[person], removed[person], person in {each.person for each in page})
            assert told in _either_order(there), exploration.story(outcome.schedule)


def _either_order(there: bool) -> set[tuple[Outcome, Outcome, bool]]:
    """Return what adding and taking off answer, and whether the person is on the roster then, in both orders."""
    adding_first = (Outcome.SAME if there else Outcome.ADDED, Outcome.REMOVED, False)
    removing_first = (Outcome.ADDED, Outcome.REMOVED if there else Outcome.SAME, True)
    return {adding_first, removing_first}
