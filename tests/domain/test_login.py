"""Logins: which texts are one, and which two texts are the same one."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import sign_in_key as keys
from subaccounts.domain.email import Email
from subaccounts.domain.login import Login
from subaccounts.domain.sign_in_key import sign_in_key
from subaccounts.errors import InvalidValue
from subaccounts.testing.strategies import email_texts, hostile_text, login_texts, logins


def key(text: str) -> str:
    return Login.parse(text).key


def problem_of(text: object) -> tuple[str, int | None]:
    with pytest.raises(InvalidValue) as refusal:
        Login.parse(text)  # type: ignore[arg-type]  # hosts pass what they were sent
    assert "login" == refusal.value.field
    return refusal.value.problem, refusal.value.limit


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ivan", "ivan"),
        ("Ivan.Petrov_10", "ivan.petrov_10"),
        ("SHOP\\Kassa#1", "shop\\kassa#1"),
        ("ＡＤＭＩＮ", "admin"),
        ("\u212a", "k"),
        ("ИВАН", "иван"),
        ("Ame\u0301lie", "amélie"),
        ("Åse", "åse"),
        ("\u212bse", "åse"),
        ("ΟΔΟΣ", "οδος"),
        ("İvan", "i\u0307van"),
        ("ｶﾀｶﾅ", "カタカナ"),
        ("東京たろう", "東京たろう"),
        ("ラーメン3", "ラーメン3"),
        ("漢字한글", "漢字한글"),
        ("注音ㄅㄆ", "注音ㄅㄆ"),
        ("דוד7", "דוד7"),
        ("नमस्ते", "नमस्ते"),
        ("каса-10", "каса-10"),
        ("מ.ד", "מ.ד"),
        ("a" * 64, "a" * 64),
        ("Ivan@Example.COM", "ivan@example.com"),
        ("иван@example.com", "иван@example.com"),
    ],
)
def test_the_key_of_a_login(typed: str, expected: str) -> None:
    """Case and width do not tell logins apart, composed and decomposed letters do not either (RFC 8265 3.3)."""
    login = Login.parse(typed)
    assert expected == login.key
    assert typed == login.text
    assert unicodedata.unidata_version == login.unicode_version


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m\u0131ke", "mike"),
        ("straße", "strasse"),
        ("İ", "i"),
        ("\u0430\u0441", "ac"),
        ("ςα", "σα"),
        ("é", "e"),
        ("kassa1", "kassal"),
        ("a.b", "ab"),
        ("ivan+1", "ivan"),
    ],
)
def test_people_who_are_two_stay_two(one: str, other: str) -> None:
    """What upper(), casefold() or NFKC would merge keeps two keys."""
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "empty"),
        (" ", "characters"),
        ("ivan ", "characters"),
        ("ivan petrov", "characters"),
        ("ivan\u00a0petrov", "characters"),
        ("ﬁle", "characters"),
        ("ⅷ", "characters"),
        ("🙂", "characters"),
        ("ivan＠example.com", "characters"),
        ("\u0301van", "characters"),
        ("ꙮ\ufe0e", "invisible"),
        ("iv\u200ban", "invisible"),
        ("iv\u00adan", "invisible"),
        ("\ufeffivan", "invisible"),
        ("می\u200cرزا", "invisible"),
        ("iv\u034fan", "invisible"),
        ("ㅤ", "invisible"),
        ("iv\u202ean", "bidi"),
        ("ivan\u200e", "bidi"),
        ("אבa", "bidi"),
        ("1א", "bidi"),
        ("ivan\x00", "control"),
        ("ivan\n", "control"),
        ("iv\x7fan", "control"),
        ("ivan\ud800", "surrogate"),
        ("\U000e0fff", "unassigned"),
        ("\ue000", "unassigned"),
        ("\u0430dmin", "mixed_scripts"),
        ("kассa", "mixed_scripts"),
        ("аλφα", "mixed_scripts"),
        ("たろうtaro", "mixed_scripts"),
        ("ひらがな한글", "mixed_scripts"),
        ("иvan@example.com", "mixed_scripts"),
        ("a@b", "syntax"),
        ("a@b@c.de", "syntax"),
        ("@", "syntax"),
        (None, "not_text"),
        (b"ivan", "not_text"),
    ],
)
def test_what_is_no_login_is_refused(typed: object, problem: str) -> None:
    """A login that cannot be read, told apart or typed again is refused with a stable word and never mended."""
    assert (problem, None) == problem_of(typed)


@pytest.mark.parametrize(
    ("typed", "limit"),
    [
        ("a" * 65, 64),
        ("İ" * 33, 64),
        ("\u0301\u0316" * 500_000, 64),
        ("a" * 1_000_000 + "@example.com", 64),
        ("a@" + "b" * 1_000_000, 254),
    ],
)
def test_length_comes_first_and_holds_for_the_key(typed: str, limit: int) -> None:
    """A login is at most 64 code points, typed and as a key, and a megabyte of anything is refused by its length."""
    assert ("too_long", limit) == problem_of(typed)


def test_a_refusal_does_not_repeat_the_text() -> None:
    """A password typed into the field of the login is not shown by the refusal."""
    with pytest.raises(InvalidValue) as refusal:
        Login.parse("hunter2 hunter2")
    assert "hunter2" not in str(refusal.value) + repr(refusal.value)
    assert refusal.value.__cause__ is None


def test_every_code_point() -> None:
    """Over all of Unicode a login's key is its own key, and no accepted letter is hidden or white space."""
    accepted = 0
    for point in range(sys.maxunicode + 1):
        try:
            login = Login.parse(chr(point))
        except InvalidValue:
            continue
        accepted += 1
        assert login.key == sign_in_key(login.key), f"U+{point:04X}"
        assert unicodedata.category(chr(point))[0] not in "CZ", f"U+{point:04X}"
    assert accepted > 120_000


@pytest.mark.asvs("1.1.1")
@given(text=login_texts())
def test_a_key_is_its_own_key(text: str) -> None:
    """Parsing a key gives the key, and the looks of a login depend on its key alone."""
    login = Login.parse(text)
    again = Login.parse(login.key)
    assert (login.key, login.skeleton) == (again.key, again.skeleton)


@given(text=hostile_text())
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is a login or refused; a login is normalized, holds nothing hidden, and is found by what was typed."""
    try:
        login = Login.parse(text)
    except InvalidValue:
        return
    assert login.key == sign_in_key(text) == sign_in_key(login.key)
    assert login.key == unicodedata.normalize("NFC", login.key)
    assert not set(login.key) & set("\x00\u200b\u200d\u202e ")


@given(login=logins())
def test_case_does_not_tell_people_apart(login: Login) -> None:
    """Typing one's login in the letters of its key finds the same person."""
    assert login.key == sign_in_key(login.text) == sign_in_key(login.text.lower())


@given(text=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=64))
def test_the_fast_path_answers_as_the_slow_one(text: str) -> None:
    """ASCII takes a short cut to the same key and the same refusals."""
    outcomes = []
    for way in (keys.username_key, keys._slow_username_key):
        try:
            outcomes.append(way(text, field="login"))
        except InvalidValue as refusal:
            outcomes.append(f"refused: {refusal.problem}")
    assert outcomes[0] == outcomes[1]


@given(text=email_texts())
def test_one_key_space_with_addresses(text: str) -> None:
    """A login with an at sign has the key of the address, so that it can never be somebody else's e-mail."""
    assert Email.parse(text).key == sign_in_key(text)


@given(text=hostile_text().filter(lambda text: "@" not in text))
def test_no_other_login_has_the_key_of_an_address(text: str) -> None:
    """A login without an at sign gets none in its key, not even from a full-width one."""
    try:
        key = sign_in_key(text)
    except InvalidValue:
        return
    assert "@" not in key


def test_the_sign_in_page_asks_less_than_the_form() -> None:
    """What mixes scripts cannot be given as a login, but the page finds whoever once got it."""
    assert "\u0430dmin" == sign_in_key("\u0430DMIN")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("анна@example.com", None),
        ("анна.koval", "mixed_scripts"),
        ("анна.коваль", None),
        ("аnna@example.com", "mixed_scripts"),
    ],
)
def test_where_a_script_may_change(typed: str, problem: str | None) -> None:
    """Only an address changes its script from part to part; a name with a dot in it is one name."""
    if problem is None:
        assert typed == Login.parse(typed).key
        return
    with pytest.raises(InvalidValue) as refusal:
        Login.parse(typed)
    assert ("login", problem) == (refusal.value.field, refusal.value.problem)
