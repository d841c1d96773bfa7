"""Our own sign-in: attempts counted, host account asked, audit event written, one read and one commit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from benchmarks import shop
from benchmarks.lane import PASSWORD, login
from benchmarks.lanes.hashing import parameters
from subaccounts import Authenticated, KeyRing, NobodyPrivileged, Secret, SignIn, SubAccounts
from subaccounts.domain.password import PasswordHash
from subaccounts.hashing import Argon2Hasher
from subaccounts.ports import Hasher
from subaccounts.repositories import SQLiteRepository


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], None]:
    """Make the shop.

    `option` names `real` for our hasher as it is shipped, `pool` for the same with an almost free hash; otherwise the
    hash is computed where it is asked for, as the limit does. `durable` waits for the disk; `at once` takes a thread
    for each person; with `first` every sign-in is its person's first of the day.
    """
    keys = KeyRing.in_memory(b"benchmark" * 4)
    repository = SQLiteRepository(folder / "ours.db", durable="durable" in option)
    hasher = _hasher(option, keys)
    clock = _Days() if "first" in option else None
    subs = SubAccounts(repository=repository, keys=keys, host_accounts=NobodyPrivileged(), hasher=hasher, clock=clock)
    account = shop.open_shop(subs)
    shop.fill(repository, account, people=people, password=hasher.hash(Secret(PASSWORD)))
    door = shop.door(account)

    def sign_in(number: int) -> None:
        step = subs.handle(SignIn(door=door, login=login(number), secret=Secret(PASSWORD)))
        if not isinstance(step, Authenticated):
            raise TypeError(f"nobody was signed in: {step}")

    def one_after_the_other(whom: list[int]) -> None:
        for number in whom:
            sign_in(number)

    def at_once(whom: list[int]) -> None:
        with ThreadPoolExecutor(len(whom)) as threads:
            list(threads.map(sign_in, whom))

    return at_once if "at once" in option else one_after_the_other


@final
class _Days:
    """Tell a time that is a day later whenever it is asked for."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return the next day."""
        self._now += timedelta(days=1)
        return self._now


def _hasher(option: str, keys: KeyRing) -> Hasher:
    if "real" in option:
        return Argon2Hasher(keys=keys)
    if "pool" not in option:
        return _InPlace()
    from subaccounts.testing import CHEAPEST  # the kit would weigh on the memory of the other lanes

    return Argon2Hasher(keys=keys, profile=CHEAPEST)


@final
class _InPlace:
    """Hash where it is asked for, as cheaply as Argon2id can, so that what is around the hash is measured."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(**parameters(""))

    def hash(self, password: Secret, /) -> PasswordHash:
        """Hash with the least parameters."""
        return PasswordHash(encoded=self._argon2.hash(password.reveal()))

    def matches(self, *, password: Secret, stored: PasswordHash | None) -> bool:
        """Verify as argon2-cffi does."""
        try:
            return stored is not None and self._argon2.verify(stored.encoded, password.reveal())
        except VerifyMismatchError:
            return False

    def needs_rehash(self, stored: PasswordHash, /) -> bool:
        """Answer that parameters never change."""
        return False
