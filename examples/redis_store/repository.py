"""The plain repository: every method of the port is a plan, run on a line.

A page of people that is narrowed by words, states or departments passes over whoever does not match, inside one script,
and Redis serves nobody else meanwhile: we measured six milliseconds for each thousand on a busy machine. Everything else
is a range of the index or a handful of fields.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self, final

from subaccounts.domain.account import Account
from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.audit import AuditChain
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import Stranger
from subaccounts.domain.decision import Batch, RequestRecord
from subaccounts.domain.events import Event, SealedEvent
from subaccounts.domain.fields import Kind
from subaccounts.domain.group import Group
from subaccounts.domain.ids import (
    AccountId,
    AnyRecordId,
    CatalogId,
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
from subaccounts.domain.queries import EventQuery, PeopleQuery, SignInFacts
from subaccounts.domain.resource import Resource
from subaccounts.domain.sights import ResourceQuery, ViewersQuery
from subaccounts.domain.sign_up import SignUp
from subaccounts.domain.sub_account import AccountFacts, Person, SubAccount
from subaccounts.domain.task import Leased
from subaccounts.domain.viewer import Viewer, ViewerFacts

from . import groups, reads, sights, trail, writes
from .lines import Line
from .names import Keyspace


@final
class RedisRepository:
    """Keep everything in one Redis 7; the clauses are those of `ports.Repository`.

    `url` is what redis-py takes (`redis://host:6379/0`, `rediss://`, `unix://`), `prefix` begins every key, so that
    deployments can share a database. After `timeout` without an answer the connection is given up. Threads share one
    repository, and so do forks.

    Raises `StorageFailed` when Redis cannot do its work, and nothing was written then: `unreachable`, `read_only` (a
    replica, a disk that refuses), `full`, `locked` (a script that does not end), `unstorable` (text that is no text, a
    number of 2^53 and more), `damaged`. `OutcomeUnknown` is raised when the answer to a commit or a lease was lost.
    """

    def __init__(self, url: str, /, *, prefix: str = "subaccounts", timeout: timedelta = timedelta(seconds=10)) -> None:
        self._line = Line(url, timeout=timeout.total_seconds())
        self._space = Keyspace(prefix=prefix)

    def __repr__(self) -> str:
        return f"RedisRepository({self._line.store!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a later question opens new ones."""
        self._line.close()

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        return self._line.run(reads.organization(self._space, id))

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        return self._line.run(reads.catalog_entries(self._space, ids))

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        return self._line.run(reads.catalog_page(self._space, organization, kind=kind, after=after, limit=limit))

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return self._line.run(reads.walk(self._space, departments, way="up"))

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return self._line.run(reads.walk(self._space, departments, way="down"))

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        return self._line.run(reads.account(self._space, id))

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        return self._line.run(reads.accounts_page(self._space, organization, after=after, limit=limit))

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        return self._line.run(reads.person(self._space, id))

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        return self._line.run(reads.people_page(self._space, query))

    def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        return self._line.run(
            reads.people_count(self._space, organization, kinds=kinds, systems=systems, states=states)
        )

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return self._line.run(reads.counter(self._space, organization, name))

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        return self._line.run(reads.holders(self._space, keys))

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        return self._line.run(reads.sign_in_facts(self._space, where, keys=keys, stranger=stranger))

    def stale_strangers(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[Stranger, ...]:
        return self._line.run(reads.stale_strangers(self._space, organization, before=before, limit=limit))

    def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        return self._line.run(reads.sign_up(self._space, id))

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        return self._line.run(reads.stale_sign_ups(self._space, organization, before=before, limit=limit))

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        return self._line.run(groups.groups(self._space, ids))

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        return self._line.run(groups.groups_page(self._space, organization, after=after, limit=limit))

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        return self._line.run(groups.members_page(self._space, group, after=after, limit=limit))

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        return self._line.run(groups.resources(self._space, ids))

    def participants_page(self, resource: ResourceId, /, *, after: str | None, limit: int) -> tuple[Participation, ...]:
        return self._line.run(groups.participants_page(self._space, resource, after=after, limit=limit))

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        return self._line.run(sights.viewer_facts(self._space, people))

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        return self._line.run(sights.resources_page(self._space, query))

    def resources_count(self, query: ResourceQuery, /) -> int:
        return self._line.run(sights.resources_count(self._space, query))

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        return self._line.run(sights.visible_among(self._space, viewer, resources, ungrouped=ungrouped))

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        return self._line.run(sights.viewers_page(self._space, query))

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        return self._line.run(trail.events_page(self._space, query))

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        return self._line.run(trail.unsealed_events(self._space, organization, limit=limit))

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        return self._line.run(trail.events_after(self._space, organization, position=position, limit=limit))

    def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        return self._line.run(trail.chain(self._space, organization))

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return self._line.run(trail.request(self._space, organization, id))

    def commit(self, batch: Batch, /) -> None:
        self._line.run(writes.commit(self._space, batch, store=self._line.store))

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        return self._line.run(writes.due(self._space, queue, now=now, after=after, limit=limit))

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        return self._line.run(writes.lease(self._space, organization, queue, now=now, until=until, limit=limit))

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        return self._line.run(writes.tasks_page(self._space, organization, queue, after=after, limit=limit))
