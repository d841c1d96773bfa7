"""Everything that is tried where everything is under way, by name, and every pair of it.

A new command that touches a person belongs into a family; `test_everything` asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

from subaccounts import Command
from subaccounts.testing.interleavings import Task
from tests.interleavings.crowd import FROM_OUTSIDE, GONE, WITH_CODE, WITH_CODES, WITH_LINK, WITH_LINKS
from tests.interleavings.gatherings import GATHERINGS
from tests.interleavings.messages import ACTIVATIONS, ASKING, CODES, LINKS
from tests.interleavings.shop import Shop, shop
from tests.interleavings.sights import CHANGES, QUESTIONS, READINGS
from tests.interleavings.sign_ups import SIGN_UPS
from tests.interleavings.tasks import AROUND, ARRIVALS, TASKS, WALKS

FAMILIES: Final = (TASKS, ARRIVALS, AROUND, WALKS, SIGN_UPS, GATHERINGS, CHANGES, QUESTIONS, READINGS, ASKING)
"""What is tried wherever anna is."""
PROOFS: Final[Mapping[str, Mapping[str, Callable[[Shop], Task]]]] = {
    WITH_CODE: {},
    WITH_LINK: ACTIVATIONS,
    WITH_LINKS: LINKS,
    WITH_CODES: CODES,
    FROM_OUTSIDE: LINKS,
    GONE: {},
}
"""What is tried with the proofs that are out, by where they are."""
CHOSEN: Final[Mapping[str, Sequence[str]]] = {FROM_OUTSIDE: tuple(GATHERINGS), GONE: ("restore",)}
"""What is tried beside everything in the shops that are there for its sake; in the others everything is."""
THOROUGH: Final = os.environ.get("SUBACCOUNTS_THOROUGH") == "1"


crowd = cache(shop)  # running tasks from a shop leaves it as it was


def everything(state: str) -> dict[str, Callable[[Shop], Task]]:
    """Return every task of a shop, by a name that no two families share."""
    families = (*FAMILIES, PROOFS[state])
    tasks = {name: make for family in families for name, make in family.items()}
    assert sum(map(len, families)) == len(tasks)
    return tasks


def commands_of(state: str) -> dict[str, str]:
    """Return which command each task of a shop is; what the host does is none."""
    made = {name: make(crowd(state)) for name, make in everything(state).items()}
    return {name: type(task).__name__ for name, task in made.items() if isinstance(task, Command)}


def pairs(state: str) -> dict[str, list[tuple[str, str]]]:
    """Return every pair that is tried in a shop, each once, by the first of the two; one beside itself is a pair."""
    names = list(everything(state))
    chosen = CHOSEN.get(state, names) if not THOROUGH else names
    order = [*chosen, *(name for name in names if name not in chosen)]
    return {first: [(first, other) for other in order[at:]] for at, first in enumerate(chosen)}
