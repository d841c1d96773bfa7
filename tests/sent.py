"""What a message would carry, for tests that need the proof and not the post: minted from what is stored, as its worker does.

What belongs here: the link or code that is out for a person, and the notices that wait. Sending them is `DeliverNotices`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from subaccounts import KeyRing, OrganizationId, Purpose, Secret
from subaccounts.domain import codes, link
from subaccounts.domain.notice import NOTICES, Notice
from subaccounts.domain.proof import Form, ProofRef
from subaccounts.domain.sub_account import Person
from subaccounts.domain.tellings import claim_ref
from subaccounts.wire import loads


def ref_of(person: Person, purpose: Purpose) -> ProofRef:
    """Return the proof of a purpose that is out for a person; AssertionError when none is."""
    credential, owner = person.credential, person.sub_account.id.value
    if purpose is Purpose.CLAIM:
        assert credential.code is not None
        return claim_ref(person.sub_account, credential.code)
    if purpose is Purpose.RECOVERY:
        assert credential.recovery is not None
        return credential.recovery.ref(purpose=purpose, owner=owner)
    assert credential.contact is not None
    return credential.contact.proof.ref(purpose=purpose, owner=owner)


def proof_of(keys: KeyRing, person: Person, purpose: Purpose) -> Secret:
    """Return the link or code of a purpose that is out for a person, as the message has it."""
    return mint(keys, ref_of(person, purpose), organization=person.organization.id)


def mint(keys: KeyRing, ref: ProofRef, *, organization: OrganizationId) -> Secret:
    """Return what a message says for a proof."""
    parts = link.parts(organization, ref.owner, ref.id)
    digest = keys.derive(purpose=link.purpose_of(ref.purpose, ref.form), parts=parts, key=ref.key)
    if ref.form is Form.LINK:
        return Secret(link.text(ref, digest, organization=organization))
    return Secret(codes.text(digest))


def waiting(repository: Any, organization: OrganizationId, *, now: datetime) -> list[Notice]:
    """Take every notice that waits, in the order of their ids, for an hour; a second look finds only new ones."""
    leased = repository.lease(organization, NOTICES, now=now, until=now + timedelta(hours=1), limit=1000)
    notices: list[Notice] = [loads(Notice, each.task.body) for each in leased]
    return sorted(notices, key=lambda notice: notice.id)
