"""One person under one account: the public view. Proofs are in `credential`, what can happen is in `life`."""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import field, frozen

from . import fields as f
from .account import Account
from .credential import Credential
from .identity import Identity
from .ids import AccountId, OrganizationId, SubAccountId
from .key import SEPARATOR, Key
from .life import State
from .login import Login
from .organization import Organization, Realm
from .profile import NO_PROFILE, Profile

SIGN_IN_SPACE = "sign_in"
LOOK_ALIKE_SPACE = "look_alike"
DELETED_SPACE = "deleted_login"
IDENTITY_SPACE = "identity"
EXTERNAL_SPACE = "external_id"


@final
@frozen(kw_only=True)
class SubAccount:
    """Hold one person.

    `epoch` rises with everything that ends sign-ins: reset, archive, delete, a changed password. `email_is_key` says
    that the person can sign in with the profile's e-mail too. `login_released` says that a deleted person's login was
    given to somebody else on purpose. `identities` are the company accounts it comes by. `proven` names the contacts the
    person gave itself and has proven. `claimed_at` is the last claim: None for who never did, and never for who is
    active or disabled, whose claim was no later than its creation where nobody says when. Times are UTC.
    """

    id: SubAccountId
    version: int = 0
    account: AccountId
    realm: Realm
    login: Login
    profile: Profile = field(default=NO_PROFILE)
    state: State = State.WAITING
    epoch: int = 1
    email_is_key: bool = False
    login_released: bool = False
    identities: frozenset[Identity] = frozenset()
    proven: frozenset[str] = frozenset()
    created_at: datetime
    claimed_at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        # Whoever a migration made active had a password before it was here, and must not wait one day as who never claimed.
        if self.claimed_at is None and self.state in {State.ACTIVE, State.DISABLED}:
            object.__setattr__(self, "claimed_at", self.created_at)  # how attrs itself fills a frozen value

    @property
    def keys(self) -> frozenset[Key]:
        """Return what this person holds: login, its look-alike form, a vouched e-mail, the memory of the login, the company
        accounts it comes by and its external id.

        The memory is all that a deleted person keeps. The living hold it too: between somebody's look at a login and its
        commit the login could be taken and its holder deleted, and it would pass on silently.
        """
        memory = realm_key(self.account, self.realm, DELETED_SPACE, self.login.key)
        if self.state is State.DELETED:
            return frozenset() if self.login_released else frozenset({memory})
        keys = {
            memory,
            realm_key(self.account, self.realm, SIGN_IN_SPACE, self.login.key),
            realm_key(self.account, self.realm, LOOK_ALIKE_SPACE, self.login.skeleton),
        }
        email = self.profile.email
        if self.email_is_key and email is not None:
            keys.add(realm_key(self.account, self.realm, SIGN_IN_SPACE, email.key))
        keys.update(identity_key(self.account, self.realm, each) for each in self.identities)
        external = self.profile.text(f.EXTERNAL_ID)
        if external is not None:
            keys.add(realm_key(self.account, self.realm, EXTERNAL_SPACE, external))
        return frozenset(keys)


def realm_key(account: AccountId, realm: Realm, space: str, value: str, /) -> Key:
    """Return a key that is unique in the account or in the whole organization, as the realm says."""
    scope = account.value if realm is Realm.ACCOUNT else ""
    return Key(organization=account.organization, space=space, value=f"{scope}{SEPARATOR}{value}")


def identity_key(account: AccountId, realm: Realm, identity: Identity, /) -> Key:
    """Return the key of a company account; one belongs to at most one person of a realm."""
    return realm_key(account, realm, IDENTITY_SPACE, _identity_value(identity))


def _identity_value(identity: Identity) -> str:
    return SEPARATOR.join((identity.issuer, identity.subject))


def identity_keys(where: AccountId | OrganizationId, identity: Identity, /) -> tuple[Key, ...]:
    """Return the keys under which a person standing at `where` is found by a company account."""
    return keys_at(where, IDENTITY_SPACE, _identity_value(identity))


def sign_in_keys(where: AccountId | OrganizationId, typed: str, /) -> tuple[Key, ...]:
    """Return the keys under which a person standing at `where` can be found; `typed` is a canonical login or e-mail."""
    return keys_at(where, SIGN_IN_SPACE, typed)


def keys_at(where: AccountId | OrganizationId, space: str, value: str, /) -> tuple[Key, ...]:
    """Return the keys under which something of a person standing at `where` can be held.

    At an account both realms are asked, as only one of them can have an answer; at an organization only its own.
    """
    wide = Key(organization=where.organization, space=space, value=f"{SEPARATOR}{value}")
    if isinstance(where, OrganizationId):
        return (wide,)
    return (realm_key(where, Realm.ACCOUNT, space, value), wide)


@final
@frozen(kw_only=True)
class Person:
    """Hold all that a rule about one person needs, read at once."""

    organization: Organization
    account: Account
    sub_account: SubAccount
    credential: Credential


@final
@frozen(kw_only=True)
class AccountFacts:
    """Hold an account with its organization, read at once."""

    organization: Organization
    account: Account
