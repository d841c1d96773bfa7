"""Write src/subaccounts/domain/_lookalikes.py: which letters of a sign-in key look like which others.

Run by a maintainer, when Unicode or the source package moves on:

    python -m pip install confusable-homoglyphs==3.3.1
    python tools/build_lookalikes.py            # writes the module
    python tools/build_lookalikes.py --check    # exits with 1 if the module is not what this would write

The source is the data of the PyPI package confusable-homoglyphs (confusables.txt of Unicode UTS #39 as JSON). Its rows
have no direction, so a class is a connected component. The module holds only what can stand in a key: single letters
and digits that RFC 8265 UsernameCaseMapped maps to themselves and NFD leaves alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src" / "subaccounts" / "domain" / "_lookalikes.py"

WRITTEN_RIGHT_TO_LEFT = {"l": "\u05d5\u05df\u0627", "o": "\u05e1\u0647"}
"""Rows of confusables.txt whose direction marks the package could not read: HEBREW VAV, FINAL NUN, ARABIC ALEF;
HEBREW SAMEKH, ARABIC HEH."""

ALSO = {"\u03c3": "\u03c2", "b": "\u0185", "k": "\u0138", "m": "\u028d", "3": "\u025c"}
"""GREEK FINAL SIGMA is a sigma: str.lower() chooses by place, so one capital word can have two keys. The others are
Latin letters drawn like Cyrillic ones that take the shape of their capital: TONE SIX, KRA, TURNED W, REVERSED OPEN E."""

HEADER = '''"""Letters that look alike, by the shape they share. Data only; its use and its limits are in `confusables`.

Made by tools/build_lookalikes.py from confusable-homoglyphs {package} with Unicode {unicode}; not edited by hand.
The shape is ASCII where there is one: that of the letter itself, else that of its capital (people type logins in
capitals: a Cyrillic KACCA is not to be told from a Latin one), else the first letter of those that look alike.
"""

from __future__ import annotations

from typing import Final

UNICODE_VERSION: Final = "{unicode}"
"""The tables that said which letters can stand in a key."""

LOOKALIKES: Final = """
{rows}
"""
"""Words in pairs: a shape, and the letters drawn like it."""
'''


class Classes:
    """Hold which texts look alike, as the data says."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._parents: dict[str, str] = {}
        for one, other in pairs:
            self._parents[self._root(one)] = self._root(other)
        self._members: defaultdict[str, list[str]] = defaultdict(list)
        for text in sorted(self._parents):
            self._members[self._root(text)].append(text)

    def _root(self, text: str) -> str:
        self._parents.setdefault(text, text)
        while self._parents[text] != text:
            text = self._parents[text]
        return text

    def of(self, text: str) -> list[str]:
        """Return every text that looks like this one, itself included."""
        return self._members[self._root(text)] if text in self._parents else [text]

    def __iter__(self) -> Iterator[list[str]]:
        return iter(self._members.values())


def can_stand_in_key(text: str) -> bool:
    """Tell whether UsernameCaseMapped maps a text to itself and NFD leaves it alone."""
    from precis_i18n import get_profile

    try:
        return get_profile("UsernameCaseMapped").enforce(text) == text == unicodedata.normalize("NFD", text)
    except (UnicodeEncodeError, ValueError):
        return False


def is_source(text: str) -> bool:
    """Tell whether a text is one letter or digit outside ASCII that can stand in a key."""
    return len(text) == 1 and not text.isascii() and unicodedata.category(text)[0] in "LN" and can_stand_in_key(text)


def ascii_shape(members: list[str]) -> str | None:
    """Return the ASCII text a class stands for, a single lower-case letter before all others; None without one."""
    ascii_members = [text for text in members if text.isascii()]
    preference = [
        [text for text in ascii_members if len(text) == 1 and text.islower()],
        [text.lower() for text in ascii_members if len(text) == 1 and text.isalpha()],
        [text for text in ascii_members if len(text) == 1],
        [text for text in ascii_members if can_stand_in_key(text)],
    ]
    return next((min(texts) for texts in preference if texts), None)


def capital_shape(letter: str, classes: Classes) -> str | None:
    """Return the lower case of the one ASCII letter or digit that the capital of a letter looks like.

    Small capitals are drawn as capitals. Other Latin letters keep their own shape: nobody takes a sharp s for a b.
    """
    name = unicodedata.name(letter, "")
    if name.startswith("LATIN LETTER SMALL CAPITAL ") and len(name.split()) == 5 and len(name.split()[-1]) == 1:
        return name.split()[-1].lower()
    capital = letter.upper()
    if name.startswith("LATIN ") or len(capital) != 1 or capital == letter or capital.lower() != letter:
        return None
    shapes = [text for text in classes.of(capital) if len(text) == 1 and text.isascii() and text.isalnum()]
    if "I" in shapes:
        return "i"
    return min(shapes, default="").lower() or None


def shapes(classes: Classes) -> dict[str, str]:
    """Return the shape of every letter that has not its own."""
    found: dict[str, str] = {}
    for members in classes:
        sources = [text for text in members if is_source(text)]
        shape = ascii_shape(members)
        if shape is not None:
            found |= dict.fromkeys(sources, shape)
            continue
        capitals = {letter: capital for letter in sources if (capital := capital_shape(letter, classes))}
        others = [letter for letter in sources if letter not in capitals]
        spelled = [text for text in members if len(text) > 1 and can_stand_in_key(text)]
        latin = [letter for letter in others if unicodedata.name(letter, "").startswith("LATIN ")]
        found |= capitals | dict.fromkeys(others, (spelled or latin or others or [""])[0])
    for letter in map(chr, range(0x80, sys.maxunicode + 1)):
        if letter not in found and letter.isalpha() and (shape := capital_shape(letter, classes)) and is_source(letter):
            found[letter] = shape
    found |= {letter: shape for shape, letters in WRITTEN_RIGHT_TO_LEFT.items() for letter in letters}
    found |= {letter: shape for shape, letters in ALSO.items() for letter in letters}
    return settled(found)


def settled(found: dict[str, str]) -> dict[str, str]:
    """Follow every shape to its end, so that the skeleton of a skeleton is itself."""
    table = str.maketrans(found)
    ended: dict[str, str] = {}
    for letter, shape in found.items():
        text, steps = shape, 0
        while (following := unicodedata.normalize("NFD", text.translate(table))) != text:
            text, steps = following, steps + 1
            if steps > 9:
                raise RuntimeError(f"U+{ord(letter):04X} never ends")
        if text != letter:
            ended[letter] = text
    return ended


def module() -> str:
    """Return the text of the module."""
    from importlib.metadata import version
    from importlib.resources import files

    data = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text(encoding="utf-8"))
    classes = Classes((one, other["c"]) for one, others in data.items() for other in others)
    letters: defaultdict[str, list[str]] = defaultdict(list)
    for letter, shape in sorted(shapes(classes).items()):
        letters[shape].append(letter)
    order = sorted(letters, key=lambda shape: (not shape.isascii(), len(shape), shape))
    pairs = [f"{escaped(shape)} {escaped(part)}" for shape in order for part in chunks("".join(letters[shape]))]
    rows = [pair for pair in pairs if pair.isascii() and not pair.startswith("\\")]
    rows += textwrap.wrap("  ".join(pair for pair in pairs if pair not in rows), 118, break_on_hyphens=False)
    return HEADER.format(
        package=version("confusable-homoglyphs"), unicode=unicodedata.unidata_version, rows="\n".join(rows)
    )


def chunks(text: str) -> list[str]:
    """Cut the letters of one shape into pieces that fit on a line."""
    return [text[start : start + 11] for start in range(0, len(text), 11)]


def escaped(text: str) -> str:
    """Write letters in ASCII, as inside a string literal: look-alikes are no use to a reader as they look."""
    return text.encode("unicode_escape").decode("ascii").replace('"', '\\"')


def main() -> int:
    """Write the module, or with `--check` compare it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    made = module()
    if parser.parse_args().check:
        return 0 if TARGET.read_text(encoding="utf-8") == made else 1
    TARGET.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
