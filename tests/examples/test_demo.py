"""The demo, run as a newcomer runs it: in an empty folder, again, without its keys, into a pipe."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import frozen

from examples.training_company import roster
from examples.training_company.passphrase import passphrase
from examples.training_company.play import SCENES
from examples.training_company.screen import Screen, pad, width

DEMO = Path(__file__).parent.parent.parent / "examples" / "demo.py"
HEADINGS = [
    "The company",
    "Opening accounts, and three refusals",
    "Pasting logins: Harbor Street",
    "Two rosters from files: Old Town and Airport",
    "First sign-in with a code",
    "First sign-in where the administrator filled in everything",
    "A wrong login, a wrong password, a delay",
    "Coming back later",
    "An interrupted first sign-in resumes",
    "First sign-in as an open claim",
    "Two people claim one login at once",
    "Eight days later the window is closed",
    "The same from the street: a closed door",
    "Reset",
    "Archive, and back",
    "Delete",
    "A promoted host account",
    "An activation by e-mail",
    "An activation by SMS",
    "A forgotten password",
    "Slips for people without e-mail or phone",
    "Signing up alone",
    "Arriving with the company account",
    "A guest from outside",
    "Why does she not see it?",
    "Ninety days later",
    "Everybody, as it stands now",
    "The audit trail",
    "Look at the file",
]
KEY_LINES = [
    "not allowed: open account",
    "subscription_required",
    "host_account_privileged",
    "login: mixed scripts",
    "this login looks like one that is taken",
    "still needed: language, job_profile",
    "This code is not right.",
    "use at least 15 characters",
    "Nobody here has this login.",
    "Wrong password.",
    "Too many wrong tries here.",
    "Signed in by password.",
    "Hello, 王伟.",
    "The portal starts again",
    "Signed in by open claim.",
    "freja was claimed at till 1, without a code",
    "Somebody has just signed up with this login.",
    "There is no valid code for you.",
    "That did not work.",
    "Your sign-in has ended.",
    "This person is archived.",
    "this login belonged to somebody deleted",
    "This shop's login has become: administrator.",
    "has a mail to marta@training.example: Create your password for Harbor & Hill Training",
    "Signed in by claim link.",
    "Refused, 410 link_refused",
    "jonas, a link by sms to +45******56: would be told",
    "Harbor & Hill Training: your login is jonas",
    "the old password after all: it still works",
    "Your password at Harbor & Hill Training was changed",
    "8 slips",
    "Signed in by sign up.",
    "Signed in by sso.",
    "has a mail to ida@supplier.example: You are invited to the group Suppliers at Harbor & Hill Training",
    "Our products",
    "this would be opened to people from outside; look at the preview",
    "The chain breaks at event 5.",
]


def flat(text: str) -> str:
    """Return what was printed with its lines joined, as where a line ends depends on names and paths."""
    return re.sub(r"\n\s+[\u2502|]?\s*", " ", text)


def run_demo(folder: Path, *arguments: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    """Run the demo in a folder, with its output in a pipe."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "NO_COLOR": "1"}
    command = [sys.executable, str(DEMO), *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=300
    )


@frozen
class Played:
    """Hold a folder in which the demo was played twice, and what it printed; the second time in plain ASCII."""

    folder: Path
    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play twice in an empty folder."""
    folder = tmp_path_factory.mktemp("demo with a blank")
    return Played(folder, run_demo(folder), run_demo(folder, encoding="ascii"))


class TestPlay:
    """The whole story, on a new file."""

    def test_ends_well_twice(self, played: Played) -> None:
        """The first and the second run end with status 0 and complain about nothing."""
        assert (0, "") == (played.first.returncode, played.first.stderr)
        assert (0, "") == (played.second.returncode, played.second.stderr)

    def test_every_scene(self, played: Played) -> None:
        """Each scene has its heading, in order, and a last one says how to look at the file."""
        headings = re.findall(r"(?m)^\d+\. (.*?) (?:\u2500+|-+)$", played.first.stdout)
        assert HEADINGS == headings
        assert len(SCENES) + 1 == len(headings)
        assert HEADINGS == re.findall(r"(?m)^\d+\. (.*?) -+$", played.second.stdout)

    @pytest.mark.parametrize("line", KEY_LINES)
    def test_key_lines(self, played: Played, line: str) -> None:
        """What the scene is about is really said."""
        assert line in flat(played.first.stdout)

    def test_forty_people(self, played: Played) -> None:
        """Forty people are added from the rosters, in two formats of file."""
        rosters = ("harbor-street.csv", "old-town.csv", "airport.csv")
        logins = [row["login"] for name in rosters for row in roster.read(name)]
        assert 40 == len(set(logins))
        assert all(re.search(rf"(?m)^ +\d+  {re.escape(login)} +added, code ", played.first.stdout) for login in logins)
        assert (roster.FOLDER / "old-town.csv").read_bytes().startswith(b"\xef\xbb\xbfLogin;")

    def test_one_winner(self, played: Played) -> None:
        """Of two people who claim at once one is let in and the other is told."""
        scene = flat(played.first.stdout.partition("11. Two people")[2].partition("12. ")[0])
        assert (1, 1) == (scene.count("Welcome!"), scene.count("Was it not you?"))

    def test_the_second_run_finds_the_first(self, played: Played) -> None:
        """A second run says what it found, and plays a company of its own."""
        assert "The file is new. This run is training-company-1." in flat(played.first.stdout)
        assert "This run is training-company-2." in flat(played.second.stdout)


class TestSecrets:
    """What must not be seen is not seen."""

    def test_no_password_is_printed_or_stored(self, played: Played) -> None:
        """No password that anybody chose is in the output or in the file."""
        stored = b"".join(path.read_bytes() for path in played.folder.glob("*.db*"))
        assert b"zo\xc3\xab" in stored
        for login in ("anna", "ελένη", "王伟", "søren", "freja", "zoë", "ines"):
            for choice in (1, 2):
                text = passphrase(login, choice=choice).reveal()
                assert text not in played.first.stdout
                assert text.encode() not in stored

    def test_no_code_is_stored(self, played: Played) -> None:
        """Every code that was handed over is nowhere in the file."""
        codes = set(re.findall(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", played.first.stdout))
        stored = b"".join(path.read_bytes() for path in played.folder.glob("*.db*"))
        assert 40 < len(codes)
        assert [] == [code for code in codes if code.encode() in stored or code.replace("-", "").encode() in stored]

    @pytest.mark.skipif(os.name == "nt", reason="the modes of files are another matter on Windows")
    def test_files_are_private(self, played: Played) -> None:
        """The store and the keys are readable by their owner only."""
        modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in played.folder.glob("training-company.*")}
        assert {(False, 0o600), (True, 0o700)} == modes

    def test_no_link_is_stored(self, played: Played) -> None:
        """Every link that was sent is in its mail, and nowhere in the file."""
        links = set(
            re.findall(r"#([arcs]\.[\w-]+\.[\w-]+\.[\w-]{22})", re.sub(r"\n\s+\u2502 ", "", played.first.stdout))
        )
        stored = b"".join(path.read_bytes() for path in played.folder.glob("*.db*"))
        assert 4 <= len(links)
        assert [] == [link for link in links if link.encode() in stored or link[-22:].encode() in stored]


class TestLooking:
    """The end says how to look at the file."""

    def test_what_it_prints_works(self, played: Played) -> None:
        """The line for Python, pasted into a shell, shows what is in the file."""
        (line,) = re.findall(r"(?m)^   (.*-c .*sqlite3\.connect.*)$", played.second.stdout)
        looked = subprocess.run(line, shell=True, cwd=played.folder, capture_output=True, text=True, check=False)
        assert (0, "") == (looked.returncode, looked.stderr)
        assert 3 * 41 > sum(int(row.split()[1]) for row in looked.stdout.splitlines()) >= 2 * 41


class TestTrouble:
    """Where it cannot play, it says why and what to do, and changes nothing."""

    def refused(self, folder: Path, *arguments: str) -> str:
        """Run where it has to stop; return what it printed."""
        stopped = run_demo(folder, *arguments)
        assert (1, "") == (stopped.returncode, stopped.stderr)
        return re.sub(r"\s+", " ", stopped.stdout)

    def test_without_its_keys(self, played: Played) -> None:
        """A file whose keys are gone is refused, and no new keys are made."""
        keys, away = played.folder / "training-company.keys", played.folder / "away"
        keys.rename(away)
        try:
            told = self.refused(played.folder)
            assert not keys.exists()
        finally:
            away.rename(keys)
        assert "Stopped: key ring missing" in told
        assert "Bring training-company.keys back" in told

    def test_with_the_keys_of_another(self, played: Played) -> None:
        """A file beside foreign keys is refused."""
        foreign, copy = played.folder / "copy.db", played.folder / "training-company.db"
        foreign.write_bytes(copy.read_bytes())
        assert 0 == run_demo_keys(played.folder / "copy.keys")
        assert "Stopped: key ring foreign" in self.refused(played.folder, "--file", "copy.db")

    def test_a_file_of_something_else(self, tmp_path: Path) -> None:
        """A file that is no store is left alone."""
        (tmp_path / "shopping.db").write_text("milk, bread", encoding="utf-8")
        assert "shopping.db belongs to something else" in self.refused(tmp_path, "--file", "shopping.db")
        assert ["shopping.db"] == [path.name for path in tmp_path.iterdir()]
        assert "milk, bread" == (tmp_path / "shopping.db").read_text(encoding="utf-8")

    def test_no_folder(self, tmp_path: Path) -> None:
        """A file in a folder that is not there is refused as an argument."""
        stopped = run_demo(tmp_path, "--file", "nowhere/x.db")
        assert 2 == stopped.returncode
        assert "a folder that is there" in stopped.stderr


def run_demo_keys(path: Path) -> int:
    """Make a key ring of another deployment."""
    code = f"from subaccounts import KeyRing; KeyRing.open({str(path)!r})"
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


class Terminal(io.StringIO):
    """Be a terminal that remembers."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class TestScreen:
    """The terminal gets what it can show."""

    @pytest.mark.parametrize(
        ("terminal", "environment", "colored"),
        [
            (Terminal(), {"TERM": "xterm"}, True),
            (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
            (Terminal(), {"TERM": "xterm", "NO_COLOR": ""}, True),
            (Terminal(), {"TERM": "dumb"}, False),
            (io.StringIO(), {"TERM": "xterm"}, False),
        ],
    )
    def test_colors(
        self, monkeypatch: pytest.MonkeyPatch, terminal: io.StringIO, environment: dict[str, str], colored: bool
    ) -> None:
        """Colors go to a terminal that has them, unless NO_COLOR is set to something."""
        monkeypatch.delenv("NO_COLOR", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        Screen(terminal).scene("Heading")
        assert colored == ("\x1b[" in terminal.getvalue())

    def test_no_escape_in_a_pipe(self, played: Played) -> None:
        """Output that is no terminal has no escape sequences."""
        assert "\x1b" not in played.first.stdout

    @pytest.mark.parametrize(
        ("text", "columns"), [("anna", 4), ("王伟", 4), ("ใจดี", 3), ("e\u0301", 1), ("ليلى", 4), ("박서연", 6)]
    )
    def test_widths(self, text: str, columns: int) -> None:
        """A wide letter takes two columns, a mark none."""
        assert columns == width(text)
        assert 10 == width(pad(text, 10))
