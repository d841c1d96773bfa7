"""What is written at first: `verify` in the middle of an `async def`. Measured is how long the loop stood still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from argon2 import PasswordHasher

from benchmarks.lane import PASSWORD
from benchmarks.lanes.hashing import parameters
from benchmarks.lanes.heartbeat import longest_pause


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], float]:
    """Verify the real hash; `option` is `idle` for a loop with nothing to do, which is the limit."""
    hasher = PasswordHasher(**parameters("real"))
    stored = hasher.hash(PASSWORD)
    runner = asyncio.Runner()

    async def sign_in() -> None:
        if option != "idle":
            hasher.verify(stored, PASSWORD)
        await asyncio.sleep(0.05)

    return lambda whom: runner.run(longest_pause([sign_in() for _ in whom]))
