"""Texts that break the clauses of `Texts`, T1 to T4. Each is the shipped `Messages` with one thing wrong."""

from __future__ import annotations

import html
import itertools
from collections.abc import Mapping
from string import Template
from typing import ClassVar

from attrs import evolve

from ...domain.channel import Channel
from ...domain.ids import OrganizationId
from ...domain.language import Language
from ...domain.notice import NoticeKind, Telling
from ...domain.proof import Purpose
from ...domain.secret import Secret
from ...domain.wording import Piece, Wording
from ...messages import Messages, Pages
from ...messages import Template as Written
from .saboteur import breaks


class BrokenTexts:
    """Be the shipped messages; a subclass makes one thing wrong."""

    languages: ClassVar[tuple[str, ...]] = ("en", "da", "ru")

    def __init__(self) -> None:
        self.inner: Messages = Messages(pages=Pages(proof="https://portal.example/{purpose}#{link}"))

    def replaced(self) -> object:
        """Return one with another template, as it should be."""
        after = type(self)()
        after.inner = self.inner.replaced(
            Written(subject="Changed", text="Your password was changed."),
            kind=NoticeKind.PASSWORD_CHANGED,
            channel=Channel.EMAIL,
            language=Language(tag="en"),
        )
        return after

    def wording(self, telling: Telling, /) -> Wording:
        """Word as it should be."""
        return self.inner.wording(telling)

    def page(self, organization: OrganizationId, purpose: Purpose, link: Secret, /) -> Secret:
        """Lead to the page as it should be."""
        return self.inner.page(organization, purpose, link)


@breaks("T1", also=dict.fromkeys(("T2", "T3"), "two messages that are to read the same never do"))
class NumbersItsMessages(BrokenTexts):
    """Puts a running number under each message: the one that is sent again differs from the one that was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: itertools.count[int] = itertools.count(1)

    def wording(self, telling: Telling, /) -> Wording:
        words = self.inner.wording(telling)
        return evolve(words, text=(*words.text, f"\n\nMessage no. {next(self.numbers)}"))


@breaks("T1")
class ReplacesTooMuch(BrokenTexts):
    """Replaces a template, and loses the others of that kind with it."""

    def replaced(self) -> object:
        after = super().replaced()
        assert isinstance(after, BrokenTexts)  # noqa: S101 - it is what the line above made
        after.inner = after.inner.replaced(
            Written(text="Your password was changed."),
            kind=NoticeKind.PASSWORD_CHANGED,
            channel=Channel.SMS,
            language=Language(tag="en"),
        )
        return after


@breaks("T2")
class SpeaksOneLanguage(BrokenTexts):
    """Writes to everybody in the default language, whatever they read."""

    def wording(self, telling: Telling, /) -> Wording:
        return self.inner.wording(evolve(telling, language=self.inner.default))


@breaks("T2")
class KnowsNoRegions(BrokenTexts):
    """Looks a language up as it is written, so that who reads `da-DK` is written to in English."""

    def wording(self, telling: Telling, /) -> Wording:
        known = telling.language.tag in self.languages
        return self.inner.wording(telling if known else evolve(telling, language=self.inner.default))


@breaks("T2")
class FallsBackToTheLast(BrokenTexts):
    """Writes in the language it knows best where it does not know the person's, whatever the default is."""

    def wording(self, telling: Telling, /) -> Wording:
        primary = telling.language.tag.partition("-")[0]
        return self.inner.wording(
            telling if primary in self.languages else evolve(telling, language=Language(tag=self.languages[-1]))
        )


@breaks("T3")
class ExpandsTwice(BrokenTexts):
    """Puts values in, and then again into what came out: who is called `$link` is sent somebody's link."""

    def wording(self, telling: Telling, /) -> Wording:
        words = self.inner.wording(telling)
        return evolve(words, text=tuple(_expanded(piece, telling.values) for piece in words.text))


@breaks("T3")
class EscapesNothing(BrokenTexts):
    """Puts values into HTML as they are: who is called `<script>` is one."""

    def wording(self, telling: Telling, /) -> Wording:
        words = self.inner.wording(telling)
        if words.html is None:
            return words
        raw = {html.escape(value): value for value in telling.values.values()}
        return evolve(words, html=tuple(_replaced(piece, raw) for piece in words.html))


@breaks("T3")
class EscapesPlainText(BrokenTexts):
    """Escapes values once and for all, so that an SMS greets O&#x27;Neill."""

    def wording(self, telling: Telling, /) -> Wording:
        escaped = {name: html.escape(value) for name, value in telling.values.items()}
        return evolve(self.inner.wording(telling), text=self.inner.wording(evolve(telling, values=escaped)).text)


@breaks("T3")
class KeepsLineEnds(BrokenTexts):
    """Takes values into a subject as they are, so that a line end in one begins another header."""

    def wording(self, telling: Telling, /) -> Wording:
        words = self.inner.wording(telling)
        return evolve(words, subject=f"{words.subject} {telling.values['name']}") if words.subject else words


@breaks("T4")
class ForgetsTheLink(BrokenTexts):
    """Leads to the page, and says nothing there."""

    def page(self, organization: OrganizationId, purpose: Purpose, link: Secret, /) -> Secret:
        address = self.inner.page(organization, purpose, link).reveal()
        return Secret(address.partition("#")[0])


@breaks("T4")
class WritesLinksSmall(BrokenTexts):
    """Writes whole addresses in small letters, as if the case in a link did not matter."""

    def page(self, organization: OrganizationId, purpose: Purpose, link: Secret, /) -> Secret:
        return Secret(self.inner.page(organization, purpose, link).reveal().lower())


def _expanded(piece: Piece, values: Mapping[str, str]) -> Piece:
    return (
        Template(piece).safe_substitute(values, link="https://elsewhere.example/") if isinstance(piece, str) else piece
    )


def _replaced(piece: Piece, raw: Mapping[str, str]) -> Piece:
    if not isinstance(piece, str):
        return piece
    for escaped, value in raw.items():
        piece = piece.replace(escaped, value)
    return piece
