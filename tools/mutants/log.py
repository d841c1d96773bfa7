"""The log of verdicts, a line of JSON each: what an interrupted run leaves, and what a later one can take over of it.

A line holds what the module was when it was judged. A kill stays one for as long as the module is the same, for tests are
added and not taken away; and what survives for a reason that is written down survives for that. Whatever else survived, or
took too long, is judged again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from .children import Verdict
from .plan import File
from .sites import Mutant


def append(path: Path, mutant: Mutant, verdict: Verdict, file: File) -> None:
    """Append a verdict."""
    line = {"key": mutant.key, "line": mutant.line, "outcome": verdict.outcome, "by": verdict.by, "of": digest(file)}
    with path.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(line) + "\n")


def digest(file: File) -> str:
    """Return what tells a module from what it was before."""
    return hashlib.sha256(file.source.encode()).hexdigest()[:16]


def settled(path: Path, files: Iterable[File], *, explained: Collection[str]) -> dict[str, Verdict]:
    """Return the kills and the explained survivors among what the log tells."""
    return {
        key: verdict
        for key, verdict in told(path, files).items()
        if verdict.outcome == "killed" or (verdict.outcome == "survived" and key in explained)
    }


def told(path: Path, files: Iterable[File]) -> dict[str, Verdict]:
    """Return every last verdict on a mutant of a module that is still the same, by the key of the mutant."""
    same = {file.name: digest(file) for file in files}
    return {
        line["key"]: Verdict(outcome=line["outcome"], by=line["by"])
        for line in _lines(path)
        if line.get("of") == same.get(line["key"].partition(" ")[0], "")
    }


def left(path: Path) -> frozenset[str]:
    """Return the keys of what no test killed."""
    return frozenset(line["key"] for line in _lines(path) if line["outcome"] != "killed")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
