"""Templates of the host's own: what they replace, for whom, and what is wrong with one before anybody is told anything."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import Language, OrganizationId
from subaccounts.domain.channel import Channel
from subaccounts.domain.notice import NoticeKind
from subaccounts.domain.proof import Form
from subaccounts.domain.wording import Place, Wording
from subaccounts.messages import Messages, Pages, Replacement, Template
from subaccounts.testing.contracts.texts import ADDRESSES, PLAIN, everything_told, told

EMAIL, SMS = ADDRESSES
ENGLISH = Language(tag="en")
ACME, OTHER = OrganizationId(value="acme"), OrganizationId(value="other")
CHANGED, ACTIVATION = NoticeKind.PASSWORD_CHANGED, NoticeKind.ACTIVATION
Text = tuple[str | Place, ...]


def replaced(template: Template, kind: NoticeKind = CHANGED, channel: Channel = Channel.EMAIL, **more: Any) -> Messages:
    """Return messages with one template of the host's own."""
    return Messages().replaced(template, kind=kind, channel=channel, **{"language": ENGLISH, **more})


class TestWhose:
    """Whose template counts."""

    def test_the_hosts_is_everybodys(self) -> None:
        """A template of the host's goes to every organization, and only for its kind, channel and language."""
        before = Messages()
        messages = replaced(Template(subject="News", text="Hello $name"))
        for organization in (ACME, OTHER):
            words = messages.wording(told(CHANGED, EMAIL, organization=organization))
            assert ("News", ("Hello Anna Lindqvist",)) == (words.subject, words.text)
        assert before.wording(told(CHANGED, SMS)) == messages.wording(told(CHANGED, SMS))
        in_danish = told(CHANGED, EMAIL, language="da")
        assert before.wording(in_danish) == messages.wording(in_danish)

    def test_an_organizations_own_goes_first(self) -> None:
        """A template of one organization's goes to that one, before the host's; every other has the host's."""
        messages = replaced(Template(text="ours"), channel=Channel.SMS, organization=ACME).replaced(
            Template(text="everybody's"), kind=CHANGED, channel=Channel.SMS, language=ENGLISH
        )
        texts = [messages.wording(told(CHANGED, SMS, organization=each)).text for each in (ACME, OTHER)]
        assert [("ours",), ("everybody's",)] == texts

    def test_language_comes_before_whose_it_is(self) -> None:
        """An organization's English template is not for who reads Danish: that language has one."""
        messages = replaced(Template(text="ours"), channel=Channel.SMS, organization=ACME)
        danish = told(CHANGED, SMS, organization=ACME, language="da")
        assert Messages().wording(danish) == messages.wording(danish)
        assert ("ours",) == messages.wording(told(CHANGED, SMS, organization=ACME, language="pt")).text

    def test_the_last_counts(self) -> None:
        """Of two templates for the same message the last counts, and what was made before is as it was."""
        first = replaced(Template(text="first"), channel=Channel.SMS)
        second = first.replaced(Template(text="second"), kind=CHANGED, channel=Channel.SMS, language=ENGLISH)
        assert [("first",), ("second",)] == [each.wording(told(CHANGED, SMS)).text for each in (first, second)]

    def test_given_at_once(self) -> None:
        """Templates given to the constructor are those given one by one."""
        template = Template(text="same")
        own = Replacement(kind=CHANGED, channel=Channel.SMS, language=ENGLISH, template=template)
        assert replaced(template, channel=Channel.SMS) == Messages(own=[own])

    def test_a_template_is_for_one_form(self) -> None:
        """A template with `$link` leaves the message with a code as it was, and the other way round."""
        before = Messages()
        for form, other in ((Form.LINK, Form.CODE), (Form.CODE, Form.LINK)):
            messages = replaced(Template(text=f"here: ${form.value}"), ACTIVATION, Channel.SMS)
            assert ("here: ", Place(form.value)) == messages.wording(told(ACTIVATION, SMS, form=form)).text
            assert before.wording(told(ACTIVATION, SMS, form=other)) == messages.wording(
                told(ACTIVATION, SMS, form=other)
            )

    def test_a_slips_code_is_a_code(self) -> None:
        """A code that could have been on a slip is worded as a code."""
        messages = Messages()
        assert _without_lasts(messages, Form.CODE) == _without_lasts(messages, Form.SLIP)


def _without_lasts(messages: Messages, form: Form) -> Text:
    return messages.wording(told(ACTIVATION, SMS, form=form, values={**PLAIN, "lasts_days": "3"})).text


class TestWords:
    """What becomes of a template's words."""

    def words(self, text: str, **values: str) -> Text:
        """Return the SMS that a text becomes."""
        telling = told(CHANGED, SMS, values={**PLAIN, **values})
        return replaced(Template(text=text), channel=Channel.SMS).wording(telling).text

    def test_dollars(self) -> None:
        """`$$` is a dollar sign, braces end a name, and case belongs to it."""
        assert ("$5 for Anna Lindqvist's",) == self.words("$$5 for ${name}'s")

    def test_a_line_without_its_value_is_left_out(self) -> None:
        """A line that names a value which the message does not have is not there, nor an empty paragraph."""
        text = "Hello $name\nat $account\n\n$account\n\nBye"
        assert ("Hello Anna Lindqvist\nat Shop 1\nShop 1\nBye",) == self.words(text)
        assert ("Hello Anna Lindqvist\nBye",) == self.words(text, account="")

    def test_paragraphs(self) -> None:
        """An e-mail keeps empty lines between paragraphs; an SMS, which pays for them, does not; blanks around go."""
        text = "\n  one  \ntwo\n\n\n three\n"
        email = replaced(Template(subject="x", text=text)).wording(told(CHANGED, EMAIL)).text
        assert (("one\ntwo\n\nthree",), ("one\ntwo\nthree",)) == (email, self.words(text))

    def test_numbers(self) -> None:
        """How long a proof works is there as a bare number too, for languages that have no words for it here."""
        template = Template(text="$link\n$lasts_days dni\n$lasts_minutes minut")
        messages = replaced(template, ACTIVATION, Channel.SMS, language=Language(tag="pl"))
        said = [
            messages.wording(told(ACTIVATION, SMS, language="pl", values=values)).text
            for values in (PLAIN, {**PLAIN, "lasts_minutes": "90"})
        ]
        assert [(Place.LINK, "\n14 dni"), (Place.LINK, "\n14 dni\n90 minut")] == said

    def test_a_page_of_ones_own(self) -> None:
        """HTML of the host's own holds values escaped and the link where it is named, and nothing is added to it."""
        page = '<p title="$name">$name</p>\n<a href="$link">$organization</a>'
        messages = replaced(Template(subject="x", text="$link", html=page), ACTIVATION)
        words = messages.wording(told(ACTIVATION, EMAIL, values={**PLAIN, "name": '"><b>'}))
        name = "&quot;&gt;&lt;b&gt;"
        assert (f'<p title="{name}">{name}</p>\n<a href="', Place.LINK, '">Acme</a>\n') == words.html

    def test_a_button_needs_a_word(self) -> None:
        """A link on a line of its own is a button that says `action`, with its address below; without one just the address."""
        (html, plain) = (
            "".join(str(each) for each in self._page(action).html or () if isinstance(each, str)).partition("</h1>\n")[
                2
            ]
            for action in ("Go <on>", "")
        )
        assert '<p class="button"><a href="">Go &lt;on&gt;</a></p>\n<p class="address"></p>\n' in html
        assert html.count("<a ") == 1
        assert '<p class="address"><a href=""></a></p>\n' in plain

    def _page(self, action: str) -> Wording:
        messages = replaced(Template(subject="x", text="Hello\n$link\nBye", action=action), ACTIVATION)
        return messages.wording(told(ACTIVATION, EMAIL))


class TestRefused:
    """What is wrong with a template is said when it is given."""

    @pytest.mark.parametrize(
        ("template", "kind", "channel", "problem"),
        [
            (
                Template(text="Hello $nane"),
                CHANGED,
                Channel.SMS,
                r"\$nane has no value in such a message; there are \$account, ",
            ),
            (Template(text="Hello $Name"), CHANGED, Channel.SMS, r"\$Name has no value"),
            (Template(text="$link"), CHANGED, Channel.SMS, r"\$link has no value in such a message"),
            (Template(text="$issuer"), CHANGED, Channel.SMS, r"\$issuer has no value in such a message"),
            (Template(text="5 $ for you"), CHANGED, Channel.SMS, r"a \$ begins no name in '5 \$ for you'"),
            (Template(text="${name"), CHANGED, Channel.SMS, r"a \$ begins no name"),
            (Template(text="Hello"), ACTIVATION, Channel.SMS, r"\$link or \$code is missing: write it once"),
            (Template(text="$link $code"), ACTIVATION, Channel.SMS, r"\$link or \$code is there more than once"),
            (Template(text="$link\n$link"), ACTIVATION, Channel.SMS, r"\$link or \$code is there more than once"),
            (Template(text="$account: $link"), ACTIVATION, Channel.SMS, r"\$account has no value in some messages"),
            (
                Template(text="$login: $code"),
                NoticeKind.PROVE_SIGN_UP,
                Channel.SMS,
                r"\$login has no value in some messages",
            ),
            (Template(text=" \n"), CHANGED, Channel.SMS, "a text has 1 to 10000 characters"),
            (Template(text="x" * 10_001), CHANGED, Channel.SMS, "a text has 1 to 10000 characters"),
            (Template(text="$name" * 41), CHANGED, Channel.SMS, "a text names values at most 40 times"),
            (Template(text="x", subject="x"), CHANGED, Channel.SMS, "an SMS is text alone"),
            (Template(text="x", action="x"), CHANGED, Channel.SMS, "an SMS is text alone"),
            (Template(text="x", html=""), CHANGED, Channel.SMS, "an SMS is text alone"),
            (Template(text="x"), CHANGED, Channel.EMAIL, "a subject is one line, and not empty"),
            (Template(text="x", subject="a\nBcc: b"), CHANGED, Channel.EMAIL, "a subject is one line, and not empty"),
            (Template(text="x", subject="\u202ea"), CHANGED, Channel.EMAIL, "a subject is one line, and not empty"),
            (Template(text="x", subject="$account"), CHANGED, Channel.EMAIL, r"\$account cannot be in a subject"),
            (Template(text="$code", subject="$code"), ACTIVATION, Channel.EMAIL, r"\$code cannot be in a subject"),
            (
                Template(text="x", subject="$login" * 6),
                CHANGED,
                Channel.EMAIL,
                "a subject can become 360 characters long",
            ),
            (
                Template(text="$link", subject="x", html="<p>"),
                ACTIVATION,
                Channel.EMAIL,
                r"\$link is in the text, but not in the HTML",
            ),
            (
                Template(text="$link", subject="x", html="$link $code"),
                ACTIVATION,
                Channel.EMAIL,
                r"\$code is in the HTML, but not in the text",
            ),
            (Template(text="x", subject="x", html="$nane"), CHANGED, Channel.EMAIL, r"\$nane has no value"),
            (
                Template(text="x", subject="x", html="<SCRIPT>"),
                CHANGED,
                Channel.EMAIL,
                "no mail client runs a <script>",
            ),
            (
                Template(text="x", subject="x", html="x" * 40_001),
                CHANGED,
                Channel.EMAIL,
                "HTML has at most 40000 characters",
            ),
            (Template(text="x"), CHANGED, Channel.SLIP, "no message goes by slip; there are email and sms"),
        ],
    )
    def test_what_is_wrong_is_named(self, template: Template, kind: NoticeKind, channel: Channel, problem: str) -> None:
        """A template that could not be sent is refused with the message it is for and the reason."""
        with pytest.raises(ValueError, match=f"{kind.value}, {channel.value}, en: .*{problem}"):
            replaced(template, kind, channel)

    def test_words_for_numbers_are_few(self) -> None:
        """`$lasts` is refused in a language that has no words for it, and says what to write."""
        with pytest.raises(ValueError, match=r"\$lasts is there in en, da, ru; write a line with \$lasts_days"):
            replaced(Template(text="$link\n$lasts"), ACTIVATION, Channel.SMS, language=Language(tag="pl"))

    def test_the_longest_message_can_be_sent(self) -> None:
        """The longest text and HTML that are taken, with the longest values in them, are a message that can be sent."""
        lines = "\n".join(["$name"] * 39)
        html = lines + "\n$link\n" + "x" * (40_000 - len(lines) - 7)
        text = lines + "\n$link\n" + "x" * (10_000 - len(lines) - 7)
        messages = replaced(Template(subject="x", text=text, html=html), ACTIVATION)
        words = messages.wording(told(ACTIVATION, EMAIL, values=dict.fromkeys(PLAIN, '"' * 200)))
        assert (39, 39) == tuple(str(each[0]).count("\n") for each in (words.text, words.html or ()))
        words.texts(link=None, code=None)


class TestTold:
    """What no rule tells is an error, not a message with a hole."""

    @pytest.mark.parametrize("missing", ["organization", "name", "login"])
    def test_what_every_message_has(self, missing: str) -> None:
        """A telling without a value that every message of its kind has is refused by its name."""
        for value in (None, ""):
            values = {key: each for key, each in {**PLAIN, missing: value}.items() if each is not None}
            with pytest.raises(ValueError, match=f"password_changed is told without {missing}"):
                Messages().wording(told(CHANGED, EMAIL, values=values))

    def test_how_long_a_proof_works(self) -> None:
        """A telling with a proof that does not say how long that works is refused."""
        with pytest.raises(ValueError, match="activation is told without lasts_days or lasts_minutes"):
            Messages().wording(evolve(told(ACTIVATION, EMAIL), values=PLAIN))

    def test_a_proof_too_many_or_missing(self) -> None:
        """A kind that carries a proof is not worded without one, and no other with one."""
        with_proof, without = told(ACTIVATION, EMAIL), told(CHANGED, EMAIL)
        with pytest.raises(ValueError, match="activation carries a proof"):
            Messages().wording(evolve(with_proof, proof=None))
        with pytest.raises(ValueError, match="password_changed carries no proof"):
            Messages().wording(evolve(without, proof=with_proof.proof))

    def test_a_place_cannot_be_told(self) -> None:
        """A value called `link` or `code` goes nowhere: what is filled in later comes from the key ring alone."""
        messages = Messages()
        given = everything_told(values={**PLAIN, "link": "https://evil.example/", "code": "11111-11111"})
        for telling, plain in zip(given, everything_told(), strict=True):
            assert messages.wording(plain) == messages.wording(telling)

    def test_sign_in_is_named_where_there_is_one(self) -> None:
        """The sign-in page is in a message where the host gave one, its organization's own before all others."""
        pages = Pages(proof="https://x.example/#{link}", sign_in="https://x.example/{organization}")
        own = Pages(proof="https://acme.example/#{link}")
        messages = Messages(pages=pages, pages_of={ACME: own})
        shown = [
            "https://" in "".join(map(str, messages.wording(told(NoticeKind.WELCOME, SMS, organization=each)).text))
            for each in (OTHER, ACME)
        ]
        assert [True, False] == shown
        assert "https://x.example/other" in str(
            messages.wording(told(NoticeKind.WELCOME, SMS, organization=OTHER)).text[0]
        )
