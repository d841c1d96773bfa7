"""Every session of the noxfile is run by somebody: by CI for each change, at night, or by hand for a reason."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
BY_HAND: Final = {
    "demo": "it is played by a person; the suite plays its scenes",
    "tests_on": "`matrix` asks for it",
}
"""The sessions that neither CI nor the night names, each with the reason."""


def sessions() -> set[str]:
    """Return the names of the sessions, read and not run: nox is no dependency of the tests."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {each.name for each in functions if any("nox.session" in ast.unparse(mark) for mark in each.decorator_list)}


def named(script: str, words: str) -> set[str]:
    """Return the sessions that a script of CI, or the README, names where the pattern's first group is."""
    found = re.findall(words, (ROOT / script).read_text(encoding="utf-8"))
    return {name for line in found for name in line.split()}


def test_every_session_is_run() -> None:
    """What is run for a change, at night and by hand is all there is, and nothing is named that is not there."""
    change = named(".ci/run", r"bin/nox -s ([a-z ]+)") | named("README.md", r"bin/nox -s (tests)")
    night = named(".ci/nightly", r"\|\| sessions=\(([a-z ]+)\)")
    assert sessions() == change | night | BY_HAND.keys()
    assert set() == BY_HAND.keys() & (change | night)
