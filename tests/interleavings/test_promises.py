"""A promise of what is more than one step is a judgement: what breaks it on purpose is found."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

import pytest
from attrs import evolve

from subaccounts import SwitchPreview
from subaccounts.errors import NotAllowed
from subaccounts.testing.interleavings import Ending, Exploration, Outcome
from subaccounts.testing.interleavings.world import copied
from tests.interleavings.crowd import WITH_LINKS
from tests.interleavings.everything import everything
from tests.interleavings.promises import PROMISES
from tests.interleavings.shop import shop

here = cache(lambda: shop(WITH_LINKS))


def ended(outcome: Outcome, ending: Ending) -> Outcome:
    """Return an outcome whose first task ended in another way."""
    return evolve(outcome, endings=(ending, *outcome.endings[1:]))


def tampered(outcome: Outcome) -> Outcome:
    """Return an outcome after which an event says something else than when it was sealed."""
    repository = copied(outcome.world.repository)
    sealed, event = next((at, repository._events[at]) for at in repository._seals)
    repository._events[sealed] = evolve(event, by=evolve(event.by, id="nobody"))
    return evolve(outcome, world=evolve(outcome.world, repository=repository))


REFUSED: Final = Ending(error=NotAllowed(action="look"))
BREAKS: Final[dict[str, tuple[str, Callable[[Outcome], Outcome]]]] = {
    "a count of nobody": ("preview a switch", lambda o: ended(o, Ending(value=SwitchPreview(people=99)))),
    "a refusal for nothing": ("preview a switch", lambda o: ended(o, REFUSED)),
    "a look that is refused": ("who takes part", lambda o: ended(o, REFUSED)),
    "a look that writes": ("preview her", lambda o: evolve(o, commits=(1, *o.commits[1:]))),
    "a false alarm": ("verify", lambda o: ended(o, Ending(value=1))),
    "a broken trail": ("seal", tampered),
    "a worker that fails": ("deliver", lambda o: ended(o, REFUSED)),
    "a message sent twice": ("deliver", lambda o: evolve(o, world=evolve(o.world, sent=o.world.sent * 2))),
    "a wrong number of ends": ("tell of ends", lambda o: ended(o, Ending(value=7))),
}
"""What breaks the promise of a task."""


@pytest.mark.parametrize("what", BREAKS)
def test_what_breaks_a_promise_is_told(what: str) -> None:
    """Each promise is kept by what happens, and not by what did not."""
    name, breaks = BREAKS[what]
    exploration = Exploration(here().world, [everything(WITH_LINKS)[each](here()) for each in (name, "edit")])
    outcome = exploration.serial((0, 1))
    assert [] == list(PROMISES[name](here(), exploration, outcome, 0))
    assert [] != list(PROMISES[name](here(), exploration, breaks(outcome), 0))
