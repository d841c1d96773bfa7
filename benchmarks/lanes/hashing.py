"""Which Argon2id parameters a lane uses: the same in every lane, almost free ones or real ones."""

from __future__ import annotations

from typing import TypedDict


class Parameters(TypedDict):
    """Hold the parameters as argon2-cffi names them; memory in KiB."""

    time_cost: int
    memory_cost: int
    parallelism: int


def parameters(option: str) -> Parameters:
    """Return RFC 9106's low-memory choice for an option with `real` in it, otherwise the least Argon2id can do."""
    if "real" in option:
        return Parameters(time_cost=3, memory_cost=64 * 1024, parallelism=4)
    return Parameters(time_cost=1, memory_cost=8, parallelism=1)
