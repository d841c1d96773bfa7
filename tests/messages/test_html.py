"""The HTML part: what a screen reader and a strict parser find, and whether it can be read on light and on dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest

from subaccounts import Secret
from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.proof import Form
from subaccounts.locale import LANGUAGES
from subaccounts.messages import Messages, Pages
from subaccounts.messages.markup import STYLE
from subaccounts.testing.contracts.texts import ADDRESSES, PURPOSES, everything_told, told

MESSAGES = Messages(pages=Pages(proof="https://portal.example/{purpose}#{link}", sign_in="https://portal.example/in"))
LINK, CODE = Secret("https://portal.example/claim#a.b.c"), Secret("7K3PX-9QW4M")
EMAIL = ADDRESSES[0]


def parsed(page: str) -> Element:
    """Return a page as a browser understands it; what a browser would have to mend is an error."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return tree


def pages(language: str) -> Iterator[tuple[NoticeKind, Element, str]]:
    """Yield every HTML part of a language, parsed and as it is."""
    for telling in everything_told(language=language):
        _, page = MESSAGES.wording(telling).texts(link=LINK, code=CODE)
        if page is not None:
            yield telling.kind, parsed(page.reveal()), page.reveal()


@pytest.mark.parametrize("language", LANGUAGES)
def test_structure(language: str) -> None:
    """Every page names its language and title, has one heading, which is its title, and paragraphs in one `main`."""
    for kind, tree, _ in pages(language):
        assert language == tree.get("lang"), kind
        assert "ltr" == tree.get("dir")
        (title,), (heading,), (main,) = (list(tree.iter(name)) for name in ("title", "h1", "main"))
        assert title.text == heading.text
        assert {"h1", "p"} == {each.tag for each in main}
        assert all("".join(each.itertext()).strip() for each in main.iter("p"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_loaded_and_nothing_runs(language: str) -> None:
    """A page has no image, script, form or frame, and no address but those a person is led to."""
    for _, tree, page in pages(language):
        assert {each.tag for each in tree.iter()} <= {
            "html", "head", "meta", "title", "style", "body", "main", "h1", "p", "br", "a", "bdi", "span",
        }  # fmt: skip
        assert {each.get("href") for each in tree.iter("a")} <= {LINK.reveal(), "https://portal.example/in"}
        assert [] == re.findall(r"(?i)url\(|@import|src=|\son\w+=|http-equiv", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_can_be_seen_and_followed(language: str) -> None:
    """A link is a button with words, once, and its address is there to be read; a code is there once, to be read."""
    for kind, tree, page in pages(language):
        if kind not in PURPOSES:
            continue
        links = [each for each in tree.iter("a") if each.get("href") == LINK.reveal()]
        body = " ".join(tree.itertext())
        if CODE.reveal() in page:
            assert (0, 1) == (len(links), body.count(CODE.reveal()))
            (shown,) = (each for each in tree.iter("span") if each.get("class") == "code")
            assert CODE.reveal() == shown.text
        else:
            (link,) = links
            assert link.text
            assert not link.text.startswith("http")
            assert 1 == body.count(LINK.reveal())


def test_a_value_keeps_its_direction() -> None:
    """A name in another direction stands apart, and does not turn the sentence around it."""
    page = MESSAGES.wording(told(NoticeKind.ACTIVATION, EMAIL, form=Form.CODE)).html
    assert page is not None
    assert "<p>Hello <bdi>Anna Lindqvist</bdi>,</p>" in str(page[0])


def brightness(color: str) -> float:
    """Return the relative luminance of a color (WCAG 2.2)."""
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors (WCAG 2.2)."""
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast() -> None:
    """The only colors that are set are those of the button, seven to one; all others are the reader's, light or dark."""
    assert ["#ffffff", "#1a53a8", "#ffffff"] == re.findall(r"#[0-9a-f]{6}", STYLE)
    assert contrast("#ffffff", "#1a53a8") >= 7
    # The shape of the button is seen on a white screen by its color, on a dark one by its border (WCAG 2.2 1.4.11: 3 to 1).
    assert contrast("#121212", "#ffffff") >= 3
    assert "color-scheme: light dark" in STYLE
