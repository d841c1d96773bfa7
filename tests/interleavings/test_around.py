"""What happens around people beside everything that can be done to one, in every interleaving: how they are told changes, a
message that was given up is sent again or dropped, slips are voided, the organization moves a generation ahead."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement

import pytest

from subaccounts.domain.dead_letter import GivenUp
from subaccounts.domain.notice import DEAD_LETTERS, NOTICES, Notice
from subaccounts.testing.interleavings import Exploration
from subaccounts.wire import loads
from tests.interleavings.builder import ORGANIZATION
from tests.interleavings.explored import Tally, explore
from tests.interleavings.rules import broken
from tests.interleavings.shop import GIVEN_UP, shop
from tests.interleavings.tasks import AROUND, TASKS, WALKS

EVERYTHING = {**TASKS, **AROUND}
STEPWISE = frozenset({"say restored"})
"""What commits step by step here: it takes away what waits to be sent before it says its word."""


@pytest.mark.parametrize("name", AROUND)
def test_beside_everything(name: str, record_property: Callable[[str, object], None]) -> None:
    """At once with anything that is done to a person, each ends as one after the other would."""
    tally = explore(shop(GIVEN_UP), ((name, other) for other in TASKS), EVERYTHING, stepwise=STEPWISE)
    record_property("explored around people", tally.numbers)
    assert [] == tally.told
    assert len(TASKS) == tally.explored


def test_beside_each_other(record_property: Callable[[str, object], None]) -> None:
    """Any two of them at once end as one after the other would: a dead letter is sent again or dropped, and never both."""
    tally = explore(shop(GIVEN_UP), combinations_with_replacement(AROUND, 2), EVERYTHING)
    record_property("explored around people", tally.numbers)
    assert [] == tally.told


@pytest.mark.parametrize("name", AROUND)
def test_beside_a_worker(name: str, record_property: Callable[[str, object], None]) -> None:
    """A worker that sends meanwhile sends her message once at most, and what is neither sent nor dropped is still there."""
    here, tally = shop(GIVEN_UP), Tally(explored=1)
    exploration = Exploration(here.world, [WALKS["deliver"](here), AROUND[name](here)])
    for outcome in exploration.outcomes():
        tally.outcomes += 1
        tally.interleavings += outcome.interleavings
        repository = outcome.world.repository
        waits = [
            loads(Notice, each.task.body).id
            for each in repository.tasks_page(ORGANIZATION, NOTICES, after=None, limit=9)
        ]
        dead = [
            loads(GivenUp, each.task.body).notice.id
            for each in repository.tasks_page(ORGANIZATION, DEAD_LETTERS, after=None, limit=9)
        ]
        places = [*waits, *dead, *(message.id for message in outcome.world.sent)]
        assert len(places) == (0 if name == "drop her dead letter" else 1), exploration.story(outcome.schedule)
        assert [] == broken(here, outcome), exploration.story(outcome.schedule)
    record_property("explored beside a worker", tally.numbers)
