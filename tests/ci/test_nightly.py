"""What runs at night: servers are there and required, and the summary says of each session what became of it.

The script runs in a folder of its own, with a nox that only writes down how it was called.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

CI: Final = Path(__file__).parents[2] / ".ci"
NOX: Final = """#!/usr/bin/env bash
case "$*" in
  --list) echo "- soak(Memory) -> Soak."; echo "- soak(MariaDB) -> Soak."; echo "* tests -> Test." ;;
  *)
    echo "$SUBACCOUNTS_TEST_REQUIRE, $HYPOTHESIS_PROFILE: ${*: -1}" >>called
    case "${*: -1}" in absent) result=skipped ;; broken) result=failed ;; *) result=success ;; esac
    echo "{\\"sessions\\": [{\\"result\\": \\"$result\\"}]}" >"$2"
    [ $result != failed ]
    ;;
esac
"""
"""Answers a list of sessions; skips the session `absent`, fails `broken`, and has every other one pass."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Answer a folder with the script, services that are there at once, and the nox."""
    for place, text in ((".ci/services", "#!/bin/sh\necho mariadb redis\n"), (".venv/bin/nox", NOX)):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).write_text(text)
        (tmp_path / place).chmod(0o755)
    shutil.copy(CI / "nightly", tmp_path / ".ci" / "nightly")
    return tmp_path


def night(project: Path, *sessions: str) -> tuple[int, list[str]]:
    """Run these sessions; return how it ended and the lines of the summary, without what they took."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SUBACCOUNTS_", "HYPOTHESIS_"))}
    done = subprocess.run(
        [project / ".ci" / "nightly", *sessions], capture_output=True, text=True, check=False, env=clean
    )
    summary = done.stdout.rpartition("\n\n")[2].splitlines()
    return done.returncode, [" ".join(line.partition(" after ")[0].split()) for line in summary]


def test_servers_are_required(project: Path) -> None:
    """Every session, each store of it by itself, runs where what `.ci/services` names is required, and draws what is new."""
    assert (0, ["claims passed", "soak(Memory) passed", "soak(MariaDB) passed"]) == night(project, "claims", "soak")
    called = (project / "called").read_text().splitlines()
    assert [f"mariadb redis, nightly: {each}" for each in ("claims", "soak(Memory)", "soak(MariaDB)")] == called


def test_what_did_not_run_is_not_called_passed(project: Path) -> None:
    """A session that was skipped is called so and is no failure; one that failed is told, and the rest runs all the same."""
    assert (0, ["absent skipped", "fuzz passed"]) == night(project, "absent", "fuzz")
    assert (1, ["broken failed (1)", "fuzz passed"]) == night(project, "broken", "fuzz")


@pytest.mark.parametrize(("profile", "alike"), [("ci", "True"), ("nightly", "False")])
def test_each_night_draws_anew(profile: str, alike: str) -> None:
    """CI draws the same examples for every change, a night others than the night before."""
    asked = "import tests.conftest; from hypothesis import settings; print(settings.default.derandomize)"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=True,
        cwd=CI.parent,
        env=os.environ | {"CI": "1", "HYPOTHESIS_PROFILE": profile},
    )
    assert alike == done.stdout.strip()
