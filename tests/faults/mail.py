"""A run of telling people on a SQLite file that can be struck at any call: the change, the worker, and a provider that
writes what it takes over into a file of its own, to the disk, before it answers.

What is expected afterwards is in `test_delivery`.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from subaccounts import (
    Accepted,
    Account,
    ActivationPolicy,
    AddPeople,
    ArchivePerson,
    AsyncSubAccounts,
    ChangeActivation,
    CreateOrganization,
    Deferred,
    DeliverNotices,
    HostAccount,
    HostUser,
    KeyRing,
    Message,
    NewPerson,
    OpenAccount,
    OrganizationId,
    RegistrationPolicy,
    Rejected,
    SubAccountId,
    SubAccounts,
    System,
    Ungrouped,
    Way,
)
from subaccounts.domain.delivery import LEASED
from subaccounts.domain.message import SendOutcome
from subaccounts.repositories import AsyncSQLiteRepository, SQLiteRepository
from subaccounts.testing import (
    NOON,
    AsyncFakeHostAccounts,
    AsyncFakeSubscriptions,
    AsyncTestHasher,
    CheapHasher,
    CountingEntropy,
    FakeHostAccounts,
    FakeSubscriptions,
    FakeTexts,
    FrozenClock,
    proof_in,
)
from subaccounts.testing.faults import Faulty

SECRET: Final = b"a key that only the tests ever use"
ORGANIZATION: Final = OrganizationId(value="acme")
BOSS: Final = HostUser.administrator("boss", of=ORGANIZATION)
WORKER: Final = System(name="worker")
TAKEN, LATER, NEVER, GONE = "taken", "later", "never", "gone"
LOGINS: Final = (TAKEN, LATER, NEVER, GONE)
"""Whose message is taken over at once, at the second try, and never; and who is archived before a worker comes."""


Naive = Mapping[str, Callable[[Any], Any]]
"""Ways to stand around a port that look right until somebody is killed, by the port's name."""


@frozen
class Outbox:
    """Be a provider: what it takes over is a line on the disk before anybody hears of it."""

    folder: Path

    def send(self, message: Message, /) -> SendOutcome:
        """Take the message over, or refuse it, as its address says."""
        login = str(getattr(message.to, "text", "")).partition("@")[0]
        if login == NEVER:
            return Rejected(reason="no such mailbox")
        if login == LATER and not (self.folder / "put off").exists():
            (self.folder / "put off").touch()
            return Deferred(reason="greylisted")
        line = json.dumps({"login": login, "id": message.id, "proof": proof_in(message).reveal()})
        with (self.folder / "outbox").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
        return Accepted()

    @property
    def lines(self) -> list[dict[str, str]]:
        """Return what was taken over, in order."""
        path = self.folder / "outbox"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []

    @property
    def sent(self) -> Counter[str]:
        """Return how often each was told."""
        return Counter(line["login"] for line in self.lines)


@frozen
class AsyncOutbox:
    """Be the same provider, awaitably."""

    plain: Outbox

    async def send(self, message: Message, /) -> SendOutcome:
        """Take the message over."""
        return self.plain.send(message)


def ports(
    faulty: Faulty, outbox: Outbox, *, color: str, repository: Any, run: int, naive: Naive | None = None
) -> dict[str, Any]:
    """Return everything a facade of a color is made of, counted; each run is a process that comes a lease later.

    What is `naive` stands around the counted ports, by their names.
    """
    later = color == "async"
    made = faulty.ports(
        repository=repository,
        keys=KeyRing.in_memory(SECRET),
        host_accounts=AsyncFakeHostAccounts() if later else FakeHostAccounts(),
        subscriptions=AsyncFakeSubscriptions() if later else FakeSubscriptions(),
        hasher=AsyncTestHasher(CheapHasher()) if later else CheapHasher(),
        notifier=AsyncOutbox(outbox) if later else outbox,
        texts=FakeTexts(),
        clock=FrozenClock(NOON + run * (LEASED + timedelta(minutes=2))),
        entropy=CountingEntropy(run + 1),
    )
    return made | {name: around(made[name]) for name, around in (naive or {}).items()}


def plain(path: Path, outbox: Outbox, *, run: int, naive: Naive | None = None) -> SubAccounts:
    """Return a plain facade that nothing strikes."""
    made = ports(Faulty(), outbox, color="plain", repository=SQLiteRepository(path), run=run, naive=naive)
    return SubAccounts(**made, blocklist=frozenset())


def prepare(path: Path, outbox: Outbox) -> None:
    """Make a file with an organization that tells whom it adds."""
    with SQLiteRepository(path) as repository:
        open_shop(repository, outbox)


def open_shop(repository: Any, outbox: Outbox) -> tuple[SubAccounts, Account]:
    """Open an account of an organization that tells whom it adds; return it with the facade that did."""
    subs = SubAccounts(**ports(Faulty(), outbox, color="plain", repository=repository, run=0), blocklist=frozenset())
    subs.handle(CreateOrganization(actor=WORKER, id=ORGANIZATION, name="Acme", ungrouped=Ungrouped.EVERYBODY))
    policy = ActivationPolicy(automatic=frozenset({Way.BY_HAND}))
    subs.handle(ChangeActivation(actor=BOSS, organization=ORGANIZATION, activation=policy))
    host, registration = HostAccount(system="crm", id="shop-1"), RegistrationPolicy.by_person()
    opening = OpenAccount(actor=BOSS, organization=ORGANIZATION, host=host, name="Shop", policy=registration)
    return subs, subs.handle(opening)


def commands(account: Any) -> tuple[AddPeople, Any, DeliverNotices]:
    """Return what a run does: add everybody, archive one, deliver; a change can be asked again by its request id."""
    people = tuple(NewPerson(login=login, fields={"email": f"{login}@shop.example"}) for login in LOGINS)
    adding = AddPeople(actor=BOSS, account=account, people=people, request_id="add")

    def archiving(gone: SubAccountId) -> ArchivePerson:
        return ArchivePerson(actor=BOSS, sub_account=gone, request_id="archive")

    return adding, archiving, DeliverNotices(actor=WORKER)


def whole_run(
    path: Path, outbox: Outbox, faulty: Faulty, *, color: str = "plain", naive: Naive | None = None
) -> tuple[str, ...]:
    """Do all of it as a new process of a color would, and return the calls; what is raised is raised on, all closed."""
    return asyncio.run(_later(path, outbox, faulty)) if color == "async" else _now(path, outbox, faulty, naive)


def _now(path: Path, outbox: Outbox, faulty: Faulty, naive: Naive | None) -> tuple[str, ...]:
    with SQLiteRepository(path) as repository:
        (account,) = repository.accounts_page(ORGANIZATION, after=None, limit=1)
        made = ports(faulty, outbox, color="plain", repository=repository, run=1, naive=naive)
        subs = SubAccounts(**made, blocklist=frozenset())
        adding, archiving, delivering = commands(account.id)
        lines = subs.handle(adding)
        subs.handle(archiving(lines[-1].sub_account.id))  # type: ignore[union-attr]  # every line is good
        subs.handle(delivering)
    return tuple(faulty.calls)


async def _later(path: Path, outbox: Outbox, faulty: Faulty) -> tuple[str, ...]:
    repository = AsyncSQLiteRepository(path, threads=1)
    try:
        (account,) = await repository.accounts_page(ORGANIZATION, after=None, limit=1)
        made = ports(faulty, outbox, color="async", repository=repository, run=1)
        subs = AsyncSubAccounts(**made, blocklist=frozenset())
        adding, archiving, delivering = commands(account.id)
        lines = await subs.handle(adding)
        await subs.handle(archiving(lines[-1].sub_account.id))  # type: ignore[union-attr]  # every line is good
        await subs.handle(delivering)
    finally:
        await repository.close()
    return tuple(faulty.calls)
