"""The form of a claim: how many fields it takes, which contacts, which entries of catalogs, and what no password is.

Who may claim, and by which proof, is in test_signing_in.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    Authenticated,
    CompleteFields,
    CompleteRegistration,
    DepartmentId,
    FieldRule,
    MakeDepartment,
    RegistrationPolicy,
    RetireCatalogEntry,
    Secret,
    State,
    Supplier,
)
from subaccounts.errors import FieldRefused, PasswordRefused, Refusal, TooMany
from tests.commands.shop import NAMED, PASSWORD, Shop, code_of, subject_of

MINE = FieldRule(suppliers=(Supplier.PERSON,), asked_of=Supplier.PERSON)
MAY = FieldRule(suppliers=(Supplier.PERSON,))


def shop_that_asks(*names: str) -> Shop:
    """Return a shop whose people are asked for these fields alone."""
    return Shop(policy=RegistrationPolicy(name="asks", fields=dict.fromkeys(names, MINE)))


def problems_of(step: object) -> tuple[Refusal, ...]:
    """Return what was wrong with a claim that has to be filled in once more."""
    assert isinstance(step, CompleteFields), step
    return step.problems


def test_a_form_of_a_hundred_fields() -> None:
    """A policy can ask for a hundred fields, and a person can give them all; one more is told as too many."""
    names = [f"host:field_{number}" for number in range(100)]
    shop = shop_that_asks(*names)
    given = dict.fromkeys(names, "filled in")
    code = code_of(shop.add())
    claim = CompleteRegistration(door=shop.inside, login="anna", code=code, password=Secret(PASSWORD), fields=given)
    refusal = shop.refused(evolve(claim, fields={**given, "host:another": "filled in"}))
    assert isinstance(refusal, TooMany)
    assert ("fields", 100) == (refusal.what, refusal.limit)
    assert isinstance(shop.handle(claim), Authenticated)


@pytest.mark.parametrize(
    "policy",
    [
        RegistrationPolicy(name="email", fields={"email": MINE, "phone": MINE}),
        RegistrationPolicy(
            name="either", fields={"email": MAY, "phone": MAY}, one_of=(frozenset({"email"}), frozenset({"phone"}))
        ),
    ],
    ids=lambda policy: policy.name,
)
def test_a_contact_that_is_asked_for_is_taken(policy: RegistrationPolicy) -> None:
    """A contact the policy asks the person for is kept, and opens no second way in: nobody has proven it."""
    shop = Shop(policy=policy)
    given = {"email": "anna@example.com", "phone": "+380501234567"}
    who = subject_of(shop.complete(code=code_of(shop.add()), fields=given)).sub_account
    profile = shop.person(who).profile
    assert profile.email is not None
    assert profile.phone is not None
    assert given == {"email": profile.email.text, "phone": profile.phone.e164}
    assert not shop.person(who).email_is_key


@pytest.mark.parametrize("contact", [{"email": "anna@example.com"}, {"phone": "+380501234567"}])
def test_a_contact_nobody_asked_for_needs_a_proof(shop: Shop, contact: Mapping[str, str]) -> None:
    """A contact the policy does not ask for is refused by that reason: it has to be proven first."""
    (problem,) = problems_of(shop.complete(code=code_of(shop.add()), fields={**NAMED, **contact}))
    (name,) = contact
    assert isinstance(problem, FieldRefused)
    assert (name, "needs_proof") == (problem.field, problem.why)


def test_a_department_that_is_retired_while_the_form_is_sent() -> None:
    """Nobody claims into a department that was retired before the claim was written; the form is shown again."""
    shop = shop_that_asks("departments")
    where: DepartmentId = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")).department
    added = shop.add()
    retire = RetireCatalogEntry(actor=shop.admin, entry=where)
    shop.meanwhile(lambda: shop.handle(retire))
    problem, _ = problems_of(shop.complete(code=code_of(added), fields={"departments": {where}}))
    assert isinstance(problem, FieldRefused)
    assert ("departments", "retired") == (problem.field, problem.why)
    assert State.WAITING is shop.person(added.sub_account.id).state


@pytest.mark.parametrize(
    ("fields", "password"),
    [
        ({"email": "annas.mailbox@example.com"}, "annas.mailbox@example.com"),
        ({"host:motto": "who dares wins always"}, "Who Dares Wins Always!"),
    ],
)
def test_what_is_filled_in_is_no_password(fields: Mapping[str, Any], password: str) -> None:
    """What a person writes into the form is known of it at once, and is no password of the same form."""
    shop = shop_that_asks(*fields)
    (problem,) = problems_of(shop.complete(code=code_of(shop.add()), fields=fields, password=password))
    assert isinstance(problem, PasswordRefused)
    assert "personal" == problem.reason
