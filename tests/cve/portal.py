"""The portal that is attacked: our public API on a SQLite file, with a clock to turn and hashes to count.

What belongs here: making it, and a person in one line. The attacks are in the tests, each beside what went wrong
elsewhere.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from subaccounts import (
    Account,
    AddedPerson,
    AddPerson,
    AnyStep,
    Authenticated,
    Command,
    CompleteRegistration,
    CreateOrganization,
    Door,
    Event,
    HostAccount,
    HostUser,
    KeyRing,
    OpenAccount,
    OrganizationId,
    Realm,
    Refusal,
    RegistrationPolicy,
    Secret,
    SignIn,
    SubAccountId,
    SubAccounts,
    Subject,
    System,
    Ungrouped,
)
from subaccounts.domain.queries import EventQuery
from subaccounts.domain.sub_account import Person
from subaccounts.ports import Hasher
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing import CountingHasher, FakeHostAccounts, FakeNotifier, FakeTexts, FrozenClock

R = TypeVar("R")
PASSWORD: Final = "correct horse battery staple"
OTHER_PASSWORD: Final = "seven quiet otters swim at dusk"
WRONG: Final = "not it at all, not at all"
FIELDS: Final[Mapping[str, Any]] = {"full_name": "Test Person", "position": "Seller"}
OPERATOR: Final = System(name="operator")


class Portal:
    """Hold one organization with one account on a file; leave it as a context, so that the file is closed.

    `before` is called before each hash: to let somebody else be faster.
    """

    def __init__(
        self,
        folder: Path,
        *,
        hasher: Hasher | None = None,
        before: Callable[[], object] | None = None,
        realm: Realm = Realm.ACCOUNT,
        policy: RegistrationPolicy | None = None,
    ) -> None:
        self.path = folder / "portal.db"
        self.clock = FrozenClock()
        self.hosts = FakeHostAccounts()
        self.hasher = CountingHasher(hasher, before=before)
        self.notifier = FakeNotifier()
        self.keys = KeyRing.in_memory(b"a key that only the tests ever use")
        self.repository = SQLiteRepository(self.path)
        self.subs = self.facade()
        self.id = OrganizationId(value="acme")
        self.admin = HostUser.administrator("boss", of=self.id)
        self.handle(
            CreateOrganization(actor=OPERATOR, id=self.id, name="Acme", realm=realm, ungrouped=Ungrouped.EVERYBODY)
        )
        self.account = self.open("shop-1", policy=policy)
        self.inside, self.outside = Door.inside(self.account.id), Door.outside(self.account.id)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.repository.close()

    def facade(self) -> SubAccounts:
        """Return a process of its own on the same file."""
        return SubAccounts(
            repository=self.repository,
            keys=self.keys,
            host_accounts=self.hosts,
            hasher=self.hasher,
            notifier=self.notifier,
            texts=FakeTexts(),
            clock=self.clock,
            blocklist=frozenset(),
        )

    def handle(self, command: Command[R]) -> R:
        """Run a command."""
        return self.subs.handle(command)

    def refused(self, command: Command[Any]) -> Refusal:
        """Run a command that a rule says no to, and return the refusal."""
        try:
            answer = self.handle(command)
        except Refusal as refusal:
            return refusal
        raise AssertionError(f"nobody said no: {answer!r}")

    def open(self, host: str, *, policy: RegistrationPolicy | None = None) -> Account:
        """Open an account on a login of the host."""
        chosen = policy or RegistrationPolicy.by_person()
        where = HostAccount(system="crm", id=host)
        return self.handle(OpenAccount(actor=self.admin, organization=self.id, host=where, name=host, policy=chosen))

    def add(self, login: str, *, account: Account | None = None, **fields: Any) -> AddedPerson:
        """Add a person as the administrator does."""
        where = (account or self.account).id
        return self.handle(AddPerson(actor=self.admin, account=where, login=login, fields=fields))

    def code(self, login: str, *, account: Account | None = None) -> Secret:
        """Add a person and return the code to hand over."""
        issued = self.add(login, account=account).code
        assert issued is not None
        return issued.code

    def claim(
        self,
        login: str,
        code: Secret | None,
        password: str = PASSWORD,
        *,
        door: Door | None = None,
        fields: Mapping[str, Any] = FIELDS,
    ) -> AnyStep:
        """Complete a registration."""
        return self.handle(
            CompleteRegistration(
                door=door or self.inside, login=login, password=Secret(password), code=code, fields=fields
            )
        )

    def sign_in(self, login: str, typed: str | Secret = PASSWORD, *, door: Door | None = None) -> AnyStep:
        """Sign in with a password or a code."""
        secret = typed if isinstance(typed, Secret) else Secret(typed)
        return self.handle(SignIn(door=door or self.inside, login=login, secret=secret))

    def active(self, login: str, password: str = PASSWORD, *, account: Account | None = None) -> Subject:
        """Add a person who claims at once, and return who is signed in now."""
        door = Door.inside((account or self.account).id)
        return subject_of(self.claim(login, self.code(login, account=account), password, door=door))

    def person(self, who: SubAccountId) -> Person:
        """Return a person as stored."""
        found = self.repository.person(who)
        assert found is not None
        return found

    def events(self) -> tuple[Event, ...]:
        """Return the audit trail."""
        return self.repository.events_page(EventQuery(organization=self.id, limit=1000))

    def wait(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    def stolen(self) -> str:
        """Return everything a thief of the file reads, table by table."""
        thief = sqlite3.connect(self.path)
        try:
            tables = [name for (name,) in thief.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return "\n".join(repr(row) for table in tables for row in thief.execute(f'SELECT * FROM "{table}"'))
        finally:
            thief.close()


def subject_of(step: AnyStep) -> Subject:
    """Return the subject of a step that let somebody in; AssertionError for any other."""
    assert isinstance(step, Authenticated), step
    return step.subject


def is_in(step: AnyStep) -> bool:
    """Tell whether a step let somebody in."""
    return isinstance(step, Authenticated)


def at_once(number: int, act: Callable[[int], R]) -> list[R]:
    """Run an act in so many threads that begin together, each with its own number; return what they answered."""
    gate, answers = threading.Barrier(number), dict[int, R]()

    def run(mine: int) -> None:
        gate.wait()
        answers[mine] = act(mine)

    threads = [threading.Thread(target=run, args=(mine,)) for mine in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[mine] for mine in range(number)]
