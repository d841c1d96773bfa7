"""A repository in memory: the verified fake. Dictionaries, one lock, obvious code; nothing survives the process.

It is held by the same contract as every other repository, and is the oracle the others are compared with. For tests
and for trying things out; what lasts is `sqlite`. What it holds and how that is written is `_shelves`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar, final

from ..domain.account import Account
from ..domain.audience import Ungrouped
from ..domain.audit import AuditChain
from ..domain.catalog import CatalogEntry
from ..domain.credential import Credential, Stranger
from ..domain.decision import RequestRecord
from ..domain.events import Event, SealedEvent
from ..domain.fields import Kind
from ..domain.group import Group
from ..domain.ids import (
    AccountId,
    AnyRecordId,
    CatalogId,
    ChainId,
    DepartmentId,
    GroupId,
    OrganizationId,
    ResourceId,
    SignUpId,
    StrangerId,
    SubAccountId,
)
from ..domain.key import Key
from ..domain.life import State
from ..domain.membership import Membership
from ..domain.organization import Organization
from ..domain.participation import Participation
from ..domain.queries import EventQuery, PeopleQuery, SignInFacts, matches
from ..domain.resource import Resource
from ..domain.sights import ResourceQuery, ViewersQuery, sees, shown
from ..domain.sign_up import SignUp
from ..domain.sub_account import AccountFacts, Person, SubAccount
from ..domain.task import Leased
from ..domain.viewer import Viewer, ViewerFacts
from ..domain.visibility import may_see
from ._pages import page
from ._shelves import Shelves

N = TypeVar("N", Group, Resource, SubAccount)


@final
class MemoryRepository(Shelves):
    """Keep everything in dictionaries of this object; the clauses are those of `ports.Repository`."""

    def __repr__(self) -> str:
        return "MemoryRepository()"

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        with self._lock:
            return self._get(Organization, id)

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        with self._lock:
            found = [entry for entry in (self._get(CatalogEntry, id) for id in set(ids)) if entry]  # noqa: A001 - the id of a record
        return tuple(sorted(found, key=lambda entry: (entry.id.kind, entry.id.value, entry.id.organization.value)))

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        with self._lock:
            mine = [entry for entry in self._all(CatalogEntry, organization) if entry.id.kind == kind]
        return page(mine, key=lambda entry: entry.id.value, after=after, limit=limit)

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        with self._lock:
            return _lineage(departments, self._parents())

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        with self._lock:
            parents = self._parents()
            found = {department for department in departments if department in parents}
            fresh = set(found)
            while fresh:
                fresh = {below for below, above in parents.items() if above in fresh} - found
                found |= fresh
            return frozenset(found)

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        with self._lock:
            account, organization = self._get(Account, id), self._get(Organization, id.organization)
        return AccountFacts(organization=organization, account=account) if account and organization else None

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        with self._lock:
            mine = self._all(Account, organization)
        return page(mine, key=lambda account: account.id.value, after=after, limit=limit)

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        with self._lock:
            organization = self._get(Organization, id.organization)
            sub_account, credential = self._get(SubAccount, id), self._get(Credential, id.credential)
            account = self._get(Account, sub_account.account) if sub_account else None
        if not (organization and account and sub_account and credential):
            return None
        return Person(organization=organization, account=account, sub_account=sub_account, credential=credential)

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        with self._lock:
            found = [person for person in self._all(SubAccount, query.organization) if matches(person, query)]
        after = (query.after.login_key, query.after.id) if query.after else None
        return page(found, key=lambda person: (person.login.key, person.id.value), after=after, limit=query.limit)

    def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        with self._lock:
            systems_of = {account.id: account.host.system for account in self._all(Account, organization)}
            return sum(
                (not kinds or person.profile.kind in kinds)
                and (not systems or systems_of.get(person.account) in systems)
                and (not states or person.state in states)
                for person in self._all(SubAccount, organization)
            )

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        with self._lock:
            return self._counters.get((organization, name))

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        with self._lock:
            return {key: self._holders[key] for key in keys if key in self._holders}

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        with self._lock:
            organization = self._get(Organization, where.organization)
            account = self._get(Account, where) if isinstance(where, AccountId) else None
            if organization is None or (isinstance(where, AccountId) and account is None):
                return None
            here = stranger.organization == where.organization
            attempts = self._get(Stranger, stranger) if here else None
            holders = [
                self.person(holder) for holder in map(self._holders.get, keys) if isinstance(holder, SubAccountId)
            ]
            found = (person for person in holders if person and where in (person.account.id, person.organization.id))
            person = next(found, None)
        if person is None:
            return SignInFacts(organization=organization, account=account, stranger=attempts)
        return SignInFacts(
            organization=organization,
            account=person.account,
            sub_account=person.sub_account,
            credential=person.credential,
        )

    def stale_strangers(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[Stranger, ...]:
        with self._lock:
            stale = [stranger for stranger in self._all(Stranger, organization) if stranger.last_at < before]
        return page(stale, key=lambda stranger: (stranger.last_at, stranger.id.value), after=None, limit=limit)

    def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        with self._lock:
            return self._get(SignUp, id)

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        with self._lock:
            stale = [each for each in self._all(SignUp, organization) if each.expires_at < before]
        return page(stale, key=lambda each: (each.expires_at, each.id.value), after=None, limit=limit)

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        with self._lock:
            return _in_order(self._get(Group, each) for each in set(ids))

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        with self._lock:
            mine = self._all(Group, organization)
        return page(mine, key=lambda group: group.id.value, after=after, limit=limit)

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        with self._lock:
            mine = [each for each in self._all(Membership, group.organization) if each.group == group]
        return page(mine, key=lambda each: each.person.value, after=after, limit=limit)

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        with self._lock:
            return _in_order(self._get(Resource, each) for each in set(ids))

    def participants_page(self, resource: ResourceId, /, *, after: str | None, limit: int) -> tuple[Participation, ...]:
        with self._lock:
            mine = [each for each in self._all(Participation, resource.organization) if each.resource == resource]
        return page(mine, key=lambda each: each.person.value, after=after, limit=limit)

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        with self._lock:
            return self._facts(_in_order(self._get(SubAccount, each) for each in set(people)))

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        after = (query.after.name_key, query.after.id) if query.after else None
        return page(self._shown(query), key=lambda each: (each.name_key, each.id.value), after=after, limit=query.limit)

    def resources_count(self, query: ResourceQuery, /) -> int:
        return len(self._shown(query))

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        mine = [each for each in resources if each.organization == viewer.id.organization]
        return frozenset(each.id for each in self.resources(mine) if may_see(viewer, each, ungrouped))

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        with self._lock:
            facts = self._facts(self._all(SubAccount, query.resource.id.organization))
            found = [each.sub_account for each in facts if sees(each, query)]
        after = (query.after.login_key, query.after.id) if query.after else None
        return page(found, key=lambda person: (person.login.key, person.id.value), after=after, limit=query.limit)

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        with self._lock:
            found = [
                event
                for (organization, _), event in self._events.items()
                if organization == query.organization
                and (query.account is None or event.account == query.account)
                and (query.sub_account is None or event.sub_account == query.sub_account)
            ]
        return page(found, key=lambda event: event.id, after=query.after, limit=query.limit)

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        with self._lock:
            loose = [e for at, e in self._events.items() if at[0] == organization and at not in self._seals]
        return page(loose, key=lambda event: event.id, after=None, limit=limit)

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        with self._lock:
            sealed = [
                SealedEvent(position=seal.position, digest=seal.digest, event=self._events[at])
                for at, seal in self._seals.items()
                if at[0] == organization
            ]
        return page(sealed, key=lambda each: each.position, after=position, limit=limit)

    def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        with self._lock:
            return self._get(AuditChain, ChainId(organization=organization))

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        with self._lock:
            return self._requests.get((organization, id))

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        with self._lock:
            tasks = [each.task for each in self._tasks.values()]
        found = {task.organization for task in tasks if task.queue == queue and task.due <= now}
        return page(list(found), key=lambda each: each.value, after=after, limit=limit)

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        with self._lock:
            waiting = self._waiting(organization, queue)
        return page(waiting, key=lambda each: each.task.id, after=after, limit=limit)

    def _shown(self, query: ResourceQuery) -> list[Resource]:
        with self._lock:
            return [each for each in self._all(Resource, query.organization) if shown(each, query)]

    def _facts(self, people: Collection[SubAccount]) -> tuple[ViewerFacts, ...]:
        """Return what decides of people what they see; however many they are, everything is looked through once."""
        inside: dict[SubAccountId, list[Membership]] = {person.id: [] for person in people}
        rosters: dict[SubAccountId, list[Participation]] = {person.id: [] for person in people}
        for record in self._records.values() if people else ():
            if isinstance(record, Membership) and record.person in inside:
                inside[record.person].append(record)
            elif isinstance(record, Participation) and record.person in rosters:
                rosters[record.person].append(record)
        parents = self._parents() if people else {}
        return tuple(
            ViewerFacts(
                sub_account=person,
                memberships=tuple(sorted(inside[person.id], key=lambda each: each.group.value)),
                groups=_in_order(self._get(Group, each.group) for each in inside[person.id]),
                lineage=_lineage(person.profile.departments, parents),
                participations=tuple(sorted(rosters[person.id], key=lambda each: each.resource.value)),
            )
            for person in people
        )

    def _parents(self) -> dict[DepartmentId, DepartmentId | None]:
        entries = (record for record in self._records.values() if isinstance(record, CatalogEntry))
        return {entry.id: entry.parent for entry in entries if isinstance(entry.id, DepartmentId)}


def _in_order(records: Iterable[N | None], /) -> tuple[N, ...]:
    """Return those that are there, ordered by value."""
    return tuple(sorted((each for each in records if each is not None), key=lambda each: each.id.value))


def _lineage(
    departments: Iterable[DepartmentId], parents: Mapping[DepartmentId, DepartmentId | None], /
) -> frozenset[DepartmentId]:
    """Return those of the departments that exist, and everything above them."""
    found: set[DepartmentId] = set()
    for department in departments:
        above: DepartmentId | None = department
        while above is not None and above in parents and above not in found:
            found.add(above)
            above = parents[above]
    return frozenset(found)
