"""The company accounts that lead to a person: linked by itself, unlinked by an administrator. Coming by one is `arrivals`."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import evolve, field, frozen

from ..domain import arriving, linking
from ..domain.actor import SignedIn
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.identity import LONGEST_ISSUER, VerifiedIdentity
from ..domain.ids import opaque
from ..domain.life import LifeInput
from ..domain.people import Issued
from ..domain.secret import Secret
from ..domain.sub_account import SubAccount
from ..domain.subject import Subject
from .command import Command
from .passwords import prove_anew, settle_becoming
from .people import WaitingChange
from .ports_at_hand import PortsAtHand


@final
@frozen(kw_only=True)
class LinkIdentity(Command[SubAccount]):
    """Have a company account, which the host has verified, lead to the person who is signed in; it signs in with it from then on.

    Who asks is proven anew: by the present password, or without it by a sign-in of at most ten minutes ago. Every contact
    that counts is told. One that leads to the person already needs no proof and changes nothing.

    Raises, before who asks is proven, `NotOffered` (`sso`) for an issuer that the organization does not have; `ProofNeeded`
    for who authenticated there too long ago or too weakly; `WrongState` for who comes by another account of it; `NameTaken`
    (`identity`, `external_id`) for one that is somebody else's; `NotAllowed` when the sign-in holds no more. Then `ProofNeeded`,
    and `ProofRefused` after a wrong password is counted and while a delay lasts.
    """

    action: ClassVar[Action] = Action.LINK_IDENTITY
    takes: ClassVar[LifeInput] = LifeInput.LINK
    proves: ClassVar[bool] = True
    subject: Subject
    identity: VerifiedIdentity
    current: Secret | None = None

    async def run(self, ports: PortsAtHand, /) -> SubAccount:
        """Answer the person, after the link is committed."""
        person = await ports.permitted(SignedIn(subject=self.subject), self.action, self.subject.sub_account)
        sought = arriving.seek(person.organization, self.identity, now=ports.now)
        wanted = linking.wanted(person.sub_account, sought)
        holders = await ports.repository.holders(wanted) if wanted else {}
        # Judged before the password is looked at: neither a refusal nor that nothing changes tells whether that was right.
        becomes = linking.link(person, sought, holders=holders)
        if not becomes.happened:
            return person.sub_account
        await prove_anew(ports, person, self.subject, self.current)
        return await settle_becoming(ports, person, becomes)


@final
@frozen(kw_only=True)
class UnlinkIdentity(WaitingChange):
    """Have a person come by the company account of this issuer no more; every sign-in of the person ends.

    So does what was sent for another password or contact: whoever came by that account can have asked for it. Who is active
    and has neither a password nor another company account is reset by it, and the answer carries a code to hand over where
    the policy is not one of open claims. Who has an external id that the issuer names finds in again by it, as the same
    person: take that away first. Raises `NotFound` (`identity`) when there is nothing to unlink.
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
