"""What a file holds, what a batch makes of it, and what is asked of several of its records at once. Pure: no file is touched.

It is where the clauses C2 to C11 are kept, C14 and C15, and Q3.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from attrs import evolve, frozen

from subaccounts.domain.account import Account
from subaccounts.domain.audit import Seal
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import Credential
from subaccounts.domain.decision import Batch, Count, Record, RequestRecord
from subaccounts.domain.events import Event
from subaccounts.domain.group import Group
from subaccounts.domain.ids import AnyRecordId, DepartmentId, OrganizationId, SubAccountId
from subaccounts.domain.key import Key
from subaccounts.domain.membership import Membership
from subaccounts.domain.organization import Organization
from subaccounts.domain.participation import Participation
from subaccounts.domain.sub_account import Person, SubAccount
from subaccounts.domain.task import Acknowledgment, Leased
from subaccounts.domain.viewer import ViewerFacts
from subaccounts.errors import Full, Stale, Taken

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@frozen(kw_only=True)
class Drawer:
    """Hold all that is stored of one organization. It is never changed; a batch makes the next one."""

    organization: OrganizationId
    records: tuple[Record, ...] = ()
    counters: Mapping[str, int] = {}
    events: tuple[Event, ...] = ()
    seals: tuple[Seal, ...] = ()
    requests: tuple[RequestRecord, ...] = ()
    tasks: tuple[Leased, ...] = ()

    def all(self, of: type[R], /) -> list[R]:
        """Return the records of one kind."""
        return [record for record in self.records if isinstance(record, of)]

    def get(self, of: type[R], id: AnyRecordId, /) -> R | None:  # noqa: A002 - the id of a record
        """Return one record, or None."""
        return next((record for record in self.all(of) if record.id == id), None)

    def holders(self) -> dict[Key, AnyRecordId]:
        """Return who holds which key. Every record says itself what it holds, so there is no second list to keep."""
        return {key: record.id for record in self.records for key in record.keys}

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - the id of a record
        """Return a person with all that a rule about it needs, of one and the same moment (R8)."""
        sub_account, credential = self.get(SubAccount, id), self.get(Credential, id.credential)
        organization = self.get(Organization, id.organization)
        account = self.get(Account, sub_account.account) if sub_account else None
        if not (sub_account and credential and organization and account):
            return None
        return Person(organization=organization, account=account, sub_account=sub_account, credential=credential)

    def viewers(self) -> list[ViewerFacts]:
        """Return what decides what people see, everybody's, ordered by value (R30)."""
        groups = {group.id: group for group in self.all(Group)}
        memberships, participations = defaultdict[SubAccountId, list[Membership]](list), defaultdict(list)
        for membership in sorted(self.all(Membership), key=lambda each: each.group.value):
            memberships[membership.person].append(membership)
        for participation in sorted(self.all(Participation), key=lambda each: each.resource.value):
            participations[participation.person].append(participation)
        parents = self._parents()
        return [
            ViewerFacts(
                sub_account=person,
                memberships=tuple(memberships[person.id]),
                groups=tuple(groups[each.group] for each in memberships[person.id]),
                lineage=_above(parents, person.profile.departments),
                participations=tuple(participations[person.id]),
            )
            for person in sorted(self.all(SubAccount), key=lambda each: each.id.value)
        ]

    def above(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        """Return the departments that exist, and everything above them (R4)."""
        return _above(self._parents(), departments)

    def below(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        """Return the departments that exist, and everything below them (R5)."""
        parents = self._parents()
        found, fresh = set[DepartmentId](), parents.keys() & departments
        while fresh:
            found |= fresh
            fresh = {below for below, above in parents.items() if above in fresh} - found
        return frozenset(found)

    def after(self, batch: Batch, /) -> Drawer:
        """Return what is stored once the batch is written; raises `Stale`, then `Taken`, then `Full` (C11)."""
        self._refuse_stale(batch)
        written = {each.id for each in (*batch.puts, *batch.removes)}
        kept = tuple(record for record in self.records if record.id not in written)
        held = {key for record in kept for key in record.keys}
        wanted = Counter(key for record in batch.puts for key in record.keys)
        taken = {key for key, times in wanted.items() if times > 1 or key in held}
        if taken:  # judged by what the batch leaves, so that its records can swap keys (C5), and named all at once (C6)
            raise Taken(keys=frozenset(taken))
        puts = tuple(evolve(record, version=record.version + 1) for record in batch.puts)
        return Drawer(
            organization=self.organization,
            records=(*kept, *puts),
            counters=self._counted(batch.counts),
            events=(*self.events, *batch.events),
            seals=(*self.seals, *batch.seals),
            requests=(*self.requests, batch.request) if batch.request else self.requests,
            tasks=(*self._left(batch.acknowledgments), *(Leased(task=task, fence=0) for task in batch.tasks)),
        )

    def leased(self, queue: str, /, *, now: datetime, until: datetime, limit: int) -> tuple[Leased, ...]:
        """Return what a worker gets: due again at its lease's end, under the next fence (Q3)."""
        due = [each for each in self.tasks if each.task.queue == queue and each.task.due <= now]
        taken = page(due, key=lambda each: each.task.turn, limit=limit)
        return tuple(Leased(task=evolve(each.task, due=until), fence=each.fence + 1) for each in taken)

    def holding(self, leased: Collection[Leased], /) -> Drawer:
        """Return what is stored once a worker has these."""
        taken = {each.task.id: each for each in leased}
        return evolve(self, tasks=tuple(taken.get(each.task.id, each) for each in self.tasks))

    def _left(self, given: Sequence[Acknowledgment]) -> list[Leased]:
        back = {each.task: each.again for each in given}
        kept = [each for each in self.tasks if each.task.id not in back or back[each.task.id]]
        return [evolve(each, task=evolve(each.task, due=back.get(each.task.id) or each.task.due)) for each in kept]

    def _refuse_stale(self, batch: Batch) -> None:
        versions = {record.id: record.version for record in self.records}
        seen = [(each.id, each.version) for each in (*batch.puts, *batch.removes, *batch.guards)]
        known, fresh = {event.id for event in self.events}, {event.id for event in batch.events}
        sealed, given = {seal.event for seal in self.seals}, {seal.position for seal in self.seals}
        fences = {each.task.id: each.fence for each in self.tasks}
        if (
            any(versions.get(record, 0) != version for record, version in seen)
            or any(gone.version == 0 for gone in batch.removes)
            or not known.isdisjoint(fresh)
            or any(seal.event in sealed or seal.event not in known | fresh for seal in batch.seals)
            or any(seal.position in given for seal in batch.seals)
            or not {task.id for task in batch.tasks}.isdisjoint(fences)
            or _repeats([task.id for task in batch.tasks])
            or _repeats([each.task for each in batch.acknowledgments])
            or any(fences.get(each.task) != each.fence for each in batch.acknowledgments)
            or (batch.request and any(batch.request.id == request.id for request in self.requests))
        ):
            raise Stale

    def _counted(self, counts: tuple[Count, ...]) -> dict[str, int]:
        after, full = dict(self.counters), set[str]()
        for count in counts:
            value = after[count.name] = max(0, after.get(count.name, count.initial) + count.by)
            if count.at_most is not None and count.by > 0 and value > count.at_most:
                full.add(count.name)
        if full:
            raise Full(counts=frozenset(full))
        return after

    def _parents(self) -> dict[DepartmentId, DepartmentId | None]:
        return {each.id: each.parent for each in self.all(CatalogEntry) if isinstance(each.id, DepartmentId)}


def _above(
    parents: Mapping[DepartmentId, DepartmentId | None], departments: Collection[DepartmentId]
) -> frozenset[DepartmentId]:
    found, fresh = set[DepartmentId](), parents.keys() & departments
    while fresh:
        found |= fresh
        fresh = {above for below in fresh if (above := parents[below])} - found
    return frozenset(found)


def _repeats(ids: list[str]) -> bool:
    return len(set(ids)) < len(ids)


def page(rows: Iterable[T], *, key: Callable[[T], Any], after: Any = None, limit: int) -> tuple[T, ...]:
    """Return the rows that come after the last page, in order: Python compares texts as binary, as R9 wants."""
    return tuple(sorted((row for row in rows if after is None or key(row) > after), key=key)[:limit])
