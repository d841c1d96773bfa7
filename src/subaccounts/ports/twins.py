"""The async twins of the plain ports: the same clauses, answered awaitably."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ..domain.account import Account, HostAccount, HostRole
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
from ..domain.message import Message, SendOutcome
from ..domain.organization import Organization
from ..domain.participation import Participation
from ..domain.password import PasswordHash
from ..domain.queries import EventQuery, PeopleQuery, SignInFacts
from ..domain.resource import Resource
from ..domain.secret import Secret
from ..domain.sights import ResourceQuery, ViewersQuery
from ..domain.sign_up import SignUp
from ..domain.sub_account import AccountFacts, Person, SubAccount
from ..domain.subscription import Subscription
from ..domain.task import Leased
from ..domain.viewer import Viewer, ViewerFacts


class AsyncOrganizations(Protocol):
    """Do what `Organizations` says, awaitably."""

    async def organization(self, id: OrganizationId, /) -> Organization | None: ...  # noqa: A002 - positional


class AsyncCatalogs(Protocol):
    """Do what `Catalogs` says, awaitably."""

    async def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]: ...

    async def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]: ...

    async def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]: ...

    async def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]: ...


class AsyncAccounts(Protocol):
    """Do what `Accounts` says, awaitably."""

    async def account(self, id: AccountId, /) -> AccountFacts | None: ...  # noqa: A002 - positional

    async def accounts_page(
        self, organization: OrganizationId, /, *, after: str | None, limit: int
    ) -> tuple[Account, ...]: ...


class AsyncPeople(Protocol):
    """Do what `People` says, awaitably."""

    async def person(self, id: SubAccountId, /) -> Person | None: ...  # noqa: A002 - positional

    async def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]: ...

    async def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int: ...

    async def counter(self, organization: OrganizationId, name: str, /) -> int | None: ...

    async def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]: ...


class AsyncSignIns(Protocol):
    """Do what `SignIns` says, awaitably."""

    async def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None: ...

    async def stale_strangers(
        self, organization: OrganizationId, /, *, before: datetime, limit: int
    ) -> tuple[Stranger, ...]: ...


class AsyncAudit(Protocol):
    """Do what `Audit` says, awaitably."""

    async def events_page(self, query: EventQuery, /) -> tuple[Event, ...]: ...

    async def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]: ...

    async def events_after(
        self, organization: OrganizationId, /, *, position: int, limit: int
    ) -> tuple[SealedEvent, ...]: ...

    async def chain(self, organization: OrganizationId, /) -> AuditChain | None: ...

    async def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None: ...  # noqa: A002 - positional


class AsyncSignUps(Protocol):
    """Do what `SignUps` says, awaitably."""

    async def sign_up(self, id: SignUpId, /) -> SignUp | None: ...  # noqa: A002 - positional

    async def stale_sign_ups(
        self, organization: OrganizationId, /, *, before: datetime, limit: int
    ) -> tuple[SignUp, ...]: ...


class AsyncGroups(Protocol):
    """Do what `Groups` says, awaitably."""

    async def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]: ...

    async def groups_page(
        self, organization: OrganizationId, /, *, after: str | None, limit: int
    ) -> tuple[Group, ...]: ...

    async def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]: ...


class AsyncResources(Protocol):
    """Do what `Resources` says, awaitably."""

    async def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]: ...

    async def participants_page(
        self, resource: ResourceId, /, *, after: str | None, limit: int
    ) -> tuple[Participation, ...]: ...


class AsyncSights(Protocol):
    """Do what `Sights` says, awaitably."""

    async def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]: ...

    async def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]: ...

    async def resources_count(self, query: ResourceQuery, /) -> int: ...

    async def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]: ...

    async def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]: ...


class AsyncCommits(Protocol):
    """Do what `Commits` says, awaitably."""

    async def commit(self, batch: Batch, /) -> None: ...


class AsyncQueues(Protocol):
    """Do what `Queues` says, awaitably."""

    async def due(
        self, queue: str, /, *, now: datetime, after: str | None, limit: int
    ) -> tuple[OrganizationId, ...]: ...

    async def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]: ...

    async def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]: ...


class AsyncRepository(
    AsyncOrganizations,
    AsyncCatalogs,
    AsyncAccounts,
    AsyncPeople,
    AsyncSignIns,
    AsyncAudit,
    AsyncSignUps,
    AsyncGroups,
    AsyncResources,
    AsyncSights,
    AsyncCommits,
    AsyncQueues,
    Protocol,
):
    """Read and write everything, awaitably."""


class AsyncHasher(Protocol):
    """Do what `Hasher` says, awaitably."""

    async def hash(self, password: Secret, /) -> PasswordHash: ...

    async def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool: ...

    async def needs_rehash(self, stored: PasswordHash, /) -> bool: ...


class AsyncHostAccounts(Protocol):
    """Do what `HostAccounts` says, awaitably."""

    async def roles(self, host: HostAccount, /) -> frozenset[HostRole]: ...


class AsyncSubscriptions(Protocol):
    """Do what `Subscriptions` says, awaitably."""

    async def current(self, organization: OrganizationId, /) -> Subscription: ...


class AsyncNotifier(Protocol):
    """Do what `Notifier` says, awaitably."""

    async def send(self, message: Message, /) -> SendOutcome: ...
