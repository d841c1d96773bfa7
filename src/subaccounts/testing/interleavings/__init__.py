"""Run commands at once in every order their port calls can take, and ask whether each could have run alone.

    from subaccounts.testing.interleavings import Exploration, World

    exploration = Exploration(World(repository=repository, keys=keys), (claim, other_claim))
    for outcome in exploration.outcomes():
        assert exploration.serial_order(outcome) is not None, exploration.story(outcome.schedule)

No event loop, no thread, no chance: the same commands always give the same outcomes. The repository is a plain one in
memory, such as `MemoryRepository`; what lasts is raced by threads and processes instead.
"""

from __future__ import annotations

from .exploration import Exploration, interleavings
from .forms import form
from .outcome import Ending, Outcome
from .program import Program, Progress, Task
from .world import Answer, HostBecomes, Question, SubscriptionBecomes, World

__all__ = [
    "Answer",
    "Ending",
    "Exploration",
    "HostBecomes",
    "Outcome",
    "Program",
    "Progress",
    "Question",
    "SubscriptionBecomes",
    "Task",
    "World",
    "form",
    "interleavings",
]
