"""Dead letters: what an operator does with notices that were given up. How they came to be is `domain.delivery`."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar, Final, final

from attrs import evolve, field, frozen
from attrs.validators import optional

from ..domain import authority, dead_letter
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.dead_letter import DeadLetter, GivenUp
from ..domain.decision import Decision
from ..domain.events import By
from ..domain.ids import OrganizationId, opaque
from ..domain.notice import DEAD_LETTERS, NOTICES
from ..domain.queries import require_page
from ..domain.task import Leased, Task
from ..errors import NotFound
from . import organizations
from .command import Change, Command
from .ports_at_hand import PortsAtHand

LOOKED_AT: Final = 100
"""Dead letters read at once in order to find one."""


@final
@frozen(kw_only=True)
class ListDeadLetters(Command[tuple[DeadLetter, ...]]):
    """List the notices of an organization that were given up, ordered by their ids, at most `limit` after the one `after`.

    Addresses are masked. Raises `NotFound`, and `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.HANDLE_DEAD_LETTERS
    actor: Actor
    organization: OrganizationId
    after: str | None = field(default=None, validator=optional(opaque(of="after")))
    limit: int = 100

    async def run(self, ports: PortsAtHand, /) -> tuple[DeadLetter, ...]:
        """Answer a page."""
        await organizations.permitted(ports, self.actor, self.action, self.organization)
        require_page(self.limit, of="dead letters")
        page = await ports.repository.tasks_page(self.organization, DEAD_LETTERS, after=self.after, limit=self.limit)
        return tuple(dead_letter.shown(_kept(leased), id=leased.task.id) for leased in page)


@frozen(kw_only=True)
class _DeadLetterChange(Change[DeadLetter]):
    """Be the base of what is done with one dead letter; answers what it was."""

    action: ClassVar[Action] = Action.HANDLE_DEAD_LETTERS
    receipt: ClassVar[Any] = DeadLetter
    actor: Actor
    organization: OrganizationId
    dead_letter: str = field(validator=opaque(of="dead_letter"))

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[DeadLetter]:
        """Find the dead letter, and decide."""
        await organizations.permitted(ports, self.actor, self.action, self.organization)
        leased = await _found(ports, self.organization, self.dead_letter)
        return self._decided(ports, _kept(leased), leased, authority.by(self.actor))

    @abstractmethod
    def _decided(self, ports: PortsAtHand, kept: GivenUp, leased: Leased, by: By) -> Decision[DeadLetter]: ...


@final
@frozen(kw_only=True)
class RetryDeadLetter(_DeadLetterChange):
    """Put a notice that was given up back among those that are due; the answer is the dead letter it was.

    It keeps its id and its link or code, and has twelve tries again. One that was overtaken meanwhile is cancelled, and one
    whose link or code has ended is given up once more: tell the person anew instead. Raises `NotFound`.
    """

    def _decided(self, ports: PortsAtHand, kept: GivenUp, leased: Leased, by: By) -> Decision[DeadLetter]:
        from .. import wire

        body, id_ = wire.dumps(kept.notice), ports.new_id()
        task = Task(organization=self.organization, queue=NOTICES, id=id_, due=ports.now, body=body)
        return evolve(dead_letter.retried(kept, leased, by=by), tasks=(task,))


@final
@frozen(kw_only=True)
class DropDeadLetter(_DeadLetterChange):
    """Forget a notice that was given up; the answer is the dead letter it was. Raises `NotFound`."""

    def _decided(self, ports: PortsAtHand, kept: GivenUp, leased: Leased, by: By) -> Decision[DeadLetter]:
        return dead_letter.dropped(kept, leased, by=by)


def _kept(leased: Leased) -> GivenUp:
    from .. import wire

    return wire.loads(GivenUp, leased.task.body)


async def _found(ports: PortsAtHand, organization: OrganizationId, id: str) -> Leased:  # noqa: A002 - positional
    """Return a dead letter; it is looked for from what all ids begin with that differ from it in the last letter."""
    page = await ports.repository.tasks_page(organization, DEAD_LETTERS, after=id[:-1], limit=LOOKED_AT)
    while page and page[-1].task.id < id:
        last = page[-1].task.id
        page = await ports.repository.tasks_page(organization, DEAD_LETTERS, after=last, limit=LOOKED_AT)
    for leased in page:
        if leased.task.id == id:
            return leased
    raise NotFound(what="dead_letter")
