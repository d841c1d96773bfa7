"""Proofs that were sent: how one is issued, and what the links that are out for a person are compared with.

How a link is written and read is `link`; what following one does is `sign_in`, `recovery` and `contact_change`.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never, final

from attrs import frozen

from ..errors import LinkRefused
from . import codes
from .account import Account
from .channel import Address, address_text
from .credential import ClaimCode
from .organization import Organization
from .proof import Form, ProofRef, Purpose, SentProof
from .sub_account import Person
from .tellings import claim_ref


@final
@frozen(kw_only=True)
class Expected:
    """Hold the one link of a purpose that a person can have: what it is derived from, and whether it still counts.

    `until` is when it ends (UTC); `valid` says that, time apart, it would be taken.
    """

    ref: ProofRef
    until: datetime
    valid: bool

    def require(self, *, now: datetime) -> None:
        """Raise `LinkRefused` for one that does not work any more; only who holds the link hears why."""
        if not self.valid:
            raise LinkRefused(why="unknown")
        if self.until <= now:
            raise LinkRefused(why="expired")


def issue(
    to: Address,
    /,
    *,
    form: Form,
    id: str,  # noqa: A002 - the field's name
    key: str,
    organization: Organization,
    account: Account,
    now: datetime,
) -> SentProof:
    """Return a new proof for an address; its life begins when a worker takes the message, until then as if that were now."""
    return SentProof(
        id=id,
        key=key,
        form=form,
        sent_to=address_text(to),
        issued_at=now,
        expires_at=now + organization.activation.lasts(form),
        policy_version=account.policy_version,
        organization_epoch=organization.epoch,
    )


def expected(person: Person, purpose: Purpose, /) -> Expected | None:
    """Return the link of this purpose that is out for a person, or None: codes are no links."""
    credential = person.credential
    match purpose:
        case Purpose.CLAIM:
            return _claim(person, credential.code)
        case Purpose.RECOVERY:
            return _sent(person, credential.recovery, purpose)
        case Purpose.CONTACT:
            return _sent(person, credential.contact.proof if credential.contact else None, purpose)
        case Purpose.SIGN_UP:
            return None
        case _:
            assert_never(purpose)


def _claim(person: Person, code: ClaimCode | None) -> Expected | None:
    if code is None or code.form is not Form.LINK:
        return None
    organization, account, ref = person.organization, person.account, claim_ref(person.sub_account, code)
    valid = codes.valid(code, organization=organization, account=account)
    return Expected(ref=ref, until=code.expires_at, valid=valid)


def _sent(person: Person, proof: SentProof | None, purpose: Purpose) -> Expected | None:
    if proof is None or proof.form is not Form.LINK:
        return None
    return Expected(
        ref=proof.ref(purpose=purpose, owner=person.sub_account.id.value),
        until=proof.expires_at,
        valid=proof.valid(policy_version=person.account.policy_version, epoch=person.organization.epoch),
    )
