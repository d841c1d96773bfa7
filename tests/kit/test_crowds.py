"""Crowds pass good repositories, and every race of theirs rejects one that is broken for just that."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from subaccounts.repositories import AsyncSQLiteRepository, MemoryRepository, SQLiteRepository
from subaccounts.testing import clause_tests, run_contract
from subaccounts.testing.contracts.bridge import Color
from subaccounts.testing.crowds import CrowdContract
from tests.kit.crowds import BROKEN


class TestSQLite(CrowdContract):
    """A file of several processes."""

    def open(self) -> Any:
        """Open the file of the running test."""
        return self.opener()()

    def opener(self) -> Callable[[], object]:
        """Open the same file."""
        return partial(SQLiteRepository, self.folder / "portal.db")


class TestAsyncSQLite(TestSQLite):
    """The same, awaitably."""

    color: ClassVar[Color] = "async"

    def opener(self) -> Callable[[], object]:
        """Open the same file."""
        return partial(AsyncSQLiteRepository, self.folder / "portal.db", threads=1)


@pytest.mark.parametrize("where", ["threads", "processes"])
@pytest.mark.parametrize("race", BROKEN)
def test_a_broken_repository_is_found(race: str, where: str) -> None:
    """Each race finds, in threads and in processes, the repository that breaks what it is about."""

    class Attempt(CrowdContract):
        crowd: ClassVar[int] = 4
        rounds: ClassVar[int] = 20 if race == "guards" else 6
        claims: ClassVar[int] = 12

        def open(self) -> Any:
            return self.opener()()

        def opener(self) -> Callable[[], object]:
            return partial(BROKEN[race], Path(self.folder) / "portal.db")

    (name,) = (name for name in clause_tests(Attempt) if race in name and where in name)
    with pytest.raises(AssertionError, match=rf"\A{clause_tests(Attempt)[name]}\. "):
        getattr(Attempt(), name)()


def test_who_opens_nothing_proves_nothing() -> None:
    """A repository that nobody else can open is skipped, with a word on what to say."""

    class Attempt(CrowdContract):
        def open(self) -> MemoryRepository:
            return MemoryRepository()

    report = run_contract(Attempt)
    assert ((), ()) == (report.passed, report.broken)
    assert len(clause_tests(CrowdContract)) == len(report.skipped)
