"""Any sequence of commands, on four accounts of two organizations with the same logins in each, on every repository.

The machine is the kit's (`subaccounts.testing.machines`); here it is run, and nothing is left out of it. Invariants 1,
3, 5 and 12; who may sign in is judged in both directions. That it finds what is broken is `test_machine_controls`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, Final

import pytest
from hypothesis import Phase
from hypothesis.stateful import invariant

from subaccounts import LapsePolicy, Realm, Ungrouped, commands
from subaccounts.domain.phone import Phone
from subaccounts.domain.proof import COOL_DOWN
from subaccounts.testing import StorageContract
from subaccounts.testing.machines import INVARIANTS, CommandsMachine, run_machine
from subaccounts.testing.machines.phones import NUMBERS
from subaccounts.testing.machines.run import machine_of
from subaccounts.testing.saboteurs import saboteurs
from tests.kit.servers import EVERYWHERE
from tests.kit.stores import STORES, Memory, called, ran

SAME_EVERY_TIME: Final[dict[str, Any]] = {"derandomize": True, "database": None, "phases": (Phase.generate,)}


@pytest.fixture
def life() -> Iterator[CommandsMachine]:
    """Begin one life in memory, whose rules are called in an order of one's own."""
    machine = machine_of(CommandsMachine, Memory)()
    machine.open_shops(Realm.ACCOUNT, LapsePolicy.KEEP_SIGNING_IN, None, Ungrouped.EVERYBODY)
    yield machine
    machine.teardown()


def test_an_administrator_gave_the_phone(life: CommandsMachine) -> None:
    """Who was given a phone names no other itself, and can prove the one it has: the machine expects both."""
    life.forget_by_phone(0, 0, NUMBERS[0], wrongs=5)  # five mistakes: the password is as before, and the sign-in holds
    for number in (NUMBERS[1], NUMBERS[0]):
        life.ask_for_a_number(0, number, right=True)
        life.type_a_code(0, 0, "alive", wrongs=0)
    person = life.known(0)
    sub = life.person(person.id).sub_account
    assert (Phone.parse(NUMBERS[0]), frozenset({"phone"})) == (sub.profile.phone, sub.proven)


def test_a_contact_is_proven_twice(life: CommandsMachine) -> None:
    """Who proves the e-mail again that it has already has what it had: the machine takes that for the answer."""
    life.give_an_email(0, 0)
    life.wait(COOL_DOWN)
    life.change_contact(0, 0, right=True)
    life.follow_the_last()
    person = life.known(0)
    assert frozenset({"email"}) == life.person(person.id).sub_account.proven
    assert (2, 2) == (life.tally.commands["ChangeContact"], life.tally.commands["ProveContact"])


@pytest.mark.parametrize("store", EVERYWHERE, ids=called)
def test_any_life(store: type[StorageContract], record_property: Callable[[str, object], None]) -> None:
    """Whatever is done in whatever order: one holder a key, dead proofs stay dead, nothing reaches a neighbor."""
    report = ran(CommandsMachine, store, 800 if store in STORES else 150)
    record_property("ran", str(report))
    assert "" == report.problem


def test_every_command_is_in_a_rule() -> None:
    """Every public command is sent by a rule of the machine, so that a new one cannot be forgotten."""
    methods = [method for _, method in inspect.getmembers(CommandsMachine, inspect.isfunction)]
    sent = {name for method in methods for code in _codes(inspect.unwrap(method).__code__) for name in code.co_names}
    assert frozenset() == _named() - sent


class AllWereAnswered(BaseException):
    """Say that nothing is left to be waited for; Hypothesis lets it through."""


class UntilAllAreAnswered(CommandsMachine):
    """Stop when every public command was answered, and not only refused."""

    @invariant()
    def something_is_left(self) -> None:
        """Look at what was answered in all lives so far."""
        if _named() <= self.tally.commands.keys():
            raise AllWereAnswered


def test_every_command_is_answered() -> None:
    """What a rule sends is done too: the machine comes to where each command has something to do, and is let do it."""
    steps = 100_000  # mostly a tenth of it is enough; another Hypothesis draws in another order
    try:
        report = run_machine(UntilAllAreAnswered, Memory, steps=steps, **SAME_EVERY_TIME)
    except AllWereAnswered:
        return
    assert (frozenset(), "") == (_named() - report.tally.commands.keys(), report.problem)


@functools.cache
def _named() -> frozenset[str]:
    bases = {commands.Command, commands.Change}
    public = {each for name in commands.__all__ if isinstance(each := getattr(commands, name), type)}
    return frozenset(each.__name__ for each in public if issubclass(each, commands.Command) and each not in bases)


def test_no_rule_hides_another() -> None:
    """Rules of two rooms have two names, or one of them would never be drawn; so have their helpers, which would be called
    for each other's."""
    rooms = [room for room in CommandsMachine.__mro__ if room.__module__.startswith("subaccounts.testing.machines")]
    names = [
        name for room in rooms for name, each in vars(room).items() if inspect.isfunction(each) and name[:2] != "__"
    ]
    assert {"last_look"} >= {name for name in names if names.count(name) > 1}


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


@pytest.mark.parametrize(
    ("clause", "name"),
    [
        ("R8", "HidesTheDeleted"),
        ("R30", "LeavesOutWhoIsGone"),
        ("R31", "ShowsExternalsWhatIsHidden"),
        ("R33", "LooksAtOneType"),
        ("R34", "CountsInvitations"),
    ],
)
def test_a_broken_clause_beneath_a_command_is_named(clause: str, name: str) -> None:
    """A repository that breaks a clause under commands is called by that clause, and not by what it led to."""
    (saboteur,) = (each for each in saboteurs(clause) if each.name == name)
    contract = saboteur.contract
    assert issubclass(contract, StorageContract)
    # Mostly some thousand are enough; another Hypothesis draws in another order.
    report = run_machine(CommandsMachine, contract, steps=200_000, **SAME_EVERY_TIME)
    assert clause == report.broken


@pytest.mark.parametrize(("clause", "name"), [("R8", "HidesTheDeleted"), ("R30", "LeavesOutWhoIsGone")])
def test_a_failure_is_told_in_few_steps(clause: str, name: str) -> None:
    """Of a life of twenty steps at most three commands are left that lead to what is wrong, beside what every life looks at.

    Where Hypothesis begins hangs on every module that is loaded, so a few lengths of life have their try.
    """
    (saboteur,) = (each for each in saboteurs(clause) if each.name == name)
    contract = saboteur.contract
    assert issubclass(contract, StorageContract)
    assert any(3 >= len(_told(clause, contract, life=life)) for life in (20, 19, 22, 18))


def _told(clause: str, contract: type[StorageContract], *, life: int) -> list[str]:
    """Return the rules that are left of a life that shows what is wrong; between the first look and the last one."""
    shrinks = SAME_EVERY_TIME | {"phases": (Phase.generate, Phase.shrink)}
    report = run_machine(CommandsMachine, contract, steps=200_000, life=life, **shrinks)
    assert clause == report.broken
    marked = inspect.getmembers(CommandsMachine, lambda each: hasattr(each, "hypothesis_stateful_invariant"))
    looks = {f"state.{name}" for name, _ in marked}
    calls = [line.partition("(")[0] for line in report.problem.splitlines() if line.startswith("state.")]
    assert ("state.open_shops", "state.teardown") == (calls[0], calls[-1])
    return [each for each in calls[1:-1] if each not in looks]


def test_the_invariants_are_sentences() -> None:
    """Every invariant has a name of its own and says what holds."""
    assert [] == [name for name, sentence in INVARIANTS.items() if len(sentence) < 20 or sentence.endswith(".")]
