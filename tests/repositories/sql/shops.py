"""A shop on a database, asked in either color: an organization, an account and its administrator, and what went over the wire.

What belongs here: the means of several tests. Which databases there are is `databases`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self, TypeVar, final

import pytest
from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

from subaccounts import (
    AddPerson,
    AnyStep,
    AsyncSubAccounts,
    Command,
    CompleteRegistration,
    CreateOrganization,
    Door,
    HostAccount,
    HostUser,
    KeyRing,
    OpenAccount,
    OrganizationId,
    RegistrationPolicy,
    Secret,
    SignIn,
    SubAccountId,
    SubAccounts,
    System,
    Ungrouped,
)
from subaccounts.repositories.sqlalchemy import AsyncSQLAlchemyRepository, SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.tables import metadata
from subaccounts.testing import (
    AsyncFakeHostAccounts,
    AsyncFakeSubscriptions,
    AsyncTestHasher,
    CheapHasher,
    FakeHostAccounts,
    FakeSubscriptions,
    FrozenClock,
)
from subaccounts.testing.contracts.bridge import Color
from tests.repositories.sql.databases import SERVERS, Database, mariadb, postgresql, sqlite_in

R = TypeVar("R")
PLACES: Final[dict[str, Callable[[Path], Database]]] = {
    "SQLite": sqlite_in,
    "PostgreSQL": lambda _: postgresql(),
    "MariaDB": lambda _: mariadb(),
}
"""Every database by name, and how it is had for a test that has a folder."""
COLORS: Final[tuple[Color, ...]] = ("plain", "async")
each_database = pytest.mark.parametrize("name", PLACES)
each_server = pytest.mark.parametrize("name", SERVERS)
each_color = pytest.mark.parametrize("color", COLORS)
KEYS: Final = KeyRing.in_memory(b"a ring that only these tests have")
ORGANIZATION: Final = OrganizationId(value="acme")
BOSS: Final = HostUser.administrator("boss", of=ORGANIZATION)
PASSWORD: Final = Secret("correct horse battery staple")
FIELDS: Final = {"full_name": "Anna Koval", "position": "Cashier"}


@final
class Shop:
    """Hold the library on a database in one color; `engine` is the plain side of it, whose events can be listened to.

    Leave it as a context to close its connections.
    """

    def __init__(self, place: Database, color: Color = "plain", **options: Any) -> None:
        self.place, self.color = place, color
        url: URL = place.url if color == "plain" else place.async_url
        given: dict[str, Any] = {"pool_pre_ping": True, **options}
        self.repository: Any
        if color == "plain":
            self.engine: Engine = create_engine(url, **given)
            self.repository, self._loop = SQLAlchemyRepository(self.engine), None
        else:
            awaitable = create_async_engine(url, **given)
            self.engine = awaitable.sync_engine
            self.repository, self._loop = AsyncSQLAlchemyRepository(awaitable), asyncio.Runner()
        self.subs: Any = plain_facade(self.repository) if color == "plain" else async_facade(self.repository)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.finish(self.repository.close())
        if self._loop is not None:
            self._loop.close()

    def finish(self, answer: Any) -> Any:
        """Return what was answered at once or is still to be awaited."""
        return answer if self._loop is None else self._loop.run(_awaited(answer))

    def handle(self, command: Command[R]) -> R:
        """Run a command."""
        answer: R = self.finish(self.subs.handle(command))
        return answer

    def opened(self) -> Self:
        """Make the organization and its account."""
        self.handle(
            CreateOrganization(actor=System(name="setup"), id=ORGANIZATION, name="Acme", ungrouped=Ungrouped.EVERYBODY)
        )
        crm, policy = HostAccount(system="crm", id="shop-1"), RegistrationPolicy.by_person()
        opening = OpenAccount(actor=BOSS, organization=ORGANIZATION, host=crm, name="Shop 1", policy=policy)
        self.account = self.handle(opening).id
        return self

    def door(self) -> Door:
        """Return the door inside the host account."""
        return Door.inside(self.account)

    def add(self, login: str, *, request_id: str | None = None) -> tuple[SubAccountId, Secret]:
        """Add a person; return the id and the code."""
        added = self.handle(AddPerson(actor=BOSS, account=self.account, login=login, request_id=request_id))
        assert added.code is not None
        return added.sub_account.id, added.code.code

    def claim(self, login: str, code: Secret, *, password: Secret = PASSWORD) -> AnyStep:
        """Claim a login with its code."""
        return self.handle(
            CompleteRegistration(door=self.door(), login=login, password=password, code=code, fields=FIELDS)
        )

    def sign_in(self, login: str, secret: Secret = PASSWORD) -> AnyStep:
        """Sign in."""
        return self.handle(SignIn(door=self.door(), login=login, secret=secret))


async def _awaited(answer: Any) -> Any:
    return await answer


def plain_facade(repository: Any) -> SubAccounts:
    """Return the library on a plain repository, with a clock that stands still and a hasher that costs nothing."""
    return SubAccounts(
        repository=repository,
        keys=KEYS,
        host_accounts=FakeHostAccounts(),
        subscriptions=FakeSubscriptions(),
        hasher=CheapHasher(),
        clock=FrozenClock(),
        blocklist=frozenset(),
    )


def async_facade(repository: Any) -> AsyncSubAccounts:
    """Return its twin."""
    return AsyncSubAccounts(
        repository=repository,
        keys=KEYS,
        host_accounts=AsyncFakeHostAccounts(),
        subscriptions=AsyncFakeSubscriptions(),
        hasher=AsyncTestHasher(CheapHasher()),
        clock=FrozenClock(),
        blocklist=frozenset(),
    )


def empty(name: str, folder: Path) -> Database:
    """Return the database of this name with our tables and no row in them."""
    return PLACES[name](folder).emptied()


def rows(place: Database) -> dict[str, int]:
    """Return how many rows each table has, looked at from outside."""
    engine = create_engine(place.url)
    with engine.connect() as connection:
        found = {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }
    engine.dispose()
    return found


@contextmanager
def heard(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """Listen to an engine: every statement with its parameters, and each COMMIT and ROLLBACK."""
    said: list[tuple[str, Any]] = []

    def statement(_connection: Any, _cursor: Any, text: str, parameters: Any, *_: Any) -> None:
        said.append((text, parameters))

    def commit(_: Any) -> None:
        said.append(("COMMIT", None))

    def rollback(_: Any) -> None:
        said.append(("ROLLBACK", None))

    hooks = (("before_cursor_execute", statement), ("commit", commit), ("rollback", rollback))
    for name, hook in hooks:
        event.listen(engine, name, hook)
    yield said
    for name, hook in hooks:
        event.remove(engine, name, hook)
