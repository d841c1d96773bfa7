"""The list is kept: every advisory has its attack in this folder, or waits for a feature with a reason."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.cve.advisories import ADVISORIES, WAITING, ids

ROOT = Path(__file__).parent.parent.parent

FILES = sorted(path for path in Path(__file__).parent.glob("test_*.py") if path.name != Path(__file__).name)


def attacks() -> dict[str, str]:
    """Return the classes of this folder with what each tells."""
    return {
        node.name: ast.get_docstring(node) or ""
        for path in FILES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }


def test_every_advisory_has_its_place() -> None:
    """Every id of the list is told by a class, or waits; none is both, and no class tells of one that is not listed."""
    told = {each for text in attacks().values() for each in ids(text)}
    waiting = {each for text in WAITING.values() for each in ids(text)}
    assert set() == told & waiting
    assert ADVISORIES == told | waiting


def test_every_advisory_is_told_once() -> None:
    """No id is told by two classes or waits for two features."""
    named = Counter(each for text in (*attacks().values(), *WAITING.values()) for each in ids(text))
    assert {} == {each: times for each, times in named.items() if times > 1}


def test_every_class_says_why_not_here() -> None:
    """Each class names an advisory, tells what went wrong elsewhere, and then, in a paragraph of its own, why not here."""
    wanting = {
        name for name, text in attacks().items() if not (ids(text) and re.search(r"(?m)^Here .+\.$", text, re.DOTALL))
    }
    assert set() == wanting
    assert len(attacks()) >= 25


def test_every_class_attacks() -> None:
    """Every class has a test of ours beside what it shows of a naive one."""
    for path in FILES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                tests = [each.name for each in node.body if isinstance(each, ast.FunctionDef)]
                assert [] != [name for name in tests if name.startswith("test_") and "naive" not in name], node.name


def test_an_advisory_is_the_name_of_its_tests() -> None:
    """Whoever asks for advisories by their ids runs the attacks that were learned from them, and no others."""
    asked = "CVE-2024-45231 or GHSA-qg84-6hrg-mr5g or supabase/auth-1214"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        asked,
        "tests/cve",
    ]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300).stdout
    found = {line.split("::")[1] for line in told.splitlines() if "::" in line}
    assert {"TestFailingMailServerTells", "TestNoPasswordStored", "TestScannerRedeemsALink"} == found


def test_ids_are_read() -> None:
    """Every kind of id is found in a sentence, and what only looks like one is not."""
    text = (
        "CVE-2019-19844 (GHSA-vfq6-hq5r-27r6), a/b#12, x-y#3; gh-149079 and CWE-89, arXiv:2205.10174; not #7 or PR 12"
    )
    found = ["CVE-2019-19844", "GHSA-vfq6-hq5r-27r6", "a/b#12", "x-y#3", "gh-149079", "CWE-89", "arXiv:2205.10174"]
    assert found == ids(text)
