"""A person's own e-mail or phone: ask for another, and prove it. What an administrator enters is `editing.EditPerson`."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import frozen

from ..domain import codes, contact_change, link
from ..domain.actor import SignedIn
from ..domain.authority import Action
from ..domain.channel import Channel
from ..domain.contact_change import ContactProven, ContactRequested
from ..domain.dialogue import SHARED_TERMINAL
from ..domain.email import Email
from ..domain.life import LifeInput
from ..domain.phone import Phone
from ..domain.proof import Purpose
from ..domain.recovery import SHUT
from ..domain.scene import stand
from ..domain.secret import Secret
from ..domain.sub_account import SIGN_IN_SPACE, Person
from ..domain.subject import Subject
from ..errors import LinkRefused
from .command import Command
from .links import followed
from .passwords import prove_anew, settle_becoming
from .ports_at_hand import PortsAtHand
from .scenes import scene_of
from .spending import spending


@final
@frozen(kw_only=True)
class ChangeContact(Command[ContactRequested]):
    """Ask for another e-mail or phone of one's own: a message goes to the new one, and nothing changes before its proof.

    `field` is `email` or `phone`. Who asks is proven anew: by the present password, or without it by a sign-in of at most ten
    minutes ago. An e-mail is sent a link (`ProveContact`), a phone a code (`ProveContactByCode`); whether somebody else has
    the same one is told by nothing. Raises `ProofNeeded`; `ProofRefused` after a wrong password is counted and while a delay
    lasts; `FieldRefused` where the policy keeps the field from the person; `TooSoon` within five minutes of the last, and
    until tomorrow where the day's SMS are spent; `NotOffered` (`sms`); `InvalidValue`; `NotAllowed` when the sign-in holds
    no more.
    """

    action: ClassVar[Action] = Action.CHANGE_CONTACT
    takes: ClassVar[LifeInput] = LifeInput.CHANGE_CONTACT
    proves: ClassVar[bool] = True
    subject: Subject
    field: str
    value: str | Email | Phone
    current: Secret | None = None

    async def run(self, ports: PortsAtHand, /) -> ContactRequested:
        """Answer that the new contact was written to."""
        to = contact_change.parse(self.field, self.value)
        actor = SignedIn(subject=self.subject)
        person = await ports.permitted(actor, self.action, self.subject.sub_account)
        subscription = await ports.subscriptions.current(person.organization.id)
        contact_change.require(person, to, subscription=subscription, now=ports.now)
        await prove_anew(ports, person, self.subject, self.current)
        today, key = await spending(ports, person.organization, Channel.SMS), ports.keys.current
        return await ports.settle(
            contact_change.request(person, to, id=ports.new_id(), key=key, spending=today, now=ports.now)
        )


@final
@frozen(kw_only=True)
class ProveContact(Command[ContactProven]):
    """Prove a new e-mail by the link that was sent to it; it is the person's from then on.

    It becomes a sign-in key where nobody of the realm has it as one; what was sent to the address before is dead, and both
    addresses are told. Needs no session: who asked was proven then. Raises `LinkRefused`, and `FieldRefused` where an
    administrator has given the field meanwhile.
    """

    proves: ClassVar[bool] = True
    link: Secret

    async def run(self, ports: PortsAtHand, /) -> ContactProven:
        """Answer what the person has now."""
        found = await followed(ports, link.parse(self.link), Purpose.CONTACT)
        here = await scene_of(ports, found.person, terminal=SHARED_TERMINAL, second_factor=False)
        if stand(here) in SHUT:
            raise LinkRefused(why="unknown")
        return await _proven(ports, found.person)


@final
@frozen(kw_only=True)
class ProveContactByCode(Command[ContactProven]):
    """Prove a new phone by the code that was sent to it; it is the person's from then on.

    A wrong code is counted before it is refused (`ProofRefused`), and five end the right one. Raises `LinkRefused` when none
    is out (`unknown`) or its time is over (`expired`), `FieldRefused` as `ProveContact` does, `NotAllowed` when the sign-in
    holds no more.
    """

    action: ClassVar[Action] = Action.CHANGE_CONTACT
    takes: ClassVar[LifeInput] = LifeInput.CHANGE_CONTACT
    proves: ClassVar[bool] = True
    subject: Subject
    code: Secret

    async def run(self, ports: PortsAtHand, /) -> ContactProven:
        """Answer what the person has now."""
        actor = SignedIn(subject=self.subject)
        person = await ports.permitted(actor, self.action, self.subject.sub_account)
        ref = contact_change.code_that_is_out(person, now=ports.now)
        like = link.purpose_of(ref.purpose, ref.form)
        digest, derived = ports.known_digest(person.organization.id, ref, like=like)
        if not derived:
            raise LinkRefused(why="unknown")  # under a key that was retired
        if not codes.is_code(self.code, digest):
            becomes, refusal = contact_change.wrong_code(person)
            await settle_becoming(ports, person, becomes, refusal=refusal)
        return await _proven(ports, person)


async def _proven(ports: PortsAtHand, person: Person) -> ContactProven:
    pending = contact_change.waiting(person)
    free = isinstance(pending.to, Email) and await ports.is_free(person.sub_account, SIGN_IN_SPACE, pending.to.key)
    changed = await settle_becoming(ports, person, contact_change.prove(person, email_free=free, now=ports.now))
    signs_in = isinstance(pending.to, Email) and changed.email_is_key
    return ContactProven(field=pending.field, contact=pending.to.masked, signs_in=signs_in)
