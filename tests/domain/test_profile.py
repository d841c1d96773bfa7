"""What is known about a person: who may give a value, who outranks whom, and why a field has the value it has."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import fields as f
from subaccounts.domain.email import Email
from subaccounts.domain.fields import FieldValue, Kind
from subaccounts.domain.language import Language
from subaccounts.domain.phone import Phone
from subaccounts.domain.policy import FieldRule, RegistrationPolicy
from subaccounts.domain.profile import NO_PROFILE, Explanation, Profile, Supplied
from subaccounts.domain.supplier import Supplier
from subaccounts.errors import FieldRefused
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

LATER = NOON + timedelta(hours=1)
ANYBODY = st.sampled_from(Supplier)
RANKS = st.lists(ANYBODY, min_size=1, unique=True).map(tuple)
NAMES = st.sampled_from(["Anna", "Boris", None])


def policy(suppliers: tuple[Supplier, ...]) -> RegistrationPolicy:
    """Return a policy of one field."""
    return RegistrationPolicy(name="one", fields={f.FULL_NAME: FieldRule(suppliers=suppliers)})


def given_by(
    profile: Profile, name: str | None, *, by: Supplier, at: datetime, ranks: tuple[Supplier, ...]
) -> tuple[Profile, str | None]:
    """Return the profile with the name, or as it was with the reason why not."""
    try:
        return profile.supply({f.FULL_NAME: name}, by=by, at=at, policy=policy(ranks)), None
    except FieldRefused as refusal:
        return profile, refusal.why


@pytest.mark.asvs("8.2.3")
@given(ranks=RANKS, gifts=st.lists(st.tuples(ANYBODY, NAMES), max_size=12))
def test_a_lower_rank_never_overwrites_a_higher(
    ranks: tuple[Supplier, ...], gifts: list[tuple[Supplier, str | None]]
) -> None:
    """However values come in, a value gives way to its own supplier or a higher one, and to nobody else."""
    profile = NO_PROFILE
    for step, (by, name) in enumerate(gifts):
        held = profile.values.get(f.FULL_NAME)
        at = NOON + timedelta(minutes=step)
        after, why = given_by(profile, name, by=by, at=at, ranks=ranks)
        outranked = held is not None and by in ranks and ranks.index(held.by) < ranks.index(by)
        if by not in ranks:
            assert "not_supplied_by_you" == why
        elif why is None:
            changed = after.values.get(f.FULL_NAME) != held
            assert not (changed and outranked)
            assert not changed or (Supplied(value=name, by=by, at=at) if name else None) == after.values.get(
                f.FULL_NAME
            )
        else:
            assert ("outranked", True) == (why, outranked)
        profile = after


def test_who_vouches_takes_an_equal_value_over_once() -> None:
    """Of a field that is vouched for an equal value becomes the higher supplier's, and saying it again changes nothing."""
    ranks = policy((Supplier.ADMINISTRATOR, Supplier.PERSON))
    profile = NO_PROFILE.supply({f.FULL_NAME: "Anna"}, by=Supplier.PERSON, at=NOON, policy=ranks)
    for at in (LATER, LATER + timedelta(hours=1)):
        name = {f.FULL_NAME: "Anna"}
        profile = profile.supply(name, by=Supplier.ADMINISTRATOR, at=at, policy=ranks, vouched={f.FULL_NAME})
        assert Supplied(value="Anna", by=Supplier.ADMINISTRATOR, at=LATER) == profile.values[f.FULL_NAME]


@pytest.mark.asvs("8.1.2")
@given(ranks=RANKS, holder=ANYBODY, challenger=ANYBODY)
def test_explain_says_what_supply_does(ranks: tuple[Supplier, ...], holder: Supplier, challenger: Supplier) -> None:
    """A supplier is among those who can replace a value exactly when its value is taken."""
    rules = policy(ranks)
    profile = Profile(values={f.FULL_NAME: Supplied(value="Anna", by=holder, at=NOON)})
    told = profile.explain(f.FULL_NAME, policy=rules)
    _, why = given_by(profile, "Boris", by=challenger, at=NOON, ranks=ranks)
    assert (why is None) is (challenger in told.can_replace)
    assert (why == "outranked") is (challenger in told.outranked)
    assert sorted(ranks, key=str) == sorted((*told.can_replace, *told.outranked), key=str)


def test_explain_a_field_that_the_policy_does_not_have() -> None:
    """Nobody can give a field that the policy does not name; an absent value is open to every supplier."""
    rules = policy((Supplier.DIRECTORY, Supplier.PERSON))
    nothing = Explanation(field=f.EMAIL, held=None, asked_of=None, can_replace=(), outranked=())
    assert nothing == NO_PROFILE.explain(f.EMAIL, policy=rules)
    assert (Supplier.DIRECTORY, Supplier.PERSON) == NO_PROFILE.explain(f.FULL_NAME, policy=rules).can_replace


def test_explain_a_required_field() -> None:
    """It says who has to give the value, who gave it and when."""
    rules = RegistrationPolicy.by_person()
    profile = NO_PROFILE.supply({f.POSITION: "Cashier"}, by=Supplier.PERSON, at=NOON, policy=rules)
    assert Explanation(
        field=f.POSITION,
        held=Supplied(value="Cashier", by=Supplier.PERSON, at=NOON),
        asked_of=Supplier.PERSON,
        can_replace=(Supplier.ADMINISTRATOR, Supplier.PERSON),
        outranked=(),
    ) == profile.explain(f.POSITION, policy=rules)


def test_an_equal_value_changes_nothing() -> None:
    """Saying again what is known keeps its supplier and time, whoever says it."""
    rules = policy((Supplier.ADMINISTRATOR, Supplier.PERSON))
    profile = NO_PROFILE.supply({f.FULL_NAME: "Anna"}, by=Supplier.ADMINISTRATOR, at=NOON, policy=rules)
    for by in (Supplier.PERSON, Supplier.ADMINISTRATOR):
        assert profile == profile.supply({f.FULL_NAME: "Anna"}, by=by, at=LATER, policy=rules)


def test_a_value_of_somebody_the_policy_dropped_gives_way() -> None:
    """After a switch of policy a value by who is no supplier any more is replaced by who is."""
    profile = NO_PROFILE.supply({f.FULL_NAME: "Anna"}, by=Supplier.PERSON, at=NOON, policy=policy((Supplier.PERSON,)))
    after = profile.supply(
        {f.FULL_NAME: "Boris"}, by=Supplier.DIRECTORY, at=LATER, policy=policy((Supplier.DIRECTORY,))
    )
    assert "Boris" == after.full_name


def test_one_refused_field_refuses_all() -> None:
    """A record takes all the values given or none; the profile is a value and stays as it was."""
    with pytest.raises(FieldRefused) as refusal:
        NO_PROFILE.supply(
            {f.FULL_NAME: "Anna", f.EMAIL: Email.parse("a@example.com")},
            by=Supplier.PERSON,
            at=NOON,
            policy=policy((Supplier.PERSON,)),
        )
    assert (f.EMAIL, "not_supplied_by_you") == (refusal.value.field, refusal.value.why)
    assert {} == NO_PROFILE.values


def test_fields_are_read_by_name() -> None:
    """Every built-in field has a property; one that is not there is None, empty, or an employee."""
    values: dict[str, FieldValue] = {
        f.FULL_NAME: "Anna Koval",
        f.POSITION: "Cashier",
        f.EMAIL: Email.parse("anna@example.com"),
        f.PHONE: Phone.parse("+380501234567"),
        f.LANGUAGE: Language.parse("uk"),
        f.KIND: Kind.EXTERNAL,
        f.JOB_PROFILE: a.job_profile_id(),
        f.DEPARTMENTS: frozenset({a.department_id()}),
        f.PERMISSION_TYPES: frozenset({a.permission_type_id()}),
    }
    for profile, expected in ((a.profile(values), values), (NO_PROFILE, {f.KIND: Kind.EMPLOYEE})):
        for name in values:
            empty: frozenset[object] | None = frozenset() if name in {f.DEPARTMENTS, f.PERMISSION_TYPES} else None
            assert expected.get(name, empty) == getattr(profile, name)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({f.GIVEN_NAME: "Anna", f.FAMILY_NAME: "Koval"}, "Anna Koval"),
        ({f.FAMILY_NAME: "Koval"}, "Koval"),
        ({f.GIVEN_NAME: "Anna", f.FULL_NAME: "A. Koval"}, "A. Koval"),
        ({}, None),
    ],
)
def test_a_full_name_is_given_or_joined(values: dict[str, FieldValue], name: str | None) -> None:
    """A full name is what was given as one, or else given and family name."""
    profile = a.profile(values)
    assert name == profile.full_name
    assert (name is None) is (f.FULL_NAME in profile.missing(RegistrationPolicy.by_person()))


@pytest.mark.parametrize(
    ("present", "missing"),
    [
        ((), (f.EMAIL, f.PHONE, f.POSITION, f.GIVEN_NAME)),
        ((f.EMAIL,), (f.POSITION, f.GIVEN_NAME)),
        ((f.PHONE, f.GIVEN_NAME), (f.POSITION,)),
        ((f.PHONE, f.EMAIL, f.GIVEN_NAME, f.POSITION), ()),
    ],
)
def test_what_a_record_lacks(present: tuple[str, ...], missing: tuple[str, ...]) -> None:
    """Missing are required fields that are absent, and of a set of which one is enough all when none is there."""
    given: dict[str, FieldValue] = {f.EMAIL: Email.parse("a@example.com"), f.PHONE: Phone.parse("+380501234567")}
    required = FieldRule(suppliers=(Supplier.PERSON,), asked_of=Supplier.PERSON)
    optional = FieldRule(suppliers=(Supplier.PERSON,))
    rules = RegistrationPolicy(
        name="composed",
        fields={f.EMAIL: optional, f.PHONE: optional, f.POSITION: required, f.GIVEN_NAME: required},
        one_of=(frozenset({f.EMAIL, f.PHONE}),),
    )
    profile = a.profile({name: given.get(name, "text") for name in present})
    assert sorted(missing) == sorted(profile.missing(rules))


def test_an_empty_set_is_nothing() -> None:
    """No department is a missing department."""
    rules = RegistrationPolicy(
        name="one", fields={f.DEPARTMENTS: FieldRule(suppliers=(Supplier.PERSON,), asked_of=Supplier.PERSON)}
    )
    assert (f.DEPARTMENTS,) == a.profile({f.DEPARTMENTS: frozenset()}).missing(rules)


def test_rank_is_the_order_of_the_suppliers() -> None:
    """Among suppliers the earlier outranks the later; who is none outranks nobody and is outranked by all."""
    rule = FieldRule(suppliers=(Supplier.SSO, Supplier.DIRECTORY, Supplier.PERSON))
    order = list(rule.suppliers)
    for one, other in product(Supplier, Supplier):
        expected = one in order and (other not in order or order.index(one) <= order.index(other))
        assert expected is rule.outranks(one, other)


def test_empty_is_not_there() -> None:
    """An empty text or an empty set is as missing as none, however it came to be stored."""
    for name, empty in ((f.POSITION, ""), (f.DEPARTMENTS, frozenset[Any]())):
        rule = {name: FieldRule(suppliers=tuple(Supplier), asked_of=Supplier.PERSON)}
        assert (name,) == a.profile({name: empty}).missing(RegistrationPolicy(name="one", fields=rule))


def test_equal_values_stop_nothing() -> None:
    """A value that is there already is passed over, and what is given after it is taken."""
    rules = {name: FieldRule(suppliers=tuple(Supplier)) for name in (f.POSITION, f.FULL_NAME)}
    policy = RegistrationPolicy(name="two", fields=rules)
    given = {f.POSITION: "Seller", f.FULL_NAME: "Anna"}
    after = a.profile({f.POSITION: "Seller"}).supply(given, by=Supplier.PERSON, at=LATER, policy=policy)
    assert ("Seller", NOON, "Anna", LATER) == (
        after.position,
        after.values[f.POSITION].at,
        after.full_name,
        after.values[f.FULL_NAME].at,
    )
