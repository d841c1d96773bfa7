"""The rules of signing in: what each judged input writes and answers. The answers are `dialogue`'s table.

Every proof is committed against the row it was decided on before its step is shown. A proof that lets nobody in writes
that row even where nothing in it changes: an outsider sees the same reads, the same work and the same commit whatever
the truth is. Who is let in again on the same day, with no wrong proof since, changes nothing in it; the row is guarded
then, which orders the sign-in among the guesses just as well: it is told only if no guess came between.
"""

from __future__ import annotations

from typing import Final, final

from attrs import evolve, frozen

from ..errors import Refusal
from . import accounts, codes, registration, seats, tellings
from .credential import Credential, Stranger
from .decision import Count, Decision, Happened, Record, Seen, seen
from .dialogue import COUNTED, Disclosure, Incoming, Standing, Told, told
from .events import (
    By,
    Happening,
    PasswordDisabled,
    PersonSignedIn,
    SignInFailed,
    SubAccountClaimed,
)
from .ids import SubAccountId
from .life import LifeInput, State, after
from .notice import Telling
from .organization import LapsePolicy
from .password import PasswordHash
from .profile import Profile
from .scene import Scene, stand, step
from .steps import AnyStep, Authenticated
from .sub_account import SubAccount
from .subject import Pathway, subject
from .subscription import MonthlySeats


def ask(scene: Scene, /) -> Decision[AnyStep]:
    """Decide what to ask somebody who gave a login only; writes nothing but a change of the host account's roles.

    At a closed door it writes nothing at all: where people of many accounts stand, a commit would tell who is known.
    """
    decision = _answer(scene, Incoming.LOGIN)
    if scene.door.disclosure is Disclosure.OPEN:
        return decision
    return Decision(organization=decision.organization, by=decision.by, result=decision.result)


def prove(scene: Scene, /, *, right: bool, rehashed: PasswordHash | None) -> Decision[AnyStep]:
    """Decide on a password or code; `rehashed` replaces a right password's hash when parameters moved on."""
    standing = stand(scene)
    incoming = _judged(scene, Incoming.PROOF_RIGHT if right else Incoming.PROOF_WRONG)
    if told(standing, incoming, door=scene.door) is not Told.AUTHENTICATED or scene.found is None:
        return _turned_away(scene, standing, incoming)
    person, credential = scene.found
    happened = (PersonSignedIn(pathway=Pathway.PASSWORD, terminal=scene.door.terminal),)
    if rehashed is None and _was_here_today(scene, credential):
        return _authenticated(scene, person, Pathway.PASSWORD, puts=(), happened=happened)
    signed_in = _welcomed(scene, credential, password=rehashed or credential.password)
    return _authenticated(scene, person, Pathway.PASSWORD, puts=(signed_in,), happened=happened)


def claim(
    scene: Scene,
    /,
    *,
    right: bool,
    profile: Profile | None,
    password: PasswordHash | None,
    problems: tuple[Refusal, ...],
) -> Decision[AnyStep]:
    """Decide on a registration: a claim by code or in an open window, with the fields asked for and a new password.

    `right` says the code was the one that is out; in an open window no code is looked at. `profile` is the record with
    the fields given, `password` the new hash; one of them is None when there are `problems`.
    """
    standing = stand(scene)
    if not right and standing is not Standing.OPEN_TO_CLAIM:
        return _turned_away(scene, standing, Incoming.CLAIM_WRONG)
    if problems or profile is None or password is None:
        return _turned_away(scene, standing, Incoming.CLAIM_FLAWED, problems)
    incoming = _judged(scene, Incoming.CLAIM_RIGHT)
    if told(standing, incoming, door=scene.door) is not Told.AUTHENTICATED or scene.found is None:
        return _turned_away(scene, standing, incoming)
    person, credential = scene.found
    pathway = _CLAIMED_BY[standing]
    claimed = evolve(
        registration.with_profile(person, profile),
        state=after(person.state, LifeInput.CLAIM),
        claimed_at=scene.now,
    )
    proven = _welcomed(scene, evolve(credential, code=None, recovery=None, contact=None), password=password)
    terminal = scene.door.terminal
    happened = (
        SubAccountClaimed(pathway=pathway, terminal=terminal),
        PersonSignedIn(pathway=pathway, terminal=terminal),
    )
    decision = _authenticated(scene, claimed, pathway, puts=(claimed, proven), happened=happened)
    # A subject of an earlier epoch is dead by itself; a password that an earlier code has set would stay.
    guards = (*decision.guards, seen(scene.facts.organization))
    return evolve(decision, guards=guards, tellings=_security(scene, claimed, happened))


def _security(scene: Scene, after: SubAccount, happened: tuple[Happening, ...]) -> tuple[Telling, ...]:
    organization, account, before = scene.facts.organization, scene.facts.account, scene.facts.sub_account
    if account is None or before is None:
        return ()
    sms = scene.subscription.sms
    return tellings.security(before, after, happened, organization=organization, account=account, sms=sms)


_CLAIMED_BY: Final = {
    Standing.CODE_AWAITED: Pathway.CLAIM_CODE,
    Standing.LINK_AWAITED: Pathway.CLAIM_LINK,
    Standing.OPEN_TO_CLAIM: Pathway.OPEN_CLAIM,
}
"""The pathway of a claim, by where the login stood."""


def _judged(scene: Scene, incoming: Incoming) -> Incoming:
    right = incoming is Incoming.PROOF_RIGHT or incoming is Incoming.CLAIM_RIGHT
    return Incoming.NO_SEAT if right and any(_passes(count, scene) for count in _seats(scene)) else incoming


def _passes(count: Count, scene: Scene) -> bool:
    return count.at_most is not None and scene.seats_taken + count.by > count.at_most


def _seats(scene: Scene) -> tuple[Count, ...]:
    """Return the seats that a sign-in takes: this month's first, or the one of a person who becomes active."""
    rule = scene.subscription.seats
    if rule is None or scene.found is None or scene.facts.account is None:
        return ()
    person, credential = scene.found
    system = scene.facts.account.host.system
    if isinstance(rule, MonthlySeats):
        return seats.monthly(rule, person, credential, system=system, now=scene.now)
    becomes = evolve(person, state=State.ACTIVE) if person.state is State.WAITING else person
    return seats.stored(rule, before=person, after=becomes, system=system, taken=scene.seats_taken)


def _was_here_today(scene: Scene, credential: Credential) -> bool:
    """Tell whether a sign-in would change nothing but the time of day of the last one."""
    last, attempts = credential.last_sign_in_at, credential.attempts
    return last is not None and last.date() == scene.now.date() and not attempts.in_a_row and not attempts.terminals


def _welcomed(scene: Scene, credential: Credential, /, *, password: PasswordHash | None) -> Credential:
    attempts = credential.attempts.succeeded(scene.door.terminal, now=scene.now)
    return evolve(credential, password=password, attempts=attempts, last_sign_in_at=scene.now)


def _authenticated(
    scene: Scene, person: SubAccount, pathway: Pathway, /, *, puts: tuple[Record, ...], happened: tuple[Happening, ...]
) -> Decision[AnyStep]:
    entered = subject(
        person,
        organization=scene.facts.organization,
        account=scene.facts.account,
        pathway=pathway,
        terminal=scene.door.terminal,
        at=scene.now,
    )
    lapsed = not scene.subscription.covers(scene.now)
    read_only = lapsed and scene.facts.organization.lapse is LapsePolicy.READ_ONLY
    answer = Authenticated(subject=entered, read_only=read_only)
    return _decide(scene, answer, puts=puts, happened=happened, counts=_seats(scene), guarded=True)


def _turned_away(
    scene: Scene, standing: Standing, incoming: Incoming, problems: tuple[Refusal, ...] = ()
) -> Decision[AnyStep]:
    if (standing, incoming) not in COUNTED:
        return _answer(scene, incoming, problems, puts=(scene.attempts_row,))
    failure = _fail(scene)
    puts = (failure.row,) if failure.disabled is None else (failure.row, failure.disabled)
    decision = _answer(failure.scene, incoming, problems, puts=puts, happened=failure.happened)
    return evolve(decision, counts=_freed(scene, failure.disabled))


def _freed(scene: Scene, disabled: SubAccount | None) -> tuple[Count, ...]:
    """Return the stored seats that a disabled password frees; nobody signed in, so none of the month is taken."""
    before, account, rule = scene.facts.sub_account, scene.facts.account, scene.subscription.seats
    if disabled is None or account is None:
        return ()
    return seats.stored(rule, before=before, after=disabled, system=account.host.system, taken=scene.seats_taken)


@final
@frozen(kw_only=True)
class _Failure:
    """Hold what one more wrong proof leaves behind."""

    scene: Scene
    row: Credential | Stranger
    disabled: SubAccount | None = None
    happened: tuple[Happening, ...] = ()


def _fail(scene: Scene) -> _Failure:
    row = scene.attempts_row
    attempts = row.attempts.failed(scene.door.terminal, now=scene.now)
    if isinstance(row, Stranger) or scene.found is None:
        counted = evolve(scene.stranger_row, attempts=attempts, last_at=scene.now)
        return _Failure(scene=evolve(scene, facts=evolve(scene.facts, stranger=counted)), row=counted)
    person, _ = scene.found
    failed = evolve(row, attempts=attempts, code=codes.mistyped(row.code) if row.code else None)
    happened: tuple[Happening, ...] = (SignInFailed(terminal=scene.door.terminal, failures=attempts.in_a_row),)
    disabled = None
    if person.state is State.ACTIVE and attempts.exhausted:
        failed = evolve(failed, password=None)
        disabled = person = evolve(person, state=after(person.state, LifeInput.GUESSED_TOO_OFTEN))
        happened = (*happened, PasswordDisabled())
    facts = evolve(scene.facts, sub_account=person, credential=failed)
    return _Failure(scene=evolve(scene, facts=facts), row=failed, disabled=disabled, happened=happened)


def _answer(
    scene: Scene,
    incoming: Incoming,
    problems: tuple[Refusal, ...] = (),
    /,
    *,
    puts: tuple[Record, ...] = (),
    happened: tuple[Happening, ...] = (),
) -> Decision[AnyStep]:
    """Answer for where the login stands after this: a fifth wrong proof already hears of the delay."""
    answer = told(stand(scene), incoming, door=scene.door)
    return _decide(scene, step(scene, answer, problems), puts=puts, happened=happened, guarded=bool(puts))


def _decide(
    scene: Scene,
    answer: AnyStep,
    /,
    *,
    puts: tuple[Record, ...],
    happened: tuple[Happening, ...],
    counts: tuple[Count, ...] = (),
    guarded: bool = False,
) -> Decision[AnyStep]:
    """Make the decision, with a change of the host account's roles remembered beside it.

    When `guarded`, whatever it was decided on has to hold until the commit.
    """
    account, person = scene.facts.account, scene.facts.sub_account
    whats = [Happened(what=what, account=person.account, sub_account=person.id) for what in happened if person]
    if account is not None:
        changed, promoted = accounts.met(account, scene.roles)
        puts, whats = (*puts, *changed), [*promoted, *whats]
    by = By(kind="terminal", id=scene.door.terminal)
    if isinstance(answer, Authenticated):
        by = By(kind="sub_account", id=answer.subject.sub_account.value)
    organization = scene.facts.organization.id
    return Decision(
        organization=organization,
        by=by,
        result=answer,
        puts=puts,
        guards=_guards(scene, puts) if guarded else (),
        counts=counts,
        happened=tuple(whats),
    )


def _guards(scene: Scene, puts: tuple[Record, ...]) -> tuple[Seen, ...]:
    """Return what was read and is not written: the policy and the person's state and fields are in the answer too.

    A proof that was wrong under the policy before can be none under the present one. Who is not known is guarded as
    nobody, and an account that is not known by the organization, so that the commit is the same for every login.
    """
    facts = scene.facts
    nobody = SubAccountId(organization=facts.organization.id, value=scene.stranger.value)
    person = Seen(id=nobody, version=0) if facts.sub_account is None else seen(facts.sub_account)
    written = [record.id for record in puts]
    account = seen(facts.organization if facts.account is None else facts.account)
    held = (account, person, seen(scene.attempts_row))
    return tuple(each for each in held if each.id not in written)
