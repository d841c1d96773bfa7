"""argon2-cffi's `verify` and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from argon2 import PasswordHasher

from benchmarks.lane import PASSWORD
from benchmarks.lanes.hashing import parameters


def open_lane(folder: Path, people: int, option: str) -> Callable[[list[int]], None]:
    """Verify one stored hash as often as there are people to sign in."""
    hasher = PasswordHasher(**parameters(option))
    stored = hasher.hash(PASSWORD)

    def sign_in(whom: list[int]) -> None:
        for _ in whom:
            hasher.verify(stored, PASSWORD)

    return sign_in
