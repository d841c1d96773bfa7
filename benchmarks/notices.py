"""A hundred thousand activation notices, minted and rendered in one run: how long it takes, and that it takes no more memory
than a thousand do."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.figure import Figure
from benchmarks.lane import Lane
from benchmarks.rounds import medians
from benchmarks.scale import Scale

WAYS: Final = ("ours", "rendered", "by hand", "itsdangerous", "django")
PEERS: Final = {"itsdangerous": "itsdangerous, `string.Template`", "django": "Django's token generator and templates"}
FEW: Final = 100
"""A run of so many times fewer is what memory is compared with."""


def figures(scale: Scale) -> list[Figure]:
    """Measure every way once with all people, in turn, and the peaks of our run with few people and with all."""
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        few = max(1, scale.codes // FEW)

        def lane(way: str, people: int) -> Lane:
            return stack.enter_context(Lane("notices", Path(place), people=people, option=way))

        lanes = {way: opened for way in WAYS if (opened := lane(way, scale.codes)).missing is None}
        small = lane("ours", few)
        peaks = {people: each.sign_in(1).peak for people, each in ((few, small), (scale.codes, lanes["ours"]))}
        measured = medians({way: partial(each.each, 1) for way, each in lanes.items()}, rounds=1)
    peers = {PEERS[way]: seconds for way, seconds in measured.items() if way in PEERS}
    what = f"{scale.codes:,} activation notices"
    return [
        Figure(
            what=f"{what}: link minted, text and HTML rendered; the limit is `hmac.digest` and f-strings",
            ours=measured["rendered"],
            limit=measured["by hand"],
            peers=peers,
        ),
        Figure(
            what=f"{what} in one run of `DeliverNotices`, all but the database; limit likewise",
            ours=measured["ours"],
            limit=measured["by hand"],
            peers=peers,
        ),
        Figure(
            what=f"{what} in one run: peak memory of the process; the limit is the peak of {few:,}",
            ours=float(peaks[scale.codes]),
            limit=float(peaks[few]),
            unit="B",
            bar="≤ 1.05 x: flat",
            most=1.05,
        ),
    ]
