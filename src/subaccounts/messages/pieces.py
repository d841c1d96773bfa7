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
Plan = tuple[str | Named | Place, ...]
"""A whole message, ready for its values."""


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


def planned(found: Iterable[Part | Place], /) -> Plan:
    """Return parts as they are filled in again and again: neighboring texts as one, names of places as places."""
    whole: list[str | Named | Place] = []
    for part in found:
        if isinstance(part, Named):
            whole.append(PLACES.get(part.name, part))
        elif isinstance(part, str) and whole and isinstance(whole[-1], str):
            whole[-1] += part
        else:
            whole.append(part)
    return tuple(whole)


def filled(plan: Plan, values: Mapping[str, str], /) -> tuple[Piece, ...]:
    """Put values in, once. Nothing tells afterwards where one began, so that none is ever looked at as a template."""
    whole: list[Piece] = []
    texts: list[str] = []
    for part in plan:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Named):
            texts.append(values[part.name])
        else:
            whole += ["".join(texts), part] if texts else [part]
            texts = []
    return (*whole, "".join(texts)) if texts else tuple(whole)


def on_one_line(value: str, /, *, longest: int = LONGEST_IN_SUBJECT) -> str:
    """Return a value as it can stand in a subject: one line, nothing unseen, and an ellipsis for what is too much.

    A line end there would be a header of the writer's choice (CWE-93). Joiners go too: a subject cannot hold them.
    """
    line = " ".join(value[: 4 * longest].split())
    if not shows_everything(line):
        seen = (letter for letter in line if letter.isprintable() and hidden_problem(letter) is None)
        line = " ".join("".join(seen).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
