"""Telephone numbers: how they are written, and what of them is shown."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from subaccounts.domain.phone import Phone, is_country
from subaccounts.errors import InvalidValue
from subaccounts.testing.strategies import hostile_text, phone_texts, phones


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("+380501234567", "+380501234567"),
        ("+380 (50) 123-45-67", "+380501234567"),
        ("00380501234567", "+380501234567"),
        ("+1.212.555.0100", "+12125550100"),
        (" + 45 12 34 56 78 ", "+4512345678"),
        ("+7\u00a0999\u2011123\u201345\u201367", "+79991234567"),
        ("+1234567", "+1234567"),
        ("+123456789012345", "+123456789012345"),
    ],
)
def test_usual_ways_of_writing_are_read(typed: str, e164: str) -> None:
    """A number with its country code is read whatever separates its digits."""
    assert e164 == Phone.parse(typed).e164


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("0501234567", "syntax"),
        ("501234567", "syntax"),
        ("+0501234567", "syntax"),
        ("+123456", "syntax"),
        ("+1234567890123456", "syntax"),
        ("++380501234567", "syntax"),
        ("00+380501234567", "syntax"),
        ("+38050123456x7", "syntax"),
        ("+380501234567;ext=7", "syntax"),
        ("+44 (0)20 7946 0958", "syntax"),
        ("+٣٨٠٥٠١٢٣٤٥٦٧", "syntax"),
        ("79991234567.0", "syntax"),
        ("+380501234567\n", "control"),
        ("\u202a+380501234567\u202c", "bidi"),
        ("+38050\u200b1234567", "invisible"),
        ("+\ud800", "surrogate"),
        ("", "empty"),
        ("  ", "empty"),
        ("1" * 1_000_000, "too_long"),
        (380501234567, "not_text"),
    ],
)
def test_what_is_no_number_is_refused(typed: object, problem: str) -> None:
    """A number without country code, with its national zero, or with anything else in it is refused, never guessed."""
    with pytest.raises(InvalidValue) as refusal:
        Phone.parse(typed)  # type: ignore[arg-type]  # spreadsheets hand over numbers
    assert ("phone", problem) == (refusal.value.field, refusal.value.problem)


@pytest.mark.parametrize("letter", [chr(point) for point in range(0x20, 0x7F) if not chr(point).isdigit()])
def test_only_separators_stand_between_digits(letter: str) -> None:
    """Of what a keyboard types only blanks, hyphens, dots and parentheses can stand in a number; the rest refuses it."""
    typed = f"+380{letter}501234567"
    if letter in " -.()":
        assert "+380501234567" == Phone.parse(typed).e164
        return
    with pytest.raises(InvalidValue) as refusal:
        Phone.parse(typed)
    assert "syntax" == refusal.value.problem


@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+380501234567", "+380*******67"),
        ("+4512345678", "+45******78"),
        ("+12125550100", "+1********00"),
        ("+79991234567", "+7********67"),
        ("+1234567", "+1****67"),
        ("+3801234", "+380**34"),
    ],
)
def test_a_mask_shows_the_country_and_the_last_two(e164: str, masked: str) -> None:
    """A person recognizes the own number; nobody else learns it."""
    assert masked == Phone(e164=e164).masked


@pytest.mark.parametrize(
    ("e164", "code"),
    [
        ("+380501234567", "380"),
        ("+4512345678", "45"),
        ("+18765550100", "1"),
        ("+77011234567", "7"),
        ("+2011234567", "20"),
    ],
)
def test_a_calling_code_is_what_the_world_dials_first(e164: str, code: str) -> None:
    """A number is told apart by the code that ITU-T assigned, of one digit, two or three; Jamaica shares the 1."""
    assert code == Phone(e164=e164).calling_code


@pytest.mark.parametrize(
    ("e164", "country"),
    [
        ("+4512345678", "45"),
        ("+380501234567", "380"),
        ("+12125550100", "1"),
        ("+14165550100", "1"),
        ("+18765550100", "1876"),
        ("+16585550100", "1658"),
        ("+18095550100", "1809"),
        ("+14415550100", "1441"),
        ("+19005550100", "1900"),
        ("+79161234567", "7"),
        ("+77011234567", "77"),
        ("+76711234567", "76"),
        ("+441534123456", "44"),
        ("+447012345678", "44"),
        ("+390669812345", "39"),
        ("+262639123456", "262"),
        ("+59995123456", "599"),
    ],
)
def test_a_country_is_told_from_those_it_shares_a_code_with(e164: str, country: str) -> None:
    """Jamaica is not the United States, premium numbers are neither, and Kazakhstan is not Russia; other codes are whole.

    The 44 has Jersey and personal numbers in it, the 39 the Vatican, the 262 Mayotte, the 599 Curacao.
    """
    assert country == Phone(e164=e164).country
    assert is_country(country)


@pytest.mark.parametrize(
    "digits",
    ["", "+45", "4500", "1416", "1212", "18765", "7701", "٤٥", "1 876", "0", "070", "12", "3", "35", "450", "771"],
)
def test_what_no_country_begins_with(digits: str) -> None:
    """Longer than a calling code are only the parts of a shared one, and none is shorter or begins with a zero.

    A sign, a blank and other digits are none.
    """
    assert not is_country(digits)


@given(phone=phones())
def test_what_some_number_answers_is_a_country(phone: Phone) -> None:
    """Of all that a number begins with its country and its calling code can be listed, and nothing else."""
    begins = {phone.e164[1:end] for end in range(1, len(phone.e164) + 1)}
    assert {phone.country, phone.calling_code} == set(filter(is_country, begins))


@given(text=phone_texts())
def test_reading_twice_changes_nothing(text: str) -> None:
    """What was read is E.164 and reads as itself."""
    phone = Phone.parse(text)
    assert phone == Phone.parse(phone.e164)
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", phone.e164)
    assert phone.e164[1:] in "".join(letter for letter in text if letter.isdigit())


@given(phone=phones())
def test_a_mask_hides_at_least_two_digits(phone: Phone) -> None:
    """A mask is as long as the number, and tells at most country and two digits."""
    assert len(phone.e164) == len(phone.masked)
    assert phone.masked.count("*") >= len(phone.e164) - 6 >= 2


@given(text=hostile_text())
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text is a number or refused, and nothing else happens."""
    try:
        phone = Phone.parse(text)
    except InvalidValue:
        return
    assert phone == Phone.parse(phone.e164)
