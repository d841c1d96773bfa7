"""What is written into storage by name: a name that changes loses what was stored under it yesterday."""

from __future__ import annotations

import re
from enum import Enum
from typing import get_args

import pytest

from subaccounts.domain import codes, group, ids, link, membership, participation, sub_account
from subaccounts.domain.account import AccountInput, AccountState, HostAccount, HostRole
from subaccounts.domain.activation import Way
from subaccounts.domain.actor import Role
from subaccounts.domain.arriving import Found
from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.audit import CHAIN_START, AuditChain
from subaccounts.domain.authority import Action, Who
from subaccounts.domain.channel import Channel
from subaccounts.domain.delivery import Fate
from subaccounts.domain.dialogue import Disclosure, Incoming, Standing, Told
from subaccounts.domain.ending import ENDINGS
from subaccounts.domain.fields import FIELDS, FieldType, Kind
from subaccounts.domain.life import LifeInput, State
from subaccounts.domain.membership import MembershipInput, MembershipState
from subaccounts.domain.notice import DEAD_LETTERS, NOTICES, NoticeKind
from subaccounts.domain.organization import LapsePolicy, Realm
from subaccounts.domain.outcome import Outcome
from subaccounts.domain.proof import Form, Purpose
from subaccounts.domain.sign_up import SignUpBy
from subaccounts.domain.subject import Pathway
from subaccounts.domain.subscription import MonthlySeats, StoredSeats
from subaccounts.domain.supplier import Supplier
from subaccounts.domain.viewer import Apart
from subaccounts.domain.visibility import Half, Why
from subaccounts.domain.widening import Loud
from subaccounts.domain.wording import Place
from subaccounts.errors import InvalidValue
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

ENUMERATIONS: tuple[type[Enum], ...] = (
    AccountInput,
    AccountState,
    Action,
    Channel,
    Disclosure,
    Fate,
    FieldType,
    Form,
    Found,
    HostRole,
    Incoming,
    Kind,
    LapsePolicy,
    LifeInput,
    NoticeKind,
    Pathway,
    Place,
    Purpose,
    Realm,
    Role,
    SignUpBy,
    Standing,
    State,
    Supplier,
    Told,
    Way,
    Who,
    Apart,
    Half,
    Loud,
    MembershipInput,
    MembershipState,
    Outcome,
    Ungrouped,
    Why,
)


@pytest.mark.parametrize("enumeration", ENUMERATIONS, ids=lambda each: each.__name__)
def test_a_member_is_stored_by_its_name(enumeration: type[Enum]) -> None:
    """Every member is written as its own name in lower case, so that what is stored can be read without the code."""
    assert [member.name.lower() for member in enumeration] == [member.value for member in enumeration]


def test_every_enumeration_is_here() -> None:
    """No enumeration of the domain is left out."""
    assert set(ENUMERATIONS) == {
        each for each in Enum.__subclasses__() if each.__module__.startswith("subaccounts.domain")
    }


def test_the_fields_of_a_person() -> None:
    """These are the names of the built-in fields, in profiles, policies and imports."""
    names = (
        "full_name given_name family_name position email phone language kind job_profile departments permission_types "
        "external_id"
    )
    assert names.split() == list(FIELDS)


def test_the_kinds_of_records() -> None:
    """An id is stored and told by the name of its kind."""
    names = {kind.__name__.removesuffix("Id"): kind.kind for kind in get_args(ids.AnyRecordId)}
    assert {name: re.sub(r"(?<=.)(?=[A-Z])", "_", name).lower() for name in names} == names
    assert "application" == ids.ApplicationId.kind  # known by its id alone, and no record
    with pytest.raises(InvalidValue) as refusal:
        ids.ApplicationId(organization=a.OURS, value="")
    assert "application" == refusal.value.field


def test_the_spaces_of_keys() -> None:
    """What is unique is held under the name of its space: under another, what is stored would be held by nobody."""
    spaces = (sub_account.SIGN_IN_SPACE, sub_account.LOOK_ALIKE_SPACE, sub_account.DELETED_SPACE)
    assert ("sign_in", "look_alike", "deleted_login") == spaces
    assert ("identity", "external_id") == (sub_account.IDENTITY_SPACE, sub_account.EXTERNAL_SPACE)
    gathered = (group.GROUP_SPACE, membership.MEMBERSHIP_SPACE, participation.PARTICIPATION_SPACE)
    assert ("group", "membership", "participation") == gathered


def test_what_codes_are_derived_for() -> None:
    """The purpose is part of every code that is out: another word kills them all."""
    assert "claim-code" == codes.PURPOSE
    assert "chosen-code" == codes.CHOSEN_PURPOSE
    purposes = {(purpose, form): link.purpose_of(purpose, form) for purpose in Purpose for form in Form}
    assert "claim-code" == purposes[Purpose.CLAIM, Form.SLIP] == purposes[Purpose.CLAIM, Form.CODE]
    assert ("claim-link", "sign-up-link") == (purposes[Purpose.CLAIM, Form.LINK], purposes[Purpose.SIGN_UP, Form.LINK])
    assert 2 * len(Purpose) == len(set(purposes.values()))


def test_the_queues() -> None:
    """What waits is found under the name of its queue."""
    assert ("notices", "dead_letters", "endings") == (NOTICES, DEAD_LETTERS, ENDINGS)


def test_what_an_audit_chain_is_called() -> None:
    """An organization has one chain, stored under one name: another would begin a second trail beside the first."""
    assert "chain" == ids.ChainId(organization=a.OURS).value


def test_where_a_chain_begins() -> None:
    """The first link is made from 64 zeros: whoever checks an audit trail without this library begins there."""
    assert "0" * 64 == CHAIN_START == AuditChain(id=a.chain().id).digest


def test_the_counters_of_seats() -> None:
    """A counter is named by whom it counts, each list in order; naming none is `any`."""
    everybody = "seats/stored/any/any/active+archived+disabled+waiting"
    assert everybody == StoredSeats(limit=1).counter
    kinds, systems = frozenset({Kind.EXTERNAL, Kind.EMPLOYEE}), frozenset({"erp", "crm"})
    stored = StoredSeats(limit=1, kinds=kinds, systems=systems, states=frozenset())
    assert "seats/stored/employee+external/crm+erp/any" == stored.counter
    assert "seats/month/2026-03/any/any" == MonthlySeats(limit=1).counter(NOON)


def test_the_keys_of_an_account() -> None:
    """A host account is held under its system and id, two texts that never run into each other."""
    account = a.account(host=HostAccount(system="crm", id="shop-1"))
    assert [("host_account", "crm\x1fshop-1")] == [(key.space, key.value) for key in account.keys]


def test_the_keys_of_a_catalog_entry() -> None:
    """A name is held once for each kind and parent, whatever its case."""
    top, below = a.department(1, name="Sales"), a.department(2, name="sales", under=1)
    profile = a.job_profile(3, name="Sales")
    keys = [(key.space, key.value) for entry in (top, below, profile) for key in entry.keys]
    parent = top.id.value
    assert [
        ("catalog", "department\x1f\x1fsales"),
        ("catalog", f"department\x1f{parent}\x1fsales"),
        ("catalog", "job_profile\x1f\x1fsales"),
    ] == keys
