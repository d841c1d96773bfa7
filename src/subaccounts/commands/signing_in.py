"""Signing in: begin, prove, complete the registration; change the password; recognize who is signed in.

These carry proofs and no request id: a remembered answer would be a second way in. After an unknown outcome the proof
itself tells: sign in with the password just chosen, and if it holds, it was taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, final

from attrs import field, frozen

from ..domain import codes, sign_in
from ..domain.credential import ClaimCode
from ..domain.dialogue import Disclosure, Door, Standing
from ..domain.fields import RawValue
from ..domain.ids import AccountId, SubAccountId
from ..domain.password import PasswordHash
from ..domain.profile import NO_PROFILE
from ..domain.proof import Form
from ..domain.scene import Scene, offers, stand
from ..domain.secret import Secret
from ..domain.steps import AnyStep, EnterLogin, EnterLoginAndProof
from ..domain.sub_account import SubAccount
from ..domain.subject import Subject
from ..errors import KeyRingFailed, NotFound
from .command import Command
from .filling import require_fields
from .ports_at_hand import PortsAtHand
from .registering import Typed, register
from .scenes import scene


async def first_step(ports: PortsAtHand, door: Door, /) -> AnyStep:
    """Return what a page asks before anything was typed, with what else is offered there."""
    where, account = door.where, None
    if isinstance(where, AccountId):
        facts = await ports.repository.account(where)
        organization, account = (facts.organization, facts.account) if facts is not None else (None, None)
    else:
        organization = await ports.repository.organization(where)
    if organization is None:
        raise NotFound(what=where.kind)
    offered = offers(organization, account)
    open_door = door.disclosure is Disclosure.OPEN
    return EnterLogin(offers=offered) if open_door else EnterLoginAndProof(offers=offered)


@final
@frozen(kw_only=True)
class BeginSignIn(Command[AnyStep]):
    """Ask what comes next for this login; without one, what the page shows first.

    An interrupted dialogue resumes here: the step is derived from what is stored. At a closed door every login is
    answered alike. Raises `NotFound` for a place that does not exist,
    `InvalidValue` for a terminal that is no name, `WrongState` at an organization whose logins are of each account.
    """

    proves: ClassVar[bool] = True
    door: Door
    login: str | None = None

    async def run(self, ports: PortsAtHand, /) -> AnyStep:
        """Answer the step."""
        if self.login is None:
            return await first_step(ports, self.door)
        return await ports.settle(sign_in.ask(await scene(ports, self.door, self.login)))


@final
@frozen(kw_only=True)
class SignIn(Command[AnyStep]):
    """Sign in with a login (or a vouched e-mail) and a password; before the first sign-in, with the code handed over.

    Answers `Authenticated`, or the step to show instead. Exactly one hash is computed, whatever is stored. A right
    code leads on to the registration and is not used up. Raises `Busy` when too much is hashed at once, `KeyRingFailed`
    for a password of a retired key (at a closed door it is refused as a wrong one), and what `BeginSignIn` raises.
    """

    proves: ClassVar[bool] = True
    door: Door
    login: str
    secret: Secret

    async def run(self, ports: PortsAtHand, /) -> AnyStep:
        """Answer the step, after its attempt is committed."""
        here = await scene(ports, self.door, self.login)
        credential = here.facts.credential
        closed = self.door.disclosure is Disclosure.CLOSED
        is_password = await ports.is_password(self.secret, credential, closed=closed)
        is_code = _is_code(ports, here, self.secret)
        standing = stand(here)
        waits = standing is Standing.CODE_AWAITED
        # Only where it is answered: a second hash during a delay would tell that the password was right.
        shown = is_password and standing is Standing.ACTIVE
        rehashed = await _rehashed(ports, self.secret, here) if shown else None
        return await ports.settle(sign_in.prove(here, right=is_code if waits else is_password, rehashed=rehashed))


def _is_code(ports: PortsAtHand, here: Scene, typed: Secret) -> bool:
    found = here.found
    code = found[1].code if found else None
    who = found[0].id if found else None
    try:
        digest = _typed_digest(ports, who, code, typed) if who else ports.no_digest()
    except KeyRingFailed as failed:
        if not failed.lacks(code.key if code else None):
            raise
        # Raised at a closed door, it would tell who still waits.
        digest, code = ports.no_digest(), None
    if code is None or code.form is Form.LINK:  # what is typed is never a link's proof, whose tries nobody counts
        return codes.is_code(typed, digest) and False
    return codes.is_chosen(code, digest) if code.chosen is not None else codes.is_code(typed, digest)


def _typed_digest(ports: PortsAtHand, who: SubAccountId, code: ClaimCode | None, typed: Secret) -> bytes:
    """Derive what is compared with what was typed; a code that somebody chose is derived from that itself."""
    if code is None or code.chosen is None:
        return ports.code_digest(who, code)
    parts = codes.chosen_parts(who, code.id, typed)
    return ports.keys.derive(purpose=codes.CHOSEN_PURPOSE, parts=parts, key=code.key)


async def _rehashed(ports: PortsAtHand, secret: Secret, here: Scene) -> PasswordHash | None:
    stored = here.facts.credential.password if here.facts.credential else None
    if stored is None or not await ports.hasher.needs_rehash(stored):
        return None
    return await ports.hashed(secret)


@final
@frozen(kw_only=True)
class CompleteRegistration(Command[AnyStep]):
    """Claim a login: the code (where one is needed), the fields asked for, and the password the person chose.

    Answers `Authenticated`, or the step to show again with its problems; nothing half-done is kept. Of two at once one
    wins and the other is told. Exactly one hash is computed, whatever is stored. Raises what `SignIn` raises, and
    `TooMany` for more than 100 fields.
    """

    proves: ClassVar[bool] = True
    door: Door
    login: str
    password: Secret
    code: Secret | None = None
    fields: Mapping[str, RawValue] = field(factory=lambda: NO_PROFILE.values)

    async def run(self, ports: PortsAtHand, /) -> AnyStep:
        """Answer the step, after its attempt is committed."""
        require_fields(self.fields)
        here = await scene(ports, self.door, self.login)
        right = self.code is not None and _is_code(ports, here, self.code)
        typed = Typed(proof=self.code if right else None, password=self.password, fields=self.fields)
        return await register(ports, here, typed, right=right)


@final
@frozen(kw_only=True)
class Recognize(Command[SubAccount | None]):
    """Tell whether a subject from the host's session still holds, at every request: one read.

    Answers the person, or None when the sign-in ended: reset, archived, deleted, another password, the account closed,
    its host account promoted, or the subscription lapsed where a lapse blocks. The host account's roles are remembered
    for a few minutes.
    """

    subject: Subject

    async def run(self, ports: PortsAtHand, /) -> SubAccount | None:
        """Answer the person or None."""
        person = await ports.recognized(self.subject)
        return person.sub_account if person else None
