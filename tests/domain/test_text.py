"""Names and other texts for people: what is kept, what is mended, what is refused."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.fields import LONGEST_TEXT
from subaccounts.domain.text import SELECTORS, bounded, clean_text, hidden_problem, refuse_hidden, shows_everything
from subaccounts.errors import InvalidValue
from subaccounts.testing.strategies import hostile_text, names


def clean(text: str, *, longest: int = LONGEST_TEXT, shortest: int = 1) -> str:
    return clean_text(text, field="full_name", longest=longest, shortest=shortest)


def problem_of(text: object, *, longest: int = LONGEST_TEXT, shortest: int = 1) -> tuple[str, int | None]:
    with pytest.raises(InvalidValue) as refusal:
        clean(text, longest=longest, shortest=shortest)  # type: ignore[arg-type]  # hosts pass what they were sent
    assert "full_name" == refusal.value.field
    return refusal.value.problem, refusal.value.limit


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Anna", "Anna"),
        ("  Anna   Maria \u00a0 Berg ", "Anna Maria Berg"),
        ("\u3000王\u3000小明", "王 小明"),
        ("Ame\u0301lie", "Amélie"),
        ("O'Brien-\u00d8 (jr.), 3rd", "O'Brien-Ø (jr.), 3rd"),
        ("श्रेष्\u200dठ", "श्रेष्\u200dठ"),
        ("می\u200cرزا", "می\u200cرزا"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("Team 👩\u200d💻", "Team 👩\u200d💻"),
        ("ᠠ\u180b", "ᠠ\u180b"),
        ("\u2764\ufe0f 1\ufe0f", "\u2764\ufe0f 1\ufe0f"),
        ("\u0600٣", "\u0600٣"),
        ("İıẞß ǅ ﬁ", "İıẞß ǅ ﬁ"),
    ],
)
def test_names_are_not_judged(typed: str, kept: str) -> None:
    """What people are called is kept, in NFC, with white space tidied and joiners where languages need them."""
    assert kept == clean(typed)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("a\x00b", "control"),
        ("a\r\nBcc: b", "control"),
        ("a\tb", "control"),
        ("a\x85b", "control"),
        ("a\u2028b", "control"),
        ("a\u2029b", "control"),
        ("\ud800", "surrogate"),
        ("a\u202eb", "bidi"),
        ("\u2066a\u2069", "bidi"),
        ("a\u200eb", "bidi"),
        ("a\u200bb", "invisible"),
        ("a\u2060b", "invisible"),
        ("\ufeffa", "invisible"),
        ("a\u00adb", "invisible"),
        ("ㅤ", "invisible"),
        ("\u2800", "invisible"),
        ("\u200da", "invisible"),
        ("a\u200d", "invisible"),
        ("a \u200cb", "invisible"),
        ("a\u200d!", "invisible"),
        ("1\u200da", "invisible"),
        ("a\ufe0f", "invisible"),
        ("\U000e0041", "invisible"),
        ("\ue000", "unassigned"),
        ("\uffff", "unassigned"),
        ("\U000e0fff", "unassigned"),
        ("", "empty"),
        (" \u2003 ", "empty"),
        (None, "not_text"),
        (b"Anna", "not_text"),
        (7, "not_text"),
    ],
)
def test_what_cannot_be_shown_is_refused(typed: object, problem: str) -> None:
    """A text that nobody could read back is refused, and the refusal names the kind of letter."""
    assert (problem, None) == problem_of(typed)


def test_one_letter_is_a_name() -> None:
    """A family name of one letter is one, where nothing else is asked for."""
    assert "王" == clean_text("王", field="family_name", longest=LONGEST_TEXT)


def test_selectors_are_what_unicode_calls_so() -> None:
    """All variation selectors of Unicode, and nothing else, are let through after what they select."""
    named = {chr(p) for p in range(sys.maxunicode + 1) if "VARIATION SELECTOR" in unicodedata.name(chr(p), "")}
    assert named == SELECTORS


@pytest.mark.parametrize("letter", [chr(point) for point in range(0x20, 0x7F)])
def test_what_a_keyboard_types_is_seen(letter: str) -> None:
    """Every letter, digit and sign of ASCII is shown, in whatever company."""
    assert None is hidden_problem(letter)
    assert f"Ø{letter}Ø" == clean(f"Ø{letter}Ø")


@pytest.mark.parametrize("text", ["Anna-Maria O'Brien 3", "Ганна", "王小明", "Ægir Þór"])
def test_ordinary_names_take_the_quick_look(text: str) -> None:
    """A name that hides nothing is told so at once, in whatever letters it is written."""
    assert shows_everything(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("a\u202eb", "bidi"), ("a\u200bb", "invisible"), ("a\u200db", "invisible"), ("\x00", "control")],
)
def test_an_identifier_hides_nothing(text: str, problem: str) -> None:
    """What is an identifier has no unseen letter at all, and the refusal says where and of which kind."""
    with pytest.raises(InvalidValue) as refusal:
        refuse_hidden(text, field="terminal")
    assert ("terminal", problem) == (refusal.value.field, refusal.value.problem)


def test_length_is_counted_before_and_after() -> None:
    """The limit holds for what was typed and for what is stored: NFC can make three code points of one."""
    assert "a" * 10 == clean("a" * 10, longest=10)
    assert ("too_long", 10) == problem_of("a" * 11, longest=10)
    assert ("too_long", 10) == problem_of("\ufb2c" * 10, longest=10)
    assert ("too_short", 3) == problem_of(" ab ", shortest=3)
    assert "" == clean("  ", shortest=0)


def test_length_comes_before_unicode() -> None:
    """A megabyte of combining marks, which takes minutes to normalize, is refused by its length."""
    assert ("too_long", LONGEST_TEXT) == problem_of("\u0301\u0316" * 500_000)


def test_a_refusal_does_not_repeat_the_text() -> None:
    """What was typed into the wrong field can be a password, so that no refusal shows it."""
    with pytest.raises(InvalidValue) as refusal:
        clean("hunter2\x00hunter2")
    assert "hunter2" not in str(refusal.value) + repr(refusal.value)


@given(text=hostile_text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Any text is cleaned to a fixed point of the right length and kind, or refused."""
    try:
        cleaned = clean(text)
    except InvalidValue:
        return
    assert cleaned == clean(cleaned)
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert 1 <= len(cleaned) <= LONGEST_TEXT
    assert not set(cleaned) & set("\x00\r\n\t\u202e")
    assert cleaned.encode().decode() == cleaned


@given(name=names(longest=40))
def test_drawn_names_are_clean(name: str) -> None:
    """The public strategy draws names as they are stored."""
    assert name == clean(name, longest=40)


@given(text=st.text(st.characters(exclude_categories=()), max_size=20))
def test_the_quick_look_agrees_with_the_careful_one(text: str) -> None:
    """Only a text in which every letter can be seen passes the quick look."""
    if shows_everything(text):
        assert [None] * len(text) == [hidden_problem(letter) for letter in text]
        refuse_hidden(text, field="login")


def test_bounded_counts_code_points() -> None:
    """The limit itself is still allowed."""
    assert "ab" == bounded("ab", field="x", longest=2)
    with pytest.raises(InvalidValue):
        bounded("abc", field="x", longest=2)
