"""The audit trail: read it, seal it, follow it, check it. And the job that forgets wrong logins."""

from __future__ import annotations

from typing import ClassVar, Final, final

from attrs import evolve, field, frozen
from attrs.validators import optional

from ..domain import audit, authority
from ..domain.actor import Actor
from ..domain.attempts import FORGOTTEN_AFTER
from ..domain.audit import CHAIN_START, AuditChain
from ..domain.authority import Action
from ..domain.decision import Decision, seen
from ..domain.events import Event, SealedEvent
from ..domain.ids import AccountId, ChainId, OrganizationId, SubAccountId, opaque
from ..domain.queries import EventQuery, require_page
from .chunks import in_chunks
from .command import Command
from .ports_at_hand import PortsAtHand

CHUNK: Final = 500
"""Events sealed, and strangers forgotten, in one commit."""


@final
@frozen(kw_only=True)
class ReadAudit(Command[tuple[Event, ...]]):
    """Read the audit trail in the order of time, at most `limit` events after the event `after`.

    `account` and `sub_account` narrow it. Roles over an account read that account's. Raises `TooMany`
    for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.READ_AUDIT
    actor: Actor
    organization: OrganizationId
    account: AccountId | None = None
    sub_account: SubAccountId | None = None
    after: str | None = field(default=None, validator=optional(opaque(of="after")))
    limit: int = 100

    async def run(self, ports: PortsAtHand, /) -> tuple[Event, ...]:
        """Answer a page of events."""
        authority.permit(self.actor, self.action, organization=self.organization, account=self.account)
        require_page(self.limit, of="events")
        query = EventQuery(
            organization=self.organization,
            account=self.account,
            sub_account=self.sub_account,
            after=self.after,
            limit=self.limit,
        )
        return await ports.repository.events_page(query)


@final
@frozen(kw_only=True)
class EventsAfter(Command[tuple[SealedEvent, ...]]):
    """Follow what happened: sealed events with positions above `position`, in order, at most `limit`.

    A host that keeps the last position it has handled misses nothing. Events appear here once `SealAudit` has run.
    Raises `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.FOLLOW_EVENTS
    actor: Actor
    organization: OrganizationId
    position: int = 0
    limit: int = 100

    async def run(self, ports: PortsAtHand, /) -> tuple[SealedEvent, ...]:
        """Answer the next events."""
        authority.permit(self.actor, self.action, organization=self.organization)
        require_page(self.limit, of="events")
        return await ports.repository.events_after(self.organization, position=self.position, limit=self.limit)


@final
@frozen(kw_only=True)
class SealAudit(Command[int]):
    """Give the events that wait their positions, and chain them; answer how many were sealed.

    Run it every few seconds; several at once do no harm. It works in chunks of 500, each one commit; what others are at is left
    for the next run, and only a run that could seal nothing for it raises `Busy`.
    """

    action: ClassVar[Action] = Action.RUN_JOBS
    actor: Actor
    organization: OrganizationId

    async def run(self, ports: PortsAtHand, /) -> int:
        """Seal until nothing waits."""
        authority.permit(self.actor, self.action, organization=self.organization)
        return await in_chunks(lambda: self._sealed(ports))

    async def _sealed(self, ports: PortsAtHand) -> int:
        waiting = await ports.repository.unsealed_events(self.organization, limit=CHUNK)
        if not waiting:
            return 0
        chain = await ports.repository.chain(self.organization)
        head = chain or AuditChain(id=ChainId(organization=self.organization))
        head, seals = audit.seal(head, [(event.id, committed(event)) for event in waiting])
        by = authority.by(self.actor)
        return await ports.settle(
            Decision(organization=self.organization, by=by, result=len(seals), puts=(head,), seals=seals)
        )


def committed(event: Event, /) -> str:
    """Return the commitment (hex) that stands for an event in the chain."""
    from .. import wire

    return audit.commitment(salt=event.salt, content=wire.dumps(evolve(event, salt="")))


@final
@frozen(kw_only=True)
class VerifyAudit(Command[int | None]):
    """Check the whole chain; answer the position of the first event that was changed, moved or removed, or None.

    The events have to lead to the head of the chain: what was cut off its end, or added after it, is found too.
    """

    action: ClassVar[Action] = Action.READ_AUDIT
    actor: Actor
    organization: OrganizationId

    async def run(self, ports: PortsAtHand, /) -> int | None:
        """Walk the chain from its start."""
        authority.permit(self.actor, self.action, organization=self.organization)
        start = AuditChain(id=ChainId(organization=self.organization))
        head = await ports.repository.chain(self.organization) or start
        position, digest, at_head = 0, CHAIN_START, CHAIN_START
        while page := await ports.repository.events_after(self.organization, position=position, limit=CHUNK):
            links = [(sealed, committed(sealed.event)) for sealed in page]
            broken = audit.first_broken(digest, links, after=position)
            if broken is not None:
                return broken
            at_head = next((sealed.digest for sealed in page if sealed.position == head.position), at_head)
            position, digest = page[-1].position, page[-1].digest
        if position < head.position:
            return position + 1
        if at_head != head.digest:
            return max(1, head.position)
        reached = await ports.repository.chain(self.organization) or start  # others seal while we walk
        return None if position <= reached.position else reached.position + 1


@final
@frozen(kw_only=True)
class ForgetStrangers(Command[int]):
    """Remove the counts of wrong logins that are a day old; answer how many. Run it daily."""

    action: ClassVar[Action] = Action.RUN_JOBS
    actor: Actor
    organization: OrganizationId

    async def run(self, ports: PortsAtHand, /) -> int:
        """Remove in chunks until none is left."""
        authority.permit(self.actor, self.action, organization=self.organization)
        return await in_chunks(lambda: self._forgotten(ports))

    async def _forgotten(self, ports: PortsAtHand) -> int:
        before, by = ports.now - FORGOTTEN_AFTER, authority.by(self.actor)
        old = await ports.repository.stale_strangers(self.organization, before=before, limit=CHUNK)
        removes = tuple(map(seen, old))
        return await ports.settle(Decision(organization=self.organization, by=by, result=len(removes), removes=removes))
