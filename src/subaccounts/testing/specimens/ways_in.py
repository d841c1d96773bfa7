"""What belongs to the ways in, of every shape: how an organization tells its people, issuers, forms, proofs, identities."""

from __future__ import annotations

from datetime import timedelta

from ...domain import fields as f
from ...domain.activation import ActivationPolicy, MessageBudget, Way
from ...domain.fields import Kind
from ...domain.identity import LONGEST_ISSUER, LONGEST_SUBJECT, Identity
from ...domain.ids import OrganizationId
from ...domain.issuer import Issuer, JustInTime
from ...domain.language import Language
from ...domain.proof import Form, SentProof
from ...domain.sign_up import SignUpBy, SignUpField, SignUpForm
from .. import builders as a
from .values import MOMENTS, TEXTS


def activations() -> tuple[ActivationPolicy, ...]:
    """Return the ways to tell people."""
    budget = MessageBudget(sms_a_day=0, emails_a_day=None, sms_countries=frozenset({"45", "380", "7"}))
    short = timedelta(minutes=1)
    return (
        ActivationPolicy(),
        *(ActivationPolicy(automatic=frozenset({way})) for way in Way),
        ActivationPolicy(automatic=frozenset(Way), sso_told=True, sms_form=Form.CODE),
        ActivationPolicy(link_lasts=short + timedelta(microseconds=1), code_lasts=short, budget=budget),
        ActivationPolicy(language=Language(tag="zh-Hant-TW"), budget=MessageBudget(sms_a_day=None, emails_a_day=1)),
    )


def issuers(*, of: OrganizationId = a.OURS) -> tuple[Issuer, ...]:
    """Return issuers: one of which nothing is said, one that is trusted, one that creates people."""
    creates = JustInTime(
        account=a.account_id(of=of),
        login="preferred_username",
        fields={"family_name": f.FAMILY_NAME, "locale": f.LANGUAGE, "http://schemas.example/phone": f.PHONE},
        kind=Kind.EXTERNAL,
        departments=frozenset({a.department_id(1, of=of), a.department_id(2, of=of)}),
        permission_types=frozenset({a.permission_type_id(of=of)}),
        job_profile=a.job_profile_id(of=of),
    )
    return (
        Issuer(issuer="https://login.example", name="Example"),
        Issuer(
            issuer="urn:компанія:🦊",
            name=TEXTS[1],
            external_id="employeeNumber",
            trusts_email=True,
            domains=frozenset({"example.org", "пошта.укр"}),
        ),
        Issuer(issuer="x" * LONGEST_ISSUER, name=TEXTS[7], creates=creates),
        Issuer(
            issuer="https://other.example",
            name="0",
            creates=JustInTime(account=a.account_id(of=of)),
            within=timedelta(minutes=5, microseconds=1),
            levels=frozenset({"urn:mace:incommon:iap:silver", "phr"}),
            methods=frozenset({"mfa", "hwk"}),
        ),
    )


def identities() -> tuple[Identity, ...]:
    """Return company accounts: alike but for a letter's case or their very last letter, and as long as they can be."""
    return (
        a.identity(1),
        a.identity(1, subject="SUBJECT-1"),
        a.identity(1, issuer="https://login.example/"),
        Identity(issuer="urn:компанія:🦊", subject="'; DROP TABLE unique_keys;--"),
        *long_identities()[::2],
    )


def long_identities() -> tuple[Identity, ...]:
    """Return identities as long as they can be, of letters of one byte and of four; two of each differ at their very end."""
    return tuple(
        Identity(issuer=letter * LONGEST_ISSUER, subject=letter * (LONGEST_SUBJECT - 1) + last)
        for letter in "x🦊"
        for last in "yz"
    )


def sign_up_forms(*, of: OrganizationId = a.OURS) -> tuple[SignUpForm, ...]:
    """Return forms; the order of a form's fields is part of it."""
    position = SignUpField(name=f.POSITION, required=False, choices=tuple(sorted(TEXTS, reverse=True)))
    fields = (position, SignUpField(name="host:shoe_size"), SignUpField(name=f.FULL_NAME), SignUpField(name=f.LANGUAGE))
    departments = frozenset({a.department_id(1, of=of), a.department_id(2, of=of)})
    return (
        SignUpForm(),
        SignUpForm(by=SignUpBy.USERNAME_AND_PHONE, fields=()),
        SignUpForm(
            fields=fields,
            permission_types=frozenset({a.permission_type_id(of=of)}),
            job_profile=a.job_profile_id(of=of),
            departments=departments,
            chosen=True,
            kind=Kind.EXTERNAL,
        ),
    )


def sent_proofs() -> tuple[SentProof, ...]:
    """Return proofs that were sent: of every form, to addresses of many scripts, begun and not, off the second."""
    return (
        *(a.sent_proof(form=form) for form in Form),
        a.sent_proof(
            id=a.value(2),
            policy_version=7,
            sent_to="Zoë@Пошта.укр",
            key="",
            begun=True,
            wrong=4,
            organization_epoch=a.value(7),
        ),
        *(a.sent_proof(issued_at=moment, expires_at=moment) for moment in MOMENTS),
    )
