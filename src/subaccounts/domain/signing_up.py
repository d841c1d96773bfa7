"""The rules of signing up alone, up to the message: who is offered it, and what beginning writes and sends.

Whether a contact is known here changes nothing that an outsider could observe: a known one is sent a message of another kind,
and its attempt never leads anywhere. What is said of the account (closed, barred, lapsed, full) is said to everybody, as the
sign-in dialogue says it at an account's door; without a subscription nobody new is let in, whatever the lapse policy says of
those who exist. What becomes of a proof is `sign_up_proof`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from attrs import evolve, frozen

from ..errors import NotOffered
from . import accounts, entering, sent, sign_up_form, tellings
from . import fields as f
from .account import Account, AccountInput, AccountState
from .activation_events import SignUpRequested, SignUpSwitched
from .adding import check_entries
from .budget import Spending
from .catalog import CatalogEntry
from .channel import Address, Channel
from .contacts import counts
from .credential import Credential
from .decision import Decision, Happened, Seen, seen
from .email import Email
from .events import By
from .ids import CatalogId, SignUpId, SubAccountId
from .key import Key
from .language import Language
from .life import LifeInput, State, after
from .login import Login
from .notice import NoticeKind, Telling
from .profile import Profile
from .proof import Form, Purpose, SentProof
from .scene import Scene
from .sign_up import ATTEMPT_LASTS, SignUp, SignUpBegun, SignUpForm
from .sign_up_form import Filled
from .steps import AskAdministrator, HostAccountBarred
from .sub_account import SIGN_IN_SPACE, Person, SubAccount, realm_key

Begun = SignUpBegun | AskAdministrator | HostAccountBarred
"""What whoever begins is answered."""


def switch(
    account: Account, form: SignUpForm | None, /, *, entries: Mapping[CatalogId, CatalogEntry], sms: bool, by: By
) -> Decision[Account]:
    """Offer this form, or none; a form that is there already changes nothing.

    `entries` are the catalog entries that it names, `sms` says that SMS were bought. Raises `WrongState` for a closed account,
    `InvalidValue`, `FieldRefused`, `FieldsMissing` and `NotOffered` for a form that cannot be.
    """
    state = accounts.after(account, AccountInput.SWITCH_SIGN_UP)
    if form is not None:
        form = sign_up_form.cleaned(form)
        sign_up_form.require_fits(form, account.policy)
        check_entries(sign_up_form.named(form), entries)
        if form.by.channel is Channel.SMS and not sms:
            raise NotOffered(what="sms")
    organization = account.id.organization
    if form == account.sign_up:
        return Decision(organization=organization, by=by, result=account)
    switched = evolve(account, sign_up=form, state=state)
    return Decision(
        organization=organization,
        by=by,
        result=evolve(switched, version=switched.version + 1),
        puts=(switched,),
        guards=tuple(map(seen, entries.values())),
        happened=(Happened(what=SignUpSwitched(offered=form is not None), account=account.id),),
    )


def account_of(scene: Scene, /) -> Account:
    """Return the account at which somebody signs up; a sign-up has no scene without one."""
    assert scene.facts.account is not None, "a sign-up has an account"  # noqa: S101 - narrows the type
    return scene.facts.account


def turned_away(scene: Scene, /) -> AskAdministrator | HostAccountBarred | None:
    """Return what everybody is told who stands at this account, or None where it is in order."""
    if account_of(scene).state is AccountState.CLOSED:
        return AskAdministrator(why="account_closed")
    if scene.roles:
        return HostAccountBarred(roles=scene.roles)
    if not scene.subscription.covers(scene.now):
        return AskAdministrator(why="subscription_lapsed")
    return None


def becoming(scene: Scene, login: Login, profile: Profile, contact: str, /, *, id: str) -> SubAccount:  # noqa: A002 - the field's name
    """Return the person that a completed sign-up makes: it claims in the moment in which it comes to be."""
    organization, account = scene.facts.organization, account_of(scene)
    return SubAccount(
        id=SubAccountId(organization=organization.id, value=id),
        account=account.id,
        realm=organization.realm,
        login=login,
        profile=profile,
        state=after(State.WAITING, LifeInput.CLAIM),
        email_is_key=contact == f.EMAIL,
        proven=frozenset({contact}),
        created_at=scene.now,  # and claimed: it is active at once
    )


def with_person(scene: Scene, person: SubAccount, /) -> Scene:
    """Return the scene with the person in it, who was nobody before."""
    credential = Credential(id=person.id.credential, waiting_since=scene.now)
    return evolve(scene, facts=evolve(scene.facts, sub_account=person, credential=credential))


@final
@frozen(kw_only=True)
class Beginning:
    """Hold what beginning is decided on.

    `attempt` is what the contact has begun before; `holder` who has its e-mail, or the username asked for; `proof_id` and `key`
    are what a new proof is derived from.
    """

    scene: Scene
    form: SignUpForm
    filled: Filled
    id: SignUpId
    attempt: SignUp | None
    holder: Person | None
    spending: Spending
    proof_id: str
    key: str

    @property
    def known(self) -> SubAccount | None:
        """Return whose contact it is here: of whom it is the login, or counts; what does neither is asked for a proof.

        A phone is shared by several: it is known where the username asked for is of somebody with this phone.
        """
        if self.holder is None:
            return None
        person, typed = self.holder.sub_account, self.filled.contact
        if isinstance(typed, Email):
            mine = person.login.key == typed.key or counts(person, f.EMAIL)
        else:
            mine = person.profile.phone == typed and counts(person, f.PHONE)
        return person if mine else None

    @property
    def to(self) -> Address:
        """Return where the message goes: the address as a known person has it, else as it was typed.

        Two mailboxes can share a key, and what was typed can be the other one's (CVE-2019-19844).
        """
        typed, person = self.filled.contact, self.known
        if person is None or not isinstance(typed, Email):
            return typed
        held, login = person.profile.email, person.login
        if held is not None and held.key == typed.key and counts(person, f.EMAIL):
            return held
        return Email(text=login.text, key=login.key)


def looked_up(scene: Scene, filled: Filled, /) -> Key:
    """Return the key that tells who is known: the e-mail's, or the username's."""
    account, realm = account_of(scene).id, scene.facts.organization.realm
    if isinstance(filled.contact, Email):
        return realm_key(account, realm, SIGN_IN_SPACE, filled.contact.key)
    assert filled.login is not None, "a form by phone asks for a username"  # noqa: S101 - narrows the type
    return realm_key(account, realm, SIGN_IN_SPACE, filled.login.key)


def begin(b: Beginning, /) -> Decision[Begun]:
    """Send one message and remember the attempt; or nothing, while another was just sent or the day's budget is spent.

    The answer is the same in all of these. Where another was just sent, the attempt is written as it is: an outsider sees the
    same commit. When the budget is spent, it is for everybody, and nothing but that is remembered.
    """
    scene, account, organization = b.scene, account_of(b.scene), b.scene.facts.organization
    changed, promoted = accounts.met(account, scene.roles)
    away: AskAdministrator | HostAccountBarred | None = turned_away(scene)
    away = _full(b) if away is None else away
    answer: Begun = SignUpBegun(sign_up=b.id, channel=b.form.by.channel, masked=b.filled.contact.masked)
    decision = Decision(
        organization=organization.id,
        by=By(kind="terminal", id=scene.door.terminal),
        result=answer if away is None else away,
        puts=changed,
        happened=promoted,
    )
    if away is not None:
        return decision
    if not b.spending.left:
        counts, happened = b.spending.say()
        return evolve(decision, counts=counts, happened=(*promoted, *happened))
    nobody = Seen(id=SubAccountId(organization=organization.id, value=b.id.value), version=0)
    holder = seen(b.holder.sub_account) if b.holder is not None else nobody
    guarded = evolve(decision, guards=(seen(organization), holder, *(() if changed else (seen(account),))))
    if b.attempt is not None and b.attempt.quiet(now=scene.now):
        return evolve(guarded, puts=(*changed, b.attempt))
    attempt = _attempt(b)
    requested = SignUpRequested(channel=b.form.by.channel.value, known=attempt.known)
    return evolve(
        guarded,
        puts=(*changed, attempt),
        counts=b.spending.take(),
        tellings=(_known(b) if attempt.known else _prove(b, attempt.proof),),
        happened=(*promoted, Happened(what=requested, account=account.id)),
    )


def decoy(b: Beginning, /) -> Telling:
    """Return what is worded where nothing is sent: words take longer than all the rest, and time would tell."""
    return _prove(b, _attempt(b).proof)


def _full(b: Beginning) -> AskAdministrator | None:
    """Say that no seat is left for one more, before anything is sent to anybody."""
    login = sign_up_form.login_of(None, b.filled.login, b.filled.contact)
    assert login is not None, "read with the form"  # noqa: S101 - narrows the type
    profile = sign_up_form.record(b.form, sign_up_form.supplied(b.filled.values, at=b.scene.now), at=b.scene.now)
    person = becoming(b.scene, login, profile, b.form.by.contact, id=b.id.value)
    there = with_person(b.scene, person)
    room = entering.has_room(there, entering.taken(there, person, new=True))
    return None if room else AskAdministrator(why="seats_full")


def _attempt(b: Beginning) -> SignUp:
    """Return the attempt with a new proof; the one before is dead, as it belongs to what was filled in before."""
    account, organization, now = account_of(b.scene), b.scene.facts.organization, b.scene.now
    form = Form.CODE if b.form.by.channel is Channel.SMS else Form.LINK
    proof = sent.issue(b.to, form=form, id=b.proof_id, key=b.key, organization=organization, account=account, now=now)
    going_on = b.attempt if b.attempt is not None and now < b.attempt.expires_at else None
    return SignUp(
        id=b.id,
        version=b.attempt.version if b.attempt is not None else 0,
        account=account.id,
        login=b.filled.login,
        profile=sign_up_form.supplied(b.filled.values, at=now),
        proof=proof,
        known=b.known is not None,
        sent=going_on.sent + 1 if going_on is not None else 1,
        names=going_on.names if going_on is not None else 0,
        began_at=going_on.began_at if going_on is not None else now,
        expires_at=now + ATTEMPT_LASTS,
    )


def _prove(b: Beginning, proof: SentProof) -> Telling:
    """Compose the proof's message. Nothing that was typed is in it but the address: it would be a way to write to anybody."""
    organization, account, language = b.scene.facts.organization, account_of(b.scene), b.filled.values.get(f.LANGUAGE)
    ref = proof.ref(purpose=Purpose.SIGN_UP, owner=b.id.value)
    return Telling(
        kind=NoticeKind.PROVE_SIGN_UP,
        to=b.to,
        organization=organization.id,
        language=language if isinstance(language, Language) else organization.activation.language,
        account=account.id,
        proof=ref,
        values={
            "organization": organization.name,
            "account": account.name,
            "contact": b.filled.contact.masked,
            **tellings.lasting(organization, ref, most=ATTEMPT_LASTS),
        },
    )


def _known(b: Beginning) -> Telling:
    """Tell the person who is here already, at its own address."""
    assert b.holder is not None, "only who holds something is known"  # noqa: S101 - narrows the type
    person, account = b.holder.sub_account, b.holder.account
    kind, organization = NoticeKind.ALREADY_SIGNED_UP, b.scene.facts.organization
    return tellings.tell(kind, b.to, person, organization=organization, account=account, contact=b.to.masked)
