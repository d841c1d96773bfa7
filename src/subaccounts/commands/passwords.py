"""A person changes its own password. Resets and codes are `credentials`, creating the first one is `signing_in`."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import evolve, frozen

from ..domain import authority, people
from ..domain.actor import SignedIn
from ..domain.authority import Action
from ..domain.life import LifeInput
from ..domain.password_policy import normalized
from ..domain.secret import Secret
from ..domain.sub_account import SubAccount
from ..domain.subject import Subject
from ..errors import PasswordRefused, ProofRefused
from .command import Command
from .ports_at_hand import PortsAtHand, personal_words


@final
@frozen(kw_only=True)
class ChangePassword(Command[Subject]):
    """Choose another password, with the present one as proof; every other sign-in of the person ends.

    Answers a fresh subject for the host's session. Raises `PasswordRefused` before the present one is looked at,
    `ProofRefused` after the wrong attempt is counted and while a delay lasts, `NotAllowed` when the sign-in holds no
    more.
    """

    action: ClassVar[Action] = Action.CHANGE_PASSWORD
    takes: ClassVar[LifeInput] = LifeInput.CHANGE_PASSWORD
    proves: ClassVar[bool] = True
    subject: Subject
    current: Secret
    new: Secret
    second_factor: bool = False

    async def run(self, ports: PortsAtHand, /) -> Subject:
        """Answer the fresh subject."""
        actor, terminal, now = SignedIn(subject=self.subject), self.subject.terminal, ports.now
        person = await ports.permitted(actor, self.action, self.subject.sub_account)
        # Judged before the present password is looked at: its refusal must not tell whether that was right.
        self._check(ports, person.sub_account)
        locked = person.credential.attempts.locked_until(terminal, now=now)
        right = await ports.is_password(self.current, person.credential)
        if locked is not None:
            raise ProofRefused(until=locked)
        by, subscription = authority.by(actor), await ports.subscriptions.current(person.organization.id)
        taken = await ports.seats_taken(person.organization.id, subscription)
        if not right:
            becomes, refusal = people.wrong_password(person, terminal=terminal, now=now)
            decision = people.decide(person, becomes, by=by, subscription=subscription, taken=taken)
            await ports.settle(evolve(decision, refusal=refusal))
        becomes = people.change_password(person, await ports.hashed(self.new), terminal=terminal, now=now)
        changed = await ports.settle(people.decide(person, becomes, by=by, subscription=subscription, taken=taken))
        return evolve(self.subject, epoch=changed.epoch, at=now)

    def _check(self, ports: PortsAtHand, person: SubAccount) -> None:
        if normalized(self.new) == normalized(self.current):
            raise PasswordRefused(reason="same")
        personal = personal_words(person)
        blocklist, factor = ports.blocklist, self.second_factor
        ports.passwords.check(self.new, personal=personal, blocklist=blocklist, second_factor=factor)
