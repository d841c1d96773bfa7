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
from . import codes, entering, registration, seats
from .credential import Credential, Stranger
from .decision import Count, Decision, Record, seen
from .dialogue import COUNTED, Disclosure, Incoming, Standing, Told, told
from .events import Happening, PasswordDisabled, PersonSignedIn, SignInFailed, SubAccountClaimed
from .life import LifeInput, State, after
from .password import PasswordHash
from .profile import Profile
from .scene import Scene, stand, step
from .steps import AnyStep
from .sub_account import SubAccount
from .subject import Pathway


def ask(scene: Scene, /) -> Decision[AnyStep]:
    """Decide what to ask somebody who gave a login only; writes nothing but a change of the host account's roles.

    At a closed door it writes nothing at all: where people of many accounts stand, a commit would tell who is known.
    """
    decision = _answer(scene, Incoming.LOGIN)
    if scene.door.disclosure is Disclosure.OPEN:
        return decision
    return Decision(organization=decision.organization, by=decision.by, result=decision.result)


def lead(scene: Scene, /) -> AnyStep:
    """Return where the right link of who waits leads; writes nothing."""
    return _answer(scene, _judged(scene, Incoming.PROOF_RIGHT)).result


def prove(scene: Scene, /, *, right: bool, rehashed: PasswordHash | None) -> Decision[AnyStep]:
    """Decide on a password or code; `rehashed` replaces a right password's hash when parameters moved on."""
    standing = stand(scene)
    incoming = _judged(scene, Incoming.PROOF_RIGHT if right else Incoming.PROOF_WRONG)
    if told(standing, incoming, door=scene.door) is not Told.AUTHENTICATED or scene.found is None:
        return _turned_away(scene, standing, incoming)
    person, credential = scene.found
    happened = (PersonSignedIn(pathway=Pathway.PASSWORD, terminal=scene.door.terminal),)
    if rehashed is None and _changes_nothing(scene, credential):
        return _let_in(scene, person, Pathway.PASSWORD, puts=(), happened=happened)
    signed_in = _welcomed(scene, credential, password=rehashed or credential.password)
    return _let_in(scene, person, Pathway.PASSWORD, puts=(signed_in,), happened=happened)


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
    decision = _let_in(scene, claimed, pathway, puts=(claimed, proven), happened=happened)
    # A subject of an earlier epoch is dead by itself; a password that an earlier code has set would stay.
    guards = (*decision.guards, seen(scene.facts.organization))
    return evolve(decision, guards=guards, tellings=entering.security(scene, claimed, happened))


_CLAIMED_BY: Final = {
    Standing.CODE_AWAITED: Pathway.CLAIM_CODE,
    Standing.LINK_AWAITED: Pathway.CLAIM_LINK,
    Standing.OPEN_TO_CLAIM: Pathway.OPEN_CLAIM,
}
"""The pathway of a claim, by where the login stood."""


def _judged(scene: Scene, incoming: Incoming) -> Incoming:
    right = incoming is Incoming.PROOF_RIGHT or incoming is Incoming.CLAIM_RIGHT
    return Incoming.NO_SEAT if right and not entering.has_room(scene, _seats(scene)) else incoming


def _seats(scene: Scene) -> tuple[Count, ...]:
    """Return the seats that a sign-in takes; whoever is let in is active by it."""
    person = scene.facts.sub_account
    return entering.taken(scene, evolve(person, state=State.ACTIVE)) if person is not None else ()


def _changes_nothing(scene: Scene, credential: Credential) -> bool:
    """Tell whether a sign-in would change nothing but the time of day of the last one."""
    attempts = credential.attempts
    return entering.was_here_today(scene, credential) and not attempts.in_a_row and not attempts.terminals


def _welcomed(scene: Scene, credential: Credential, /, *, password: PasswordHash | None) -> Credential:
    attempts = credential.attempts.succeeded(scene.door.terminal, now=scene.now)
    return evolve(credential, password=password, attempts=attempts, last_sign_in_at=scene.now)


def _let_in(
    scene: Scene, person: SubAccount, pathway: Pathway, /, *, puts: tuple[Record, ...], happened: tuple[Happening, ...]
) -> Decision[AnyStep]:
    return entering.let_in(scene, person, pathway, puts=puts, happened=happened, counts=_seats(scene))


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
    return entering.answered(scene, step(scene, answer, problems), puts=puts, happened=happened)
