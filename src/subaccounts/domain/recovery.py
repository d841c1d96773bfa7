"""The rules of a forgotten password: who is sent what, and what a proof that was sent does.

Nothing changes before the proof: the present password goes on working. Who asks learns nothing: whatever stands behind a
login, a request is one commit of one record with the same guards and the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, final

from attrs import evolve, frozen

from ..errors import Refusal, SeatsFull
from . import activating, authority, codes, people, sent, tellings
from .activation_events import RecoveryRequested
from .budget import Spending
from .channel import Channel, channel_of
from .contacts import Chosen, choose, contacts
from .credential import Credential
from .decision import Decision, Happened, seen
from .dialogue import Disclosure, Incoming, Standing, Told, told
from .email import Email
from .entering import held
from .events import By, Happening
from .life import State
from .notice import NoticeKind, Telling
from .password import PasswordHash
from .proof import COOL_DOWN, Form, ProofRef, Purpose
from .scene import Scene, stand, step
from .steps import AnyStep, AskAdministrator, CreatePassword, EnterPassword
from .sub_account import Person

SHUT: Final = frozenset({Standing.ACCOUNT_CLOSED, Standing.BARRED, Standing.LAPSED})
"""Where nobody of the account gets in, and so nobody is sent anything."""
_NOBODY: Final = Email.parse("nobody@example.invalid")
_RECOVERABLE: Final = frozenset({Standing.ACTIVE, Standing.LOCKED, Standing.DISABLED})
"""Where somebody who has claimed has a password to recover."""


@final
@frozen(kw_only=True)
class Requested:
    """Answer that a message is on its way if there is somebody to send it to; the same for everybody.

    Asking again before `again_at` (UTC) sends nothing.
    """

    again_at: datetime


@final
@frozen(kw_only=True)
class _Sending:
    """Hold a message as it would be sent: the person's row with the proof in it, and what happened."""

    row: Credential
    telling: Telling
    happened: tuple[Happening, ...]


def request(
    scene: Scene,
    /,
    *,
    id: str,  # noqa: A002 - the field's name
    key: str,
    spending: Mapping[Channel, Spending],
) -> Decision[Requested]:
    """Decide whom a request for another password is told to; `spending` is how the day of each channel stands.

    Who can recover is sent a proof to the preferred contact that counts, once in a cool-down. Who waits and never signed in
    is sent its activation again, unless it can claim without. `id` and `key` are a new proof's.
    """
    sending = _sending(scene, id=id, key=key)
    decision: Decision[Requested] = Decision(
        organization=scene.facts.organization.id,
        by=By(kind="terminal", id=scene.door.terminal),
        result=Requested(again_at=scene.now + COOL_DOWN),
        puts=(scene.attempts_row,),
    )
    if sending is not None:
        today = spending[channel_of(sending.telling.to)]
        if today.left:
            telling, row = sending.telling, evolve(sending.row, reminded_at=scene.now)
            happened = tuple(
                Happened(what=what, account=telling.account, sub_account=telling.sub_account)
                for what in sending.happened
            )
            decision = evolve(decision, puts=(row,), counts=today.take(), tellings=(telling,), happened=happened)
        else:
            counts, happened = today.say()
            decision = evolve(decision, counts=counts, happened=happened)
    return evolve(decision, guards=held(scene, decision.puts))


def _sending(scene: Scene, /, *, id: str, key: str) -> _Sending | None:  # noqa: A002 - the field's name
    if scene.found is None or stand(scene) in SHUT:
        return None
    person, credential = scene.found
    if credential.reminded_at is not None and scene.now < credential.reminded_at + COOL_DOWN:
        return None
    if person.state is State.WAITING:
        return _activation(scene, id=id, key=key)
    if person.state is State.ACTIVE and credential.password is None:
        return _by_company_account(scene, id=id, key=key)
    if person.state is State.ACTIVE or person.state is State.DISABLED:
        return _recovery(scene, id=id, key=key)
    return None


def _recovery(scene: Scene, /, *, id: str, key: str) -> _Sending | None:  # noqa: A002 - the field's name
    whole = _whole(scene)
    organization, person = whole.organization, whole.sub_account
    reached = contacts(person, sms=scene.subscription.sms)
    if not reached:
        return None
    channel = channel_of(reached[0])
    form = organization.activation.form(channel)
    account = whole.account
    proof = sent.issue(reached[0], form=form, id=id, key=key, organization=organization, account=account, now=scene.now)
    telling = tellings.tell(
        NoticeKind.RECOVERY,
        reached[0],
        person,
        organization=organization,
        account=account,
        proof=proof.ref(purpose=Purpose.RECOVERY, owner=person.id.value),
    )
    row, what = evolve(whole.credential, recovery=proof), RecoveryRequested(channel=channel.value)
    return _Sending(row=row, telling=telling, happened=(what,))


def _activation(scene: Scene, /, *, id: str, key: str) -> _Sending | None:  # noqa: A002 - the field's name
    """Return the activation again, for who was given a proof to claim with, or comes by a company account.

    A slip that is out and alive stays: killing what lies in somebody's drawer is an administrator's. Nobody was told of who has no
    code at all, and an open window needs none.
    """
    whole = _whole(scene)
    organization, account, person, credential = whole.organization, whole.account, whole.sub_account, whole.credential
    useless = activating.why_useless(whole, roles=scene.roles, subscription=scene.subscription, now=scene.now)
    if person.claimed_at is not None or useless is not None:
        return None
    if scene.code_alive and credential.code is not None and credential.code.form is Form.SLIP:
        return None
    window = codes.open_until(credential, organization=organization, account=account)
    chosen = choose(person, organization.activation, organization.issuers, sms=scene.subscription.sms)
    if (window is not None and scene.now < window) or (credential.code is None and chosen.issuer is None):
        return None
    return _told(whole, chosen, id=id, key=key, now=scene.now)


def _by_company_account(scene: Scene, /, *, id: str, key: str) -> _Sending | None:  # noqa: A002 - the field's name
    """Return the reminder that there is no password to forget, where such people are told anything."""
    whole = _whole(scene)
    organization, person = whole.organization, whole.sub_account
    chosen = choose(person, organization.activation, organization.issuers, sms=scene.subscription.sms)
    return _told(whole, chosen, id=id, key=key, now=scene.now) if chosen.issuer is not None else None


def _told(whole: Person, chosen: Chosen, /, *, id: str, key: str, now: datetime) -> _Sending | None:  # noqa: A002 - the field's name
    told = activating.tell(whole, chosen, code_id=id, key=key, now=now)
    row, happened = told.credential, told.happened
    return next((_Sending(row=row, telling=telling, happened=happened) for telling in told.tellings), None)


def decoy(scene: Scene, /, *, key: str) -> Telling:
    """Return what would be worded for somebody: words of the same length for a login that nobody has."""
    proof = ProofRef(purpose=Purpose.RECOVERY, form=Form.LINK, owner=scene.stranger.value, id="decoy", key=key)
    organization = scene.facts.organization
    return Telling(
        kind=NoticeKind.RECOVERY,
        to=_NOBODY,
        organization=organization.id,
        language=organization.activation.language,
        proof=proof,
        values=dict.fromkeys(("organization", "account", "name", "login"), organization.name)
        | tellings.lasting(organization, proof),
    )


def lead(scene: Scene, /) -> AnyStep:
    """Return where a right proof leads: to a new password, unless nobody of the account gets in."""
    standing = stand(scene)
    if standing in SHUT:
        return step(scene, told(standing, Incoming.LOGIN, door=scene.door))
    return CreatePassword(code_needed=False)


def redeem(scene: Scene, /, *, password: PasswordHash | None, problems: tuple[Refusal, ...]) -> Decision[AnyStep]:
    """Take a new password for a right proof; `password` is None when there are `problems`.

    Nobody is signed in by it: the next step is to enter the password (OWASP Forgot Password). Nothing of the proof is used
    up by a password that is refused, a seat that is not there or an account that is shut.
    """
    whole = _whole(scene)
    by = authority.by_itself(whole.sub_account.id)
    nothing: Decision[AnyStep] = Decision(organization=whole.organization.id, by=by, result=lead(scene))
    if stand(scene) in SHUT:
        return nothing
    if problems or password is None:
        return evolve(nothing, result=CreatePassword(code_needed=False, problems=problems))
    try:
        becomes = people.recover(whole, password)
        decision = people.decide(whole, becomes, by=by, subscription=scene.subscription, taken=scene.seats_taken)
    except SeatsFull:
        return evolve(nothing, result=AskAdministrator(why=Told.SEATS_FULL.value))
    return Decision(
        organization=decision.organization,
        by=by,
        result=EnterPassword(),
        puts=decision.puts,
        # A password set by a proof from before a backup was put back would outlive the word that kills such proofs.
        guards=(*decision.guards, seen(whole.organization)),
        counts=decision.counts,
        tellings=decision.tellings,
        happened=decision.happened,
    )


def code_that_is_out(scene: Scene, /) -> ProofRef | None:
    """Return the code that was sent to the person of a scene and would still be taken, or None."""
    proof = scene.found[1].recovery if scene.found is not None else None
    if scene.found is None or proof is None or proof.form is not Form.CODE:
        return None
    account, epoch = _whole(scene).account, scene.facts.organization.epoch
    alive = proof.alive(policy_version=account.policy_version, epoch=epoch, now=scene.now)
    return proof.ref(purpose=Purpose.RECOVERY, owner=scene.found[0].id.value) if alive else None


def redeem_code(
    scene: Scene, /, *, right: bool, password: PasswordHash | None, problems: tuple[Refusal, ...]
) -> Decision[AnyStep]:
    """Decide on a code typed from a message; a wrong one is counted on the proof before it is told.

    Whoever is behind the login, a code that does not pass is one commit of one record; so is a right one with a password
    that is refused, or guesses sent at once would be told apart without being counted. Where nobody gets in nothing is told of
    a code, and none is counted. Delays do not apply: five tries end a code, and somebody else's guesses at the password
    must not keep its owner from another one.
    """
    row, credential = scene.attempts_row, scene.facts.credential
    if right and credential is not None and stand(scene) not in SHUT:
        decision = redeem(scene, password=password, problems=problems)
        if decision.puts:
            return decision
        by, answer = decision.by, decision.result
        if isinstance(answer, CreatePassword):
            answer = evolve(answer, code_needed=True)
    else:
        by, answer = By(kind="terminal", id=scene.door.terminal), _refused(scene)
        counted = stand(scene) not in SHUT and code_that_is_out(scene) is not None
        if counted and credential is not None and credential.recovery is not None:
            row = evolve(credential, recovery=credential.recovery.mistyped())
    return Decision(
        organization=scene.facts.organization.id, by=by, result=answer, puts=(row,), guards=held(scene, (row,))
    )


def _refused(scene: Scene) -> AnyStep:
    """Return what somebody without a right code is told: at an open door where its login stands, else nothing."""
    standing, person = stand(scene), scene.facts.sub_account
    if scene.door.disclosure is Disclosure.CLOSED:
        return step(scene, told(standing, Incoming.PROOF_WRONG, door=scene.door))
    if standing in _RECOVERABLE and person is not None and person.state is not State.WAITING:
        return CreatePassword(code_needed=True, code_wrong=True)
    return step(scene, told(standing, Incoming.LOGIN, door=scene.door))


def _whole(scene: Scene) -> Person:
    """Return the person of a scene in which there is one, as the rules for people take it."""
    facts = scene.facts
    assert facts.account is not None, "a person who was found has an account"  # noqa: S101 - narrows the type
    assert facts.sub_account is not None, "only asked where somebody was found"  # noqa: S101 - narrows the type
    assert facts.credential is not None, "who was found has a credential"  # noqa: S101 - narrows the type
    return Person(
        organization=facts.organization,
        account=facts.account,
        sub_account=facts.sub_account,
        credential=facts.credential,
    )
