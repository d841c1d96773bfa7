"""The key ring: its file, its rotation, what it derives, and what it never shows."""

from __future__ import annotations

import base64
import copy
import hmac
import json
import os
import pickle
import stat
import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.errors import KeyRingFailed
from subaccounts.keys import KeyFacts, KeyRing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = bytes(range(32))
texts = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a key file could be."""
    return tmp_path / "portal.keys"


def rewrite(path: Path, **changes: object) -> None:
    """Change fields of a key file behind the ring's back."""
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def problem_of(path: Path, *, create: bool = True) -> str:
    """Open the ring, expect a failure and return its word."""
    with pytest.raises(KeyRingFailed) as caught:
        KeyRing.open(path, create=create)
    return caught.value.problem


class TestFile:
    """How the file comes to be, and which files are refused."""

    def test_is_made_once_and_read_again(self, path: Path) -> None:
        """Opening makes the file; opening it again, as text or as a path, gives the same ring."""
        first = KeyRing.open(path)
        again = KeyRing.open(str(path), create=False)
        assert (first.ring, first.current, first.facts()) == (again.ring, again.current, again.facts())
        assert first.derive(purpose="slip", parts=["a"]) == again.derive(purpose="slip", parts=["a"])

    def test_belongs_to_its_owner_alone(self, path: Path) -> None:
        """The file has mode 0600 from its first moment, whatever the umask, and nothing is left beside it."""
        before = os.umask(0)
        try:
            KeyRing.open(path).rotate(now=NOON)
        finally:
            os.umask(before)
        assert 0o600 == stat.S_IMODE(path.stat().st_mode)
        assert ["portal.keys"] == [entry.name for entry in path.parent.iterdir()]

    def test_says_its_format(self, path: Path) -> None:
        """The file names its format, so that a later release can tell it from its own."""
        KeyRing.open(path)
        assert "subaccounts-keys/1" == json.loads(path.read_text())["format"]

    def test_two_deployments_differ(self, tmp_path: Path) -> None:
        """Two new rings share neither an id nor a key."""
        one, two = KeyRing.open(tmp_path / "one"), KeyRing.open(tmp_path / "two")
        assert 4 == len({one.ring, two.ring, one.current, two.current})

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o644])
    def test_is_refused_when_others_have_rights(self, path: Path, mode: int) -> None:
        """A file its group or everybody has any right on is refused, before it is believed."""
        KeyRing.open(path)
        path.chmod(mode)
        assert "exposed" == problem_of(path)

    def test_is_not_made_unless_asked(self, path: Path) -> None:
        """With create=False a missing file is an error and stays missing."""
        assert "missing" == problem_of(path, create=False)
        assert not path.exists()

    def test_cannot_be_made_in_a_missing_folder(self, tmp_path: Path) -> None:
        """A folder that is not there is not made: it is most likely a typing error."""
        assert "missing" == problem_of(tmp_path / "no" / "portal.keys")

    def test_is_not_a_folder(self, tmp_path: Path) -> None:
        """What cannot be read as a file is unreadable, not a traceback of the operating system."""
        tmp_path.chmod(0o700)
        assert "unreadable" == problem_of(tmp_path)

    def test_a_dangling_link_is_missing(self, path: Path) -> None:
        """A link to nothing is not overwritten by a new ring: the volume behind it is probably not mounted."""
        path.symlink_to(path.with_name("elsewhere"))
        assert "missing" == problem_of(path)

    def test_a_volume_without_links_says_so(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the file system cannot put the file in place at once, nothing half-written is left."""

        def refuse(self: Path, target: Path) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(Path, "hardlink_to", refuse)
        assert "unwritable" == problem_of(path)
        assert [] == list(path.parent.iterdir())

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{}",
            b"[]",
            b"null",
            b"\xff\xfe",
            b"{" * 100_000,
            b'{"format": "subaccounts-keys/2"}',
            b" " * 2_000_000,
        ],
        ids=["empty", "object", "list", "null", "bytes", "deep", "later format", "large"],
    )
    def test_is_damaged_when_it_is_something_else(self, path: Path, content: bytes) -> None:
        """Anything but a key file is refused as damaged, and is left as it is."""
        path.write_bytes(content)
        path.chmod(0o600)
        assert "damaged" == problem_of(path)
        assert content == path.read_bytes()

    @pytest.mark.parametrize(
        "changes",
        [
            {"id": ""},
            {"id": 5},
            {"current": "0123456789abcdef"},
            {"keys": []},
            {"keys": "abc"},
            {"extra": 1},
            {"format": "subaccounts-keys/2"},
        ],
        ids=str,
    )
    def test_is_damaged_when_a_field_is_not_ours(self, path: Path, changes: dict[str, object]) -> None:
        """A field that was changed, added or emptied makes the whole file damaged."""
        KeyRing.open(path)
        rewrite(path, **changes)
        assert "damaged" == problem_of(path)

    @pytest.mark.parametrize(
        "change", [{"id": "0123456789abcdef"}, {"secret": "AAAA"}, {"created": "2026-11-21T12:00:00"}, {"secret": "\n"}]
    )
    def test_is_damaged_when_a_key_is_not_ours(self, path: Path, change: dict[str, str]) -> None:
        """A key whose id is not the fingerprint of its secret, or whose time is naive, is damage."""
        KeyRing.open(path)
        rewrite(path, keys=[json.loads(path.read_text())["keys"][0] | change])
        assert "damaged" == problem_of(path)

    def test_is_damaged_when_a_key_stands_twice(self, path: Path) -> None:
        """The same key twice is not a file we wrote."""
        KeyRing.open(path)
        rewrite(path, keys=json.loads(path.read_text())["keys"] * 2)
        assert "damaged" == problem_of(path)

    def test_a_racing_process_gets_the_winners_ring(self, path: Path) -> None:
        """Processes that make the ring at the same moment all get the same one, and no half of it."""
        program = """if True:
            import sys
            from subaccounts.keys import KeyRing
            input("ready\\n")
            ring = KeyRing.open(sys.argv[1])
            print(ring.ring, ring.current)
        """
        command = [sys.executable, "-c", program, str(path)]
        racers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
        for racer in racers:
            assert racer.stdout is not None
            assert "ready\n" == racer.stdout.readline()
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("go\n")
            racer.stdin.flush()
        answers = {racer.communicate()[0] for racer in racers}
        ring = KeyRing.open(path, create=False)
        assert {f"{ring.ring} {ring.current}\n"} == answers

    def test_racing_threads_get_one_ring(self, path: Path) -> None:
        """Threads that make the ring at the same moment all get the same one."""
        with ThreadPoolExecutor(8) as pool:
            rings = set(pool.map(lambda _: KeyRing.open(path).ring, range(32)))
        assert 1 == len(rings)


class TestRotation:
    """New keys come, old ones stay until they are retired."""

    @pytest.mark.asvs("11.2.2")
    def test_adds_a_current_key_and_keeps_the_old(self, path: Path) -> None:
        """After a rotation new secrets come from the new key and old ones are still derived from the old."""
        ring = KeyRing.open(path)
        old, code = ring.current, ring.derive(purpose="slip", parts=["a"])
        new = ring.rotate(now=NOON)
        assert new == ring.current
        assert code == ring.derive(purpose="slip", parts=["a"], key=old)
        assert code != ring.derive(purpose="slip", parts=["a"]) == ring.derive(purpose="slip", parts=["a"], key=new)
        assert (KeyFacts(id=new, created=NOON, current=True),) == ring.facts()[1:]
        assert [False, True] == [key.current for key in KeyRing.open(path).facts()]

    def test_reaches_another_process_when_it_meets_the_key(self, path: Path) -> None:
        """A ring that meets the id of a key it does not know reads the file again before it gives up."""
        here, there = KeyRing.open(path), KeyRing.open(path)
        key = there.rotate(now=NOON)
        code = there.derive(purpose="slip", parts=["a"])
        assert code == here.derive(purpose="slip", parts=["a"], key=key)
        assert there.current == here.current

    def test_does_not_read_an_unchanged_file_again(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An unknown key costs no reading of a file that did not change."""
        ring = KeyRing.open(path)
        monkeypatch.setattr("subaccounts.keys.read_file", lambda path: pytest.fail("the file was read again"))
        with pytest.raises(KeyRingFailed) as caught:
            ring.derive(purpose="slip", parts=["a"], key="0123456789abcdef")
        assert ("missing", "0123456789abcdef") == (caught.value.problem, caught.value.detail)

    def test_a_file_that_went_away_is_missed(self, path: Path) -> None:
        """When the file is gone, known keys still work and an unknown one says what is missing: the file."""
        ring = KeyRing.open(path)
        path.unlink()
        ring.derive(purpose="slip", parts=["a"])
        for attempt in (lambda: ring.derive(purpose="slip", parts=["a"], key="0123456789abcdef"), ring.reload):
            with pytest.raises(KeyRingFailed, match=r"portal\.keys"):
                attempt()

    def test_two_at_once_lose_nothing(self, path: Path) -> None:
        """Rotations at the same time, each through a ring of its own, all end up in the file."""
        rings = [KeyRing.open(path) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda ring: ring.rotate(now=NOON), rings))
        assert {*made} < {key.id for key in KeyRing.open(path).facts()}
        assert 9 == len(KeyRing.open(path).facts())

    def test_replaces_the_file_behind_a_link(self, path: Path) -> None:
        """A linked key file is replaced where it lies; the link stays a link."""
        KeyRing.open(path)
        link = path.with_name("link.keys")
        link.symlink_to(path)
        KeyRing.open(link).rotate(now=NOON)
        assert link.is_symlink()
        assert 2 == len(KeyRing.open(path).facts())

    def test_that_fails_changes_nothing(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """When the new file cannot be put in place, the old ring holds, in the file and in memory."""
        ring = KeyRing.open(path)
        before = path.read_bytes()

        def refuse(self: Path, target: Path) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "replace", refuse)
        with pytest.raises(KeyRingFailed) as caught:
            ring.rotate(now=NOON)
        assert "unwritable" == caught.value.problem
        assert (before, 1, [path]) == (path.read_bytes(), len(ring.facts()), list(path.parent.iterdir()))

    @pytest.mark.parametrize("now", [NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=2)))])
    def test_takes_its_time_in_utc(self, now: datetime) -> None:
        """The time of a key is aware and UTC; any other is a mistake of the caller."""
        with pytest.raises(ValueError, match="UTC"):
            KeyRing.in_memory(SECRET).rotate(now=now)

    def test_a_retired_key_is_gone(self, path: Path) -> None:
        """What was derived from a retired key cannot be derived again, here and after a reload elsewhere."""
        here, there = KeyRing.open(path), KeyRing.open(path)
        old = here.current
        there.derive(purpose="slip", parts=["a"], key=old)
        here.rotate(now=NOON)
        here.retire(old)
        there.reload()
        for ring in (here, there):
            with pytest.raises(KeyRingFailed) as caught:
                ring.derive(purpose="slip", parts=["a"], key=old)
            assert "missing" == caught.value.problem

    def test_the_current_key_is_not_retired(self, path: Path) -> None:
        """The current key can only be retired after a rotation, and an unknown one not at all."""
        ring = KeyRing.open(path)
        with pytest.raises(ValueError, match="rotate first"):
            ring.retire(ring.current)
        with pytest.raises(KeyRingFailed):
            ring.retire("0123456789abcdef")
        assert 1 == len(KeyRing.open(path).facts())

    def test_works_in_memory(self) -> None:
        """A ring without a file rotates and retires the same way, and has nothing to reload."""
        ring = KeyRing.in_memory(SECRET)
        first = ring.current
        ring.rotate(now=NOON)
        ring.retire(first)
        ring.reload()
        assert [ring.current] == [key.id for key in ring.facts()]


class TestForeign:
    """A ring and a store of two deployments do not meet."""

    def test_store_is_refused_by_both_names(self) -> None:
        """A store of another deployment is refused with both ids, so that the operator sees which is which."""
        ring, other = KeyRing.in_memory(SECRET), KeyRing.in_memory(bytes(32))
        ring.require(ring.ring)
        with pytest.raises(KeyRingFailed) as caught:
            ring.require(other.ring)
        assert "foreign" == caught.value.problem
        assert ring.ring in str(caught.value)
        assert other.ring in str(caught.value)

    def test_file_is_not_taken_over(self, tmp_path: Path) -> None:
        """A ring whose file was exchanged for another deployment's neither reads nor changes it."""
        ring, other = KeyRing.open(tmp_path / "ours"), KeyRing.open(tmp_path / "theirs")
        (tmp_path / "theirs").replace(tmp_path / "ours")
        with pytest.raises(KeyRingFailed, match="foreign"):
            ring.derive(purpose="slip", parts=["a"], key=other.current)
        with pytest.raises(KeyRingFailed, match="foreign"):
            ring.rotate(now=NOON)
        assert 1 == len(KeyRing.open(tmp_path / "ours").facts())


class TestDerivation:
    """What is derived from a key."""

    @pytest.mark.asvs("6.5.2")
    def test_is_hmac_sha_256_under_a_key_of_its_purpose(self) -> None:
        """The digest is what its documentation says: anybody with the key can compute it without this package."""
        sub_key = hmac.digest(SECRET, b"subaccounts/1/slip", "sha256")
        encoded = (2).to_bytes(8, "big") + "é".encode() + (0).to_bytes(8, "big")
        ring = KeyRing.in_memory(SECRET)
        assert hmac.digest(sub_key, encoded, "sha256") == ring.derive(purpose="slip", parts=["é", ""])

    @given(st.lists(texts, max_size=4), st.lists(texts, max_size=4))
    def test_tells_all_lists_of_parts_apart(self, one: list[str], two: list[str]) -> None:
        """Two lists of parts give one digest exactly when they are the same list."""
        ring = KeyRing.in_memory(SECRET)
        first, second = ring.derive(purpose="slip", parts=one), ring.derive(purpose="slip", parts=two)
        assert (one == two) == (first == second)

    @given(st.lists(texts, min_size=1, max_size=3), st.data())
    def test_no_two_splits_of_one_text_meet(self, parts: list[str], data: st.DataObject) -> None:
        """Moving a border between parts changes the digest, however the text is cut."""
        whole = "".join(parts)
        cut = data.draw(st.integers(0, len(whole)))
        other = [whole[:cut], whole[cut:]]
        ring = KeyRing.in_memory(SECRET)
        same = ring.derive(purpose="slip", parts=parts) == ring.derive(purpose="slip", parts=other)
        assert (parts == other) == same

    def test_keeps_purposes_and_rings_apart(self) -> None:
        """The same parts under another purpose or another ring are another secret."""
        rings = [KeyRing.in_memory(SECRET), KeyRing.in_memory(bytes(32))]
        digests = {ring.derive(purpose=purpose, parts=["a"]) for ring in rings for purpose in ("slip", "link")}
        assert 4 == len(digests)

    @pytest.mark.parametrize("purpose", ["", "é", "a\nb"])
    def test_takes_a_plain_word_as_its_purpose(self, purpose: str) -> None:
        """A purpose is written in the code; text from outside in its place is a mistake of the caller."""
        with pytest.raises(ValueError, match="purpose"):
            KeyRing.in_memory(SECRET).derive(purpose=purpose, parts=[])

    @pytest.mark.asvs("15.4.1")
    def test_holds_under_threads_that_rotate_and_derive(self) -> None:
        """While keys come, every thread derives from the key it names, and never another's digest."""
        ring = KeyRing.in_memory(SECRET)
        first, digest = ring.current, ring.derive(purpose="slip", parts=["a"])

        def work(number: int) -> bytes:
            if number % 10 == 0:
                ring.rotate(now=NOON)
            return ring.derive(purpose="slip", parts=["a"], key=first)

        with ThreadPoolExecutor(8) as pool:
            assert {digest} == set(pool.map(work, range(200)))

    @pytest.mark.asvs("11.2.3")
    @pytest.mark.parametrize("size", [0, 31])
    def test_refuses_a_short_secret(self, size: int) -> None:
        """A ring in memory needs as many bytes as a key in a file has."""
        with pytest.raises(ValueError, match="32"):
            KeyRing.in_memory(bytes(size))


class TestSilence:
    """Nothing shows a secret."""

    def planted(self, path: Path) -> list[str]:
        """Return the secrets of the file in every form they could leak in."""
        encoded = [key["secret"] for key in json.loads(path.read_text())["keys"]]
        raw = [base64.b64decode(text) for text in encoded]
        return [*encoded, *(secret.hex() for secret in raw), *(repr(secret) for secret in raw)]

    def test_ring_shows_no_secret(self, path: Path) -> None:
        """Neither a ring nor what it lists shows a secret in its repr or its text."""
        ring = KeyRing.open(path)
        shown = " ".join([repr(ring), str(ring), f"{ring}", repr(ring.facts()), repr(ring._ring)])
        assert [] == [secret for secret in self.planted(path) if secret in shown]

    def test_ring_is_not_pickled_and_copies_to_itself(self) -> None:
        """A ring cannot leave the process by pickle; a copy of it is the same ring."""
        ring = KeyRing.in_memory(SECRET)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="not pickled"):
                pickle.dumps(ring, protocol)
        assert (ring, ring) == (copy.copy(ring), copy.deepcopy(ring))

    def test_errors_of_a_damaged_file_hold_none_of_it(self, path: Path) -> None:
        """A damaged file's error keeps no secret, not even in an exception it was raised beside."""
        KeyRing.open(path)
        secrets = self.planted(path)
        path.write_text(path.read_text().replace("]", ""))
        with pytest.raises(KeyRingFailed) as caught:
            KeyRing.open(path)
        assert (None, None) == (caught.value.__cause__, caught.value.__context__)
        shown = "".join(traceback.format_exception(caught.value))
        assert [] == [secret for secret in secrets if secret in shown]
