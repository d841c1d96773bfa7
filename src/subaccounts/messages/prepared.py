"""A template ready for use: taken apart once, so that a hundred thousand messages only put values in.

What belongs here: making a `Wording` of a template and values. Which template it is, `messages` knows.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import cache
from typing import Final, final

from attrs import field, frozen

from ..domain.channel import Channel
from ..domain.language import Language
from ..domain.notice import NoticeKind
from ..domain.proof import Form
from ..domain.wording import LONGEST_SUBJECT, Place, Wording
from ..locale import catalog
from .markup import TITLE, page
from .pieces import PLACES, Line, Named, Part, Plan, filled, names, on_one_line, paragraphs, parts, planned
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
    subject: Plan
    text: _Blocks
    action: str
    html: _Blocks | None
    _named: frozenset[str] = field(init=False)
    _plans: dict[frozenset[str], tuple[Plan, Plan]] = field(init=False, factory=dict, repr=False, eq=False)
    """The template for each set of values that a message can have: which lines there are depends on nothing else."""

    def __attrs_post_init__(self) -> None:
        lines = [line for block in (*self.text, *(self.html or ())) for line in block]
        object.__setattr__(self, "_named", frozenset(name for _, needed in lines for name in needed))

    def wording(self, values: Mapping[str, str], /) -> Wording:
        """Return the template with these values in it; they are put in once and are text from then on."""
        there = self._named.intersection(values)
        plans = self._plans.get(there) or self._plans.setdefault(there, self._planned(there))
        text = filled(plans[0], values)
        if self.channel is not Channel.EMAIL:
            return Wording(subject="", text=text)
        shown = {part.name: on_one_line(values[part.name]) for part in self.subject if isinstance(part, Named)}
        subject = "".join(map(str, filled(self.subject, shown)))[:LONGEST_SUBJECT]
        escaped = {name: html.escape(values[name]) for name in there}
        escaped[TITLE.name] = html.escape(subject)
        return Wording(subject=subject, text=text, html=filled(plans[1], escaped))

    def _planned(self, there: frozenset[str]) -> tuple[Plan, Plan]:
        """Return plain text and HTML for messages that have just these values."""
        blocks = _kept(self.text, there)
        plain: list[Part | Place] = []
        for block in blocks:
            plain += [_SEPARATOR[self.channel]] if plain else []
            for number, line in enumerate(block):
                plain += ["\n", *line] if number else line
        if self.html is None:
            return planned(plain), planned(page(blocks, language=self.language, action=self.action))
        own = (part for block in _kept(self.html, there) for line in block for part in (*line, "\n"))
        return planned(plain), planned(own)


def prepared(template: Template, /, *, language: Language, channel: Channel) -> Prepared:
    """Take a template apart that was found to be good."""
    return Prepared(
        language=language,
        channel=channel,
        subject=planned(parts(template.subject)),
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


def _kept(blocks: _Blocks, there: frozenset[str]) -> list[list[Line]]:
    """Return the lines that have a value for everything they name."""
    lines = ([line for line, needed in block if needed <= there] for block in blocks)
    return [block for block in lines if block]
