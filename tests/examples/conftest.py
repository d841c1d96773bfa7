"""A shop on a SQLite file, as the office sees it, for the portals to open their own door on. Nothing is tested here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from subaccounts import (
    AccountId,
    AddPeople,
    CreateOrganization,
    HostAccount,
    HostUser,
    KeyRing,
    NobodyPrivileged,
    OpenAccount,
    OrganizationId,
    RegistrationPolicy,
    ResetPassword,
    SubAccountId,
    SubAccounts,
    System,
    Ungrouped,
)
from subaccounts.ports import Repository
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import CheapHasher

PASSWORD = "correct horse battery staple"


@frozen(kw_only=True)
class Office:
    """Hold what an administrator knows: the shop, its people and their codes, by login."""

    path: Path
    keys: KeyRing
    subs: SubAccounts
    admin: HostUser
    account: AccountId
    people: dict[str, SubAccountId]
    codes: dict[str, str]

    def reset(self, login: str) -> None:
        """Reset a person."""
        self.subs.handle(ResetPassword(actor=self.admin, sub_account=self.people[login]))

    def registration(self, login: str, *, name: str, code: str | None = None) -> dict[str, str]:
        """Return the form of a person's first sign-in; with its own code unless another is given."""
        fields = {"field:full_name": name, "field:position": "Seller"}
        return {"login": login, **fields, "code": code or self.codes[login], "new": PASSWORD}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Open a shop with two people who wait."""
    path = tmp_path / "portal.db"
    with SQLiteRepository(path) as repository:
        yield staffed(repository, path)


def staffed(repository: Repository, path: Path) -> Office:
    """Make a shop with two people who wait in an empty repository; its key ring lies beside the path."""
    keys = KeyRing.open(path.with_suffix(".keys"))
    subs = SubAccounts(repository=repository, keys=keys, host_accounts=NobodyPrivileged(), hasher=CheapHasher())
    organization = OrganizationId(value="acme")
    subs.handle(
        CreateOrganization(actor=System(name="setup"), id=organization, name="Acme", ungrouped=Ungrouped.EVERYBODY)
    )
    admin = HostUser.administrator("1", of=organization)
    host, policy = HostAccount(system="crm", id="shop-1"), RegistrationPolicy.by_person()
    opening = OpenAccount(actor=admin, organization=organization, host=host, name="Shop 1", policy=policy)
    account = subs.handle(opening).id
    people, codes = {}, {}
    for line in subs.handle(AddPeople.pasted("anna\nборис", actor=admin, account=account)):
        assert line.sub_account is not None
        assert line.code is not None
        people[line.code.login], codes[line.code.login] = line.sub_account.id, line.code.code.reveal()
    return Office(path=path, keys=keys, subs=subs, admin=admin, account=account, people=people, codes=codes)
