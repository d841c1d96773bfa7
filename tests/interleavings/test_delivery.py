"""A worker beside everything that can be done to the person it tells, in every interleaving of their port calls.

It commits step by step, so no order of the two has to end like it: what has to hold is that the notice is sent, cancelled or
still there, whatever happens, and that what was overtaken before the worker began is not sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from subaccounts.domain.activation_events import NoticeCancelled, NoticeDelivered
from subaccounts.domain.notice import NOTICES, Notice, NoticeKind
from subaccounts.testing.interleavings import Exploration, Outcome
from subaccounts.wire import loads
from tests.interleavings.explored import Tally
from tests.interleavings.messages import CODES, MESSAGES
from tests.interleavings.rules import broken, happened
from tests.interleavings.shop import SENT, TEXTED, TOLD, TOLD_EXPECTED, Shop, shop
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
    SENT: MESSAGES,
    TEXTED: CODES,
}
"""What runs beside the worker, by where it finds something to send: hers, or those with links, or with codes."""


@pytest.mark.parametrize(("state", "name"), [(state, name) for state, beside in BESIDE.items() for name in beside])
def test_beside_a_worker(state: str, name: str, record_property: Callable[[str, object], None]) -> None:
    """However a worker and something else interleave, each notice is sent once, cancelled, or still there."""
    here = shop(state)
    notices = _notices(here)
    exploration = Exploration(here.world, [WALKS["deliver"](here), BESIDE[state][name](here)])
    tally = Tally(explored=1)
    assert (2 if state in {SENT, TEXTED} else 1) <= len(notices)
    for outcome in exploration.outcomes():
        tally.outcomes += 1
        tally.interleavings += outcome.interleavings
        told = [*broken(here, outcome), *(line for notice in notices for line in _lost(notice, outcome))]
        if name in OVERTAKING and 1 in outcome.began_after[0] and _sent(notices[0], outcome):
            told.append("invariant 8: it was overtaken, and was sent")
        assert [] == told, exploration.story(outcome.schedule)
        assert outcome.endings[0].error is None, exploration.story(outcome.schedule)
    record_property("explored beside a worker", tally.numbers)


def _notices(here: Shop) -> list[Notice]:
    tasks = here.world.repository.tasks_page(here.account.organization, NOTICES, after=None, limit=99)
    return [loads(Notice, each.task.body) for each in tasks]


def _sent(notice: Notice, outcome: Outcome) -> int:
    return Counter(message.id for message in outcome.world.sent)[notice.id]


def _lost(notice: Notice, outcome: Outcome) -> list[str]:
    """Say what is wrong with what became of the notice."""
    what = Counter(
        type(event.happening)
        for event in happened(outcome)
        if isinstance(event.happening, NoticeDelivered | NoticeCancelled) and event.happening.notice == notice.id
    )
    tasks = outcome.world.repository.tasks_page(notice.organization, NOTICES, after=None, limit=99)
    waits = sum(loads(Notice, each.task.body).id == notice.id for each in tasks)
    dropped = any(type(event.happening).__name__ == "OrganizationRestored" for event in happened(outcome))
    sent, delivered, cancelled = _sent(notice, outcome), what[NoticeDelivered], what[NoticeCancelled]
    told = []
    if delivered + cancelled + waits != 1 and not (dropped and delivered + cancelled + waits == 0):
        told.append(f"invariant 8: {delivered} delivered, {cancelled} cancelled, {waits} waiting")
    if sent > 1 or sent < delivered:
        told.append(f"invariant 8: sent {sent} times, {delivered} delivered")
    return told


def test_a_worker_beside_nobody() -> None:
    """Alone, the worker sends her the one message that waits."""
    here = shop(TOLD)
    (outcome,) = Exploration(here.world, [WALKS["deliver"](here)]).outcomes()
    assert [NoticeKind.ACTIVATION] == [message.kind for message in outcome.world.sent]
