"""When a notice goes out and when it does not: what overtakes it, how its proof's life begins, how often it is tried.

A notice waits as a task. A worker leases it, asks `fate`, begins the life of the proof by a commit, sends, and gives the task
back by one of the decisions below. A try is a lease: what makes workers die, or sleep past their lease, is counted too. How a
notice is worded is `tellings`, what was given up is `dead_letter`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final, assert_never, final

from attrs import evolve, frozen

from . import codes
from .account import Account
from .activation_events import NoticeCancelled, NoticeDelivered
from .channel import Address, address_text, channel_of, field_of
from .contacts import counts
from .credential import ClaimCode, Credential
from .decision import Decision, Happened, seen
from .events import By, Happening
from .ids import SignUpId, SubAccountId
from .invitation import stands
from .life import State
from .message import Accepted
from .notice import Notice, NoticeKind
from .organization import Organization
from .proof import ProofRef, Purpose, SentProof
from .sign_up import SignUp
from .sub_account import Person, SubAccount
from .task import Leased
from .viewer import ViewerFacts

LEASED: Final = timedelta(minutes=5)
"""How long a worker has what it takes; what it held when it died is due again then."""
ROOM: Final = timedelta(minutes=1)
"""What a lease has to last still before something is sent, so that a provider can take so long to answer."""
MOST_TRIES: Final = 12
"""Tries after which a notice that is put off once more is given up: it has waited about a day by then."""
MOST_LEASES: Final = 24
"""After more leases than these nothing is tried any more: whoever tried did not live to say what came of it."""
PATIENCE: Final = timedelta(hours=20)
"""How old a notice is at least before its tries count against it. Leases that were no tries count too: of a worker that died
beside it, or had no page for its link. Put off twelve times, it is older anyway."""
FIRST_WAIT: Final = timedelta(minutes=1)
"""How long a notice that was put off waits for its next try; each further wait is twice as long."""
LONGEST_WAIT: Final = timedelta(hours=6)
"""Where waits stop growing."""
LONGEST_ASKED: Final = timedelta(days=1)
"""How long a provider is left alone at most because it asked for it."""
LONGEST_SAID: Final = 200
"""Characters kept of what a provider said."""


@final
@frozen(kw_only=True)
class Attempt:
    """Hold an attempt to sign up with the account it is under."""

    account: Account
    sign_up: SignUp


Owner = Person | Attempt
"""Whom a notice is about."""


class Fate(Enum):
    """What is to come of a notice that was leased."""

    SEND = "send"
    OVERTAKEN = "overtaken"
    """What it says is over, or its proof is dead: it is cancelled."""
    EXPIRED = "expired"
    """Its proof began its life and came to its end before anybody took the message: it is given up."""
    TOO_MANY_TRIES = "too_many_tries"
    """It was leased too often without a word of what came of it: it is given up."""


def owner_of(notice: Notice, /) -> SubAccountId | SignUpId | None:
    """Return whose row a notice is judged by, or None where it is about nobody who is stored."""
    proof = notice.proof
    if proof is None:
        return notice.sub_account
    of = SignUpId if proof.purpose is Purpose.SIGN_UP else SubAccountId
    return of(organization=notice.organization, value=proof.owner)


def fate(
    notice: Notice,
    /,
    *,
    organization: Organization,
    owner: Owner | None,
    facts: ViewerFacts | None = None,
    tries: int,
    now: datetime,
) -> Fate:
    """Decide what comes of a notice; `owner` is whose row it is, as read now, and `tries` counts its leases.

    `facts` are the person's of a notice that invites.
    """
    if _is_over(notice, organization, owner) or not _invites_still(notice, facts, now):
        return Fate.OVERTAKEN
    if notice.proof is not None:
        proof = _stored(notice.proof, owner) if owner is not None else None
        if owner is None or proof is None or not _is_valid(proof, organization, owner.account):
            return Fate.OVERTAKEN
        if proof.begun and proof.expires_at <= now:
            return Fate.OVERTAKEN if isinstance(owner, Attempt) else Fate.EXPIRED
    return Fate.TOO_MANY_TRIES if is_worn(notice, tries=tries, most=MOST_LEASES, now=now) else Fate.SEND


def is_worn(notice: Notice, /, *, tries: int, most: int = MOST_TRIES - 1, now: datetime) -> bool:
    """Tell whether a notice that is not taken once more is given up: tried more than so often, and for long enough."""
    return tries > most and notice.at + PATIENCE <= now


def _is_over(notice: Notice, organization: Organization, owner: Owner | None) -> bool:
    """Tell whether what a notice says is over: decided before a backup was restored, of nobody who is there any more, or
    an activation of somebody who waits no longer or has the address no longer."""
    if organization.restored_at is not None and notice.at <= organization.restored_at:
        return True
    if owner is None:
        return owner_of(notice) is not None
    if isinstance(owner, Attempt):
        return False
    person = owner.sub_account
    if notice.kind in _ACTIVATIONS:
        return person.state is not State.WAITING or not _has(person, notice.to)
    return person.state is State.DELETED


def _invites_still(notice: Notice, facts: ViewerFacts | None, now: datetime) -> bool:
    """Tell whether the invitation a notice is about stands, and goes to an address that is the person's and counts."""
    if notice.invitation is None:
        return True
    if facts is None or not stands(notice.invitation, facts, now):
        return False
    person = facts.sub_account
    return _has(person, notice.to) and counts(person, field_of(notice.to))


_ACTIVATIONS: Final = frozenset({NoticeKind.ACTIVATION, NoticeKind.ACTIVATION_BY_SSO})


def _has(person: SubAccount, address: Address) -> bool:
    held = (person.profile.email, person.profile.phone)
    return address_text(address) in {address_text(each) for each in held if each is not None}


def _stored(ref: ProofRef, owner: Owner) -> ClaimCode | SentProof | None:
    """Return what is stored of a notice's proof, or None when another is there, or none."""
    stored: ClaimCode | SentProof | None = None
    match owner:
        case Attempt():
            stored = owner.sign_up.proof if ref.purpose is Purpose.SIGN_UP else None
        case Person():
            stored = _of_person(owner.credential, ref.purpose)
        case _:
            assert_never(owner)
    same = stored is not None and (stored.id, stored.key, stored.form) == (ref.id, ref.key, ref.form)
    return stored if same else None


def _of_person(credential: Credential, purpose: Purpose) -> ClaimCode | SentProof | None:
    match purpose:
        case Purpose.CLAIM:
            return credential.code
        case Purpose.RECOVERY:
            return credential.recovery
        case Purpose.CONTACT:
            return credential.contact.proof if credential.contact is not None else None
        case Purpose.SIGN_UP:
            return None
        case _:
            assert_never(purpose)


def _is_valid(proof: ClaimCode | SentProof, organization: Organization, account: Account) -> bool:
    """Tell whether a proof would be taken at its time."""
    if isinstance(proof, ClaimCode):
        return codes.valid(proof, organization=organization, account=account)
    return proof.valid(policy_version=account.policy_version, epoch=organization.epoch)


def begin(
    notice: Notice, owner: Owner | None, /, *, organization: Organization, by: By, now: datetime
) -> Decision[None] | None:
    """Begin the life of the notice's proof, or return None where nothing has to be written.

    A life begins once: whatever is sent again carries the same proof, for as long as it had the first time. Whom the notice
    is about has to be as it was read, so that nothing goes out that was overtaken while this was decided.
    """
    if notice.proof is None or owner is None:
        return None
    lasts = organization.activation.lasts(notice.proof.form)
    guards = [seen(organization)]
    match owner:
        case Attempt(sign_up=attempt):
            put: SignUp | Credential = attempt.begin(lasts=lasts, now=now)
            changed = put != attempt
        case Person(credential=credential):
            guards.append(seen(owner.sub_account))
            put = _with_life(credential, notice.proof.purpose, lasts=lasts, now=now)
            changed = put != credential
        case _:
            assert_never(owner)
    if not changed:
        return None
    return Decision(organization=organization.id, by=by, result=None, puts=(put,), guards=tuple(guards))


def _with_life(credential: Credential, purpose: Purpose, *, lasts: timedelta, now: datetime) -> Credential:
    code, recovery, contact = credential.code, credential.recovery, credential.contact
    if purpose is Purpose.CLAIM and code is not None:
        return evolve(credential, code=codes.begin(code, lasts=lasts, now=now))
    if purpose is Purpose.RECOVERY and recovery is not None:
        return evolve(credential, recovery=recovery.begin(lasts=lasts, now=now))
    if purpose is Purpose.CONTACT and contact is not None:
        return evolve(credential, contact=evolve(contact, proof=contact.proof.begin(lasts=lasts, now=now)))
    return credential


def accepted(notice: Notice, leased: Leased, outcome: Accepted, /, *, by: By) -> Decision[None]:
    """Say that a provider took the notice over."""
    return ended(
        notice,
        leased,
        NoticeDelivered(
            notice=notice.id,
            kind=notice.kind.value,
            channel=channel_of(notice.to).value,
            provider_id=said(outcome.provider_id),
        ),
        by=by,
    )


def cancelled(notice: Notice, leased: Leased, /, *, by: By) -> Decision[None]:
    """Say that the notice was overtaken, and is not sent."""
    return ended(notice, leased, NoticeCancelled(notice=notice.id, kind=notice.kind.value), by=by)


def ended(notice: Notice, leased: Leased, what: Happening, /, *, by: By) -> Decision[None]:
    """Say that a notice is done with, and how."""
    happened = Happened(what=what, account=notice.account, sub_account=notice.sub_account)
    return Decision(
        organization=notice.organization,
        by=by,
        result=None,
        acknowledgments=(leased.done(),),
        happened=(happened,),
    )


def given_back(leased: tuple[Leased, ...], /, *, due: datetime, by: By) -> Decision[None]:
    """Give tasks of one organization back to be done by whoever takes them, not before `due` (UTC)."""
    organization = leased[0].task.organization
    return Decision(
        organization=organization, by=by, result=None, acknowledgments=tuple(each.again(due) for each in leased)
    )


def wait(tries: int, /, *, asked: timedelta | None, chance: float) -> timedelta:
    """Return how long a notice waits that was put off for the `tries`-th time.

    One minute at first, twice as long each time up to six hours; at least what the provider `asked` for, up to a day; and
    by `chance`, a number from 0 to 1, up to half a step more, so that what was put off together does not come together.
    """
    doublings = min(max(tries, 1) - 1, 16)
    step = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    least = max(step, min(asked, LONGEST_ASKED)) if asked is not None else step
    return least + step * (chance / 2)


def said(text: str, /) -> str:
    """Return what a provider said as it can be kept: on one line, nothing unseen, at most 200 characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST_SAID]).strip()
