"""A person's company accounts, as an administrator handles them. Coming by one is `arrivals`."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import evolve, field, frozen

from ..domain import linking
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.identity import LONGEST_ISSUER
from ..domain.ids import opaque
from ..domain.life import LifeInput
from ..domain.people import Issued
from .people import WaitingChange
from .ports_at_hand import PortsAtHand


@final
@frozen(kw_only=True)
class UnlinkIdentity(WaitingChange):
    """Have a person come by the company account of this issuer no more; every sign-in of the person ends.

    Who is active and has neither a password nor another company account is reset by it, and the answer carries a code to
    hand over where the policy is not one of open claims. Who has an external id that the issuer names finds in again by it,
    as the same person: take that away first. Raises `NotFound` (`identity`) when there is nothing to unlink.
    """

    action: ClassVar[Action] = Action.UNLINK_IDENTITY
    takes: ClassVar[LifeInput] = LifeInput.UNLINK
    issuer: str = field(validator=opaque(of="issuer", longest=LONGEST_ISSUER))

    async def decide(self, ports: PortsAtHand, /) -> Decision[Issued]:
        """Unlink the company account."""
        person = await self.permitted(ports)
        code = self.code(ports, person)
        becomes = linking.unlink(person, self.issuer, code=code, now=ports.now)
        decision = await self.waiting(ports, person, becomes)
        if becomes.credential.code == code:
            return decision
        return evolve(decision, result=evolve(decision.result, code=None))  # a code that was out before stays unsaid
