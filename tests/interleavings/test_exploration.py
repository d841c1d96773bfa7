"""The explorer itself: it leaves no interleaving out, counts each once, and tells what really happens.

It is checked against a walk that merges nothing, against commands that really run on one store, and against
combinatorics.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import comb
from typing import Any

import pytest
from attrs import frozen

from subaccounts import Busy, Command, SubAccountId
from subaccounts.errors import Stale, SubAccountsError
from subaccounts.testing.interleavings import Ending, Exploration, Outcome, Program, World, interleavings
from subaccounts.testing.interleavings.world import copied, state
from tests.interleavings.builder import ORGANIZATION
from tests.interleavings.shop import Shop, shop
from tests.interleavings.tasks import TASKS

SAMPLES = [
    ("waiting", ("claim", "claim as a rival")),
    ("waiting", ("reset", "rename", "read")),
    ("active", ("sign in", "change the password")),
    ("active", ("edit herself", "archive")),
    ("active", ("promote the host", "sign in", "recognize")),
    ("archived", ("restore", "delete", "rename boris to anna")),
]
each_sample = pytest.mark.parametrize(("at", "names"), SAMPLES)


def explored(at: str, names: Sequence[str]) -> tuple[Shop, Exploration]:
    """Return a shop and the exploration of some of its tasks."""
    here = shop(at)
    return here, Exploration(here.world, [TASKS[name](here) for name in names])


def told(outcome: Outcome) -> Any:
    """Return everything an outcome says, without how it was reached."""
    return tuple(ending.form for ending in outcome.endings), id(outcome.world), outcome.began_after, outcome.commits


class TestCounting:
    """Places are walked and ways are counted; nothing is lost by it."""

    @each_sample
    def test_as_one_by_one(self, at: str, names: Sequence[str]) -> None:
        """A walk that takes every interleaving by itself finds the same outcomes, as often."""
        _, exploration = explored(at, names)
        merged: Counter[Any] = Counter()
        for outcome in exploration.outcomes():
            merged[told(outcome)] += outcome.interleavings
        single = Counter(told(outcome) for outcome in exploration.singly())
        assert single == merged
        assert len(single) < single.total()

    def test_no_interleaving_is_walked_twice(self) -> None:
        """The schedules of single interleavings are all different, and each leads where it says."""
        _, exploration = explored("waiting", ("claim", "reset"))
        schedules = [outcome.schedule for outcome in exploration.singly()]
        assert len(schedules) == len(set(schedules))
        for outcome in exploration.outcomes():
            assert told(outcome) == told(exploration.following(outcome.schedule))

    def test_combinatorics(self) -> None:
        """Two tasks of n and m questions that never meet have (n+m)!/(n!m!) interleavings, and three likewise."""
        asked = 6
        _, exploration = explored("active", ("sign boris in", "sign boris in"))
        alone = exploration.serial((0,)).schedule
        assert asked == len(alone)
        here = shop("active")
        reads = [TASKS["list"](here)] * 2 + [Patient(questions=4)]
        assert [comb(2, 1) * comb(6, 4)] == [sum(o.interleavings for o in interleavings(here.world, reads))]


@frozen(kw_only=True)
class Patient(Command[int]):
    """Ask something a number of times, and answer how often."""

    questions: int

    async def run(self, ports: Any, /) -> int:
        for _ in range(self.questions):
            await ports.repository.holders(())
        return self.questions


class TestTruth:
    """What is explored is what happens."""

    @each_sample
    def test_as_it_runs(self, at: str, names: Sequence[str]) -> None:
        """Commands that really run beside each other on one store, in a schedule's order, end as the outcome says."""
        here, exploration = explored(at, names)
        for outcome in exploration.outcomes():
            endings, world = live(here.world, [TASKS[name](here) for name in names], outcome.schedule)
            assert [ending.form for ending in outcome.endings] == [ending.form for ending in endings]
            assert outcome.world.same(world)

    def test_repeatable(self) -> None:
        """The same tasks have the same outcomes, found in the same order by the same schedules."""
        runs = [
            [(o.schedule, o.interleavings, [e.form for e in o.endings]) for o in explored(*SAMPLES[0])[1].outcomes()]
            for _ in range(2)
        ]
        assert runs[0] == runs[1]

    def test_the_beginning_is_left_alone(self) -> None:
        """Exploring changes nothing in the world it starts from."""
        here = shop("waiting")
        before = state(copied(here.world.repository))
        assert len(list(interleavings(here.world, [TASKS["claim"](here), TASKS["delete"](here)]))) > 2
        assert before == state(here.world.repository)

    def test_a_fickle_task(self) -> None:
        """A task that asks something else for the same answers is no function of them, and is refused."""
        here = shop("active")
        fickle = Fickle(anna=here.anna, runs=[])
        with pytest.raises(AssertionError, match=r"asked repository\.chain where it had asked repository\.person"):
            list(interleavings(here.world, [fickle, TASKS["reset"](here)]))


@frozen(kw_only=True)
class Fickle(Command[None]):
    """Ask something else the second time it runs."""

    anna: SubAccountId
    runs: list[int]

    async def run(self, ports: Any, /) -> None:
        self.runs.append(1)
        await (ports.repository.person(self.anna) if len(self.runs) == 1 else ports.repository.chain(ORGANIZATION))


class TestJudging:
    """An outcome is right when some serial order, in real time, ends the same way."""

    def test_real_time(self) -> None:
        """A task that had ended before another began comes before it in every order that explains the outcome."""
        _, exploration = explored("waiting", ("rename", "read", "edit"))
        for outcome in exploration.outcomes():
            order = exploration.serial_order(outcome)
            assert order is not None
            for task, ended in enumerate(outcome.began_after):
                assert all(order.index(first) < order.index(task) for first in ended)

    def test_busy_did_not_happen(self) -> None:
        """A task that gave up is left out of the order, and what it would have written must not be there."""
        here = shop("active")
        exploration = Exploration(here.world, (AlwaysLate(), TASKS["archive"](here)))
        orders = {exploration.serial_order(outcome) for outcome in exploration.outcomes()}
        assert {(1,)} == orders
        assert all(isinstance(outcome.endings[0].error, Busy) for outcome in exploration.outcomes())

    def test_a_story(self) -> None:
        """An interleaving is told line by line: who asked what, what went wrong, how it ended."""
        _, exploration = explored("active", ("archive", "read"))
        last = exploration.story(exploration.serial((0, 1)).schedule).splitlines()
        assert "2. ReadPerson: repository.person; answered SubAccount" == last[-1]
        assert "1. ArchivePerson: repository.commit; answered SubAccount" == last[-2]


@frozen(kw_only=True)
class AlwaysLate(Command[None]):
    """Find at every try that others were faster."""

    async def run(self, ports: Any, /) -> None:
        await ports.repository.holders(())
        raise Stale


def live(world: World, tasks: Sequence[Any], schedule: Sequence[int]) -> tuple[list[Ending], World]:
    """Run tasks for real on one copy of the world, a question at a time in the order of the schedule."""
    running = [Program(task, world=world, seed=n)._fresh() for n, task in enumerate(tasks, 1)]
    waiting = [each.send(None) for each in running]
    endings = [Ending()] * len(running)
    for task in schedule:
        answer, world = world.ask(waiting[task])
        try:
            if answer.error is None:
                waiting[task] = running[task].send(answer.value)
            else:
                waiting[task] = running[task].throw(answer.error)
        except StopIteration as finished:
            endings[task] = Ending(value=finished.value)
        except SubAccountsError as error:
            endings[task] = Ending(error=error)
    return endings, world
