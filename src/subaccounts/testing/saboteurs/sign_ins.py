"""Repositories that break the clauses of `SignIns`, R13 to R17."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve

from ...domain.credential import Stranger
from ...domain.ids import AccountId, OrganizationId, StrangerId
from ...domain.key import Key
from ...domain.queries import SignInFacts
from .broken import BrokenRepository
from .saboteur import breaks


@breaks("R13")
class FindsNowhere(BrokenRepository):
    """Answers facts though the account asked for does not exist."""

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        found = self.inner.sign_in_facts(where, keys=keys, stranger=stranger)
        organization = self.inner.organization(where.organization)
        return found or (SignInFacts(organization=organization) if organization else None)


@breaks("R14")
class FindsAnywhere(BrokenRepository):
    """Lets a person of another account in, by a key that is good for the whole organization."""

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        found = self.inner.sign_in_facts(where, keys=keys, stranger=stranger)
        if found is None or found.sub_account is not None:
            return found
        wide = self.inner.sign_in_facts(where.organization, keys=keys, stranger=stranger)
        return wide if wide and wide.sub_account else found


@breaks("R15")
class ForgetsTheAccountOfAStranger(BrokenRepository):
    """Answers the account only for a person."""

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        found = self.inner.sign_in_facts(where, keys=keys, stranger=stranger)
        return evolve(found, account=None) if found and found.stranger else found


@breaks("R16")
class ReadsMoreForSomebody(BrokenRepository):
    """Reads a credential only when there is a person, which takes longer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        self.asked.append("sub_account")
        found = self.inner.sign_in_facts(where, keys=keys, stranger=stranger)
        if found and found.sub_account:
            self.asked.append("credential")
        return found


@breaks("R17")
class KeepsWholeSeconds(BrokenRepository):
    """Compares moments as a column of whole seconds does."""

    def stale_strangers(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[Stranger, ...]:
        return self.inner.stale_strangers(organization, before=before.replace(microsecond=0), limit=limit)
