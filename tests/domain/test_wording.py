"""Wordings: pieces and places, so that no name is ever read as a place and no secret is there before it is sent."""

from __future__ import annotations

import html

import pytest
from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from subaccounts import Secret
from subaccounts.domain.wording import LONGEST_SUBJECT, Place, Wording
from subaccounts.errors import InvalidValue
from subaccounts.testing.strategies import hostile_text

TEXTS = hostile_text(longest=200).filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text))


@given(TEXTS, TEXTS)
def test_a_piece_is_never_a_place(name: str, link: str) -> None:
    """A name that spells a place, a template or markup stays what it is; only the place becomes the secret."""
    wording = Wording(subject="", text=(name, "|", Place.LINK, "|", name))
    plain, marked = wording.texts(link=Secret(link), code=None)
    assert f"{name}|{link}|{name}" == plain.reveal()
    assert marked is None


@given(TEXTS)
def test_a_secret_is_escaped_in_html(link: str) -> None:
    """In HTML the secret is text, whatever it holds."""
    wording = Wording(subject="Hello", text=(Place.LINK,), html=("<p>", Place.LINK, "</p>"))
    _, marked = wording.texts(link=Secret(link), code=None)
    assert marked is not None
    assert f"<p>{html.escape(link)}</p>" == marked.reveal()


def test_a_place_without_a_secret_is_empty() -> None:
    """A code has no link in its message, and a link no code."""
    wording = Wording(subject="", text=("code ", Place.CODE, " link ", Place.LINK, "."))
    assert "code 123 link ." == wording.texts(link=None, code=Secret("123"))[0].reveal()
    assert "code  link abc." == wording.texts(link=Secret("abc"), code=None)[0].reveal()


def test_a_long_message() -> None:
    """A message may be longer than any other secret: it is one for the link in it."""
    wording = Wording(subject="", text=("x" * 50_000, Place.LINK), html=("x" * 60_000, Place.LINK))
    plain, marked = wording.texts(link=Secret("abc"), code=None)
    assert marked is not None
    assert (50_003, 60_003) == (len(plain), len(marked))
    plain, nothing = evolve(wording, html=None).texts(link=Secret("abc"), code=None)
    assert (50_003, None) == (len(plain), nothing)
    longest = evolve(wording, text=("x" * 99_997, Place.LINK))
    assert 100_000 == len(longest.texts(link=Secret("abc"), code=None)[0])
    with pytest.raises(InvalidValue):
        longest.texts(link=Secret("abcd"), code=None)


@pytest.mark.parametrize(
    "subject", ["Hello\r\nBcc: all@shop.example", "Hello\nthere", "a\u2028b", "\u202eolleh", "x" * 301]
)
def test_a_subject_is_one_line(subject: str) -> None:
    """A line end in a subject would be a header of the writer's choice (CWE-93); it cannot be built."""
    with pytest.raises(InvalidValue) as refusal:
        Wording(subject=subject, text=())
    assert ("subject", "control") == (refusal.value.field, refusal.value.problem)


@example("x" * LONGEST_SUBJECT)
@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=LONGEST_SUBJECT))
def test_any_line_is_a_subject(subject: str) -> None:
    """Whatever can be printed on one line is a subject, in any script."""
    assume(subject.isprintable())
    assert subject == Wording(subject=subject, text=()).subject
