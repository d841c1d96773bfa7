"""What the machine of commands knows: shops, and for every person which proofs are alive and which are dead."""

from __future__ import annotations

from typing import final

from attrs import define, field, frozen

from ...domain.account import HostAccount
from ...domain.actor import HostUser
from ...domain.dialogue import Door
from ...domain.ids import AccountId, OrganizationId, SubAccountId
from ...domain.organization import Realm
from ...domain.subject import Subject


@final
@frozen(kw_only=True)
class Shop:
    """Hold one account with its organization's administrator and both of its doors."""

    account: AccountId
    host: HostAccount
    realm: Realm
    admin: HostUser

    @property
    def organization(self) -> OrganizationId:
        """Return the organization."""
        return self.account.organization

    def door(self, *, outside: bool) -> Door:
        """Return the door on an open page, or the one inside the host account."""
        return Door.outside(self.account) if outside else Door.inside(self.account)


@final
@define(kw_only=True)
class Known:
    """Hold what is known of one person: what is alive, and everything that was and is dead."""

    id: SubAccountId
    shop: Shop
    login: str
    password: str | None = None
    code: str | None = None
    subjects: list[Subject] = field(factory=list)
    dead_passwords: list[str] = field(factory=list)
    dead_codes: list[str] = field(factory=list)
    dead_subjects: list[Subject] = field(factory=list)

    def kill(self, *, password: bool = True, code: bool = True) -> None:
        """Declare the proofs there are dead; a password takes every sign-in with it."""
        if password:
            self.dead_passwords += [self.password] if self.password else []
            self.password = None
            self.sign_out()
        if code:
            self.dead_codes += [self.code] if self.code else []
            self.code = None

    def sign_out(self) -> None:
        """Declare every sign-in ended."""
        self.dead_subjects += self.subjects
        self.subjects = []
