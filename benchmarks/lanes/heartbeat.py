"""How long an event loop stood still: a task that wants to run every millisecond notes when it could not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable

TICK = 0.001


async def longest_pause(work: list[Awaitable[object]]) -> float:
    """Run all of this at once and return the longest time, in seconds, that the loop did nothing else meanwhile."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(TICK)
            longest = max(longest, time.perf_counter() - before - TICK)

    heart = asyncio.create_task(beat())
    await asyncio.sleep(0)
    await asyncio.gather(*work)
    await asyncio.sleep(0)
    heart.cancel()
    return longest
