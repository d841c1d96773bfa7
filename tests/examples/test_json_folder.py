"""The example of an adapter keeps every clause, and what no clause can ask for: it is killed, damaged and shared."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from examples.json_folder import Drawer, JSONFolder
from examples.json_folder.__main__ import main
from subaccounts.domain.decision import Batch
from subaccounts.domain.ids import OrganizationId
from subaccounts.errors import OutcomeUnknown, StorageFailed
from subaccounts.testing import RepositoryContract
from subaccounts.testing import builders as a
from subaccounts.testing.machines import RepositoryMachine, run_machine

ROOT = Path(__file__).parents[2]


class TestJSONFolder(RepositoryContract):
    """A folder of JSON files is a repository; this class is what its author writes."""

    def open(self) -> JSONFolder:
        """Open an empty folder."""
        return JSONFolder(self.folder / "store")

    def reopen(self, repository: Any, /) -> JSONFolder:
        """Open it again, as after a restart."""
        return self.open()

    @contextmanager
    def reads(self, repository: Any, /) -> Iterator[list[str]]:
        """Say which files are read: the kit cannot see it, as it sees the questions to a database."""
        asked: list[str] = []
        read: Callable[[OrganizationId], Drawer] = repository._read

        def noted(organization: OrganizationId) -> Drawer:
            asked.append(organization.value)
            return read(organization)

        repository._read = noted
        yield asked
        del repository._read


def test_any_batches() -> None:
    """Whatever is committed and read, in whatever order, the example answers as the clauses ask for."""
    report = run_machine(RepositoryMachine, TestJSONFolder, steps=300)
    assert "" == report.problem


class TestCrashes:
    """Whenever it is stopped, a batch is there as a whole or not at all."""

    @pytest.mark.parametrize(
        ("step", "error", "there"),
        [
            ((os, "open"), StorageFailed, False),
            ((os, "fsync"), StorageFailed, False),
            ((Path, "replace"), StorageFailed, False),
            ((JSONFolder, "_sync_folder"), OutcomeUnknown, True),
        ],
        ids=["opened", "synced", "renamed", "folder synced"],
    )
    def test_a_disk_that_fails(
        self, tmp_path: Path, *, step: tuple[object, str], error: type[Exception], there: bool
    ) -> None:
        """Before the new file has its name nothing happened; after it everything did, and `OutcomeUnknown` says so."""
        repository = JSONFolder(tmp_path)
        repository.commit(Batch(organization=a.OURS, puts=(a.organization(),)))

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(*step, fail)
            with pytest.raises(error):
                repository.commit(Batch(organization=a.OURS, puts=(a.account(),)))
        assert there == (JSONFolder(tmp_path).account(a.account_id()) is not None)
        repository.commit(Batch(organization=a.OURS, puts=(a.stranger(),)))
        assert there == (JSONFolder(tmp_path).account(a.account_id()) is not None)

    @pytest.mark.parametrize(("number", "problem"), [(28, "full"), (30, "read_only"), (5, "unreachable")])
    def test_why_nothing_was_written(self, tmp_path: Path, number: int, problem: str) -> None:
        """What the system says is told in the words of the port: no room, no right to write, or a disk that fails."""

        def fail(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            with pytest.raises(StorageFailed) as raised:
                JSONFolder(tmp_path).commit(Batch(organization=a.OURS, puts=(a.organization(),)))
        assert problem == raised.value.problem

    def test_a_damaged_file_is_a_failure(self, tmp_path: Path) -> None:
        """A file that cannot be read is `StorageFailed` and not an organization nobody put; nothing of it is shown."""
        repository = JSONFolder(tmp_path)
        repository.commit(Batch(organization=a.OURS, puts=(a.organization(),)))
        (path,) = tmp_path.glob("*.json")
        path.write_text('{"organization": "half a sec', encoding="utf-8")
        with pytest.raises(StorageFailed, match="damaged") as raised:
            repository.organization(a.OURS)
        assert (True, None) == ("half" not in str(raised.value), raised.value.__cause__)

    def test_what_it_holds_is_for_its_owner(self, tmp_path: Path) -> None:
        """Folder and files are readable by their owner alone, as there are password hashes in them."""
        repository = JSONFolder(tmp_path / "store")
        repository.commit(Batch(organization=a.OURS, puts=(a.organization(),)))
        (path,) = (tmp_path / "store").glob("*.json")
        assert (0o700, 0o600) == (path.parent.stat().st_mode & 0o777, path.stat().st_mode & 0o777)

    def test_an_id_is_no_path(self, tmp_path: Path) -> None:
        """An organization's id is anybody's text and leads nowhere out of the folder; ids alike are two files."""
        repository = JSONFolder(tmp_path)
        for text in ("../up", "a/b", "Acme", "acme", "."):
            organization = a.organization(OrganizationId(value=text))
            repository.commit(Batch(organization=organization.id, puts=(organization,)))
        assert 5 == len(list(tmp_path.glob("*.json")))


_COUNTING = """
import sys
from examples.json_folder import JSONFolder
from subaccounts.domain.decision import Batch, Count
from subaccounts.testing import builders as a

for _ in range(50):
    JSONFolder(sys.argv[1]).commit(Batch(organization=a.OURS, counts=(Count(name="seats", by=1),)))
"""


class TestProcesses:
    """Several processes share a folder."""

    def test_no_count_is_lost(self, tmp_path: Path) -> None:
        """Of three processes that count at once each finds what the others wrote."""
        command = [sys.executable, "-c", _COUNTING, str(tmp_path)]
        counting = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
        assert [0, 0, 0] == [process.wait() for process in counting]
        assert 150 == JSONFolder(tmp_path).counter(a.OURS, "seats")


def test_it_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Run as a program, the example shows the file that an organization became."""
    main(tmp_path / "academy")
    assert '"name":"The Academy"' in capsys.readouterr().out
