"""What has to hold of every message, whatever a person, an organization or an account is called."""

from __future__ import annotations

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.channel import Address, Channel, channel_of
from subaccounts.domain.notice import NoticeKind, Telling
from subaccounts.domain.proof import Form
from subaccounts.domain.text import shows_everything
from subaccounts.domain.wording import LONGEST_SUBJECT, Place
from subaccounts.locale import LANGUAGES
from subaccounts.messages import Messages, Pages
from subaccounts.messages.facts import FACTS
from subaccounts.messages.pieces import LONGEST_IN_SUBJECT, on_one_line
from subaccounts.testing.contracts.texts import ADDRESSES, HOSTILE, PLAIN, PURPOSES, UNSHOWN, told

MESSAGES = Messages(pages=Pages(proof="https://portal.example/{purpose}#{link}", sign_in="https://portal.example/in"))
FORMULAS = ("=cmd()", "$lasts", "$sign_in", "${organization}", "<%= 7*7 %>", "{{7*7}}", "\\u0041", "--", "&#36;link")
called = st.one_of(
    st.sampled_from([*HOSTILE, *UNSHOWN, *FORMULAS]),
    st.text(min_size=1, max_size=200).filter(lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text)),
    st.text(alphabet="$ {}linkcode<>&\"'\r\n\u202e%s", min_size=1, max_size=30),
)
values = st.fixed_dictionaries(dict.fromkeys(PLAIN, called))
kinds, addresses, languages = st.sampled_from(NoticeKind), st.sampled_from(ADDRESSES), st.sampled_from(LANGUAGES)
forms = st.sampled_from([Form.LINK, Form.CODE])


class Tags(HTMLParser):
    """Collect the tags of a page, and what is said between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag with the names of its attributes."""
        self.tags.append(f"{tag} {' '.join(name for name, _ in attrs)}")

    def handle_data(self, data: str) -> None:
        """Remember what is said."""
        self.said.append(data)


def telling(kind: NoticeKind, to: Address, form: Form, language: str, held: dict[str, str], **more: str) -> Telling:
    """Return a telling with such values."""
    return told(kind, to, form=form, language=language, values={**held, **more})


@given(kind=kinds, to=addresses, form=forms, language=languages, held=values)
@pytest.mark.asvs("1.3.7")
def test_a_value_is_never_a_template(
    kind: NoticeKind, to: Address, form: Form, language: str, held: dict[str, str]
) -> None:
    """A message with any values is the one with harmless values, each put in the place of the harmless one, once."""
    marks = {name: f"\x00{number}\x00" for number, name in enumerate(held)}
    expected = MESSAGES.wording(telling(kind, to, form, language, marks)).text
    merged = [piece if isinstance(piece, Place) else _put(piece, marks, held) for piece in expected]
    assert tuple(merged) == MESSAGES.wording(telling(kind, to, form, language, held)).text


def _put(piece: str, marks: dict[str, str], held: dict[str, str]) -> str:
    """Return a piece with each mark replaced by its value, and no value looked at again."""
    first, *rest = piece.split("\x00")
    by_number = {mark.strip("\x00"): held[name] for name, mark in marks.items()}
    return first + "".join(by_number[part] if place % 2 == 0 else part for place, part in enumerate(rest))


@given(kind=kinds, to=addresses, form=forms, language=languages, held=values)
def test_a_proof_is_in_the_text_once(
    kind: NoticeKind, to: Address, form: Form, language: str, held: dict[str, str]
) -> None:
    """A kind that carries a proof has its place in the text once, and no other place; every other kind has none."""
    words = MESSAGES.wording(telling(kind, to, form, language, held))
    expected = [Place(form.value)] if kind in PURPOSES else []
    assert expected == [piece for piece in words.text if isinstance(piece, Place)]
    assert set(expected) == (
        {piece for piece in words.html if isinstance(piece, Place)} if words.html else set(expected)
    )


@given(kind=kinds, form=forms, language=languages, held=values)
@pytest.mark.asvs("1.2.1")
def test_a_value_is_never_markup(kind: NoticeKind, form: Form, language: str, held: dict[str, str]) -> None:
    """A page with any values has the tags and attributes that it has with harmless ones, and says the name as it is."""
    to = ADDRESSES[0]
    found, expected = (
        Tags(
            "".join(
                "x" if isinstance(each, Place) else each
                for each in MESSAGES.wording(telling(kind, to, form, language, each)).html or ()
            )
        )
        for each in (held, dict.fromkeys(held, "x"))
    )
    assert expected.tags == found.tags
    name, said = (
        held["name"].replace("\r\n", "\n").replace("\r", "\n"),
        "".join(found.said).replace("\r\n", "\n").replace("\r", "\n"),
    )
    assert "name" not in FACTS[kind].always or _readable(name) in _readable(said)


def _readable(text: str) -> str:
    """Return a text without what HTML cannot say at all: controls, and what is read as white space."""
    return "".join(letter for letter in html.unescape(html.escape(text)) if letter.isprintable())


@given(kind=kinds, to=addresses, form=forms, language=languages, held=values)
def test_a_subject_is_one_line(kind: NoticeKind, to: Address, form: Form, language: str, held: dict[str, str]) -> None:
    """A subject is there for e-mail and for nothing else, shows all it holds, and is no longer than a mail client bears."""
    subject = MESSAGES.wording(telling(kind, to, form, language, held)).subject
    assert (channel_of(to) is Channel.EMAIL) == bool(subject)
    assert subject.isprintable()
    assert shows_everything(subject)
    assert len(subject) <= LONGEST_SUBJECT


@given(kind=kinds, form=forms, language=languages, held=values)
def test_an_sms_is_plain(kind: NoticeKind, form: Form, language: str, held: dict[str, str]) -> None:
    """An SMS has no HTML, and no word of its own that only HTML would read."""
    words = MESSAGES.wording(telling(kind, ADDRESSES[1], form, language, held))
    assert words.html is None
    harmless = MESSAGES.wording(telling(kind, ADDRESSES[1], form, language, dict.fromkeys(held, "x")))
    assert set() == {
        letter for piece in harmless.text if isinstance(piece, str) for letter in "<>&$" if letter in piece
    }


@given(kind=kinds, to=addresses, form=forms, language=languages)
def test_everything_is_filled(kind: NoticeKind, to: Address, form: Form, language: str) -> None:
    """With all values there is no name left in a message, and no line that is empty for want of one."""
    words = MESSAGES.wording(telling(kind, to, form, language, dict(PLAIN)))
    for piece in (*words.text, words.subject, *(words.html or ())):
        assert isinstance(piece, Place) or "$" not in piece
    assert "\n\n\n" not in "".join("x" if isinstance(each, Place) else each for each in words.text)


@given(text=called)
def test_on_one_line(text: str) -> None:
    """A value in a subject is one line of what can be seen, at most 60 letters, and cleaning it again changes nothing."""
    line = on_one_line(text)
    assert line.isprintable()
    assert shows_everything(line)
    assert len(line) <= LONGEST_IN_SUBJECT
    assert line == line.strip() == on_one_line(line)


def test_on_one_line_cuts() -> None:
    """What is too long ends with an ellipsis, which tells that there is more; what just fits does not."""
    assert ("x" * 60, "x" * 59 + "…") == (on_one_line("x" * 60), on_one_line("x" * 61))
    assert ("two lines", "txt.exe", "Анна Белова") == tuple(
        map(on_one_line, ("two\r\nlines", "\u202etxt.exe", "Анна\u00a0Белова"))
    )
