"""A template taken apart: which of its words are its own and which are values, and what becomes of them.

What belongs here: the syntax, which is that of `string.Template`, and putting values in once. Which values there are is
`facts`, what a template has to hold `replacement`, how HTML is made `markup`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Template as Syntax
from typing import Final, final

from attrs import frozen

from ..domain.text import hidden_problem, shows_everything
from ..domain.wording import Piece, Place

LONGEST_IN_SUBJECT: Final = 60
"""Code points of one value in a subject; a mail client shows about that many of all of it."""
PLACES: Final = {Place.LINK.value: Place.LINK, Place.CODE.value: Place.CODE}
"""What is no value, but filled in when the message is sent, by the name a template has for it."""


@final
@frozen
class Named:
    """Stand for a value, or for a place, in a template that was taken apart."""

    name: str


Part = str | Named
Line = tuple[Part, ...]


def parts(text: str, /) -> Line:
    """Take a text apart once. `$$` is a dollar sign. Raises ValueError for a `$` that begins nothing."""
    found: list[Part] = []
    start = 0
    for match in Syntax.pattern.finditer(text):
        found.append(text[start : match.start()])
        name = match["named"] or match["braced"]
        if name is None and match["escaped"] is None:
            raise ValueError(f"a $ begins no name in {text.strip()!r}; a dollar sign is written $$")
        found.append("$" if name is None else Named(name))
        start = match.end()
    found.append(text[start:])
    return tuple(part for part in found if part != "")


def names(line: Iterable[Part], /) -> list[str]:
    """Return the names in a line, in their order, each as often as it is there."""
    return [part.name for part in line if isinstance(part, Named)]


def paragraphs(text: str, /) -> tuple[tuple[Line, ...], ...]:
    """Return a text as paragraphs of lines; paragraphs are what empty lines are between."""
    blocks: list[list[Line]] = [[]]
    for line in text.strip().split("\n"):
        if line.strip():
            blocks[-1].append(parts(line.strip()))
        else:
            blocks.append([])
    return tuple(tuple(block) for block in blocks if block)


def filled(line: Line, values: Mapping[str, str], /) -> list[Piece]:
    """Return a line with values for its names, and places where they are named."""
    return [
        part if isinstance(part, str) else PLACES[part.name] if part.name in PLACES else values[part.name]
        for part in line
    ]


def merged(pieces: Iterable[Piece], /) -> tuple[Piece, ...]:
    """Return the pieces with neighboring texts as one: nothing tells afterwards where a value began."""
    whole: list[Piece] = []
    texts: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if texts:
            whole.append("".join(texts))
            texts.clear()
        whole.append(piece)
    if texts:
        whole.append("".join(texts))
    return tuple(whole)


def on_one_line(value: str, /, *, longest: int = LONGEST_IN_SUBJECT) -> str:
    """Return a value as it can stand in a subject: one line, nothing unseen, and an ellipsis for what is too much.

    A line end there would be a header of the writer's choice (CWE-93). Joiners go too: a subject cannot hold them.
    """
    line = " ".join(value[: 4 * longest].split())
    if not shows_everything(line):
        seen = (letter for letter in line if letter.isprintable() and hidden_problem(letter) is None)
        line = " ".join("".join(seen).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
