"""What is known of every link that was ever put out: whose it is, how it reads, and whether something ended it.

It reads what is stored and judges with rules of its own: the library's are what is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import final

from attrs import define, field

from ...domain import link
from ...domain.channel import address_text
from ...domain.life import State
from ...domain.proof import Form, ProofRef, Purpose
from ...domain.sub_account import Person
from ...keys import KeyRing
from .known import Known

LIVES = {
    Purpose.CLAIM: frozenset({State.WAITING}),
    Purpose.RECOVERY: frozenset({State.ACTIVE, State.DISABLED}),
    Purpose.CONTACT: frozenset({State.ACTIVE, State.DISABLED}),
}
"""The states in which a link of each purpose can be alive; of a disabled person nothing is proven but the password."""


@final
@define(kw_only=True, eq=False)
class Followed:
    """Hold one link: `dead` since something ended it, for good; `seen` is how everything it hangs on was at first."""

    who: Known
    purpose: Purpose
    text: str
    ref: ProofRef
    until: datetime
    seen: tuple[object, ...]
    dead: bool = False


@final
@define
class Trail:
    """Hold every link by the id of its proof."""

    links: dict[str, Followed] = field(factory=dict)

    def look(self, people: Iterable[Known], read: Callable[[Known], Person], keys: KeyRing, /) -> None:
        """Note what was put out since, and find out what ended."""
        now: set[str] = set()
        for known in people:
            person = read(known)
            for purpose, ref, sent_to, until in _out(person):
                now.add(ref.id)
                seen = _hangs_on(person, purpose, sent_to)
                if ref.id not in self.links:
                    text = _text(ref, person, keys)
                    fresh = Followed(who=known, purpose=purpose, text=text, ref=ref, until=until, seen=seen)
                    self.links[ref.id] = fresh
                kept = self.links[ref.id]
                kept.until = until
                kept.dead = kept.dead or kept.seen != seen or person.sub_account.state not in LIVES[purpose]
        for name, each in self.links.items():
            each.dead = each.dead or name not in now


def _out(person: Person) -> Iterable[tuple[Purpose, ProofRef, str | None, datetime]]:
    """Yield the links that are stored of a person: purpose, proof, the address it went to, and its end."""
    credential, owner = person.credential, person.sub_account.id.value
    code, recovery, contact = credential.code, credential.recovery, credential.contact
    if code is not None and code.form is Form.LINK:
        ref = ProofRef(purpose=Purpose.CLAIM, form=code.form, owner=owner, id=code.id, key=code.key)
        yield Purpose.CLAIM, ref, code.sent_to, code.expires_at
    if recovery is not None and recovery.form is Form.LINK:
        yield (
            Purpose.RECOVERY,
            recovery.ref(purpose=Purpose.RECOVERY, owner=owner),
            recovery.sent_to,
            recovery.expires_at,
        )
    if contact is not None and contact.proof.form is Form.LINK:
        proof = contact.proof
        yield Purpose.CONTACT, proof.ref(purpose=Purpose.CONTACT, owner=owner), None, proof.expires_at


def _hangs_on(person: Person, purpose: Purpose, sent_to: str | None) -> tuple[object, ...]:
    """Return everything that must not change while a link is alive, whatever it becomes again later."""
    sub, account = person.sub_account, person.account
    held = {address_text(each) for each in (sub.profile.email, sub.profile.phone) if each is not None}
    changed = sub.profile.email if purpose is Purpose.CONTACT else None
    return (sub.epoch, account.policy_version, person.organization.epoch, sent_to is None or sent_to in held, changed)


def _text(ref: ProofRef, person: Person, keys: KeyRing) -> str:
    organization = person.organization.id
    parts = link.parts(organization, ref.owner, ref.id)
    digest = keys.derive(purpose=link.purpose_of(ref.purpose, ref.form), parts=parts, key=ref.key)
    return link.text(ref, digest, organization=organization)
