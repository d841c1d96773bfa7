"""What racing processes do on a server, as functions that a spawned process can import. Answers are plain data."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import final

from attrs import evolve, frozen
from sqlalchemy.engine import URL

from subaccounts import AccountId, Authenticated, CompleteRegistration, Door, Secret
from subaccounts.domain.account import Account, AccountState
from subaccounts.domain.decision import Batch, seen
from subaccounts.errors import Stale
from subaccounts.repositories.sqlalchemy import SQLAlchemyRepository
from tests.races.workers import PROCESSES, Racers, _start_from, together, until_told
from tests.repositories.children import server
from tests.repositories.sql.shops import FIELDS, plain_facade


class Forked(Racers):
    """Hold processes that are forks of one that has loaded what they need: eight that load it themselves take a minute
    of a busy machine."""

    def __init__(self, processes: int = PROCESSES) -> None:
        forking = server()
        forking.set_forkserver_preload(["tests.repositories.children", "tests.repositories.sql.racing"])
        barrier = forking.Barrier(processes)
        self._pool = ProcessPoolExecutor(processes, forking, initializer=_start_from, initargs=(barrier,))


@final
@frozen(kw_only=True)
class Racer:
    """Say which database a racer is on and who it is; racers are numbered from 0."""

    url: URL
    number: int
    account: AccountId


def password_of(racer: int) -> Secret:
    """Return the password that only this racer chooses."""
    return Secret(f"the long password of racer {racer}")


def claim(racer: Racer, work: Sequence[tuple[str, str]]) -> list[bool]:
    """Claim every (login, code), each at the same moment as everybody; say for each whether it was won."""
    repository, won = SQLAlchemyRepository(racer.url), []
    subs, mine = plain_facade(repository), password_of(racer.number)
    for login, code in work:
        door = Door.inside(racer.account)
        claiming = CompleteRegistration(door=door, login=login, password=mine, code=Secret(code), fields=FIELDS)
        together()
        step, _ = until_told(subs, claiming)
        won.append(isinstance(step, Authenticated))
    repository.close()
    return won


def close_one(racer: Racer, work: Sequence[tuple[AccountId, AccountId]]) -> list[int]:
    """Close one account of each pair while the other is open; return the places of the pairs in which this racer did.

    The other account is what was decided on and is not written: without guards both could be closed. Two race for a pair,
    the even one for its first account and the odd one for its second: they mostly deadlock, which PostgreSQL notices after
    a second.
    """
    repository, closed = SQLAlchemyRepository(racer.url), []
    for place in range(racer.number // 2, len(work), PROCESSES // 2):
        pair = work[place]
        mine, other = pair if racer.number % 2 == 0 else pair[::-1]
        together()
        if _close(repository, mine, other):
            closed.append(place)
    repository.close()
    return closed


def _close(repository: SQLAlchemyRepository, mine: AccountId, other: AccountId) -> bool:
    while True:
        ours, others = _account(repository, mine), _account(repository, other)
        if AccountState.CLOSED in {ours.state, others.state}:
            return False
        shut = evolve(ours, state=AccountState.CLOSED)
        try:
            repository.commit(Batch(organization=mine.organization, puts=(shut,), guards=(seen(others),)))
        except Stale:
            continue
        return True


def _account(repository: SQLAlchemyRepository, id: AccountId) -> Account:  # noqa: A002 - as the port calls it
    facts = repository.account(id)
    assert facts is not None
    return facts.account
