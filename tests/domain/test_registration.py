"""First sign-in: which fields are asked of the person, which the administrator owes, and whether the record can be
completed."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import fields as f
from subaccounts.domain.email import Email
from subaccounts.domain.fields import FieldValue
from subaccounts.domain.phone import Phone
from subaccounts.domain.policy import FieldRule, RegistrationPolicy
from subaccounts.domain.profile import NO_PROFILE, Profile
from subaccounts.domain.registration import asked, can_complete, owed, with_profile
from subaccounts.domain.supplier import Supplier
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

A, P, D = Supplier.ADMINISTRATOR, Supplier.PERSON, Supplier.DIRECTORY
BY_PERSON, BY_ADMINISTRATOR = RegistrationPolicy.by_person(), RegistrationPolicy.by_administrator()
NAMED = a.profile({f.FULL_NAME: "Anna", f.POSITION: "Cashier"})
MAIL, PHONE = Email.parse("anna@example.com"), Phone.parse("+380501234567")
SAMPLES: dict[str, FieldValue] = {
    f.FULL_NAME: "Anna",
    f.POSITION: "Cashier",
    f.EMAIL: MAIL,
    f.PHONE: PHONE,
    "host:shoe_size": "38",
}
RULES = st.sampled_from(
    [
        FieldRule(suppliers=suppliers, asked_of=whom)
        for suppliers in ((A,), (P,), (A, P), (P, A), (D,), (D, P))
        for whom in (None, *suppliers)
    ]
)


@st.composite
def policies(draw: st.DrawFn) -> RegistrationPolicy:
    """Draw policies of a few fields, some with a set of which one is enough."""
    rules = draw(st.dictionaries(st.sampled_from(sorted(SAMPLES)), RULES, min_size=1))
    sets = st.frozensets(st.sampled_from(sorted(rules)), min_size=1)
    return RegistrationPolicy(name="drawn", fields=rules, one_of=tuple(draw(st.lists(sets, max_size=2))))


def filled(profile: Profile, policy: RegistrationPolicy, names: tuple[str, ...], by: Supplier) -> Profile:
    """Return the profile with all of these fields given by somebody."""
    return profile.supply({name: SAMPLES[name] for name in names}, by=by, at=NOON, policy=policy)


@pytest.mark.parametrize(
    ("policy", "profile", "of_person", "of_administrator"),
    [
        (BY_PERSON, NO_PROFILE, (f.FULL_NAME, f.POSITION), ()),
        (BY_PERSON, a.profile({f.FULL_NAME: "Anna"}), (f.POSITION,), ()),
        (BY_PERSON, NAMED, (), ()),
        (BY_ADMINISTRATOR, NO_PROFILE, (), (f.FULL_NAME, f.POSITION)),
        (BY_ADMINISTRATOR, NAMED, (), ()),
    ],
)
def test_who_is_asked_for_what(
    policy: RegistrationPolicy, profile: Profile, of_person: tuple[str, ...], of_administrator: tuple[str, ...]
) -> None:
    """The person is asked for what it can give, the administrator for what is his to give."""
    assert of_person == asked(profile, policy)
    assert of_administrator == owed(profile, policy)
    assert (not of_administrator) is can_complete(profile, policy)


@pytest.mark.asvs("2.2.3")
def test_the_complete_record() -> None:
    """A complete record owes six fields and one of the two contacts, whichever."""
    policy = RegistrationPolicy.complete_record()
    names = {f.GIVEN_NAME, f.FAMILY_NAME, f.JOB_PROFILE, f.DEPARTMENTS, f.PERMISSION_TYPES, f.LANGUAGE}
    assert names | {f.EMAIL, f.PHONE} == set(owed(NO_PROFILE, policy))
    assert names == set(owed(a.profile({f.PHONE: PHONE}), policy)) == set(owed(a.profile({f.EMAIL: MAIL}), policy))
    assert not can_complete(NO_PROFILE, policy)


def test_one_of_two_that_is_there() -> None:
    """Of two contacts of which one is enough, and which an administrator alone gives, the one that is there is enough."""
    rules = {name: FieldRule(suppliers=(A,), asked_of=None) for name in (f.EMAIL, f.PHONE)}
    policy = RegistrationPolicy(name="either", fields=rules, one_of=(frozenset({f.EMAIL, f.PHONE}),))
    assert [False, True] == [can_complete(each, policy) for each in (NO_PROFILE, a.profile({f.EMAIL: MAIL}))]


@given(policies())
def test_whoever_can_complete_a_record_completes_it(policy: RegistrationPolicy) -> None:
    """When the person can complete the record alone, giving all that is asked completes it; otherwise it does not."""
    complete = filled(NO_PROFILE, policy, asked(NO_PROFILE, policy), P)
    assert can_complete(NO_PROFILE, policy) is (not complete.missing(policy))


@given(policies())
def test_a_person_is_asked_only_for_what_it_can_give(policy: RegistrationPolicy) -> None:
    """Asked are missing fields of which the person is a supplier."""
    names = asked(NO_PROFILE, policy)
    assert all(P in policy.fields[name].suppliers for name in names)
    assert set(names) <= set(NO_PROFILE.missing(policy))


@given(policies())
def test_an_administrator_owes_only_what_it_can_give(policy: RegistrationPolicy) -> None:
    """Owed are missing fields of which the administrator is a supplier; giving them, none of its own is owed."""
    names = owed(NO_PROFILE, policy)
    assert all(A in policy.fields[name].suppliers for name in names)
    assert () == owed(filled(NO_PROFILE, policy, names, A), policy)


def test_one_contact_of_two_is_enough_for_the_person_too() -> None:
    """Where a person can give one of a set, the record can be completed although the other is not its to give."""
    rules = {f.EMAIL: FieldRule(suppliers=(A,)), f.PHONE: FieldRule(suppliers=(A, P))}
    policy = RegistrationPolicy(name="contact", fields=rules, one_of=(frozenset(rules),))
    assert (f.PHONE,) == asked(NO_PROFILE, policy)
    assert can_complete(NO_PROFILE, policy)
    assert not can_complete(NO_PROFILE, evolve(policy, fields={**rules, f.PHONE: FieldRule(suppliers=(A,))}))


def test_each_set_is_completed_by_itself() -> None:
    """Of two sets the person gives one of each; what others could give in either is not waited for."""
    theirs, mine = FieldRule(suppliers=(A,)), FieldRule(suppliers=(A, P))
    rules = {f.EMAIL: theirs, f.PHONE: mine, f.POSITION: mine, f.KIND: theirs}
    sets = (frozenset({f.EMAIL, f.PHONE}), frozenset({f.POSITION, f.KIND}))
    assert can_complete(NO_PROFILE, RegistrationPolicy(name="sets", fields=rules, one_of=sets))
    without = RegistrationPolicy(name="sets", fields={**rules, f.POSITION: theirs}, one_of=sets)
    assert not can_complete(NO_PROFILE, without)


def test_an_email_that_changed_is_a_contact() -> None:
    """An e-mail is a key only as long as it is the one that was vouched for."""
    person = a.sub_account(profile=a.profile({f.EMAIL: MAIL}), email_is_key=True)
    assert with_profile(person, a.profile({f.EMAIL: MAIL, f.POSITION: "Boss"})).email_is_key
    assert not with_profile(person, a.profile({f.EMAIL: Email.parse("other@example.com")})).email_is_key
    assert not with_profile(person, NO_PROFILE).email_is_key
