"""The HTML part of an e-mail, made of the same lines as its plain text. What the lines say is not decided here.

What belongs here: markup and how it looks. It is as simple as can be: what a screen reader, a dark screen and an old mail client
all read. Nothing is loaded from anywhere, and no color is set but that of the button, so that every reader keeps its own.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Final

from ..domain.language import Language
from ..domain.wording import Place
from ..locale import written
from .pieces import Line, Named, Part

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

TITLE: Final = Named("the subject")
"""Stands for the subject; no template can name it, for a name has no blank."""

_LINK: Final = (Named(Place.LINK.value),)
_CODE: Final = (Named(Place.CODE.value),)
_PAGE: Final = Named("sign_in")
_Parts = list[Part | Place]


def page(blocks: Iterable[Sequence[Line]], /, *, language: Language, action: str) -> _Parts:
    """Return the parts of a whole page: its heading is the subject, each block becomes what its lines are.

    Every name in it stands for a value that is escaped; `action` is what the button says.
    """
    head = (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language.tag)}" dir="{written(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
        "<title>"
    )
    begins: _Parts = [head, TITLE, f"</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>", TITLE, "</h1>\n"]
    return [*begins, *(part for block in blocks for part in _block(block, action)), "</main>\n</body>\n</html>\n"]


def _block(block: Sequence[Line], action: str) -> _Parts:
    """Return a paragraph; a link or a code on a line of its own ends it and stands apart."""
    made: _Parts = []
    waiting: list[Line] = []
    for line in block:
        if line in {_LINK, _CODE}:
            made += [*_paragraph(waiting), *(_button(action) if line == _LINK else _apart())]
            waiting = []
        else:
            waiting.append(line)
    return [*made, *_paragraph(waiting)]


def _paragraph(lines: Sequence[Line]) -> _Parts:
    made: _Parts = []
    for line in lines:
        made += ["<br>\n" if made else "<p>", *(piece for part in line for piece in _inside(part))]
    return [*made, "</p>\n"] if made else []


def _inside(part: Part) -> _Parts:
    """Return a part of a line inside a paragraph; a value is kept apart from the direction of what is around it."""
    if isinstance(part, str):
        return [html.escape(part, quote=False)]
    if part.name == Place.CODE.value:
        return ['<span class="typed">', Place.CODE, "</span>"]
    if part.name == Place.LINK.value or part == _PAGE:
        return ['<a href="', part, '">', part, "</a>"]
    return ["<bdi>", part, "</bdi>"]


def _button(action: str) -> _Parts:
    """Return a button with the address below it, for those whose client follows no link; without a word just the address."""
    if not action:
        return ['<p class="address"><a href="', Place.LINK, '">', Place.LINK, "</a></p>\n"]
    button: _Parts = ['<p class="button"><a href="', Place.LINK, f'">{html.escape(action, quote=False)}</a></p>\n']
    return [*button, '<p class="address">', Place.LINK, "</p>\n"]


def _apart() -> _Parts:
    return ['<p><span class="code">', Place.CODE, "</span></p>\n"]
