"""A message becomes one mail with just the fields it should have, whatever its texts, names and addresses hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import Email, Language, Secret
from subaccounts.domain.message import Message, Rejected
from subaccounts.domain.wording import LONGEST_SUBJECT
from subaccounts.notifiers import Letterhead
from subaccounts.notifiers._mail import Mail, compose
from subaccounts.notifiers.letterhead import LONGEST_SENDER_NAME
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from tests.notifiers.mail_server import parsed

HEAD = Letterhead(sender=Email.parse("portal@example.com"), name="The Portal", domain="portal.example")
FIELDS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
NASTY = (
    "\r\nBcc: archive@example.net\r\n", "\n", "\r", "\x00", "\u202e", "\u2028", "\x85", "=?utf-8?b?DQpCY2M6IHg=?=",
    "=?utf-8?q?=0ABcc:?=", '"', "\\", "<", ">", ",", ";", ":", "@", "(", ")", "ж", "é", "🦊", " ", ".", "\r\n.\r\n",
    "--=_", "x" * 80, "密" * 40, "e\u0301", "\u200d", "=", "=\r\n",
)  # fmt: skip
SCALARS = st.characters(exclude_categories=["Cs"])
TEXTS = st.lists(st.sampled_from(NASTY) | st.text(SCALARS, max_size=8), max_size=12).map("".join)


def mail(message: Message, letterhead: Letterhead = HEAD) -> Mail:
    """Return a message as a mail of noon."""
    made = compose(message, letterhead, at=NOON)
    assert isinstance(made, Mail)
    return made


def one_line(text: str) -> str:
    """Return what of a subject arrives."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST_SUBJECT])


def lines(text: str) -> str:
    """Return a text with line ends of one kind, as mail has them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")


def judge(message: Message, letterhead: Letterhead = HEAD) -> None:
    """A mail has the fields of every mail and no other, one sender, one recipient, and the texts it was made of."""
    made = mail(message, letterhead)
    assert made.content.endswith(b"\r\n")
    assert b"" == re.sub(rb"[^\r\n]{0,998}\r\n", b"", made.content), "a line is too long, or ends in another way"
    assert made.content.isascii() or made.beyond_ascii
    read = parsed(made.content)
    reply = ["Reply-To"] if letterhead.reply_to else []
    wanted = [FIELDS[0], *reply, *FIELDS[1:]]
    assert sorted(name for name in wanted if name != "Content-Transfer-Encoding" or message.html is None) == sorted(
        read
    )
    # Some releases of the reader show the blanks between two encoded words, which RFC 2047 6.2 takes away.
    sender = [(each.display_name.replace(" ", ""), each.addr_spec) for each in read["From"].addresses]
    assert [(letterhead.name.replace(" ", ""), made.sender)] == sender
    assert [("", made.recipient)] == [(each.display_name, each.addr_spec) for each in read["To"].addresses]
    assert one_line(message.subject).split() == str(read["Subject"]).split()
    assert f"<{message.id}@{letterhead.domain}>" == read["Message-ID"]
    plain, marked = read.get_body(("plain",)), read.get_body(("html",))
    assert plain is not None
    assert lines(message.text.reveal()) == lines(plain.get_content())
    assert (lines(message.html.reveal()) if message.html else None) == (lines(marked.get_content()) if marked else None)
    assert [] == read.defects


class TestFields:
    """The head of a mail."""

    def test_all_of_them(self) -> None:
        """A mail says who it is from, whom it is for, when it was sent, what it is, and that nobody is to answer it."""
        read = parsed(mail(a.email_message(language=Language.parse("pt-BR"))).content)
        assert {
            "From": '"The Portal" <portal@example.com>'.replace('"', ""),
            "To": "person-1@example.com",
            "Subject": "Welcome to Acme",
            "Date": "Mon, 02 Mar 2026 12:00:00 +0000",
            "Message-ID": f"<{a.value(1)}@portal.example>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": "pt-BR",
            "MIME-Version": "1.0",
        } == {name: str(value) for name, value in read.items() if name != "Content-Type"}

    def test_a_repeat_is_the_same_mail(self) -> None:
        """Sent again an hour later a mail differs in its date and in nothing else."""
        first, again = (compose(a.email_message(), HEAD, at=NOON + timedelta(hours=hours)) for hours in range(2))
        assert isinstance(first, Mail)
        assert isinstance(again, Mail)
        assert first.content != again.content
        assert first.content.replace(b"12:00:00", b"13:00:00") == again.content

    def test_plain_text_alone(self) -> None:
        """A message without HTML is a mail of one part."""
        assert "text/plain" == parsed(mail(a.email_message(html=None)).content).get_content_type()

    def test_html_comes_last(self) -> None:
        """HTML is an alternative after the plain text, which readers that can do both prefer (RFC 2046 5.1.4)."""
        read = parsed(mail(a.email_message()).content)
        kinds = [part.get_content_type() for part in read.walk()]
        assert ["multipart/alternative", "text/plain", "text/html"] == kinds

    def test_answers_go_elsewhere(self) -> None:
        """Where answers go is said when it is not the sender."""
        letterhead = evolve(HEAD, reply_to=Email.parse("help@example.com"))
        assert "help@example.com" == parsed(mail(a.email_message(), letterhead).content)["Reply-To"]
        judge(a.email_message(), letterhead)

    @pytest.mark.parametrize("beyond", ["Привет, Анна", "=?utf-8?q?=41?= is not A", "x " * 149 + "🦊", "é" * 300])
    def test_subjects(self, beyond: str) -> None:
        """A subject in any script arrives as it was, however long it can be."""
        judge(a.email_message(subject=beyond))

    @pytest.mark.parametrize("name", ["", 'The "Portal", Ltd.', "Портал; навчання", "a\\b", "密" * LONGEST_SENDER_NAME])
    def test_names_of_senders(self, name: str) -> None:
        """A sender's name in any script, with commas and quotes, stays one name of one sender."""
        judge(a.email_message(), evolve(HEAD, name=name))

    @pytest.mark.parametrize(
        ("text", "encoding"),
        [
            ("Hello", "quoted-printable"),
            ("Schöne Grüße aus Köln senden dir Anna und alle anderen\n", "quoted-printable"),
            ("Привет", "base64"),
            ("x" * 50_000, "base64"),
        ],
    )
    def test_how_it_is_encoded(self, text: str, encoding: str) -> None:
        """Latin letters stay readable in the source, others and very long texts are written in base64."""
        message = a.email_message(text=Secret(text, longest=100_000), html=None)
        assert encoding == parsed(mail(message).content)["Content-Transfer-Encoding"]
        judge(message)


class TestAddresses:
    """Whom a mail goes to is what is stored, and nothing else."""

    def test_as_it_is_stored(self) -> None:
        """An address is written as its owner wrote it, capitals and all (CVE-2019-19844)."""
        assert (
            "Anna.K@Example.com".replace("E", "e")
            == mail(a.email_message(to=Email.parse("Anna.K@Example.com"))).recipient
        )

    @pytest.mark.parametrize(
        ("text", "recipient", "beyond"),
        [
            ("anna@bücher.example", "anna@xn--bcher-kva.example", False),
            ("анна@пошта.example", "анна@пошта.example", True),
            ("mıke@example.org", "mıke@example.org", True),
            ("moß@example.org", "moß@example.org", True),
        ],
    )
    def test_beyond_ascii(self, text: str, recipient: str, beyond: bool) -> None:
        """A domain has an ASCII form that every server takes; a mailbox has none and is never changed into another."""
        made = mail(a.email_message(to=Email.parse(text)))
        assert (recipient, beyond) == (made.recipient, made.beyond_ascii)
        judge(a.email_message(to=Email.parse(text)))

    @pytest.mark.asvs("1.3.11")
    @pytest.mark.parametrize(
        "text",
        [
            "anna@example.com\r\nBcc: archive@example.net",
            "anna@example.com\nRCPT TO:<archive@example.net>",
            "anna@example.com, archive@example.net",
            "anna@example.com>\r\nDATA",
            "<anna@example.com>",
            '"anna"@example.com',
            "anna@[127.0.0.1]",
            "anna@example.com ",
            "anna\x00@example.com",
            "an\u202ena@example.com",
            "=?utf-8?b?DQpCY2M6IHg=?=@example.com",
            "anna",
            "",
            "@" * 1_000_000,
        ],
    )
    def test_what_is_none(self, text: str) -> None:
        """What is no address is rejected and is in no command, however it came to be stored."""
        refused = compose(a.email_message(to=Email(text=text, key="anna@example.com")), HEAD, at=NOON)
        assert isinstance(refused, Rejected)
        assert "archive" not in refused.reason

    @pytest.mark.parametrize("id", ["", "a b", "a\r\nBcc: x", "a@b", "a>b", "a.b", "ж", "x" * 201])
    def test_ids(self, id: str) -> None:  # noqa: A002 - what it is
        """An id that is none of ours is rejected, and ends no field."""
        assert isinstance(compose(a.email_message(id=id), HEAD, at=NOON), Rejected)

    def test_a_language_that_is_none(self) -> None:
        """A language tag that cannot be written is left out."""
        made = mail(a.email_message(language=Language(tag="en\r\nBcc: archive@example.net")))
        assert None is parsed(made.content)["Content-Language"]
        assert None is parsed(made.content)["Bcc"]


class TestAnything:
    """Whatever it is made of, a mail is one mail."""

    @pytest.mark.asvs("1.3.11")
    @given(subject=TEXTS, text=TEXTS, html=st.none() | TEXTS)
    def test_texts(self, subject: str, text: str, html: str | None) -> None:
        """No text ends a field, a part or a line, begins one, or is changed."""
        marked = None if html is None else Secret(html)
        judge(a.email_message(subject=subject, text=Secret(text), html=marked))

    @given(name=TEXTS)
    def test_names(self, name: str) -> None:
        """A sender's name is refused when the notifier is made, or stays one name."""
        try:
            letterhead = evolve(HEAD, name=name)
        except ValueError:
            return
        judge(a.email_message(), letterhead)

    @given(text=TEXTS | st.builds("{}@{}".format, TEXTS, st.sampled_from(["example.com", "пошта.example"])))
    def test_addresses(self, text: str) -> None:
        """An address is one recipient, or none."""
        message = a.email_message(to=Email(text=text, key=text))
        if isinstance(compose(message, HEAD, at=NOON), Mail):
            judge(message)

    @given(id=TEXTS, tag=TEXTS)
    def test_ids_and_languages(self, id: str, tag: str) -> None:  # noqa: A002 - what it is
        """An id is one id, or the message is rejected; a language is one, or is not said."""
        made = compose(a.email_message(id=id, language=Language(tag=tag)), HEAD, at=NOON)
        if isinstance(made, Mail):
            assert f"<{id}@portal.example>" == parsed(made.content)["Message-ID"]
            assert parsed(made.content)["Content-Language"] in {None, tag}

    @given(at=st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the bound is naive
    def test_moments(self, at: datetime) -> None:
        """The date of a mail is the second it was sent in."""
        made = compose(a.email_message(), HEAD, at=at)
        assert isinstance(made, Mail)
        assert at.replace(microsecond=0) == parsed(made.content)["Date"].datetime

    @pytest.mark.parametrize("piece", ["a", "\r\n", "é", "\u0301", "=", "<br>", " "])
    def test_a_million(self, piece: str) -> None:
        """A megabyte in every text is still one mail, and its subject is cut to what a subject has."""
        much = piece * 1_000_000
        judge(a.email_message(subject=much, text=Secret(much, longest=len(much)), html=Secret(much, longest=len(much))))


class TestLetterhead:
    """What cannot stand at the head of a mail is a ValueError when the notifier is made."""

    def test_the_domain_of_the_sender(self) -> None:
        """Message-ID is made under the sender's domain, in ASCII, unless another is given."""
        assert "xn--bcher-kva.example" == Letterhead(sender=Email.parse("portal@bücher.example")).domain
        assert "xn--bcher-kva.example" == evolve(HEAD, domain="bücher.example").domain

    @pytest.mark.parametrize(
        "changes",
        [
            {"name": "The\r\nPortal"},
            {"name": "x" * 101},
            {"name": "\u202eThe Portal"},
            {"domain": "example.com>\r\nBcc: x"},
            {"domain": "nowhere"},
            {"sender": Email(text="portal@example.com\r\n", key="")},
            {"reply_to": Email(text="help", key="")},
            {"reply_to": Email(text="=?utf-8?q?a?=@example.com", key="")},
        ],
    )
    def test_what_cannot_be(self, changes: dict[str, Any]) -> None:
        """Line ends, controls, what is no domain and what is no address are refused, and not repeated."""
        with pytest.raises(ValueError, match="cannot stand at the head of a mail") as refused:
            evolve(HEAD, **changes)
        assert "Bcc" not in str(refused.value)
