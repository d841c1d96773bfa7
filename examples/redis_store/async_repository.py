"""The async repository: `RedisRepository`, awaitably. It shares every plan with it, and only awaits the answers."""

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
from .lines import AsyncLine
from .names import Keyspace


@final
class AsyncRedisRepository:
    """Keep everything in one Redis 7; the clauses are those of `ports.AsyncRepository`.

    `url` is what redis-py takes (`redis://host:6379/0`, `rediss://`, `unix://`), `prefix` begins every key, so that
    deployments can share a database. After `timeout` without an answer the connection is given up. The tasks of one
    event loop share a repository; a task that is canceled in a commit leaves open whether it was written.

    Raises `StorageFailed` when Redis cannot do its work, and nothing was written then: `unreachable`, `read_only` (a
    replica, a disk that refuses), `full`, `locked` (a script that does not end), `unstorable` (text that is no text, a
    number beyond 2^53), `damaged`. `OutcomeUnknown` is raised when the answer to a commit or a lease was lost.
    """

    def __init__(self, url: str, /, *, prefix: str = "subaccounts", timeout: timedelta = timedelta(seconds=10)) -> None:
        self._line = AsyncLine(url, timeout=timeout.total_seconds())
        self._space = Keyspace(prefix=prefix)

    def __repr__(self) -> str:
        return f"AsyncRedisRepository({self._line.store!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; a later question opens new ones."""
        await self._line.close()

    async def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        return await self._line.run(reads.organization(self._space, id))

    async def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        return await self._line.run(reads.catalog_entries(self._space, ids))

    async def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        return await self._line.run(reads.catalog_page(self._space, organization, kind=kind, after=after, limit=limit))

    async def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return await self._line.run(reads.walk(self._space, departments, way="up"))

    async def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return await self._line.run(reads.walk(self._space, departments, way="down"))

    async def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        return await self._line.run(reads.account(self._space, id))

    async def accounts_page(
        self, organization: OrganizationId, /, *, after: str | None, limit: int
    ) -> tuple[Account, ...]:
        return await self._line.run(reads.accounts_page(self._space, organization, after=after, limit=limit))

    async def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        return await self._line.run(reads.person(self._space, id))

    async def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        return await self._line.run(reads.people_page(self._space, query))

    async def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        return await self._line.run(
            reads.people_count(self._space, organization, kinds=kinds, systems=systems, states=states)
        )

    async def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return await self._line.run(reads.counter(self._space, organization, name))

    async def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        return await self._line.run(reads.holders(self._space, keys))

    async def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        return await self._line.run(reads.sign_in_facts(self._space, where, keys=keys, stranger=stranger))

    async def stale_strangers(
        self, organization: OrganizationId, /, *, before: datetime, limit: int
    ) -> tuple[Stranger, ...]:
        return await self._line.run(reads.stale_strangers(self._space, organization, before=before, limit=limit))

    async def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        return await self._line.run(reads.sign_up(self._space, id))

    async def stale_sign_ups(
        self, organization: OrganizationId, /, *, before: datetime, limit: int
    ) -> tuple[SignUp, ...]:
        return await self._line.run(reads.stale_sign_ups(self._space, organization, before=before, limit=limit))

    async def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        return await self._line.run(groups.groups(self._space, ids))

    async def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        return await self._line.run(groups.groups_page(self._space, organization, after=after, limit=limit))

    async def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        return await self._line.run(groups.members_page(self._space, group, after=after, limit=limit))

    async def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        return await self._line.run(groups.resources(self._space, ids))

    async def participants_page(
        self, resource: ResourceId, /, *, after: str | None, limit: int
    ) -> tuple[Participation, ...]:
        return await self._line.run(groups.participants_page(self._space, resource, after=after, limit=limit))

    async def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        return await self._line.run(sights.viewer_facts(self._space, people))

    async def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        return await self._line.run(sights.resources_page(self._space, query))

    async def resources_count(self, query: ResourceQuery, /) -> int:
        return await self._line.run(sights.resources_count(self._space, query))

    async def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        return await self._line.run(sights.visible_among(self._space, viewer, resources, ungrouped=ungrouped))

    async def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        return await self._line.run(sights.viewers_page(self._space, query))

    async def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        return await self._line.run(trail.events_page(self._space, query))

    async def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        return await self._line.run(trail.unsealed_events(self._space, organization, limit=limit))

    async def events_after(
        self, organization: OrganizationId, /, *, position: int, limit: int
    ) -> tuple[SealedEvent, ...]:
        return await self._line.run(trail.events_after(self._space, organization, position=position, limit=limit))

    async def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        return await self._line.run(trail.chain(self._space, organization))

    async def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return await self._line.run(trail.request(self._space, organization, id))

    async def commit(self, batch: Batch, /) -> None:
        await self._line.run(writes.commit(self._space, batch, store=self._line.store))

    async def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        return await self._line.run(writes.due(self._space, queue, now=now, after=after, limit=limit))

    async def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        return await self._line.run(writes.lease(self._space, organization, queue, now=now, until=until, limit=limit))

    async def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        return await self._line.run(writes.tasks_page(self._space, organization, queue, after=after, limit=limit))
