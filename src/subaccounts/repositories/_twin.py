"""What every async twin is: a plain repository, asked without blocking the event loop.

The clauses are kept by the plain one; what is here only carries questions to it, written once for every twin.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from ..domain.account import Account
from ..domain.audience import Ungrouped
from ..domain.audit import AuditChain
from ..domain.catalog import CatalogEntry
from ..domain.credential import Stranger
from ..domain.decision import Batch, RequestRecord
from ..domain.events import Event, SealedEvent
from ..domain.fields import Kind
from ..domain.group import Group
from ..domain.ids import (
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
from ..domain.key import Key
from ..domain.life import State
from ..domain.membership import Membership
from ..domain.organization import Organization
from ..domain.participation import Participation
from ..domain.queries import EventQuery, PeopleQuery, SignInFacts
from ..domain.resource import Resource
from ..domain.sights import ResourceQuery, ViewersQuery
from ..domain.sign_up import SignUp
from ..domain.sub_account import AccountFacts, Person, SubAccount
from ..domain.task import Leased
from ..domain.viewer import Viewer, ViewerFacts
from ..ports import Repository

R = TypeVar("R")


class Twin(ABC):
    """Carry every question to a plain repository; a subclass says how."""

    @abstractmethod
    async def _ask(self, question: Callable[[Repository], R], /) -> R:
        """Ask a question of the plain repository, without keeping other tasks from running."""

    async def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        return await self._ask(lambda plain: plain.organization(id))

    async def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        return await self._ask(lambda plain: plain.catalog_entries(ids))

    async def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        return await self._ask(lambda plain: plain.catalog_page(organization, kind=kind, after=after, limit=limit))

    async def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return await self._ask(lambda plain: plain.lineage(departments))

    async def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return await self._ask(lambda plain: plain.offspring(departments))

    async def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        return await self._ask(lambda plain: plain.account(id))

    async def accounts_page(
        self, organization: OrganizationId, /, *, after: str | None, limit: int
    ) -> tuple[Account, ...]:
        return await self._ask(lambda plain: plain.accounts_page(organization, after=after, limit=limit))

    async def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        return await self._ask(lambda plain: plain.person(id))

    async def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        return await self._ask(lambda plain: plain.people_page(query))

    async def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        return await self._ask(
            lambda plain: plain.people_count(organization, kinds=kinds, systems=systems, states=states)
        )

    async def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return await self._ask(lambda plain: plain.counter(organization, name))

    async def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        return await self._ask(lambda plain: plain.holders(keys))

    async def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        return await self._ask(lambda plain: plain.sign_in_facts(where, keys=keys, stranger=stranger))

    async def stale_strangers(
        self, organization: OrganizationId, /, *, before: datetime, limit: int
    ) -> tuple[Stranger, ...]:
        return await self._ask(lambda plain: plain.stale_strangers(organization, before=before, limit=limit))

    async def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        return await self._ask(lambda plain: plain.sign_up(id))

    async def stale_sign_ups(
        self, organization: OrganizationId, /, *, before: datetime, limit: int
    ) -> tuple[SignUp, ...]:
        return await self._ask(lambda plain: plain.stale_sign_ups(organization, before=before, limit=limit))

    async def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        return await self._ask(lambda plain: plain.groups(ids))

    async def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        return await self._ask(lambda plain: plain.groups_page(organization, after=after, limit=limit))

    async def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        return await self._ask(lambda plain: plain.members_page(group, after=after, limit=limit))

    async def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        return await self._ask(lambda plain: plain.resources(ids))

    async def participants_page(
        self, resource: ResourceId, /, *, after: str | None, limit: int
    ) -> tuple[Participation, ...]:
        return await self._ask(lambda plain: plain.participants_page(resource, after=after, limit=limit))

    async def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        return await self._ask(lambda plain: plain.viewer_facts(people))

    async def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        return await self._ask(lambda plain: plain.resources_page(query))

    async def resources_count(self, query: ResourceQuery, /) -> int:
        return await self._ask(lambda plain: plain.resources_count(query))

    async def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        return await self._ask(lambda plain: plain.visible_among(viewer, resources, ungrouped=ungrouped))

    async def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        return await self._ask(lambda plain: plain.viewers_page(query))

    async def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        return await self._ask(lambda plain: plain.events_page(query))

    async def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        return await self._ask(lambda plain: plain.unsealed_events(organization, limit=limit))

    async def events_after(
        self, organization: OrganizationId, /, *, position: int, limit: int
    ) -> tuple[SealedEvent, ...]:
        return await self._ask(lambda plain: plain.events_after(organization, position=position, limit=limit))

    async def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        return await self._ask(lambda plain: plain.chain(organization))

    async def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return await self._ask(lambda plain: plain.request(organization, id))

    async def commit(self, batch: Batch, /) -> None:
        return await self._ask(lambda plain: plain.commit(batch))

    async def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        return await self._ask(lambda plain: plain.due(queue, now=now, after=after, limit=limit))

    async def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        return await self._ask(lambda plain: plain.lease(organization, queue, now=now, until=until, limit=limit))

    async def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        return await self._ask(lambda plain: plain.tasks_page(organization, queue, after=after, limit=limit))
