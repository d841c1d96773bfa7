"""What is known of every link that was ever put out, and of every code that was sent for a new phone or a forgotten
password: whose it is, how it reads, and whether something ended it.

It reads what is stored and judges with rules of its own: the library's are what is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import final

from attrs import define, field

from ...domain import codes, link
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
MOST_WRONG = 5
"""Wrong codes that end the right one."""


@final
@define(kw_only=True, eq=False)
class Followed:
    """Hold one link or code: `dead` since something ended it, for good; `seen` is how everything it hangs on was at first.

    `wrong` counts the wrong codes that were typed for it.
    """

    who: Known
    purpose: Purpose
    text: str
    ref: ProofRef
    until: datetime
    seen: tuple[object, ...]
    dead: bool = False
    wrong: int = 0

    @property
    def typed(self) -> bool:
        """Tell whether it is a code."""
        return self.ref.form is Form.CODE


@final
@define
class Trail:
    """Hold every link and code by the id of its proof."""

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
                kept.dead = kept.dead or kept.wrong >= MOST_WRONG
        for name, each in self.links.items():
            each.dead = each.dead or name not in now


def _out(person: Person) -> Iterable[tuple[Purpose, ProofRef, str | None, datetime]]:
    """Yield what is stored of a person, links and the codes it can type after it claimed: purpose, proof, address, end."""
    credential, owner = person.credential, person.sub_account.id.value
    code, recovery, contact = credential.code, credential.recovery, credential.contact
    if code is not None and code.form is Form.LINK:
        ref = ProofRef(purpose=Purpose.CLAIM, form=code.form, owner=owner, id=code.id, key=code.key)
        yield Purpose.CLAIM, ref, code.sent_to, code.expires_at
    if recovery is not None:
        yield (
            Purpose.RECOVERY,
            recovery.ref(purpose=Purpose.RECOVERY, owner=owner),
            recovery.sent_to,
            recovery.expires_at,
        )
    if contact is not None:
        proof = contact.proof
        yield Purpose.CONTACT, proof.ref(purpose=Purpose.CONTACT, owner=owner), None, proof.expires_at


def _hangs_on(person: Person, purpose: Purpose, sent_to: str | None) -> tuple[object, ...]:
    """Return everything that must not change while a link is alive, whatever it becomes again later."""
    sub, account = person.sub_account, person.account
    held = {address_text(each) for each in (sub.profile.email, sub.profile.phone) if each is not None}
    pending = person.credential.contact if purpose is Purpose.CONTACT else None
    changed = sub.profile.value(pending.field) if pending is not None else None
    return (sub.epoch, account.policy_version, person.organization.epoch, sent_to is None or sent_to in held, changed)


def _text(ref: ProofRef, person: Person, keys: KeyRing) -> str:
    organization = person.organization.id
    parts = link.parts(organization, ref.owner, ref.id)
    digest = keys.derive(purpose=link.purpose_of(ref.purpose, ref.form), parts=parts, key=ref.key)
    return codes.text(digest) if ref.form is Form.CODE else link.text(ref, digest, organization=organization)
