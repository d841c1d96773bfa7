"""Every method of a repository as one question to a connection; whose connection and transaction it is, a subclass says."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection

from ...domain.account import Account
from ...domain.audience import Ungrouped
from ...domain.audit import AuditChain
from ...domain.catalog import CatalogEntry
from ...domain.credential import Stranger
from ...domain.decision import Batch, RequestRecord
from ...domain.events import Event, SealedEvent
from ...domain.fields import Kind
from ...domain.group import Group
from ...domain.ids import (
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
from ...domain.key import Key
from ...domain.life import State
from ...domain.membership import Membership
from ...domain.organization import Organization
from ...domain.participation import Participation
from ...domain.queries import EventQuery, PeopleQuery, SignInFacts
from ...domain.resource import Resource
from ...domain.sights import ResourceQuery, ViewersQuery
from ...domain.sign_up import SignUp
from ...domain.sub_account import AccountFacts, Person, SubAccount
from ...domain.task import Leased
from ...domain.viewer import Viewer, ViewerFacts
from .._batches import refuse_impossible
from . import facts, groups, people, queues, reads, sights, trail, watchers
from .commit import write

R = TypeVar("R")
Question = Callable[[Connection], R]


class Statements(ABC):
    """Ask the questions of `ports.Repository`."""

    @abstractmethod
    def _read(self, question: Question[R], /) -> R:
        """Ask a question that writes nothing."""

    @abstractmethod
    def _write(self, question: Question[R], /) -> R:
        """Ask a question in a transaction: all of it or nothing."""

    # What is there.

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        return self._read(lambda connection: reads.organization(connection, id))

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        return self._read(lambda connection: reads.catalog_entries(connection, ids))

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        return self._read(
            lambda connection: reads.catalog_page(connection, organization, kind=kind, after=after, limit=limit)
        )

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return self._read(lambda connection: reads.lineage(connection, departments))

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return self._read(lambda connection: reads.offspring(connection, departments))

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        return self._read(lambda connection: reads.account(connection, id))

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        return self._read(lambda connection: reads.accounts_page(connection, organization, after=after, limit=limit))

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        return self._read(lambda connection: reads.person(connection, id))

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        return self._read(lambda connection: people.people_page(connection, query))

    def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        return self._read(
            lambda connection: people.people_count(
                connection, organization, kinds=kinds, systems=systems, states=states
            )
        )

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return self._read(lambda connection: reads.counter(connection, organization, name))

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        return self._read(lambda connection: reads.holders(connection, keys))

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        return self._read(lambda connection: reads.sign_in_facts(connection, where, keys=keys, stranger=stranger))

    def stale_strangers(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[Stranger, ...]:
        return self._read(
            lambda connection: reads.stale_strangers(connection, organization, before=before, limit=limit)
        )

    def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        return self._read(lambda connection: reads.sign_up(connection, id))

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        return self._read(lambda connection: reads.stale_sign_ups(connection, organization, before=before, limit=limit))

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        return self._read(lambda connection: groups.groups(connection, ids))

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        return self._read(lambda connection: groups.groups_page(connection, organization, after=after, limit=limit))

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        return self._read(lambda connection: groups.members_page(connection, group, after=after, limit=limit))

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        return self._read(lambda connection: groups.resources(connection, ids))

    def participants_page(self, resource: ResourceId, /, *, after: str | None, limit: int) -> tuple[Participation, ...]:
        return self._read(lambda connection: groups.participants_page(connection, resource, after=after, limit=limit))

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        return self._read(lambda connection: facts.viewer_facts(connection, people))

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        return self._read(lambda connection: sights.resources_page(connection, query))

    def resources_count(self, query: ResourceQuery, /) -> int:
        return self._read(lambda connection: sights.resources_count(connection, query))

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        return self._read(lambda connection: sights.visible_among(connection, viewer, resources, ungrouped=ungrouped))

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        return self._read(lambda connection: watchers.viewers_page(connection, query))

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        return self._read(lambda connection: trail.events_page(connection, query))

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        return self._read(lambda connection: trail.unsealed_events(connection, organization, limit=limit))

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        return self._read(
            lambda connection: trail.events_after(connection, organization, position=position, limit=limit)
        )

    def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        return self._read(lambda connection: trail.chain(connection, organization))

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return self._read(lambda connection: people.request(connection, organization, id))

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        return self._read(lambda connection: queues.due(connection, queue, now=now, after=after, limit=limit))

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        return self._read(
            lambda connection: queues.tasks_page(connection, organization, queue, after=after, limit=limit)
        )

    # What is written.

    def commit(self, batch: Batch, /) -> None:
        refuse_impossible(batch)
        self._write(partial(_commit, batch=batch))

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        return self._write(
            lambda connection: queues.lease(connection, organization, queue, now=now, until=until, limit=limit)
        )


def _commit(connection: Connection, *, batch: Batch) -> None:
    write(connection, batch)
