"""What a form to sign up asks and gives: whether it fits a policy, and what is wrong with a form that was filled in.

The form is the administrator's word for how a record of this account begins, so that its values are *sign-up's*, whomever the
registration policy lists. A policy that does not list sign-up ranks it below everybody it lists: whatever somebody typed who
was not known yet gives way to each of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, final

from attrs import evolve, frozen

from ..errors import FieldRefused, FieldsMissing, InvalidValue, NotOffered, Refusal
from . import fields as f
from .activation import MessageBudget
from .channel import Address
from .email import Email
from .fields import FieldValue, Kind, RawValue
from .language import Language
from .login import Login
from .phone import Phone
from .policy import RegistrationPolicy
from .profile import Profile, Supplied
from .sign_up import SignUpBy, SignUpField, SignUpForm
from .supplier import Supplier

LOGIN: Final = "login"


@final
@frozen(kw_only=True)
class Filled:
    """Hold a form as it was filled in, parsed: the contact, the username if one was given, and all fields by name."""

    contact: Address
    login: Login | None
    values: Mapping[str, FieldValue]


def cleaned(form: SignUpForm, /) -> SignUpForm:
    """Return the form with its choices as they are stored and compared. Raises `InvalidValue` for what is no choice."""
    return evolve(form, fields=tuple(_cleaned(each) for each in form.fields))


def _cleaned(asked: SignUpField) -> SignUpField:
    if asked.choices is None:
        return asked
    choices = dict.fromkeys(_comparable(f.parse_field(asked.name, choice)) for choice in asked.choices)
    return evolve(asked, choices=tuple(choices))


def _comparable(value: FieldValue) -> str:
    return value.tag if isinstance(value, Language) else str(value)


def require_fits(form: SignUpForm, policy: RegistrationPolicy, /) -> None:
    """Refuse a form that leaves records half-filled, or holding what nobody could change.

    Raises `FieldRefused` (`unknown`) for a field that the policy does not have, `FieldsMissing` for what the policy requires and
    the form neither gives nor insists on.
    """
    always, required = given(form), {each.name for each in form.fields if each.required}
    for name in (form.by.contact, *(each.name for each in form.fields), *always):
        if name not in policy.fields:
            raise FieldRefused(field=name, why="unknown")
    chosen = {f.DEPARTMENTS} if form.chosen else set[str]()
    names = {f.FULL_NAME} if required & {f.GIVEN_NAME, f.FAMILY_NAME} else set[str]()
    missing = policy.missing({form.by.contact, *required, *always, *chosen, *names})
    if missing:
        raise FieldsMissing(fields=missing)


def given(form: SignUpForm, /) -> dict[str, FieldValue]:
    """Return what the form itself gives to everybody."""
    values: dict[str, FieldValue] = {}
    if form.kind is not Kind.EMPLOYEE:
        values[f.KIND] = form.kind
    if form.job_profile is not None:
        values[f.JOB_PROFILE] = form.job_profile
    if form.permission_types:
        values[f.PERMISSION_TYPES] = form.permission_types
    if form.departments and not form.chosen:
        values[f.DEPARTMENTS] = form.departments
    return values


def named(form: SignUpForm, /) -> dict[str, FieldValue]:
    """Return the fields with every catalog entry that the form names."""
    return {**given(form), f.DEPARTMENTS: form.departments}


def parse(form: SignUpForm, typed: Mapping[str, RawValue], login: str | None, /) -> Filled:
    """Parse a form that was filled in and judge it by itself; what was wrong is raised, the first of it.

    Raises `InvalidValue`, `FieldRefused` and `FieldsMissing`, of which the last can name `login` too.
    """
    values = {name: f.parse_field(name, raw) for name, raw in typed.items()}
    asked = _login(login, values.get(f.EMAIL)) if login is not None else None
    absent = [] if asked is not None or form.by is SignUpBy.EMAIL else [LOGIN]
    for problem in problems(form, values, absent=absent):
        raise problem
    contact = values[form.by.contact]
    assert isinstance(contact, Email | Phone), "the field of a contact holds one"  # noqa: S101 - narrows the type
    if asked is None and isinstance(contact, Email):
        _as_login(contact)
    return Filled(contact=contact, login=asked, values=values)


def problems(
    form: SignUpForm, values: Mapping[str, FieldValue], /, *, absent: Collection[str] = ()
) -> tuple[Refusal, ...]:
    """Return what is wrong with parsed fields: those that nobody asked for, no choice of the form, and what is missing.

    `absent` is what is missing beside the fields.
    """
    found: list[Refusal] = []
    asked = {each.name: each for each in form.fields}
    for name, value in values.items():
        if name == form.by.contact:
            continue
        if name == f.DEPARTMENTS and form.chosen:
            found += _department(form, value)
        elif name not in asked:
            found.append(FieldRefused(field=name, why="not_supplied_by_you"))
        elif (choices := asked[name].choices) is not None and _comparable(value) not in choices:
            found.append(FieldRefused(field=name, why="unknown"))
    required = [form.by.contact, *(each.name for each in form.fields if each.required)]
    missing = [name for name in (*required, *([f.DEPARTMENTS] if form.chosen else [])) if name not in values]
    return (*found, FieldsMissing(fields=(*absent, *missing))) if missing or absent else tuple(found)


def _department(form: SignUpForm, value: FieldValue) -> list[Refusal]:
    chosen = value if isinstance(value, frozenset) else frozenset()
    if len(chosen) > 1:
        return [FieldRefused(field=f.DEPARTMENTS, why="too_many")]
    if not chosen:
        return [FieldsMissing(fields=(f.DEPARTMENTS,))]
    return [] if chosen <= form.departments else [FieldRefused(field=f.DEPARTMENTS, why="unknown")]


def login_of(typed: str | None, before: Login | None, contact: Address, /) -> Login | None:
    """Return the login a person is to have: the one typed now, else the one of before, else its e-mail; None without any.

    Raises `InvalidValue` for a text that cannot be this person's login.
    """
    if typed is not None:
        return _login(typed, contact)
    if before is not None:
        return before
    return _as_login(contact) if isinstance(contact, Email) else None


def _login(typed: str, contact: object) -> Login:
    """Parse a username. An address as a login takes it from whoever reads its mail, so that only the proven one is taken."""
    login = Login.parse(typed)
    mine = contact.key if isinstance(contact, Email) else None
    if "@" in login.key and login.key != mine:
        raise InvalidValue(field=LOGIN, problem="characters")
    return login


def _as_login(email: Email) -> Login:
    try:
        return Login.parse(email.text)
    except InvalidValue as refused:
        raise InvalidValue(field=f.EMAIL, problem=refused.problem) from None


def require_sms(phone: Phone, budget: MessageBudget, /, *, bought: bool) -> None:
    """Raise `NotOffered` (`sms`) where SMS were not bought, or do not go to the country of this number."""
    if not bought or phone.calling_code not in budget.sms_countries:
        raise NotOffered(what="sms")


def supplied(values: Mapping[str, FieldValue], /, *, at: datetime) -> Profile:
    """Return the values as sign-up's."""
    return Profile(values={name: Supplied(value=value, by=Supplier.SIGN_UP, at=at) for name, value in values.items()})


def record(form: SignUpForm, filled: Profile, /, *, at: datetime) -> Profile:
    """Return the record of a person who signs up: what it filled in, and what the form gives to everybody."""
    return Profile(values={**filled.values, **supplied(given(form), at=at).values})
