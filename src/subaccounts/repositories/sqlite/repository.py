"""The front of the embedded store: every clause of `ports.Repository`, on one SQLite file."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar, final

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
from ...errors import InvalidValue, OutcomeUnknown, StorageFailed
from .._batches import refuse_impossible
from . import groups, queues, reads, searches, sights, trail, viewers
from .commit import write
from .connections import Connections
from .failures import LOST, failure, primary_code, quotes
from .opening import Place, prepare

P = ParamSpec("P")
R = TypeVar("R")

_KNOWN_AT_COMMIT = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CONSTRAINT})
"""What a COMMIT answers when it wrote nothing; after anything else the file alone knows."""


@final
class SQLiteRepository:
    """Keep everything in one SQLite file, shared by any number of threads and processes of one machine.

    The file is made if it is not there, readable by its owner only, in write-ahead mode; two more files beside it
    (`-wal`, `-shm`) belong to it while it is open. Not for network file systems: their locks do not hold.

    A commit survives the death of the process at any moment. `durable=False` (SQLite's `synchronous=NORMAL`) lets a
    power cut or a crash of the operating system take the last commits with it, whole ones, never half of one: a failed
    attempt is forgotten, a claim has to be made again, a request answered before the cut is not remembered.
    `durable=True` (`FULL`) waits for the disk at each commit, about 0.2 ms on an SSD and 10 ms on a turning disk.

    `busy_timeout` is how long one commit waits for others to end. Raises `StorageFailed` when the file cannot be used:
    `foreign` (something else's), `newer` (of a later release), `damaged`, `unreachable`, `read_only`, `full`, `locked`
    (others held the file longer than `busy_timeout`), `closed`, `unstorable` (text that is no text), `dangling` (a
    record without what it lives under). Nothing was written then. `OutcomeUnknown` is raised when the disk failed
    under the commit itself.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        durable: bool = False,
        busy_timeout: timedelta = timedelta(seconds=10),
    ) -> None:
        if not os.fspath(path) or os.fspath(path) == ":memory:":
            raise ValueError("a path is needed; what lives in memory is MemoryRepository")
        self._place = Place(path=Path(path).absolute(), durable=durable, busy_timeout=busy_timeout)
        prepare(self._place)
        self._connections = Connections(self._place)
        self._at_the_end = weakref.finalize(self, self._connections.close)

    def __repr__(self) -> str:
        return f"SQLiteRepository({str(self._place.path)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; commits that are under way end first, later calls raise `StorageFailed` (`closed`)."""
        self._at_the_end()

    # What is there.

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        return self._ask(reads.organization, id)

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        return self._ask(reads.catalog_entries, ids)

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        return self._ask(reads.catalog_page, organization, kind=kind, after=after, limit=limit)

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return self._ask(reads.lineage, departments)

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        return self._ask(reads.offspring, departments)

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        return self._ask(reads.account, id)

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        return self._ask(reads.accounts_page, organization, after=after, limit=limit)

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        return self._ask(reads.person, id)

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        return self._ask(searches.people_page, query)

    def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int:
        return self._ask(searches.people_count, organization, kinds=kinds, systems=systems, states=states)

    def counter(self, organization: OrganizationId, name: str, /) -> int | None:
        return self._ask(reads.counter, organization, name)

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]:
        return self._ask(reads.holders, keys)

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None:
        return self._ask(reads.sign_in_facts, where, keys=keys, stranger=stranger)

    def stale_strangers(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[Stranger, ...]:
        return self._ask(reads.stale_strangers, organization, before=before, limit=limit)

    def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        return self._ask(reads.sign_up, id)

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        return self._ask(reads.stale_sign_ups, organization, before=before, limit=limit)

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        return self._ask(groups.groups, ids)

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        return self._ask(groups.groups_page, organization, after=after, limit=limit)

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        return self._ask(groups.members_page, group, after=after, limit=limit)

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        return self._ask(groups.resources, ids)

    def participants_page(self, resource: ResourceId, /, *, after: str | None, limit: int) -> tuple[Participation, ...]:
        return self._ask(groups.participants_page, resource, after=after, limit=limit)

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        return self._ask(groups.viewer_facts, people)

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        return self._ask(sights.resources_page, query)

    def resources_count(self, query: ResourceQuery, /) -> int:
        return self._ask(sights.resources_count, query)

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        return self._ask(sights.visible_among, viewer, resources, ungrouped=ungrouped)

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        return self._ask(viewers.viewers_page, query)

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        return self._ask(trail.events_page, query)

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        return self._ask(trail.unsealed_events, organization, limit=limit)

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        return self._ask(trail.events_after, organization, position=position, limit=limit)

    def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        return self._ask(trail.chain, organization)

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return self._ask(searches.request, organization, id)

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        return self._ask(queues.due, queue, now=now, after=after, limit=limit)

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        return self._ask(queues.tasks_page, organization, queue, after=after, limit=limit)

    # What is written.

    def commit(self, batch: Batch, /) -> None:
        refuse_impossible(batch)
        self._ask(_in_transaction, lambda connection: write(connection, batch))

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        return self._ask(
            _in_transaction,
            lambda connection: queues.lease(connection, organization, queue, now=now, until=until, limit=limit),
        )

    def _ask(self, question: Callable[Concatenate[sqlite3.Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Ask on this thread's connection; whatever SQLite raises becomes a `StorageFailed`."""
        try:
            with self._connections.mine() as connection:
                return question(connection, *args, **kwargs)
        except OutcomeUnknown:
            self._connections.drop()
            raise
        except InvalidValue as error:  # a body that the library did not write
            raise StorageFailed(store=self._place.store, problem="damaged", detail=error.field) from error
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            failed = failure(self._place.store, error)
            if failed.problem in LOST:
                self._connections.drop()
            raise failed from (None if quotes(error) else error)


def _in_transaction(connection: sqlite3.Connection, writing: Callable[[sqlite3.Connection], R]) -> R:
    """Write in one transaction that no other writer comes between; whatever goes wrong before its end undoes it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        written = writing(connection)
        _end(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return written


def _end(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        if primary_code(error) in _KNOWN_AT_COMMIT:
            raise
        raise OutcomeUnknown from error
