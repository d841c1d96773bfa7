"""The rules for people who exist: edit, rename, archive, restore, delete, codes, reset, unlock, a changed password.

Each returns the person as it becomes, with its credential; `Change` makes one decision of them. Adding is `adding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import final

from attrs import evolve, frozen

from ..errors import FieldRefused, NameTaken, ProofRefused, WrongState
from . import fields as f
from . import registration, seats, tellings
from .activation_events import PasswordRecovered
from .attempts import Attempts
from .channel import address_text
from .contacts import counts, disowned
from .credential import ClaimCode, Credential
from .decision import Decision, Happened, Record, seen
from .events import (
    By,
    CodeIssued,
    CodeVoided,
    Happening,
    PasswordChanged,
    PasswordDisabled,
    SignInFailed,
    SubAccountArchived,
    SubAccountDeleted,
    SubAccountEdited,
    SubAccountRenamed,
    SubAccountReset,
    SubAccountRestored,
    SubAccountUnlocked,
)
from .fields import FieldValue
from .life import LifeInput, State, after
from .login import Login
from .notice import Telling
from .password import PasswordHash
from .policy import ByCode
from .profile import NO_PROFILE
from .sub_account import Person, SubAccount
from .subscription import Subscription
from .supplier import Supplier


@final
@frozen(kw_only=True)
class Becomes:
    """Hold what a person becomes, what happened to it, and what it is told beside the security notices of that."""

    sub_account: SubAccount
    credential: Credential
    happened: tuple[Happening, ...]
    tellings: tuple[Telling, ...] = ()


def edit(
    person: Person,
    given: Mapping[str, FieldValue | None],
    /,
    *,
    by: Supplier,
    email_free: bool,
    now: datetime,
    external_free: bool = True,
) -> Becomes:
    """Give fields; `email_free` says that nobody in the realm signs in with the new e-mail, `external_free` that nobody in
    it has the new external id, which else is refused.

    An e-mail by an administrator or directory is vouched for and becomes a sign-in key where it is free; a contact that
    does not count yet becomes theirs, though its value stays. A person's own contact needs a proof first and is refused
    here (`needs_proof`).
    """
    sub = person.sub_account
    state = after(sub.state, LifeInput.EDIT)
    if by is Supplier.PERSON and f.CONTACTS & given.keys():
        raise FieldRefused(field=min(f.CONTACTS & given.keys()), why="needs_proof")
    # What the person has proven stays its own: it counts already, and the person can go on changing it.
    vouched = {name for name in f.CONTACTS if by in _VOUCHING and not counts(sub, name)}
    profile = sub.profile.supply(given, by=by, at=now, policy=person.account.policy, vouched=vouched)
    if given.get(f.EXTERNAL_ID) is not None and not external_free:
        raise NameTaken(field=f.EXTERNAL_ID)
    edited = registration.with_profile(sub, profile)
    if f.EMAIL in given and profile.email is not None and by in _VOUCHING:
        edited = evolve(edited, email_is_key=email_free)  # also for one the person gave: this is how it is vouched for
    rekeyed = {f.EMAIL} if edited.email_is_key is not sub.email_is_key else frozenset[str]()
    held, before = profile.values, sub.profile.values
    changed = tuple(name for name in given if name in rekeyed or held.get(name) != before.get(name))
    happened = (SubAccountEdited(fields=changed),) if changed else ()
    others = {name for name in changed if profile.value(name) != sub.profile.value(name)}
    edited = evolve(edited, state=state, proven=edited.proven - others)
    return Becomes(sub_account=edited, credential=without_lost(person, edited), happened=happened)


def without_lost(person: Person, edited: SubAccount, /) -> Credential:
    """Return the credential without the proofs that went to an address that is the person's no more.

    A contact that waited for its proof to replace another than it was asked for ends too.
    """
    before, after = ({f.EMAIL: sub.profile.email, f.PHONE: sub.profile.phone} for sub in (person.sub_account, edited))
    credential = person.credential
    if credential.contact is not None and before[credential.contact.field] != after[credential.contact.field]:
        credential = evolve(credential, contact=credential.contact.killed())
    kept = {address_text(each) for each in after.values() if each is not None}
    lost = {address_text(each) for each in before.values() if each is not None} - kept
    if credential.code is not None and credential.code.sent_to in lost:
        credential = evolve(credential, code=None)
    if credential.recovery is not None and credential.recovery.sent_to in lost:
        credential = evolve(credential, recovery=None)
    return credential


def without_pending(credential: Credential, /) -> Credential:
    """Return the credential without the proofs that were sent for another password or contact.

    They end with the sign-ins of before: whoever was signed in can have asked for them.
    """
    pending = credential.contact
    return evolve(credential, recovery=None, contact=pending.killed() if pending is not None else None)


_VOUCHING = frozenset({Supplier.ADMINISTRATOR, Supplier.DIRECTORY})


def rename(person: Person, login: Login, /, *, held: str | None) -> Becomes:
    """Give another login; `held` says why it cannot be had (`held`, `looks_like`, `deleted`), or None.

    A deleted person's login that is given on purpose is released beside this, by `adding.release`.
    """
    sub = person.sub_account
    state = after(sub.state, LifeInput.RENAME)
    if held is not None:
        raise NameTaken(field="login", why=held)
    happened = () if login == sub.login else (SubAccountRenamed(before=sub.login.text, after=login.text),)
    return Becomes(sub_account=evolve(sub, login=login, state=state), credential=person.credential, happened=happened)


def archive(person: Person, /) -> Becomes:
    """Stop every sign-in and keep the history: password, code and subjects are dead for good."""
    sub = person.sub_account
    archived = evolve(sub, state=after(sub.state, LifeInput.ARCHIVE), epoch=sub.epoch + 1)
    return Becomes(sub_account=archived, credential=emptied(person.credential), happened=(SubAccountArchived(),))


def restore(person: Person, /, *, code: ClaimCode | None, now: datetime) -> Becomes:
    """Bring an archived person back as the same one, waiting for a new claim."""
    sub = person.sub_account
    restored = evolve(sub, state=after(sub.state, LifeInput.RESTORE))
    return _waiting(restored, person.credential, code, now, SubAccountRestored())


def delete(person: Person, /) -> Becomes:
    """Leave a tombstone: the id, and the login so that it is not silently given to the next person."""
    sub = person.sub_account
    state = after(sub.state, LifeInput.DELETE)
    gone = evolve(
        sub,
        state=state,
        profile=NO_PROFILE,
        email_is_key=False,
        identities=frozenset(),
        proven=frozenset(),
        epoch=sub.epoch + 1,
    )
    return Becomes(sub_account=gone, credential=emptied(person.credential), happened=(SubAccountDeleted(),))


def reset(person: Person, /, *, code: ClaimCode | None, now: datetime) -> Becomes:
    """Kill every proof the person has and wait for a new claim, by the code or as the policy says.

    A reset undoes whatever somebody made its own: company accounts lead here no more, and contacts that the person proved
    itself count no more and sign nobody in, or the next link would go to whoever proved them. An archived person keeps both.
    """
    sub = person.sub_account
    state = after(sub.state, LifeInput.RESET)
    waiting = evolve(disowned(sub), state=state, identities=frozenset(), epoch=sub.epoch + 1)
    return _waiting(waiting, person.credential, code, now, SubAccountReset())


def issue_code(person: Person, /, *, code: ClaimCode) -> Becomes:
    """Put out a claim code; the one before is dead."""
    sub = evolve(person.sub_account, state=after(person.sub_account.state, LifeInput.ISSUE_CODE))
    happened = (CodeIssued(expires_at=code.expires_at),)
    return Becomes(sub_account=sub, credential=evolve(person.credential, code=code), happened=happened)


def void_code(person: Person, /) -> Becomes:
    """Kill the claim code that is out; raise `WrongState` when there is none."""
    sub = evolve(person.sub_account, state=after(person.sub_account.state, LifeInput.VOID_CODE))
    if person.credential.code is None:
        raise WrongState(what="sub_account", state="without a code", action=LifeInput.VOID_CODE.value)
    return Becomes(sub_account=sub, credential=evolve(person.credential, code=None), happened=(CodeVoided(),))


def unlock(person: Person, /) -> Becomes:
    """End every delay; a disabled password stays disabled."""
    sub = evolve(person.sub_account, state=after(person.sub_account.state, LifeInput.UNLOCK))
    credential = evolve(person.credential, attempts=person.credential.attempts.unlocked())
    return Becomes(sub_account=sub, credential=credential, happened=(SubAccountUnlocked(),))


def change_password(person: Person, password: PasswordHash, /, *, terminal: str, now: datetime) -> Becomes:
    """Take another password; every other sign-in of the person ends."""
    sub = person.sub_account
    changed = evolve(sub, state=after(sub.state, LifeInput.CHANGE_PASSWORD), epoch=sub.epoch + 1)
    attempts = person.credential.attempts.succeeded(terminal, now=now)
    credential = evolve(without_pending(person.credential), password=password, attempts=attempts)
    return Becomes(sub_account=changed, credential=credential, happened=(PasswordChanged(),))


def recover(person: Person, password: PasswordHash, /) -> Becomes:
    """Take the password that somebody created by a proof that was sent; every sign-in and proof of before is dead."""
    sub = person.sub_account
    recovered = evolve(sub, state=after(sub.state, LifeInput.RECOVER), epoch=sub.epoch + 1)
    credential = evolve(emptied(person.credential), password=password)
    return Becomes(sub_account=recovered, credential=credential, happened=(PasswordRecovered(),))


def wrong_password(person: Person, /, *, terminal: str, now: datetime) -> tuple[Becomes, ProofRefused]:
    """Count a wrong current password as a wrong sign-in is counted, and refuse."""
    sub, attempts = person.sub_account, person.credential.attempts.failed(terminal, now=now)
    credential = evolve(person.credential, attempts=attempts)
    happened: tuple[Happening, ...] = (SignInFailed(terminal=terminal, failures=attempts.in_a_row),)
    if attempts.exhausted and sub.state is State.ACTIVE:
        sub = evolve(sub, state=after(sub.state, LifeInput.GUESSED_TOO_OFTEN))
        credential, happened = evolve(credential, password=None), (*happened, PasswordDisabled())
    refusal = ProofRefused(until=attempts.locked_until(terminal, now=now))
    return Becomes(sub_account=sub, credential=credential, happened=happened), refusal


def needs_code(person: Person, /) -> bool:
    """Tell whether the account's policy has codes issued by itself."""
    return isinstance(person.account.policy.claim, ByCode)


def _waiting(
    sub: SubAccount, credential: Credential, code: ClaimCode | None, now: datetime, what: Happening
) -> Becomes:
    waiting = evolve(emptied(credential), waiting_since=now, code=code)
    issued = (CodeIssued(expires_at=code.expires_at),) if code else ()
    return Becomes(sub_account=sub, credential=waiting, happened=(what, *issued))


def emptied(credential: Credential, /) -> Credential:
    """Return the credential without a proof, a pending one or a wrong attempt in it."""
    return evolve(credential, password=None, code=None, attempts=Attempts(), recovery=None, contact=None)


def decide(
    person: Person, becomes: Becomes, /, *, by: By, subscription: Subscription, taken: int
) -> Decision[SubAccount]:
    """Make one decision of what a person becomes; the account's policy and state still have to hold.

    `taken` is how many stored seats are taken. Raises `SeatsFull` when the change would take one too many. The answer
    is the person as stored, so its version is one higher than that of a changed record.
    """
    before, then = person.sub_account, becomes.sub_account
    halves: tuple[tuple[Record, Record], ...] = ((before, then), (person.credential, becomes.credential))
    puts = tuple(now for old, now in halves if now != old)
    rule, system = subscription.seats, person.account.host.system
    counts = seats.stored(rule, before=before, after=then, system=system, taken=taken)
    told = tellings.security(
        before,
        then,
        becomes.happened,
        organization=person.organization,
        account=person.account,
        sms=subscription.sms,
    )
    seats.require(counts, taken=taken, subscription=subscription)
    happened = tuple(Happened(what=what, account=before.account, sub_account=before.id) for what in becomes.happened)
    return Decision(
        organization=before.id.organization,
        by=by,
        result=evolve(then, version=then.version + 1) if then != before else then,
        puts=puts,
        # The half that stays is guarded: a code issued beside an archive would outlive it.
        guards=(seen(person.account), *(seen(old) for old, now in halves if now == old)),
        counts=counts,
        tellings=(*becomes.tellings, *told),
        happened=happened,
    )


@final
@frozen(kw_only=True)
class Issued:
    """Hold a person and the stored part of the code that was put out for it, if any."""

    sub_account: SubAccount
    code: ClaimCode | None
