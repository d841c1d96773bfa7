"""A target for forms to sign up: what somebody typed into fields that a form asks for, and into fields that it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from attrs import evolve

from subaccounts import Login, SignUpBy, SignUpField, SignUpForm
from subaccounts.domain import sign_up_form
from subaccounts.domain.sign_up_form import Filled
from subaccounts.errors import FieldRefused, FieldsMissing, InvalidValue, Refusal
from subaccounts.testing import builders, specimens
from tests.fuzz.target import Target, bytes_of, texts_of
from tests.fuzz.texts import EMAILS, LANGUAGES, LOGINS, PHONES

BY_EMAIL: Final = SignUpForm(
    fields=(
        SignUpField(name="full_name"),
        SignUpField(name="position", required=False, choices=("Cashier", "Storekeeper")),
        SignUpField(name="language", required=False),
        SignUpField(name="host:size", required=False),
    ),
    departments=frozenset({builders.department_id(1), builders.department_id(2)}),
    chosen=True,
)
FORMS: Final = (BY_EMAIL, evolve(BY_EMAIL, by=SignUpBy.USERNAME_AND_PHONE, chosen=False))
DEPARTMENT: Final = {"departments": {builders.department_id(1)}}


def judge_sign_up(data: bytes) -> None:
    """Whatever is typed into a form, it is filled in as asked, or refused; read again it is the same."""
    texts = texts_of(data, most=9)
    form = FORMS[len(texts[0]) % 2]
    login = texts[1] if len(texts) > 1 and texts[1] else None
    typed: dict[str, Any] = dict(zip(texts[2::2], texts[3::2], strict=False))
    given = {**typed, **(DEPARTMENT if form.chosen else {})}
    filled, again = _told(form, given, login), _told(form, given, login)
    assert repr(filled) == repr(again)
    if isinstance(filled, Refusal):
        assert isinstance(filled, FieldRefused | FieldsMissing | InvalidValue)
        assert len(str(filled)) < 3_000
        return
    assert set(filled.values) <= {form.by.contact, "departments", *(each.name for each in form.fields)}
    assert filled.contact == filled.values[form.by.contact]
    assert () == sign_up_form.problems(form, filled.values)
    asked = sign_up_form.login_of(None, filled.login, filled.contact)
    assert asked == Login.parse(asked.text if asked else "")
    assert "@" not in asked.key or asked.key == getattr(filled.contact, "key", None), "nobody's address but its own"


def _told(form: SignUpForm, given: dict[str, Any], login: str | None) -> Filled | Refusal:
    try:
        return sign_up_form.parse(form, given, login)
    except Refusal as refusal:
        return refusal


def _seeds() -> Iterable[bytes]:
    yield from _good()
    for number, text in enumerate((*LOGINS[:12], *EMAILS[-12:])):
        yield bytes_of("", text, "email", text, "full_name", specimens.TEXTS[number % len(specimens.TEXTS)])
        yield bytes_of("x", text, "phone", PHONES[number % len(PHONES)], "full_name", "Anna")


def _good() -> Iterator[bytes]:
    yield bytes_of("", "", "email", "anna@example.com", "full_name", "Anna Koval", "position", "Cashier")
    yield bytes_of("", "anna", "email", "anna@example.com", "full_name", "Anna Koval", "host:size", "38")
    yield bytes_of("x", "anna", "phone", "+4520123456", "full_name", "Anna Koval", "language", LANGUAGES[1])
    yield bytes_of("", "victim@example.com", "email", "anna@example.com", "full_name", "Anna")
    yield bytes_of("", "", "email", "anna@example.com", "full_name", "Anna", "permission_types", "all")


TARGETS: Final = (
    Target(
        name="sign_up",
        judge=judge_sign_up,
        seeds=_seeds,
        words=(
            "email",
            "phone",
            "full_name",
            "position",
            "language",
            "host:size",
            "departments",
            "Cashier",
            "@",
            "+45",
        ),
    ),
)
