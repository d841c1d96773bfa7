"""Signing in with the real hash, Argon2id at 64 MiB, t=3, p=4: what we add to it."""

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
    "ours": ("ours", "real"),
    "limit": ("verify_only", "real"),
    "Django authenticate": ("django_site", "authenticate real"),
    "Flask-Security": ("flask_security_site", "real"),
    "fastapi-users": ("fastapi_users_site", "real"),
}
PEOPLE = 100
SIGN_INS = 3


def figures(scale: Scale) -> list[Figure]:
    """Measure all lanes in turn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        opened = {
            name: stack.enter_context(Lane(module, folder, people=PEOPLE, option=option))
            for name, (module, option) in LANES.items()
        }
        each = {
            name: partial(lane.each, min(SIGN_INS, scale.rounds))
            for name, lane in opened.items()
            if lane.missing is None
        }
        measured = medians(each, rounds=scale.rounds)
    return [
        Figure(
            what="sign-in, Argon2id 64 MiB, t=3, p=4; the limit is argon2-cffi's verify",
            ours=measured.pop("ours"),
            limit=measured.pop("limit"),
            peers=measured,
            bar="≤ 1.01 x",
            most=1.01,
        )
    ]
