"""The repository: the disk, and every read. Most are a filter, an order and a limit over what one file holds."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import final

from subaccounts.domain.account import Account
from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.audit import AuditChain
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import Stranger
from subaccounts.domain.decision import RequestRecord
from subaccounts.domain.events import Event, SealedEvent
from subaccounts.domain.fields import Kind
from subaccounts.domain.group import Group
from subaccounts.domain.ids import (
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
from subaccounts.domain.key import Key
from subaccounts.domain.life import State
from subaccounts.domain.membership import Membership
from subaccounts.domain.organization import Organization
from subaccounts.domain.participation import Participation
from subaccounts.domain.queries import EventQuery, PeopleQuery, SignInFacts, matches
from subaccounts.domain.resource import Resource
from subaccounts.domain.sights import ResourceQuery, ViewersQuery, sees, shown
from subaccounts.domain.sign_up import SignUp
from subaccounts.domain.sub_account import AccountFacts, Person, SubAccount
from subaccounts.domain.task import Leased
from subaccounts.domain.viewer import Viewer, ViewerFacts
from subaccounts.domain.visibility import may_see

from .disk import Disk
from .drawer import Drawer, page


@final
class JSONFolder(Disk):
    """Keep everything in the JSON files of one folder; threads and processes share it. Fulfills `ports.Repository`."""

    # Organizations, accounts, catalogs.

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        return self._read(id).get(Organization, id)

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        drawer = self._read(id.organization)
        organization, account = drawer.get(Organization, id.organization), drawer.get(Account, id)
        return AccountFacts(organization=organization, account=account) if organization and account else None

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        accounts = self._read(organization).all(Account)
        return page(accounts, key=lambda account: account.id.value, after=after, limit=limit)

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        asked = set(ids)
        found = (each for drawer in self._drawers(asked) for each in drawer.all(CatalogEntry) if each.id in asked)
        return tuple(sorted(found, key=lambda entry: (entry.id.kind, entry.id.value)))

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        entries = (entry for entry in self._read(organization).all(CatalogEntry) if entry.id.kind == kind)
        return page(entries, key=lambda entry: entry.id.value, after=after, limit=limit)

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return frozenset().union(*(drawer.above(departments) for drawer in self._drawers(departments)))

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return frozenset().union(*(drawer.below(departments) for drawer in self._drawers(departments)))

    # People, and who holds what.

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        return self._read(id.organization).person(id)

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        found = (person for person in self._read(query.organization).all(SubAccount) if matches(person, query))
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
        drawer = self._read(organization)
        system = {account.id: account.host.system for account in drawer.all(Account)}
        return sum(
            (not kinds or person.profile.kind in kinds)
            and (not systems or system[person.account] in systems)
            and (not states or person.state in states)
            for person in drawer.all(SubAccount)
        )

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return self._read(organization).counters.get(name)

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        held = ChainMap(*(drawer.holders() for drawer in self._drawers(keys)))
        return {key: held[key] for key in keys if key in held}

    # Sign-in. One file is read whoever is asked for, so that the time tells nobody who exists (R16).

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        drawer = self._read(where.organization)
        organization, here = drawer.get(Organization, where.organization), isinstance(where, AccountId)
        account = drawer.get(Account, where) if here else None
        if organization is None or (here and account is None):
            return None
        holders = map(drawer.holders().get, keys)
        people = (drawer.person(holder) for holder in holders if isinstance(holder, SubAccountId))
        person = next((each for each in people if each and where in (each.account.id, organization.id)), None)
        if person is None:
            attempts = drawer.get(Stranger, stranger)
            return SignInFacts(organization=organization, account=account, stranger=attempts)
        return SignInFacts(
            organization=organization,
            account=person.account,
            sub_account=person.sub_account,
            credential=person.credential,
        )

    def stale_strangers(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[Stranger, ...]:
        stale = (stranger for stranger in self._read(organization).all(Stranger) if stranger.last_at < before)
        return page(stale, key=lambda stranger: (stranger.last_at, stranger.id.value), limit=limit)

    # Sign-up: attempts that wait for the proof of a contact.

    def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        return self._read(id.organization).get(SignUp, id)

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        stale = (attempt for attempt in self._read(organization).all(SignUp) if attempt.expires_at < before)
        return page(stale, key=lambda attempt: (attempt.expires_at, attempt.id.value), limit=limit)

    # Groups and resources, and who sees what: the rule that decides is the library's own, asked of every record.

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        asked = set(ids)
        found = (each for drawer in self._drawers(asked) for each in drawer.all(Group) if each.id in asked)
        return tuple(sorted(found, key=lambda group: group.id.value))

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        groups = self._read(organization).all(Group)
        return page(groups, key=lambda group: group.id.value, after=after, limit=limit)

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        members = (each for each in self._read(group.organization).all(Membership) if each.group == group)
        return page(members, key=lambda each: each.person.value, after=after, limit=limit)

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        asked = set(ids)
        found = (each for drawer in self._drawers(asked) for each in drawer.all(Resource) if each.id in asked)
        return tuple(sorted(found, key=lambda resource: resource.id.value))

    def participants_page(self, resource: ResourceId, /, *, after: str | None, limit: int) -> tuple[Participation, ...]:
        takers = (each for each in self._read(resource.organization).all(Participation) if each.resource == resource)
        return page(takers, key=lambda each: each.person.value, after=after, limit=limit)

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        asked = set(people)
        viewers = (each for drawer in self._drawers(asked) for each in drawer.viewers() if each.sub_account.id in asked)
        return tuple(sorted(viewers, key=lambda each: each.sub_account.id.value))

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        found = (each for each in self._read(query.organization).all(Resource) if shown(each, query))
        after = (query.after.name_key, query.after.id) if query.after else None
        return page(found, key=lambda each: (each.name_key, each.id.value), after=after, limit=query.limit)

    def resources_count(self, query: ResourceQuery, /) -> int:
        return sum(shown(each, query) for each in self._read(query.organization).all(Resource))

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        mine = [each for each in resources if each.organization == viewer.id.organization]
        return frozenset(each.id for each in self.resources(mine) if may_see(viewer, each, ungrouped))

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        viewers = self._read(query.resource.id.organization).viewers()
        found = (each.sub_account for each in viewers if sees(each, query))
        after = (query.after.login_key, query.after.id) if query.after else None
        return page(found, key=lambda person: (person.login.key, person.id.value), after=after, limit=query.limit)

    # The trail and the feed.

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        found = (
            event
            for event in self._read(query.organization).events
            if query.account in (None, event.account) and query.sub_account in (None, event.sub_account)
        )
        return page(found, key=lambda event: event.id, after=query.after, limit=query.limit)

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        drawer = self._read(organization)
        sealed = {seal.event for seal in drawer.seals}
        return page((e for e in drawer.events if e.id not in sealed), key=lambda event: event.id, limit=limit)

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        drawer = self._read(organization)
        events = {event.id: event for event in drawer.events}
        feed = (SealedEvent(position=s.position, digest=s.digest, event=events[s.event]) for s in drawer.seals)
        return page(feed, key=lambda sealed: sealed.position, after=position, limit=limit)

    def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        return self._read(organization).get(AuditChain, ChainId(organization=organization))

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return next((request for request in self._read(organization).requests if request.id == id), None)

    # The queues: what waits in one, and the one question that is asked of all organizations.

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        waiting = (each for each in self._read(organization).tasks if each.task.queue == queue)
        return page(waiting, key=lambda each: each.task.id, after=after, limit=limit)

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        try:
            paths = list(self._folder.glob("*.json"))
        except OSError as error:
            raise self._failed("unreachable") from error
        tasks = [each.task for path in paths if (drawer := self._opened(path)) for each in drawer.tasks]
        found = {task.organization for task in tasks if task.queue == queue and task.due <= now}
        return page(found, key=lambda each: each.value, after=after, limit=limit)

    def _drawers(self, asked: Iterable[AnyRecordId | Key]) -> list[Drawer]:
        """Return what is stored of each organization that something is asked of; mostly that is one."""
        return [self._read(tenant) for tenant in {each.organization for each in asked}]
