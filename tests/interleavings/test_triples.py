"""Chosen triples of tasks at once: a third one can see, between two others, what no pair shows.

Every triple, in the states where most can happen, is explored every night by `nox -s linearizability`, which sets
`SUBACCOUNTS_THOROUGH`: twenty minutes of one core. The host's roles and subscriptions change in pairs only: they are asked
of the host, and roles are remembered for minutes, so a host and a store changing around one question have no order between
them. Catalogs take part, but for `WITHOUT_ORDER`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Final

import pytest

from subaccounts.domain.steps import EnterPassword
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.explored import explore
from tests.interleavings.promises import PROMISES
from tests.interleavings.shop import shop
from tests.interleavings.tasks import TASKS
from tests.interleavings.test_controls import UNEXPLAINED

CHOSEN: Final[Mapping[str, Sequence[str]]] = {
    "waiting": ("claim", "claim as a rival", "guess", "issue a code", "reset", "archive", "open claims", "read"),
    "waiting, one try left": ("guess", "claim with a wrong code", "open claims", "begin", "issue a code", "unlock"),
    "waiting, seats full but one": ("add hanna", "add her login again", "delete", "rename", "claim"),
    "open": ("claim without a code", "issue a code", "void the code", "reset", "guess", "close the account", "list"),
    "active": (
        *("sign in", "guess", "change the password", "edit herself", "reset", "archive", "rename", "recognize"),
        *("archive as the head", "move the till", "read"),
    ),
    "active, one guess from a delay": ("guess", "sign in outside", "change it by a guess", "unlock", "reset"),
    "active, one guess from disabled": ("guess", "guess at a till", "sign in", "reset once", "unlock"),
    "active, one seat this month": ("sign in", "sign in outside", "sign boris in", "archive"),
    "archived": ("restore", "delete", "claim", "rename boris to anna", "add her login again", "read"),
}
"""Which tasks are taken three at a time, from which state."""
THE_HOST: Final = {"promote the host", "demote the host", "lapse"}
WITHOUT_ORDER: Final = (
    ("list as the head", "move the till"),
    ("put her in the office", "put her in the office", "retire the office"),
    ("give her the job", "give her the job", "retire the job"),
)
"""What a third task can see to have no order: a list by a role over a department asks the tree and then for the people;
who is refused an entry is refused for a person and an entry read one after the other, and no refusal is looked at again."""
ALL: Final = tuple(name for name in TASKS if name not in THE_HOST)
THOROUGH: Final = ("waiting", "open", "active", "archived") if os.environ.get("SUBACCOUNTS_THOROUGH") == "1" else ()


@pytest.mark.parametrize("state", CHOSEN)
def test_chosen_triples(state: str, record_property: Callable[[str, object], None]) -> None:
    """Three tasks at once end as one after the other would, and every invariant holds."""
    tally = explore(shop(state), combinations_with_replacement(CHOSEN[state], 3))
    record_property("explored triples", tally.numbers)
    assert [] == tally.told


@pytest.mark.parametrize(
    "triple",
    [("edit", *WITHOUT_ORDER[0]), *WITHOUT_ORDER[1:], ("give boris the e-mail", "add hanna", "say restored")],
)
def test_what_is_left_out_has_no_order(triple: tuple[str, ...]) -> None:
    """No more is left out of every triple than what really has no order; nothing else is wrong with it."""
    tally = explore(shop("active"), [triple])
    assert {UNEXPLAINED} == set(tally.rules)
    assert tally.violated < tally.interleavings // 100


@pytest.mark.parametrize("guess", ["guess", "claim with a wrong code"])
@pytest.mark.parametrize("others", [("open claims", "begin"), ("edit", "unlock")])
def test_a_wrong_proof_is_of_one_moment(guess: str, others: tuple[str, str]) -> None:
    """A wrong proof is counted under the policy and the fields it was answered by, or judged anew."""
    assert [] == explore(shop("waiting, one try left"), [(guess, *others)]).told


@pytest.mark.parametrize("taker", ["add hanna", "rename boris"])
def test_a_login_is_not_passed_on_silently(taker: str) -> None:
    """A login that was taken and whose holder was deleted, between a look at it and the commit, is told as deleted."""
    here = shop("waiting")
    tasks = [TASKS[name](here) for name in (taker, "rename", "delete")]
    exploration = Exploration(here.world, tasks)
    told = set()
    for outcome in exploration.outcomes():
        if outcome.began_after[2] == {1} and 1 not in outcome.began_after[0]:
            told.add(getattr(outcome.endings[0].error, "why", None))
    assert {"held", "deleted"} == told
    assert [] == explore(here, [(taker, "rename", "delete")]).told


def test_what_is_remembered_of_the_host_catches_up() -> None:
    """A look that overlaps two changes of the host's roles can leave the note of the second to the next look."""
    here = shop("active, host promoted")
    tasks = [TASKS[name](here) for name in ("begin", "begin", "demote the host")]
    for outcome in Exploration(here.world, tasks).outcomes():
        next_look = Exploration(outcome.world, [TASKS["begin"](here)], seed=9).serial((0,))
        assert isinstance(next_look.endings[0].value, EnterPassword)
        assert frozenset() == next_look.world.repository.account(here.account).account.refused_roles


def _has_order(triple: tuple[str, ...]) -> bool:
    return not any(Counter(few) <= Counter(triple) for few in WITHOUT_ORDER)


@pytest.mark.skipif(
    not THOROUGH, reason="twenty minutes of triples: `nox -s linearizability`, or set SUBACCOUNTS_THOROUGH=1"
)
@pytest.mark.parametrize("first", ALL if THOROUGH else ("every task",))
@pytest.mark.parametrize("state", THOROUGH or ("every state",))
def test_every_triple(state: str, first: str, record_property: Callable[[str, object], None]) -> None:
    """Any three tasks at once end as one after the other would, what takes its steps apart, and every invariant holds."""
    later = ALL[ALL.index(first) :]
    tally = explore(
        shop(state),
        [triple for rest in combinations_with_replacement(later, 2) if _has_order(triple := (first, *rest))],
        promises=PROMISES,  # a third task can see what `Restored` takes away before it says its word
    )
    record_property("explored triples", tally.numbers)
    assert [] == tally.told
