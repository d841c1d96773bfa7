"""The fields a person has: how outside text becomes what a field holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.email import Email
from subaccounts.domain.fields import FIELDS, MOST_VALUES, FieldType, Kind, field_type, parse_field
from subaccounts.domain.language import Language
from subaccounts.domain.phone import Phone
from subaccounts.errors import FieldRefused, InvalidValue, Refusal
from subaccounts.testing import builders as a
from subaccounts.testing.strategies import hostile_text

MAIL, PHONE, TONGUE = Email.parse("a@example.com"), Phone.parse("+380501234567"), Language.parse("uk")
DEPARTMENTS = [a.department_id(n) for n in range(MOST_VALUES)]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("full_name", " Anna  Koval ", "Anna Koval"),
        ("given_name", " Anna  Maria ", "Anna Maria"),
        ("family_name", " van  Berg ", "van Berg"),
        ("position", " Cashier  II ", "Cashier II"),
        ("host:shoe_size", "38", "38"),
        ("email", "a@example.com", MAIL),
        ("email", MAIL, MAIL),
        ("phone", "+380 50 123 45 67", PHONE),
        ("phone", PHONE, PHONE),
        ("language", "UK", TONGUE),
        ("language", TONGUE, TONGUE),
        ("kind", "external", Kind.EXTERNAL),
        ("kind", Kind.EMPLOYEE, Kind.EMPLOYEE),
        ("job_profile", a.job_profile_id(), a.job_profile_id()),
        ("departments", DEPARTMENTS, frozenset(DEPARTMENTS)),
        ("departments", [*DEPARTMENTS[:2], DEPARTMENTS[0]], frozenset(DEPARTMENTS[:2])),
        ("departments", (), frozenset()),
        ("permission_types", {a.permission_type_id()}, frozenset({a.permission_type_id()})),
    ],
)
def test_what_a_field_takes(name: str, raw: Any, value: Any) -> None:
    """A field takes text as typed, or the value itself."""
    assert value == parse_field(name, raw)


@pytest.mark.parametrize(
    ("name", "raw", "problem"),
    [
        ("full_name", "", "empty"),
        ("full_name", "a" * 201, "too_long"),
        ("full_name", 7, "not_text"),
        ("full_name", None, "not_text"),
        ("host:note", "a" * 1001, "too_long"),
        ("email", 7, "not_text"),
        ("phone", b"+380501234567", "not_text"),
        ("language", "tongue!", "syntax"),
        ("kind", "EXTERNAL", "syntax"),
        ("kind", 7, "not_text"),
        ("job_profile", "cashier", "syntax"),
        ("job_profile", a.department_id(), "syntax"),
        ("departments", "sales", "syntax"),
        ("departments", "", "syntax"),
        ("departments", 7, "syntax"),
        ("departments", [a.job_profile_id()], "syntax"),
        ("departments", [a.department_id(), "sales"], "syntax"),
        ("permission_types", [a.department_id()], "syntax"),
    ],
)
def test_what_is_no_value(name: str, raw: Any, problem: str) -> None:
    """What cannot be such a value is refused with the field's name and a stable word."""
    with pytest.raises(InvalidValue) as refusal:
        parse_field(name, raw)
    assert (name, problem) == (refusal.value.field, refusal.value.problem)


@pytest.mark.parametrize(("name", "longest"), [("full_name", 200), ("position", 200), ("host:note", 1000)])
def test_how_long_a_text_is(name: str, longest: int) -> None:
    """Names and positions have 200 letters, a host's own fields 1,000, and one more is refused with the limit."""
    assert "x" * longest == parse_field(name, "x" * longest)
    with pytest.raises(InvalidValue) as refusal:
        parse_field(name, "x" * (longest + 1))
    assert (name, "too_long", longest) == (refusal.value.field, refusal.value.problem, refusal.value.limit)


@pytest.mark.parametrize("name", ["departments", "permission_types"])
def test_too_many(name: str) -> None:
    """A person is in at most a hundred departments, counted before they are looked at."""
    with pytest.raises(FieldRefused) as refusal:
        parse_field(name, [object()] * (MOST_VALUES + 1))  # type: ignore[arg-type]  # anything is too many
    assert (name, "too_many") == (refusal.value.field, refusal.value.why)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("host:a", None),
        ("host:shoe_size_2", None),
        ("host:" + "a" * 40, None),
        ("host:" + "a" * 41, "host:" + "a" * 41),
        ("host:", "host:"),
        ("host:A", "host:A"),
        ("host:2", "host:2"),
        ("host:a\n", "field"),
        ("host:é", "field"),
        ("shoe_size", "shoe_size"),
        ("a" * 51, "field"),
        ("", "field"),
        ("FULL_NAME", "FULL_NAME"),
    ],
)
def test_names_of_fields(name: str, told: str | None) -> None:
    """A host's own fields are `host:` and a short lower-case name, and hold text; any other name is unknown, and is
    repeated only where it looks like a name."""
    if told is None:
        assert FieldType.TEXT is field_type(name)
        return
    with pytest.raises(FieldRefused) as refusal:
        field_type(name)
    assert (told, "unknown") == (refusal.value.field, refusal.value.why)


@given(name=st.sampled_from(sorted(FIELDS)) | hostile_text(longest=60), raw=hostile_text())
def test_any_text_is_a_value_or_refused(name: str, raw: str) -> None:
    """Whatever is typed into whatever field is a value, which reads as itself, or a refusal."""
    try:
        value = parse_field(name, raw)
    except Refusal:
        return
    assert value == parse_field(name, value)
