"""Completing a sign-up with its proof: a code typed where it was begun, or a link followed from anywhere.

One path for both, so that a way in cannot differ from another. What a page shows for a link is `links`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, final

from attrs import field, frozen

from ..domain import codes, sign_up_form, sign_up_proof
from ..domain import fields as f
from ..domain import link as links
from ..domain.adding import check_entries
from ..domain.catalog import CatalogEntry
from ..domain.dialogue import SHARED_TERMINAL, Door
from ..domain.fields import FieldValue, RawValue
from ..domain.ids import AccountId, CatalogId, OrganizationId, SignUpId
from ..domain.link import Link
from ..domain.login import Login
from ..domain.profile import NO_PROFILE, Profile
from ..domain.proof import Form, Purpose
from ..domain.queries import SignInFacts
from ..domain.scene import Scene
from ..domain.secret import Secret
from ..domain.sign_up import SignUp, SignUpForm
from ..domain.sign_up_proof import UNKNOWN, Completing
from ..domain.signing_up import account_of
from ..domain.steps import AnyStep
from ..domain.sub_account import sign_in_keys
from ..errors import FieldRefused, LinkRefused, NotOffered, Refusal, Stale
from .accounts import account_facts
from .command import Command
from .filling import parsed, require_fields
from .new_passwords import password_problems, personal_words
from .ports_at_hand import PortsAtHand
from .scenes import NOBODY, facts, require_terminal, set_scene, stranger


@final
@frozen(kw_only=True)
class Chosen:
    """Hold what a person gave beside its proof: the password, fields it corrects, another username."""

    proof: Secret
    password: Secret
    fields: Mapping[str, RawValue]
    login: str | None
    terminal: str
    second_factor: bool


@final
@frozen(kw_only=True)
class CompleteSignUp(Command[AnyStep]):
    """Complete a sign-up: the proof from the message, and the password the person chose; it is there then, and signed in.

    The proof is a `link`, or a `code` with the `sign_up` that `BeginSignUp` answered, typed at the `door` of that account; beside
    a link a door only tells terminal and second factor. `login` is a username instead of the one of before, or of the e-mail;
    `fields` corrects what was filled in.

    Answers `Authenticated`, or the step to show again with its problems: a login that somebody has (`NameTaken`), a password
    that is refused, fields that the form does not take any more. Nothing is used up before the person is there, but an attempt
    can ask for ten usernames that it does not get. A wrong code is counted before it is told, and five end the right one.

    Raises `LinkRefused` (`expired`, or `unknown` for whatever else keeps a proof from working), `NameTaken` (`email`) when
    somebody was added with the e-mail meanwhile, `NotOffered` when the account offers no such form any more, `NotFound`,
    `InvalidValue` for a terminal that is no name, `TooMany` for more than 100 fields, `Busy`. Making it raises `ValueError` for
    neither or both of the proofs, and for a code without sign-up or door: a mistake of the host's page, and of nobody's typing.
    """

    proves: ClassVar[bool] = True
    password: Secret
    door: Door | None = None
    sign_up: SignUpId | None = None
    code: Secret | None = None
    link: Secret | None = None
    login: str | None = None
    fields: Mapping[str, RawValue] = field(factory=lambda: NO_PROFILE.values)

    def __attrs_post_init__(self) -> None:
        by_code = self.door is not None and self.sign_up is not None and self.code is not None
        by_link = self.sign_up is None and self.code is None
        if not (by_code if self.link is None else by_link):
            raise ValueError("a sign-up is completed by its link, or by door, sign-up and code")

    async def run(self, ports: PortsAtHand, /) -> AnyStep:
        """Answer the step, after what was proven is committed."""
        terminal = self.door.terminal if self.door is not None else SHARED_TERMINAL
        if self.link is not None:
            return await complete_by_link(ports, links.parse(self.link), self._chosen(self.link, terminal))
        assert self.door is not None, "asked for with a code"  # noqa: S101 - narrows the type
        assert self.code is not None, "there is no link"  # noqa: S101 - narrows the type
        assert self.sign_up is not None, "asked for with a code"  # noqa: S101 - narrows the type
        return await _by_code(ports, self.door, self.sign_up, self._chosen(self.code, terminal))

    def _chosen(self, proof: Secret, terminal: str) -> Chosen:
        require_fields(self.fields)
        factor = self.door.second_factor if self.door is not None else False
        return Chosen(
            proof=proof,
            password=self.password,
            fields=self.fields,
            login=self.login,
            terminal=terminal,
            second_factor=factor,
        )


async def _by_code(ports: PortsAtHand, door: Door, id: SignUpId, chosen: Chosen) -> AnyStep:  # noqa: A002 - the field's name
    require_terminal(chosen.terminal)
    where = door.where
    if not isinstance(where, AccountId):
        raise NotOffered(what="sign_up")
    nobody = stranger(ports, door, id.value)
    known = await facts(ports, door, sign_in_keys(where, NOBODY), nobody)
    scene = await set_scene(ports, door, known, nobody)
    found = await ports.repository.sign_up(SignUpId(organization=where.organization, value=id.value))
    attempt = found if found is not None and found.account == where else None
    digest, derived = _digest(ports, where.organization, attempt, Form.CODE)
    right, why = codes.is_code(chosen.proof, digest) and derived, UNKNOWN
    if right and attempt is not None:
        taken = sign_up_proof.why_refused(attempt, account_of(scene), known.organization, now=ports.now)
        if taken is None:
            return await _settled(ports, scene, attempt, chosen, counted=True)
        why = taken
    return await ports.settle(sign_up_proof.refuse_code(scene, attempt, why))


async def complete_by_link(ports: PortsAtHand, followed: Link, chosen: Chosen, /) -> AnyStep:
    """Complete the sign-up of a link; raises what `CompleteSignUp` raises."""
    require_terminal(chosen.terminal)
    scene, attempt = await sign_up_by_link(ports, followed, terminal=chosen.terminal)
    return await _settled(ports, scene, attempt, chosen, counted=False)


async def sign_up_by_link(ports: PortsAtHand, followed: Link, /, *, terminal: str) -> tuple[Scene, SignUp]:
    """Return the attempt of a link that works, with the scene at its account; nothing is changed.

    Raises `LinkRefused`: `expired`, or `unknown` for whatever else keeps it from working.
    """
    attempt = None
    if followed.purpose is Purpose.SIGN_UP:
        attempt = await ports.repository.sign_up(SignUpId(organization=followed.organization, value=followed.owner))
    digest, derived = _digest(ports, followed.organization, attempt, Form.LINK)
    # What follows is read for who holds the proof alone: a link that was made up learns of no attempt.
    if not links.is_link(followed, digest) or not derived or attempt is None:
        raise LinkRefused(why=UNKNOWN)
    found = await account_facts(ports, attempt.account)
    why = sign_up_proof.why_refused(attempt, found.account, found.organization, now=ports.now)
    if why is not None:
        raise LinkRefused(why=why)
    door = Door.inside(found.account.id, terminal=terminal)
    known = SignInFacts(organization=found.organization, account=found.account)
    return await set_scene(ports, door, known, stranger(ports, door, NOBODY)), attempt


def _digest(ports: PortsAtHand, organization: OrganizationId, attempt: SignUp | None, form: Form) -> tuple[bytes, bool]:
    """Derive an attempt's proof of this form, and tell whether it has one; where not, the same work is done for nothing."""
    ref = None
    if attempt is not None and attempt.proof.form is form:
        ref = attempt.proof.ref(purpose=Purpose.SIGN_UP, owner=attempt.id.value)
    like = links.purpose_of(Purpose.SIGN_UP, form)
    return ports.known_digest(organization, ref, like=like)


async def _settled(ports: PortsAtHand, scene: Scene, attempt: SignUp, chosen: Chosen, *, counted: bool) -> AnyStep:
    """Judge what was filled in, before and now, and settle it for a proof that is right."""
    form, now = account_of(scene).sign_up, ports.now
    given, problems = _given(chosen.fields)
    filled = Profile(values={**attempt.profile.values, **sign_up_form.supplied(given, at=now).values})
    login, more = _login(chosen.login, attempt)
    problems += more
    values = {name: held.value for name, held in filled.values.items()}
    entries = await ports.entries(attempt.id.organization, {**values, **(sign_up_form.given(form) if form else {})})
    if form is not None:
        problems += _flaws(form, values, entries)
    problems += _sign_up_password_problems(ports, chosen, filled, login)
    holders = await ports.repository.holders(sign_up_proof.wanted(scene, attempt.contact, login))
    completing = Completing(
        scene=scene,
        attempt=attempt,
        counted=counted,
        contact=attempt.contact,
        filled=filled,
        login=login,
        problems=tuple(problems),
        password=await ports.hashed(chosen.password) if not problems else None,
        holders=frozenset(holders),
        entries=tuple(entries.values()),
        id=ports.new_id(),
    )
    decision = sign_up_proof.complete(completing)
    # A refusal that writes nothing is checked by no commit: who has the e-mail now can be who has just used this very proof.
    if decision.refusal is not None and not decision.writes and await ports.repository.sign_up(attempt.id) != attempt:
        raise Stale
    return await ports.settle(decision)


def _given(fields: Mapping[str, RawValue]) -> tuple[dict[str, FieldValue], list[Refusal]]:
    """Return what is corrected, and what is wrong with it; the contact is what was proven, and is not corrected."""
    given, problems = parsed(fields)
    refused = sorted(f.CONTACTS & given.keys())
    problems += [FieldRefused(field=name, why="needs_proof") for name in refused]
    return {name: value for name, value in given.items() if name not in refused}, problems


def _login(typed: str | None, attempt: SignUp) -> tuple[Login | None, list[Refusal]]:
    try:
        return sign_up_form.login_of(typed, attempt.login, attempt.contact), []
    except Refusal as refusal:
        return None, [refusal]


def _flaws(
    form: SignUpForm, values: Mapping[str, FieldValue], entries: Mapping[CatalogId, CatalogEntry]
) -> list[Refusal]:
    problems = [*sign_up_form.problems(form, values)]
    try:
        check_entries({**values, **sign_up_form.given(form)}, entries)
    except Refusal as refusal:
        problems.append(refusal)
    return problems


def _sign_up_password_problems(
    ports: PortsAtHand, chosen: Chosen, filled: Profile, login: Login | None
) -> list[Refusal]:
    personal = personal_words(filled, login, chosen.proof.reveal())
    return password_problems(ports, chosen.password, personal=personal, second_factor=chosen.second_factor)
