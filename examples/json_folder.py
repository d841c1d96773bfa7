"""A repository of your own: everything in a folder of JSON files, one file for each organization.

    python examples/json_folder.py academy        # an organization, in the folder `academy`

A store is two dozen reads and two writes. Here a file is a whole organization, so a batch, which belongs to one organization,
is one new file that takes the place of the old one: all or nothing, whatever fails. For some thousand people and a POSIX
system. What proves it is tests/examples/test_json_folder.py; what is explained is docs/howto/write-an-adapter.md.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
from collections import ChainMap, Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, final

from attrs import evolve, frozen

from subaccounts import CreateOrganization, KeyRing, NobodyPrivileged, OrganizationId, SubAccounts, System, Ungrouped
from subaccounts.domain.account import Account
from subaccounts.domain.audit import AuditChain, Seal
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.credential import Credential, Stranger
from subaccounts.domain.decision import Batch, Count, Record, RequestRecord
from subaccounts.domain.events import Event, SealedEvent
from subaccounts.domain.fields import Kind
from subaccounts.domain.ids import (
    AccountId,
    AnyRecordId,
    CatalogId,
    ChainId,
    DepartmentId,
    SignUpId,
    StrangerId,
    SubAccountId,
)
from subaccounts.domain.key import Key
from subaccounts.domain.life import State
from subaccounts.domain.organization import Organization
from subaccounts.domain.queries import EventQuery, PeopleQuery, SignInFacts, matches
from subaccounts.domain.sign_up import SignUp
from subaccounts.domain.sub_account import AccountFacts, Person, SubAccount
from subaccounts.domain.task import Acknowledgment, Leased
from subaccounts.errors import Full, InvalidValue, OutcomeUnknown, Stale, StorageFailed, Taken
from subaccounts.wire import store_dumps, store_loads

R = TypeVar("R", bound=Record)
T = TypeVar("T")


# What a file holds, and what a batch makes of it. This part is pure: it is where the clauses C2 to C11 are kept.


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
        taken = _page(due, key=lambda each: each.task.turn, limit=limit)
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


def _repeats(ids: list[str]) -> bool:
    return len(set(ids)) < len(ids)


def _page(rows: Iterable[T], *, key: Callable[[T], Any], after: Any = None, limit: int) -> tuple[T, ...]:
    """Return the rows that come after the last page, in order: Python compares texts as binary, as R9 wants."""
    return tuple(sorted((row for row in rows if after is None or key(row) > after), key=key)[:limit])


# What is on the disk. This part is where C1, C12 and C13 are kept.


@final
class JSONFolder:
    """Keep everything in the JSON files of one folder; threads and processes share it. Fulfills `ports.Repository`."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # there are password hashes in it

    def __repr__(self) -> str:
        return f"JSONFolder({str(self._folder)!r})"

    def commit(self, batch: Batch, /) -> None:
        """Write the batch: whoever has the lock reads what is there, judges by it, and puts the next file in its place."""
        try:
            with self._locked():
                self._write(self._read(batch.organization).after(batch))
        except OSError as error:
            raise self._failed("unwritable") from error

    def lease(
        self, organization: OrganizationId, queue: str, /, *, now: datetime, until: datetime, limit: int
    ) -> tuple[Leased, ...]:
        """Take what is due, as a commit writes: under the lock, all or nothing."""
        try:
            with self._locked():
                drawer = self._read(organization)
                leased = drawer.leased(queue, now=now, until=until, limit=limit)
                if leased:
                    self._write(drawer.holding(leased))
                return leased
        except OSError as error:
            raise self._failed("unwritable") from error

    def _read(self, organization: OrganizationId) -> Drawer:
        """Return what is stored now. No lock: a file is replaced as a whole, so a reader meets the old or the new one."""
        return self._opened(self._path(organization)) or Drawer(organization=organization)

    def _opened(self, path: Path) -> Drawer | None:
        try:
            return store_loads(Drawer, path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except OSError as error:  # "could not look" is never answered as "not there"
            raise self._failed("unreachable") from error
        except (InvalidValue, UnicodeDecodeError):
            raise self._failed("damaged") from None  # without its cause, which could quote the file

    def _write(self, drawer: Drawer) -> None:
        path, text = self._path(drawer.organization), store_dumps(drawer)
        fresh = path.with_suffix(".new")  # one is enough, we hold the lock; what a crash left of it is written over
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # the bytes are on the disk before the name points to them
        fresh.replace(path)
        try:
            self._sync_folder()
        except OSError as error:  # everybody reads the new file already, but a power cut could bring the old one back
            raise OutcomeUnknown from error

    def _path(self, organization: OrganizationId) -> Path:
        """Return an organization's file. Its id is anybody's text: `a/b` is no path, and `Acme` and `acme` are two."""
        return self._folder / f"{hashlib.sha256(organization.value.encode()).hexdigest()[:32]}.json"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one writer in at a time. The system lets go of this lock when its holder dies, so that none is ever stale."""
        with (self._folder / "lock").open("a") as file:  # opened anew each time: threads are held off like processes
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)  # a new name is part of the folder, not of the file
        finally:
            os.close(handle)

    def _failed(self, problem: str) -> StorageFailed:
        return StorageFailed(store=repr(self), problem=problem)

    # Organizations, accounts, catalogs.

    def organization(self, id: OrganizationId, /) -> Organization | None:  # noqa: A002 - positional
        return self._read(id).get(Organization, id)

    def account(self, id: AccountId, /) -> AccountFacts | None:  # noqa: A002 - positional
        drawer = self._read(id.organization)
        organization, account = drawer.get(Organization, id.organization), drawer.get(Account, id)
        return AccountFacts(organization=organization, account=account) if organization and account else None

    def accounts_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Account, ...]:
        accounts = self._read(organization).all(Account)
        return _page(accounts, key=lambda account: account.id.value, after=after, limit=limit)

    def catalog_entries(self, ids: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        asked = set(ids)
        found = (entry for entry in self._entries(asked) if entry.id in asked)
        return tuple(sorted(found, key=lambda entry: (entry.id.kind, entry.id.value)))

    def catalog_page(
        self, organization: OrganizationId, /, *, kind: str, after: str | None, limit: int
    ) -> tuple[CatalogEntry, ...]:
        entries = (entry for entry in self._read(organization).all(CatalogEntry) if entry.id.kind == kind)
        return _page(entries, key=lambda entry: entry.id.value, after=after, limit=limit)

    def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        parents = self._parents(departments)
        found, fresh = set[DepartmentId](), parents.keys() & departments
        while fresh:
            found |= fresh
            fresh = {above for below in fresh if (above := parents[below])} - found
        return frozenset(found)

    def offspring(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        parents = self._parents(departments)
        found, fresh = set[DepartmentId](), parents.keys() & departments
        while fresh:
            found |= fresh
            fresh = {below for below, above in parents.items() if above in fresh} - found
        return frozenset(found)

    def _parents(self, departments: Collection[DepartmentId]) -> dict[DepartmentId, DepartmentId | None]:
        return {e.id: e.parent for e in self._entries(departments) if isinstance(e.id, DepartmentId)}

    def _entries(self, ids: Collection[CatalogId]) -> list[CatalogEntry]:
        """Return the whole catalogs of the organizations that ids are asked of; mostly that is one."""
        tenants = {each.organization for each in ids}
        return [entry for tenant in tenants for entry in self._read(tenant).all(CatalogEntry)]

    # People, and who holds what.

    def person(self, id: SubAccountId, /) -> Person | None:  # noqa: A002 - positional
        return _person(self._read(id.organization), id)

    def people_page(self, query: PeopleQuery, /) -> tuple[SubAccount, ...]:
        found = (person for person in self._read(query.organization).all(SubAccount) if matches(person, query))
        after = (query.after.login_key, query.after.id) if query.after else None
        return _page(found, key=lambda person: (person.login.key, person.id.value), after=after, limit=query.limit)

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
        drawers = [self._read(tenant) for tenant in {key.organization for key in keys}]
        held = ChainMap(*(drawer.holders() for drawer in drawers))
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
        people = (_person(drawer, holder) for holder in holders if isinstance(holder, SubAccountId))
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
        return _page(stale, key=lambda stranger: (stranger.last_at, stranger.id.value), limit=limit)

    # Sign-up: attempts that wait for the proof of a contact.

    def sign_up(self, id: SignUpId, /) -> SignUp | None:  # noqa: A002 - positional
        return self._read(id.organization).get(SignUp, id)

    def stale_sign_ups(self, organization: OrganizationId, /, *, before: datetime, limit: int) -> tuple[SignUp, ...]:
        stale = (attempt for attempt in self._read(organization).all(SignUp) if attempt.expires_at < before)
        return _page(stale, key=lambda attempt: (attempt.expires_at, attempt.id.value), limit=limit)

    # The trail and the feed.

    def events_page(self, query: EventQuery, /) -> tuple[Event, ...]:
        found = (
            event
            for event in self._read(query.organization).events
            if query.account in (None, event.account) and query.sub_account in (None, event.sub_account)
        )
        return _page(found, key=lambda event: event.id, after=query.after, limit=query.limit)

    def unsealed_events(self, organization: OrganizationId, /, *, limit: int) -> tuple[Event, ...]:
        drawer = self._read(organization)
        sealed = {seal.event for seal in drawer.seals}
        return _page((e for e in drawer.events if e.id not in sealed), key=lambda event: event.id, limit=limit)

    def events_after(self, organization: OrganizationId, /, *, position: int, limit: int) -> tuple[SealedEvent, ...]:
        drawer = self._read(organization)
        events = {event.id: event for event in drawer.events}
        feed = (SealedEvent(position=s.position, digest=s.digest, event=events[s.event]) for s in drawer.seals)
        return _page(feed, key=lambda sealed: sealed.position, after=position, limit=limit)

    def chain(self, organization: OrganizationId, /) -> AuditChain | None:
        return self._read(organization).get(AuditChain, ChainId(organization=organization))

    def request(self, organization: OrganizationId, id: str, /) -> RequestRecord | None:  # noqa: A002 - positional
        return next((request for request in self._read(organization).requests if request.id == id), None)

    # The queues: what waits in one, and the one question that is asked of all organizations.

    def tasks_page(
        self, organization: OrganizationId, queue: str, /, *, after: str | None, limit: int
    ) -> tuple[Leased, ...]:
        waiting = (each for each in self._read(organization).tasks if each.task.queue == queue)
        return _page(waiting, key=lambda each: each.task.id, after=after, limit=limit)

    def due(self, queue: str, /, *, now: datetime, after: str | None, limit: int) -> tuple[OrganizationId, ...]:
        try:
            paths = list(self._folder.glob("*.json"))
        except OSError as error:
            raise self._failed("unreachable") from error
        tasks = [each.task for path in paths if (drawer := self._opened(path)) for each in drawer.tasks]
        found = {task.organization for task in tasks if task.queue == queue and task.due <= now}
        return _page(found, key=lambda each: each.value, after=after, limit=limit)


def _person(drawer: Drawer, id: SubAccountId) -> Person | None:  # noqa: A002 - the id of a record
    """Return a person with all that a rule about it needs, of one and the same moment (R8)."""
    sub_account, credential = drawer.get(SubAccount, id), drawer.get(Credential, id.credential)
    organization = drawer.get(Organization, id.organization)
    account = drawer.get(Account, sub_account.account) if sub_account else None
    if not (sub_account and credential and organization and account):
        return None
    return Person(organization=organization, account=account, sub_account=sub_account, credential=credential)


def main(folder: Path) -> None:
    """Create an organization in a folder and show the file it became."""
    repository = JSONFolder(folder)
    keys = KeyRing.open(folder.with_suffix(".keys"))  # not in the folder: whoever copies the one has not the other
    subs = SubAccounts(repository=repository, keys=keys, host_accounts=NobodyPrivileged())
    organization = OrganizationId(value="academy")
    subs.handle(
        CreateOrganization(
            actor=System(name="setup"), id=organization, name="The Academy", ungrouped=Ungrouped.EMPLOYEES
        )
    )
    print(next(folder.glob("*.json")).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
