"""Explore tasks by their names in a shop, and keep the numbers for the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from attrs import define, field

from subaccounts.testing.interleavings import Exploration, Task
from tests.interleavings.promises import Promise
from tests.interleavings.rules import breaches
from tests.interleavings.rules import broken as broken_rules
from tests.interleavings.shop import Shop
from tests.interleavings.tasks import TASKS


@define(kw_only=True)
class Tally:
    """Count what was explored; `told` are the first violations, each with an interleaving that leads to it, `rules`
    in how many interleavings each rule is broken."""

    explored: int = 0
    interleavings: int = 0
    outcomes: int = 0
    violated: int = 0
    told: list[str] = field(factory=list)
    rules: Counter[str] = field(factory=Counter)

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """Return combinations, interleavings, outcomes, and how many interleavings break a rule."""
        return self.explored, self.interleavings, self.outcomes, self.violated


def explore(
    shop: Shop,
    combinations: Iterable[Sequence[str]],
    tasks: Mapping[str, Callable[[Shop], Task]] = TASKS,
    *,
    promises: Mapping[str, Promise] = MappingProxyType({}),
) -> Tally:
    """Run each combination of tasks in every interleaving, and judge every outcome.

    Where one has `promises`, these and the invariants are what holds, and no order has to end like it.
    """
    tally = Tally()
    for names in combinations:
        exploration = Exploration(shop.world, [tasks[name](shop) for name in names])
        own = [(at, promises[name]) for at, name in enumerate(names) if name in promises]
        tally.explored += 1
        for outcome in exploration.outcomes():
            tally.outcomes += 1
            tally.interleavings += outcome.interleavings
            if own:
                broken = broken_rules(shop, outcome)
                broken += [line for at, promise in own for line in promise(shop, exploration, outcome, at)]
            else:
                broken = breaches(shop, exploration, outcome)
            tally.violated += outcome.interleavings if broken else 0
            tally.rules.update(dict.fromkeys(broken, outcome.interleavings))
            if broken and len(tally.told) < 5:
                story = exploration.story(outcome.schedule)
                tally.told.append(f"{shop.state}: {' | '.join(names)}: {'; '.join(broken)}\n{story}")
    return tally
