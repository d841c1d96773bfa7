"""A shop to tell stories in: one organization, one account, its administrator, and stand-ins for everything outside.

Stories are in the tests; what several of them begin with is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from subaccounts import (
    Account,
    AddedPerson,
    AddPerson,
    AnyStep,
    Authenticated,
    BeginSignIn,
    Command,
    CompleteRegistration,
    CreateOrganization,
    Door,
    HostAccount,
    HostUser,
    KeyRing,
    LapsePolicy,
    OpenAccount,
    Organization,
    OrganizationId,
    Realm,
    Refusal,
    RegistrationPolicy,
    Secret,
    SignIn,
    SubAccount,
    SubAccountId,
    SubAccounts,
    Subject,
    System,
    Ungrouped,
)
from subaccounts.domain.credential import Credential
from subaccounts.domain.decision import Batch
from subaccounts.domain.events import Event
from subaccounts.domain.sub_account import Person
from subaccounts.repositories.memory import MemoryRepository
from subaccounts.testing import (
    CountingEntropy,
    CountingHasher,
    FakeHostAccounts,
    FakeNotifier,
    FakeSubscriptions,
    FakeTexts,
    FrozenClock,
)

R = TypeVar("R")
PASSWORD = "correct horse battery staple"
OTHER_PASSWORD = "another long and fine phrase"
WRONG = "not the password at all"
NAMED = {"full_name": "Anna Koval", "position": "Cashier"}
SETUP = System(name="setup")


class Shop:
    """Hold an organization with one open account, and the means to act in it."""

    def __init__(
        self,
        *,
        policy: RegistrationPolicy | None = None,
        realm: Realm = Realm.ACCOUNT,
        lapse: LapsePolicy = LapsePolicy.KEEP_SIGNING_IN,
        ungrouped: Ungrouped = Ungrouped.EVERYBODY,
        before: Callable[[], object] | None = None,
    ) -> None:
        self.clock = FrozenClock()
        self.hosts = FakeHostAccounts()
        self.subscriptions = FakeSubscriptions()
        self.hasher = CountingHasher(before=before)
        self.notifier = FakeNotifier()
        self.entropy = CountingEntropy()
        self.keys = KeyRing.in_memory(b"k" * 32)
        self.repository = MemoryRepository()
        self.subs = self.facade()
        self.id = OrganizationId(value="acme")
        self.organization: Organization = self.handle(
            CreateOrganization(actor=SETUP, id=self.id, name="Acme", realm=realm, lapse=lapse, ungrouped=ungrouped)
        )
        self.admin = HostUser.administrator("boss", of=self.id)
        self.account: Account = self.open("shop-1", policy=policy)
        self.inside = Door.inside(self.account.id)
        self.outside = Door.outside(self.account.id)

    def facade(self, *, our_texts: bool = False) -> SubAccounts:
        """Return a process of its own over the same storage and stand-ins, which words what it tells as we do or as a stand-in."""
        return SubAccounts(
            repository=self.repository,
            keys=self.keys,
            host_accounts=self.hosts,
            subscriptions=self.subscriptions,
            hasher=self.hasher,
            notifier=self.notifier,
            texts=None if our_texts else FakeTexts(),
            clock=self.clock,
            entropy=self.entropy,
        )

    def handle(self, command: Command[R]) -> R:
        """Run a command."""
        return self.subs.handle(command)

    def refused(self, command: Command[Any]) -> Refusal:
        """Run a command that a rule says no to, which changes nothing, and return the refusal."""
        before = self.stored()
        try:
            answer = self.handle(command)
        except Refusal as refusal:
            assert before == self.stored()
            return refusal
        raise AssertionError(f"nobody said no: {answer!r}")

    def open(self, host: str = "shop-1", *, policy: RegistrationPolicy | None = None) -> Account:
        """Open an account."""
        return self.handle(
            OpenAccount(
                actor=self.admin,
                organization=self.id,
                host=HostAccount(system="crm", id=host),
                name=host.title(),
                policy=policy or RegistrationPolicy.by_person(),
            )
        )

    def add(
        self,
        login: str = "anna",
        *,
        account: Account | None = None,
        fields: Mapping[str, Any] | None = None,
        reuse_deleted: bool = False,
    ) -> AddedPerson:
        """Add a person as the administrator."""
        where = (account or self.account).id
        return self.handle(
            AddPerson(actor=self.admin, account=where, login=login, fields=fields or {}, reuse_deleted=reuse_deleted)
        )

    def complete(
        self,
        login: str = "anna",
        *,
        code: Secret | None = None,
        password: str = PASSWORD,
        fields: Mapping[str, Any] | None = None,
        door: Door | None = None,
    ) -> AnyStep:
        """Complete a registration at the inside door."""
        return self.handle(
            CompleteRegistration(
                door=door or self.inside,
                login=login,
                password=Secret(password),
                code=code,
                fields=NAMED if fields is None else fields,
            )
        )

    def begin(self, login: str | None = "anna", *, door: Door | None = None) -> AnyStep:
        """Give a login only."""
        return self.handle(BeginSignIn(door=door or self.inside, login=login))

    def sign_in(self, login: str = "anna", secret: str | Secret = PASSWORD, *, door: Door | None = None) -> AnyStep:
        """Sign in with a password or code."""
        typed = secret if isinstance(secret, Secret) else Secret(secret)
        return self.handle(SignIn(door=door or self.inside, login=login, secret=typed))

    def enter(self, login: str = "anna", secret: str = PASSWORD, *, door: Door | None = None) -> Subject:
        """Sign in and return the subject."""
        return subject_of(self.sign_in(login, secret, door=door))

    def claimed(self, login: str = "anna", **given: Any) -> Subject:
        """Add a person and have it claim its login with the code."""
        added = self.add(login, **given)
        return subject_of(
            self.complete(login, code=code_of(added), door=Door.inside(added.sub_account.account), fields=None)
        )

    def fail(self, times: int, login: str = "anna", *, door: Door | None = None) -> AnyStep:
        """Sign in with a wrong password this many times, waiting for no delay, and return the last step."""
        steps = [self.sign_in(login, WRONG, door=door) for _ in range(times)]
        return steps[-1]

    def guess_until_disabled(self, login: str = "anna") -> AnyStep:
        """Have somebody guess wrong fifty times in a row, each time from another terminal."""
        steps = [self.sign_in(login, WRONG, door=Door.inside(self.account.id, terminal=f"till-{n}")) for n in range(50)]
        return steps[-1]

    def meanwhile(self, act: Callable[[], object]) -> None:
        """Have somebody else do this just before the next command is committed, once."""
        commit, waiting = self.repository.commit, [act]

        def interrupted(batch: Batch) -> None:
            if waiting:
                mine, self.subs = self.subs, self.facade()
                waiting.pop()()
                self.subs = mine
            commit(batch)

        self.repository.commit = interrupted  # type: ignore[method-assign]  # somebody else, in between
        self.subs = self.facade()

    def committed(self, act: Callable[[], R]) -> tuple[R, list[Batch]]:
        """Do this and return what it answers, with every batch that was committed meanwhile."""
        batches, commit = list[Batch](), self.repository.commit

        def watched(batch: Batch) -> None:
            batches.append(batch)
            commit(batch)

        self.repository.commit = watched  # type: ignore[method-assign]  # to look at it
        self.subs = self.facade()
        answer = act()
        self.repository.commit = commit  # type: ignore[method-assign]  # the real one again
        self.subs = self.facade()
        return answer, batches

    def wait(self, **by: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**by))

    def person(self, who: SubAccountId) -> SubAccount:
        """Return a person as stored."""
        return self.row(who).sub_account

    def credential(self, who: SubAccountId) -> Credential:
        """Return a person's credential as stored."""
        return self.row(who).credential

    def row(self, who: SubAccountId) -> Person:
        """Return all there is of a person."""
        row = self.repository.person(who)
        assert row is not None
        return row

    def stored(self) -> tuple[Any, ...]:
        """Return everything that is stored, to compare with later."""
        memory = self.repository
        return (
            dict(memory._records),
            dict(memory._holders),
            dict(memory._counters),
            dict(memory._events),
            dict(memory._seals),
            dict(memory._requests),
            dict(memory._tasks),
        )

    def events(self) -> list[Event]:
        """Return every event, in order."""
        return list(self.repository._events.values())

    def happened(self, *kinds: type) -> list[Any]:
        """Return what happened, in order, of these kinds if any are named."""
        return [event.happening for event in self.events() if not kinds or isinstance(event.happening, kinds)]

    def since(self, moment: int) -> list[Any]:
        """Return what happened after the first `moment` events."""
        return [event.happening for event in self.events()[moment:]]


def watched(shop: Shop) -> list[str]:
    """Return a list to which every question to storage is added from now on."""
    asked: list[str] = []
    listen(shop, lambda name, _: asked.append(name))
    return asked


def listen(shop: Shop, hear: Callable[[str, tuple[Any, ...]], object]) -> None:
    """Have every question to storage heard from now on, by its name and what it is about, before it is asked."""
    facade = shop.facade()
    bridge = facade._bridges["repository"]
    real = bridge._port

    class Watching:
        def __getattr__(self, name: str) -> Any:
            def ask(*args: Any, **how: Any) -> Any:
                hear(name, args)
                return getattr(real, name)(*args, **how)

            return ask

    bridge._port = Watching()
    shop.subs = facade


def fork(shop: Shop) -> Shop:
    """Return a copy of a shop; what is done to the copy is not done to the shop. Stored values never change."""
    copy = Shop()
    copy.clock.set(shop.clock())
    copy.id, copy.organization, copy.admin, copy.account = shop.id, shop.organization, shop.admin, shop.account
    copy.inside, copy.outside = shop.inside, shop.outside
    for part in ("_records", "_holders", "_counters", "_events", "_seals", "_requests", "_tasks"):
        setattr(copy.repository, part, dict(getattr(shop.repository, part)))
    copy.hosts._roles = dict(shop.hosts._roles)
    copy.subscriptions._sold = dict(shop.subscriptions._sold)
    copy.entropy = CountingEntropy(7)
    copy.subs = copy.facade()
    return copy


def subject_of(step: AnyStep) -> Subject:
    """Return the subject of a step that authenticated."""
    assert isinstance(step, Authenticated), step
    return step.subject


def code_of(answer: Any) -> Secret:
    """Return the code of an answer that handed one over."""
    assert answer.code is not None
    code: Secret = answer.code.code
    return code
