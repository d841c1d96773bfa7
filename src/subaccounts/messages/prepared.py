"""A template ready for use: taken apart once, so that a hundred thousand messages only put values in.

What belongs here: making a `Wording` of a template and values. Which template it is, `messages` knows.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import cache
from typing import Final, final

from attrs import frozen

from ..domain.channel import Channel
from ..domain.language import Language
from ..domain.notice import NoticeKind
from ..domain.proof import Form
from ..domain.wording import LONGEST_SUBJECT, Piece, Wording
from ..locale import catalog
from .markup import page
from .pieces import PLACES, Line, filled, merged, names, on_one_line, paragraphs, parts
from .template import Template
from .words import WORDS

_SEPARATOR: Final[Mapping[Channel, str]] = {Channel.EMAIL: "\n\n", Channel.SMS: "\n"}
"""What is between two paragraphs; an SMS pays for every letter."""
_Blocks = tuple[tuple[tuple[Line, frozenset[str]], ...], ...]
"""Paragraphs of lines, each with the values it cannot do without."""


@final
@frozen(kw_only=True)
class Prepared:
    """Hold a template in a language, for a channel, taken apart."""

    language: Language
    channel: Channel
    subject: Line
    text: _Blocks
    action: str
    html: _Blocks | None

    def wording(self, values: Mapping[str, str], /) -> Wording:
        """Return the template with these values in it; they are put in once and are text from then on."""
        blocks = _kept(self.text, values)
        plain: list[Piece] = []
        for block in blocks:
            plain += [_SEPARATOR[self.channel]] if plain else []
            for number, line in enumerate(block):
                plain += ["\n", *filled(line, values)] if number else filled(line, values)
        text = merged(plain)
        if self.channel is not Channel.EMAIL:
            return Wording(subject="", text=text)
        shown = {name: on_one_line(values[name]) for name in names(self.subject)}
        subject = "".join(map(str, filled(self.subject, shown)))[:LONGEST_SUBJECT]
        return Wording(subject=subject, text=text, html=merged(self._html(blocks, values, subject)))

    def _html(self, blocks: list[list[Line]], values: Mapping[str, str], subject: str) -> list[Piece]:
        if self.html is None:
            return page(blocks, values, language=self.language, title=subject, action=self.action)
        escaped = {name: html.escape(value) for name, value in values.items()}
        return [
            piece for block in _kept(self.html, values) for line in block for piece in (*filled(line, escaped), "\n")
        ]


def prepared(template: Template, /, *, language: Language, channel: Channel) -> Prepared:
    """Take a template apart that was found to be good."""
    return Prepared(
        language=language,
        channel=channel,
        subject=parts(template.subject),
        text=_blocks(template.text),
        action=template.action,
        html=None if template.html is None else _blocks(template.html),
    )


@cache
def shipped(kind: NoticeKind, channel: Channel, form: Form | None, tag: str, /) -> Prepared:
    """Return a shipped template in one of the `LANGUAGES`, taken apart when first asked for."""
    return prepared(shipped_template(kind, channel, form, tag), language=Language(tag=tag), channel=channel)


def shipped_template(kind: NoticeKind, channel: Channel, form: Form | None, tag: str, /) -> Template:
    """Return a shipped template in one of the `LANGUAGES`, as a host could have written it."""
    words, translated = WORDS[kind], catalog(tag).gettext
    if channel is Channel.SMS:
        return Template(text="\n\n".join(map(translated, words.short(form))))
    return Template(
        subject=translated(words.subject),
        text="\n\n".join(map(translated, words.email(form))),
        action=translated(words.action) if form is Form.LINK else "",
    )


def _blocks(text: str) -> _Blocks:
    return tuple(tuple((line, frozenset(names(line)) - PLACES.keys()) for line in block) for block in paragraphs(text))


def _kept(blocks: _Blocks, values: Mapping[str, str]) -> list[list[Line]]:
    """Return the lines that have a value for everything they name."""
    lines = ([line for line, needed in block if needed <= values.keys()] for block in blocks)
    return [block for block in lines if block]
