"""What each racer does, as functions that another process can import. Answers are plain data, which the contract judges.

A racer waits for the others before each round, so that the round is a collision and not a queue.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeVar, cast, final

from attrs import evolve, frozen

from ..._shell import AsyncSubAccounts, SubAccounts
from ...commands.signing_in import CompleteRegistration
from ...domain.account import AccountState
from ...domain.decision import Batch, Count, Record, seen
from ...domain.dialogue import Door
from ...domain.secret import Secret
from ...domain.steps import Authenticated
from ...errors import Busy, Full, Stale, Taken
from ...hosts import NobodyPrivileged
from ...keys import KeyRing
from ...ports.twins import AsyncRepository
from .. import builders as a
from ..clock import NOON, FrozenClock
from ..contracts.bridge import Bridge, Color, Loop
from ..hashers import AsyncTestHasher, CheapHasher
from ..hosts import AsyncFakeHostAccounts, AsyncFakeSubscriptions, FakeSubscriptions

LEASED: Final = NOON + timedelta(hours=1)
"""When the leases of a race end, which nobody lives to see."""
MOST_REPEATS: Final = 500
"""How often a racer tries again."""
SEATS: Final = "seats"
QUEUE: Final = "notices"
T = TypeVar("T")


@final
@frozen(kw_only=True)
class Racer:
    """Be one of a `crowd`: how it opens its repository, of what color that is, its number from 0, and the rounds to run."""

    opener: Callable[[], object]
    color: Color
    crowd: int
    number: int
    rounds: int

    @property
    def couples(self) -> int:
        """Return into how many couples the crowd falls where two race; the last can be of one."""
        return (self.crowd + 1) // 2

    @property
    def turns(self) -> int:
        """Return how often couples race, so that there are about as many races as rounds."""
        return max(1, self.rounds // self.couples)


Meet = Callable[[], None]
Race = Callable[[AsyncRepository, Racer, Meet], Coroutine[Any, Any, Any]]


def run(race: Race, racer: Racer, meet: Meet, /) -> Any:
    """Open a repository, race on it and close it; returns what the race answers."""
    with Loop(racer.color) as loop:
        return loop.run(_opened(race, racer, meet))


async def _opened(race: Race, racer: Racer, meet: Meet) -> Any:
    opened: Any = racer.opener()
    port = await opened if hasattr(opened, "__await__") else opened
    bridge = Bridge(port, racer.color)
    try:
        return await race(cast("AsyncRepository", bridge), racer, meet)
    finally:
        if hasattr(port, "close"):
            closing = port.close()
            if hasattr(closing, "__await__"):
                await closing


async def _told(repository: AsyncRepository, batch: Batch) -> str:
    """Commit, and say in a word what was answered."""
    try:
        await repository.commit(batch)
    except (Stale, Taken, Full) as conflict:
        return conflict.code
    return "done"


async def _until_told(attempt: Callable[[], Coroutine[Any, Any, T]], again: str) -> T:
    """Return the first answer that is not to try again; AssertionError when there is none for too long."""
    for _ in range(MOST_REPEATS):
        answer = await attempt()
        if answer != again:
            return answer
    raise AssertionError(f"{again} {MOST_REPEATS} times: nobody gets anywhere")


def _put(*records: Record) -> Batch:
    return Batch(organization=a.OURS, puts=records)


async def one_version(repository: AsyncRepository, racer: Racer, meet: Meet, /) -> list[str]:
    """Put the organization on the version it has in each round; say what was answered."""
    told = []
    for version in range(1, racer.rounds + 1):
        meet()
        mine = a.organization(version=version, name=f"Racer {racer.number}")
        told.append(await _told(repository, _put(mine)))
    return told


async def one_login(repository: AsyncRepository, racer: Racer, meet: Meet, /) -> list[str]:
    """Add a person of one's own under the login of each round, again while it is stale; say what was answered."""
    told = []
    for turn in range(racer.rounds):
        number = 1 + turn + racer.rounds * racer.number
        person = _put(*a.person(number, login=f"anna-{turn}"))
        meet()
        told.append(await _until_told(partial(_told, repository, person), "stale"))
    return told


async def guards(repository: AsyncRepository, racer: Racer, meet: Meet, /) -> list[int]:
    """Close one account of a pair while the other is open; return the numbers of the pairs in which this racer did.

    Two race for a pair, each for another account of it. More would only wait: two mostly deadlock, which PostgreSQL
    notices after a second.
    """
    closed = []
    for turn in range(racer.turns):
        pair = turn * racer.couples + racer.number // 2
        both = a.account_id(2 * pair + 1), a.account_id(2 * pair + 2)
        mine, other = both if racer.number % 2 == 0 else both[::-1]
        meet()
        if await _close(repository, mine, other):
            closed.append(pair)
    return closed


async def _close(repository: AsyncRepository, mine: Any, other: Any) -> bool:
    async def attempt() -> str:
        facts, others = await repository.account(mine), await repository.account(other)
        if facts is None or others is None:
            raise AssertionError(f"{mine} or {other} is not there")
        if AccountState.CLOSED in {facts.account.state, others.account.state}:
            return "late"
        shut = evolve(facts.account, state=AccountState.CLOSED)
        return await _told(repository, Batch(organization=a.OURS, puts=(shut,), guards=(seen(others.account),)))

    return await _until_told(attempt, "stale") == "done"


async def counts(repository: AsyncRepository, racer: Racer, meet: Meet, /) -> list[str]:
    """Take a seat in each round, of fewer than are wanted; say what was answered."""
    one = Batch(organization=a.OURS, counts=(Count(name=SEATS, by=1, at_most=seats(racer.rounds)),))
    told = []
    for _ in range(racer.rounds):
        meet()
        told.append(await _told(repository, one))
    return told


def seats(rounds: int, /) -> int:
    """Return how many seats there are: every racer wants one in each round, and three of them fit."""
    return 3 * rounds


async def leases(repository: AsyncRepository, _: Racer, meet: Meet, /) -> list[tuple[str, int]]:
    """Lease what is due until nothing is; return each task with its fence."""
    mine: list[tuple[str, int]] = []
    meet()
    while await repository.due(QUEUE, now=NOON, after=None, limit=1):
        found = await repository.lease(a.OURS, QUEUE, now=NOON, until=LEASED, limit=7)
        mine += [(each.task.id, each.fence) for each in found]
    return mine


RING: Final = KeyRing.in_memory(b"a ring that only crowds ever use")


def facade(repository: Any, color: Color, /) -> Any:
    """Return the library on a repository, with a clock that stands still and a hasher that costs nothing."""
    common: dict[str, Any] = {"repository": repository, "keys": RING, "clock": FrozenClock(), "blocklist": frozenset()}
    if color == "async":
        hosts, sold = AsyncFakeHostAccounts(), AsyncFakeSubscriptions()
        return AsyncSubAccounts(
            **common, host_accounts=hosts, subscriptions=sold, hasher=AsyncTestHasher(CheapHasher())
        )
    return SubAccounts(
        **common, host_accounts=NobodyPrivileged(), subscriptions=FakeSubscriptions(), hasher=CheapHasher()
    )


def password_of(racer: int, /) -> Secret:
    """Return the password that only this racer chooses."""
    return Secret(f"the long password of racer {racer}")


@final
@frozen
class Claims:
    """Claim every (login, code) of an account in its turn; say for each whether one was let in."""

    account: Any
    work: tuple[tuple[str, str], ...]

    async def __call__(self, repository: AsyncRepository, racer: Racer, meet: Meet, /) -> list[bool]:
        """Race."""
        subs = facade(cast("Bridge", repository).port, racer.color)
        won = []
        for login, code in self.work:
            claiming = CompleteRegistration(
                door=Door.inside(self.account),
                login=login,
                password=password_of(racer.number),
                code=Secret(code),
                fields={"full_name": "Anna Koval", "position": "Cashier"},
            )

            async def attempt(claiming: CompleteRegistration = claiming) -> Any:
                try:
                    return await subs.handle(claiming) if racer.color == "async" else subs.handle(claiming)
                except Busy as busy:
                    return busy.code

            meet()
            won.append(isinstance(await _until_told(attempt, Busy.code), Authenticated))
        return won
