"""The job that tells of what ended by itself: memberships and invitations whose window is over."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import ClassVar, Final, final

from attrs import frozen

from ..domain import authority
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.ending import ENDINGS, Due, Ending, expire
from ..domain.ids import OrganizationId
from ..domain.task import Leased
from ..errors import Conflict, InvalidValue
from . import organizations
from .chunks import MOST_DECISIONS
from .command import Command
from .ports_at_hand import PortsAtHand

CHUNK: Final = 100
"""Endings told of in one commit: as many people as are read at once."""
HELD: Final = timedelta(minutes=5)
"""How long endings are leased; what a run held when it died is due again then."""


@final
@frozen(kw_only=True)
class ExpireMemberships(Command[int]):
    """Tell of the memberships and the invitations whose window has ended; answer how many were told of.

    Nobody's sight waits for it: a membership counts until its window ends, and not a moment longer, whether or not this runs.
    What it does is to write `MembershipExpired` into the audit trail, so that the end stands there as the beginning does, for
    hosts that follow the events too. Each end is told once; what was removed, left, declined or given another window before is
    not told of.

    Run it every few minutes for every organization; several at once do no harm, and a run that dies is made up for by the next
    after five minutes. It works in chunks of 100, each one commit. Raises `NotFound`.
    """

    action: ClassVar[Action] = Action.RUN_JOBS
    actor: Actor
    organization: OrganizationId

    async def run(self, ports: PortsAtHand, /) -> int:
        """Tell until nothing is due."""
        ports.require_ring(await organizations.permitted(ports, self.actor, self.action, self.organization))
        told = 0
        while taken := await ports.repository.lease(
            self.organization, ENDINGS, now=ports.now, until=ports.now + HELD, limit=CHUNK
        ):
            told += await self._told(ports, taken)
        return told

    async def _told(self, ports: PortsAtHand, taken: tuple[Leased, ...]) -> int:
        """Tell of a chunk; whoever changes one of its memberships meanwhile has it decided anew, or left until its lease ends."""
        endings = _read(taken)
        for _ in range(MOST_DECISIONS):
            due = await self._due(ports, endings)
            try:
                return await ports.settle(expire(due, organization=self.organization, by=authority.by(self.actor)))
            except Conflict:
                continue
        return 0

    async def _due(self, ports: PortsAtHand, endings: list[tuple[Leased, Ending]]) -> list[Due]:
        people = {ending.person for _, ending in endings}
        found = {each.sub_account.id: each for each in await ports.repository.viewer_facts(people)}
        return [Due(leased=leased, ending=each, facts=found.get(each.person)) for leased, each in endings]


def _read(taken: tuple[Leased, ...]) -> list[tuple[Leased, Ending]]:
    """Return what waits. What a later release wrote stays leased, for a worker of that one to read when it is due again."""
    from .. import wire

    endings: list[tuple[Leased, Ending]] = []
    for leased in taken:
        with suppress(InvalidValue):
            endings.append((leased, wire.loads(Ending, leased.task.body)))
    return endings
