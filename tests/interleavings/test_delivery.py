"""A worker beside everything that can be done to the person it tells, in every interleaving of their port calls.

It commits step by step, so no order of the two has to end like it: what has to hold is that the notice is sent, cancelled or
still there, whatever happens, and that what was overtaken before the worker began is not sent.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from subaccounts.domain.notice import NoticeKind
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.explored import Tally
from tests.interleavings.messages import ASKING, CODES, LINKS
from tests.interleavings.promises import each_once, waiting
from tests.interleavings.rules import broken
from tests.interleavings.shop import SENT, TEXTED, TOLD, TOLD_EXPECTED, shop
from tests.interleavings.tasks import ARRIVALS, TASKS, WALKS

OVERTAKING = {
    "issue a code", "reissue her slip", "grant a code", "void the code", "send her activation", "reset", "reset once",
    "archive", "archive once", "archive as the head", "delete", "delete once", "edit the e-mail", "open claims",
    "say restored", "arrive", "arrive as another",
}  # fmt: skip
"""What overtakes her activation when it is done before the worker begins."""


BESIDE = {
    TOLD: {**TASKS, "deliver": WALKS["deliver"]},
    TOLD_EXPECTED: ARRIVALS,
    SENT: {**ASKING, **LINKS},
    TEXTED: {**ASKING, **CODES},
}
"""What runs beside the worker, by where it finds something to send: hers, or those with links, or with codes."""


@pytest.mark.parametrize(("state", "name"), [(state, name) for state, beside in BESIDE.items() for name in beside])
def test_beside_a_worker(state: str, name: str, record_property: Callable[[str, object], None]) -> None:
    """However a worker and something else interleave, each notice is sent once, cancelled, or still there."""
    here = shop(state)
    notices = waiting(here.world)
    exploration = Exploration(here.world, [WALKS["deliver"](here), BESIDE[state][name](here)])
    tally = Tally(explored=1)
    assert (2 if state in {SENT, TEXTED} else 1) <= len(notices)
    for outcome in exploration.outcomes():
        tally.outcomes += 1
        tally.interleavings += outcome.interleavings
        told = [*broken(here, outcome), *each_once(here, exploration, outcome, 0)]
        if (
            name in OVERTAKING
            and 1 in outcome.began_after[0]
            and notices[0].id in {each.id for each in outcome.world.sent}
        ):
            told.append("invariant 8: it was overtaken, and was sent")
        assert [] == told, exploration.story(outcome.schedule)
    record_property("explored beside a worker", tally.numbers)


def test_a_worker_beside_nobody() -> None:
    """Alone, the worker sends her the one message that waits."""
    here = shop(TOLD)
    (outcome,) = Exploration(here.world, [WALKS["deliver"](here)]).outcomes()
    assert [NoticeKind.ACTIVATION] == [message.kind for message in outcome.world.sent]
