"""Look-alikes: which logins a reader takes for each other, and which scripts a text mixes."""

from __future__ import annotations

import bisect
import importlib.util
import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain._lookalikes import LOOKALIKES, UNICODE_VERSION
from subaccounts.domain.confusables import mixes_scripts, script, scripts, skeleton
from subaccounts.domain.login import Login
from subaccounts.errors import InvalidValue
from subaccounts.testing.strategies import login_texts

ROOT = Path(__file__).parents[2]


def looks(text: str) -> str:
    return Login.parse(text).skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ѕсоре", "scope"),
        ("аро", "apo"),
        ("m\u0131ke", "mike"),
        ("İvan", "ivan"),
        ("ііі", "iii"),
        ("КАССА", "KACCA"),
        ("МАХ", "max"),
        ("Є", "ԑ"),
        ("βοτ", "bot"),
        ("ΑΡΕ", "ape"),
        ("ΟΔΟΣ", "οδοσ"),
        ("օռ", "on"),
        ("ᎪᏢᎬ", "ape"),
        ("ᴀᴅᴍɪɴ", "admin"),
        ("ꓐꓳꓠ", "bon"),
        ("ⲥⲟⲣ", "cop"),
        ("ѐ", "è"),
        ("ы", "ьі"),
        ("қ", "к\u0329"),
        ("ø", "o\u0338"),
        ("æ", "ae"),
        ("мар\u02bcян", "мар'ян"),
        ("०", "o"),
        ("φ", "ф"),
        ("сс@example.com", "cc@example.com"),
        ("cc@сор.com", "cc@cop.com"),
    ],
)
def test_what_a_reader_takes_for_each_other_has_one_skeleton(one: str, other: str) -> None:
    """A login of one script that reads like a login of another has its skeleton."""
    assert looks(one) == looks(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kassa10", "kassalo"),
        ("kassa1", "kassal"),
        ("shop0", "shopo"),
        ("rna", "ma"),
        ("vv", "w"),
        ("cl", "d"),
        ("straße", "strasse"),
        ("groß", "grob"),
        ("søren", "soren"),
        ("é", "e"),
        ("моє", "мое"),
        ("їжак", "іжак"),
        ("иван", "нван"),
        ("ivan", "ivan1"),
    ],
)
def test_what_people_tell_apart_has_two(one: str, other: str) -> None:
    """Serial logins in ASCII, accents, and letters of one alphabet are told apart; a false alarm stops real people."""
    assert looks(one) != looks(other)


@given(text=login_texts())
def test_the_skeleton_of_a_skeleton_is_itself(text: str) -> None:
    """Looks are a fixed point, in NFC, and a function of the key."""
    login = Login.parse(text)
    assert login.skeleton == skeleton(login.skeleton)
    assert login.skeleton == unicodedata.normalize("NFC", login.skeleton)
    assert login.skeleton == skeleton(Login.parse(login.key).key)


@given(letters=st.lists(st.sampled_from(LOOKALIKES.split() + list("ij\u0307\u0323\u0301\u0329")), max_size=8))
def test_any_pile_of_look_alikes_settles(letters: list[str]) -> None:
    """Whatever letters and marks come together, a second skeleton changes nothing."""
    drawn = skeleton(unicodedata.normalize("NFC", "".join(letters)))
    assert drawn == skeleton(drawn)


@given(text=st.text(st.characters(max_codepoint=0x7F), max_size=30))
def test_ascii_is_its_own_skeleton(text: str) -> None:
    """ASCII letters and digits are never folded into each other."""
    assert text == skeleton(text)


def test_the_table_is_well_formed() -> None:
    """Every letter has one shape, is one code point of a key, and no shape has another shape."""
    words = LOOKALIKES.split()
    letters = "".join(words[1::2])
    assert len(letters) == len(set(letters))
    assert not set(letters) & set("".join(words[::2]))
    for letter in letters:
        assert not letter.isascii()
        assert letter == unicodedata.normalize("NFD", letter)
        assert letter == letter.lower()


def test_every_code_point() -> None:
    """Over all of Unicode the skeleton of a login is its own skeleton."""
    for point in range(0x80, sys.maxunicode + 1):
        if unicodedata.category(chr(point))[0] in "LMN":
            drawn = skeleton(chr(point))
            assert drawn == skeleton(drawn), f"U+{point:04X}"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kassa-10", {"LATIN"}),
        ("10.5", set()),
        ("каса10", {"CYRILLIC"}),
        ("\u0430dmin", {"CYRILLIC", "LATIN"}),
        ("ラーメン", {"KATAKANA"}),
        ("々〇", {"HAN"}),
        ("\U000108e0", {"HATRAN"}),
        ("\U00017000", {"TANGUT"}),
        ("\U00010300\U00010c00", {"OLD ITALIC", "OLD TURKIC"}),
        ("а\u0483", {"CYRILLIC"}),
        ("e\u0301·", {"LATIN"}),
    ],
)
def test_scripts_are_named(text: str, found: set[str]) -> None:
    """A text is written in the scripts of its letters, marks and digits; signs and shared marks have none."""
    assert found == scripts(text)


@pytest.mark.parametrize(
    ("text", "mixed"),
    [
        ("日本のカタ", False),
        ("漢字한글", False),
        ("注音ㄅ", False),
        ("のㄅ", True),
        ("カタ한글", True),
        ("aж", True),
        ("a-1", False),
        ("ж_1'", False),
    ],
)
def test_scripts_written_together_are_no_mix(text: str, mixed: bool) -> None:
    """Japanese, Korean and Chinese each write in several scripts; nobody else does."""
    assert mixed is mixes_scripts(text)


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("ー", None),
        ("゙", None),
        ("ʼ", None),
        ("ˇ", None),
        ("\u303c", None),
        ("\u3031", None),
        ("\u1cd0", None),
        ("\U0001d165", None),
        ("\U000101fd", None),
        ("\U0001cf00", None),
        ("٣", "ARABIC"),
        ("\u1980", "NEW TAI"),
        ("\u1950", "TAI LE"),
        ("\U00010b40", "INSCRIPTIONAL PARTHIAN"),
        ("\U00010b60", "INSCRIPTIONAL PAHLAVI"),
        ("\U00010600", "LINEAR A"),
        ("\U00016ff0", "HAN"),
    ],
)
def test_signs_that_scripts_share(letter: str, expected: str | None) -> None:
    """A sign of several scripts belongs to none of them, one of a single script to it, whatever its name begins with."""
    assert expected == script(letter)


def test_names_of_letters_tell_their_script() -> None:
    """Over all letters a login can hold, script() divides them as Scripts.txt does, save marks that it takes for one."""
    found = pytest.importorskip("confusable_homoglyphs", reason="Scripts.txt comes from confusable-homoglyphs")
    data = json.loads((Path(found.__file__).parent / "categories.json").read_text())
    ranges, aliases = data["code_points_ranges"], data["iso_15924_aliases"]
    starts = [first for first, *_ in ranges]
    named: defaultdict[str, set[str | None]] = defaultdict(set)
    for point in range(0x80, sys.maxunicode + 1):
        first, last, alias, _ = ranges[bisect.bisect(starts, point) - 1]
        letter = chr(point)
        if not first <= point <= last or unicodedata.category(letter)[0] not in "LMN":
            continue
        try:
            key = Login.parse("a" + letter if unicodedata.category(letter)[0] == "M" else letter).key
        except InvalidValue:
            continue
        if key.endswith(letter) and aliases[alias] not in ("COMMON", "INHERITED"):
            named[aliases[alias]].add(script(letter))
    assert dict.fromkeys(named, 1) == {alias: len(names) for alias, names in named.items()}
    assert len(named) == len({name for names in named.values() for name in names})
    assert len(named) > 140


def test_the_table_is_what_the_tool_writes() -> None:
    """Nobody edits the table by hand: with the same sources the tool writes the same file."""
    pytest.importorskip("confusable_homoglyphs", reason="the table is made from confusable-homoglyphs")
    if unicodedata.unidata_version != UNICODE_VERSION:
        pytest.skip("the table was made with another Unicode")
    path = ROOT / "tools" / "build_lookalikes.py"
    spec = importlib.util.spec_from_file_location("build_lookalikes", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert (ROOT / "src/subaccounts/domain/_lookalikes.py").read_text(encoding="utf-8") == tool.module()
