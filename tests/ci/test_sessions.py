"""Every session of the noxfile is run by somebody: by CI for each change, at night, or by hand for a reason; machines, everywhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, Final

from tests.kit.servers import EVERYWHERE
from tests.kit.stores import called

ROOT: Final = Path(__file__).parents[2]
BY_HAND: Final = {
    "demo": "it is played by a person; the suite plays its scenes",
    "tests_on": "`matrix` asks for it",
}
"""The sessions that neither CI nor the night names, each with the reason."""


def noxfile() -> list[ast.stmt]:
    """Return the statements of the noxfile, read and not run: nox is no dependency of the tests."""
    return ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body


def sessions() -> set[str]:
    """Return the names of the sessions."""
    functions = [node for node in noxfile() if isinstance(node, ast.FunctionDef)]
    return {each.name for each in functions if any("nox.session" in ast.unparse(mark) for mark in each.decorator_list)}


def constant(name: str) -> Any:
    """Return a value that the noxfile gives a name, as it is written there."""
    (given,) = (
        node.value for node in noxfile() if isinstance(node, ast.Assign) and name in map(ast.unparse, node.targets)
    )
    return ast.literal_eval(given)


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


def test_the_machines_run_on_every_repository() -> None:
    """`machines` and `soak` have each store of the kit, Django's among them, under the name by which its tests are asked for."""
    assert sorted(map(called, EVERYWHERE)) == sorted(constant("STORES"))
