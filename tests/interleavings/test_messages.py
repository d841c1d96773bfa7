"""Links and codes that work once, in every interleaving; every pair of what begins and ends them is in `test_everything`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from subaccounts import Purpose
from subaccounts.domain.steps import Authenticated, EnterLoginAndProof, EnterPassword
from subaccounts.errors import LinkRefused
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.explored import explore
from tests.interleavings.messages import ACTIVATIONS, redeeming, redeeming_code
from tests.interleavings.promises import PROMISES
from tests.interleavings.shop import SENT, TEXTED, TOLD, shop
from tests.interleavings.tasks import NEW_PASSWORD, RIVAL_PASSWORD, TASKS


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


def test_an_activation(record_property: Callable[[str, object], None]) -> None:
    """A link that waits to be redeemed, at once with anything that is done to its owner: a claim, or nothing of it."""
    name, tasks = "claim by the link", {**TASKS, **ACTIVATIONS}
    tally = explore(shop(TOLD), ((name, other) for other in TASKS), tasks, promises=PROMISES)
    record_property("explored beside a link that claims", tally.numbers)
    assert [] == tally.told
