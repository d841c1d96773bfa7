"""Creating somebody who arrives by a company account and is not known: which login, which fields, and where nobody is created.

Nobody is created beside somebody who is there: whatever the new one would be known by, a login, an e-mail, an external id, the
company account, has to be nobody's in the realm; a deleted person's login is not given to the next one by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..errors import InvalidValue
from . import fields as f
from .account import Account
from .arriving import Sought, verified_email
from .catalog import CatalogEntry
from .credential import Credential
from .fields import FieldValue
from .ids import AccountId, CatalogId, JobProfileId, OrganizationId, SubAccountId
from .issuer import JustInTime
from .issuers import defaults
from .key import Key
from .login import Login
from .organization import Organization
from .policy import RegistrationPolicy
from .profile import Profile, Supplied
from .sub_account import EXTERNAL_SPACE, SIGN_IN_SPACE, SubAccount, identity_key, realm_key
from .supplier import Supplier


def wanted(sought: Sought, where: AccountId | OrganizationId, /) -> JustInTime | None:
    """Return how somebody is created at a door, or None: not by this issuer, or not here.

    At an account's door people of that account are created, at an organization's those of the account that was named.
    """
    creates = sought.issuer.creates
    if creates is None or not sought.local:
        return None
    return creates if where in (creates.account, creates.account.organization) else None


def login(sought: Sought, creates: JustInTime, /) -> Login | None:
    """Return the login of who is created, or None: the issuer says none, or one that is no login.

    An address as a login takes it from whoever reads its mail, so that only the one the issuer verified is taken.
    """
    text = sought.verified.said(creates.login)
    try:
        asked = Login.parse(text) if text is not None else None
    except InvalidValue:
        return None
    mine = verified_email(sought.verified)
    return None if asked is not None and "@" in asked.key and (mine is None or asked.key != mine.key) else asked


def person(
    sought: Sought,
    creates: JustInTime,
    login: Login,
    /,
    *,
    id: SubAccountId,  # noqa: A002 - the field's name
    organization: Organization,
    account: Account,
    catalog: Mapping[CatalogId, CatalogEntry],
    now: datetime,
) -> tuple[SubAccount, Credential]:
    """Return who would be created, waiting to be taken over at once.

    What the issuer says is supplied by SSO, and gives way to whoever the policy lets give the field; the defaults are the
    administrator's. An attribute that cannot be such a field is left out, and so is what the catalog gives to nobody new.
    """
    policy = account.policy
    given = {name: Supplied(value=value, by=Supplier.SSO, at=now) for name, value in _said(sought, creates).items()}
    kept = {name: _without_retired(value, catalog) for name, value in defaults(creates).items()}
    given |= {
        name: Supplied(value=value, by=Supplier.ADMINISTRATOR, at=now)
        for name, value in kept.items()
        if value is not None
    }
    made = SubAccount(
        id=id,
        account=account.id,
        realm=organization.realm,
        login=login,
        profile=Profile(values=_of_policy(given, policy)),
        email_is_key=sought.email is not None and f.EMAIL in policy.fields,
        created_at=now,
    )
    return made, Credential(id=id.credential, waiting_since=now)


def must_be_free(person: SubAccount, sought: Sought, /) -> frozenset[Key]:
    """Return the keys that nobody in the realm holds when somebody is created: what it is known by, now or to the issuer."""
    spaces = (
        (EXTERNAL_SPACE, sought.external_id),
        (SIGN_IN_SPACE, sought.email.key if sought.email is not None else None),
    )
    said = {realm_key(person.account, person.realm, space, value) for space, value in spaces if value is not None}
    return person.keys | said | {identity_key(person.account, person.realm, sought.identity)}


def _said(sought: Sought, creates: JustInTime) -> dict[str, FieldValue]:
    """Return the fields that the issuer gives; an e-mail and an external id as far as the issuer is trusted for them."""
    said: dict[str, FieldValue] = {}
    if sought.external_id is not None:
        said[f.EXTERNAL_ID] = sought.external_id
    if sought.email is not None:
        said[f.EMAIL] = sought.email
    for attribute, name in creates.fields.items():
        text = sought.verified.said(attribute)
        try:
            said |= {name: f.parse_field(name, text)} if text is not None else {}
        except InvalidValue:
            continue
    return said


def _of_policy(given: Mapping[str, Supplied], policy: RegistrationPolicy) -> dict[str, Supplied]:
    return {name: held for name, held in given.items() if name in policy.fields}


def _without_retired(value: FieldValue, catalog: Mapping[CatalogId, CatalogEntry]) -> FieldValue | None:
    """Return a default without the entries that are given to nobody new; None when nothing is left of it."""
    alive = {id_ for id_, entry in catalog.items() if entry.retired_at is None}
    match value:
        case frozenset():
            return frozenset(each for each in value if each in alive) or None  # type: ignore[return-value]  # of one kind
        case JobProfileId():
            return value if value in alive else None
        case _:
            return value
