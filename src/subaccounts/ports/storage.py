"""The plain ports of storage, by capability. Each docstring is a contract of numbered clauses; the async twins are in
`twins`, every other port is in `plain`.

No page is asked for with a `limit` above 1,001: the 1,000 rows of the largest, and one more that tells whether it goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

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


class Organizations(Protocol):
    """Read organizations.

    R1. `organization` answers the organization as last put, or None.
    """

    def organization(self, id: OrganizationId, /) -> Organization | None: ...  # noqa: A002 - positional


class Catalogs(Protocol):
    """Read departments, job profiles and permission types.

    R2. `catalog_entries` answers those of the asked entries that exist, retired ones too, ordered by kind and value.
    R3. `catalog_page` answers at most `limit` entries of one kind, ordered by value, beginning after `after`.
    R4. `lineage` answers the given departments that exist and everything above them, each once.
    R5. `offspring` answers the given departments that exist and everything below them, each once.
    """

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]: ...

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]: ...

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]: ...

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]: ...


class Accounts(Protocol):
    """Read accounts.

    R6. `account` answers the account with its organization, or None.
    R7. `accounts_page` answers at most `limit` accounts of the organization, ordered by id value, after `after`.
    """

    def account(self, id: AccountId, /) -> AccountFacts | None: ...  # noqa: A002 - positional

    def accounts_page(
        self, organization: OrganizationId, /, *, after: str | None, limit: int
    ) -> tuple[Account, ...]: ...


class People(Protocol):
    """Read people.

    R8. `person` answers the sub-account with its credential, account and organization, or None; deleted people too.
    R9. `people_page` answers the people that `matches(person, query)` says, ordered by login key and id in binary
    order, beginning after the cursor, at most `limit`; a page's last row is not repeated on the next.
    R10. `people_count` answers how many people of the organization are of these kinds, host systems and states;
    an empty set means any (a `PeopleQuery` without states asks for nobody).
    R11. `counter` answers a counter's value, or None when it does not exist.
    R12. `holders` answers who holds each of the keys, compared as binary; a key nobody holds is absent.
    """

    def person(self, id: SubAccountId, /) -> Person | None: ...  # noqa: A002 - positional

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]: ...

    def people_count(
        self,
        organization: OrganizationId,
        /,
        *,
        kinds: frozenset[Kind],
        systems: frozenset[str],
        states: frozenset[State],
    ) -> int: ...

    def counter(self, organization: OrganizationId, name: str, /) -> int | None: ...

    def holders(self, keys: Collection[Key], /) -> Mapping[Key, AnyRecordId]: ...


class SignIns(Protocol):
    """Read what a sign-in decides on.

    R13. `sign_in_facts` answers None when `where` does not exist.
    R14. It answers the person who holds one of the keys, with its credential and account, when the person lives at
    `where`: under that account, or in that organization.
    R15. When there is no such person it answers the stranger's record, if any, and the account asked for.
    R16. It does the same reads whether or not the person exists.
    R17. `stale_strangers` answers at most `limit` strangers whose `last_at` is before `before`, oldest first.
    """

    def sign_in_facts(
        self, where: AccountId | OrganizationId, /, *, keys: Sequence[Key], stranger: StrangerId
    ) -> SignInFacts | None: ...

    def stale_strangers(
        self, organization: OrganizationId, /, *, before: datetime, limit: int
    ) -> tuple[Stranger, ...]: ...


class Audit(Protocol):
    """Read the audit trail and the feed.

    R18. `events_page` answers the events of a query, ordered by id, beginning after `after`, at most `limit`.
    R19. `unsealed_events` answers events without a position, ordered by id, at most `limit`.
    R20. `events_after` answers sealed events with positions above `position`, in their order, at most `limit`.
    R21. `chain` answers the head of the organization's chain, or None before the first seal.
    R22. `request` answers what was remembered under a request id, or None.
    """

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]: ...

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]: ...

    def events_after(
        self, organization: OrganizationId, /, *, position: int, limit: int
    ) -> tuple[SealedEvent, ...]: ...

    def chain(self, organization: OrganizationId, /) -> AuditChain | None: ...

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None: ...  # noqa: A002 - positional


class SignUps(Protocol):
    """Read attempts to sign up.

    R23. `sign_up` answers the attempt as last put, or None.
    R24. `stale_sign_ups` answers at most `limit` attempts whose `expires_at` is before `before`, oldest first.
    """

    def sign_up(self, id: SignUpId, /) -> SignUp | None: ...  # noqa: A002 - positional

    def stale_sign_ups(
        self, organization: OrganizationId, /, *, before: datetime, limit: int
    ) -> tuple[SignUp, ...]: ...


class Groups(Protocol):
    """Read groups and who is in them.

    R25. `groups` answers those of the asked groups that exist, retired ones too, ordered by value.
    R26. `groups_page` answers at most `limit` groups of the organization, ordered by value, beginning after `after`.
    R27. `members_page` answers at most `limit` memberships of a group, ended ones too, ordered by the person's value,
    beginning after `after`.
    """

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]: ...

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]: ...

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]: ...


class Resources(Protocol):
    """Read resources and who takes part in them.

    R28. `resources` answers those of the asked resources that exist, removed ones too, ordered by value.
    R29. `participants_page` answers at most `limit` participations in a resource, ordered by the person's value, beginning
    after `after`.
    """

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]: ...

    def participants_page(
        self, resource: ResourceId, /, *, after: str | None, limit: int
    ) -> tuple[Participation, ...]: ...


class Sights(Protocol):
    """Read who sees what.

    R30. `viewer_facts` answers what decides of the asked people that exist, deleted ones too, ordered by value: all their
    memberships, the groups of these, their lineage, their participations, as of one moment.
    R31. `resources_page` answers the resources that `shown(resource, query)` says, ordered by name key and id in binary
    order, beginning after the cursor, at most `limit`.
    R32. `resources_count` answers how many resources `shown(resource, query)` says, whatever its cursor and limit.
    R33. `visible_among` answers those of the asked resources that exist and that `may_see(viewer, resource, ungrouped)` says.
    R34. `viewers_page` answers the people that `sees(facts, query)` says, ordered by login key and id in binary order,
    beginning after the cursor, at most `limit`.
    """

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]: ...

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]: ...

    def resources_count(self, query: ResourceQuery, /) -> int: ...

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]: ...

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]: ...


class Commits(Protocol):
    """Write.

    C1. A batch is written whole or not at all, whatever fails; once `commit` returned it survives a crash.
    C2. A put of a record with version 0 is `Stale` when a record with its id exists.
    C3. A put or remove with a version is `Stale` unless the record is of just that version; a put leaves version + 1.
    C4. A guard is `Stale` unless its record is of just that version when the batch is written; version 0 means that
    there is no such record.
    C5. A put replaces the record's keys by the ones it has now; a remove frees them. What one record of a batch lets
    go, another of the same batch can take.
    C6. Keys held by another record, or by two records of the batch, raise `Taken` naming every such key of the batch.
    C7. A count adds `by` to its counter, which begins at `initial`; one that adds and would pass `at_most` raises
    `Full`, naming every such count; a counter stops at 0.
    C8. Events are appended with the batch; an event id that exists is `Stale`.
    C9. Seals give their events position and digest; an event that is missing or sealed already is `Stale`, and so is a
    position that is taken.
    C10. A request id that exists is `Stale`.
    C11. Of several reasons, `Stale` is raised before `Taken`, and `Taken` before `Full`.
    C12. Everything is stored under its organization: the same values in another organization do not meet it.
    C13. Two batches that collide do not both succeed, whether sent by threads, processes or tasks.
    C14. Tasks are added with the batch, under no lease; a task id that exists, or is in the batch twice, is `Stale`.
    C15. An acknowledgment is `Stale` when its task is missing, was leased since, or is given back twice in the batch;
    otherwise the task is gone, or due `again` with its fence as it was.
    """

    def commit(self, batch: Batch, /) -> None: ...


class Queues(Protocol):
    """Take what is due, and look at what waits.

    Q1. `due` answers at most `limit` organizations that have a task of the queue due at `now`, ordered by id, beginning
    after `after`.
    Q2. `lease` answers at most `limit` tasks of one organization's queue that are due at `now`: those due longest first,
    then by id.
    Q3. What it answers is due again at `until`, and a task's fence is one higher than at the lease before; the first is 1.
    Q4. Of leases at once, by threads, processes or tasks, no two answer the same lease of a task.
    Q5. A lease survives a crash once it was answered; one that raised `StorageFailed` left every task as it was.
    Q6. `tasks_page` answers at most `limit` tasks of the queue, ordered by id, beginning after `after`: due or not, leased
    or not, each with the time it is due at now and the fence of its last lease, 0 before the first.
    """

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]: ...

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]: ...

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]: ...


class Repository(
    Organizations,
    Catalogs,
    Accounts,
    People,
    SignIns,
    Audit,
    SignUps,
    Groups,
    Resources,
    Sights,
    Commits,
    Queues,
    Protocol,
):
    """Read and write everything.

    One that writes in a transaction of the host's has an attribute `joins_host_transaction`, which is true as long as
    that transaction is open. It is asked before each command: what counts or consumes a proof is refused then with
    `InsideTransaction`, and a conflict is told to the host instead of being decided anew. Without it, it commits itself.
    """
