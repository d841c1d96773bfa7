"""Forms to sign up as values: which cannot be built, and how one that was filled in is judged by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import sign_up_form
from subaccounts.domain.activation import MessageBudget
from subaccounts.domain.email import Email
from subaccounts.domain.login import Login
from subaccounts.domain.phone import Phone
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.domain.sign_up import MOST_CHOICES, MOST_FIELDS, SignUpBy, SignUpField, SignUpForm
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import FieldRefused, FieldsMissing, InvalidValue, NotOffered, Refusal
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing.strategies import hostile_text

FORM = SignUpForm(
    fields=(
        SignUpField(name="full_name"),
        SignUpField(name="position", choices=("Cashier", "Seller")),
        SignUpField(name="language", required=False, choices=("da", "ru")),
        SignUpField(name="host:size", required=False),
    ),
    departments=frozenset({a.department_id(1), a.department_id(2)}),
    chosen=True,
)
BY_PHONE = evolve(FORM, by=SignUpBy.USERNAME_AND_PHONE)
GOOD: Mapping[str, Any] = {
    "email": "Anna@Example.com",
    "full_name": "Anna Koval",
    "position": "Cashier",
    "departments": {a.department_id(1)},
}


def refusal(form: SignUpForm, typed: Mapping[str, Any], login: str | None = None) -> Refusal:
    """Return why a form that was filled in is refused."""
    with pytest.raises(Refusal) as refused:
        sign_up_form.parse(form, typed, login)
    return refused.value


class TestBuilding:
    """A form that cannot work cannot exist."""

    @pytest.mark.parametrize(
        "name", ["email", "phone", "login", "kind", "departments", "permission_types", "external_id", "host:", "shoes"]
    )
    def test_what_no_form_asks_for(self, name: str) -> None:
        """A form asks for names, position, language and a host's own fields; an external id would be somebody else's."""
        with pytest.raises(ValueError, match="asks for"):
            SignUpField(name=name)

    def test_choices_and_departments(self) -> None:
        """There is something to choose from, a field is asked for once, and none of it is without end."""
        with pytest.raises(ValueError, match="nothing to choose from"):
            SignUpField(name="position", choices=())
        with pytest.raises(ValueError, match="for each once"):
            SignUpForm(fields=(SignUpField(name="position"), SignUpField(name="position")))
        with pytest.raises(ValueError, match="choose a department from"):
            SignUpForm(chosen=True)

    @pytest.mark.parametrize(("count", "fits"), [(0, True), (1, False)])
    def test_how_much_a_form_holds(self, count: int, fits: bool) -> None:
        """Fifty fields, two hundred choices and departments to choose from, a hundred given: not one more."""
        assert (50, 200) == (MOST_FIELDS, MOST_CHOICES)
        number = [str(each) for each in range(MOST_CHOICES + count)]
        halves = number[: len(number) // 2], number[len(number) // 2 :]
        names = ("full_name", "position")
        forms: list[dict[str, Any]] = [
            {"fields": tuple(SignUpField(name=f"host:a{each}") for each in range(MOST_FIELDS + count))},
            {"fields": tuple(SignUpField(name=n, choices=tuple(h)) for n, h in zip(names, halves, strict=True))},
            {"departments": frozenset(a.department_id(n) for n in range(MOST_CHOICES + count)), "chosen": True},
            {"departments": frozenset(a.department_id(n) for n in range(100 + count))},
            {"permission_types": frozenset(a.permission_type_id(n) for n in range(100 + count))},
        ]
        for given_ in forms:
            if fits:
                SignUpForm(**given_)
                continue
            with pytest.raises(ValueError, match="at most"):
                SignUpForm(**given_)


class TestReading:
    """A form that was filled in is right or wrong by itself, whoever is known."""

    def test_a_good_one(self) -> None:
        """Contact and fields are parsed; without a username there is none, as the e-mail is the login."""
        filled = sign_up_form.parse(FORM, {**GOOD, "language": "DA", "host:size": "38"}, None)
        assert Email.parse("Anna@Example.com") == filled.contact
        assert filled.login is None
        assert set(GOOD) | {"language", "host:size"} == set(filled.values)

    @pytest.mark.parametrize(
        ("without", "missing"),
        [
            (("email",), ("email",)),
            (("departments",), ("departments",)),
            (("full_name", "position"), ("full_name", "position")),
        ],
    )
    def test_what_is_missing(self, without: tuple[str, ...], missing: tuple[str, ...]) -> None:
        """Every required field that is not there is named, the contact and the chosen department among them."""
        typed = {name: value for name, value in GOOD.items() if name not in without}
        assert repr(FieldsMissing(fields=missing)) == repr(refusal(FORM, typed))

    def test_a_username_that_is_missing(self) -> None:
        """By phone a username is asked for, and is missing beside the fields."""
        typed = {name: value for name, value in GOOD.items() if name not in ("email", "position")}
        assert repr(FieldsMissing(fields=("login", "position"))) == repr(
            refusal(BY_PHONE, {**typed, "phone": "+4520123456"})
        )
        assert repr(FieldsMissing(fields=("login", "phone", "position"))) == repr(refusal(BY_PHONE, typed))
        alone = {**typed, "position": "Seller", "phone": "+4520123456"}
        assert repr(FieldsMissing(fields=("login",))) == repr(refusal(BY_PHONE, alone))

    @pytest.mark.parametrize(
        ("typed", "refused"),
        [
            ({"permission_types": {a.permission_type_id()}}, ("permission_types", "not_supplied_by_you")),
            ({"phone": "+4520123456"}, ("phone", "not_supplied_by_you")),
            ({"kind": "external"}, ("kind", "not_supplied_by_you")),
            ({"external_id": "17"}, ("external_id", "not_supplied_by_you")),
            ({"host:shoes": "38"}, ("host:shoes", "not_supplied_by_you")),
            ({"position": "Director"}, ("position", "unknown")),
            ({"language": "uk"}, ("language", "unknown")),
            ({"departments": {a.department_id(3)}}, ("departments", "unknown")),
            ({"departments": {a.department_id(1), a.department_id(2)}}, ("departments", "too_many")),
            ({"nonsense": "x"}, ("nonsense", "unknown")),
        ],
    )
    def test_what_nobody_asked_for(self, typed: Mapping[str, Any], refused: tuple[str, str]) -> None:
        """A field that the form does not ask for, and a value that is no choice of it, are refused by name."""
        field, why = refused
        assert repr(FieldRefused(field=field, why=why)) == repr(refusal(FORM, {**GOOD, **typed}))

    def test_the_only_department(self) -> None:
        """Where there is one department to choose, it can be chosen."""
        one = evolve(FORM, departments=frozenset({a.department_id(1)}))
        assert one.departments == sign_up_form.parse(one, GOOD, None).values["departments"]

    def test_a_department_that_the_form_gives(self) -> None:
        """Where everybody is put into the same departments, nobody chooses one."""
        given_ = evolve(FORM, chosen=False)
        assert repr(FieldRefused(field="departments", why="not_supplied_by_you")) == repr(refusal(given_, GOOD))
        assert repr(FieldsMissing(fields=("departments",))) == repr(refusal(FORM, {**GOOD, "departments": set()}))

    def test_an_address_is_nobody_elses_login(self) -> None:
        """A username with an at sign is taken only where it is the address that will be proven (trojan identifier)."""
        stolen = InvalidValue(field="login", problem="characters")
        assert repr(stolen) == repr(refusal(FORM, GOOD, "victim@example.com"))
        assert repr(stolen) == repr(
            refusal(BY_PHONE, {**_without_email(), "phone": "+4520123456"}, "victim@example.com")
        )
        filled = sign_up_form.parse(FORM, GOOD, "ANNA@example.com")
        assert filled.login == Login.parse("ANNA@example.com")

    def test_an_address_that_can_be_no_login(self) -> None:
        """An e-mail in mixed scripts is refused by its own name while it is to be the login, and taken beside a username."""
        mixed = {**GOOD, "email": "аnna@example.com"}  # the first letter is Cyrillic
        assert repr(InvalidValue(field="email", problem="mixed_scripts")) == repr(refusal(FORM, mixed))
        assert sign_up_form.parse(FORM, mixed, "anna").login == Login.parse("anna")

    @given(
        typed=st.dictionaries(st.sampled_from([*GOOD, "login", "host:size", "x"]), hostile_text()), login=hostile_text()
    )
    def test_anything_typed(self, typed: dict[str, str], login: str) -> None:
        """Whatever is typed, it is a filled form or a refusal, and a filled one holds nothing that was not asked for."""
        try:
            filled = sign_up_form.parse(FORM, {**GOOD, **typed}, login)
        except Refusal:
            return
        assert set(filled.values) <= {*GOOD, "language", "host:size"}


def test_which_login() -> None:
    """A person's login is the one it asks for now, else the one of before, else its e-mail; a phone is no login."""
    email, phone, before = Email.parse("anna@example.com"), Phone.parse("+4520123456"), Login.parse("before")
    told = [
        sign_up_form.login_of(*each)
        for each in (("now", before, email), (None, before, email), (None, None, email), (None, None, phone))
    ]
    assert ["now", "before", "anna@example.com", None] == [each and each.text for each in told]


def _without_email() -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != "email"}


class TestSMS:
    """An SMS nobody of the organization asked for goes where the organization said, and nowhere else."""

    @pytest.mark.parametrize(
        ("number", "countries", "bought", "goes"),
        [
            ("+4520123456", {"45"}, True, True),
            ("+4520123456", {"46", "1", "354"}, True, False),
            ("+4520123456", set(), True, False),
            ("+4520123456", {"45"}, False, False),
            ("+12125550100", {"1"}, True, True),
            ("+18765550100", {"1"}, True, False),
            ("+18765550100", {"1876"}, True, True),
            ("+12125550100", {"1876"}, True, False),
            ("+77011234567", {"7"}, True, False),
            ("+77011234567", {"77"}, True, True),
        ],
    )
    def test_the_list_of_countries(self, number: str, countries: set[str], bought: bool, goes: bool) -> None:
        """A number is let through by its own country, where SMS were bought; an empty list lets none through."""
        budget, phone = MessageBudget(sms_countries=frozenset(countries)), Phone.parse(number)
        if goes:
            sign_up_form.require_sms(phone, budget, bought=bought)
            return
        with pytest.raises(NotOffered) as refused:
            sign_up_form.require_sms(phone, budget, bought=bought)
        assert "sms" == refused.value.what


class TestRecord:
    """What a sign-up gives is sign-up's, and gives way to everybody the policy lists."""

    def test_everybody_outranks_a_sign_up(self) -> None:
        """The administrator replaces whatever was filled in, a person what the policy lets a person give."""
        policy = RegistrationPolicy.by_person()
        record = sign_up_form.record(FORM, sign_up_form.supplied({"full_name": "Anna"}, at=NOON), at=NOON)
        for supplier in (Supplier.ADMINISTRATOR, Supplier.PERSON):
            changed = record.supply({"full_name": "Anna Koval"}, by=supplier, at=NOON, policy=policy)
            assert "Anna Koval" == changed.full_name
        with pytest.raises(FieldRefused):
            record.supply({"full_name": "Olga"}, by=Supplier.SIGN_UP, at=NOON, policy=policy)

    def test_what_the_form_gives_is_the_forms(self) -> None:
        """Nothing that was filled in replaces what the form gives to everybody."""
        given_ = evolve(FORM, chosen=False, job_profile=a.job_profile_id())
        mine = sign_up_form.supplied({"departments": frozenset({a.department_id(9)})}, at=NOON)
        record = sign_up_form.record(given_, mine, at=NOON)
        assert given_.departments == record.departments
        assert a.job_profile_id() == record.job_profile
        assert {Supplier.SIGN_UP} == {held.by for held in record.values.values()}
