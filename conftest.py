"""Run the documentation: every block of Python in README.md and in docs/ is a test.

Each document has its own namespace, top to bottom, and its own empty folder to write in, where `examples/` of the
project is at hand. A block that must not run is preceded by `% skip: next` and the reason. What tests share
is in tests/conftest.py.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).parent


def enter_empty_folder(namespace: dict[str, Any]) -> None:
    """Give a document a folder of its own, so that `SQLiteRepository("portal.db")` can stand in it as a host writes it."""
    folder = tempfile.TemporaryDirectory()
    (Path(folder.name) / "examples").symlink_to(ROOT / "examples")
    namespace["__folder__"] = (folder, Path.cwd())
    os.chdir(folder.name)


def leave_folder(namespace: dict[str, Any]) -> None:
    """Return to where the document began and remove what it wrote."""
    folder, before = namespace["__folder__"]
    os.chdir(before)
    folder.cleanup()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    path=str(ROOT),
    patterns=["README.md", "docs/**/*.md"],
    setup=enter_empty_folder,
    teardown=leave_folder,
).pytest()
