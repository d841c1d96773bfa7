"""A person's proofs, as an administrator handles them: issue and void codes, reset, unlock. Nobody but the person ever
chooses or sees a password."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import frozen

from ..domain import people
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.life import LifeInput
from ..domain.people import Issued
from ..domain.sub_account import SubAccount
from .people import PersonChange, WaitingChange
from .ports_at_hand import PortsAtHand


@final
@frozen(kw_only=True)
class IssueCode(WaitingChange):
    """Put out a claim code for a person who waits, also under a policy of open claims; the one before is dead.

    Raises `WrongState` for who does not wait.
    """

    action: ClassVar[Action] = Action.ISSUE_CODE
    takes: ClassVar[LifeInput] = LifeInput.ISSUE_CODE

    async def decide(self, ports: PortsAtHand, /) -> Decision[Issued]:
        """Issue the code."""
        person = await self.permitted(ports)
        return await self.waiting(ports, person, people.issue_code(person, code=ports.new_code(person)))


@final
@frozen(kw_only=True)
class VoidCode(PersonChange[SubAccount]):
    """Kill the claim code that is out for a person. Raises `WrongState` when there is none."""

    action: ClassVar[Action] = Action.VOID_CODE
    takes: ClassVar[LifeInput] = LifeInput.VOID_CODE

    async def decide(self, ports: PortsAtHand, /) -> Decision[SubAccount]:
        """Void the code."""
        person = await self.permitted(ports)
        return await self.becoming(ports, person, people.void_code(person))


@final
@frozen(kw_only=True)
class ResetPassword(WaitingChange):
    """Undo a claim: password, code, delays and every sign-in of the person are dead, and a new claim is awaited.

    Its company accounts lead to it no more, and contacts that it gave or proved itself neither count nor sign it in. The
    answer carries the new code to hand over, where the policy is not one of open claims. Raises `WrongState` for an
    archived person, who is restored instead.
    """

    action: ClassVar[Action] = Action.RESET_PERSON
    takes: ClassVar[LifeInput] = LifeInput.RESET

    async def decide(self, ports: PortsAtHand, /) -> Decision[Issued]:
        """Reset the person."""
        person = await self.permitted(ports)
        becomes = people.reset(person, code=self.code(ports, person), now=ports.now)
        return await self.waiting(ports, person, becomes)


@final
@frozen(kw_only=True)
class UnlockPerson(PersonChange[SubAccount]):
    """End a person's delays on every terminal. Raises `WrongState` for a disabled password, which needs a reset instead."""

    action: ClassVar[Action] = Action.UNLOCK_PERSON
    takes: ClassVar[LifeInput] = LifeInput.UNLOCK

    async def decide(self, ports: PortsAtHand, /) -> Decision[SubAccount]:
        """Unlock the person."""
        person = await self.permitted(ports)
        return await self.becoming(ports, person, people.unlock(person))
