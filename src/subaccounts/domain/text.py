"""Text people write for people: names of persons, positions, catalog entries, accounts. And what no text here can hold.

Names are not identifiers: what a person is called is not ours to judge, so only what cannot be shown is refused.
Identifiers have rules of their own: `login`, `email`, `sign_in_key`. Secrets are never cleaned: `secret`.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from ..errors import InvalidValue

BIDI_CONTROLS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks, embeddings, overrides and isolates (UAX #9): unseen, they rearrange the text around them, and so it lies."""

JOINERS: Final = frozenset("\u200c\u200d")
"""ZWNJ and ZWJ: Persian, Nepali, Bengali and others spell names with them."""

SELECTORS: Final = frozenset(
    chr(point)
    for first, last in ((0x180B, 0x180D), (0x180F, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for point in range(first, last + 1)
)
"""Variation selectors: Japanese family names tell forms of one character apart with them, Mongolian its letters."""

HIDDEN: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Shown as nothing, yet letters, marks or symbols by category (Default_Ignorable_Code_Point; BRAILLE PATTERN BLANK)."""

VISIBLE_CONCATENATION: Final = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")
"""Format characters that are seen (Prepended_Concatenation_Mark): signs that enclose the digits after them."""

_PROBLEMS: Final = {
    "Cs": "surrogate",
    "Cc": "control",
    "Zl": "control",
    "Zp": "control",
    "Cn": "unassigned",
    "Co": "unassigned",
}
_UNSEEN: Final = HIDDEN | SELECTORS


def bounded(text: str, *, field: str, longest: int) -> str:
    """Return the text if it is one and short enough, before anything looks at its letters.

    Normalizing a megabyte of combining marks takes minutes (CPython gh-149079), so that this comes first everywhere.
    Raises `InvalidValue` (`not_text`, `too_long` with the limit).
    """
    if not isinstance(text, str):
        raise InvalidValue(field=field, problem="not_text")
    if len(text) > longest:
        raise InvalidValue(field=field, problem="too_long", limit=longest)
    return text


def hidden_problem(letter: str) -> str | None:
    """Name what keeps one letter from being shown: `surrogate`, `control`, `bidi`, `invisible`, `unassigned`; or None.

    Private use counts as unassigned: what it shows depends on the reader's fonts.
    """
    category = unicodedata.category(letter)
    if category in _PROBLEMS:
        return _PROBLEMS[category]
    if letter in BIDI_CONTROLS:
        return "bidi"
    if letter in _UNSEEN or (category == "Cf" and letter not in VISIBLE_CONCATENATION):
        return "invisible"
    return None


def shows_everything(text: str) -> bool:
    """Tell quickly that every letter of a text can be seen; an answer of False means: look closer."""
    return text.isprintable() and (text.isascii() or _UNSEEN.isdisjoint(text))


def refuse_hidden(text: str, *, field: str) -> None:
    """Refuse a text with any letter that cannot be shown; for identifiers, where nothing invisible has a place.

    Raises `InvalidValue` with the problem `hidden_problem` names.
    """
    if shows_everything(text):
        return
    for letter in text:
        problem = hidden_problem(letter)
        if problem is not None:
            raise InvalidValue(field=field, problem=problem)


def clean_text(text: str, *, field: str, longest: int, shortest: int = 1) -> str:
    """Return a name as it is stored: in NFC, runs of white space as one space, none at the ends.

    `longest` and `shortest` count code points; `longest` holds before and after. Cleaning twice changes nothing.
    Raises `InvalidValue`: `not_text`, `too_long`, `surrogate`, `control` (line ends and TAB too), `bidi`, `invisible`,
    `unassigned`, `empty`, `too_short`. ZWJ and ZWNJ are let through between letters, variation selectors after what
    they select. By RFC 8266's own measure: its Nickname profile refuses real Nepali names, so it is not used.
    """
    bounded(text, field=field, longest=longest)
    cleaned = unicodedata.normalize("NFC", text)
    if not shows_everything(cleaned):
        for place, letter in enumerate(cleaned):
            problem = hidden_problem(letter)
            if problem is not None and not _belongs(cleaned, place):
                raise InvalidValue(field=field, problem=problem)
    cleaned = " ".join(cleaned.split())
    bounded(cleaned, field=field, longest=longest)
    if not cleaned and shortest > 0:
        raise InvalidValue(field=field, problem="empty")
    if len(cleaned) < shortest:
        raise InvalidValue(field=field, problem="too_short", limit=shortest)
    return cleaned


def _belongs(text: str, place: int) -> bool:
    """Tell whether an invisible letter does its work here: joins two letters, or selects a form of the one before."""
    before = unicodedata.category(text[place - 1]) if place else "Zs"
    if text[place] in JOINERS:
        after = unicodedata.category(text[place + 1]) if place + 1 < len(text) else "Zs"
        return before[0] in "LMS" and after[0] in "LMS"
    return text[place] in SELECTORS and (before[0] in "NS" or before == "Lo")
