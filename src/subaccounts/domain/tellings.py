"""What people are told, composed from what happened: activations, invitations, proofs on their way, security notices.

Whom and which way is `contacts`; the words are the `Texts` port's. A security notice goes to every contact that counts, old
and new, and is told of people who have claimed: before that there is nobody whose account it would be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from attrs import evolve

from .account import Account
from .activation_events import IdentityLinked, IdentityUnlinked, PasswordRecovered
from .channel import Address
from .contacts import Chosen, contacts
from .credential import ClaimCode
from .events import (
    Happening,
    PasswordChanged,
    SubAccountClaimed,
    SubAccountEdited,
    SubAccountRenamed,
    SubAccountReset,
)
from .group import Group
from .membership import InvitationRef
from .notice import NoticeKind, Telling
from .organization import Organization
from .proof import Form, ProofRef, Purpose
from .sub_account import SubAccount
from .subject import Pathway

SECURITY_OF: Final[Mapping[type[Happening], NoticeKind]] = MappingProxyType(
    {
        SubAccountClaimed: NoticeKind.CLAIMED,
        PasswordChanged: NoticeKind.PASSWORD_CHANGED,
        PasswordRecovered: NoticeKind.PASSWORD_CHANGED,
        SubAccountReset: NoticeKind.PASSWORD_RESET,
        SubAccountRenamed: NoticeKind.LOGIN_CHANGED,
        IdentityLinked: NoticeKind.IDENTITY_LINKED,
        IdentityUnlinked: NoticeKind.IDENTITY_UNLINKED,
    }
)
"""What is told of what happened; a changed contact is told by which one it was, a claim by a company account as a link."""


def tell(
    kind: NoticeKind,
    to: Address,
    person: SubAccount,
    /,
    *,
    organization: Organization,
    account: Account,
    proof: ProofRef | None = None,
    **more: str,
) -> Telling:
    """Compose what a person is told; `more` are values beside the name, the login, the organization and the account."""
    lasts = lasting(organization, proof) if proof is not None else {}
    values = {**_known(person, organization), "account": account.name, **lasts, **more}
    return _addressed(kind, to, person, organization, values=values, proof=proof)


def _addressed(
    kind: NoticeKind,
    to: Address,
    person: SubAccount,
    organization: Organization,
    /,
    *,
    values: Mapping[str, str],
    proof: ProofRef | None = None,
    invitation: InvitationRef | None = None,
) -> Telling:
    """Return what goes to one of a person's addresses, in its language."""
    return Telling(
        kind=kind,
        to=to,
        organization=organization.id,
        language=person.profile.language or organization.activation.language,
        account=person.account,
        sub_account=person.id,
        proof=proof,
        invitation=invitation,
        values=values,
    )


def _known(person: SubAccount, organization: Organization) -> dict[str, str]:
    """Return what every message to a person of the organization can name."""
    login = person.login.text
    return {"organization": organization.name, "name": person.profile.full_name or login, "login": login}


def prove_contact(
    person: SubAccount, to: Address, proof: ProofRef, /, *, organization: Organization, account: Account
) -> Telling:
    """Compose the proof of a contact that a person wants to have. Neither name nor login is in it.

    Until the proof the address can be anybody's: the name, which the person can choose, would be a way to write to them, and
    an address that was mistyped would learn who signs in here.
    """
    named = {"organization": organization.name, "account": account.name, "contact": to.masked}
    values = {**named, **lasting(organization, proof)}
    return _addressed(NoticeKind.PROVE_CONTACT, to, person, organization, values=values, proof=proof)


def activation(
    person: SubAccount, code: ClaimCode | None, chosen: Chosen, /, *, organization: Organization, account: Account
) -> tuple[Telling, ...]:
    """Compose the activation of a person who waits, by the way chosen; nothing where nobody is told."""
    if chosen.to is None:
        return ()
    if chosen.issuer is not None:
        by_sso, name = NoticeKind.ACTIVATION_BY_SSO, chosen.issuer.name
        return (tell(by_sso, chosen.to, person, organization=organization, account=account, issuer=name),)
    if code is None or code.form is Form.SLIP:
        return ()
    proof = claim_ref(person, code)
    kind = NoticeKind.ACTIVATION
    return (tell(kind, chosen.to, person, organization=organization, account=account, proof=proof),)


def invitation(
    person: SubAccount, ref: InvitationRef, to: Address, /, *, group: Group, organization: Organization
) -> Telling:
    """Compose an invitation to a group.

    The account's name is left unsaid: a thousand are invited at once, and each could be under an account of its own.
    """
    values = {**_known(person, organization), "group": group.name}
    return _addressed(NoticeKind.INVITATION, to, person, organization, values=values, invitation=ref)


def claim_ref(person: SubAccount, code: ClaimCode, /) -> ProofRef:
    """Return what a message says of a claim code or link."""
    return ProofRef(purpose=Purpose.CLAIM, form=code.form, owner=person.id.value, id=code.id, key=code.key)


def security(
    before: SubAccount,
    after: SubAccount,
    happened: Iterable[Happening],
    /,
    *,
    organization: Organization,
    account: Account,
    sms: bool,
) -> tuple[Telling, ...]:
    """Compose what a person is told of changes to its account, each once, to every contact that counts, old and new."""
    if after.claimed_at is None:  # a claim is never taken back, so that nobody had claimed before either
        return ()
    kinds = dict.fromkeys(kind for what in happened for kind in _kinds(what, before, after))
    reached = dict.fromkeys((*contacts(before, sms=sms), *contacts(after, sms=sms)))
    told = (
        (kind, tell(kind, to, after, organization=organization, account=account)) for kind in kinds for to in reached
    )
    return tuple(evolve(each, values={**each.values, **_changed(kind, before, after)}) for kind, each in told)


def _changed(kind: NoticeKind, before: SubAccount, after: SubAccount) -> dict[str, str]:
    """Return what a notice can name of what changed: the login of before, or the new contact, masked."""
    email, phone = after.profile.email, after.profile.phone
    if kind is NoticeKind.LOGIN_CHANGED:
        return {"before": before.login.text}
    if kind is NoticeKind.EMAIL_CHANGED and email is not None:
        return {"contact": email.masked}
    if kind is NoticeKind.PHONE_CHANGED and phone is not None:
        return {"contact": phone.masked}
    return {}


def _kinds(what: Happening, before: SubAccount, after: SubAccount) -> list[NoticeKind]:
    if isinstance(what, SubAccountEdited):
        kinds = []
        if before.profile.email != after.profile.email:
            kinds.append(NoticeKind.EMAIL_CHANGED)
        if before.profile.phone != after.profile.phone:
            kinds.append(NoticeKind.PHONE_CHANGED)
        return kinds
    if isinstance(what, SubAccountClaimed) and what.pathway is Pathway.SSO:
        return [NoticeKind.IDENTITY_LINKED]  # no password was created
    kind = SECURITY_OF.get(type(what))
    return [kind] if kind is not None else []


def lasting(organization: Organization, proof: ProofRef, /, *, most: timedelta | None = None) -> dict[str, str]:
    """Return how long a proof works in the words' own unit: whole days where there are some, else minutes.

    `most` is there where what it proves ends earlier.
    """
    lasts = organization.activation.lasts(proof.form)
    lasts = lasts if most is None else min(lasts, most)
    days, minutes = lasts // timedelta(days=1), lasts // timedelta(minutes=1)
    return {"lasts_days": str(days)} if days >= 1 else {"lasts_minutes": str(minutes)}
