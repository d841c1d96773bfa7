"""Eight people signing in at once on one event loop with the real hash: how long nobody else is served."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.lane import Lane
from benchmarks.rounds import medians
from benchmarks.scale import Scale

LANES = {
    "ours": ("ours_async", ""),
    "idle": ("naive_async", "idle"),
    "verify in the loop": ("naive_async", ""),
    "fastapi-users": ("fastapi_users_site", "real pause"),
}
AT_ONCE = 8
PEOPLE = 100


def figures(scale: Scale) -> list[Figure]:
    """Measure the longest pause of each loop, in turn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        opened = {
            name: stack.enter_context(Lane(module, folder, people=PEOPLE, option=option))
            for name, (module, option) in LANES.items()
        }
        lanes = {name: lane for name, lane in opened.items() if lane.missing is None}

        def longest(lane: Lane) -> float:
            return lane.sign_in(AT_ONCE).seconds

        measured = medians({name: lambda lane=lane: longest(lane) for name, lane in lanes.items()}, rounds=scale.rounds)
    what = f"event loop stands still during {AT_ONCE} async sign-ins, real hash"
    ours = measured.pop("ours")
    return [Figure(what=what, ours=ours, peers=measured, bar="≤ 25 ms", most=0.025, absolute=True)]
