"""Which language a person is written to in: its own, a wider one, the host's default."""

from __future__ import annotations

import pytest

from subaccounts import Language
from subaccounts.domain.channel import Channel
from subaccounts.domain.notice import NoticeKind, Telling
from subaccounts.locale import nearest, steps_down, written
from subaccounts.messages import Messages, Replacement, Template
from subaccounts.messages.facts import CHANNELS, FACTS
from subaccounts.testing.contracts.texts import ADDRESSES, told

EMAIL, SMS = ADDRESSES
CHANGED = NoticeKind.PASSWORD_CHANGED


def asked(language: str) -> Telling:
    """Return the telling of a changed password in this language, by SMS."""
    return told(CHANGED, SMS, language=language)


def saying(language: str, *, default: str = "en") -> Messages:
    """Return messages with one SMS template, which says its language."""
    return Messages(default=Language(tag=default)).replaced(
        Template(text=f"this is {language}"), kind=CHANGED, channel=Channel.SMS, language=Language(tag=language)
    )


def said(messages: Messages, language: str) -> str:
    """Return the one piece of a changed password's SMS."""
    (text,) = messages.wording(asked(language)).text
    return str(text)


@pytest.mark.parametrize(
    ("template", "reader", "reads"),
    [
        ("pt-BR", "pt-BR", True),
        ("pt", "pt-BR", True),
        ("pt-BR", "pt", False),
        ("pt-BR", "pt-PT", False),
        ("zh-Hant", "zh-Hant", True),
        ("zh-Hant", "zh-Hant-TW", True),
        ("zh", "zh-Hant-TW", True),
        ("zh-Hant", "zh-Hans", False),
        ("zh-Hant", "zh", False),
        ("es-419", "es-419", True),
        ("es", "es-419", True),
    ],
)
def test_a_wider_language_is_read(template: str, reader: str, reads: bool) -> None:
    """Who reads a region's or a script's language reads the wider one too, and nobody a narrower one than its own."""
    expected = f"this is {template}" if reads else said(Messages(), "en")
    assert expected == said(saying(template), reader)


def test_the_default_is_the_hosts() -> None:
    """Who reads a language without templates is written to in the default, whichever the host chose."""
    for default in ("en", "da", "ru"):
        messages = Messages(default=Language(tag=default))
        assert said(Messages(), default) == said(messages, "tlh") == said(messages, "pt-BR")


def test_a_page_says_its_language() -> None:
    """The language of a page is that of its words, not the one that was asked for; so is the direction."""
    page = Messages().wording(told(CHANGED, EMAIL, language="pt-BR")).html
    assert page is not None
    assert '<html lang="en" dir="ltr">' in str(page[0])
    hebrew = Messages().replaced(
        Template(subject="שלום", text="הסיסמה שונתה"), kind=CHANGED, channel=Channel.EMAIL, language=Language(tag="he")
    )
    page = hebrew.wording(told(CHANGED, EMAIL, language="he-IL")).html
    assert page is not None
    assert '<html lang="he" dir="rtl">' in str(page[0])


def test_a_default_has_everything() -> None:
    """A default language that lacks a template is refused by what it lacks; with templates for all, it is taken."""
    with pytest.raises(ValueError, match=r"fr cannot be the default, it lacks templates: activation \(email, link\)"):
        Messages(default=Language(tag="fr"))
    french = tuple(
        Replacement(
            kind=kind,
            channel=channel,
            language=Language(tag="fr"),
            template=Template(
                subject="Bonjour" if channel is Channel.EMAIL else "",
                text=f"Bonjour ${form.value}" if form else "Bonjour",
            ),
        )
        for kind in NoticeKind
        for channel in CHANNELS
        for form in FACTS[kind].forms
    )
    messages = Messages(default=Language(tag="fr-CA"), own=french)
    assert "Bonjour" == said(messages, "tlh")
    with pytest.raises(ValueError, match=r"lacks templates: login_changed \(sms\)\Z"):
        Messages(default=Language(tag="fr"), own=french[:-1])


def test_steps_down() -> None:
    """A language is followed by what is left when its parts are taken away from the end."""
    assert ["zh-Hant-TW", "zh-Hant", "zh"] == list(steps_down(Language(tag="zh-Hant-TW")))
    assert ("da", "ru", "en", None) == tuple(nearest(Language(tag=tag)) for tag in ("da-GL", "ru-UA", "en-GB", "uk"))
    assert ("rtl", "rtl", "ltr") == tuple(written(Language(tag=tag)) for tag in ("ar", "fa-AF", "az"))
