"""Every interleaving of the port calls of tasks that run at once, counted one by one and looked at once each.

Two interleavings that brought every task the same answers, and left the same world, go on alike: they are one place
with two ways to it. So places are walked and ways are counted, which is exact. `singly` walks every way for itself, as
the check of this thought. Serializable, with real time: an outcome is right when some order of running the tasks one
after the other, which keeps those apart that were apart, gives the same answers and the same world.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import permutations
from typing import Final, final

from attrs import frozen

from .outcome import Ending, Outcome
from .program import Program, Progress, Task
from .world import World

MOST_STEPS: Final = 2_000
"""Port calls in one interleaving, after which something runs in a circle; sixteen tries of ten calls are 160 a task."""


def interleavings(world: World, tasks: Sequence[Task], /) -> Iterator[Outcome]:
    """Yield every outcome of the tasks running at once; `Exploration` also judges them."""
    yield from Exploration(world, tasks).outcomes()


def _as_it_is(ending: Ending) -> Hashable:
    return ending.form


@final
@frozen(kw_only=True)
class _Place:
    """Hold where an interleaving stands; `began_after` is None for a task that has not begun."""

    stands: tuple[Progress, ...]
    world: World
    began_after: tuple[frozenset[int] | None, ...]

    @property
    def waiting(self) -> tuple[int, ...]:
        """Return the tasks that have not ended."""
        return tuple(n for n, stand in enumerate(self.stands) if stand.question is not None)


@final
@frozen(kw_only=True)
class _Ways:
    """Hold how many interleavings lead to a place, and one of them."""

    count: int
    schedule: tuple[int, ...]


@final
class Exploration:
    """Explore tasks that run at once from one world.

    Their identifiers are those of the seeds from `seed` on; going on from an outcome's world takes others than before.
    """

    def __init__(self, world: World, tasks: Sequence[Task], /, *, seed: int = 1) -> None:
        self.tasks: tuple[Task, ...] = tuple(tasks)
        self.places: int = 0
        """How many places were walked so far."""
        self._programs = tuple(Program(task, world=world, seed=n) for n, task in enumerate(self.tasks, seed))
        self._worlds = [world]
        self._known: dict[tuple[Progress, World], tuple[Progress, World]] = {}
        starts = tuple(program.start for program in self._programs)
        self._start = _Place(stands=starts, world=world, began_after=(None,) * len(starts))

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return every outcome, those of the shortest interleavings first."""
        layer = {self._start: _Ways(count=1, schedule=())}
        found: list[Outcome] = []
        for _ in range(MOST_STEPS):
            self.places += len(layer)
            following: dict[_Place, _Ways] = {}
            for place, ways in layer.items():
                if not place.waiting:
                    found.append(_outcome(place, ways))
                for task in place.waiting:
                    reached, schedule = self._step(place, task), (*ways.schedule, task)
                    known = following.get(reached)
                    count = ways.count + (known.count if known else 0)
                    following[reached] = _Ways(count=count, schedule=known.schedule if known else schedule)
            if not following:
                return tuple(found)
            layer = following
        raise AssertionError(f"tasks went on for more than {MOST_STEPS} steps")

    def singly(self) -> Iterator[Outcome]:
        """Yield the outcome of every interleaving by itself, in the order of a depth-first walk."""
        ways: list[tuple[_Place, tuple[int, ...]]] = [(self._start, ())]
        while ways:
            place, schedule = ways.pop()
            if not place.waiting:
                yield _outcome(place, _Ways(count=1, schedule=schedule))
            ways += [(self._step(place, task), (*schedule, task)) for task in reversed(place.waiting)]

    def following(self, schedule: Sequence[int], /) -> Outcome:
        """Return the outcome of one interleaving: the number of a task for each step."""
        place = self._start
        for task in schedule:
            place = self._step(place, task)
        return _outcome(place, _Ways(count=1, schedule=tuple(schedule)))

    def serial(self, order: Sequence[int], /) -> Outcome:
        """Return the outcome of running tasks one after the other; those not named do not run and have no ending."""
        place, schedule = self._start, list[int]()
        for task in order:
            while place.stands[task].question is not None:
                place = self._step(place, task)
                schedule.append(task)
        return _outcome(place, _Ways(count=1, schedule=tuple(schedule)))

    def serial_order(
        self, outcome: Outcome, /, *, seen_as: Callable[[Ending], Hashable] = _as_it_is
    ) -> tuple[int, ...] | None:
        """Return an order of running the tasks alone that ends in the same way, or None: then the outcome is wrong.

        A task that answered busy did not happen. One that had ended before another began comes before it. `seen_as`
        says what two endings have to share to be the same, by default everything.
        """
        happened = [n for n, ending in enumerate(outcome.endings) if not ending.busy]
        for order in permutations(happened):
            at = {task: place for place, task in enumerate(order)}
            if any(at[first] > at[n] for n in happened for first in outcome.began_after[n] if first in at):
                continue
            alone = self.serial(order)
            same = all(seen_as(outcome.endings[n]) == seen_as(alone.endings[n]) for n in happened)
            if same and alone.world is outcome.world:
                return order
        return None

    def story(self, schedule: Sequence[int], /) -> str:
        """Tell an interleaving, a line for each step, to be read in a failure."""
        place, lines = self._start, list[str]()
        for task in schedule:
            asked = place.stands[task].question
            place = self._step(place, task)
            stand = place.stands[task]
            error = stand.answer.error if stand.answer else None
            heard = f" -> {error.code}" if error else ""
            ended = f"; {stand.ending}" if stand.ending else ""
            lines.append(f"{task + 1}. {self._programs[task].name}: {asked}{heard}{ended}")
        return "\n".join(lines)

    def _step(self, place: _Place, task: int) -> _Place:
        stand, began = place.stands[task], place.began_after[task]
        reached, world = self._move(task, stand, place.world)
        if began is None:
            ended = frozenset(n for n, each in enumerate(place.stands) if each.question is None)
            began_after = (*place.began_after[:task], ended, *place.began_after[task + 1 :])
        else:
            began_after = place.began_after
        stands = (*place.stands[:task], reached, *place.stands[task + 1 :])
        return _Place(stands=stands, world=world, began_after=began_after)

    def _move(self, task: int, stand: Progress, world: World) -> tuple[Progress, World]:
        known = self._known.get((stand, world))
        if known is None:
            assert stand.question is not None, "a task that ended takes no step"  # noqa: S101 - narrows the type
            answer, becomes = world.ask(stand.question)
            after = self._programs[task].after(stand, answer)
            known = after, world if becomes is world else self._same(becomes)
            self._known[stand, world] = known
        return known

    def _same(self, world: World) -> World:
        """Return the world that was there before, if one was like this."""
        for known in self._worlds:
            if known.same(world):
                return known
        self._worlds.append(world)
        return world


def _outcome(place: _Place, ways: _Ways) -> Outcome:
    return Outcome(
        schedule=ways.schedule,
        interleavings=ways.count,
        endings=tuple(stand.ending or Ending() for stand in place.stands),
        world=place.world,
        began_after=tuple(before or frozenset() for before in place.began_after),
        commits=tuple(stand.commits for stand in place.stands),
    )
