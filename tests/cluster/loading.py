"""What a process of the load does on the nodes, as functions that a spawned process can import, and what it writes down.

A worker has a node of its own and goes to another one while that does not answer, as a host behind a balancer does.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar, final

from attrs import Factory, define, frozen
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL

from subaccounts import (
    AccountId,
    AddPeople,
    Authenticated,
    Change,
    Command,
    CompleteRegistration,
    Door,
    Secret,
    SignIn,
    SubAccounts,
)
from subaccounts.domain.subscription import StoredSeats
from subaccounts.errors import Busy, Conflict, OutcomeUnknown, StorageFailed
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from subaccounts.repositories.sqlalchemy.failures import code
from subaccounts.testing import CheapHasher, FakeHostAccounts, FakeSubscriptions, FrozenClock
from tests.repositories.sql.shops import BOSS, FIELDS, KEYS, ORGANIZATION, PASSWORD

R = TypeVar("R")
Claim = tuple[AccountId, str, str]
"""An account, a login in it, and its code."""
SEATS: Final = StoredSeats(limit=1_000_000)
AT_ONCE: Final = 20
"""People added by one command."""
SECONDS_OF_A_CLAIM: Final = 0.5
"""How long all workers claim the same login; then all go on to the next."""
GIVE_UP: Final = 300
"""How often a command is asked again before the load is held to be stuck."""


@final
@frozen(kw_only=True)
class Worker:
    """Say who works: its number, the nodes with its own first, the accounts, and the file whose coming ends the work."""

    number: int
    urls: tuple[URL, ...]
    accounts: tuple[AccountId, ...]
    ends: Path
    people: int
    """How many in each account have claimed their logins, `regular-0` and so on."""


@final
@define(kw_only=True)
class Notes:
    """Hold what a worker was told, and how often it met what."""

    said: Counter[str] = Factory(Counter)
    added: list[str] = Factory(list)
    won: list[str] = Factory(list)
    unknown: list[str] = Factory(list)
    """Logins whose claim ended in the unknown."""
    longest: float = 0.0
    """Seconds that the slowest command took, with all its repetitions."""


def facade(repository: Any) -> SubAccounts:
    """Return the library with seats that are counted, a clock that stands still and a hasher that costs nothing."""
    subscriptions = FakeSubscriptions()
    subscriptions.seat(ORGANIZATION, SEATS)
    return SubAccounts(
        repository=repository,
        keys=KEYS,
        host_accounts=FakeHostAccounts(),
        subscriptions=subscriptions,
        hasher=CheapHasher(),
        clock=FrozenClock(),
        blocklist=frozenset(),
    )


def password_of(worker: int) -> Secret:
    """Return the password that only this worker chooses."""
    return Secret(f"the long password of worker {worker}")


def claiming(account: AccountId, login: str, proof: str, *, password: Secret) -> CompleteRegistration:
    """Return the command that claims a login."""
    door = Door.inside(account)
    return CompleteRegistration(door=door, login=login, password=password, code=Secret(proof), fields=FIELDS)


def work(worker: Worker, claims: Sequence[Claim]) -> Notes:
    """Claim, sign in and add people until the end is told."""
    turn = _Turn(worker)
    began, lot, last = time.time(), random.Random(worker.number), -1
    while not worker.ends.exists():
        place = int((time.time() - began) / SECONDS_OF_A_CLAIM)
        if place != last and place < len(claims):
            last = place
            turn.claim(*claims[place])
        elif lot.random() < 0.1:
            turn.add(lot.choice(worker.accounts))
        else:
            turn.sign_in(lot.choice(worker.accounts), f"regular-{lot.randrange(worker.people)}")
    return turn.closed()


class _Turn:
    """Ask one thing after the other, elsewhere when a node does not answer."""

    def __init__(self, worker: Worker) -> None:
        self._worker, self._notes, self._asked = worker, Notes(), 0
        self._repositories = [_Counting(url, self._notes.said) for url in worker.urls]
        self._nodes = [facade(each) for each in self._repositories]
        self._at = 0

    def closed(self) -> Notes:
        for each in self._repositories:
            each.good.close()
        return self._notes

    def add(self, account: AccountId) -> None:
        self._asked += 1
        logins = [f"added-{self._worker.number}-{self._asked}-{n}" for n in range(AT_ONCE)]
        request = f"add-{self._worker.number}-{self._asked}"
        adding = AddPeople.pasted("\n".join(logins), actor=BOSS, account=account, request_id=request)
        lines = self._surely(adding)
        assert lines is not None, "a request is repeated until it is answered"
        self._notes.added += [line.typed for line in lines if line.sub_account is not None]
        self._notes.said["bulk adds"] += 1

    def claim(self, account: AccountId, login: str, proof: str) -> None:
        step = self._surely(claiming(account, login, proof, password=password_of(self._worker.number)))
        self._notes.said["claims"] += 1
        if step is None:
            self._notes.unknown.append(login)
        elif isinstance(step, Authenticated):
            self._notes.won.append(login)

    def sign_in(self, account: AccountId, login: str) -> None:
        step = self._surely(SignIn(door=Door.inside(account), login=login, secret=PASSWORD))
        assert step is None or isinstance(step, Authenticated), step
        self._notes.said["sign-ins" if step is not None else "sign-ins unknown"] += 1

    def _surely(self, command: Command[R]) -> R | None:
        """Ask until there is an answer; None when the outcome is unknown and no request id can close it."""
        began = time.monotonic()
        try:
            for _ in range(GIVE_UP):
                try:
                    return self._nodes[self._at].handle(command)
                except Busy:
                    self._notes.said["Busy"] += 1
                except OutcomeUnknown:
                    self._notes.said["OutcomeUnknown"] += 1
                    self._elsewhere()
                    if not isinstance(command, Change) or command.request_id is None:
                        return None
                    self._notes.said["closed by request_id"] += 1
                except StorageFailed as failed:
                    self._notes.said[f"StorageFailed {failed.problem}"] += 1
                    self._elsewhere()
                    time.sleep(0.05)
            raise AssertionError("nobody answers")
        finally:
            self._notes.longest = max(self._notes.longest, time.monotonic() - began)
            if self._at and self._asked % 20 == 0:
                self._at = 0  # its own node can be back

    def _elsewhere(self) -> None:
        self._at = (self._at + 1) % len(self._nodes)


class _Counting:
    """Be a repository on a node, and count what its server and its commits say."""

    def __init__(self, url: URL, said: Counter[str]) -> None:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": 5})
        event.listen(engine, "handle_error", self._heard)
        self.good, self._said = SQLAlchemyRepository(engine), said

    def _heard(self, context: Any) -> None:
        _, number, _ = code(context.original_exception)
        self._said[f"server said {number}" if number else "server said nothing"] += 1

    def commit(self, batch: Any, /) -> None:
        self._said["commits"] += 1
        try:
            self.good.commit(batch)
        except Conflict as conflict:
            self._said[f"commits {conflict.code}"] += 1
            raise

    def __getattr__(self, method: str) -> Any:
        return getattr(self.good, method)
