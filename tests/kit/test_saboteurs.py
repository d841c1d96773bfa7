"""The kit rejects every broken adapter, and names the clause it breaks: that one and no other."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache
from typing import Any, ClassVar

import pytest

from subaccounts.repositories.memory import MemoryRepository
from subaccounts.testing import (
    Contract,
    ContractReport,
    FakeHostAccounts,
    FakeSubscriptions,
    OrganizationsContract,
    RepositoryContract,
    clause_tests,
    clauses,
    run_contract,
)
from subaccounts.testing.contracts.bridge import Color
from subaccounts.testing.contracts.contract import RULES
from subaccounts.testing.saboteurs import Saboteur, saboteurs
from subaccounts.testing.saboteurs.attempts import attempt
from subaccounts.testing.saboteurs.hashers import BrokenHasher
from subaccounts.testing.saboteurs.notifiers import BrokenNotifier
from subaccounts.testing.saboteurs.secrets import BrokenEntropy, BrokenKeys
from subaccounts.testing.saboteurs.texts import BrokenTexts

EVERYTHING = [*clauses(), *RULES]


def named(saboteur: Saboteur) -> str:
    """Return how a saboteur is called in a test id."""
    return f"{saboteur.breaks}-{saboteur.name}"


@cache
def reported(name: str) -> ContractReport:
    """Run the kit on the saboteur of a name, once for all that is asked of its report."""
    (saboteur,) = (each for each in saboteurs() if each.name == name)
    return saboteur.report()


class TestSaboteurs:
    """Broken adapters are rejected."""

    @pytest.mark.filterwarnings("ignore:refused")  # one of them warns; here a warning would be an error
    @pytest.mark.parametrize("saboteur", saboteurs(), ids=named)
    def test_just_the_broken_clause_fails(self, saboteur: Saboteur) -> None:
        """Of all clauses the one that is broken fails, with those that cannot hold without it, and every other holds."""
        report = reported(saboteur.name)
        assert {saboteur.breaks, *saboteur.also} == report.clauses
        assert set(clause_tests(saboteur.contract).values()) >= report.clauses

    @pytest.mark.filterwarnings("ignore:refused")  # as above
    @pytest.mark.parametrize("saboteur", saboteurs(), ids=named)
    def test_its_message_states_the_clause(self, saboteur: Saboteur) -> None:
        """Every message about the broken clause begins with its number and its sentence."""
        number = saboteur.breaks
        stated = f"{number}. {clauses()[number]}" if number in clauses() else f"{number}: {RULES[number]}"
        told = [each.problem for each in reported(saboteur.name).broken if each.clause == number]
        assert [] == [problem for problem in told if not problem.startswith(stated)]
        assert [] != told

    @pytest.mark.parametrize("number", EVERYTHING)
    def test_every_clause_is_broken_alone(self, number: str) -> None:
        """For every clause of every port, and every rule of all storage, somebody breaks that one and nothing else."""
        assert [] != [saboteur.name for saboteur in saboteurs(number) if not saboteur.also]

    def test_they_are_described(self) -> None:
        """Each has a name of its own, breaks something that exists, and gives reasons for what else fails."""
        everyone = saboteurs()
        assert sorted({saboteur.name for saboteur in everyone}) == sorted(saboteur.name for saboteur in everyone)
        assert set(EVERYTHING) == {saboteur.breaks for saboteur in everyone}
        assert [] == [each.name for each in everyone if not each.does.endswith(".") or len(each.does) < 20]
        assert [] == [
            each.name for each in everyone if each.breaks in each.also or not set(each.also) <= set(EVERYTHING)
        ]
        assert [] == [each.name for each in everyone for reason in each.also.values() if len(reason) < 20]

    @pytest.mark.parametrize(
        ("clause", "honest"),
        [
            ("C1", MemoryRepository),
            ("H1", BrokenHasher),
            ("K1", BrokenKeys),
            ("E1", BrokenEntropy),
            ("A1", FakeHostAccounts),
            ("S1", FakeSubscriptions),
            ("N1", BrokenNotifier),
            ("T1", BrokenTexts),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_the_honest_are_not_rejected(self, clause: str, honest: type[Any]) -> None:
        """What the saboteurs are made of keeps every clause, so that what fails is their own mistake."""
        report = run_contract(attempt(honest, breaks=clause, color="plain"))
        assert "" == "\n".join(each.problem for each in report.broken)


class TestColor:
    """A port of the wrong color is named, whichever way it is wrong."""

    def test_an_unawaited_coroutine_is_named(self) -> None:
        """A plain port that answers a coroutine fails with the method and what it answered."""
        (saboteur,) = (each for each in saboteurs("R10") if each.name == "AnswersACoroutine")
        problem = saboteur.report(only="R10").broken[0].problem
        assert "`people_count` answered an un-awaited coroutine; the declared color is 'plain'" in problem

    def test_an_answer_at_once_is_named(self) -> None:
        """An async port that answers a value fails with the method."""
        (saboteur,) = (each for each in saboteurs("R10") if each.name == "AnswersAtOnce")
        assert all("`people_count` answered at once" in each.problem for each in saboteur.report(only="R10").broken)

    def test_a_coroutine_in_an_awaitable_is_named(self) -> None:
        """An async port whose awaited answer is a coroutine again fails too."""

        class Twice:
            async def organization(self, *_: object) -> object:
                async def inner() -> None: ...

                return inner()

        class Attempt(OrganizationsContract):
            color: ClassVar[Color] = "async"

            def open(self) -> Twice:
                return Twice()

        report = run_contract(Attempt, only="R1")
        assert any("answered an un-awaited coroutine" in each.problem for each in report.broken)

    def test_a_missing_method_is_named(self) -> None:
        """A port without one of its methods fails with the method's name."""

        class Attempt(OrganizationsContract):
            def open(self) -> object:
                return object()

        assert all("has no `" in each.problem for each in run_contract(Attempt).broken)
        assert {"R1", "storage"} == run_contract(Attempt).clauses

    def test_a_plain_port_that_suspends_is_named(self) -> None:
        """What suspends under a plain color fails: nobody would ever resume it."""

        class Suspends:
            def __await__(self) -> Generator[None, None, None]:
                yield None

        class Attempt(Contract):
            async def body(self) -> None:
                await Suspends()

        attempted = Attempt()
        with pytest.raises(AssertionError, match="something suspended"):
            attempted.drive(attempted.body())


class TestSecrets:
    """The rule about hashes does not depend on what else is right."""

    def test_a_store_that_refuses_nothing_is_not_passed(self) -> None:
        """Without a single error to look at, the test of errors fails instead of passing for want of a case."""

        class Agreeable:
            def __init__(self) -> None:
                self.inner = MemoryRepository()

            def commit(self, _: object, /) -> None:
                """Take everything and keep nothing."""

        class Attempt(RepositoryContract):
            def open(self) -> Agreeable:
                return Agreeable()

        broken = [each.test for each in run_contract(Attempt, only="secrets").broken]
        assert "test_secrets_no_error_tells_a_hash" in broken
