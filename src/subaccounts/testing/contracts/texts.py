"""The contract of the port `Texts`, which has one color."""

from __future__ import annotations

import unittest
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any, ClassVar, Final, cast
from urllib.parse import urlsplit

from ...domain.channel import Address, Channel, channel_of
from ...domain.email import Email
from ...domain.ids import OrganizationId
from ...domain.language import Language
from ...domain.notice import NoticeKind, Telling
from ...domain.phone import Phone
from ...domain.proof import Form, ProofRef, Purpose
from ...domain.secret import Secret
from ...domain.wording import Place, Wording
from ...ports import Texts
from .. import builders as a
from .contract import Contract, clause
from .expect import expect_equal, expect_true

PURPOSES: Final = {
    NoticeKind.ACTIVATION: Purpose.CLAIM,
    NoticeKind.RECOVERY: Purpose.RECOVERY,
    NoticeKind.PROVE_CONTACT: Purpose.CONTACT,
    NoticeKind.PROVE_SIGN_UP: Purpose.SIGN_UP,
}
"""The kinds that carry a proof, with what it is for."""
ADDRESSES: Final[tuple[Address, ...]] = (Email.parse("anna@portal.example"), Phone.parse("+4532123456"))
PLAIN: Final[Mapping[str, str]] = {
    "organization": "Acme",
    "name": "Anna Lindqvist",
    "login": "anna",
    "account": "Shop 1",
    "contact": "a***@portal.example",
    "issuer": "Acme ID",
    "before": "anna.l",
    "group": "Partners",
}
HOSTILE: Final = (
    "$link", "${code}", "$$", "$name", "$nothing", "%s", "%(name)s", "{0}", "{link}", "<script>alert(1)</script>", "</title>",
    "<b>x</b>", "&amp;", "\"><img src='x'>", "'", "Анна Ольга", "ж" * 200, "a\u0301",
)  # fmt: skip
"""What a person can be called without meaning any harm, or meaning some."""
UNSHOWN: Final = (
    "two\r\nlines",
    "two\nlines",
    "Bcc:\rx",
    "\u2028",
    "\u202etxt.exe",
    "\x00",
    "\u200b",
    "\ufeff",
    "\u3164",
)
"""What has no place on one line; names hold none of it, and a subject must not either, wherever a value came from."""
UNKNOWN: Final = "tlh"
"""A language for which nobody has templates (ISO 639: Klingon)."""
LINKS: Final = (
    "a.uAZyuLlwAcACAAAAAAAAAAQ.uAZyuLlwAcACAAAAAAAAAAg.0A-_aZ09AbCdEfGhIjKlMn",
    "r.tYWNtZQ.uAZyuLlwAcACAAAAAAAAAAg.___---AbCdEfGhIjKlMnOp",
)


def told(
    kind: NoticeKind,
    to: Address,
    /,
    *,
    form: Form = Form.LINK,
    language: str = "en",
    values: Mapping[str, str] = PLAIN,
    organization: OrganizationId = a.OURS,
) -> Telling:
    """Return a telling as a rule would decide it: with a proof where the kind has one, and with how long that works."""
    purpose = PURPOSES.get(kind)
    lasts = {"lasts_days": "14"} if form is Form.LINK else {"lasts_minutes": "10"}
    ref = purpose and ProofRef(purpose=purpose, form=form, owner=a.value(3), id=a.value(4), key="k1")
    return Telling(
        kind=kind,
        to=to,
        organization=organization,
        language=Language(tag=language),
        proof=ref,
        values={**values, **(lasts if ref else {})},
    )


def everything_told(*, language: str = "en", values: Mapping[str, str] = PLAIN) -> Iterator[Telling]:
    """Yield every message there is: each kind by each channel, with a link and with a code where it carries a proof."""
    for kind in NoticeKind:
        for to in ADDRESSES:
            for form in (Form.LINK, Form.CODE) if kind in PURPOSES else (Form.LINK,):
                yield told(kind, to, form=form, language=language, values=values)


class TextsContract(Contract):
    """Prove the clauses of `Texts`. `languages` are those that the opened port has templates in, its default first.

    `replaced` shows how a template is replaced; without it the part of T1 that is about it is skipped.
    """

    languages: ClassVar[tuple[str, ...]] = ("en",)

    def replaced(self, port: Any, /) -> object:
        """Return the port with another template for `password_changed` by e-mail in its default language."""
        raise unittest.SkipTest("`replaced` does not say how a template is replaced")

    @clause("T1")
    async def test_t1_the_same_words_again(self) -> None:
        """The same telling is worded the same, again and by another port that was opened alike."""
        texts, other = self._opened(), self._opened()
        for telling in everything_told():
            words = texts.wording(telling)
            expect_equal(words, texts.wording(telling), f"the words of {telling.kind.value}, again")
            expect_equal(words, other.wording(telling), f"the words of {telling.kind.value}, of another port")

    @clause("T1")
    async def test_t1_until_a_template_is_replaced(self) -> None:
        """A replaced template changes the words of its message, and of no other."""
        texts = self._opened()
        after = cast("Texts", self.replaced(texts))
        changed = {
            (telling.kind, channel_of(telling.to))
            for telling in everything_told(language=self.languages[0])
            if after.wording(telling) != texts.wording(telling)
        }
        expect_equal({(NoticeKind.PASSWORD_CHANGED, Channel.EMAIL)}, changed, "the messages that changed")

    @clause("T2")
    async def test_t2_in_the_language_of_the_telling(self) -> None:
        """Where there are templates in several languages, each telling is worded in its own."""
        texts = self._opened()
        if len(self.languages) < 2:
            raise unittest.SkipTest("`languages` names one language, so that there is nothing to tell apart")
        for telling in everything_told():
            said = {tag: _asked(texts, telling, tag).text for tag in self.languages}
            expect_equal(len(said), len(set(said.values())), f"different texts of {telling.kind.value}")

    @clause("T2")
    async def test_t2_a_region_reads_its_primary_language(self) -> None:
        """A language with a region, or with a script and a region, is worded as its primary one."""
        texts = self._opened()
        for tag in self.languages:
            for telling in everything_told():
                for wider in (f"{tag}-AQ", f"{tag}-Zzzz-AQ"):
                    about = f"{telling.kind.value} for {wider}"
                    expect_equal(_asked(texts, telling, tag), _asked(texts, telling, wider), about)

    @clause("T2")
    async def test_t2_else_the_default(self) -> None:
        """A language without templates is worded in the default."""
        texts = self._opened()
        for telling in everything_told():
            expected = _asked(texts, telling, self.languages[0])
            expect_equal(expected, _asked(texts, telling, UNKNOWN), f"{telling.kind.value} for {UNKNOWN}")

    @clause("T3")
    async def test_t3_values_appear_as_they_are(self) -> None:
        """Whatever a value holds, it stands in the text as it is, and its places are those of a harmless value."""
        texts = self._opened()
        for value in HOSTILE:
            harmless, hostile = (dict.fromkeys(PLAIN, f"\u2039{each}\u203a") for each in ("x", value))
            for kind, to in ((kind, to) for kind in NoticeKind for to in ADDRESSES):
                plain, found = (texts.wording(told(kind, to, values=each)).text for each in (harmless, hostile))
                expected = tuple(
                    p if isinstance(p, Place) else p.replace("\u2039x\u203a", f"\u2039{value}\u203a") for p in plain
                )
                expect_equal(expected, found, f"the text of {kind.value} with {value!r} for every value")

    @clause("T3")
    async def test_t3_a_value_is_no_markup(self) -> None:
        """Read as HTML, a message has the tags it has with harmless values, and the value among its texts."""
        texts = self._opened()
        value = f"\u2039{' '.join(HOSTILE)}\u203a"
        harmless, hostile = dict.fromkeys(PLAIN, "\u2039x\u203a"), dict.fromkeys(PLAIN, value)
        for one, two in zip(everything_told(values=harmless), everything_told(values=hostile), strict=True):
            expected, found = (_read(texts.wording(each)) for each in (one, two))
            about = f"{one.kind.value} with {value!r} for every value"
            expect_equal(expected.tags, found.tags, f"the tags of {about}")
            shown = "\u2039" in expected.text
            expect_equal(shown, value in found.text, f"whether the HTML holds the value of {about}")

    @clause("T3")
    async def test_t3_a_subject_is_one_line(self) -> None:
        """Whatever a value holds, a subject has one line, shows all it holds, and has no place; SMS have none."""
        texts = self._opened()
        for value in (*HOSTILE, *UNSHOWN):
            for telling in everything_told(values=dict.fromkeys(PLAIN, f"a{value}b")):
                subject = texts.wording(telling).subject
                about = f"the subject of {telling.kind.value} with {value!r} for every value"
                expect_true(subject.isprintable(), f"{about} is not one line: {subject!r}")
                expect_equal(channel_of(telling.to) is Channel.EMAIL, bool(subject), f"whether there is {about}")

    @clause("T4")
    async def test_t4_the_link_is_in_the_address(self) -> None:
        """For every purpose the answer is an address with the link's text in it as it is, and with nothing of another."""
        texts = self._opened()
        for purpose in Purpose:
            one, other = (texts.page(a.OURS, purpose, Secret(link)) for link in LINKS)
            expect_true(isinstance(one, Secret), "an address with a link in it has to be a Secret")
            expect_true(bool(urlsplit(one.reveal()).netloc), f"the page for {purpose.value} is no address")
            expect_equal(1, one.reveal().count(LINKS[0]), f"the first link in its page for {purpose.value}")
            bare = [address.reveal().replace(link, "") for address, link in zip((one, other), LINKS, strict=True)]
            expect_equal(bare[0], bare[1], f"what is around the link on the page for {purpose.value}")

    def _opened(self) -> Texts:
        return cast("Texts", self.open())


class _Reader(HTMLParser):
    """Read HTML as its tags and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(wording: Wording) -> _Reader:
    """Return what a parser makes of the HTML, with a text in every place."""
    reader = _Reader()
    reader.feed("".join("https://x.example/" if isinstance(each, Place) else each for each in wording.html or ()))
    reader.close()
    return reader


def _form(telling: Telling) -> Form:
    return telling.proof.form if telling.proof else Form.LINK


def _asked(texts: Texts, telling: Telling, language: str) -> Wording:
    """Return the words of a telling in another language."""
    return texts.wording(told(telling.kind, telling.to, form=_form(telling), language=language))
