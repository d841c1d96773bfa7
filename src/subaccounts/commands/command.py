"""What a command is: a frozen value whose `run` reads, decides and settles. The commands themselves are next door."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from attrs import frozen

from ..domain.account import AccountInput
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.ids import OrganizationId
from ..domain.life import LifeInput
from ..errors import Refusal

if TYPE_CHECKING:
    from .ports_at_hand import PortsAtHand

R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)

LONGEST_REQUEST_ID = 100
"""Characters of a request id; hosts use a UUID or the like."""


class Command(ABC, Generic[R_co]):
    """Be the base of everything that can be asked; `R` is what the answer is.

    `action` is what an actor needs authority for, None where authority begins: at the sign-in. `takes` is what happens
    to a person or an account, which its state has to take; None where any state will do. `proves` says that it counts
    or consumes a proof, or the like, so that no rollback of the host's may undo it. Hosts can write commands of their own
    in the same way; what `ports` offers them can change with a release. Each raises `NotAllowed` when the actor's roles and
    scope do not cover the action, whether or not the thing is there, and `NotFound` when it is not. What has to do with a
    proof, a person or an account raises `NotRestored` while the store and the key ring are not of the same time.
    """

    __slots__ = ()
    action: ClassVar[Action | None] = None
    takes: ClassVar[LifeInput | AccountInput | None] = None
    proves: ClassVar[bool] = False

    @abstractmethod
    async def run(self, ports: PortsAtHand, /) -> R_co:
        """Read facts, decide by a pure rule, settle the decision."""


@frozen(kw_only=True)
class Change(Command[R]):
    """Be the base of the commands that change something and carry no proof.

    With a `request_id` the command can be repeated after an unknown outcome: it answers what happened the first time.
    The id is unique in the organization and remembered with the change, in the same commit. What is remembered is the
    decision's receipt, which has no secrets; `present` makes the answer of it, the first time and every time.
    """

    receipt: ClassVar[Any]
    request_id: str | None = None

    @property
    @abstractmethod
    def tenant(self) -> OrganizationId:
        """Return the organization the command changes."""

    @abstractmethod
    async def decide(self, ports: PortsAtHand, /) -> Decision[Any]:
        """Read facts and return a rule's decision; its result is the receipt."""

    def present(self, receipt: Any, ports: PortsAtHand, /) -> R:
        """Return the answer for a receipt; commands that hand over codes mint them here."""
        return cast("R", receipt)

    async def run(self, ports: PortsAtHand, /) -> R:
        """Answer what a repeated request was answered, or decide and settle."""
        told, receipt = await ports.recall(self)
        if not told:
            try:
                return await self._settled(ports)
            except Refusal:
                # The same request, sent twice at once, is in its own way: the one that came later hears of the first.
                told, receipt = await ports.recall(self)
                if not told:
                    raise
        return self.present(receipt, ports)

    async def _settled(self, ports: PortsAtHand) -> R:
        decision = await self.decide(ports)
        # Before the commit: a key that cannot be had leaves nothing behind.
        answer = self.present(decision.result, ports)
        await ports.settle(decision, of=self)
        return answer
