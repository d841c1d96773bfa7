"""Answers, messages and ends of memberships, in every interleaving; every pair of what gathers people is in `test_everything`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from subaccounts.domain.activation_events import NoticeCancelled, NoticeDelivered
from subaccounts.domain.ending import ENDINGS
from subaccounts.domain.group_events import MembershipExpired
from subaccounts.domain.life import State
from subaccounts.domain.membership import Membership
from subaccounts.domain.notice import NOTICES
from subaccounts.errors import WrongState
from subaccounts.testing.interleavings import Exploration, Outcome
from tests.interleavings.builder import ORGANIZATION
from tests.interleavings.explored import Tally
from tests.interleavings.gatherings import GATHERINGS
from tests.interleavings.rules import broken, happened
from tests.interleavings.shop import ASKED, OVER, UNANSWERED, Shop, shop
from tests.interleavings.tasks import TASKS, WALKS

BOTH = {**TASKS, **GATHERINGS}


@pytest.mark.parametrize("other", ["decline", "remove her and boris", "retire the group", "shut the group to her"])
def test_one_answer(other: str) -> None:
    """Of an acceptance and whatever ends the invitation, whichever comes first counts, and both hear what became of it."""
    here = shop(ASKED)
    exploration = Exploration(here.world, [GATHERINGS[each](here) for each in ("accept", other)])
    for outcome in exploration.outcomes():
        assert 1 == len(_memberships(here.anna.value, outcome)), exploration.story(outcome.schedule)
        refused = [ending.error for ending in outcome.endings if ending.error is not None]
        if other == "decline":
            assert [WrongState] == [type(each) for each in refused], exploration.story(outcome.schedule)


def _memberships(person: str, outcome: Outcome) -> list[Membership]:
    records = outcome.world.repository._records.values()
    return [each for each in records if isinstance(each, Membership) and each.person.value == person]


OVERTAKING = {"accept", "decline", "add her and boris", "add her as the head", "invite her", "remove her and boris"}
OVERTAKING |= {"shut the group to her", "retire the group"}
"""What overtakes her invitation when it is done before the worker begins."""


@pytest.mark.parametrize("name", [*GATHERINGS, "archive", "delete"])
def test_beside_a_worker(name: str, record_property: Callable[[str, object], None]) -> None:
    """However a worker and something else interleave, the invitation is sent once, cancelled, or still there."""
    here, tally = shop(ASKED), Tally(explored=1)
    exploration = Exploration(here.world, [WALKS["deliver"](here), BOTH[name](here)])
    waited = here.world.repository.tasks_page(ORGANIZATION, NOTICES, after=None, limit=99)
    notice = waited[-1].task.id
    for outcome in exploration.outcomes():
        tally.outcomes += 1
        tally.interleavings += outcome.interleavings
        story = exploration.story(outcome.schedule)
        assert [] == broken(here, outcome), story
        assert outcome.endings[0].error is None, story
        sent = sum(message.id == notice for message in outcome.world.sent)
        told = [
            event.happening
            for event in happened(outcome)
            if isinstance(event.happening, NoticeDelivered | NoticeCancelled) and event.happening.notice == notice
        ]
        left = outcome.world.repository.tasks_page(ORGANIZATION, NOTICES, after=None, limit=99)
        assert 1 == len(told) + sum(each.task.id == notice for each in left), story
        assert 1 >= sent, story
        if name in OVERTAKING | {"archive", "delete"} and 1 in outcome.began_after[0]:
            assert 0 == sent, story
    record_property("explored beside a worker", tally.numbers)


@pytest.mark.parametrize("state", [OVER, UNANSWERED])
@pytest.mark.parametrize("name", [*GATHERINGS, "archive", "delete"])
def test_beside_an_end(name: str, state: str, record_property: Callable[[str, object], None]) -> None:
    """However the job and something else interleave, the end is told just when nothing became of the membership before, once,
    and nothing waits any more."""
    here, tally = shop(state), Tally(explored=1)
    exploration = Exploration(here.world, [WALKS["tell of ends"](here), BOTH[name](here)])
    (before,) = (each for each in here.world.repository._records.values() if _is_hers(each, here))
    for outcome in exploration.outcomes():
        tally.outcomes += 1
        tally.interleavings += outcome.interleavings
        story = exploration.story(outcome.schedule)
        assert [] == broken(here, outcome), story
        told = [each for each in happened(outcome) if isinstance(each.happening, MembershipExpired)]
        assert len(told) == outcome.endings[0].value, story
        assert () == outcome.world.repository.tasks_page(ORGANIZATION, ENDINGS, after=None, limit=99), story
        (then,) = (each for each in outcome.world.repository._records.values() if _is_hers(each, here))
        gone = outcome.world.repository.person(here.anna).sub_account.state is State.DELETED
        first = 1 in outcome.began_after[0]
        if before == then and not gone:
            assert 1 == len(told), story
        if first and (before != then or gone):
            assert 0 == len(told), story
    record_property("explored beside an end", tally.numbers)


@pytest.mark.parametrize("state", [OVER, UNANSWERED])
def test_two_workers_at_an_end(state: str, record_property: Callable[[str, object], None]) -> None:
    """Two jobs at once tell of it once."""
    here, tally = shop(state), Tally(explored=1)
    exploration = Exploration(here.world, [WALKS["tell of ends"](here)] * 2)
    for outcome in exploration.outcomes():
        tally.outcomes += 1
        tally.interleavings += outcome.interleavings
        told = [each for each in happened(outcome) if isinstance(each.happening, MembershipExpired)]
        assert [1, 1] == [len(told), sum(each.value for each in outcome.endings)], exploration.story(outcome.schedule)
    record_property("explored beside an end", tally.numbers)


def _is_hers(record: object, here: Shop) -> bool:
    return isinstance(record, Membership) and record.person == here.anna
