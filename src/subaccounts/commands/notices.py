"""Delivering notices: a worker leases what is due, begins the life of its proof, mints it, sends, and gives the lease back.

What comes of a notice is decided by `domain.delivery`; what was given up is handled by `dead_letters`.
"""

from __future__ import annotations

from typing import ClassVar, Final, final

from attrs import frozen

from ..domain import authority
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.ids import OrganizationId
from ..errors import TooMany
from . import organizations
from .command import Command
from .delivering import Delivering
from .ports_at_hand import PortsAtHand

MOST_NOTICES: Final = 1_000_000
"""Notices a run can be asked to take; a worker that runs for hours is better asked again."""


@final
@frozen(kw_only=True)
class Delivered:
    """Answer what came of the notices that a run took.

    `sent` were taken over by a provider; `deferred` wait to be tried again; `rejected` will never be taken, and `given_up`
    were tried too often or too late: both are dead letters now. `cancelled` were overtaken before they were sent. `more` says
    that the run ended at its limit, so that more can be due. Of the organizations in `not_restored` nothing was delivered,
    because their store and the key ring are not of the same time.
    """

    sent: int = 0
    deferred: int = 0
    rejected: int = 0
    given_up: int = 0
    cancelled: int = 0
    more: bool = False
    not_restored: tuple[OrganizationId, ...] = ()


@final
@frozen(kw_only=True)
class DeliverNotices(Command[Delivered]):
    """Send what is due, of one organization or of all, and answer what came of it.

    Run it every few seconds, by as many workers as you like: each notice is one worker's at a time. It takes at most `limit`
    notices, a few under each lease, and gives back what a slow provider leaves no time for. Each is sent at least once, and
    never before the change that caused it; a repeat after a crash carries the same id and the same link or code. What was
    overtaken by then is not sent. What a provider puts off is tried again after a minute, then twice as long each time, up to
    six hours, and is given up after twelve tries. A link's or code's life begins when its message is first taken.

    One organization that is not of the key ring's time raises `NotRestored`, or `KeyRingFailed` (`foreign`); among all it is
    left out and named in the answer. Raises `NotFound`, `TooMany` for a limit outside 1 to 1,000,000, and `BrokenPort` where
    no notifier was given, or one that answers nonsense, or a link has no page to lead to: that notice is put off, and the
    organizations that it is not about are served first. What a run held when storage failed is due again after five minutes.
    """

    action: ClassVar[Action] = Action.RUN_JOBS
    proves: ClassVar[bool] = True  # what was sent is sent, and no rollback of the host's takes it back
    actor: Actor
    organization: OrganizationId | None = None
    limit: int = 1_000

    async def run(self, ports: PortsAtHand, /) -> Delivered:
        """Deliver until nothing is due, or the limit is reached."""
        if self.organization is None:
            authority.permit(self.actor, self.action, organization=None)
        else:
            found = await organizations.permitted(ports, self.actor, self.action, self.organization)
            ports.require_ring(found)
        if not 1 <= self.limit <= MOST_NOTICES:
            raise TooMany(what="notices", limit=MOST_NOTICES)
        delivering = Delivering(ports=ports, by=authority.by(self.actor), left=self.limit)
        if self.organization is None:
            await delivering.of_all()
            if delivering.failed is not None:
                raise delivering.failed
        else:
            await delivering.of_one(self.organization)
        return Delivered(**delivering.tally, more=delivering.left <= 0, not_restored=tuple(delivering.not_restored))
