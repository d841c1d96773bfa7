"""Records of every shape but events and tasks, which are in `trail`, and those of who sees what, which are in `seen`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from ...domain import fields as f
from ...domain.account import Account, AccountState, HostAccount, HostRole
from ...domain.attempts import Attempts, TerminalFailures
from ...domain.audience import Ungrouped
from ...domain.catalog import CatalogEntry
from ...domain.credential import Credential, PendingContact, Stranger
from ...domain.email import Email
from ...domain.fields import FieldValue, Kind
from ...domain.ids import OrganizationId
from ...domain.language import Language
from ...domain.life import State
from ...domain.login import Login
from ...domain.organization import LapsePolicy, Organization, Realm
from ...domain.phone import Phone
from ...domain.policy import ByCode, FieldRule, OpenClaim, RegistrationPolicy
from ...domain.profile import Profile, Supplied
from ...domain.proof import Form
from ...domain.sign_up import SignUp
from ...domain.sub_account import SubAccount
from ...domain.supplier import Supplier
from .. import builders as a
from ..clock import NOON
from .values import MOMENTS, TEXTS
from .ways_in import activations, identities, issuers, sent_proofs, sign_up_forms


def organizations(id: OrganizationId = a.OURS, /) -> tuple[Organization, ...]:  # noqa: A002 - positional
    """Return an organization in every shape."""
    named = tuple(a.organization(id, name=text) for text in TEXTS)
    timed = tuple(a.organization(id, created_at=moment) for moment in MOMENTS)
    chosen = tuple(a.organization(id, realm=realm, lapse=lapse) for realm in Realm for lapse in LapsePolicy)
    chosen += tuple(a.organization(id, ungrouped=ungrouped) for ungrouped in Ungrouped)
    restored = tuple(
        a.organization(id, generation=n, epoch=a.value(n), restored_at=moment) for n, moment in enumerate(MOMENTS, 2)
    )
    told = tuple(a.organization(id, activation=activation) for activation in activations())
    trusting = (a.organization(id, issuers=issuers(of=id)), a.organization(id, issuers=issuers(of=id)[:1]))
    return named + timed + chosen + restored + told + trusting


def catalog_entries(*, of: OrganizationId = a.OURS) -> tuple[CatalogEntry, ...]:
    """Return entries of every kind, with and without parent, in use and retired."""
    made = [a.department(1, of=of), a.department(2, of=of, under=1), a.department(3, of=of, under=2, retired_at=NOON)]
    for number, text in enumerate(TEXTS, start=10):
        made += [a.department(number, of=of, name=text), a.job_profile(number, of=of, name=text)]
    for number, moment in enumerate(MOMENTS, start=10):
        made.append(a.permission_type(number, of=of, retired_at=moment))
    return tuple(made)


def policies() -> tuple[RegistrationPolicy, ...]:
    """Return the named policies and composed ones; the order of a policy's fields is part of it."""
    rule = FieldRule(suppliers=(Supplier.SSO, Supplier.DIRECTORY, Supplier.PERSON), asked_of=Supplier.PERSON)
    optional = FieldRule(suppliers=tuple(Supplier))
    composed = RegistrationPolicy(
        name="власна ✓",
        fields={"host:shoe_size": rule, f.POSITION: optional, f.FULL_NAME: rule, f.EMAIL: optional, "host:a": optional},
        one_of=(frozenset({f.POSITION, f.EMAIL}), frozenset({"host:a"})),
        claim=OpenClaim(within=timedelta(hours=1, microseconds=1)),
    )
    empty = RegistrationPolicy(name="e", fields={}, claim=ByCode(lasts=timedelta(minutes=1)))
    named = (
        RegistrationPolicy.by_person(),
        RegistrationPolicy.by_administrator(),
        RegistrationPolicy.complete_record(),
    )
    return (*named, composed, empty)


def accounts(*, of: OrganizationId = a.OURS) -> tuple[Account, ...]:
    """Return accounts of every shape, numbered from 1."""
    shapes: list[dict[str, Any]] = [{"policy": policy} for policy in policies()]
    shapes += [{"name": text, "host": HostAccount(system=text, id=text)} for text in TEXTS]
    shapes += [{"opened_at": moment} for moment in MOMENTS]
    shapes.append(
        {"state": AccountState.CLOSED, "epoch": 7, "policy_version": 12, "refused_roles": frozenset(HostRole)}
    )
    shapes.append({"refused_roles": frozenset({HostRole.MODERATOR}), "epoch": 2_000_000_000})
    shapes += [{"sign_up": form} for form in sign_up_forms(of=of)]
    return tuple(a.account(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


_ADDRESS: Final = Email(text="Zoë@Пошта.укр", key="zoë@пошта.укр")


def full_profile(*, of: OrganizationId = a.OURS) -> Profile:
    """Return a profile with every kind of field; its catalog values are those numbered 1 and 2."""
    values: dict[str, FieldValue] = {
        f.FULL_NAME: TEXTS[1],
        f.GIVEN_NAME: TEXTS[2],
        f.FAMILY_NAME: TEXTS[0],
        f.POSITION: TEXTS[6],
        f.EMAIL: _ADDRESS,
        f.PHONE: Phone(e164="+380441234567"),
        f.LANGUAGE: Language(tag="zh-Hant-TW"),
        f.KIND: Kind.EXTERNAL,
        f.JOB_PROFILE: a.job_profile_id(1, of=of),
        f.DEPARTMENTS: frozenset({a.department_id(1, of=of), a.department_id(2, of=of)}),
        f.PERMISSION_TYPES: frozenset({a.permission_type_id(1, of=of), a.permission_type_id(2, of=of)}),
        f.EXTERNAL_ID: "0042/Ж",
        "host:long": "ж🦊" * 500,
        "host:number": "0042",
    }
    suppliers, moments = tuple(Supplier), MOMENTS
    return Profile(
        values={
            name: Supplied(value=value, by=suppliers[n % len(suppliers)], at=moments[n % len(moments)])
            for n, (name, value) in enumerate(values.items())
        }
    )


_TYPED: Final = Login(text="ANNA.\u0415", key="anna.\u0435", skeleton="anna.e", unicode_version="9.0.0")
"""A login that today's parser would refuse."""


def sub_accounts(*, of: OrganizationId = a.OURS) -> tuple[SubAccount, ...]:
    """Return people of every shape under account 1, numbered from 1; logins are kept as typed and are not parsed again."""
    full = full_profile(of=of)
    bare = a.profile({f.DEPARTMENTS: frozenset(), f.KIND: Kind.EMPLOYEE})
    shapes: list[dict[str, Any]] = [{"state": state, "claimed_at": NOON} for state in State]
    shapes += [{"created_at": moment, "claimed_at": moment} for moment in MOMENTS]
    shapes += [{"profile": a.profile({f.FULL_NAME: text, f.POSITION: text})} for text in TEXTS]
    shapes += [{"profile": full, "email_is_key": True, "login": _TYPED}, {"profile": bare}, {"profile": Profile()}]
    shapes += [{"realm": Realm.ORGANIZATION, "epoch": 2_000_000_000}, {"state": State.DELETED, "login_released": True}]
    shapes += [{"identities": frozenset({each})} for each in identities()]
    shapes += [{"identities": frozenset({a.identity(2), a.identity(3)}), "proven": f.CONTACTS}]
    shapes += [{"profile": a.profile({f.EXTERNAL_ID: letter * f.LONGEST_TEXT})} for letter in "x🦊"]
    return tuple(a.sub_account(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def credentials(*, of: OrganizationId = a.OURS) -> tuple[Credential, ...]:
    """Return credentials of every shape, all of the person numbered 1."""
    shapes: list[dict[str, Any]] = [{}]
    shapes += [{"code": a.claim_code(wrong=4, policy_version=3, organization_epoch=a.value(7))}]
    shapes += [{"code": a.claim_code(key="", issued_at=MOMENTS[3], expires_at=MOMENTS[1])}]
    shapes += [{"code": a.claim_code(form=form, sent_to="+380441234567", begun=False)} for form in Form]
    shapes += [{"code": a.claim_code(id=a.value(2), chosen="0123456789abcdef" * 4)}]
    shapes += [{"recovery": proof, "contact": PendingContact(to=_ADDRESS, proof=proof)} for proof in sent_proofs()]
    shapes += [{"contact": PendingContact(to=Phone(e164="+4512345678"), proof=a.sent_proof(form=Form.CODE))}]
    shapes += [{"password": a.password_hash(pepper=pepper)} for pepper in (None, "", "ключ-1")]
    shapes += [{"password": a.password_hash(encoded="pbkdf2_sha256$600000$c2FsdA$" + "x" * 500)}]
    shapes += [{"waiting_since": moment, "last_sign_in_at": moment, "reminded_at": moment} for moment in MOMENTS]
    shapes += [{"attempts": attempts} for attempts in _attempts()]
    return tuple(a.credential(of=of, **shape) for shape in shapes)


def strangers(*, of: OrganizationId = a.OURS) -> tuple[Stranger, ...]:
    """Return strangers of every shape, numbered from 1."""
    shapes: list[dict[str, Any]] = [{"attempts": attempts} for attempts in _attempts()]
    shapes += [{"last_at": moment} for moment in MOMENTS]
    return tuple(a.stranger(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def sign_ups(*, of: OrganizationId = a.OURS) -> tuple[SignUp, ...]:
    """Return attempts to sign up of every shape under account 1, numbered from 1."""
    shapes: list[dict[str, Any]] = [{"proof": proof} for proof in sent_proofs()]
    shapes += [{"began_at": moment, "expires_at": moment} for moment in MOMENTS]
    shapes += [{"profile": a.profile({f.FULL_NAME: text}, by=Supplier.SIGN_UP)} for text in TEXTS]
    shapes += [
        {"profile": full_profile(of=of), "login": _TYPED},
        {"profile": Profile(), "known": True, "sent": 2**31, "names": 10},
    ]
    return tuple(a.sign_up(number, of=of, **shape) for number, shape in enumerate(shapes, start=1))


def _attempts() -> tuple[Attempts, ...]:
    places = ("till-1", "каса №1", "", "shared")
    rows = [TerminalFailures(terminal=place, failures=n, last_at=MOMENTS[n]) for n, place in enumerate(places)]
    return (
        Attempts(),
        Attempts(in_a_row=49),
        Attempts(in_a_row=3, terminals=tuple(rows)),
        Attempts().failed("", now=NOON),
    )
