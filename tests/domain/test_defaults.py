"""What holds of a record, a question or a door where nothing is said, written down a second time: hosts rely on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import attrs
import pytest

from subaccounts.domain.account import Account, AccountState
from subaccounts.domain.accounts import SwitchPreview
from subaccounts.domain.activation import ActivationPolicy, MessageBudget
from subaccounts.domain.actor import HostUser
from subaccounts.domain.attempts import Attempts
from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.audit import CHAIN_START, AuditChain
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import ClaimCode, Credential, Stranger
from subaccounts.domain.decision import Count
from subaccounts.domain.dialogue import Door
from subaccounts.domain.fields import Kind
from subaccounts.domain.group import Group
from subaccounts.domain.identity import VerifiedIdentity
from subaccounts.domain.issuer import Issuer
from subaccounts.domain.language import Language
from subaccounts.domain.life import State
from subaccounts.domain.membership import Membership, Window
from subaccounts.domain.organization import LapsePolicy, Organization, Realm
from subaccounts.domain.password import PasswordHash
from subaccounts.domain.password_policy import PasswordPolicy
from subaccounts.domain.policy import ByCode, FieldRule, RegistrationPolicy
from subaccounts.domain.profile import NO_PROFILE
from subaccounts.domain.proof import Form, SentProof
from subaccounts.domain.queries import EventQuery, PeopleQuery
from subaccounts.domain.sign_up import SignUp, SignUpBy, SignUpField, SignUpForm
from subaccounts.domain.steps import (
    Authenticated,
    CompleteFields,
    ContinueWithSSO,
    CreatePassword,
    EnterLogin,
    EnterLoginAndProof,
    EnterPassword,
    Offers,
)
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.subscription import MonthlySeats, StoredSeats, Subscription

EVERYBODY = frozenset(State) - {State.DELETED}
NOBODY_IN_PARTICULAR: frozenset[Any] = frozenset()

NEW: dict[type[Any], Mapping[str, object]] = {
    Organization: {
        "version": 0,
        "realm": Realm.ACCOUNT,
        "lapse": LapsePolicy.KEEP_SIGNING_IN,
        "generation": 1,
        "epoch": "first",
        "restored_at": None,
        "activation": ActivationPolicy(),
        "issuers": (),
        "ungrouped": Ungrouped.EVERYBODY,
    },
    Group: {"version": 0, "allows_external": False, "applications": NOBODY_IN_PARTICULAR, "retired_at": None},
    Membership: {"version": 0, "window": Window(since=None, until=None)},
    Account: {
        "version": 0,
        "policy_version": 1,
        "state": AccountState.OPEN,
        "epoch": 1,
        "sign_up": None,
        "refused_roles": NOBODY_IN_PARTICULAR,
    },
    CatalogEntry: {"version": 0, "parent": None, "retired_at": None},
    SubAccount: {
        "version": 0,
        "profile": NO_PROFILE,
        "state": State.WAITING,
        "epoch": 1,
        "email_is_key": False,
        "login_released": False,
        "identities": NOBODY_IN_PARTICULAR,
        "proven": NOBODY_IN_PARTICULAR,
        "claimed_at": None,
    },
    Credential: {
        "version": 0,
        "code": None,
        "password": None,
        "attempts": Attempts(),
        "recovery": None,
        "contact": None,
        "reminded_at": None,
        "last_sign_in_at": None,
    },
    ClaimCode: {
        "organization_epoch": "first",
        "wrong": 0,
        "form": Form.SLIP,
        "sent_to": None,
        "begun": True,
        "chosen": None,
    },
    SentProof: {"begun": False, "wrong": 0},
    SignUp: {"version": 0, "login": None, "profile": NO_PROFILE, "known": False, "sent": 1, "names": 0},
    PasswordHash: {"pepper": None},
    Attempts: {"in_a_row": 0, "terminals": ()},
    Stranger: {"version": 0, "attempts": Attempts()},
    AuditChain: {"version": 0, "position": 0, "digest": CHAIN_START},
    Count: {"at_most": None, "initial": 0},
}
"""A new record: version 0, first epochs, waiting, nothing proven, nothing counted."""

ASKED: dict[type[Any], Mapping[str, object]] = {
    HostUser: {"grants": NOBODY_IN_PARTICULAR},
    Door: {"terminal": "shared", "second_factor": False},
    PasswordPolicy: {"min_length": 15, "with_second_factor": 8, "max_length": 256},
    ByCode: {"lasts": timedelta(days=30)},
    FieldRule: {"asked_of": None},
    RegistrationPolicy: {"one_of": (), "claim": ByCode()},
    StoredSeats: {"kinds": NOBODY_IN_PARTICULAR, "systems": NOBODY_IN_PARTICULAR, "states": EVERYBODY},
    MonthlySeats: {"kinds": NOBODY_IN_PARTICULAR, "systems": NOBODY_IN_PARTICULAR},
    Subscription: {"active": True, "until": None, "seats": None, "sms": False},
    ActivationPolicy: {
        "automatic": NOBODY_IN_PARTICULAR,
        "sso_told": False,
        "sms_form": Form.LINK,
        "link_lasts": timedelta(days=14),
        "code_lasts": timedelta(minutes=10),
        "language": Language(tag="en"),
        "budget": MessageBudget(),
    },
    MessageBudget: {"sms_a_day": 200, "emails_a_day": 2000, "sms_countries": NOBODY_IN_PARTICULAR},
    Issuer: {
        "external_id": None,
        "trusts_email": False,
        "domains": NOBODY_IN_PARTICULAR,
        "creates": None,
        "within": None,
        "levels": NOBODY_IN_PARTICULAR,
        "methods": NOBODY_IN_PARTICULAR,
    },
    VerifiedIdentity: {
        "email": None,
        "email_verified": False,
        "attributes": {},
        "at": None,
        "level": None,
        "methods": NOBODY_IN_PARTICULAR,
    },
    SignUpForm: {
        "by": SignUpBy.EMAIL,
        "fields": (SignUpField(name="full_name"),),
        "permission_types": NOBODY_IN_PARTICULAR,
        "job_profile": None,
        "departments": NOBODY_IN_PARTICULAR,
        "chosen": False,
        "kind": Kind.EMPLOYEE,
    },
    SignUpField: {"required": True, "choices": None},
    EventQuery: {"account": None, "sub_account": None, "after": None, "limit": 100},
    PeopleQuery: {
        "account": None,
        "departments": None,
        "states": EVERYBODY,
        "words": (),
        "after": None,
        "limit": 50,
    },
}
"""What a host says: roles, doors, policies, subscriptions, questions."""

TOLD: dict[type[Any], Mapping[str, object]] = {
    EnterLogin: {"wrong": False, "offers": Offers()},
    EnterLoginAndProof: {"refused": False, "offers": Offers()},
    Offers: {"sign_up": None, "issuers": ()},
    EnterPassword: {"wrong": False},
    CompleteFields: {"code_wrong": False, "problems": (), "password_needed": True},
    ContinueWithSSO: {"again": False},
    CreatePassword: {"code_wrong": False, "problems": ()},
    Authenticated: {"read_only": False},
    SwitchPreview: dict.fromkeys(("people", "waiting", "codes_dying", "asked_more", "stuck"), 0),
}
"""What a host is told: nothing was wrong before anything was typed, and nobody was counted yet."""

EVERY = {**NEW, **ASKED, **TOLD}


@pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)
def test_what_is_left_unsaid(kind: type[Any]) -> None:
    """Where nothing is said a value is new, unproven and unlimited in nothing that guards; all of it is listed here."""
    taken = {
        field.name: field.default.factory() if isinstance(field.default, attrs.Factory) else field.default  # type: ignore[arg-type]  # a class, for isinstance too
        for field in attrs.fields(kind)
        if field.default is not attrs.NOTHING
    }
    assert EVERY[kind] == taken
