"""Eight people signing in at once on one event loop with the real hash: how long nobody else is served."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import partial
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
    at_once = min(AT_ONCE, scale.crowd)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        opened = {
            name: stack.enter_context(Lane(module, folder, people=PEOPLE, option=option))
            for name, (module, option) in LANES.items()
        }
        each = {name: partial(_longest, lane, at_once) for name, lane in opened.items() if lane.missing is None}
        measured = medians(each, rounds=scale.rounds)
    what = f"event loop stands still during {at_once} async sign-ins, real hash"
    ours = measured.pop("ours")
    return [Figure(what=what, ours=ours, peers=measured, bar="≤ 25 ms", most=0.025, absolute=True)]


def _longest(lane: Lane, at_once: int) -> float:
    return lane.sign_in(at_once).seconds
