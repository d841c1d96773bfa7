"""A shop of ours with many people who have all claimed their logins: written through the port, in large batches.

Nobody is put through the sign-up here: it is not what is measured, and real hashes of everybody would take hours.
Everybody has signed in once before, today: a row that grows for the first time is not what a shop meets every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.lane import login
from subaccounts import (
    AccountId,
    CreateOrganization,
    Door,
    HostAccount,
    HostUser,
    Login,
    OpenAccount,
    OrganizationId,
    Profile,
    Realm,
    RegistrationPolicy,
    State,
    SubAccount,
    SubAccountId,
    SubAccounts,
    Supplied,
    Supplier,
    System,
    Ungrouped,
)
from subaccounts.domain.credential import Credential
from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.password import PasswordHash
from subaccounts.ports import Repository
from subaccounts.system import SystemEntropy

ORGANIZATION = OrganizationId(value="acme")
ADMINISTRATOR = HostUser.administrator("1", of=ORGANIZATION)
AT_ONCE = 1_000


def open_shop(subs: SubAccounts) -> AccountId:
    """Create the organization and open the one account."""
    subs.handle(
        CreateOrganization(actor=System(name="setup"), id=ORGANIZATION, name="Acme", ungrouped=Ungrouped.EMPLOYEES)
    )
    policy = RegistrationPolicy.by_administrator()
    host = HostAccount(system="crm", id="shop1")
    opened = OpenAccount(actor=ADMINISTRATOR, organization=ORGANIZATION, host=host, name="Shop 1", policy=policy)
    return subs.handle(opened).id


def door(account: AccountId) -> Door:
    """Return where the people stand."""
    return Door.inside(account)


def fill(repository: Repository, account: AccountId, *, people: int, password: PasswordHash) -> None:
    """Put people into the shop, all of them with this password."""
    for first in range(0, people, AT_ONCE):
        numbers = range(first, min(people, first + AT_ONCE))
        repository.commit(Batch(organization=ORGANIZATION, puts=tuple(_records(account, numbers, password))))


def _records(account: AccountId, numbers: range, password: PasswordHash) -> Iterator[Record]:
    entropy, now = SystemEntropy(), datetime.now(UTC)
    for number in numbers:
        id_ = SubAccountId(organization=ORGANIZATION, value=entropy.identifier(now))
        fields = {"full_name": f"Person {number}", "position": "Clerk"}
        values = {name: Supplied(value=text, by=Supplier.ADMINISTRATOR, at=now) for name, text in fields.items()}
        yield SubAccount(
            id=id_,
            account=account,
            realm=Realm.ACCOUNT,
            login=Login.parse(login(number)),
            profile=Profile(values=values),
            state=State.ACTIVE,
            created_at=now,
            claimed_at=now,
        )
        yield Credential(id=id_.credential, waiting_since=now, password=password, last_sign_in_at=now)
