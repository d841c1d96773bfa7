"""Our async sign-in on an event loop, several at once; measured is how long the loop stood still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from benchmarks import shop
from benchmarks.lane import PASSWORD, login
from benchmarks.lanes.heartbeat import longest_pause
from subaccounts import (
    AsyncNobodyPrivileged,
    AsyncSubAccounts,
    Authenticated,
    KeyRing,
    NobodyPrivileged,
    Secret,
    SignIn,
    SubAccounts,
)
from subaccounts.hashing import Argon2Hasher, AsyncArgon2Hasher
from subaccounts.repositories import AsyncSQLiteRepository, SQLiteRepository


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], float]:
    """Make the shop with the plain facade, then sign in with the async one; the hash is always the real one."""
    keys = KeyRing.in_memory(b"benchmark" * 4)
    hasher = Argon2Hasher(keys=keys)
    with SQLiteRepository(folder / "ours.db") as repository:
        plain = SubAccounts(repository=repository, keys=keys, host_accounts=NobodyPrivileged(), hasher=hasher)
        account = shop.open_shop(plain)
        shop.fill(repository, account, people=people, password=hasher.hash(Secret(PASSWORD)))
    subs = AsyncSubAccounts(
        repository=AsyncSQLiteRepository(folder / "ours.db"),
        keys=keys,
        host_accounts=AsyncNobodyPrivileged(),
        hasher=AsyncArgon2Hasher(keys=keys),
    )
    door = shop.door(account)
    runner = asyncio.Runner()

    async def sign_in(number: int) -> None:
        step = await subs.handle(SignIn(door=door, login=login(number), secret=Secret(PASSWORD)))
        if not isinstance(step, Authenticated):
            raise TypeError(f"nobody was signed in: {step}")

    return lambda whom: runner.run(longest_pause([sign_in(number) for number in whom]))
