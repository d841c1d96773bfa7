"""The HTML part of an e-mail, made of the same lines as its plain text. What the lines say is not decided here.

What belongs here: markup and how it looks. It is as simple as can be: what a screen reader, a dark screen and an old mail client
all read. Nothing is loaded from anywhere, and no color is set but that of the button, so that every reader keeps its own.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ..domain.language import Language
from ..domain.wording import Piece, Place
from ..locale import written
from .pieces import Line, Named

STYLE: Final = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 1.5rem 1rem; font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
main { max-width: 36rem; margin: 0 auto; }
h1 { margin: 0 0 1.25rem; font-size: 1.375rem; line-height: 1.25; }
p { margin: 0 0 1rem; overflow-wrap: break-word; }
.button a { display: inline-block; padding: 0.75rem 1.5rem; border: 1px solid #ffffff; border-radius: 0.375rem;
  background: #1a53a8; color: #ffffff; font-weight: bold; text-decoration: none; }
.address { font-size: 0.875rem; overflow-wrap: anywhere; }
.code { display: inline-block; padding: 0.5rem 1rem; border: 2px solid; border-radius: 0.375rem; }
.code, .typed { font-family: ui-monospace, Menlo, Consolas, monospace; font-weight: bold; }
.code { font-size: 1.75rem; letter-spacing: 0.0625em; }
"""
"""White on #1a53a8 is a contrast of 7.4:1 (WCAG 2.2 1.4.6 asks for 7); its white border is seen on a dark screen only.
Everything else is in the reader's own colors."""

_LINK: Final = (Named(Place.LINK.value),)
_CODE: Final = (Named(Place.CODE.value),)
_PAGE: Final = "sign_in"


def page(
    blocks: Iterable[Sequence[Line]], values: Mapping[str, str], /, *, language: Language, title: str, action: str
) -> list[Piece]:
    """Return the pieces of a whole page: its heading is the subject, each block becomes what its lines are.

    `title` is text, not markup; `action` is what the button says.
    """
    shown = html.escape(title)
    head = (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language.tag)}" dir="{written(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{shown}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{shown}</h1>\n"
    )
    body = [piece for block in blocks for piece in _block(block, values, action)]
    return [head, *body, "</main>\n</body>\n</html>\n"]


def _block(block: Sequence[Line], values: Mapping[str, str], action: str) -> list[Piece]:
    """Return a paragraph; a link or a code on a line of its own ends it and stands apart."""
    made: list[Piece] = []
    waiting: list[Line] = []
    for line in block:
        if line in {_LINK, _CODE}:
            made += [*_paragraph(waiting, values), *(_button(action) if line == _LINK else _apart())]
            waiting = []
        else:
            waiting.append(line)
    return [*made, *_paragraph(waiting, values)]


def _paragraph(lines: Sequence[Line], values: Mapping[str, str]) -> list[Piece]:
    made: list[Piece] = []
    for line in lines:
        made += ["<br>\n" if made else "<p>", *_inside(line, values)]
    return [*made, "</p>\n"] if made else []


def _inside(line: Line, values: Mapping[str, str]) -> list[Piece]:
    """Return a line inside a paragraph; a value is kept apart from the direction of what is around it."""
    made: list[Piece] = []
    for part in line:
        match part:
            case str():
                made.append(html.escape(part, quote=False))
            case Named(name=Place.LINK.value):
                made += ['<a href="', Place.LINK, '">', Place.LINK, "</a>"]
            case Named(name=Place.CODE.value):
                made += ['<span class="typed">', Place.CODE, "</span>"]
            case Named(name=name):
                value = html.escape(values[name])
                made.append(f'<a href="{value}">{value}</a>' if name == _PAGE else f"<bdi>{value}</bdi>")
    return made


def _button(action: str) -> list[Piece]:
    """Return a button with the address below it, for those whose client follows no link; without a word just the address."""
    if not action:
        return ['<p class="address"><a href="', Place.LINK, '">', Place.LINK, "</a></p>\n"]
    button = ('<p class="button"><a href="', Place.LINK, f'">{html.escape(action, quote=False)}</a></p>\n')
    return [*button, '<p class="address">', Place.LINK, "</p>\n"]


def _apart() -> list[Piece]:
    return ['<p><span class="code">', Place.CODE, "</span></p>\n"]
