"""Chosen triples of tasks at once: a third one can see, between two others, what no pair shows.

Every triple, in the states where most can happen, is explored with `SUBACCOUNTS_THOROUGH=1 pytest tests/interleavings`
(about half an hour); `.ci/nightly` is the place for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Final

import pytest

from tests.interleavings.explored import explore
from tests.interleavings.shop import shop
from tests.interleavings.tasks import TASKS

CHOSEN: Final[Mapping[str, Sequence[str]]] = {
    "waiting": ("claim", "claim as a rival", "guess", "issue a code", "reset", "archive", "open claims", "read"),
    "waiting, seats full but one": ("add hanna", "add her login again", "delete", "rename", "claim"),
    "open": ("claim without a code", "issue a code", "void the code", "reset", "guess", "close the account", "list"),
    "active": ("sign in", "guess", "change the password", "edit herself", "reset", "archive", "rename", "recognize"),
    "active, one guess from a delay": ("guess", "sign in outside", "change it by a guess", "unlock", "reset"),
    "active, one guess from disabled": ("guess", "guess at a till", "sign in", "reset once", "unlock"),
    "active, one seat this month": ("sign in", "sign in outside", "sign boris in", "archive"),
    "active, host promoted": ("sign in", "guess", "demote the host", "promote the host", "recognize", "archive"),
    "archived": ("restore", "delete", "claim", "rename boris to anna", "add her login again", "read"),
}
"""Which tasks are taken three at a time, from which state."""
THOROUGH: Final = ("waiting", "open", "active", "archived") if os.environ.get("SUBACCOUNTS_THOROUGH") == "1" else ()


@pytest.mark.parametrize("state", CHOSEN)
def test_chosen_triples(state: str, record_property: Callable[[str, object], None]) -> None:
    """Three tasks at once end as one after the other would, and every invariant holds."""
    tally = explore(shop(state), combinations_with_replacement(CHOSEN[state], 3))
    record_property("explored triples", tally.numbers)
    assert [] == tally.told


@pytest.mark.parametrize("first", TASKS if THOROUGH else ())
@pytest.mark.parametrize("state", THOROUGH)
def test_every_triple(state: str, first: str, record_property: Callable[[str, object], None]) -> None:
    """Any three tasks at once end as one after the other would, and every invariant holds."""
    later = list(TASKS)[list(TASKS).index(first) :]
    tally = explore(shop(state), [(first, *rest) for rest in combinations_with_replacement(later, 2)])
    record_property("explored triples", tally.numbers)
    assert [] == tally.told
