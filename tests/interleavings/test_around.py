"""What happens around people beside everything that can be done to one, in every interleaving: how they are told changes, a
message that was given up is sent again or dropped, slips are voided, the organization moves a generation ahead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.interleavings.explored import explore
from tests.interleavings.promises import PROMISES
from tests.interleavings.shop import GIVEN_UP, shop
from tests.interleavings.tasks import AROUND, TASKS

EVERYTHING = {**TASKS, **AROUND}


@pytest.mark.parametrize("name", AROUND)
def test_beside_everything(name: str, record_property: Callable[[str, object], None]) -> None:
    """At once with anything that is done to a person, each ends as one after the other would."""
    tally = explore(shop(GIVEN_UP), ((name, other) for other in TASKS), EVERYTHING, promises=PROMISES)
    record_property("explored around people", tally.numbers)
    assert [] == tally.told
    assert len(TASKS) == tally.explored
