"""Run a contract without a test runner and say which clauses hold."""

from __future__ import annotations

import unittest
from typing import final

from attrs import frozen

from .contract import Contract, clause_tests


@final
@frozen(kw_only=True)
class BrokenClause:
    """Hold one failed test: its clause, its name and what was wrong."""

    clause: str
    test: str
    problem: str


@final
@frozen(kw_only=True)
class ContractReport:
    """Hold how a contract went: names of tests that passed and that could not be run, and every failure."""

    contract: str
    passed: tuple[str, ...]
    skipped: tuple[str, ...]
    broken: tuple[BrokenClause, ...]

    @property
    def clauses(self) -> frozenset[str]:
        """Return the numbers of the clauses that do not hold."""
        return frozenset(each.clause for each in self.broken)

    def __str__(self) -> str:
        counts = f"{len(self.passed)} passed, {len(self.broken)} failed, {len(self.skipped)} skipped"
        lines = [f"{self.contract}: {counts}", *(f"{each.test}\n{each.problem}" for each in self.broken)]
        return "\n\n".join(lines)


def run_contract(contract: type[Contract], /, *, only: str | None = None) -> ContractReport:
    """Run the tests of a contract class, or those of one clause, and return the report; nothing is raised or printed."""
    passed: list[str] = []
    skipped: list[str] = []
    broken: list[BrokenClause] = []
    for name, number in clause_tests(contract).items():
        if only is not None and number != only:
            continue
        try:
            getattr(contract(), name)()
        except unittest.SkipTest:
            skipped.append(name)
        except AssertionError as error:
            broken.append(BrokenClause(clause=number, test=name, problem=str(error)))
        else:
            passed.append(name)
    return ContractReport(
        contract=contract.__name__, passed=tuple(passed), skipped=tuple(skipped), broken=tuple(broken)
    )
