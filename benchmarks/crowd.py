"""Many people at the same moment with the real hash: how much memory it takes, and how many get in each second."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.figure import MIB, Figure
from benchmarks.lane import Lane
from benchmarks.scale import Scale

PEOPLE = 100
MOST_ROUNDS = 3


def figures(scale: Scale) -> list[Figure]:
    """Measure a thread for each person, ours through the hashing pool and the limit without a bound, in turn."""
    with (
        tempfile.TemporaryDirectory() as place,
        Lane("ours", Path(place), people=PEOPLE, option="real at once") as ours,
        Lane("by_hand", Path(place), people=PEOPLE, option="real at once") as unbounded,
    ):
        taken: dict[Lane, list[float]] = {ours: [], unbounded: []}
        peaks: dict[Lane, int] = {}
        for _ in range(min(MOST_ROUNDS, scale.rounds)):
            for lane, seconds in taken.items():
                answer = lane.sign_in(scale.crowd)
                seconds.append(answer.seconds)
                peaks[lane] = answer.peak
    what = f"{scale.crowd} sign-ins at once, real hash"
    return [
        Figure(
            what=f"{what}: peak memory of the process",
            ours=peaks[ours],
            peers={"unbounded": peaks[unbounded]},
            unit="B",
            bar="≤ 160 MiB",
            most=160 * MIB,
            absolute=True,
        ),
        Figure(
            what=f"{what}: until the last is in; the limit is unbounded",
            ours=statistics.median(taken[ours]),
            limit=statistics.median(taken[unbounded]),
            bar="≤ 1 x, no slower",
            most=1,
        ),
    ]
