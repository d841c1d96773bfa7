"""Company accounts beside everything else, in every interleaving: arrive, as another, as nobody; link, unlink, trust nobody."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from subaccounts.domain import events as e
from subaccounts.domain.activation_events import IdentityLinked
from subaccounts.domain.steps import AskAdministrator, Authenticated
from subaccounts.domain.sub_account import SubAccount
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.explored import explore
from tests.interleavings.rules import happened
from tests.interleavings.shop import EXPECTED, shop
from tests.interleavings.tasks import ARRIVALS, TASKS


@pytest.mark.parametrize("state", EXPECTED)
def test_every_pair(state: str, record_property: Callable[[str, object], None]) -> None:
    """An arrival, a link or a change of trust beside any other task ends as one after the other would."""
    pairs = list(product(ARRIVALS, [*TASKS, *ARRIVALS]))
    tally = explore(shop(state), pairs, {**TASKS, **ARRIVALS})
    record_property("explored pairs of arrivals", tally.numbers)
    assert len(pairs) == tally.explored
    assert [] == tally.told


@pytest.mark.parametrize("names", [("arrive", "arrive"), ("arrive", "arrive as another")])
def test_one_person_is_taken_over_once(names: tuple[str, str]) -> None:
    """Of two arrivals at once one takes the person over; the same one comes in twice, another is told."""
    here = shop("waiting, expected")
    outcomes = Exploration(here.world, [ARRIVALS[name](here) for name in names]).outcomes()
    answers = set()
    for outcome in outcomes:
        linked = [each for each in happened(outcome) if isinstance(each.happening, IdentityLinked)]
        assert 1 == len(linked) == sum(isinstance(each.happening, e.SubAccountClaimed) for each in happened(outcome))
        answers.add(frozenset(type(ending.value) for ending in outcome.endings))
    assert {frozenset({Authenticated} if names[0] == names[1] else {Authenticated, AskAdministrator})} == answers


def test_one_person_is_created_once() -> None:
    """Of three arrivals of somebody unknown one creates the person, and all three are in."""
    here = shop("waiting, expected")
    before = sum(isinstance(record, SubAccount) for record in here.world.repository._records.values())
    for outcome in Exploration(here.world, [ARRIVALS["arrive as hanna"](here)] * 3).outcomes():
        after = sum(isinstance(record, SubAccount) for record in outcome.world.repository._records.values())
        assert [Authenticated] * 3 == [type(ending.value) for ending in outcome.endings]
        assert before + 1 == after
