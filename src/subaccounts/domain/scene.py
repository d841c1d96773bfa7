"""The scene of a sign-in: everything it is decided on, where the login stands in it, and how an answer looks there."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never, final

from attrs import frozen

from ..errors import Refusal
from . import codes, registration
from .account import Account, AccountState, HostRole
from .contacts import comes_by
from .credential import Credential, Stranger
from .dialogue import Disclosure, Door, Standing, Told
from .ids import AccountId, StrangerId
from .life import State
from .organization import LapsePolicy, Organization
from .proof import Form
from .queries import SignInFacts
from .steps import (
    AlreadyClaimed,
    AnyStep,
    AskAdministrator,
    CompleteFields,
    ContinueWithSSO,
    CreatePassword,
    EnterLogin,
    EnterLoginAndProof,
    EnterPassword,
    FollowLink,
    HostAccountBarred,
    LockedUntil,
    OfferedIssuer,
    Offers,
)
from .sub_account import SubAccount
from .subscription import Subscription


@final
@frozen(kw_only=True)
class Scene:
    """Hold everything a sign-in is decided on.

    `seats_taken` is how many seats the subscription's rule counts now; `stranger` is where wrong logins are counted;
    `code_lost` says that the claim code that is out died with its key, which the code itself does not tell.
    """

    facts: SignInFacts
    door: Door
    roles: frozenset[HostRole]
    subscription: Subscription
    stranger: StrangerId
    now: datetime
    seats_taken: int = 0
    code_lost: bool = False

    @property
    def found(self) -> tuple[SubAccount, Credential] | None:
        """Return the person who holds the login, or None."""
        if self.facts.sub_account is None or self.facts.credential is None:
            return None
        return self.facts.sub_account, self.facts.credential

    @property
    def code_alive(self) -> bool:
        """Tell whether the claim code or link that is out, if any, would be taken now."""
        organization, account, credential = self.facts.organization, self.facts.account, self.facts.credential
        if account is None or credential is None or self.code_lost:
            return False
        return codes.alive(credential.code, organization=organization, account=account, now=self.now)

    @property
    def attempts_row(self) -> Credential | Stranger:
        """Return the row wrong proofs are counted on."""
        return self.facts.credential or self.stranger_row

    @property
    def stranger_row(self) -> Stranger:
        """Return the row for a login nobody has, new or as it is."""
        return self.facts.stranger or Stranger(id=self.stranger, last_at=self.now)


def shut(scene: Scene, /) -> Standing | None:
    """Return what keeps everybody of the account out, whoever it is and whatever it proves; None when nothing does."""
    facts, roles, subscription = scene.facts, scene.roles, scene.subscription
    return shut_at(facts.organization, facts.account, roles=roles, subscription=subscription, now=scene.now)


def shut_at(
    organization: Organization,
    account: Account | None,
    /,
    *,
    roles: frozenset[HostRole],
    subscription: Subscription,
    now: datetime,
) -> Standing | None:
    """Return what keeps everybody of an account out, as `shut` does; `roles` are its host account's."""
    if account is not None and account.state is AccountState.CLOSED:
        return Standing.ACCOUNT_CLOSED
    if account is not None and roles:
        return Standing.BARRED
    if organization.lapse is LapsePolicy.BLOCKED and not subscription.covers(now):
        return Standing.LAPSED
    return None


def stand(scene: Scene, /) -> Standing:
    """Return where the login stands."""
    nobody_enters, account = shut(scene), scene.facts.account
    if nobody_enters is not None:
        return nobody_enters
    locked = scene.attempts_row.attempts.locked_until(scene.door.terminal, now=scene.now)
    if scene.found is None or account is None:
        return Standing.LOCKED if locked else Standing.UNKNOWN
    person, credential = scene.found
    match person.state:
        case State.ARCHIVED:
            return Standing.ARCHIVED
        case State.DELETED:
            return Standing.UNKNOWN
        case State.DISABLED:
            return Standing.COMES_BY_SSO if person.identities else Standing.DISABLED
        case State.ACTIVE:
            if credential.password is None:  # nothing to guess, so nothing is locked
                return Standing.COMES_BY_SSO
            return Standing.LOCKED if locked else Standing.ACTIVE
        case State.WAITING:
            return _waiting(scene, person, credential, locked=locked is not None)
        case _:
            assert_never(person.state)


def _waiting(scene: Scene, person: SubAccount, credential: Credential, *, locked: bool) -> Standing:
    organization, account = scene.facts.organization, scene.facts.account
    assert account is not None, "a person who waits has an account"  # noqa: S101 - narrows the type for the checker
    alive, complete = scene.code_alive, registration.can_complete(person.profile, account.policy)
    if alive and complete and credential.code is not None and credential.code.form is Form.LINK:
        return Standing.LINK_AWAITED  # nothing to guess, so nothing is locked: guesses here must not keep a link shut
    if locked:
        return Standing.LOCKED
    if not complete:
        return Standing.INCOMPLETE
    if alive:
        return Standing.CODE_AWAITED
    if scene.door.disclosure is Disclosure.OPEN and isinstance(scene.door.where, AccountId):
        window = codes.open_until(credential, organization=organization, account=account)
        if window is not None and scene.now < window:
            return Standing.OPEN_TO_CLAIM
    return Standing.COMES_BY_SSO if comes_by(person, organization.issuers) else Standing.NO_CODE


def step(scene: Scene, answer: Told, problems: tuple[Refusal, ...] = (), /) -> AnyStep:
    """Return the step that an answer is in this scene; `AUTHENTICATED` is not made here, as it needs a subject."""
    assert answer is not Told.AUTHENTICATED, "who is let in gets a subject"  # noqa: S101 - a mistake of ours
    match answer:
        case Told.WRONG_LOGIN:
            return EnterLogin(wrong=True, offers=_offers(scene))
        case Told.ENTER_PASSWORD | Told.PASSWORD_WRONG:
            return EnterPassword(wrong=answer is Told.PASSWORD_WRONG)
        case Told.REGISTER | Told.REGISTER_AGAIN | Told.CODE_WRONG:
            return _registration(scene, code_wrong=answer is Told.CODE_WRONG, problems=problems)
        case Told.LOCKED:
            until = scene.attempts_row.attempts.locked_until(scene.door.terminal, now=scene.now)
            return LockedUntil(until=until or scene.now)
        case Told.FOLLOW_LINK | Told.CONTINUE_WITH_SSO:
            return FollowLink() if answer is Told.FOLLOW_LINK else ContinueWithSSO(issuer=_issuer(scene))
        case Told.BARRED | Told.ALREADY_CLAIMED:
            return HostAccountBarred(roles=scene.roles) if answer is Told.BARRED else AlreadyClaimed()
        case Told.ENTER_BOTH | Told.REFUSED:
            return EnterLoginAndProof(refused=answer is Told.REFUSED, offers=_offers(scene))
        case Told.LAPSED:
            return AskAdministrator(why="subscription_lapsed")
        case Told.INCOMPLETE:
            return AskAdministrator(why="record_incomplete")
        case Told.ACCOUNT_CLOSED | Told.ARCHIVED | Told.DISABLED | Told.NO_CODE | Told.SEATS_FULL:
            return AskAdministrator(why=answer.value)
        case _:
            assert_never(answer)


def _offers(scene: Scene) -> Offers:
    """Return the offers of where everybody stands here: a found person's account would tell who it is."""
    at_account = isinstance(scene.door.where, AccountId)
    return offers(scene.facts.organization, scene.facts.account if at_account else None)


def _issuer(scene: Scene) -> OfferedIssuer | None:
    found = comes_by(scene.found[0], scene.facts.organization.issuers) if scene.found else None
    return OfferedIssuer(issuer=found.issuer, name=found.name) if found else None


def offers(organization: Organization, account: Account | None, /) -> Offers:
    """Return what a sign-in page of an account, or of the whole organization, offers beside a login."""
    issuers = tuple(OfferedIssuer(issuer=each.issuer, name=each.name) for each in organization.issuers)
    form = account.sign_up if account is not None and account.state is AccountState.OPEN else None
    return Offers(sign_up=form, issuers=issuers)


def _registration(scene: Scene, *, code_wrong: bool, problems: tuple[Refusal, ...]) -> CompleteFields | CreatePassword:
    code_needed = stand(scene) is Standing.CODE_AWAITED
    if scene.found is None or scene.facts.account is None:
        return CreatePassword(code_needed=code_needed, code_wrong=code_wrong, problems=problems)
    fields = registration.asked(scene.found[0].profile, scene.facts.account.policy)
    if not fields:
        return CreatePassword(code_needed=code_needed, code_wrong=code_wrong, problems=problems)
    return CompleteFields(fields=fields, code_needed=code_needed, code_wrong=code_wrong, problems=problems)
