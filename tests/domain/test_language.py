"""Language tags: their shape and their canonical letters."""

from __future__ import annotations

import pytest
from hypothesis import given

from subaccounts.domain.language import LONGEST_LANGUAGE, Language
from subaccounts.errors import InvalidValue
from subaccounts.testing.strategies import hostile_text, languages


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("uk", "uk"),
        ("UK", "uk"),
        ("EN-gb", "en-GB"),
        ("zh-hant", "zh-Hant"),
        ("SR-LATN-rs", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("zho-Hant-419", "zho-Hant-419"),
    ],
)
def test_tags_are_kept_in_canonical_letters(typed: str, tag: str) -> None:
    """Language in small letters, script in title case, region in capitals (RFC 5646 2.1.1)."""
    assert tag == Language.parse(typed).tag


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "empty"),
        ("e", "syntax"),
        ("english", "syntax"),
        ("uk_UA", "syntax"),
        ("uk-", "syntax"),
        ("-uk", "syntax"),
        ("uk-UA-x", "syntax"),
        ("en-41", "syntax"),
        ("en ", "syntax"),
        ("en\n", "syntax"),
        ("\u0131d", "syntax"),
        ("en-\u212aR", "syntax"),
        ("\ud800\ud800", "syntax"),
        ("e" * 1_000_000, "too_long"),
        (None, "not_text"),
    ],
)
def test_other_shapes_are_refused(typed: object, problem: str) -> None:
    """A tag of another shape is refused and not repeated."""
    with pytest.raises(InvalidValue) as refusal:
        Language.parse(typed)  # type: ignore[arg-type]  # forms hand over nothing at all
    assert ("language", problem) == (refusal.value.field, refusal.value.problem)


@given(language=languages())
def test_reading_twice_changes_nothing(language: Language) -> None:
    """A tag is canonical once it was read, in whatever letters it is written then."""
    assert language == Language.parse(language.tag)
    assert language == Language.parse(language.tag.upper()) == Language.parse(language.tag.lower())


@given(text=hostile_text())
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is a tag of ASCII letters, digits and hyphens, or refused."""
    try:
        language = Language.parse(text)
    except InvalidValue:
        return
    assert language.tag.isascii()
    assert len(language.tag) <= LONGEST_LANGUAGE
