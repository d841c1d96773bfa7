"""Repositories that each break one clause, as adapters do by mistake, and the clause by which the kit has to name them.

Each is the memory repository with one thing wrong. What the kit says of them is in test_saboteurs.py.
"""

from __future__ import annotations

import asyncio
import time
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve

from subaccounts.domain.account import Account
from subaccounts.domain.audit import AuditChain
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import Stranger
from subaccounts.domain.decision import Batch, Count, Record, RequestRecord, Seen
from subaccounts.domain.events import Event, SealedEvent
from subaccounts.domain.fields import Kind
from subaccounts.domain.ids import (
    AccountId,
    AnyRecordId,
    CatalogId,
    DepartmentId,
    OrganizationId,
    StrangerId,
    SubAccountId,
)
from subaccounts.domain.key import Key
from subaccounts.domain.life import State
from subaccounts.domain.organization import Organization
from subaccounts.domain.queries import LARGEST_PAGE, EventQuery, PeopleQuery, SignInFacts
from subaccounts.domain.sub_account import AccountFacts, Person, SubAccount
from subaccounts.errors import Conflict, Full, Stale, StorageFailed, Taken
from subaccounts.repositories.memory import MemoryRepository
from subaccounts.testing import builders as a

SABOTEURS: dict[str, list[type[Saboteur]]] = {}
"""Every saboteur under the clause it breaks."""


class Saboteur:
    """Be a memory repository; a subclass says what it does wrong and which clause that breaks."""

    def __init_subclass__(cls, *, breaks: str, **rest: object) -> None:
        super().__init_subclass__(**rest)
        SABOTEURS.setdefault(breaks, []).append(cls)

    def __init__(self) -> None:
        self.inner = MemoryRepository()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def commit(self, batch: Batch, /) -> None:
        """Commit the batch as it is."""
        self.inner.commit(batch)

    def everyone(self, of: OrganizationId) -> tuple[SubAccount, ...]:
        """Return all people of an organization."""
        return self.inner.people_page(PeopleQuery(organization=of, states=frozenset(State), limit=LARGEST_PAGE))


OTHER = {a.OURS: a.THEIRS, a.THEIRS: a.OURS}


class AnswersTheFirstPut(Saboteur, breaks="R1"):
    """Caches an organization for good."""

    def __init__(self) -> None:
        super().__init__()
        self.cache: dict[OrganizationId, Organization] = {}

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        found = self.inner.organization(id)
        return self.cache.setdefault(id, found) if found else None


class HidesTheRetired(Saboteur, breaks="R2"):
    """Leaves out retired entries."""

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        return tuple(entry for entry in self.inner.catalog_entries(ids) if entry.retired_at is None)


class OrdersByName(Saboteur, breaks="R3"):
    """Orders a page by what people read."""

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        page = self.inner.catalog_page(organization, kind=kind, after=after, limit=limit)
        return tuple(sorted(page, key=lambda entry: entry.name))


class ForgetsTheGivenOnes(Saboteur, breaks="R4"):
    """Answers what is above, without the departments themselves."""

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return self.inner.lineage(departments) - set(departments)


class LooksOneLevelDown(Saboteur, breaks="R5"):
    """Answers children and no grandchildren."""

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        below = self.inner.offspring(departments)
        entries = self.inner.catalog_entries(below)
        near = {e.id for e in entries if e.parent in departments or e.id in departments}
        return frozenset(department for department in below if department in near)


class IgnoresTheTenantOfAnAccount(Saboteur, breaks="R6"):
    """Looks accounts up by their own value."""

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        return self.inner.account(id) or self.inner.account(evolve(id, organization=OTHER[id.organization]))


class PagesAccountsByOffset(Saboteur, breaks="R7"):
    """Takes the cursor for something that has to exist."""

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        rows = self.inner.accounts_page(organization, after=None, limit=LARGEST_PAGE)
        values = [row.id.value for row in rows]
        start = values.index(after) + 1 if after in values else 0
        return rows[start : start + limit]


class HidesTheDeleted(Saboteur, breaks="R8"):
    """Answers None for a tombstone."""

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        found = self.inner.person(id)
        return None if found and found.sub_account.state is State.DELETED else found


class RepeatsTheBorderRow(Saboteur, breaks="R9"):
    """Begins a page with the last row of the one before."""

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        if query.after is None:
            return self.inner.people_page(query)
        at = (query.after.login_key, query.after.id)
        rows = self.inner.people_page(evolve(query, after=None, limit=LARGEST_PAGE))
        return tuple(row for row in rows if (row.login.key, row.id.value) >= at)[: query.limit]


class LeaksBetweenOrganizations(Saboteur, breaks="R9"):
    """Lists people whoever they belong to."""

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        both = [*self.inner.people_page(query)]
        if query.account is None and query.departments is None:
            both += self.inner.people_page(evolve(query, organization=OTHER[query.organization]))
        return tuple(sorted(both, key=lambda row: (row.login.key, row.id.value)))[: query.limit]


class OrdersByCollation(Saboteur, breaks="R9"):
    """Orders people as a dictionary would."""

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        rows = self.inner.people_page(query)
        return tuple(sorted(rows, key=lambda row: unicodedata.normalize("NFKD", row.login.key)))


class CountsNobodyForAny(Saboteur, breaks="R10"):
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


class MissingCounterIsZero(Saboteur, breaks="R11"):
    """Answers 0 where there is no counter."""

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return self.inner.counter(organization, name) or 0


class FoldsCase(Saboteur, breaks="R12"):
    """Compares keys as a case-insensitive collation does."""

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        lower = self.inner.holders([evolve(key, value=key.value.lower()) for key in keys])
        found = {key: lower.get(evolve(key, value=key.value.lower())) for key in keys}
        return {key: holder for key, holder in found.items() if holder is not None} | dict(self.inner.holders(keys))


class FindsNowhere(Saboteur, breaks="R13"):
    """Answers facts though the account asked for does not exist."""

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        found = self.inner.sign_in_facts(where, keys=keys, stranger=stranger)
        organization = self.inner.organization(where.organization)
        return found or (SignInFacts(organization=organization) if organization else None)


class FindsAnywhere(Saboteur, breaks="R14"):
    """Finds a person of another account by a key that is good for the organization."""

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        found = self.inner.sign_in_facts(where, keys=keys, stranger=stranger)
        if found is None or found.sub_account is not None:
            return found
        wide = self.inner.sign_in_facts(where.organization, keys=keys, stranger=stranger)
        return wide if wide and wide.sub_account else found


class ForgetsTheAccountOfAStranger(Saboteur, breaks="R15"):
    """Answers the account only for a person."""

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        found = self.inner.sign_in_facts(where, keys=keys, stranger=stranger)
        return evolve(found, account=None) if found and found.stranger else found


class ReadsMoreForSomebody(Saboteur, breaks="R16"):
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


class OrdersStrangersByWholeSeconds(Saboteur, breaks="R17"):
    """Compares moments as a column of whole seconds does."""

    def stale_strangers(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[Stranger, ...]:
        return self.inner.stale_strangers(organization, before=before.replace(microsecond=0), limit=limit)


class OrdersEventsByTime(Saboteur, breaks="R18"):
    """Orders events by when they happened."""

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        return tuple(sorted(self.inner.events_page(query), key=lambda event: event.at))


class ShowsSealedEventsAsLoose(Saboteur, breaks="R19"):
    """Answers every event as unsealed."""

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        return self.inner.events_page(EventQuery(organization=organization, limit=limit))


class OrdersTheFeedById(Saboteur, breaks="R20"):
    """Orders the feed by event ids."""

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        feed = self.inner.events_after(organization, position=position, limit=limit)
        return tuple(sorted(feed, key=lambda sealed: sealed.event.id))


class BeginsWithAChain(Saboteur, breaks="R21"):
    """Makes a chain up where there is none."""

    def chain(self, organization: OrganizationId, /) -> AuditChain:
        return self.inner.chain(organization) or a.chain(of=organization)


class FoldsRequestIds(Saboteur, breaks="R22"):
    """Looks requests up as if case and spaces at the end meant nothing."""

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return self.inner.request(organization, id) or self.inner.request(organization, id.strip().lower())


class CommitsHalf(Saboteur, breaks="C1"):
    """Counts and appends, and then finds out that the rest is refused."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.inner.commit(batch)
        except Full:
            self.inner.commit(Batch(organization=batch.organization, puts=batch.puts[:1]))
            raise


class OverwritesNewOnes(Saboteur, breaks="C2"):
    """Takes a new record with an existing id for another version of it."""

    def commit(self, batch: Batch, /) -> None:
        puts = tuple(_now(self, record) if record.version == 0 else record for record in batch.puts)
        self.inner.commit(evolve(batch, puts=puts))


class IgnoresVersions(Saboteur, breaks="C3"):
    """Writes over whatever is there: the last one wins."""

    def commit(self, batch: Batch, /) -> None:
        puts = tuple(_now(self, record) if record.version else record for record in batch.puts)
        self.inner.commit(evolve(batch, puts=puts))


class IgnoresGuards(Saboteur, breaks="C4"):
    """Writes whatever has become of what was only read."""

    def commit(self, batch: Batch, /) -> None:
        self.inner.commit(evolve(batch, guards=()))


class NeverFreesAKey(Saboteur, breaks="C5"):
    """Adds the new keys of a record and forgets to take the old ones away."""

    def __init__(self) -> None:
        super().__init__()
        self.ever: dict[Key, AnyRecordId] = {}

    def commit(self, batch: Batch, /) -> None:
        keys = {key: record.id for record in batch.puts for key in record.keys}
        taken = frozenset(key for key, holder in keys.items() if self.ever.get(key, holder) != holder)
        if taken:
            raise Taken(keys=taken)
        self.inner.commit(batch)
        self.ever |= keys


class NamesOneTakenKey(Saboteur, breaks="C6"):
    """Stops at the first unique key that the database complains of."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.inner.commit(batch)
        except Taken as error:
            first = min(error.keys, key=repr)
            raise Taken(keys=frozenset({first})) from error


class CountsPastTheLimit(Saboteur, breaks="C7"):
    """Adds and does not look at the limit."""

    def commit(self, batch: Batch, /) -> None:
        counts = tuple(evolve(count, at_most=None) for count in batch.counts)
        self.inner.commit(evolve(batch, counts=counts))


class CountsBelowNothing(Saboteur, breaks="C7"):
    """Lets a counter owe something."""

    def __init__(self) -> None:
        super().__init__()
        self.debts: dict[str, int] = {}

    def commit(self, batch: Batch, /) -> None:
        counts: list[Count] = []
        for count in batch.counts:
            there = self.inner.counter(batch.organization, count.name)
            after = (count.initial if there is None else there) + count.by - self.debts.pop(count.name, 0)
            self.debts[count.name] = max(0, -after)
            counts.append(count)
        self.inner.commit(evolve(batch, counts=tuple(counts)))

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        found = self.inner.counter(organization, name)
        return None if found is None else found - self.debts.get(name, 0)


class SwallowsKnownEvents(Saboteur, breaks="C8"):
    """Inserts events and ignores the ones that are there."""

    def commit(self, batch: Batch, /) -> None:
        page = self.inner.events_page(EventQuery(organization=batch.organization, limit=LARGEST_PAGE))
        known = {event.id for event in page}
        self.inner.commit(evolve(batch, events=tuple(event for event in batch.events if event.id not in known)))


class SwallowsLateSeals(Saboteur, breaks="C9"):
    """Updates the events it finds and does not count them."""

    def commit(self, batch: Batch, /) -> None:
        loose = {event.id for event in self.inner.unsealed_events(batch.organization, limit=LARGEST_PAGE)}
        self.inner.commit(evolve(batch, seals=tuple(seal for seal in batch.seals if seal.event in loose)))


class KeepsTheFirstRequest(Saboteur, breaks="C10"):
    """Writes the batch though its request id was used."""

    def commit(self, batch: Batch, /) -> None:
        used = batch.request and self.inner.request(batch.organization, batch.request.id)
        self.inner.commit(evolve(batch, request=None) if used else batch)


class SaysFullFirst(Saboteur, breaks="C11"):
    """Counts before it looks at anything else."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.inner.commit(batch)
        except Conflict:
            counts = [count for count in batch.counts if count.at_most is not None and count.by > 0]
            of = batch.organization
            over = {c.name for c in counts if (self.inner.counter(of, c.name) or c.initial) + c.by > (c.at_most or 0)}
            if over:
                raise Full(counts=frozenset(over)) from None
            raise


class SharesCounters(Saboteur, breaks="C12"):
    """Counts the seats of all organizations together."""

    def commit(self, batch: Batch, /) -> None:
        self.inner.commit(evolve(batch, counts=()))
        everybody = Batch(organization=a.OURS, counts=batch.counts)
        if batch.counts:
            self.inner.commit(everybody)

    def counter(self, _: OrganizationId, name: str, /) -> int | None:
        return self.inner.counter(a.OURS, name)


class ChecksAndThenWrites(Saboteur, breaks="C13"):
    """Compares versions first and writes later, without holding anything meanwhile."""

    def commit(self, batch: Batch, /) -> None:
        if any(_version(self, record.id) != record.version for record in batch.puts):
            raise Stale
        _let_others_run()
        puts = tuple(_now(self, record) for record in batch.puts)
        self.inner.commit(evolve(batch, puts=puts))


class DropsTheFractionOfASecond(Saboteur, breaks="storage"):
    """Keeps times as whole seconds."""

    def commit(self, batch: Batch, /) -> None:
        events = tuple(evolve(event, at=event.at.replace(microsecond=0)) for event in batch.events)
        self.inner.commit(evolve(batch, events=events))


class TakesEmptyForNone(Saboteur, breaks="storage"):
    """Keeps no empty text."""

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        found = self.inner.request(organization, id)
        return evolve(found, receipt=found.receipt or "null") if found else None


class SortsThePolicy(Saboteur, breaks="storage"):
    """Keeps a policy as JSON with sorted keys, and with it loses the order of the fields."""

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        found = self.inner.account(id)
        if found is None:
            return None
        policy = found.account.policy
        return evolve(
            found, account=evolve(found.account, policy=evolve(policy, fields=dict(sorted(policy.fields.items()))))
        )


class AnswersACoroutine(Saboteur, breaks="R1"):
    """Is plain, and async in one method: what it answers is always true."""

    async def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        return self.inner.organization(id)


class RaisesItsOwnError(Saboteur, breaks="C2"):
    """Lets an error of its driver escape."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.inner.commit(batch)
        except Stale as error:
            raise KeyError("duplicate key value violates unique constraint") from error


class CallsItAFailure(Saboteur, breaks="C6"):
    """Takes every complaint of its database for a breakdown."""

    def commit(self, batch: Batch, /) -> None:
        try:
            self.inner.commit(batch)
        except Taken as error:
            raise StorageFailed(store="broken", problem="unreachable") from error


def _now(saboteur: Saboteur, record: Record) -> Record:
    """Return the record at the version that is stored."""
    return evolve(record, version=_version(saboteur, record.id))


def _version(saboteur: Saboteur, id: AnyRecordId) -> int:  # noqa: A002 - positional
    for version in range(50):
        try:
            saboteur.inner.commit(Batch(organization=id.organization, guards=(Seen(id=id, version=version),)))
        except Stale:
            continue
        return version
    raise AssertionError("a record of more than fifty versions")


def _let_others_run() -> None:
    """Give other threads their turn, as a database does between two statements."""
    time.sleep(0.001)


class AsyncAnswersAtOnce:
    """Is async in all but one method."""

    def __init__(self) -> None:
        self.inner = MemoryRepository()

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        """Answer without being awaited."""
        return self.inner.organization(id)

    async def commit(self, batch: Batch, /) -> None:
        """Commit after a turn of the loop."""
        await asyncio.sleep(0)
        self.inner.commit(batch)
