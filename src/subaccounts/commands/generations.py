"""Keeping store and key ring of the same time: the daily job, and what an operator says after restoring a backup.

What fits and what does not is `domain.generation`. How backups are made and put back is the operator's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Final, final

from attrs import frozen

from ..domain import authority, generation
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.ids import OrganizationId
from ..domain.notice import NOTICES
from ..domain.organization import Organization
from . import organizations
from .command import Change, Command
from .ports_at_hand import PortsAtHand

CHUNK: Final = 500
"""Tasks cancelled in one commit."""
HELD: Final = timedelta(minutes=5)
"""How long tasks are leased in order to be cancelled; if the command dies in between they come due again."""
_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)


@final
@frozen(kw_only=True)
class AdvanceGeneration(Command[int]):
    """Move an organization one generation ahead of the key ring; answer which that is.

    Run it daily for every organization under the ring, then `KeyRing.advance` to the lowest of the answers. A job that
    dies anywhere is simply run again, and several at once do no harm. Raises `NotRestored` for an organization that does
    not fit the ring, which stays as it is, and `NotFound`.
    """

    action: ClassVar[Action] = Action.RUN_JOBS
    proves: ClassVar[bool] = True  # the ring follows what this answers, and no rollback of the host's takes it back
    actor: Actor
    organization: OrganizationId

    async def run(self, ports: PortsAtHand, /) -> int:
        """Answer the generation the organization has reached."""
        organization = await organizations.permitted(ports, self.actor, self.action, self.organization)
        ports.keys.reload()
        ports.require_ring(organization)
        by = authority.by(self.actor)
        return await ports.settle(generation.keep_pace(organization, generation=ports.keys.generation, by=by))


@final
@frozen(kw_only=True)
class Restored(Change[Organization]):
    """Say that a restored backup, or a copy, is taken into use under the key ring that is there now.

    One write, whatever the number of people: every code and sign-in of before is dead, and every window of an open claim
    is closed. Passwords are those of the backup. The notices that wait, and what waits in `queues` of the host's own, are
    cancelled before that, chunk by chunk, also if the rest then fails. Stop the workers first: what one is taking at that very
    moment, or is added meanwhile, stays in its queue, where a notice is cancelled when its turn comes, and a task of the host's
    is done. Dead letters stay, to show who was not reached; one that is retried is cancelled, as everything is that was to be
    sent before. It is always allowed: what is younger than the last job looks like any other store, and only the operator
    knows. Raises `NotFound`.
    """

    action: ClassVar[Action] = Action.RESTORE_ORGANIZATION
    receipt: ClassVar[Any] = Organization
    actor: Actor
    organization: OrganizationId
    queues: frozenset[str] = frozenset()

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[Organization]:
        """Cancel what waits, and begin a new epoch."""
        organization = await organizations.permitted(ports, self.actor, self.action, self.organization)
        for queue in sorted(self.queues | {NOTICES}):
            await self._cancel(ports, queue)
        ports.keys.reload()
        return generation.restored(
            organization,
            ring=ports.keys.ring,
            generation=ports.keys.generation,
            epoch=ports.new_id(),
            now=ports.now,
            by=authority.by(self.actor),
        )

    async def _cancel(self, ports: PortsAtHand, queue: str) -> None:
        """Take away everything that waits in a queue, due or not, and under a lease of before the backup too."""
        until = ports.now + HELD
        while taken := await ports.repository.lease(
            self.organization, queue, now=_END_OF_TIME, until=until, limit=CHUNK
        ):
            done = tuple(task.done() for task in taken)
            by = authority.by(self.actor)
            await ports.settle(Decision(organization=self.organization, by=by, result=None, acknowledgments=done))
