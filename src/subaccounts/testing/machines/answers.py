"""What every read of the ports has to answer, from the dictionaries of the model: one method for each, by its name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, final

from attrs import frozen

from ...domain.account import Account
from ...domain.audit import AuditChain
from ...domain.catalog import CatalogEntry
from ...domain.credential import Credential, Stranger
from ...domain.decision import RequestRecord
from ...domain.events import Event, SealedEvent
from ...domain.fields import Kind
from ...domain.ids import (
    AccountId,
    AnyRecordId,
    CatalogId,
    ChainId,
    DepartmentId,
    OrganizationId,
    SignUpId,
    StrangerId,
    SubAccountId,
)
from ...domain.key import Key
from ...domain.life import State
from ...domain.organization import Organization
from ...domain.queries import EventQuery, PeopleQuery, SignInFacts, matches
from ...domain.sign_up import SignUp
from ...domain.sub_account import AccountFacts, Person, SubAccount
from ...domain.task import Leased
from .seen_answers import SeenAnswers, page

READS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "organization": "R1",
        "catalog_entries": "R2",
        "catalog_page": "R3",
        "lineage": "R4",
        "offspring": "R5",
        "account": "R6",
        "accounts_page": "R7",
        "person": "R8",
        "people_page": "R9",
        "people_count": "R10",
        "counter": "R11",
        "holders": "R12",
        "sign_in_facts": "R14",
        "stale_strangers": "R17",
        "events_page": "R18",
        "unsealed_events": "R19",
        "events_after": "R20",
        "chain": "R21",
        "request": "R22",
        "sign_up": "R23",
        "stale_sign_ups": "R24",
        "groups": "R25",
        "groups_page": "R26",
        "members_page": "R27",
        "resources": "R28",
        "participants_page": "R29",
        "viewer_facts": "R30",
        "resources_page": "R31",
        "resources_count": "R32",
        "visible_among": "R33",
        "viewers_page": "R34",
        "due": "Q1",
        "tasks_page": "Q6",
    }
)
"""Every read with its clause. `sign_in_facts` has three; which of them an answer breaks is seen by the answer."""


@final
@frozen
class Answers(SeenAnswers):
    """Answer every read as its clause says; those of groups, resources and who sees what are in `seen_answers`."""

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - as the port calls it
        return self._get(Organization, id)

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        found = [entry for entry in (self._get(CatalogEntry, each) for each in set(ids)) if entry]
        return page(found, lambda entry: (entry.id.kind, entry.id.value))

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        mine = (entry for entry in self._all(CatalogEntry, organization) if entry.id.kind == kind)
        return page(mine, lambda entry: entry.id.value, after, limit)

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        found: set[DepartmentId] = set()
        for department in departments:
            above = self._department(department)
            while above is not None and above.department not in found:
                found.add(above.department)
                above = self._department(above.parent)
        return frozenset(found)

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        asked = set(departments)
        tenants = {each.organization for each in asked}
        entries = [entry for tenant in tenants for entry in self._all(CatalogEntry, tenant)]
        everyone = [entry.id for entry in entries if isinstance(entry.id, DepartmentId)]
        return frozenset(each for each in everyone if self.lineage((each,)) & asked)

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - as the port calls it
        account, organization = self._get(Account, id), self._get(Organization, id.organization)
        return AccountFacts(organization=organization, account=account) if account and organization else None

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        return page(self._all(Account, organization), lambda account: account.id.value, after, limit)

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - as the port calls it
        sub_account, credential = self._get(SubAccount, id), self._get(Credential, id.credential)
        facts = self.account(sub_account.account) if sub_account else None
        if not (facts and sub_account and credential):
            return None
        return Person(
            organization=facts.organization, account=facts.account, sub_account=sub_account, credential=credential
        )

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        found = (person for person in self._all(SubAccount, query.organization) if matches(person, query))
        after = (query.after.login_key, query.after.id) if query.after else None
        return page(found, lambda person: (person.login.key, person.id.value), after, query.limit)

    def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        systems_of = {account.id: account.host.system for account in self._all(Account, organization)}
        return sum(
            person.profile.kind in (kinds or Kind)
            and systems_of[person.account] in (systems or systems_of.values())
            and person.state in (states or State)
            for person in self._all(SubAccount, organization)
        )

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return self.model.counters.get((organization, name))

    def holders(self, keys: Collection[Key], /) -> dict[Key, AnyRecordId]:
        return {key: self.model.held[key] for key in keys if key in self.model.held}

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        organization = self._get(Organization, where.organization)
        account = self._get(Account, where) if isinstance(where, AccountId) else None
        if organization is None or (isinstance(where, AccountId) and account is None):
            return None
        for holder in self.holders(keys).values():
            person = self.person(holder) if isinstance(holder, SubAccountId) else None
            if person and where in (person.account.id, person.organization.id):
                return SignInFacts(
                    organization=organization,
                    account=person.account,
                    sub_account=person.sub_account,
                    credential=person.credential,
                )
        attempts = self._get(Stranger, stranger)
        return SignInFacts(organization=organization, account=account, stranger=attempts)

    def stale_strangers(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[Stranger, ...]:
        stale = (stranger for stranger in self._all(Stranger, organization) if stranger.last_at < before)
        return page(stale, lambda stranger: (stranger.last_at, stranger.id.value), limit=limit)

    def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - as the port calls it
        return self._get(SignUp, id)

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        stale = (attempt for attempt in self._all(SignUp, organization) if attempt.expires_at < before)
        return page(stale, lambda attempt: (attempt.expires_at, attempt.id.value), limit=limit)

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        found = (
            event
            for event in self._events(query.organization)
            if query.account in (None, event.account) and query.sub_account in (None, event.sub_account)
        )
        return page(found, lambda event: event.id, query.after, query.limit)

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        loose = (event for event in self._events(organization) if (organization, event.id) not in self.model.seals)
        return page(loose, lambda event: event.id, limit=limit)

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        feed = (
            SealedEvent(position=seal.position, digest=seal.digest, event=self.model.events[at])
            for at, seal in self.model.seals.items()
            if at[0] == organization
        )
        return page(feed, lambda sealed: sealed.position, position, limit)

    def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        return self._get(AuditChain, ChainId(organization=organization))

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - as the port calls it
        return self.model.requests.get((organization, id))

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        waiting = [(of, held.task) for (of, _), held in self.model.tasks.items() if held.task.queue == queue]
        return page({of for of, task in waiting if task.due <= now}, lambda of: of.value, after, limit)

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        mine = (held for (of, _), held in self.model.tasks.items() if of == organization and held.task.queue == queue)
        return page(mine, lambda held: held.task.id, after, limit)

    def _department(self, id: DepartmentId | None) -> CatalogEntry | None:  # noqa: A002 - the id of a record
        return self._get(CatalogEntry, id) if id else None

    def _events(self, organization: OrganizationId) -> list[Event]:
        return [event for (of, _), event in self.model.events.items() if of == organization]
