"""The kit rejects every broken repository, and names the clause it breaks."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest

from subaccounts.repositories.memory import MemoryRepository
from subaccounts.testing import Contract, OrganizationsContract, RepositoryContract, clauses, run_contract
from subaccounts.testing.contracts.bridge import Color
from tests.kit.saboteurs import SABOTEURS, AsyncAnswersAtOnce, Saboteur

every_saboteur = pytest.mark.parametrize(
    ("number", "saboteur"),
    [pytest.param(number, each, id=each.__name__) for number, group in SABOTEURS.items() for each in group],
)


def contract_for(saboteur: type[Saboteur]) -> type[RepositoryContract]:
    """Return the contract as the author of a broken adapter would write it."""

    class Attempt(RepositoryContract):
        def open(self) -> Saboteur:
            return saboteur()

        @contextmanager
        def reads(self, repository: Any, /) -> Iterator[list[str]]:
            asked: list[str] = getattr(repository, "asked", [])
            asked.clear()
            yield asked

    return Attempt


class TestSaboteurs:
    """Broken adapters are rejected."""

    @every_saboteur
    def test_a_saboteur_is_named(self, number: str, saboteur: type[Saboteur]) -> None:
        """The tests of the broken clause fail, and their message begins with its number and its sentence."""
        report = run_contract(contract_for(saboteur), only=number)
        assert {number} == report.clauses
        stated = f"{number}. {clauses()[number]}" if number in clauses() else f"{number}:"
        assert all(each.problem.startswith(stated) for each in report.broken)

    def test_every_clause_of_storage_has_a_saboteur(self) -> None:
        """For each clause of storage there is an adapter that breaks it, so that each clause's tests can fail."""
        storage = {number for number in clauses() if number[0] in "RC"}
        assert storage == SABOTEURS.keys() - {"storage"}

    def test_an_honest_repository_is_not_rejected(self) -> None:
        """The repository that all saboteurs are made of keeps every clause."""

        class Honest(RepositoryContract):
            def open(self) -> MemoryRepository:
                return MemoryRepository()

        report = run_contract(Honest)
        assert "" == "\n".join(each.problem for each in report.broken)
        assert ("test_r16_the_same_reads_for_somebody_and_nobody",) == report.skipped


class TestRestart:
    """What a restart loses is noticed."""

    def test_lost_rows_are_named(self) -> None:
        """A store that is empty after a restart breaks C1."""

        class Forgetful(RepositoryContract):
            def open(self) -> MemoryRepository:
                return MemoryRepository()

            def reopen(self, repository: Any, /) -> MemoryRepository:
                return MemoryRepository()

        report = run_contract(Forgetful, only="C1")
        assert ["test_c1_a_commit_outlives_a_restart"] == [each.test for each in report.broken]


class TestColor:
    """A port of the wrong color is named, whichever way it is wrong."""

    def test_an_unawaited_coroutine_is_named(self) -> None:
        """A plain port that answers a coroutine fails with the clause, the method and what it answered."""

        class Attempt(OrganizationsContract):
            def open(self) -> Saboteur:
                return next(each for each in SABOTEURS["R1"] if each.__name__ == "AnswersACoroutine")()

        problem = run_contract(Attempt, only="R1").broken[0].problem
        assert problem.startswith("R1. `organization` answers the organization as last put, or None.")
        assert "`organization` answered an un-awaited coroutine; the declared color is 'plain'" in problem

    def test_an_answer_at_once_is_named(self) -> None:
        """An async port that answers a value fails with the clause and the method."""

        class Attempt(OrganizationsContract):
            color: ClassVar[Color] = "async"

            def open(self) -> AsyncAnswersAtOnce:
                return AsyncAnswersAtOnce()

        report = run_contract(Attempt, only="R1")
        assert {"R1"} == report.clauses
        assert all("`organization` answered at once" in each.problem for each in report.broken)

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

        attempt = Attempt()
        with pytest.raises(AssertionError, match="something suspended"):
            attempt.drive(attempt.body())
