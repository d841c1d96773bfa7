"""Registration policies: what the three named ones ask, and that one which cannot work cannot be built."""

from __future__ import annotations

from datetime import timedelta

import pytest

from subaccounts.domain import fields as f
from subaccounts.domain.policy import ByCode, FieldRule, OpenClaim, RegistrationPolicy
from subaccounts.domain.supplier import Supplier

A, P = Supplier.ADMINISTRATOR, Supplier.PERSON
MINE = FieldRule(suppliers=(P,), asked_of=P)


@pytest.mark.parametrize(
    ("policy", "asked_of"),
    [
        (RegistrationPolicy.by_person(), {f.FULL_NAME: P, f.POSITION: P}),
        (RegistrationPolicy.by_administrator(), {f.FULL_NAME: A, f.POSITION: A}),
        (
            RegistrationPolicy.complete_record(),
            dict.fromkeys(
                (f.GIVEN_NAME, f.FAMILY_NAME, f.JOB_PROFILE, f.DEPARTMENTS, f.PERMISSION_TYPES, f.LANGUAGE), A
            ),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, RegistrationPolicy) else "",
)
def test_the_named_policies_ask(policy: RegistrationPolicy, asked_of: dict[str, Supplier]) -> None:
    """Each named policy requires what the products do, of whom they do."""
    assert asked_of == {name: rule.asked_of for name, rule in policy.fields.items() if rule.asked_of}


ADMINISTRATORS = dict.fromkeys((f.KIND, f.JOB_PROFILE, f.DEPARTMENTS, f.PERMISSION_TYPES, f.EXTERNAL_ID), (A,))
CONTACTS = dict.fromkeys((f.EMAIL, f.PHONE), (A, P))


@pytest.mark.parametrize(
    ("policy", "suppliers"),
    [
        (
            RegistrationPolicy.by_person(),
            {f.FULL_NAME: (A, P), f.POSITION: (A, P), f.LANGUAGE: (P, A), **CONTACTS, **ADMINISTRATORS},
        ),
        (
            RegistrationPolicy.by_administrator(),
            {f.FULL_NAME: (A,), f.POSITION: (A,), f.LANGUAGE: (P, A), **CONTACTS, **ADMINISTRATORS},
        ),
        (
            RegistrationPolicy.complete_record(),
            {
                **dict.fromkeys((f.GIVEN_NAME, f.FAMILY_NAME, f.FULL_NAME, f.POSITION, f.LANGUAGE), (A,)),
                **CONTACTS,
                **ADMINISTRATORS,
            },
        ),
    ],
    ids=lambda value: value.name if isinstance(value, RegistrationPolicy) else "",
)
def test_who_may_give_what(policy: RegistrationPolicy, suppliers: dict[str, tuple[Supplier, ...]]) -> None:
    """What a person is and may do is the administrator's to say; its contacts it can give itself in every one."""
    assert suppliers == {name: rule.suppliers for name, rule in policy.fields.items()}


def test_a_complete_record_can_be_reached() -> None:
    """A complete record has an e-mail, or a phone beside the login."""
    assert (frozenset({f.EMAIL, f.PHONE}),) == RegistrationPolicy.complete_record().one_of


def test_an_administrator_names_persons_first() -> None:
    """Where a person fills in its names the administrator can too, and outranks."""
    rule = RegistrationPolicy.by_person().fields[f.FULL_NAME]
    assert (A, P) == rule.suppliers
    assert rule.outranks(A, P)
    assert not rule.outranks(P, A)


def test_the_proof_is_a_code_unless_another_is_named() -> None:
    """Claims by login alone are a policy chosen by its name."""
    for policy in (
        RegistrationPolicy.by_person,
        RegistrationPolicy.by_administrator,
        RegistrationPolicy.complete_record,
    ):
        assert ByCode(lasts=timedelta(days=30)) == policy().claim
        claim = OpenClaim(within=timedelta(days=7))
        assert claim == policy(claim=claim).claim


@pytest.mark.parametrize(
    ("lasts", "allowed"),
    [
        (timedelta(seconds=59), False),
        (timedelta(minutes=1), True),
        (timedelta(days=30), True),
        (timedelta(days=30, seconds=1), False),
        (timedelta(days=-1), False),
    ],
)
def test_how_long_a_code_lasts(lasts: timedelta, allowed: bool) -> None:
    """A code lasts between a minute and 30 days."""
    if allowed:
        assert lasts == ByCode(lasts=lasts).lasts
        return
    with pytest.raises(ValueError, match="a code lasts"):
        ByCode(lasts=lasts)


@pytest.mark.parametrize(
    ("within", "allowed"),
    [
        (timedelta(0), False),
        (timedelta(microseconds=1), True),
        (timedelta(days=30), True),
        (timedelta(days=30, seconds=1), False),
        (timedelta.max, False),
    ],
)
def test_an_open_claim_ends(within: timedelta, allowed: bool) -> None:
    """No claim is open for good: the window is at most 30 days."""
    if allowed:
        assert within == OpenClaim(within=within).within
        return
    with pytest.raises(ValueError, match="an open claim ends"):
        OpenClaim(within=within)


@pytest.mark.parametrize(
    ("suppliers", "asked_of", "problem"),
    [
        ((), None, "name each supplier"),
        ((P, A, P), None, "name each supplier"),
        ((P,), A, "who is asked"),
    ],
)
def test_a_rule_that_cannot_work(suppliers: tuple[Supplier, ...], asked_of: Supplier | None, problem: str) -> None:
    """A rule names each supplier once, and asks one of them."""
    with pytest.raises(ValueError, match=problem):
        FieldRule(suppliers=suppliers, asked_of=asked_of)


@pytest.mark.parametrize(
    ("name", "fields", "one_of", "problem"),
    [
        ("", {f.FULL_NAME: MINE}, (), "a policy has a name"),
        ("n" * 51, {f.FULL_NAME: MINE}, (), "a policy has a name"),
        ("two\nlines", {f.FULL_NAME: MINE}, (), "a policy has a name"),
        ("p", {"shoe_size": MINE}, (), "fields that exist"),
        ("p", {"host:Shoe Size": MINE}, (), "fields that exist"),
        ("p", {f.EMAIL: MINE}, (frozenset({f.EMAIL, f.PHONE}),), "one_of names fields"),
        ("p", {f.EMAIL: MINE}, (frozenset[str](),), "one_of names fields"),
    ],
)
def test_a_policy_that_cannot_work(
    name: str, fields: dict[str, FieldRule], one_of: tuple[frozenset[str], ...], problem: str
) -> None:
    """A policy has a name and asks for fields that exist; anything else is a mistake found when it is built."""
    with pytest.raises(ValueError, match=problem):
        RegistrationPolicy(name=name, fields=fields, one_of=one_of)


def test_what_is_missing_is_named_once() -> None:
    """A field that is asked for, and is one of several of which one is enough, is missing once."""
    policy = RegistrationPolicy(
        name="p",
        fields={f.PHONE: FieldRule(suppliers=(A,)), f.EMAIL: FieldRule(suppliers=(A,), asked_of=A)},
        one_of=(frozenset({f.EMAIL, f.PHONE}),),
    )
    assert (f.EMAIL, f.PHONE) == policy.missing(())
    assert (f.EMAIL,) == policy.missing({f.PHONE})
    assert () == policy.missing({f.EMAIL})


@pytest.mark.parametrize("name", ["by_person", "by_administrator", "complete_record"])
def test_a_named_policy_bears_its_name(name: str) -> None:
    """What is stored and shown of a policy that comes with us is the name it is made by."""
    assert name == getattr(RegistrationPolicy, name)().name


def test_a_host_composes_its_own() -> None:
    """A policy of a host's own has its own fields too, and does not change when what it was made of does."""
    fields = {"host:shoe_size": MINE, f.FULL_NAME: MINE}
    policy = RegistrationPolicy(name="p" * 50, fields=fields)
    fields.clear()
    assert ["host:shoe_size", f.FULL_NAME] == list(policy.fields)
    with pytest.raises(TypeError):
        policy.fields["x"] = MINE  # type: ignore[index]  # a frozen policy is what is tested


def test_equal_policies_are_equal() -> None:
    """Policies are values, and can be put into sets."""
    assert RegistrationPolicy.by_person() == RegistrationPolicy.by_person()
    assert RegistrationPolicy.by_person() != RegistrationPolicy.by_administrator()
    assert 1 == len({RegistrationPolicy.by_person(), RegistrationPolicy.by_person()})
