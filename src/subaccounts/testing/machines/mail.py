"""What is known of every notice that was ever committed: what became of it, what was sent of it, and what overtook it.

It reads what was written and what a notifier was given, and judges with rules of its own: the library's are what is tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, final

from attrs import define, field

from ... import wire
from ...domain.account import Account
from ...domain.activation_events import DeadLetterDropped, NoticeCancelled, NoticeDelivered, NoticeGivenUp
from ...domain.channel import address_text
from ...domain.credential import Credential
from ...domain.decision import Batch, Record
from ...domain.fields import Kind
from ...domain.group import Group
from ...domain.ids import AnyRecordId, SignUpId, SubAccountId
from ...domain.life import State
from ...domain.membership import InvitationRef, Membership
from ...domain.message import Message
from ...domain.notice import NOTICES, Notice
from ...domain.organization import Organization
from ...domain.proof import Purpose
from ...domain.sign_up import SignUp
from ...domain.sub_account import SubAccount
from ...domain.supplier import Supplier
from .invariants import InvariantBroken

Records = Mapping[AnyRecordId, Record]


@final
@define(kw_only=True)
class Letter:
    """Hold what is known of one notice: `over` since something overtook it, `held` while something is in its way that can
    pass, `ended` by which event; `taken` counts the times it was taken over, `tried` those it was handed to a notifier;
    `text` is what it said each time."""

    notice: Notice
    over: bool = False
    held: bool = False
    ended: type[Any] | None = None
    taken: int = 0
    tried: int = 0
    text: str | None = None

    @property
    def lost(self) -> bool:
        """Tell whether nobody was told of it, and nobody knows."""
        return not self.taken and not self.over and self.ended not in {NoticeGivenUp, DeadLetterDropped}


@final
@define
class Mail:
    """Hold the letters by the ids of their notices, and how much of journal and notifier was read so far."""

    letters: dict[str, Letter] = field(factory=dict)
    _batches: int = 0
    _taken: int = 0
    _refused: int = 0

    def look(self, journal: Sequence[Batch], records: Records, now: datetime, /) -> None:
        """Read what was written since, and find out what it overtook, or time."""
        for batch in journal[self._batches :]:
            self._read(batch)
        self._batches = len(journal)
        for letter in self.letters.values():
            letter.over = letter.over or is_over(letter.notice, records, now)
            letter.held = is_held(letter.notice, records)

    def _read(self, batch: Batch) -> None:
        for task in batch.tasks:
            if task.queue == NOTICES:
                notice = wire.loads(Notice, task.body)
                self.letters.setdefault(notice.id, Letter(notice=notice)).ended = None  # once more, when it was retried
        for event in batch.events:
            what = event.happening
            if isinstance(what, NoticeDelivered | NoticeCancelled | NoticeGivenUp | DeadLetterDropped):
                self._end(self.letters[what.notice], what)

    def _end(self, letter: Letter, what: NoticeDelivered | NoticeCancelled | NoticeGivenUp | DeadLetterDropped) -> None:
        if isinstance(what, NoticeDelivered) and not letter.taken:
            raise InvariantBroken("notices", letter.notice, "it is called delivered, and nobody took it")
        if isinstance(what, NoticeCancelled):
            if not (letter.over or letter.held):
                raise InvariantBroken("notices", letter.notice, "it was cancelled, and nothing overtook it")
            letter.over = True
        letter.ended = type(what)

    def hand(self, taken: Sequence[Message], refused: Sequence[Message], /) -> None:
        """Take note of what a notifier was given since; what was written before has to be known by then."""
        for message in taken[self._taken :]:
            self._given(message).taken += 1
        for message in refused[self._refused :]:
            self._given(message)
        self._taken, self._refused = len(taken), len(refused)

    def _given(self, message: Message) -> Letter:
        letter, text = self.letters.get(message.id), message.text.reveal()
        if letter is None:
            raise InvariantBroken("notices", message, "nothing of it was ever committed")
        if letter.over or letter.held or letter.ended is not None:
            why = "something overtook it" if letter.over or letter.held else "it had ended"
            raise InvariantBroken("notices", letter.notice, f"it was sent, though {why}")
        if letter.text not in {None, text}:
            raise InvariantBroken("notices", letter.notice, "a repeat said something else")
        letter.text, letter.tried = text, letter.tried + 1
        return letter

    def require_all(self, of: Iterable[Letter], /) -> None:
        """Raise `InvariantBroken` for a letter that is lost."""
        for letter in of:
            if letter.lost:
                raise InvariantBroken("notices", letter.notice, "nobody was told of it, and nothing says so")


def is_over(notice: Notice, records: Records, now: datetime, /) -> bool:
    """Tell whether what is stored overtakes a notice: read off the records, in words of its own.

    Who signs up and whose link has ended is told nothing more; a message of a person that ended so is given up instead.
    """
    organization = records[notice.organization]
    restored = organization.restored_at if isinstance(organization, Organization) else None
    if restored is not None and notice.at <= restored:
        return True
    person = records.get(notice.sub_account) if notice.sub_account is not None else None
    if isinstance(person, SubAccount):
        if person.state is State.DELETED:
            return True
        if notice.kind.value.startswith("activation"):
            held = [each for each in (person.profile.email, person.profile.phone) if each is not None]
            if person.state is not State.WAITING or address_text(notice.to) not in map(address_text, held):
                return True
    if notice.invitation is not None and not _is_waited_for(notice.invitation, records, now):
        return True
    if notice.proof is None:
        return False
    attempt = records.get(SignUpId(organization=notice.organization, value=notice.proof.owner))
    ended = isinstance(attempt, SignUp) and attempt.proof.begun and attempt.proof.expires_at <= now
    return ended or not _is_out(notice, records)


def _is_waited_for(invitation: InvitationRef, records: Records, now: datetime) -> bool:
    """Tell whether an invitation is as it went out and can be accepted one day: neither its time nor its group is over."""
    held = records.get(invitation.id)
    if not isinstance(held, Membership) or held.version != invitation.version:
        return False
    group, until = records.get(held.group), held.window.until
    return isinstance(group, Group) and group.retired_at is None and (until is None or now < until)


def is_held(notice: Notice, records: Records, /) -> bool:
    """Tell whether an invitation cannot be accepted, or would go astray, just now; in words of its own, too."""
    held = records.get(notice.invitation.id) if notice.invitation is not None else None
    person = records.get(notice.sub_account) if notice.sub_account is not None else None
    if not isinstance(held, Membership) or not isinstance(person, SubAccount):
        return False
    group, to = records.get(held.group), address_text(notice.to)
    outside = person.profile.kind is Kind.EXTERNAL
    shut = isinstance(group, Group) and outside and not group.allows_external
    contacts = {"email": person.profile.email, "phone": person.profile.phone}
    own = {Supplier.PERSON, Supplier.SIGN_UP}
    counting = {
        address_text(contact)
        for name, contact in contacts.items()
        if contact is not None and (person.profile.values[name].by not in own or name in person.proven)
    }
    return shut or person.state is State.ARCHIVED or to not in counting


def _is_out(notice: Notice, records: Records) -> bool:
    """Tell whether the proof of a notice is the one that is out for its purpose, and would be taken at its time."""
    ref, of = notice.proof, notice.organization
    assert ref is not None, "only asked of one with a proof"  # noqa: S101 - narrows the type for the checker
    if ref.purpose is Purpose.SIGN_UP:
        attempt = records.get(SignUpId(organization=of, value=ref.owner))
        proof: Any = attempt.proof if isinstance(attempt, SignUp) else None
        under = attempt.account if isinstance(attempt, SignUp) else None
    else:
        whose = SubAccountId(organization=of, value=ref.owner)
        person, credential = records.get(whose), records.get(whose.credential)
        if not (isinstance(person, SubAccount) and isinstance(credential, Credential)):
            return False
        pending, under = credential.contact, person.account
        proof = {
            Purpose.CLAIM: credential.code,
            Purpose.RECOVERY: credential.recovery,
            Purpose.CONTACT: pending.proof if pending is not None else None,
        }[ref.purpose]
    account, organization = records.get(under) if under is not None else None, records[of]
    if proof is None or not isinstance(account, Account) or not isinstance(organization, Organization):
        return False
    same = (proof.id, proof.key, proof.form) == (ref.id, ref.key, ref.form)
    now = (account.policy_version, organization.epoch)
    return same and proof.wrong < 5 and now == (proof.policy_version, proof.organization_epoch)
