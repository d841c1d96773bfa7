"""Simple drawings as inline SVG: boxes, frames, arrows, labels. What is drawn is `figures`.

Colors are classes (`_static/figures.css`), so that a drawing follows the reader's light or dark theme. Widths of texts
are estimated; every text has room to spare.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import count

from attrs import field, frozen

_numbers = count(1)
LINE = 15
"""Height of a line of small text."""
LETTER = 6.4
"""Estimated width of a letter of small text."""


def text(x: float, y: float, words: str, /, *, kind: str = "note", anchor: str = "middle") -> str:
    """Return one line of text; `y` is its base line."""
    return f'<text class="fig-{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def wrapped(words: Sequence[str], /, *, width: float) -> list[str]:
    """Break words, joined by a middle dot, into lines of about this width."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]} · {word}" if lines[-1] else word
        if len(longer) * LETTER > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return [line for line in lines if line]


@frozen(kw_only=True)
class Box:
    """Hold a box with a title and small notes below it; `kind` is its color: `plain`, `good`, `bad`, `outer`."""

    x: float
    y: float
    width: float
    height: float
    title: str
    notes: Sequence[str] = ()
    kind: str = "plain"

    def draw(self) -> str:
        """Return the SVG of the box."""
        middle = self.x + self.width / 2
        lines = wrapped(self.notes, width=self.width - 12)
        top = self.y + self.height / 2 + 5 - len(lines) * LINE / 2
        shape = (
            f'<rect class="fig-box fig-{self.kind}" x="{self.x:g}" y="{self.y:g}" width="{self.width:g}"'
            f' height="{self.height:g}" rx="7"/>'
        )
        notes = [text(middle, top + 2 + LINE * (number + 1), line) for number, line in enumerate(lines)]
        return "".join([shape, text(middle, top, self.title, kind="title"), *notes])


@frozen(kw_only=True)
class Frame:
    """Hold a frame around boxes; an arrow from it begins in each of them."""

    x: float
    y: float
    width: float
    height: float
    title: str = ""

    def draw(self) -> str:
        """Return the SVG of the frame."""
        shape = (
            f'<rect class="fig-frame" x="{self.x:g}" y="{self.y:g}" width="{self.width:g}" height="{self.height:g}"'
            f' rx="12"/>'
        )
        title = text(self.x + 14, self.y + 20, self.title, anchor="start") if self.title else ""
        return shape + title


@frozen(kw_only=True)
class Arrow:
    """Hold an arrow along an SVG path, with the lines of its label centered at `at`."""

    path: str
    label: Sequence[str] = ()
    at: tuple[float, float] = (0, 0)
    dashed: bool = False

    def draw(self) -> str:
        """Return the SVG of the arrow; the label hides the line behind it."""
        dashes = " fig-dashed" if self.dashed else ""
        parts = [f'<path class="fig-arrow{dashes}" d="{self.path}" marker-end="url(#HEAD)"/>']
        if self.label:
            x, y = self.at
            width = max(len(line) for line in self.label) * LETTER + 8
            height = len(self.label) * LINE + 2
            parts.append(
                f'<rect class="fig-behind" x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}"'
                f' height="{height:g}"/>'
            )
            first = y - height / 2 + LINE - 2
            parts += [text(x, first + LINE * number, line, kind="label") for number, line in enumerate(self.label)]
        return "".join(parts)


@frozen(kw_only=True)
class Drawing:
    """Hold a drawing: what is drawn first lies behind; `title` is what a screen reader says."""

    width: float
    height: float
    title: str
    parts: Sequence[Box | Frame | Arrow] = field(factory=tuple)

    def draw(self) -> str:
        """Return the whole figure as HTML."""
        head = f"fig-head-{next(_numbers)}"
        marker = (
            f'<defs><marker id="{head}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"'
            ' orient="auto-start-reverse"><path class="fig-head" d="M0 0L10 5L0 10z"/></marker></defs>'
        )
        body = "".join(part.draw() for part in self.parts).replace("url(#HEAD)", f"url(#{head})")
        return (
            f'<figure class="fig"><svg role="img" viewBox="0 0 {self.width:g} {self.height:g}"'
            f' style="max-width:{self.width:g}px"><title>{escape(self.title)}</title>{marker}{body}</svg></figure>'
        )
