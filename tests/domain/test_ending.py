"""When a membership ends by itself: what waits for it, and what is told once its time has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts import State
from subaccounts.domain.decision import Decision, Happened, seen
from subaccounts.domain.ending import ENDINGS, Due, Ending, ending, expire
from subaccounts.domain.events import By
from subaccounts.domain.group_events import MembershipExpired
from subaccounts.domain.membership import ALWAYS, Membership, MembershipState, Window
from subaccounts.domain.task import Acknowledgment, Leased, Task
from subaccounts.domain.viewer import ViewerFacts
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g

INVITED, ACTIVE, LEFT = MembershipState
WINDOW: Final = Window(until=NOON)
SYSTEM: Final = By(kind="system", id="jobs")
MEMBER: Final = g.membership(4, group=7, version=3, window=WINDOW)
WAITS: Final = Ending(membership=MEMBER.id, version=3, person=MEMBER.person, until=NOON)


def leased(number: int = 1) -> Leased:
    """Return the task of an ending, as a worker has it."""
    task = Task(organization=b.OURS, queue=ENDINGS, id=b.value(number), due=NOON + timedelta(minutes=5), body="{}")
    return Leased(task=task, fence=number)


def due(*stored: Membership, state: State = State.ACTIVE, **changes: Any) -> Due:
    """Return the ending whose time has come, with these memberships of its person."""
    facts = ViewerFacts(sub_account=b.sub_account(state=state), memberships=stored)
    return evolve(Due(leased=leased(), ending=WAITS, facts=facts), **changes)


class TestWhatWaits:
    """What ends by itself is known when it is put."""

    @pytest.mark.parametrize("state", [INVITED, ACTIVE])
    def test_the_version_that_is_stored(self, state: MembershipState) -> None:
        """An ending is of the version that the put makes, and of the end of its window."""
        assert evolve(WAITS, version=4) == ending(evolve(MEMBER, state=state))

    @pytest.mark.parametrize("window", [ALWAYS, Window(since=NOON)])
    def test_without_an_end(self, window: Window) -> None:
        """What has no end waits for none."""
        assert None is ending(evolve(MEMBER, window=window))

    def test_who_left(self) -> None:
        """Whose membership ended otherwise is not told of once more."""
        assert None is ending(evolve(MEMBER, state=LEFT))


class TestWhatIsTold:
    """The end is told of what is stored as it was when it was known."""

    @pytest.mark.parametrize("state", [INVITED, ACTIVE])
    def test_an_end(self, state: MembershipState) -> None:
        """A membership that ended and an invitation that nobody answered are told apart, and guarded as they were read."""
        stored = evolve(MEMBER, state=state)
        person = b.sub_account()
        what = MembershipExpired(group=MEMBER.group, window=WINDOW, accepted=state is ACTIVE)
        expected = Decision(
            organization=b.OURS,
            by=SYSTEM,
            result=1,
            guards=(seen(stored),),
            acknowledgments=(Acknowledgment(task=b.value(1), fence=1),),
            happened=(Happened(what=what, account=person.account, sub_account=person.id),),
        )
        assert expected == expire([due(g.membership(9, group=8), stored)], organization=b.OURS, by=SYSTEM)

    @pytest.mark.parametrize(
        "overtaken",
        [
            due(),
            due(evolve(MEMBER, version=4)),
            due(g.membership(5, version=3)),
            due(MEMBER, state=State.DELETED),
            due(MEMBER, facts=None),
        ],
        ids=["gone", "another version", "another membership", "deleted", "nobody"],
    )
    def test_overtaken(self, overtaken: Due) -> None:
        """What became of it before, and who is gone, is told of no more; the task is done with."""
        expected = Decision(
            organization=b.OURS, by=SYSTEM, result=0, acknowledgments=(Acknowledgment(task=b.value(1), fence=1),)
        )
        assert expected == expire([overtaken], organization=b.OURS, by=SYSTEM)

    @pytest.mark.parametrize("state", [each for each in State if each is not State.DELETED])
    def test_whoever_is_there(self, state: State) -> None:
        """In whatever state a person is that is not deleted, the end of its membership is told."""
        assert 1 == expire([due(MEMBER, state=state)], organization=b.OURS, by=SYSTEM).result

    def test_many(self) -> None:
        """Of many, each is done with, and those that ended are told of, in their order."""
        second = g.membership(5, group=8, version=1, state=INVITED, window=WINDOW)
        other = Ending(membership=second.id, version=1, person=second.person, until=NOON)
        many = [
            due(second, leased=leased(1), ending=other),
            due(leased=leased(2)),
            due(MEMBER, leased=leased(3)),
        ]
        decision = expire(many, organization=b.OURS, by=SYSTEM)
        assert [Acknowledgment(task=b.value(number), fence=number) for number in (1, 2, 3)] == [
            *decision.acknowledgments
        ]
        assert [second.group, MEMBER.group] == [each.what.group for each in decision.happened]  # type: ignore[union-attr]  # a membership
        assert (2, (seen(second), seen(MEMBER))) == (decision.result, decision.guards)

    def test_nothing(self) -> None:
        """Of none, nothing is written."""
        assert not expire([], organization=b.OURS, by=SYSTEM).writes
