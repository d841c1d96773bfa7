"""The machine of the repository passes the good ones, rejects every broken one by its clause, and shrinks to few steps."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar, Final

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import rule

from subaccounts.domain.decision import Batch
from subaccounts.domain.organization import Realm
from subaccounts.ports import Repository
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import StorageContract, clauses, run_contract
from subaccounts.testing import builders as a
from subaccounts.testing.contracts.bridge import Bridge, finish
from subaccounts.testing.contracts.contract import stated
from subaccounts.testing.machines import (
    READS,
    Checked,
    ClauseBroken,
    Machine,
    MachineReport,
    RepositoryMachine,
    RepositoryMachineContract,
    run_machine,
)
from subaccounts.testing.machines.questions import Question
from subaccounts.testing.saboteurs import Saboteur, saboteurs
from tests.kit.servers import EVERYWHERE
from tests.kit.stores import ASKS, STORES, Memory, called, ran

RACE: Final = "two have to collide, and a machine does one thing after the other"
MANY: Final = "there have to be hundreds of a kind, and a machine has three of each, so that they meet"
UNSEEN: Final = {
    "TearsAPerson": "somebody has to write between two reads, and a machine does one thing after the other",
    "ReadsMoreForSomebody": "its answers are right; only how often it asks its database differs",
    "ChecksAndThenWrites": RACE,
    "AwaitsBetweenCheckAndWrite": RACE,
    "AwaitsBetweenGuardAndWrite": RACE,
    "AwaitsBetweenCountAndWrite": RACE,
    "LooksAndThenTakes": RACE,
    "AwaitsBetweenLookAndTake": RACE,
    "LogsItsParameters": "it tells a log, which is no answer",
    "LogsWhoWouldSignUp": "it tells a log, which is no answer",
    "TearsAViewer": "somebody has to write between two reads, and a machine does one thing after the other",
    "ReadsTheFirstFewHundred": MANY,
    "CountsAtMostAPage": MANY,
    "LooksAtTheFirstFewHundred": MANY,
    "WarnsOfWhatItCouldNotWrite": "it tells whoever listens to warnings, which is no answer",
}
"""The saboteurs that no sequence of batches and reads can find, each with the reason."""
STORAGE: Final = [each for each in saboteurs() if issubclass(each.contract, StorageContract)]
SEEN: Final = [each for each in STORAGE if each.name not in UNSEEN]
ONLOOKERS: Final = [each for each in SEEN if each.breaks in {f"R{number}" for number in range(25, 35)}]


def rejected(saboteur: Saboteur, *, steps: int, **changes: Any) -> MachineReport:
    """Run the machine on a saboteur, in the same way every time."""
    settings = {"derandomize": True, "database": None, "phases": (Phase.generate,)}
    contract = saboteur.contract
    assert issubclass(contract, StorageContract)
    return run_machine(RepositoryMachine, contract, steps=steps, **(settings | changes))


def require_named(saboteur: Saboteur) -> None:
    """Require that the first wrong answer is called by the clause that is broken, in the words of the port."""
    # Most are found within a few hundred steps, the last within some thousand; another Hypothesis draws in another order.
    report = rejected(saboteur, steps=200_000)
    assert saboteur.breaks == report.broken
    assert report.problem.startswith(stated(saboteur.breaks))


class TestGood:
    """Good repositories pass."""

    @pytest.mark.parametrize("store", EVERYWHERE, ids=called)
    def test_any_batches(self, store: type[StorageContract], record_property: Callable[[str, object], None]) -> None:
        """Every repository, in each of its colors, answers whatever is written and read as the clauses ask for."""
        report = ran(RepositoryMachine, store, 600 if store in STORES else 150)
        record_property("ran", str(report))
        assert "" == report.problem

    def test_as_a_test_class(self) -> None:
        """Added to the bases of a contract class, the machine is one more of its tests, and finds what is wrong."""

        class Attempt(RepositoryMachineContract):
            lives: ClassVar[int] = 4
            settings: ClassVar[dict[str, Any]] = {"derandomize": True, "database": None, "phases": (Phase.generate,)}

            def open(self) -> object:
                return next(each for each in saboteurs("R21") if each.name == "BeginsWithAChain").make()

        with pytest.raises(ClauseBroken, match=r"\AR21\. "):
            Attempt().test_any_batches()
        assert () == run_contract(Attempt).passed


class TestSaboteurs:
    """Broken repositories are rejected, by the clause they break."""

    @pytest.mark.parametrize(
        "saboteur", [each for each in SEEN if each not in ONLOOKERS], ids=lambda each: f"{each.breaks}-{each.name}"
    )
    @pytest.mark.filterwarnings("ignore:refused")  # one of them warns; here a warning would be an error
    def test_the_broken_clause_is_named(self, saboteur: Saboteur) -> None:
        """The first wrong answer is called by the clause that is broken, in the words of the port."""
        require_named(saboteur)

    @pytest.mark.parametrize("name", UNSEEN)
    @pytest.mark.filterwarnings("ignore:refused")  # as above
    def test_what_is_not_seen_is_not_seen(self, name: str) -> None:
        """Who is listed as out of sight passes, so that the list says nothing that is not so."""
        (saboteur,) = (each for each in STORAGE if each.name == name)
        assert None is rejected(saboteur, steps=600).broken

    def test_every_clause_that_can_be_seen_has_been(self) -> None:
        """Of the clauses of storage only those about things at once, and about how much is asked, are out of sight."""
        storage = {number for number in clauses() if number[0] in "RCQ"} | {"storage"}
        assert {"R16", "C13", "Q4"} == storage - {each.breaks for each in SEEN}


class TestOnlookers:
    """So are those that are wrong about groups, resources and who sees what; a class of their own is tried beside the others."""

    @pytest.mark.parametrize("saboteur", ONLOOKERS, ids=lambda each: f"{each.breaks}-{each.name}")
    def test_the_broken_clause_is_named(self, saboteur: Saboteur) -> None:
        """The first wrong answer is called by the clause that is broken, in the words of the port."""
        require_named(saboteur)


class TestAHandful:
    """A server is asked a few questions after each batch, and misses nothing that a longer look would show."""

    def test_every_question_has_its_turn(self) -> None:
        """Each question is in as many handfuls of three as any other, or nearly: none is left out, and none is asked for often."""
        realms = dict.fromkeys((a.OURS, a.THEIRS), Realm.ACCOUNT)
        whole = [(each.read, len(each.args)) for each in Question(a.OURS, 0).asked(realms)]
        everything, handfuls = [whole] * 100, range(100 * len(whole) // 3)
        drawn = [[(each.read, len(each.args)) for each in Question(a.OURS, n).handful(realms, of=3)] for n in handfuls]
        wanted, came = (Counter(each for asked in given for each in asked) for given in (everything, drawn))
        assert {3} == {len(asked) for asked in drawn}
        assert {read for read, times in wanted.items() if not 0.9 * times < came[read] < 1.1 * times} == set()

    @pytest.mark.parametrize("name", ["OrdersEventsByTime", "KeepsTheFirstRequest", "LooksAtOneType"])
    def test_the_broken_clause_is_named(self, name: str) -> None:
        """What is wrong is found later, and called by the same clause."""
        (saboteur,) = (each for each in STORAGE if each.name == name)
        assert saboteur.breaks == rejected(saboteur, steps=20_000, asks=ASKS).broken

    def test_everything_is_asked_at_the_end_of_a_life(self) -> None:
        """A read that no question of a life goes to is compared when the life ends."""
        (saboteur,) = (each for each in STORAGE if each.name == "ShowsSealedEventsAsLoose")
        assert "R19" == rejected(saboteur, steps=2_000, asks=0).broken


class TestShrinking:
    """A failure is told by what leads to it."""

    @pytest.mark.parametrize("name", ["CountsPastTheLimit", "KeepsTheFirstRequest", "TakesTheNewestFirst"])
    def test_few_steps(self, name: str) -> None:
        """Of a life of twenty steps at most four are left to show what is wrong, beside how every life begins and ends.

        Now and then Hypothesis stops at something longer that no single change shortens, and where it begins hangs on
        every module that is loaded; so a few lengths of life have their try.
        """
        (saboteur,) = (each for each in STORAGE if each.name == name)
        assert any(4 >= left(saboteur, life) for life in (20, 19, 21, 18, 22))


def left(saboteur: Saboteur, life: int) -> int:
    """Return how many steps are left of a life that shows what is wrong."""
    report = rejected(saboteur, steps=10_000, life=life, phases=(Phase.generate, Phase.shrink))
    assert saboteur.breaks == report.broken
    calls = [line.partition("(")[0] for line in report.problem.splitlines() if line.startswith("state.")]
    assert ("state.found", "state.teardown") == (calls[0], calls[-1])
    return len(calls) - 2


class Draws(Machine):
    """Do nothing but draw numbers, each of which counts as some steps."""

    counts: ClassVar[int] = 1
    lives: ClassVar[list[tuple[int, ...]]] = []

    def __init__(self) -> None:
        super().__init__()
        self.drawn: tuple[int, ...] = ()

    @rule(number=st.integers(0, 2**64))
    def draw(self, number: int) -> None:
        """Take a few steps."""
        self.drawn += (number,)
        self.tally.steps += self.counts

    def last_look(self) -> None:
        """Remember the life."""
        self.lives.append(self.drawn)


class TestRounds:
    """A machine takes about as many steps as it is asked for, in rounds of lives, each of which is a new one."""

    @pytest.mark.parametrize("counts", [1, 2])
    def test_no_life_is_lived_twice(self, counts: int) -> None:
        """Where the same is drawn every time, a further round goes on, and the last takes a few lives too many at most."""

        class Counted(Draws):
            """Has numbers of its own."""

        Counted.counts, Counted.lives = counts, []
        report = run_machine(Counted, Memory, steps=3_000, derandomize=True, database=None)
        plain = {life for life in Counted.lives if not any(life)}
        others = [life for life in Counted.lives if life not in plain]
        assert len(set(others)) == len(others)
        assert 3_000 <= report.tally.steps <= 1.15 * 3_000


class TestChecked:
    """A checked repository is a repository."""

    def test_every_read_is_compared(self) -> None:
        """The model answers every method of the port but the two that write."""
        methods = {name for name in dir(Repository) if not name.startswith("_")}
        assert methods - {"commit", "lease"} == set(READS)
        assert set(READS.values()) <= set(clauses())

    def test_the_model_is_its_own(self) -> None:
        """Nothing of the machines imports a repository, least of all the one in memory that they judge."""
        from subaccounts.testing import machines

        rooms = [vars(module) for name, module in vars(machines).items() if inspect.ismodule(module)]
        assert [] == [name for room in rooms for name in room if name == "MemoryRepository"]

    def test_a_wrong_answer_is_raised_where_it_is_given(self) -> None:
        """What was written behind its back is found by the next read, which says what was expected and what came."""
        memory = MemoryRepository()
        checked = Checked(Bridge(memory, "plain"))
        finish(checked.commit(Batch(organization=a.OURS, puts=(a.organization(),))))
        memory.commit(Batch(organization=a.OURS, puts=(a.organization(version=1, name="Other"),)))
        with pytest.raises(ClauseBroken) as raised:
            finish(checked.organization(a.OURS))
        assert "R1" == raised.value.clause
        assert "expected Organization" in raised.value.problem
