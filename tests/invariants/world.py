"""One deployment to break: a storage, a color, and fakes around it that a test can listen to, turn and break.

What belongs here: `World`, which runs commands in either color on either storage and shows everything that is stored,
and `Shop`, an account with people in one line each. What must hold is said by the tests.
"""

from __future__ import annotations

import asyncio
import inspect
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self, TypeVar, cast

import attrs

from subaccounts import (
    Account,
    AddedPerson,
    AddPerson,
    AsyncSubAccounts,
    BeginSignIn,
    Command,
    CompleteRegistration,
    CreateOrganization,
    Door,
    HostAccount,
    HostUser,
    IssuedCode,
    KeyRing,
    OpenAccount,
    OrganizationId,
    Realm,
    RegistrationPolicy,
    Secret,
    SignIn,
    SubAccountId,
    SubAccounts,
    Subject,
    System,
    Ungrouped,
)
from subaccounts.domain.fields import RawValue
from subaccounts.domain.steps import AnyStep, Authenticated
from subaccounts.domain.sub_account import Person
from subaccounts.ports import Repository
from subaccounts.repositories import (
    AsyncMemoryRepository,
    AsyncSQLiteRepository,
    MemoryRepository,
    SQLiteRepository,
)
from subaccounts.testing.clock import FrozenClock
from subaccounts.testing.entropy import CountingEntropy
from subaccounts.testing.hashers import AsyncTestHasher, CountingHasher
from subaccounts.testing.hosts import (
    AsyncFakeHostAccounts,
    AsyncFakeSubscriptions,
    FakeHostAccounts,
    FakeSubscriptions,
)
from subaccounts.testing.notifiers import AsyncFakeNotifier, FakeNotifier
from subaccounts.testing.texts import FakeTexts
from tests.invariants.stored import Rows, memory_rows, sqlite_rows

R = TypeVar("R")
KINDS: Final = ("memory", "sqlite", "async-memory", "async-sqlite")
"""Both repositories in both colors."""
OPERATOR: Final = System(name="operator")
PASSWORD: Final = "correct horse battery staple"
OTHER_PASSWORD: Final = "seven quiet otters swim at dusk"
FIELDS: Final[Mapping[str, RawValue]] = {"full_name": "Test Person", "position": "Seller"}
KEY_SECRET: Final = b"a key that only the tests ever use"
NOBODY_BLOCKED: Final[frozenset[str]] = frozenset()


class Tap:
    """Stand between the shell and a port; the world hears every question before it is asked and after its answer."""

    def __init__(self, port: object, name: str, world: World) -> None:
        self._port, self._name, self._world = port, name, world

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("__"):
            raise AttributeError(method)
        call, where = getattr(self._port, method), f"{self._name}.{method}"

        def ask(*args: Any, **kwargs: Any) -> Any:
            self._world.hear(where)
            answer = call(*args, **kwargs)
            if inspect.isawaitable(answer):
                return self._later(where, answer)
            self._world.after(where)
            return answer

        return ask

    async def _later(self, where: str, answer: Awaitable[Any]) -> Any:
        value = await answer
        self._world.after(where)
        return value


class World:
    """Run commands on one storage in one color; leave it as a context, so that files and loops are closed.

    `calls` are the questions asked of ports so far. `before` is called with the name of each before it is asked,
    `after` when it was answered: they raise, look around, or let `rival`, a plain facade on the same storage, act.
    """

    def __init__(self, kind: str, *, hasher: Any = None) -> None:
        self.kind = kind
        self.clock, self.entropy, self.keys = FrozenClock(), CountingEntropy(), KeyRing.in_memory(KEY_SECRET)
        self.hasher: Any = hasher if hasher is not None else CountingHasher()
        self.calls: list[str] = []
        self.before: Callable[[str], object] = _nothing
        self.after: Callable[[str], object] = _nothing
        self.is_async = kind.startswith("async")
        self._folder = tempfile.TemporaryDirectory() if kind.endswith("sqlite") else None
        self._runner = asyncio.Runner() if self.is_async else None
        self._open()

    def _stores(self) -> tuple[Repository, Any]:
        """Return the repository in plain Python, and what the commands of an async world are run on."""
        if self._folder is None:
            memory = MemoryRepository()
            return memory, AsyncMemoryRepository(memory)
        self.path = Path(self._folder.name) / "portal.db"
        twin = AsyncSQLiteRepository(self.path, threads=1) if self.is_async else None
        return SQLiteRepository(self.path), twin

    def _open(self) -> None:
        self.plain: Repository
        self._twin: Any
        self.plain, self._twin = self._stores()
        hosts, subscriptions, notifier = FakeHostAccounts(), FakeSubscriptions(), FakeNotifier()
        self.rival = self._plain(self.plain, CountingHasher(), hosts, subscriptions, notifier)
        self.hosts: Any = AsyncFakeHostAccounts() if self.is_async else hosts
        self.subscriptions: Any = AsyncFakeSubscriptions() if self.is_async else subscriptions
        self.notifier: Any = AsyncFakeNotifier() if self.is_async else notifier
        if self.is_async:  # what a test says about the host is said to both colors
            hosts._roles, subscriptions._sold = self.hosts._roles, self.subscriptions._sold
            notifier.messages = self.notifier.messages
        self.subs = self._tapped()

    def _plain(self, repository: Any, hasher: Any, hosts: Any, subscriptions: Any, notifier: Any) -> SubAccounts:
        return SubAccounts(
            repository=repository,
            keys=self.keys,
            host_accounts=hosts,
            subscriptions=subscriptions,
            hasher=hasher,
            notifier=notifier,
            texts=FakeTexts(),
            clock=self.clock,
            entropy=self.entropy,
            blocklist=NOBODY_BLOCKED,
        )

    def _tapped(self) -> SubAccounts | AsyncSubAccounts:
        repository = cast("Any", Tap(self._twin if self.is_async else self.plain, "repository", self))
        hosts = cast("Any", Tap(self.hosts, "host_accounts", self))
        subscriptions = cast("Any", Tap(self.subscriptions, "subscriptions", self))
        hasher = cast("Any", Tap(AsyncTestHasher(self.hasher) if self.is_async else self.hasher, "hasher", self))
        notifier = cast("Any", Tap(self.notifier, "notifier", self))
        if not self.is_async:
            return self._plain(repository, hasher, hosts, subscriptions, notifier)
        return AsyncSubAccounts(
            repository=repository,
            keys=self.keys,
            host_accounts=hosts,
            subscriptions=subscriptions,
            hasher=hasher,
            notifier=notifier,
            texts=FakeTexts(),
            clock=self.clock,
            entropy=self.entropy,
            blocklist=NOBODY_BLOCKED,
        )

    def hear(self, where: str) -> None:
        """Write a question down, and let the test do what it likes before it is asked."""
        self.calls.append(where)
        self.before(where)

    def handle(self, command: Command[R]) -> R:
        """Run a command in the world's color."""
        if isinstance(self.subs, SubAccounts):
            return self.subs.handle(command)
        assert self._runner is not None
        return self._runner.run(self.subs.handle(command))

    def traced(self, command: Command[R]) -> tuple[R, tuple[str, ...]]:
        """Run a command; answer with what it asked of ports, when no host account's roles are remembered."""
        del self.calls[:]
        self.subs._roles_known.clear()
        answer = self.handle(command)
        return answer, tuple(self.calls)

    @contextmanager
    def hooked(
        self, *, before: Callable[[str], object] | None = None, after: Callable[[str], object] | None = None
    ) -> Iterator[None]:
        """Listen for as long as the block lasts."""
        self.before, self.after = before or _nothing, after or _nothing
        try:
            yield
        finally:
            self.before = self.after = _nothing

    def rows(self) -> Rows:
        """Return everything that is stored, by table; what is new has a new key in it."""
        if isinstance(self.plain, SQLiteRepository):
            return sqlite_rows(self.path)
        assert isinstance(self.plain, MemoryRepository)
        return memory_rows(self.plain)

    def person(self, id: SubAccountId) -> Person:  # noqa: A002 - as the port calls it
        """Return one person as stored."""
        person = self.plain.person(id)
        assert person is not None
        return person

    def close(self) -> None:
        """Close the file and the loop."""
        if self._runner is not None:
            if not isinstance(self._twin, AsyncMemoryRepository):
                self._runner.run(self._twin.close())
            self._runner.close()
        if not isinstance(self.plain, MemoryRepository):
            cast("Any", self.plain).close()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _nothing(where: str) -> None:
    """Hear and do nothing."""


class Shop:
    """Hold one account of one organization, and add, claim and sign in under it in one line each."""

    def __init__(
        self,
        world: World,
        *,
        organization: str = "acme",
        host: str = "shop-1",
        realm: Realm = Realm.ACCOUNT,
        policy: RegistrationPolicy | None = None,
    ) -> None:
        self.world, self.realm = world, realm
        self.organization = OrganizationId(value=organization)
        self.admin = HostUser.administrator("boss", of=self.organization)
        if world.plain.organization(self.organization) is None:
            world.rival.handle(
                CreateOrganization(
                    actor=OPERATOR, id=self.organization, name=organization, realm=realm, ungrouped=Ungrouped.EVERYBODY
                )
            )
        self.host = HostAccount(system="crm", id=host)
        chosen = policy or RegistrationPolicy.by_person()
        opening = OpenAccount(
            actor=self.admin, organization=self.organization, host=self.host, name=host, policy=chosen
        )
        self.account: Account = world.rival.handle(opening)
        self.inside, self.outside = Door.inside(self.account.id), Door.outside(self.account.id)

    def add(self, login: str, **fields: RawValue) -> AddedPerson:
        """Add a person."""
        added: AddedPerson = self.world.rival.handle(
            AddPerson(actor=self.admin, account=self.account.id, login=login, fields=fields)
        )
        return added

    def claiming(
        self, login: str, code: IssuedCode | None, *, password: str = PASSWORD, door: Door | None = None
    ) -> CompleteRegistration:
        """Return the command that claims a login."""
        return CompleteRegistration(
            door=door or self.inside,
            login=login,
            password=Secret(password),
            code=code.code if code else None,
            fields=FIELDS,
        )

    def signing_in(self, login: str, password: str = PASSWORD, *, door: Door | None = None) -> SignIn:
        """Return the command that signs in."""
        return SignIn(door=door or self.inside, login=login, secret=Secret(password))

    def beginning(self, login: str, *, door: Door | None = None) -> BeginSignIn:
        """Return the command that asks what comes next."""
        return BeginSignIn(door=door or self.inside, login=login)

    def active(self, login: str, *, password: str = PASSWORD) -> Subject:
        """Add a person and claim at once; answer the subject."""
        step = self.world.rival.handle(self.claiming(login, self.add(login).code, password=password))
        return subject_of(step)

    def sign_in(self, login: str, password: str = PASSWORD, *, door: Door | None = None) -> AnyStep:
        """Sign in through the plain facade."""
        return self.world.rival.handle(self.signing_in(login, password, door=door))


def subject_of(step: AnyStep) -> Subject:
    """Return the subject of a step that let somebody in; AssertionError for any other."""
    assert isinstance(step, Authenticated), step
    return step.subject


def comparable(value: object) -> object:
    """Return an answer with its codes revealed, so that two answers can be compared."""
    match value:
        case Secret():
            return value.reveal()
        case Mapping():
            return {key: comparable(each) for key, each in value.items()}
        case tuple() | list():
            return [comparable(each) for each in value]
        case _ if attrs.has(kind := type(value)):
            names = [each.name for each in attrs.fields(kind)]
            return kind.__name__, {name: comparable(getattr(value, name)) for name in names}
        case _:
            return value
