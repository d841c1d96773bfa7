"""The chain of the audit trail, recalculated by hand and tampered with at its head."""

from __future__ import annotations

import hashlib

from attrs import evolve

from subaccounts import EventsAfter, SealAudit, VerifyAudit, wire
from subaccounts.domain.audit import CHAIN_START, AuditChain
from subaccounts.domain.decision import Batch
from subaccounts.domain.ids import ChainId
from tests.commands.shop import SETUP, Shop


def test_a_chain_by_hand(shop: Shop) -> None:
    """An auditor recalculates each digest: the salt, then the event without it, then what came before."""
    shop.claimed()
    shop.handle(SealAudit(actor=SETUP, organization=shop.id))
    digest = CHAIN_START
    for sealed in shop.handle(EventsAfter(actor=SETUP, organization=shop.id)):
        content = wire.dumps(evolve(sealed.event, salt=""))
        commitment = hashlib.sha256(f"{sealed.event.salt}\n{content}".encode()).hexdigest()
        digest = hashlib.sha256(f"{digest}\n{sealed.position}\n{commitment}".encode()).hexdigest()
        assert digest == sealed.digest
    assert digest != CHAIN_START


def test_a_head_that_leads_nowhere(shop: Shop) -> None:
    """A head before the first event whose digest is not the beginning's was changed: the first event is named."""
    assert None is shop.handle(VerifyAudit(actor=shop.admin, organization=shop.id))
    shop.repository.commit(
        Batch(organization=shop.id, puts=(AuditChain(id=ChainId(organization=shop.id), digest="f" * 64),))
    )
    assert 1 == shop.handle(VerifyAudit(actor=shop.admin, organization=shop.id))
