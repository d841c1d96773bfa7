"""Resources, rosters and who sees what beside each other, and beside what is done to anna, in every interleaving."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement, product
from typing import Final

import pytest

from subaccounts import Outcome, RemoveParticipants
from subaccounts.testing.interleavings import Ending, Exploration
from tests.interleavings.builder import BOSS
from tests.interleavings.explored import Tally, explore
from tests.interleavings.rules import broken
from tests.interleavings.sights import CHANGES, FEEDBACK, QUESTIONS, WALKS, shown
from tests.interleavings.tasks import TASKS

BOTH: Final = {**TASKS, **CHANGES, **QUESTIONS, **WALKS}
TO_HER: Final = (
    "archive", "delete", "delete once", "edit", "rename", "give her the job", "put her in the office", "retire the office",
    "retire the job", "move the till", "sign in", "change the password", "close the account",
)  # fmt: skip
"""What is done to anna, and to what an audience can name."""


def test_changes_beside_each_other(record_property: Callable[[str, object], None]) -> None:
    """Any two changes at once end as one after the other would: one resource, one place on a roster, one refusal."""
    tally = explore(shown(), combinations_with_replacement(CHANGES, 2), BOTH)
    record_property("explored beside resources", tally.numbers)
    assert [] == tally.told


def test_changes_beside_what_is_done_to_her(record_property: Callable[[str, object], None]) -> None:
    """A change beside whatever is done to anna meanwhile ends as one after the other would."""
    tally = explore(shown(), product(CHANGES, TO_HER), BOTH)
    record_property("explored beside resources", tally.numbers)
    assert [] == tally.told


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_of_one_moment(name: str, record_property: Callable[[str, object], None]) -> None:
    """Beside any one change, or anything that is done to her, a question is answered as before it or as after it."""
    tally = explore(shown(), ((name, other) for other in (*CHANGES, *TO_HER)), BOTH)
    record_property("explored beside resources", tally.numbers)
    assert [] == tally.told


@pytest.mark.parametrize("name", WALKS)
def test_a_walk_breaks_nothing(name: str, record_property: Callable[[str, object], None]) -> None:
    """What reads several times is no snapshot, but it is refused only as before or after, and nothing is written."""
    here, tally = shown(), Tally()
    for other in (*CHANGES, *TO_HER):
        exploration = Exploration(here.world, [WALKS[name](here), BOTH[other](here)])
        tally.explored += 1
        alone = {refusal(exploration.serial(order).endings[0]) for order in ((0, 1), (1, 0))}
        for outcome in exploration.outcomes():
            tally.outcomes += 1
            tally.interleavings += outcome.interleavings
            assert [] == broken(here, outcome), exploration.story(outcome.schedule)
            assert refusal(outcome.endings[0]) in {None, *alone}, exploration.story(outcome.schedule)
            assert outcome.commits[0] == 0
    record_property("explored beside resources", tally.numbers)


def refusal(ending: Ending) -> str | None:
    """Return the code of what a task raised, if it did."""
    return ending.error.code if ending.error is not None else None


def test_each_line_of_a_roster_is_of_its_own_moment() -> None:
    """Of two who add and take off the same people at once each line is answered in some order, and the roster is as they say;
    the lines of one command need not all come before those of the other."""
    here = shown()
    adding = BOTH["have her take part"](here)
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
