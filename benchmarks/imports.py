"""How long an import takes, over a bare interpreter and beside attrs, which every value needs."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from functools import partial

from benchmarks.figure import Figure
from benchmarks.rounds import medians
from benchmarks.scale import Scale

OURS = ("import subaccounts", "from subaccounts import SubAccounts, SignIn")
BASES = {"bare": "pass", "limit": "import attrs"}
BUDGET = 0.06
"""Seconds that `import subaccounts` takes at most over bare Python; words load their rooms when they are first used."""
PEERS = ("sqlalchemy", "flask_security", "fastapi_users")


def figures(scale: Scale) -> list[Figure]:
    """Measure the imports in fresh interpreters, all of them in turn."""
    peers = {name: f"import {name}" for name in PEERS if importlib.util.find_spec(name)}
    programs = {**BASES, **{name: name for name in OURS}, **peers}
    starts = {name: partial(_started, program) for name, program in programs.items()}
    measured = medians(starts, rounds=scale.processes)
    over = {name: seconds - measured["bare"] for name, seconds in measured.items()}
    front, working = OURS
    shown = {peer: over[peer] for peer in peers}
    return [
        Figure(
            what=f"`{front}` over bare Python; the limit is attrs alone",
            ours=over[front],
            limit=over["limit"],
            peers=shown,
            bar="≤ 60 ms",
            most=BUDGET,
            absolute=True,
        ),
        Figure(what=f"`{working}`, likewise", ours=over[working], limit=over["limit"], peers=shown),
    ]


def _started(program: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - began
