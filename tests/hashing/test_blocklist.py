"""The bundled list of common passwords: what is on it, how much, and what is not."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.password_policy import Blocklist, canonical
from subaccounts.hashing import BundledBlocklist
from subaccounts.hashing import blocklist as module

COMMON = BundledBlocklist()
BUILDER = Path(__file__).parents[2] / "tools" / "build_blocklist.py"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    """Load the script that made the file."""
    spec = importlib.util.spec_from_file_location("build_blocklist", BUILDER)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.asvs("6.2.4")
@pytest.mark.parametrize(
    "password",
    [
        "password", "iloveyou", "passwordpassword", "Password12345678", "qwertyuiopasdfghjkl", "1qaz2wsx3edc4rfv",
        "йцукенгшщзхъфывапролджэ", "йцукенйцукенйцукен", "qwertyuiopåasdfghjklæø", "aaaaaaaaaaaaaaa", "яяяяяяяяяяяяяяя",
        "12345678901234567890", "123123123123123", "abcdefghijklmnopqrstuvwxyz", "correcthorsebatterystaple",
        "parolparol", "парольпарольпароль", "adgangskode12345678", "ｐａｓｓｗｏｒｄ",
    ],
)  # fmt: skip
def test_knows_what_everybody_tries(password: str) -> None:
    """What people type when many characters are asked is on the list, in any case and width."""
    assert canonical(password) in COMMON


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "zażółć gęślą jaźń", "", "passwor", "vXq3!k9#Lm2@pR7$"]
)
def test_knows_nothing_else(password: str) -> None:
    """A password of its own, and what is too short for any policy, is not on the list."""
    assert canonical(password) not in COMMON


@given(st.text(min_size=8, max_size=40))
def test_answers_for_any_text(text: str) -> None:
    """Any canonical text gets a plain answer, and the same each time."""
    known: Blocklist = COMMON
    assert (canonical(text) in known) == (canonical(text) in BundledBlocklist())


def test_says_how_much_it_knows() -> None:
    """The docstring, the header and the file agree on the numbers; ASVS 6.2.4 asks for 3,000 that the policy allows."""
    said = [int(number.replace(",", "")) for number in re.findall(r"\d+,\d{3}", module.__doc__ or "")]
    assert [len(COMMON), COMMON.long, 3_000] == said
    table = module._table()
    assert len(table) == module.HEADER.size + len(COMMON) * module.WIDTH
    digests = [table[place : place + module.WIDTH] for place in range(module.HEADER.size, len(table), module.WIDTH)]
    assert sorted(set(digests)) == digests


def test_holds_what_the_script_makes(builder: ModuleType) -> None:
    """Every walk, repetition and decorated word of the script is in the file, thousands of them 15 long or more."""
    made: set[str] = builder.generated()
    assert [] == [text for text in made if text not in COMMON]
    assert 3_000 < sum(len(text) >= 15 for text in made) <= COMMON.long


def test_is_written_as_it_is_read(builder: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list packed by the script is found entry by entry: the first, the last, and none between."""
    passwords = {f"common password {number}" for number in range(100)} | {"shortone"}
    table: bytes = builder.packed(passwords)
    monkeypatch.setattr(module, "_table", lambda: table)
    assert passwords == {text for text in [*passwords, "shorttwo", "common password"] if text in COMMON}
    assert (101, 100) == (len(COMMON), COMMON.long)


def test_is_read_with_the_first_look() -> None:
    """Importing the room reads no list."""
    program = """if True:
        from subaccounts.hashing import BundledBlocklist, blocklist
        common = BundledBlocklist()
        before = blocklist._table.cache_info().currsize
        print(before, "password" in common, blocklist._table.cache_info().currsize)
    """
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert "0 True 1\n" == ended.stdout
