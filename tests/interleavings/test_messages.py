"""Links and codes that are out, and asking for more, beside everything that can be done to their owner, in every interleaving."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement

import pytest

from subaccounts import Purpose
from subaccounts.domain.steps import Authenticated, EnterLoginAndProof, EnterPassword
from subaccounts.errors import LinkRefused
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.explored import Tally, explore
from tests.interleavings.messages import CODES, MESSAGES, redeeming, redeeming_code
from tests.interleavings.rules import breaches, broken
from tests.interleavings.shop import SENT, TEXTED, TOLD, shop
from tests.interleavings.tasks import NEW_PASSWORD, RIVAL_PASSWORD, TASKS

BOTH = {**TASKS, **MESSAGES}
STEPWISE = frozenset({"say restored"})
"""What commits step by step here: the word that a backup was put back drops what waits to be sent, before it is said."""


@pytest.mark.parametrize("name", MESSAGES)
def test_beside_everything(name: str, record_property: Callable[[str, object], None]) -> None:
    """What a message begins or ends, at once with anything else, ends as one after the other would."""
    tally = explore(shop(SENT), ((name, other) for other in TASKS), BOTH, stepwise=STEPWISE)
    record_property("explored beside links that are out", tally.numbers)
    assert [] == tally.told


def test_beside_each_other(record_property: Callable[[str, object], None]) -> None:
    """Any two of them at once end as one after the other would: a link works once, and one message goes out."""
    tally = explore(shop(SENT), combinations_with_replacement(MESSAGES, 2), BOTH)
    record_property("explored beside links that are out", tally.numbers)
    assert [] == tally.told


@pytest.mark.parametrize("name", CODES)
def test_codes_beside_everything(name: str, record_property: Callable[[str, object], None]) -> None:
    """What a code by SMS begins or ends, at once with anything else, ends as one after the other would."""
    tally = explore(shop(TEXTED), ((name, other) for other in [*TASKS, *CODES]), {**TASKS, **CODES}, stepwise=STEPWISE)
    record_property("explored beside codes that are out", tally.numbers)
    assert [] == tally.told


def test_two_redemptions_of_a_code() -> None:
    """Of two typing one code at once exactly one gets through, and the other hears that it was wrong."""
    here = shop(TEXTED)
    tasks = (redeeming_code(here, NEW_PASSWORD), redeeming_code(here, RIVAL_PASSWORD))
    answers = {
        frozenset(type(ending.value) for ending in outcome.endings)
        for outcome in Exploration(here.world, tasks).outcomes()
    }
    assert {frozenset({EnterPassword, EnterLoginAndProof})} == answers


@pytest.mark.parametrize(
    ("state", "purpose", "answer"), [(TOLD, Purpose.CLAIM, Authenticated), (SENT, Purpose.RECOVERY, EnterPassword)]
)
def test_two_redemptions(state: str, purpose: Purpose, answer: type) -> None:
    """Of two redeeming one link at once exactly one succeeds, and the other hears that it does not work any more."""
    here = shop(state)
    tasks = (redeeming(here, purpose, NEW_PASSWORD), redeeming(here, purpose, RIVAL_PASSWORD))
    answers = {
        frozenset(type(ending.value) if ending.error is None else type(ending.error) for ending in outcome.endings)
        for outcome in Exploration(here.world, tasks).outcomes()
    }
    assert {frozenset({answer, LinkRefused})} == answers


@pytest.mark.parametrize("name", TASKS)
def test_an_activation(name: str, record_property: Callable[[str, object], None]) -> None:
    """A link that waits to be redeemed, at once with anything that is done to its owner: a claim, or nothing of it."""
    here, tally = shop(TOLD), Tally(explored=1)
    exploration = Exploration(here.world, [redeeming(here, Purpose.CLAIM, NEW_PASSWORD), TASKS[name](here)])
    for outcome in exploration.outcomes():
        tally.outcomes += 1
        tally.interleavings += outcome.interleavings
        judged = broken(here, outcome) if name in STEPWISE else breaches(here, exploration, outcome)
        assert [] == judged, exploration.story(outcome.schedule)
    record_property("explored beside a link that claims", tally.numbers)
