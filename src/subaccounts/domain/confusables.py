"""What looks alike: which scripts a text mixes, and the skeleton two texts share when a reader takes one for the other.

After Unicode UTS #39 (4, 5.1). A key says who is meant; a skeleton only says whom it could be mistaken for, and never
identifies anybody. The letters are in `_lookalikes`, made by `tools/build_lookalikes.py`.

ASCII letters and digits are never folded into each other, though UTS #39 does it (`l` 1, `o` 0, `m` rn): logins are
given in series, and `kassa1` next to `kassal`, or `shop10` next to `shopl0`, are people who exist.
Within one script other letters are folded only where the data says that they look the same.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

_WRITTEN_TOGETHER: Final = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"HAN", "HANGUL"}),
    frozenset({"HAN", "BOPOMOFO"}),
)
"""The sets of scripts that one language writes (UTS #39 3.1: Jpan, Kore, Hanb)."""

_SCRIPT_OF_WORD: Final = {
    "CJK": "HAN",
    "IDEOGRAPHIC": "HAN",
    "VIETNAMESE": "HAN",
    "HENTAIGANA": "HIRAGANA",
    "EXTENDED": "ARABIC",
    "TURNED": "LATIN",
}
"""First words of letter names that are not the name of a script."""

_COMMON_WORDS: Final = frozenset({"CARON", "MASU", "MODIFIER", "MUSICAL", "PHAISTOS", "VEDIC", "VERTICAL", "ZNAMENNY"})
"""First words of the names of letters and marks that every script uses (scripts Common and Inherited)."""

_FAMILIES: Final = frozenset({"INSCRIPTIONAL", "LINEAR", "MEROITIC", "NEW", "OLD", "TAI"})
"""First words that several scripts share: OLD ITALIC, OLD TURKIC."""

_MARKS_OF_SCRIPTS: Final = frozenset({"CYRILLIC", "DEVANAGARI", "GLAGOLITIC", "GRANTHA", "GREEK", "OLD"})
"""What follows COMBINING in the name of a mark that belongs to one script; other combining marks go with all."""

_HIDDEN_DOT: Final = re.compile("([ij])\u0307+")
"""A dot above an i or j is drawn once, however many there are (Soft_Dotted)."""


def script(letter: str) -> str | None:
    """Name the script of one letter, mark or digit; None for what all scripts share, ASCII digits and signs included.

    The standard library has no script property, but the names of letters begin with their script; exceptions are
    tabled above, and a sweep over all code points holds this equal to Scripts.txt. Follows the interpreter's Unicode.
    """
    if letter.isascii():
        return "LATIN" if letter.isalpha() else None
    if unicodedata.category(letter)[0] not in "LMN":
        return None
    words = unicodedata.name(letter, "TANGUT").split()  # the one script of nameless letters
    first = words[0].partition("-")[0]
    if first == "COMBINING":
        return _script_named(words[1:]) if words[1] in _MARKS_OF_SCRIPTS else None
    if words[:2] == ["MODIFIER", "LETTER"] and words[2] in {"CAPITAL", "SMALL"}:
        return "LATIN"
    if first in _COMMON_WORDS or words[0] == "KATAKANA-HIRAGANA":
        return None
    return _script_named([first, *words[1:]])


def _script_named(words: list[str]) -> str:
    """Name the script a letter's name begins with."""
    if words[:2] == ["OLD", "CHINESE"]:
        return "HAN"
    if words[0] in _FAMILIES:
        return " ".join(words[:2])
    return _SCRIPT_OF_WORD.get(words[0], words[0])


def scripts(text: str) -> frozenset[str]:
    """Name the scripts a text is written in, without what all scripts share."""
    return frozenset(found for found in map(script, text) if found is not None)


def mixes_scripts(text: str) -> bool:
    """Tell whether a text uses scripts that no one language writes together; digits and hyphens mix with all."""
    if text.isascii():
        return False
    found = scripts(text)
    return len(found) > 1 and not any(found <= together for together in _WRITTEN_TOGETHER)


def skeleton(key: str) -> str:
    """Return what a sign-in key looks like, for comparison with other skeletons (UTS #39 4); ASCII is its own.

    Give it keys: it knows lower-case letters only. A skeleton's skeleton is itself.
    """
    if key.isascii():
        return key
    drawn = unicodedata.normalize("NFD", key).translate(_table())
    return unicodedata.normalize("NFC", _HIDDEN_DOT.sub(r"\1", unicodedata.normalize("NFD", drawn)))


@cache
def _table() -> dict[int, str]:
    """Unpack the letters at the first login outside ASCII."""
    from ._lookalikes import LOOKALIKES

    words = LOOKALIKES.split()
    return {ord(letter): shape for shape, letters in zip(words[::2], words[1::2], strict=True) for letter in letters}
