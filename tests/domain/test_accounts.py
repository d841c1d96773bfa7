"""Accounts as rules: what names one at the host, and whom a switch of policy would affect."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from subaccounts.domain.account import HostAccount
from subaccounts.domain.accounts import SwitchPreview
from subaccounts.domain.life import State
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.domain.sub_account import Person
from subaccounts.errors import InvalidValue
from subaccounts.testing import NOON
from subaccounts.testing import builders as a


def person(state: State) -> Person:
    """Return a person of this state with a code that is out."""
    sub, credential = a.person(state=state)
    credential = evolve(credential, code=a.claim_code())
    return Person(organization=a.organization(), account=a.account(), sub_account=sub, credential=credential)


@pytest.mark.parametrize(("part", "called", "longest"), [("system", "host_system", 100), ("id", "host_id", 200)])
def test_how_long_a_host_accounts_name_is(part: str, called: str, longest: int) -> None:
    """A host's system has up to 100 characters and an account's id there 200; what is longer says which it is."""
    names = {"system": "crm", "id": "shop-1"}
    longest_name = "n" * longest
    assert longest_name == getattr(HostAccount(**{**names, part: longest_name}), part)
    with pytest.raises(InvalidValue) as refusal:
        HostAccount(**{**names, part: longest_name + "n"})
    assert (called, "too_long", longest) == (refusal.value.field, refusal.value.problem, refusal.value.limit)


@pytest.mark.parametrize("state", State)
def test_only_who_waits_is_affected(state: State) -> None:
    """Whoever does not wait is counted as one of the people, and neither its code nor its record matters."""
    preview = SwitchPreview().with_people([person(state)], policy=RegistrationPolicy.by_person(), now=NOON)
    waits = int(state is State.WAITING)
    assert SwitchPreview(people=1, waiting=waits, codes_dying=waits, asked_more=waits) == preview


def test_people_add_up() -> None:
    """Pages of people are counted one after the other; a dead code does not die again."""
    later, policy = NOON + timedelta(days=31), RegistrationPolicy.by_administrator()
    first = SwitchPreview().with_people([person(State.WAITING)], policy=policy, now=NOON)
    both = first.with_people([person(State.WAITING), person(State.ACTIVE)], policy=policy, now=later)
    assert SwitchPreview(people=3, waiting=2, codes_dying=1, asked_more=0, stuck=2) == both
