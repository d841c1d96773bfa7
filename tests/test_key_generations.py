"""How far a key ring was advanced: its file, its steps, and several processes at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from subaccounts.errors import KeyRingFailed
from subaccounts.keys import KeyRing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a key file is, of a ring that was never advanced."""
    KeyRing.open(tmp_path / "portal.keys")
    return tmp_path / "portal.keys"


def ring_in(where: str, path: Path) -> KeyRing:
    """Return a ring of a file, or one in memory."""
    return KeyRing.open(path) if where == "file" else KeyRing.in_memory(bytes(range(32)))


def test_a_file_that_says_nothing_is_of_the_first(path: Path) -> None:
    """A ring begins at 1 and its file does not say so: one made before there were generations is the same."""
    assert 1 == KeyRing.open(path).generation
    assert "generation" not in json.loads(path.read_text())


@pytest.mark.parametrize("where", ["file", "memory"])
class TestAdvance:
    """One step at a time, and never back."""

    def test_a_step(self, where: str, path: Path) -> None:
        """A ring goes one step to where it is told, and keys and ids stay."""
        ring = ring_in(where, path)
        before = (ring.ring, ring.current, ring.facts(), ring.derive(purpose="slip", parts=["a"]))
        assert 2 == ring.advance(to=2) == ring.generation
        assert 3 == ring.advance(to=3)
        assert before == (ring.ring, ring.current, ring.facts(), ring.derive(purpose="slip", parts=["a"]))

    def test_what_is_there_already(self, where: str, path: Path) -> None:
        """Told to go where it is, or was, a ring stays and says where it is."""
        ring = ring_in(where, path)
        ring.advance(to=2)
        assert [2, 2, 2] == [ring.advance(to=each) for each in (2, 1, -5)]

    def test_no_step_is_left_out(self, where: str, path: Path) -> None:
        """Two steps at once would leave organizations behind: it is a mistake of the caller, and nothing changes."""
        ring = ring_in(where, path)
        with pytest.raises(ValueError, match="at generation 1 and advances one step"):
            ring.advance(to=3)
        assert 1 == ring.generation

    def test_keys_come_and_go(self, where: str, path: Path) -> None:
        """Rotating and retiring leave the generation as it is."""
        ring = ring_in(where, path)
        ring.advance(to=2)
        old = ring.current
        ring.rotate(now=NOON)
        assert 2 == ring.generation
        ring.retire(old)
        assert 2 == ring.generation


class TestFile:
    """What the file says, and what it must not."""

    def test_it_outlives_the_process(self, path: Path) -> None:
        """An advanced ring is where it was when it is opened again."""
        KeyRing.open(path).advance(to=2)
        assert 2 == json.loads(path.read_text())["generation"]
        assert 2 == KeyRing.open(path).generation

    def test_what_is_there_already_is_not_written(self, path: Path) -> None:
        """A job that has nothing to do leaves the very file, so that no other process reads it again for nothing."""
        ring = KeyRing.open(path)
        ring.advance(to=2)
        before = path.stat()
        ring.advance(to=2)
        assert (before.st_ino, before.st_mtime_ns) == (path.stat().st_ino, path.stat().st_mtime_ns)

    @pytest.mark.parametrize("written", [0, -1, 1, 2.0, True, None, "2", [2]], ids=repr)
    def test_any_other_way_to_write_it_is_damage(self, path: Path, written: object) -> None:
        """Only a whole number above 1 stands there; everything else is not what we wrote."""
        path.write_text(json.dumps(json.loads(path.read_text()) | {"generation": written}))
        with pytest.raises(KeyRingFailed) as caught:
            KeyRing.open(path)
        assert "damaged" == caught.value.problem

    def test_what_cannot_be_written_is_not_advanced(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """When the file cannot be replaced, the ring stays where it was: in memory too, and nothing lies beside it."""
        ring = KeyRing.open(path)

        def refuse(self: Path, target: Path) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(KeyRingFailed) as caught:
            ring.advance(to=2)
        monkeypatch.undo()
        assert ("unwritable", 1, 1) == (caught.value.problem, ring.generation, KeyRing.open(path).generation)
        assert ["portal.keys"] == [entry.name for entry in path.parent.iterdir()]


class TestProcesses:
    """Each ring opened stands for a process: what it remembers is its own."""

    def test_another_process_reads_it(self, path: Path) -> None:
        """A process knows of the step once it reads the file again."""
        one, other = KeyRing.open(path), KeyRing.open(path)
        one.advance(to=2)
        assert 1 == other.generation
        other.reload()
        assert 2 == other.generation

    def test_one_that_is_behind_goes_no_step_too_far(self, path: Path) -> None:
        """Two jobs that saw the same generation make one step of it."""
        one, other = KeyRing.open(path), KeyRing.open(path)
        assert [2, 2] == [each.advance(to=each.generation + 1) for each in (one, other)]

    def test_one_that_is_behind_takes_nothing_back(self, path: Path) -> None:
        """A job that was late names a generation that others have left: the file stays, and the job learns of it."""
        late, one = KeyRing.open(path), KeyRing.open(path)
        one.advance(to=2)
        one.advance(to=3)
        assert [3, 3] == [late.advance(to=2), late.generation]
        assert 3 == KeyRing.open(path).generation

    def test_many_at_once(self, path: Path) -> None:
        """Of many processes each step is made once, whoever makes it, and rotations between them are kept."""
        rings = [KeyRing.open(path) for _ in range(8)]

        def work(number: int) -> int:
            ring = rings[number]
            if number % 2:
                ring.rotate(now=NOON)
            return ring.advance(to=2)

        with ThreadPoolExecutor(8) as pool:
            assert {2} == set(pool.map(work, range(8)))
        assert (2, 5) == (KeyRing.open(path).generation, len(KeyRing.open(path).facts()))
