"""Repositories that break the clauses of `People`, R8 to R12."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping

from attrs import evolve

from ...domain.account import Account
from ...domain.decision import Batch
from ...domain.fields import Kind
from ...domain.ids import AnyRecordId, OrganizationId, SubAccountId
from ...domain.key import Key
from ...domain.life import State
from ...domain.queries import LARGEST_PAGE, PeopleQuery
from ...domain.sub_account import Person, SubAccount
from .broken import BrokenAsyncRepository, BrokenRepository
from .saboteur import breaks


def in_order(people: Collection[SubAccount], query: PeopleQuery, /) -> tuple[SubAccount, ...]:
    """Return a page of these people: what a good repository would make of them."""
    return tuple(sorted(people, key=lambda row: (row.login.key, row.id.value))[: query.limit])


@breaks("R8", color="async")
class TearsAPerson(BrokenAsyncRepository):
    """Reads a person in two questions and lets others write in between."""

    async def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        first, second = await self.inner.person(id), await self.inner.person(id)
        return evolve(second, credential=first.credential) if first and second else second


@breaks("R8")
class KeepsACopyOfTheAccount(BrokenRepository):
    """Copies the account into each of its people, and lets them in after it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.copies: dict[SubAccountId, Account] = {}

    def commit(self, batch: Batch, /) -> None:
        self.write(batch)
        for person in (record for record in batch.puts if isinstance(record, SubAccount)):
            facts = self.inner.account(person.account)
            if facts:
                self.copies.setdefault(person.id, facts.account)

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        found = self.inner.person(id)
        return evolve(found, account=self.copies.get(id, found.account)) if found else None


@breaks("R8", also={"storage": "a deleted person is among those that are read back whole"})
class HidesTheDeleted(BrokenRepository):
    """Answers None for a tombstone."""

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        found = self.inner.person(id)
        return None if found and found.sub_account.state is State.DELETED else found


@breaks("R9")
class RepeatsTheBorderRow(BrokenRepository):
    """Begins a page with the last row of the one before."""

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        if query.after is None:
            return self.inner.people_page(query)
        at = (query.after.login_key, query.after.id)
        rows = self.inner.people_page(evolve(query, after=None, limit=LARGEST_PAGE))
        return tuple(row for row in rows if (row.login.key, row.id.value) >= at)[: query.limit]


@breaks("R9")
class LeaksBetweenOrganizations(BrokenRepository):
    """Forgets the parentheses: what is like the words, OR of this organization AND of this account."""

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        rows = [*self.inner.people_page(query)]
        for other in self.others(query.organization) if query.words else ():
            rows += self.inner.people_page(evolve(query, organization=other, account=None))
        return in_order(rows, query)


@breaks("R9")
class LeaksBetweenAccounts(BrokenRepository):
    """Forgets the account as soon as somebody searches."""

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        return self.inner.people_page(evolve(query, account=None) if query.words else query)


@breaks("R9")
class OrdersByCollation(BrokenRepository):
    """Orders people as a dictionary would."""

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        rows = self.inner.people_page(query)
        return tuple(sorted(rows, key=lambda row: unicodedata.normalize("NFKD", row.login.key)))


@breaks("R10")
class CountsNobodyForAny(BrokenRepository):
    """Takes an empty set for a set of nothing."""

    def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        counted = self.inner.people_count(organization, kinds=kinds, systems=systems, states=states)
        return counted if kinds and systems and states else 0


@breaks("R10")
class AnswersACoroutine(BrokenRepository):
    """Is plain, and async in one method: what that answers is always true."""

    async def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        return self.inner.people_count(organization, kinds=kinds, systems=systems, states=states)


@breaks("R10", color="async")
class AnswersAtOnce(BrokenAsyncRepository):
    """Is async in all but one method: awaiting that one is an error, on some days."""

    def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        return self.plain.inner.people_count(organization, kinds=kinds, systems=systems, states=states)


@breaks("R11")
class TakesASlashForAPath(BrokenRepository):
    """Reads a counter `seats/a` as a part of `seats`: it keeps counters where a slash has a meaning."""

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return self.inner.counter(organization, name.partition("/")[0])


@breaks("R11", also={"C7": "that a count which was Full began no counter is seen by there being none"})
class MissingCounterIsZero(BrokenRepository):
    """Answers 0 where there is no counter."""

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return self.inner.counter(organization, name) or 0


@breaks("R12")
class FoldsCase(BrokenRepository):
    """Compares keys as a case-insensitive collation does."""

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        folded = {key: evolve(key, value=key.value.lower()) for key in keys}
        lower = self.inner.holders(tuple(folded.values()))
        found = {key: lower[fold] for key, fold in folded.items() if fold in lower}
        return found | dict(self.inner.holders(keys))
