"""Search every target for a while: `python -m tests.fuzz [seconds for each] [target ...]`; `nox -s fuzz` calls it.

Prints one line per target. What leads somewhere new is kept in the corpus; what breaks a rule is kept there too, shown,
and fails the run.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import traceback
from functools import partial
from pathlib import Path
from typing import Final

from attrs import frozen

from tests.fuzz import corpus
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

SECONDS: Final = 33
"""For each target, so that all of them take about ten minutes."""
SLOWEST: Final = 10
"""Seconds one input can take; a thousandth of that is usual, and a machine can be busy."""
MOST_MEMORY: Final = 2048
"""Mebibytes of one search."""
SHOWN: Final = 30
"""Lines shown of a search that ended without an input to blame."""


@frozen(kw_only=True)
class Found:
    """Hold what a search found: how often it ran, what is new, what broke and how that looked."""

    executions: int
    new: int
    crashes: int
    shown: str


def search(target: Target, /, *, seconds: int) -> Found:
    """Search one target and keep what was found."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        room = Path(folder)
        found, seeds, broken = (room / name for name in ("found", "seeds", "broken"))
        for each in (found, seeds, broken):
            each.mkdir()
        for data in (*target.seeds(), *corpus.kept(target.name)):
            (seeds / corpus.named(data)).write_bytes(data)
        words = room / "words"
        words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words), encoding="ascii")
        options = {
            "max_total_time": seconds,
            "max_len": target.longest,
            "timeout": SLOWEST,
            "rss_limit_mb": MOST_MEMORY,
            "artifact_prefix": f"{broken}/",
            "print_final_stats": 1,
        } | ({"dict": words} if target.words else {})
        command = [sys.executable, "-m", "tests.fuzz.search", target.name, *(f"-{k}={v}" for k, v in options.items())]
        done = subprocess.run([*command, str(found), str(seeds)], capture_output=True, check=False)
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        crashes = [path.read_bytes() for path in sorted(broken.iterdir())]
        for data in crashes:
            corpus.keep(target.name, data)
        worth = corpus.worth_keeping(target, [path.read_bytes() for path in found.iterdir()])
        for data in worth:
            corpus.keep(target.name, data)
    executions = re.search(r"stat::number_of_executed_units:\s+(\d+)", said)
    failed = len(crashes) or (1 if done.returncode else 0)
    shown = "\n".join(map(partial(_told, target), crashes)) or "\n".join(said.splitlines()[-SHOWN:])
    return Found(executions=int(executions[1]) if executions else 0, new=len(worth), crashes=failed, shown=shown)


def _told(target: Target, data: bytes) -> str:
    """Return how one input breaks its target, told by doing it again."""
    try:
        target.judge(data)
    except Exception:  # noqa: BLE001 - whatever breaks is what is told
        return f"{corpus.named(data)}: {data!r}\n{traceback.format_exc()}"
    return f"{corpus.named(data)}: {data!r} broke the search and does not break again"


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass"))


def main() -> int:
    """Search the targets named, or all of them, one after the other; answer whether anything broke."""
    wanted = sys.argv[1:]
    seconds = int(wanted.pop(0)) if wanted and wanted[0].isdecimal() else SECONDS
    crashes = 0
    for target in [TARGETS[name] for name in wanted] or TARGETS.values():
        found = search(target, seconds=seconds)
        crashes += found.crashes
        print(
            f"{target.name}: {found.executions:,} executions, {found.new} new corpus entries, {found.crashes} crashes",
            flush=True,
        )
        if found.crashes:
            print(found.shown, flush=True)
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
