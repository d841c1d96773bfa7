"""Who is made of what an issuer says, and what has to be nobody's before; the stories are `commands/test_created`."""

from __future__ import annotations

from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts.domain import creating
from subaccounts.domain import fields as f
from subaccounts.domain.arriving import Sought, seek
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.email import Email
from subaccounts.domain.identity import Identity, VerifiedIdentity
from subaccounts.domain.issuer import Issuer, JustInTime
from subaccounts.domain.key import Key
from subaccounts.domain.login import Login
from subaccounts.domain.organization import Realm
from subaccounts.domain.policy import RegistrationPolicy
from subaccounts.domain.sub_account import EXTERNAL_SPACE, SIGN_IN_SPACE, SubAccount, identity_key, realm_key
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

ANNAS: Final = Identity(issuer="https://login.acme.example", subject="s-1")
MAIL: Final = Email.parse("anna@acme.example")
CREATES: Final = JustInTime(account=a.account_id(), login="uid", fields={"name": f.FULL_NAME, "title": f.POSITION})


def sought(creates: JustInTime = CREATES, **said: Any) -> Sought:
    """Return what an issuer says that is trusted for e-mails and external ids."""
    issuer = Issuer(issuer=ANNAS.issuer, name="Acme", external_id="eid", trusts_email=True, creates=creates)
    verified = VerifiedIdentity(identity=ANNAS, attributes={"eid": "E-1", **said}, email=MAIL.text, email_verified=True)
    found = seek(a.organization(issuers=(issuer,)), verified, now=NOON)
    assert found is not None
    return found


def made(
    said: Sought, creates: JustInTime = CREATES, *without: str, catalog: tuple[CatalogEntry, ...] = ()
) -> SubAccount:
    """Return who would be created, under a policy without these fields."""
    policy = RegistrationPolicy.by_administrator()
    policy = evolve(policy, fields={name: rule for name, rule in policy.fields.items() if name not in without})
    person, _ = creating.person(
        said,
        creates,
        Login.parse("anna"),
        id=a.sub_account_id(),
        organization=a.organization(),
        account=a.account(policy=policy),
        catalog={entry.id: entry for entry in catalog},
        now=NOON,
    )
    return person


def key(space: str, value: str) -> Key:
    """Return a key of the account."""
    return realm_key(a.account_id(), Realm.ACCOUNT, space, value)


@pytest.mark.parametrize("without", [(), (f.EMAIL,), (f.EMAIL, f.EXTERNAL_ID)])
def test_what_has_to_be_nobodys(without: tuple[str, ...]) -> None:
    """Login, company account, e-mail and external id have to be nobody's, also where the policy keeps them from the record."""
    said = sought()
    person = made(said, CREATES, *without)
    login = a.sub_account(login="anna").keys
    theirs = {key(SIGN_IN_SPACE, MAIL.key), key(EXTERNAL_SPACE, "E-1")}
    identity = identity_key(person.account, person.realm, ANNAS)
    assert login | theirs | {identity} == creating.must_be_free(person, said)
    assert (f.EMAIL not in without) is person.email_is_key


def test_what_has_to_be_nobodys_where_little_is_said() -> None:
    """What the issuer does not say keeps nobody from anything."""
    said = evolve(sought(), email=None, external_id=None)
    person = made(said)
    identity = identity_key(person.account, person.realm, ANNAS)
    assert a.sub_account(login="anna").keys | {identity} == creating.must_be_free(person, said)


def test_one_attribute_that_is_no_field() -> None:
    """What cannot be a field is left out alone: what the issuer says after it is kept."""
    profile = made(sought(name="Anna\nKoval", title="Cashier")).profile
    assert (None, "Cashier") == (profile.full_name, profile.position)


def test_defaults_that_were_all_retired() -> None:
    """A default of which nothing is left is not given at all, instead of as nothing."""
    creates = evolve(
        CREATES,
        departments=frozenset({a.department_id()}),
        job_profile=a.job_profile_id(),
        permission_types=frozenset(),
    )
    gone = a.department(retired_at=NOON), a.job_profile(retired_at=NOON)
    there = a.department(), a.job_profile()
    names = {f.DEPARTMENTS, f.JOB_PROFILE}
    held = [
        made(sought(creates), creates, catalog=catalog).profile.values.keys() & names for catalog in (gone, (), there)
    ]
    assert [set(), set(), names] == held
