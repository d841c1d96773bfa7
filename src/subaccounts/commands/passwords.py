"""A person changes its own password. Resets and codes are `credentials`, creating the first one is `signing_in`."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import evolve, frozen

from ..domain import authority, people
from ..domain.actor import SignedIn
from ..domain.authority import Action
from ..domain.contact_change import is_recent
from ..domain.decision import seen
from ..domain.life import LifeInput
from ..domain.password_policy import normalized
from ..domain.people import Becomes
from ..domain.secret import Secret
from ..domain.sub_account import Person, SubAccount
from ..domain.subject import Subject
from ..errors import PasswordRefused, ProofNeeded, ProofRefused, Refusal, WrongState
from .command import Command
from .new_passwords import personal_words
from .ports_at_hand import PortsAtHand


async def prove_present(ports: PortsAtHand, person: Person, current: Secret, /, *, terminal: str) -> None:
    """Pass for the present password of who is signed in; a wrong one is counted as at the sign-in, before `ProofRefused`.

    While a delay lasts nothing is told: the same work is done, and refused. Who comes by a company account alone has no
    password, and so nothing to count: `ProofNeeded`, to sign in once more.
    """
    if person.credential.password is None:
        raise ProofNeeded
    locked = person.credential.attempts.locked_until(terminal, now=ports.now)
    right = await ports.is_password(current, person.credential)
    if locked is not None:
        raise ProofRefused(until=locked)
    if not right:
        becomes, refusal = people.wrong_password(person, terminal=terminal, now=ports.now)
        await settle_becoming(ports, person, becomes, refusal=refusal)


async def prove_anew(ports: PortsAtHand, person: Person, subject: Subject, current: Secret | None, /) -> None:
    """Pass for a fresh proof of who asks: the present password, or without it a sign-in of at most ten minutes ago.

    Raises `ProofNeeded`, and what `prove_present` raises.
    """
    if current is not None:
        await prove_present(ports, person, current, terminal=subject.terminal)
    elif not is_recent(subject, now=ports.now):
        raise ProofNeeded


async def settle_becoming(
    ports: PortsAtHand, person: Person, becomes: Becomes, /, *, refusal: Refusal | None = None
) -> SubAccount:
    """Settle what a person becomes by its own doing, with seats counted; a refusal is raised after it is remembered."""
    organization = person.organization.id
    subscription = await ports.subscriptions.current(organization)
    taken = await ports.seats_taken(organization, subscription)
    by = authority.by_itself(person.sub_account.id)
    decision = people.decide(person, becomes, by=by, subscription=subscription, taken=taken)
    # What proved it can be of before a backup that was put back meanwhile.
    guards = (*decision.guards, seen(person.organization))
    return await ports.settle(evolve(decision, guards=guards, refusal=refusal))


@final
@frozen(kw_only=True)
class ChangePassword(Command[Subject]):
    """Choose another password, with the present one as proof; every other sign-in of the person ends.

    Answers a fresh subject for the host's session. Raises `PasswordRefused` before the present one is looked at,
    `ProofRefused` after the wrong attempt is counted and while a delay lasts, `NotAllowed` when the sign-in holds no
    more, `WrongState` for who has no password, but comes by a company account.
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
        if person.credential.password is None:  # a company account's, which has nothing to change here
            raise WrongState(what="sub_account", state="without a password", action=self.takes.value)
        # Judged before the present password is looked at: its refusal must not tell whether that was right.
        self._check(ports, person.sub_account)
        await prove_present(ports, person, self.current, terminal=terminal)
        becomes = people.change_password(person, await ports.hashed(self.new), terminal=terminal, now=now)
        changed = await settle_becoming(ports, person, becomes)
        return evolve(self.subject, epoch=changed.epoch, at=now)

    def _check(self, ports: PortsAtHand, person: SubAccount) -> None:
        if normalized(self.new) == normalized(self.current):
            raise PasswordRefused(reason="same")
        personal = personal_words(person)
        blocklist, factor = ports.blocklist, self.second_factor
        ports.passwords.check(self.new, personal=personal, blocklist=blocklist, second_factor=factor)
