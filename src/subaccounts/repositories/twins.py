"""The async twins: the same repositories, asked without blocking the event loop.

The clauses are kept by the plain ones; what is here only carries questions to them, written once for every twin.
"""

from __future__ import annotations

import asyncio
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Self, TypeVar, final

from ..domain.account import Account
from ..domain.audit import AuditChain
from ..domain.catalog import CatalogEntry
from ..domain.credential import Stranger
from ..domain.decision import Batch, RequestRecord
from ..domain.events import Event, SealedEvent
from ..domain.fields import Kind
from ..domain.ids import AccountId, AnyRecordId, CatalogId, DepartmentId, OrganizationId, StrangerId, SubAccountId
from ..domain.key import Key
from ..domain.life import State
from ..domain.organization import Organization
from ..domain.queries import EventQuery, PeopleQuery, SignInFacts
from ..domain.sub_account import AccountFacts, Person, SubAccount
from ..errors import StorageFailed
from ..ports import Repository
from .memory import MemoryRepository
from .sqlite.repository import SQLiteRepository

R = TypeVar("R")


class _Twin(ABC):
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


@final
class AsyncMemoryRepository(_Twin):
    """Keep everything in memory, and give way to other tasks before every question, as a real store would."""

    def __init__(self, plain: MemoryRepository | None = None, /) -> None:
        self._plain = plain or MemoryRepository()

    def __repr__(self) -> str:
        return "AsyncMemoryRepository()"

    async def _ask(self, question: Callable[[Repository], R], /) -> R:
        await asyncio.sleep(0)
        return question(self._plain)


@final
class AsyncSQLiteRepository(_Twin):
    """Keep everything in one SQLite file, as `SQLiteRepository` says, asked on a few threads of its own.

    The file is opened by the first question, so that making the repository blocks nothing; what cannot be opened is
    told there. A commit that began goes on to its end in its thread even when the task that asked is canceled.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        durable: bool = False,
        busy_timeout: timedelta = timedelta(seconds=10),
        threads: int = 4,
    ) -> None:
        if threads < 1:
            raise ValueError("a repository works on at least one thread")
        self._path = os.fspath(path)
        self._open = partial(SQLiteRepository, path, durable=durable, busy_timeout=busy_timeout)
        self._threads = threads
        self._begin()

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._executor = ThreadPoolExecutor(self._threads, thread_name_prefix="subaccounts-sqlite")
        self._plain: SQLiteRepository | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"AsyncSQLiteRepository({self._path!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the file; questions that were asked are answered first, later ones raise `StorageFailed` (`closed`)."""
        self._closed = True
        await asyncio.to_thread(self._executor.shutdown)
        if self._plain is not None:
            await asyncio.to_thread(self._plain.close)

    async def _ask(self, question: Callable[[Repository], R], /) -> R:
        if self._pid != os.getpid():  # threads do not survive a fork
            self._begin()
        if self._closed:
            raise StorageFailed(store=f"SQLite file {self._path}", problem="closed")
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._answer, question)

    def _answer(self, question: Callable[[Repository], R]) -> R:
        with self._lock:
            if self._plain is None:
                self._plain = self._open()
        return question(self._plain)
