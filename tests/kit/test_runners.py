"""The kit works under pytest, under unittest and without either, and tells what happened in the same words."""

from __future__ import annotations

import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any, ClassVar

import pytest

from subaccounts.repositories import MemoryRepository
from subaccounts.testing import NOON, Contract, OrganizationsContract, RepositoryContract, clause, run_contract
from subaccounts.testing.contracts.bridge import Color

AUTHORS_FILE = """
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import RepositoryContract

class TestMyRepository(RepositoryContract):
    def open(self):
        return MemoryRepository()
"""


class Honest(OrganizationsContract):
    """An adapter that keeps the contract."""

    def open(self) -> MemoryRepository:
        """Open an empty one."""
        return MemoryRepository()


class TestRunners:
    """An author brings a runner, or none."""

    def test_pytest_collects_an_authors_file(self, tmp_path: Path) -> None:
        """Eight lines are a test file: pytest finds every clause in it, and not the imported contract itself."""
        (tmp_path / "test_mine.py").write_text(AUTHORS_FILE)
        (tmp_path / "pytest.ini").write_text("[pytest]\n")  # a project of its own, wherever the temporary folder is
        command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "test_mine.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert 0 == done.returncode
        found = [line for line in done.stdout.splitlines() if "::" in line]
        assert all(line.startswith("test_mine.py::TestMyRepository::test_") for line in found)
        assert len(found) == len(set(found)) > 100

    def test_unittest_runs_a_contract(self) -> None:
        """With `TestCase` among its bases a contract is a test case."""

        class Case(Honest, unittest.TestCase):
            pass

        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
        assert (True, 4) == (result.wasSuccessful(), result.testsRun)

    def test_without_a_runner_there_is_a_report(self) -> None:
        """`run_contract` runs everything, raises nothing and prints as text."""
        report = run_contract(Honest)
        assert 4 == len(report.passed)
        assert "Honest: 4 passed, 0 failed, 0 skipped" == str(report)
        assert 3 == len(run_contract(Honest, only="R1").passed)

    def test_a_report_shows_every_failure(self) -> None:
        """A failed clause is in the report with its number, its sentence, what was tested and what was wrong."""

        class Forgetful(Honest):
            def open(self) -> Any:
                return _Forgetful()

        report = run_contract(Forgetful)
        assert {"R1", "storage"} == report.clauses
        text = str(report)
        assert "R1. `organization` answers the organization as last put, or None." in text
        assert "tested: The latest put is what is read, under the version it left." in text
        assert "failed: the organization after its first put: expected Organization(" in text

    def test_optimized_python_asserts_too(self) -> None:
        """Under `python -OO`, which drops asserts and docstrings, a broken adapter is still rejected."""
        code = """
from subaccounts.testing import OrganizationsContract, run_contract
class Empty:
    def organization(self, id): return None
    def commit(self, batch): return None
class Broken(OrganizationsContract):
    def open(self): return Empty()
print(sorted(run_contract(Broken).clauses))
"""
        done = subprocess.run([sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=False)
        assert ("['R1', 'storage']\n", "") == (done.stdout, done.stderr)


class _Forgetful:
    """Takes every batch and remembers none."""

    def organization(self, _: object) -> None:
        return None

    def commit(self, _: object) -> None:
        return None


class TestDriving:
    """What a test gets, it gets fresh, and gives back."""

    def test_every_test_has_its_own_folder_and_port(self) -> None:
        """The folder is empty and the port new in every test; afterwards the folder is gone and the port closed."""
        seen: list[Path] = []
        closed: list[object] = []

        class Port:
            async def close(self) -> None:
                closed.append(self)

        class Attempt(Contract):
            color: ClassVar[Color] = "async"

            async def open(self) -> Port:
                seen.append(self.folder)
                (self.folder / "file").touch(exist_ok=False)
                return Port()

            @clause("storage")
            async def test_storage_something(self) -> None:
                """Something opens two ports in one folder and a bridge to one of them again."""
                first = await self.bridged()
                await self.bridge_to(first.port)
                assert [first.port] == [port for port in (first.port,) if port not in closed]

        assert ("test_storage_something",) == run_contract(Attempt).passed
        assert ("test_storage_something",) == run_contract(Attempt).passed
        assert 2 == len(set(seen)) == len(closed)
        assert not any(folder.exists() for folder in seen)

    def test_what_was_opened_is_closed_after_a_failure(self) -> None:
        """A port is closed when its test fails, too."""
        closed: list[object] = []

        class Port:
            def close(self) -> None:
                closed.append(self)

        class Attempt(Contract):
            def open(self) -> Port:
                return Port()

            @clause("storage")
            async def test_storage_something(self) -> None:
                """Something fails."""
                await self.bridged()
                raise ValueError("something else went wrong")

        report = run_contract(Attempt)
        assert "failed: ValueError was raised: something else went wrong" in report.broken[0].problem
        assert 1 == len(closed)

    def test_a_contract_without_a_port_is_skipped(self) -> None:
        """Who answers nothing from `open` proves nothing, and is told so."""
        report = run_contract(RepositoryContract)
        assert ((), ()) == (report.passed, report.broken)
        with pytest.raises(unittest.SkipTest, match="answers no port"):
            RepositoryContract().open()

    def test_outside_of_a_test_there_is_no_folder(self) -> None:
        """The folder belongs to a running test."""
        with pytest.raises(RuntimeError, match="while a test runs"):
            assert NOON == Honest().folder
