"""The terminal: headings, who did what, pages and tables, in as much color and Unicode as it can show.

What is said is decided elsewhere; nothing here knows the library.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

WHO: Final = 15
"""Columns for the name of who acts."""
_STYLES: Final = {"heading": "1;36", "good": "32", "bad": "33", "faint": "2", "who": "1"}


class Screen:
    """Print to a terminal, a pipe or a file.

    Colors only on a terminal that has them, and never where NO_COLOR is set (no-color.org). Letters that the encoding
    of the terminal lacks are shown by their code points.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._color = out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(errors="backslashreplace")
        self.encoding = out.encoding or "ascii"
        self.unicode = _writes(self.encoding, "\u2502\u2500")
        self._bar, self._line = ("\u2502", "\u2500") if self.unicode else ("|", "-")
        self._width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 100))
        self._scene = 0

    def paint(self, text: str, style: str) -> str:
        """Return the text in a style, where there are colors."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._color else text

    def line(self, text: str = "", style: str | None = None) -> None:
        """Print one line as it is."""
        print(self.paint(text, style) if style and text else text, file=self._out)

    def scene(self, title: str, about: str = "") -> None:
        """Begin a scene: its number, its heading, and what it is about."""
        self._scene += 1
        heading = f"{self._scene}. {title} "
        self.line()
        self.line(heading + self._line * (self._width - width(heading)), "heading")
        if about:
            self.say(about)

    def say(self, text: str) -> None:
        """Tell the reader something, as a paragraph."""
        for line in textwrap.wrap(text, self._width - 4, break_on_hyphens=False):
            self.line(f"   {line}", "faint")

    def act(self, who: str, what: str) -> None:
        """Say what somebody does."""
        self.line(f"   {self.paint(pad(who, WHO), 'who')} {what}")

    def page(self, lines: Iterable[str], *, style: str | None = None) -> None:
        """Show what the host's page says."""
        for paragraph in lines:
            for line in textwrap.wrap(paragraph, self._width - WHO - 8, break_on_hyphens=False) or [""]:
                self.line(
                    f"   {' ' * WHO} {self.paint(self._bar, 'faint')} {self.paint(line, style) if style else line}"
                )

    def table(self, rows: Sequence[Sequence[str]], *, styles: Sequence[str | None] = ()) -> None:
        """Print rows in columns as wide as their widest cell."""
        widths = [max(width(cell) for cell in column) for column in zip(*rows, strict=True)]
        for number, row in enumerate(rows):
            text = "  ".join(pad(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip()
            self.line(f"     {text}", styles[number] if number < len(styles) else None)

    def slip(self, lines: Sequence[str]) -> None:
        """Print a slip of paper to cut out."""
        wide = max(width(line) for line in lines)
        edge = "+" + "-" * (wide + 2) + "+"
        for line in (edge, *(f"| {pad(each, wide)} |" for each in lines), edge):
            self.line(f"   {' ' * WHO} {line}")


def width(text: str) -> int:
    """Return how many columns a terminal gives a text: two for wide letters, none for marks and joiners."""
    return sum(
        0
        if unicodedata.category(letter) in {"Mn", "Me", "Cf"}
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def pad(text: str, columns: int) -> str:
    """Return the text with blanks up to so many columns."""
    return text + " " * max(0, columns - width(text))


def standard_screen() -> Screen:
    """Return the screen on standard output."""
    return Screen(sys.stdout)


def _writes(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
