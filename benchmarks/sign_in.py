"""Signing in with an almost free hash on SQLite: what everything around the hash costs, at two sizes of shop."""

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
    "ours": ("ours", ""),
    "limit": ("by_hand", ""),
    "ours, durable": ("ours", "durable"),
    "limit, durable": ("by_hand", "durable"),
    "ours, pool": ("ours", "pool"),
    "ours, first": ("ours", "first"),
    "Django authenticate": ("django_site", "authenticate"),
    "Django LoginView": ("django_site", "view"),
    "Flask-Security": ("flask_security_site", ""),
    "fastapi-users": ("fastapi_users_site", ""),
}
"""Module and option of each lane."""
PEERS = ("Django authenticate", "Django LoginView", "Flask-Security", "fastapi-users")
SLOW = ("Django LoginView", "Flask-Security", "fastapi-users")
"""Lanes of milliseconds: a tenth of the sign-ins tells enough."""


def figures(scale: Scale) -> list[Figure]:
    """Measure every shop, all lanes in turn; then how much the larger shop slows us down."""
    found: list[Figure] = []
    ours: list[float] = []
    for people in scale.shops:
        measured = _measured(people, scale)
        ours.append(measured["ours"])
        found += _rows(people, measured)
    what = f"the same, growth from {scale.shops[0]:,} to {scale.shops[-1]:,} people"
    found.append(Figure(what=what, ours=ours[-1], limit=ours[0], bar="≤ 1.1 x", most=1.1))
    return found


def _measured(people: int, scale: Scale) -> dict[str, float]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        opened = {
            name: stack.enter_context(Lane(module, folder, people=people, option=option))
            for name, (module, option) in LANES.items()
        }
        lanes = {name: lane for name, lane in opened.items() if lane.missing is None}
        few = max(1, scale.sign_ins // 10)
        each = {name: partial(lane.each, few if name in SLOW else scale.sign_ins) for name, lane in lanes.items()}
        return medians(each, rounds=scale.rounds)


def _rows(people: int, measured: dict[str, float]) -> list[Figure]:
    what = f"sign-in, hash almost free, {people:,} people"
    return [
        Figure(
            what=what,
            ours=measured["ours"],
            limit=measured["limit"],
            peers={name: measured[name] for name in PEERS if name in measured},
            bar="≤ 3 x",
            most=3,
        ),
        Figure(what=f"{what}, the first of each person's day", ours=measured["ours, first"], limit=measured["limit"]),
        Figure(what=f"{what}, `durable=True`", ours=measured["ours, durable"], limit=measured["limit, durable"]),
        Figure(
            what=f"{what}, handed to the hashing pool",
            ours=measured["ours, pool"],
            limit=measured["limit"],
            bar="none: what the pool's bound costs a hash that needs none",
        ),
    ]
