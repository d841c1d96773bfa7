"""The log of verdicts, a line of JSON each: what an interrupted run leaves, and what a later one can take over of it.

A line holds what the module was when it was judged, but for what nobody runs: comments and docstrings. A kill stays one for as
long as the module is the same, for tests are added and not taken away; and what survives for a reason that is written down
survives for that. Whatever else survived, or took too long, is judged again.
"""

from __future__ import annotations

import ast
import hashlib
import json
import lzma
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, Final

from .children import Verdict
from .plan import ROOT, File
from .sites import Mutant

KEPT: Final = ROOT / "tools" / "mutants" / "verdicts.jsonl.xz"
"""The verdicts of the published page, so that a later run judges what has changed since."""


def append(path: Path, mutant: Mutant, verdict: Verdict, file: File) -> None:
    """Append a verdict."""
    with path.open("a", encoding="utf-8") as lines:
        lines.write(_line(mutant, verdict, of=digest(file)))


def keep(judged: Iterable[tuple[Mutant, Verdict]], files: Iterable[File], path: Path = KEPT) -> None:
    """Write these verdicts anew, in the order of their keys."""
    of = {file.name: digest(file) for file in files}
    ordered = sorted(judged, key=lambda each: each[0].key)
    text = "".join(_line(mutant, verdict, of=of[mutant.module]) for mutant, verdict in ordered)
    path.write_bytes(lzma.compress(text.encode(), preset=9))


def _line(mutant: Mutant, verdict: Verdict, *, of: str) -> str:
    line = {"key": mutant.key, "line": mutant.line, "outcome": verdict.outcome, "by": verdict.by, "of": of}
    return json.dumps(line) + "\n"


def digest(file: File) -> str:
    """Return what tells a module from what it was before; another comment or docstring makes no other."""
    tree = ast.parse(file.source)
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, [each for each in block if not _is_only_read(each)])
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


def _is_only_read(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def settled(paths: Iterable[Path], files: Iterable[File], *, explained: Collection[str]) -> dict[str, Verdict]:
    """Return the kills and the explained survivors among what the logs tell."""
    return {
        key: verdict
        for key, verdict in told(paths, files).items()
        if verdict.outcome == "killed" or (verdict.outcome == "survived" and key in explained)
    }


def told(paths: Iterable[Path], files: Iterable[File]) -> dict[str, Verdict]:
    """Return every last verdict on a mutant of a module that is still the same, by the key of the mutant."""
    same = {file.name: digest(file) for file in files}
    return {
        line["key"]: Verdict(outcome=line["outcome"], by=line["by"])
        for path in paths
        for line in _lines(path)
        if line.get("of") == same.get(line["key"].partition(" ")[0], "")
    }


def left(path: Path) -> frozenset[str]:
    """Return the keys of what no test killed."""
    return frozenset(line["key"] for line in _lines(path) if line["outcome"] != "killed")


def _lines(path: Path) -> list[dict[str, Any]]:
    whole = path.read_bytes()
    text = (lzma.decompress(whole) if path.suffix == ".xz" else whole).decode()
    return [json.loads(line) for line in text.splitlines()]
