"""Any sequence of commands, on four accounts of two organizations with the same logins in each, on every repository.

The machine is the kit's (`subaccounts.testing.machines`); here it is run, and nothing is left out of it. Invariants 1,
3, 5 and 12; who may sign in is judged in both directions.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any, ClassVar

import pytest
from attrs import evolve
from hypothesis import Phase

from subaccounts import commands
from subaccounts.commands.ports_at_hand import PortsAtHand
from subaccounts.domain.decision import Decision
from subaccounts.domain.sub_account import SubAccount
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import StorageContract
from subaccounts.testing.machines import INVARIANTS, CommandsMachine, CommandsMachineContract, run_machine
from subaccounts.testing.saboteurs import saboteurs
from tests.kit.servers import EVERYWHERE
from tests.kit.stores import STORES, called, ran

SAME_EVERY_TIME: dict[str, Any] = {"derandomize": True, "database": None, "phases": (Phase.generate,)}


@pytest.mark.parametrize("store", EVERYWHERE, ids=called)
def test_any_life(store: type[StorageContract], record_property: Callable[[str, object], None]) -> None:
    """Whatever is done in whatever order: one holder a key, dead proofs stay dead, nothing reaches a neighbor."""
    report = ran(CommandsMachine, store, 800 if store in STORES else 150)
    record_property("ran", str(report))
    assert "" == report.problem


def test_every_command_is_in_a_rule() -> None:
    """Every public command is sent by a rule of the machine, so that a new one cannot be forgotten."""
    bases = {commands.Command, commands.Change}
    public = {each for name in commands.__all__ if isinstance(each := getattr(commands, name), type)}
    named = {each.__name__ for each in public if issubclass(each, commands.Command) and each not in bases}
    methods = [method for _, method in inspect.getmembers(CommandsMachine, inspect.isfunction)]
    sent = {name for method in methods for code in _codes(inspect.unwrap(method).__code__) for name in code.co_names}
    assert set() == named - sent


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
    report = run_machine(CommandsMachine, contract, steps=20_000, **SAME_EVERY_TIME)
    assert clause == report.broken


class Memory(CommandsMachineContract):
    """Run the commands in memory, the same ones every time."""

    lives: ClassVar[int] = (
        1_000  # far more than are needed: Hypothesis draws otherwise where other modules were imported before
    )
    settings: ClassVar[dict[str, Any]] = SAME_EVERY_TIME

    def open(self) -> MemoryRepository:
        """Open an empty repository."""
        return MemoryRepository()


def test_a_broken_invariant_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that forgets to kill a proof is called by the invariant: here archiving keeps the password."""
    from subaccounts.domain import people

    monkeypatch.setattr(people, "emptied", lambda credential: credential)
    with pytest.raises(AssertionError, match=r"\A(proofs in place|dead proofs): "):
        Memory().test_any_commands()


@pytest.mark.parametrize(
    ("room", "rule", "broken", "named"),
    [
        ("visibility", "_is_among", lambda _viewer, _ungrouped: True, "sight|previews"),
        ("visibility", "_met", lambda *_: (), "sight"),
        ("viewer", "apart", lambda *_: None, "sight|previews"),
        ("widening", "_takes_externals", lambda _group: False, "loudness"),
        ("resources", "require_accepted", lambda *_: None, "loudness"),
        ("rosters", "_require_place", lambda *_: None, "rosters"),
        ("previews", "as_group", lambda facts, _group: facts, "previews"),
        ("previews", "as_moved", lambda facts, **_: facts, "previews"),
        ("resources", "_require_members", lambda *_: None, "reach"),
    ],
)
def test_a_broken_rule_of_sight_is_named(
    room: str, rule: str, broken: Callable[..., Any], named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sees what is told twice: a piece of the rule that is otherwise is found, though all of storage goes by it too."""
    monkeypatch.setattr(f"subaccounts.domain.{room}.{rule}", broken)
    with pytest.raises(AssertionError, match=rf"\A({named}): "):
        Memory().test_any_commands()


def test_a_kind_that_is_edited_unseen_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine edits kinds with and without saying that the preview was seen, and knows which of the two is refused."""
    decide = commands.EditPerson.decide

    async def forgetting(edit: commands.EditPerson, ports: PortsAtHand, /) -> Decision[SubAccount]:
        return await decide(evolve(edit, kind_previewed=True), ports)

    monkeypatch.setattr(commands.EditPerson, "decide", forgetting)
    with pytest.raises(AssertionError, match=r"\Aloudness: "):
        Memory().test_any_commands()


def test_the_invariants_are_sentences() -> None:
    """Every invariant has a name of its own and says what holds."""
    assert [] == [name for name, sentence in INVARIANTS.items() if len(sentence) < 20 or sentence.endswith(".")]
