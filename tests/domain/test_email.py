"""E-mail addresses: which texts are one, which mailboxes share a key, and what is shown of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.email import Email
from subaccounts.errors import InvalidValue
from subaccounts.testing.strategies import email_texts, emails, hostile_text


def key(text: str) -> str:
    return Email.parse(text).key


def problem_of(text: object) -> tuple[str, int | None]:
    with pytest.raises(InvalidValue) as refusal:
        Email.parse(text)  # type: ignore[arg-type]  # hosts pass what they were sent
    assert "email" == refusal.value.field
    return refusal.value.problem, refusal.value.limit


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ivan@example.com", "ivan@example.com"),
        ("Ivan.P+Tag@Mail.Example.COM", "ivan.p+tag@mail.example.com"),
        ("o'brien/x=1@r3---sn.example.com", "o'brien/x=1@r3---sn.example.com"),
        ("m\u0131ke@example.com", "m\u0131ke@example.com"),
        ("mo\u00df@example.com", "mo\u00df@example.com"),
        ("\u212aate@example.com", "kate@example.com"),
        ("a@xn--strae-oqa.de", "a@stra\u00dfe.de"),
        ("a@XN--STRAE-OQA.de", "a@stra\u00dfe.de"),
        ("a@STRA\u00dfE.de", "a@stra\u00dfe.de"),
        ("Пётр@Пошта.УКР", "пётр@пошта.укр"),
        ("a@xn--80a1acny.xn--j1amh", "a@почта.укр"),
        ("a@É-1.com", "a@é-1.com"),
        ("a@b.1.com", "a@b.1.com"),
        ("a@ｅxample.com", "a@example.com"),
        ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
        ("1@2.c3", "1@2.c3"),
    ],
)
def test_the_key_of_an_address(typed: str, expected: str) -> None:
    """The key is the lower-case mailbox and the lower-case domain in Unicode; what was typed is kept beside it."""
    email = Email.parse(typed)
    assert (typed, expected) == (email.text, email.key)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m\u0131ke@example.com", "mike@example.com"),
        ("mo\u00df@example.com", "moss@example.com"),
        ("a@stra\u00dfe.de", "a@strasse.de"),
        ("a.b@gmail.com", "ab@gmail.com"),
        ("a+b@gmail.com", "a@gmail.com"),
        ("a@gmail.com", "a@googlemail.com"),
        ("\u0430@example.com", "a@example.com"),
    ],
)
def test_mailboxes_that_are_two_stay_two(one: str, other: str) -> None:
    """No folding of letters merges two mailboxes (CVE-2019-19844), and no provider's private rules are guessed."""
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "empty"),
        ("ivan", "syntax"),
        ("@example.com", "syntax"),
        ("ivan@", "syntax"),
        ("ivan@localhost", "syntax"),
        ("ivan@@example.com", "syntax"),
        ("a@b@example.com", "syntax"),
        (".ivan@example.com", "syntax"),
        ("ivan.@example.com", "syntax"),
        ("iv..an@example.com", "syntax"),
        ('"ivan"@example.com', "syntax"),
        ("iv(a)n@example.com", "syntax"),
        ("Ivan<ivan@example.com", "syntax"),
        ("a,b@example.com", "syntax"),
        ("iv（an@example.com", "syntax"),
        ("iv＠an@example.com", "syntax"),
        ("ivan@example.com.", "syntax"),
        ("ivan@.example.com", "syntax"),
        ("ivan@-example.com", "syntax"),
        ("ivan@example-.com", "syntax"),
        ("ivan@exa_mple.com", "syntax"),
        ("ivan@1.2.3.4", "syntax"),
        ("ivan@example.com.1", "syntax"),
        ("ivan@[1.2.3.4]", "syntax"),
        ("ivan@éa--b.com", "syntax"),
        ("ivan@-é.com", "syntax"),
        ("ivan@é_a.com", "syntax"),
        ("ivan@é-.com", "syntax"),
        ("ivan@ex。com", "characters"),
        ("ivan@xn--.com", "syntax"),
        ("ivan@xn--example-.com", "syntax"),
        ("ivan@xn--a.com", "syntax"),
        ("ivan@xn--99999999.com", "syntax"),
        ("ivan@xn--stra\u00dfe.com", "syntax"),
        ("ivan@" + "a" * 64 + ".com", "syntax"),
        ("ivan@" + "é" * 63 + ".com", "syntax"),
        ("ivan@é" + "a" * 56 + ".com", "syntax"),
        ("iv an@example.com", "characters"),
        ("ivan@exam ple.com", "characters"),
        (" ivan@example.com", "characters"),
        ("🙂@example.com", "characters"),
        ("ivan@example.com\r\nBcc: x@example.com", "control"),
        ("iv\u200ban@example.com", "invisible"),
        ("iv\u202ean@example.com", "bidi"),
        ("ivan\ud800@example.com", "surrogate"),
        (None, "not_text"),
        (b"ivan@example.com", "not_text"),
    ],
)
def test_what_is_no_address_is_refused(typed: object, problem: str) -> None:
    """A text nobody could write a message to, or would write to two, is refused with a stable word."""
    assert (problem, None) == problem_of(typed)


@pytest.mark.parametrize(
    ("typed", "limit"),
    [
        ("a" * 65 + "@example.com", 64),
        ("я" * 33 + "@example.com", 64),
        ("Ⱥ" * 22 + "@example.com", 64),
        ("я" * 30 + "@" + ".".join(["b" * 48] * 4), 254),
        ("a@" + "b" * 1_000_000, 254),
        ("\u0301\u0316" * 500_000, 254),
        ("a@" + ".".join(["b" * 49] * 5) + ".com", 254),
        ("a@" + ".".join(["xn--80a1acny"] * 19) + ".ua.com.ua", 254),
        ("Ⱥ" * 20 + "@" + ".".join(["b" * 48] * 3 + ["c" * 47]), 254),
    ],
)
def test_limits_count_octets(typed: str, limit: int) -> None:
    """64 octets before the at sign and 254 in all, for what was typed, for the key, and for the domain in ASCII."""
    assert ("too_long", limit) == problem_of(typed)


@pytest.mark.parametrize("label", ["b" * 63, "é" + "a" * 55, "xn--" + "a" * 55 + "-91e"])
def test_the_longest_label_is_accepted(label: str) -> None:
    """A label of a domain has 63 octets in ASCII (RFC 1035 2.3.4), whichever way it is written."""
    assert key(f"a@{label}.com").endswith(".com")


def test_the_longest_address_is_accepted() -> None:
    """254 octets are still an address, and its key is one too."""
    typed = "a@" + ".".join(["b" * 49] * 4 + ["c" * 48]) + ".com"
    assert 254 == len(typed)
    assert typed == key(typed)


def test_a_domain_has_one_key_in_both_its_forms() -> None:
    """Punycode is read whatever its case, and only where it is the one way to write the domain."""
    assert key("a@bücher.example") == key("a@xn--bcher-kva.example") == key("a@XN--Bcher-KVA.EXAMPLE")
    assert ("syntax", None) == problem_of("a@xn--bcher-kva-.example")


@pytest.mark.parametrize("label", ["xn---tda", "xn--" + "Ü".encode("punycode").decode("ascii"), "xn--abc-"])
def test_another_way_to_write_a_domain_is_none(label: str) -> None:
    """Punycode that says the same in another way, in capitals or of ASCII alone is refused: one domain, one key."""
    assert ("syntax", None) == problem_of(f"a@{label}.example")


@pytest.mark.parametrize(
    ("typed", "masked"),
    [
        ("ivan@example.com", "i***@example.com"),
        ("i@example.com", "***@example.com"),
        ("Пётр@пошта.укр", "П***@пошта.укр"),
    ],
)
@pytest.mark.asvs("14.2.6")
def test_a_mask_shows_one_letter_and_the_domain(typed: str, masked: str) -> None:
    """A person recognizes the own address; nobody else learns it, nor how long it is."""
    assert masked == Email.parse(typed).masked


@given(text=email_texts())
def test_a_key_is_its_own_key(text: str) -> None:
    """A key is an address, with itself for a key, in whatever case it was written."""
    assert key(text) == key(key(text)) == key(text.lower())


@given(email=emails())
def test_the_stored_address_is_what_was_typed(email: Email) -> None:
    """Messages go to the text, whose letters were not touched; the mask shows at most the first of them."""
    assert email == Email.parse(email.text)
    assert email.masked.partition("@")[0] in ("***", email.text[0] + "***")


@given(text=hostile_text() | st.builds("{}@{}.com".format, hostile_text(longest=70), hostile_text(longest=70)))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is an address or refused, and an address can be put into a header."""
    try:
        email = Email.parse(text)
    except InvalidValue:
        return
    assert email.key == key(email.key)
    assert 1 == email.text.count("@") == email.key.count("@")
    assert not set(email.text) & set("\r\n\x00 ")


@given(
    label=st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20),
    other=st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20),
)
def test_two_domains_never_share_a_key(label: str, other: str) -> None:
    """Two labels in ASCII, encoded or not, are the same key only if they are the same label."""
    found = []
    for each in (label, "xn--" + label, other, "xn--" + other):
        try:
            found.append((each, key(f"a@{each}.com")))
        except InvalidValue:
            continue
    assert len({text for text, _ in found}) == len({made for _, made in found})
