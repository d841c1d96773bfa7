"""Every pair of tasks that touch one person, from every state of its life, in every interleaving of their port calls.

How they are judged is in `rules`. Nothing is drawn by lot: what is green here is green on every machine.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement

import pytest

from subaccounts.domain import events as e
from subaccounts.domain.steps import AlreadyClaimed, Authenticated, EnterPassword, LockedUntil
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.explored import Tally, explore
from tests.interleavings.promises import verified
from tests.interleavings.rules import happened
from tests.interleavings.shop import STATES, shop
from tests.interleavings.tasks import RIVAL_PASSWORD, TASKS, WALKS, claiming

EVERYTHING = {**TASKS, **WALKS}


@pytest.mark.parametrize("state", STATES)
def test_every_pair(state: str, record_property: Callable[[str, object], None]) -> None:
    """Two tasks at once end as one after the other would, and every invariant holds."""
    tally = explore(shop(state), combinations_with_replacement(TASKS, 2))
    record_property("explored pairs", tally.numbers)
    assert len(TASKS) * (len(TASKS) + 1) // 2 == tally.explored
    assert [] == tally.told


@pytest.mark.parametrize("state", ["waiting", "open"])
def test_two_claims(state: str) -> None:
    """Of two persons claiming one login at once exactly one is let in, and the other is told."""
    here = shop(state)
    exploration = Exploration(
        here.world, (claiming(here, here.code), claiming(here, here.code, password=RIVAL_PASSWORD))
    )
    answers = {frozenset(type(ending.value) for ending in outcome.endings) for outcome in exploration.outcomes()}
    assert {frozenset({Authenticated, AlreadyClaimed})} == answers


def test_parallel_guesses() -> None:
    """However three guesses and the right password interleave, the fifth wrong one in a row is the last that counts."""
    here = shop("active, one guess from a delay")
    tasks = [TASKS[name](here) for name in ("guess", "guess", "guess", "sign in")]
    outcomes = Exploration(here.world, tasks).outcomes()
    seen = set()
    for outcome in outcomes:
        entered = isinstance(outcome.endings[-1].value, Authenticated)
        failures = sum(isinstance(event.happening, e.SignInFailed) for event in happened(outcome))
        seen.add((entered, failures, frozenset(type(ending.value) for ending in outcome.endings[:3])))
    # The right password came first and began a new row of three; or the delay began, and whatever came was not looked at.
    assert {(True, 3, frozenset({EnterPassword})), (False, 1, frozenset({LockedUntil}))} == seen


@pytest.mark.parametrize("state", STATES)
def test_seal_beside(state: str, record_property: Callable[[str, object], None]) -> None:
    """Whatever is done while the audit trail is sealed, each event is sealed at most once, and the chain is unbroken."""
    here = shop(state)
    tally = Tally()
    for name in (*TASKS, "seal"):
        exploration = Exploration(here.world, [WALKS["seal"](here), EVERYTHING[name](here)])
        tally.explored += 1
        for outcome in exploration.outcomes():
            tally.outcomes += 1
            tally.interleavings += outcome.interleavings
            assert None is verified(outcome.world), exploration.story(outcome.schedule)
    record_property("explored beside the sealing of the audit trail", tally.numbers)


@pytest.mark.parametrize("name", ["seal", "guess", "reset"])
def test_verify_beside(name: str) -> None:
    """A trail that grows or is sealed while it is checked is not called broken."""
    here = shop("active, one guess from disabled")
    exploration = Exploration(here.world, [EVERYTHING[each](here) for each in ("verify", "seal", name)])
    assert {None} == {outcome.endings[0].value for outcome in exploration.outcomes()}
