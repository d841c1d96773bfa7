"""How much a run of the benchmarks does: the published figures, or only enough to see that each of them works."""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen(kw_only=True)
class Scale:
    """Fix the sizes of one run.

    `shops` are the numbers of people whose sign-ins are measured; `sign_ins` how many of them one round has for the
    fast lanes; `rounds` how many rounds a median is of; `codes` and `adding` are how many are made; `crowd` how many
    people come at once; `processes` how often a fresh interpreter is started. `resources` are shown to `groups` with so many
    `watchers` in them; `lopsided` are the resources of a portal where one person sees all and one next to nothing.
    """

    shops: tuple[int, ...]
    sign_ins: int
    rounds: int
    codes: int
    adding: int
    crowd: int
    processes: int
    resources: int
    groups: int
    watchers: int
    lopsided: int


PUBLISHED: Final = Scale(
    shops=(10_000, 100_000),
    sign_ins=200,
    rounds=21,
    codes=100_000,
    adding=100_000,
    crowd=32,
    processes=15,
    resources=100_000,
    groups=1_000,
    watchers=100_000,
    lopsided=1_000_000,
)
SMALL: Final = Scale(
    shops=(20,),
    sign_ins=3,
    rounds=1,
    codes=50,
    adding=40,
    crowd=3,
    processes=1,
    resources=300,
    groups=9,
    watchers=120,
    lopsided=200,
)
"""Shows that a benchmark runs; its figures mean nothing."""
