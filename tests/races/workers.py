"""What each racing process does, as top-level functions that a spawned process can import. Answers are plain data."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any, Final, Self, TypeVar

from attrs import frozen

from subaccounts import (
    AccountId,
    AddPeople,
    AddPerson,
    Command,
    CompleteRegistration,
    Door,
    HostUser,
    KeyRing,
    Secret,
    SignIn,
    SubAccounts,
)
from subaccounts.domain.steps import AnyStep
from subaccounts.domain.subscription import SeatRule
from subaccounts.errors import Busy, NameTaken, SeatsFull
from subaccounts.hosts import NobodyPrivileged
from subaccounts.repositories import SQLiteRepository
from subaccounts.testing.clock import FrozenClock
from subaccounts.testing.hashers import CheapHasher
from subaccounts.testing.hosts import FakeSubscriptions
from tests.invariants.world import FIELDS, KEY_SECRET

R = TypeVar("R")
T = TypeVar("T")
PROCESSES: Final = 8
PATIENCE: Final = 60.0
"""Seconds a racer waits for the others before the race is given up."""
MOST_REPEATS: Final = 200
"""How often a racer that was told `Busy` tries again; more means that nobody gets anywhere."""

_starts: list[Barrier] = []


@frozen(kw_only=True)
class Track:
    """Say which file and account the race is on, and who runs: racers are numbered from 0."""

    path: Path
    account: AccountId
    racer: int
    seats: SeatRule = None


class Racers:
    """Hold the processes, which stay for many races; leave it as a context to let them go."""

    def __init__(self, processes: int = PROCESSES) -> None:
        spawning = multiprocessing.get_context("spawn")
        barrier = spawning.Barrier(processes)
        self._pool = ProcessPoolExecutor(processes, spawning, initializer=_start_from, initargs=(barrier,))

    def race(self, run: Callable[[T, Sequence[Any]], R], tracks: Sequence[T], work: Sequence[Any]) -> list[R]:
        """Run every track in a process of its own on the same work; answer what each of them answered.

        Each waits for all others before it begins, so that no process takes two tracks.
        """
        running = [self._pool.submit(run, track, work) for track in tracks]
        return [each.result() for each in running]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)


def _start_from(barrier: Barrier) -> None:
    """Remember, in a new process, where racers meet."""
    _starts.append(barrier)


def together() -> None:
    """Wait until every racer is here."""
    try:
        _starts[-1].wait(PATIENCE)
    except BrokenBarrierError:
        raise AssertionError("the other racers did not come") from None


def facade(track: Track) -> SubAccounts:
    """Open the file of a race, with a clock that stands still and a hasher that costs nothing."""
    subscriptions = FakeSubscriptions()
    subscriptions.seat(track.account.organization, track.seats)
    return SubAccounts(
        repository=SQLiteRepository(track.path),
        keys=KeyRing.in_memory(KEY_SECRET),
        host_accounts=NobodyPrivileged(),
        subscriptions=subscriptions,
        hasher=CheapHasher(),
        clock=FrozenClock(),
        blocklist=frozenset(),
    )


def until_told(subs: SubAccounts, command: Command[R]) -> tuple[R, int]:
    """Run a command again for as long as it is `Busy`; answer with the number of times it was."""
    for times in range(MOST_REPEATS):
        try:
            return subs.handle(command), times
        except Busy:
            continue
    raise AssertionError("busy for ever")


def password_of(racer: int) -> str:
    """Return the password that a racer chooses."""
    return f"the password of racer {racer}"


def claim_all(track: Track, work: Sequence[tuple[str, str]]) -> list[tuple[str, int]]:
    """Claim every (login, code), each at the same moment as everybody; answer the steps' names and the `Busy`s."""
    subs, told = facade(track), []
    for login, code in work:
        command = CompleteRegistration(
            door=Door.inside(track.account),
            login=login,
            password=Secret(password_of(track.racer)),
            code=Secret(code),
            fields=FIELDS,
        )
        together()
        step, busy = until_told(subs, command)
        told.append((type(step).__name__, busy))
    return told


def guess_all(track: Track, work: Sequence[tuple[str, tuple[str, ...]]]) -> list[list[str]]:
    """Guess at every login with its guesses, rotated by the racer's number; answer the steps as texts."""
    subs, told = facade(track), []
    for login, guesses in work:
        turned = guesses[track.racer :] + guesses[: track.racer]
        together()
        told.append([f"{guess}: {shown(_sign_in(subs, track, login, guess))}" for guess in turned])
    return told


def _sign_in(subs: SubAccounts, track: Track, login: str, guess: str) -> AnyStep:
    command = SignIn(door=Door.inside(track.account), login=login, secret=Secret(guess))
    return until_told(subs, command)[0]


def shown(step: AnyStep) -> str:
    """Return what a step tells: its name, and whether something was wrong."""
    wrong = getattr(step, "wrong", False) or getattr(step, "code_wrong", False)
    return type(step).__name__ + (" wrong" if wrong else "")


def sign_in_all(track: Track, work: Sequence[tuple[str, str]]) -> list[str]:
    """Sign everybody in with the right password; answer the steps' names."""
    subs = facade(track)
    together()
    return [shown(_sign_in(subs, track, login, password)) for login, password in work]


def add_all(track: Track, work: Sequence[str]) -> list[str]:
    """Add the same logins as everybody, pasted at once; answer for each line whether it was added, or why not."""
    subs = facade(track)
    command = AddPeople.pasted("\n".join(work), actor=_boss(track), account=track.account)
    together()
    lines, _ = until_told(subs, command)
    return ["added" if line.sub_account else getattr(line.refusal, "code", "nothing") for line in lines]


def add_one_by_one(track: Track, work: Sequence[str]) -> list[str]:
    """Add logins of one's own one by one; answer for each whether it was added, or why not."""
    subs, told = facade(track), []
    together()
    for login in work:
        mine = f"{login}-{track.racer}"
        try:
            until_told(subs, AddPerson(actor=_boss(track), account=track.account, login=mine))
            told.append("added")
        except (SeatsFull, NameTaken) as refusal:
            told.append(refusal.code)
    return told


def _boss(track: Track) -> HostUser:
    return HostUser.administrator(f"boss-{track.racer}", of=track.account.organization)
