"""What becomes of the proof of a sign-up: a person who is there and signed in, a form to show again, or a refusal.

A code is judged, committed against the attempt and only then answered, like every proof that can be guessed; a link's 128 bits
are not counted. What a right proof is told is told to whoever reads the contact's messages, and to nobody else. Nothing of an
attempt is used up before the person is there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, final

from attrs import evolve, frozen

from ..errors import FieldRefused, FieldsMissing, InvalidValue, LinkRefused, NameTaken, NotOffered, Refusal
from . import entering, sign_up_form, tellings
from . import fields as f
from .account import Account
from .activation import Way
from .catalog import CatalogEntry
from .channel import Address
from .contacts import contacts
from .credential import Credential
from .decision import Decision, Record, seen
from .email import Email
from .events import By, PersonSignedIn, SubAccountAdded, SubAccountClaimed
from .key import Key
from .login import Login
from .notice import NoticeKind, Telling
from .organization import Organization
from .password import PasswordHash
from .profile import Profile
from .scene import Scene
from .sign_up import MOST_NAMES, SignUp
from .signing_up import account_of, becoming, turned_away, with_person
from .steps import AnyStep, AskAdministrator, CompleteFields, CreatePassword, HostAccountBarred
from .sub_account import DELETED_SPACE, LOOK_ALIKE_SPACE, SIGN_IN_SPACE, SubAccount, realm_key
from .subject import Pathway

UNKNOWN: Final = "unknown"
EXPIRED: Final = "expired"
_WHY_NOT: Final = ((SIGN_IN_SPACE, "held"), (LOOK_ALIKE_SPACE, "looks_like"), (DELETED_SPACE, "deleted"))
"""Why a login cannot be had, by the key that somebody has; the first that applies."""


def why_refused(attempt: SignUp, account: Account, organization: Organization, /, *, now: datetime) -> str | None:
    """Return why the right proof of an attempt is not taken, or None where it is."""
    valid = attempt.proof.valid(policy_version=account.policy_version, epoch=organization.epoch)
    if not valid or attempt.known or attempt.names >= MOST_NAMES:
        return UNKNOWN
    return EXPIRED if now >= attempt.ends_at else None


def lead(scene: Scene, attempt: SignUp, /) -> AnyStep:
    """Return where the right link of an attempt leads; writes nothing. Raises `NotOffered` when there is no such form now."""
    away: AskAdministrator | HostAccountBarred | None = turned_away(scene)
    if away is not None:
        return away
    form = account_of(scene).sign_up
    if form is None or form.by.contact not in attempt.profile.values:
        raise NotOffered(what="sign_up")
    values = {name: held.value for name, held in attempt.profile.values.items()}
    return shown_again(sign_up_form.problems(form, values), code_needed=False)


def refuse_code(scene: Scene, attempt: SignUp | None, why: str, /) -> Decision[AnyStep]:
    """Count a wrong code on the attempt, and refuse; where there is no attempt, count it as a stranger's.

    One record is written in each case: that an attempt was completed, and its contact is known now, is not to be seen.
    """
    row: Record = scene.stranger_row
    if attempt is not None:
        row = evolve(attempt, proof=attempt.proof.mistyped()) if why == UNKNOWN else attempt
    else:
        failed = scene.stranger_row.attempts.failed(scene.door.terminal, now=scene.now)
        row = evolve(scene.stranger_row, attempts=failed, last_at=scene.now)
    return Decision(
        organization=scene.facts.organization.id,
        by=By(kind="terminal", id=scene.door.terminal),
        result=CreatePassword(code_needed=True, code_wrong=True),
        puts=(row,),
        refusal=LinkRefused(why=why),
    )


@final
@frozen(kw_only=True)
class Completing:
    """Hold what completing is decided on.

    `counted` says that the proof was a code. `filled` is what the person gave, now and before; `login` the one it is to have,
    None where none could be read. `holders` are those of the keys it would have that somebody has, `entries` the catalog
    entries it would be given. `password` is there when there are no `problems` but what storage knows.
    """

    scene: Scene
    attempt: SignUp
    counted: bool
    contact: Address
    filled: Profile
    login: Login | None
    problems: tuple[Refusal, ...]
    password: PasswordHash | None
    holders: Collection[Key]
    entries: Collection[CatalogEntry]
    id: str


def wanted(scene: Scene, contact: Address, login: Login | None, /) -> frozenset[Key]:
    """Return the keys that a completed sign-up needs to be nobody's."""
    account, realm = account_of(scene).id, scene.facts.organization.realm
    keys = {_email_key(scene, contact)} if isinstance(contact, Email) else set[Key]()
    if login is not None:
        keys |= {realm_key(account, realm, space, value) for space, value in _login_keys(login).items()}
    return frozenset(keys)


def _login_keys(login: Login) -> dict[str, str]:
    return {SIGN_IN_SPACE: login.key, LOOK_ALIKE_SPACE: login.skeleton, DELETED_SPACE: login.key}


def _email_key(scene: Scene, email: Email) -> Key:
    return realm_key(account_of(scene).id, scene.facts.organization.realm, SIGN_IN_SPACE, email.key)


def complete(c: Completing, /) -> Decision[AnyStep]:
    """Decide on a right proof: the person is there, or the step to show instead.

    The refusals: `NotOffered` when the account has no such form any more, `NameTaken` (`email`) when somebody was added with
    this e-mail meanwhile.
    """
    form = account_of(c.scene).sign_up
    away = turned_away(c.scene)
    if away is not None:
        return _unfinished(c, away)
    if form is None or form.by.contact not in c.attempt.profile.values:
        return _unfinished(c, shown_again((), code_needed=c.counted), refusal=NotOffered(what="sign_up"))
    if isinstance(c.contact, Email) and _email_key(c.scene, c.contact) in c.holders:
        return _unfinished(c, shown_again((), code_needed=c.counted), refusal=NameTaken(field=f.EMAIL))
    taken = _taken(c)
    if taken is not None or c.problems or c.login is None or c.password is None:
        attempt = evolve(c.attempt, names=c.attempt.names + 1) if taken is not None else c.attempt
        problems = (*c.problems, taken) if taken is not None else c.problems
        return _unfinished(c, shown_again(problems, code_needed=c.counted), attempt=attempt)
    person = becoming(c.scene, c.login, sign_up_form.record(form, c.filled, at=c.scene.now), form.by.contact, id=c.id)
    there = with_person(c.scene, person)
    counts = entering.taken(there, person, new=True)
    if not entering.has_room(there, counts):
        return _unfinished(c, AskAdministrator(why="seats_full"))
    credential = Credential(
        id=person.id.credential, waiting_since=c.scene.now, password=c.password, last_sign_in_at=c.scene.now
    )
    terminal = c.scene.door.terminal
    happened = (
        SubAccountAdded(login=person.login.text),
        SubAccountClaimed(pathway=Pathway.SIGN_UP, terminal=terminal),
        PersonSignedIn(pathway=Pathway.SIGN_UP, terminal=terminal),
    )
    puts = (person, credential)
    entered = entering.let_in(there, person, Pathway.SIGN_UP, puts=puts, happened=happened, counts=counts)
    return evolve(
        entered,
        removes=(seen(c.attempt),),
        guards=(*entered.guards, seen(c.scene.facts.organization), *map(seen, c.entries)),
        tellings=_welcome(c.scene, person),
    )


def _taken(c: Completing) -> NameTaken | None:
    """Say why the login cannot be had, or None. A deleted person's is not passed on: nobody decided that on purpose."""
    if c.login is None:
        return None
    account, realm, keys = account_of(c.scene).id, c.scene.facts.organization.realm, _login_keys(c.login)
    whys = (why for space, why in _WHY_NOT if realm_key(account, realm, space, keys[space]) in c.holders)
    why = next(whys, None)
    return NameTaken(field=sign_up_form.LOGIN, why=why) if why is not None else None


def shown_again(problems: Sequence[Refusal], /, *, code_needed: bool) -> CompleteFields | CreatePassword:
    """Return the step that shows what was wrong; a code is typed again, and a link is followed still."""
    names = dict[str, None]()
    for problem in problems:
        if isinstance(problem, FieldsMissing):
            names |= dict.fromkeys(problem.fields)
        elif isinstance(problem, FieldRefused | InvalidValue) and problem.field != sign_up_form.LOGIN:
            names[problem.field] = None
    if names:
        return CompleteFields(fields=tuple(names), code_needed=code_needed, problems=tuple(problems))
    return CreatePassword(code_needed=code_needed, problems=tuple(problems))


def _unfinished(
    c: Completing, step: AnyStep, /, *, attempt: SignUp | None = None, refusal: Refusal | None = None
) -> Decision[AnyStep]:
    """Answer a right proof that led nowhere. A code's row is written all the same: guesses are lined up on it."""
    row = attempt if attempt is not None else c.attempt
    written: tuple[Record, ...] = (row,) if c.counted or row != c.attempt else ()
    return evolve(entering.answered(c.scene, step, puts=written), refusal=refusal)


def _welcome(scene: Scene, person: SubAccount) -> tuple[Telling, ...]:
    """Tell the person its login, where the organization tells those who sign up by itself.

    It is not told that its login was claimed: there was none before, and the proof's message has just been read.
    """
    organization, account = scene.facts.organization, account_of(scene)
    reached = contacts(person, sms=scene.subscription.sms)
    if Way.SIGN_UP not in organization.activation.automatic or not reached:
        return ()
    return (tellings.tell(NoticeKind.WELCOME, reached[0], person, organization=organization, account=account),)
