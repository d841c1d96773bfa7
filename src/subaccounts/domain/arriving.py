"""Arriving by a company account: which person it is, what that changes, and who is turned away.

Who it is, is asked in this order, and the first answer counts. The company account itself. The external id, where the
organization named the attribute that holds it. A verified e-mail, of an issuer that is trusted for it, and only for a person
who has never claimed: whoever has claimed once is never found by an e-mail, or the mailbox of the next one would be a way in.
And nobody at all, whom an issuer can create.

Whoever comes by a company account for the first time, or out of the wait, takes the record over: every password, code, link,
pending contact and sign-in of before is dead, whoever made them (Sudhodanan and Paverd, *Pre-hijacked accounts*, 2022). Later
arrivals change nothing of the record. What the record is made of when somebody is created is `creating`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import evolve, frozen

from ..errors import InvalidValue, Refusal
from . import entering, people, registration
from . import fields as f
from .activation_events import IdentityLinked
from .attempts import Attempts
from .contacts import disowned
from .credential import Credential
from .decision import Decision, Record, seen
from .dialogue import DIALOGUE, Incoming, Told
from .email import Email
from .events import PersonSignedIn, SubAccountAdded, SubAccountClaimed
from .identity import Identity, VerifiedIdentity
from .ids import AccountId, OrganizationId
from .issuer import Issuer
from .key import Key
from .life import LifeInput, State, after
from .organization import Organization
from .people import Becomes
from .profile import Profile
from .scene import Scene, shut, step
from .steps import AnyStep, AskAdministrator, CompleteFields, ContinueWithSSO, OfferedIssuer
from .sub_account import EXTERNAL_SPACE, SubAccount, keys_at, sign_in_keys
from .subject import Pathway

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far an issuer's clock can be ahead of ours: a sign-in there is not too young to be true."""


class Found(Enum):
    """What led to a person, in the order in which it is asked."""

    IDENTITY = "identity"
    EXTERNAL_ID = "external_id"
    EMAIL = "email"
    CREATED = "created"


@final
@frozen(kw_only=True)
class Sought:
    """Hold what an assertion says that counts here: of a known issuer, as far as it is trusted.

    `external_id` is there where the issuer names its attribute, `email` where it is verified, trusted and of the issuer's
    domains. `strong` says that the person authenticated recently and strongly enough, `local` that it is of those domains.
    """

    issuer: Issuer
    verified: VerifiedIdentity
    external_id: str | None
    email: Email | None
    strong: bool
    local: bool

    @property
    def identity(self) -> Identity:
        """Return the company account."""
        return self.verified.identity


def seek(organization: Organization, verified: VerifiedIdentity, /, *, now: datetime) -> Sought | None:
    """Return what is looked for, or None: the organization has no such issuer."""
    issuer = next((each for each in organization.issuers if each.issuer == verified.identity.issuer), None)
    if issuer is None:
        return None
    email = verified_email(verified)
    local = not issuer.domains or (email is not None and email.domain in issuer.domains)
    return Sought(
        issuer=issuer,
        verified=verified,
        external_id=_external_id(issuer, verified),
        email=email if issuer.trusts_email and local else None,
        strong=_is_strong(issuer, verified, now),
        local=local,
    )


def verified_email(verified: VerifiedIdentity, /) -> Email | None:
    """Return the e-mail that the issuer verified, whether or not it is trusted for it; None for what is no address."""
    text = verified.said(f.EMAIL)
    try:
        return Email.parse(text) if text is not None else None
    except InvalidValue:
        return None


def _external_id(issuer: Issuer, verified: VerifiedIdentity) -> str | None:
    text = verified.said(issuer.external_id) if issuer.external_id is not None else None
    try:
        parsed = f.parse_field(f.EXTERNAL_ID, text) if text is not None else None
    except InvalidValue:
        return None
    return parsed if isinstance(parsed, str) else None


def _is_strong(issuer: Issuer, verified: VerifiedIdentity, now: datetime) -> bool:
    at = verified.at
    recent = issuer.within is None or (at is not None and -CLOCKS_DIFFER <= now - at <= issuer.within)
    level = not issuer.levels or verified.level in issuer.levels
    return recent and level and issuer.methods <= verified.methods


def ways(sought: Sought, where: AccountId | OrganizationId, /) -> Iterator[tuple[Found, tuple[Key, ...]]]:
    """Return the keys to look under where the company account itself leads to nobody, in their order."""
    if sought.external_id is not None:
        yield Found.EXTERNAL_ID, keys_at(where, EXTERNAL_SPACE, sought.external_id)
    if sought.email is not None:
        yield Found.EMAIL, sign_in_keys(where, sought.email.key)


def leads_to(found: Found, person: SubAccount, sought: Sought, /) -> bool:
    """Tell whether what was found under a key counts.

    An e-mail leads to who has never claimed, and to the very address alone: two mailboxes can share a key. It does not lead
    to who is known by an external id, where the issuer names such ids: that would be another one's former mailbox.
    """
    if found is not Found.EMAIL:
        return True
    known = sought.issuer.external_id is not None and person.profile.text(f.EXTERNAL_ID) is not None
    return not known and person.state is State.WAITING and person.claimed_at is None and _has_mailbox(person, sought)


def _has_mailbox(person: SubAccount, sought: Sought) -> bool:
    own = person.profile.email if person.email_is_key else None
    texts = [person.login.text, *([own.text] if own is not None else [])]
    return sought.email is not None and any(map(sought.email.is_mailbox, texts))


@final
@frozen(kw_only=True)
class Arrival:
    """Hold an arrival with everything it is decided on.

    `scene` has the person in it who was found, or who would be created; nobody, where the issuer would create somebody and
    says no login for it. `elsewhere` says that somebody else in the realm,
    out of this door's reach, has the company account. `profile` is a waiting person's record with the fields it gave now,
    and `problems` what was wrong with those.
    """

    scene: Scene
    sought: Sought | None
    found: Found | None
    profile: Profile | None = None
    problems: tuple[Refusal, ...] = ()
    elsewhere: bool = False


def arrive(arrival: Arrival, /) -> Decision[AnyStep]:
    """Let the person in, or say what is in the way; nothing is written then but a change of the host account's roles."""
    scene, sought, found = arrival.scene, arrival.sought, arrival.found
    if sought is None:
        return entering.answered(scene, _not_known())
    in_the_way = _in_the_way(arrival, sought)
    if in_the_way is not None:
        return entering.answered(scene, in_the_way)
    if found is None or scene.found is None:
        return entering.answered(scene, _not_known())
    person, credential = scene.found
    created = found is Found.CREATED
    becomes = _becomes(arrival, person, credential, sought=sought, found=found)
    counts = entering.taken(scene, becomes.sub_account, new=created)
    if not entering.has_room(scene, counts):
        return entering.answered(scene, step(scene, Told.SEATS_FULL))
    halves: tuple[tuple[Record, Record], ...] = ((person, becomes.sub_account), (credential, becomes.credential))
    decision = entering.let_in(
        scene,
        becomes.sub_account,
        Pathway.SSO,
        puts=tuple(then for before, then in halves if then != before),
        happened=becomes.happened,
        counts=counts,
    )
    told = () if created else entering.security(scene, becomes.sub_account, becomes.happened)
    # Whom an issuer is trusted for is the organization's to say, until the commit.
    return evolve(decision, guards=(*decision.guards, seen(scene.facts.organization)), tellings=told)


def _not_known() -> AnyStep:
    return AskAdministrator(why="not_known")


def _in_the_way(arrival: Arrival, sought: Sought) -> AnyStep | None:
    """Return what turns the person away; first what is said of the company account alone, which tells nothing of people."""
    scene = arrival.scene
    if not sought.strong:
        issuer = sought.issuer
        return ContinueWithSSO(issuer=OfferedIssuer(issuer=issuer.issuer, name=issuer.name), again=True)
    closed = shut(scene)
    if closed is not None:
        return step(scene, DIALOGUE[closed, Incoming.LOGIN])
    if scene.found is None or scene.found[0].state is State.DELETED:
        nameless = arrival.found is Found.CREATED
        return step(scene, Told.INCOMPLETE) if nameless else _not_known()
    person, _ = scene.found
    if person.state is State.ARCHIVED:
        return step(scene, Told.ARCHIVED)
    if arrival.elsewhere or comes_otherwise(person, sought):
        return AskAdministrator(why="linked_already")
    if arrival.found is Found.CREATED and not scene.subscription.covers(scene.now):
        return step(scene, Told.LAPSED)
    return _incomplete(arrival, person) if person.state is State.WAITING else None


def comes_otherwise(person: SubAccount, sought: Sought, /) -> bool:
    """Tell whether the person comes by another account of this issuer, which somebody has to unlink first."""
    mine = {each for each in person.identities if each.issuer == sought.issuer.issuer}
    return bool(mine) and sought.identity not in mine


def _incomplete(arrival: Arrival, person: SubAccount) -> AnyStep | None:
    """Return what a record lacks before anybody takes it over: it asks the person, or the administrator has to give it."""
    scene = arrival.scene
    assert scene.facts.account is not None, "a person who waits has an account"  # noqa: S101 - narrows the type
    policy = scene.facts.account.policy
    if not registration.can_complete(person.profile, policy):
        return step(scene, Told.INCOMPLETE)
    asked = registration.asked(person.profile, policy)
    if arrival.problems or (asked and arrival.profile is None):
        return CompleteFields(fields=asked, code_needed=False, password_needed=False, problems=arrival.problems)
    return None


def _becomes(arrival: Arrival, person: SubAccount, credential: Credential, *, sought: Sought, found: Found) -> Becomes:
    scene = arrival.scene
    state, in_ = (
        after(person.state, LifeInput.ARRIVE),
        PersonSignedIn(pathway=Pathway.SSO, terminal=scene.door.terminal),
    )
    known = sought.identity in person.identities
    if known and person.state is State.ACTIVE:
        here = entering.was_here_today(scene, credential)
        row = credential if here else evolve(credential, last_sign_in_at=scene.now)
        return Becomes(sub_account=person, credential=row, happened=(in_,))
    # Whoever was disabled has no password any more; the sign-ins of before must not come back to life, nor what they asked for.
    epoch = person.epoch if found is Found.CREATED else person.epoch + 1
    if known and person.state is State.DISABLED:
        row = evolve(people.without_pending(credential), attempts=Attempts(), last_sign_in_at=scene.now)
        return Becomes(sub_account=evolve(person, state=state, epoch=epoch), credential=row, happened=(in_,))
    profile = arrival.profile if person.state is State.WAITING and arrival.profile is not None else person.profile
    filled = registration.with_profile(person, profile)
    then = evolve(
        filled if known else disowned(filled),
        state=state,
        epoch=epoch,
        identities=person.identities | {sought.identity},
        claimed_at=scene.now,
    )
    added = (SubAccountAdded(login=person.login.text),) if found is Found.CREATED else ()
    linked = () if known else (IdentityLinked(issuer=sought.issuer.issuer, how=found.value),)
    claimed = SubAccountClaimed(pathway=Pathway.SSO, terminal=scene.door.terminal)
    row = evolve(people.emptied(credential), last_sign_in_at=scene.now)
    return Becomes(sub_account=then, credential=row, happened=(*added, *linked, claimed, in_))
