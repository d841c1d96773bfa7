"""Jobs that work in chunks, each one commit: what a run has done is done, whoever is in the way of the rest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from ..errors import Conflict

MOST_DECISIONS: Final = 8
"""How often a chunk is decided anew when others are at it; then it waits for the next run."""


async def in_chunks(chunk: Callable[[], Awaitable[int]], /) -> int:
    """Do chunk after chunk until one finds nothing to do; answer how much was done.

    A chunk that meets others is decided anew by itself: begun again as a whole, the job would forget what it has done. Only
    where that is nothing the `Conflict` is raised, and the command decides again as any does.
    """
    done = met = 0
    while met < MOST_DECISIONS:
        try:
            more = await chunk()
        except Conflict:
            if not done:
                raise
            met += 1
            continue
        if not more:
            break
        done, met = done + more, 0
    return done
