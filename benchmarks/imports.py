"""How long `import subaccounts` takes, over a bare interpreter and beside attrs, which every value needs."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.figure import Figure

ROUNDS = 15


def figures() -> list[Figure]:
    """Measure the import in fresh interpreters, the three of them in turn."""
    codes = {"bare": "pass", "attrs": "import attrs", "ours": "import subaccounts"}
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(ROUNDS):
        for name, code in codes.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            taken[name].append(time.perf_counter() - began)
    median = {name: statistics.median(seconds) for name, seconds in taken.items()}
    return [
        Figure(
            what="import subaccounts, over bare Python",
            ours=median["ours"] - median["bare"],
            limit=median["attrs"] - median["bare"],
            bar="at most 60 ms; the limit is attrs alone",
        )
    ]
