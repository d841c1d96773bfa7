"""Every pair of all tasks, whatever family they are of, where everything is under way, in every interleaving of their port calls.

From four shops, and from two more what these are there for; from those every pair too with `SUBACCOUNTS_THOROUGH=1`. What is
one decision is judged by `rules`: it ends as one after the other would. What walks, or reads several times, is judged by what
is promised of it, which is `promises`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement
from typing import Final

import pytest

import subaccounts
from subaccounts import Command
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.crowd import CROWDS
from tests.interleavings.everything import commands_of, crowd, everything, pairs
from tests.interleavings.explored import explore
from tests.interleavings.promises import PROMISES

ELSEWHERE: Final = {
    "CreateOrganization": "nobody can be in an organization that is being created",
    "MakeJobProfile": "nobody can have a job profile that is being made",
    "MakePermissionType": "nobody can have a permission type that is being made",
    "ListCatalog": "reads catalogs, and no person",
    "ReadOrganization": "reads the organization, in one read, and no person",
    "ListAccounts": "reads accounts, in one read, and no person",
    "ReadAccount": "reads one account, in one read, and no person",
    "ReadAudit": "reads events, which are written once and never changed",
    "EventsAfter": "reads sealed events, which are never changed",
    "ForgetStrangers": "removes wrong attempts under logins that nobody has",
    "ListDeadLetters": "reads what was given up, in one read, and no person",
    "MakeGroup": "nobody can be in a group that is being made",
    "ListGroups": "reads groups, and no person",
    "ReadGroup": "reads one group, in one read, and no person",
}
"""The commands that touch no person, each with the reason."""
ABSTRACT: Final = {"Change", "Command"}
"""What commands are made of."""
NEVER_ALONE: Final = {"OpenAccount": "opens what was closed, and the account is open"}
"""The commands that only come through where another was before them, each with the reason."""


def touching() -> set[str]:
    """Return the names of all commands that touch a person."""
    public = ((name, getattr(subaccounts, name)) for name in subaccounts.__all__)
    commands = {name for name, thing in public if isinstance(thing, type) and issubclass(thing, Command)}
    assert commands > ABSTRACT | ELSEWHERE.keys()
    return commands - ABSTRACT - ELSEWHERE.keys()


@pytest.mark.parametrize(("state", "first"), [(state, first) for state in CROWDS for first in pairs(state)])
def test_every_pair(state: str, first: str, record_property: Callable[[str, object], None]) -> None:
    """Two tasks at once end as one after the other would, or keep what is promised of them, and every invariant holds."""
    beside = pairs(state)[first]
    tally = explore(crowd(state), beside, everything(state), promises=PROMISES)
    record_property("explored all pairs", tally.numbers)
    assert len(beside) == tally.explored
    assert [] == tally.told


def test_no_pair_is_left_out() -> None:
    """Every two commands that touch a person, and each beside itself, are a pair that is explored; and no other command is."""
    explored = set()
    for state in CROWDS:
        named = commands_of(state)
        explored |= {
            tuple(sorted(named[name] for name in pair))
            for beside in pairs(state).values()
            for pair in beside
            if named.keys() >= set(pair)
        }
    assert set(combinations_with_replacement(sorted(touching()), 2)) == explored


def test_no_command_is_always_refused() -> None:
    """Each command that touches a person comes through alone, in one of these shops at least."""
    through = set()
    for state in CROWDS:
        for name, command in commands_of(state).items():
            alone = Exploration(crowd(state).world, [everything(state)[name](crowd(state))]).serial((0,))
            through |= {command} if alone.endings[0].error is None else set()
    assert touching() - NEVER_ALONE.keys() == through
