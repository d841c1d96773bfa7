"""Every way to run this project, one session each; `nox --list` prints them.

A session makes its own environment from PyPI and needs nothing else. What a session installs is listed in
pyproject.toml (dependency groups); how a tool judges is set there too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["tests", "lint", "types", "docs"]

PYPROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PYPROJECT)
IN_PARALLEL = ("-n", "2", "--dist", "loadscope")
"""Two workers; a module, a class and the code blocks of a document each stay on one of them, in order."""
STORES = (
    "Memory",
    "AsyncMemory",
    "SQLite",
    "AsyncSQLite",
    "SQLiteBySQLAlchemy",
    "AsyncSQLiteBySQLAlchemy",
    "PostgreSQL",
    "AsyncPostgreSQL",
    "MariaDB",
    "AsyncMariaDB",
    "Redis",
    "AsyncRedis",
    "SQLiteByDjango",
    "PostgreSQLByDjango",
)
"""Where the state machines take their steps, by the names of `tests/kit`; that none of its stores is left out is held by `tests/ci`."""
IN_CI, IN_A_NIGHT = 5_000, 1_000_000
"""Steps on each store, half of them by each of the two machines, so that both of a machine's cores are at work."""
MACHINES = (
    "tests/kit/test_machines.py::TestGood::test_any_batches[{}]",
    "tests/invariants/test_machine.py::test_any_life[{}]",
)
"""The two state machines on a store."""
RACES = 50_000
"""Races of threads, and of processes, in a night; 2,000 in the suite."""
COMPLETE = ("src/subaccounts/domain/*", "src/subaccounts/commands/*", "src/subaccounts/_shell.py")
"""Where every line and branch is reached by a test: the rules, what can be asked, and what runs it."""
STATED = ("tests/domain", "tests/commands", "tests/shell")
"""The tests that state the rules; they alone have to reach them, whatever stores, races and processes pass through besides."""


def group(name: str) -> list[str]:
    """Return the requirements of a dependency group of pyproject.toml."""
    return list(nox.project.dependency_groups(PYPROJECT, name))


def run_tests(session: nox.Session) -> None:
    """Run the whole suite, the code blocks of the documentation among it, on the installed package."""
    session.run("python", "-m", "pytest", *IN_PARALLEL, *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test on the Python that runs nox."""
    session.install(".", *group("tests"))
    run_tests(session)


@nox.session(python=False, default=False)
@nox.parametrize("version", [nox.param(each, id=each) for each in PYTHONS])
def matrix(session: nox.Session, version: str) -> None:
    """Run every test on a supported Python, or say how to have it; `nox -s "matrix(3.13)"` on one, `nox -s matrix` on each."""
    if answers(f"python{version}"):
        session.notify(f"tests_on-{version}", posargs=session.posargs)
    else:
        session.skip(
            f"Python {version} is not here: `pyenv install {version}` and name it in PYENV_VERSION,"
            f" or on Debian and Ubuntu `apt install python{version} python{version}-venv`"
        )


def answers(python: str) -> bool:
    """Tell whether an interpreter really runs; a shim on the path is not one."""
    found = shutil.which(python)
    return found is not None and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0


@nox.session(python=PYTHONS, default=False)
def tests_on(session: nox.Session) -> None:
    """Run every test on one named Python; `matrix` asks for those that are present."""
    session.install(".", *group("tests"))
    run_tests(session)


@nox.session(default=False)
def minimum(session: nox.Session) -> None:
    """Run every test with the lowest versions of our dependencies that pyproject.toml allows, and the kit with its own."""
    extras = PYPROJECT["project"]["optional-dependencies"]
    needed = [
        *PYPROJECT["project"]["dependencies"],
        *extras["sqlalchemy"],
        *extras["postgresql"],
        *extras["mariadb"],
        *extras["django"],
        *extras["slips"],
        *extras["email"],
        *extras["sms"],
    ]
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text("\n".join(lowest(needed)) + "\n", encoding="utf-8")
    session.install(".", *group("tests"), "--constraint", str(constraints))
    run_tests(session)
    # The kit promises less than our own suite needs: the author of an adapter has a pytest of its own.
    session.install(*lowest(extras["testing"]))
    alone = ("-c", os.devnull, "--rootdir", ".", "--noconftest", "-p", "no:cacheprovider")
    session.run("python", "-m", "pytest", *alone, "tests/examples/test_json_folder.py")


def lowest(requirements: list[str]) -> list[str]:
    """Return each requirement at the lowest version it allows; without extras, which a constraint cannot name."""
    bare = [re.sub(r"\[.*?\]", "", each) for each in requirements if not each.startswith("subaccounts")]
    return [each.replace(">=", "==") for each in bare]


def run_machines(session: nox.Session, stores: Sequence[str], steps: int) -> None:
    """Let both state machines take half of the steps each, on every one of these stores; SUBACCOUNTS_STEPS says otherwise."""
    session.install(".", *group("tests"))
    where = [test.format(store) for store in stores for test in MACHINES]
    each = os.environ.get("SUBACCOUNTS_STEPS", str(steps // len(MACHINES)))
    session.run("python", "-m", "pytest", "-n", "2", *where, *session.posargs, env={"SUBACCOUNTS_STEPS": each})


@nox.session(default=False)
def machines(session: nox.Session) -> None:
    """Let the state machines take 5,000 steps on every store of the kit; one whose server does not run is skipped."""
    run_machines(session, STORES, IN_CI)


@nox.session(default=False)
@nox.parametrize("store", [nox.param(name, id=name) for name in STORES])
def soak(session: nox.Session, store: str) -> None:
    """Let the state machines take a million steps on one store: three quarters of an hour of two cores in memory, two hours on MariaDB.

    What a step costs on each is told in docs/reference/testing.md. `nox -s "soak(PostgreSQL)"` runs one store, `nox -s soak`
    all of them; SUBACCOUNTS_STEPS says how many each machine takes.
    """
    run_machines(session, (store,), IN_A_NIGHT)


@nox.session(default=False)
def linearizability(session: nox.Session) -> None:
    """Run any three commands at once in every order of their port calls, and races of threads and of processes: half an hour of two cores.

    SUBACCOUNTS_RACES says how many races of each are drawn; every pair of commands is raced besides.
    """
    session.install(".", *group("tests"))
    given = {"SUBACCOUNTS_THOROUGH": "1", "SUBACCOUNTS_RACES": os.environ.get("SUBACCOUNTS_RACES", str(RACES))}
    where = ("tests/interleavings", "tests/races")
    session.run("python", "-m", "pytest", "-n", "2", *where, *session.posargs, env=given)


@nox.session(default=False)
def claims(session: nox.Session) -> None:
    """Let eight processes claim 10,000 logins at once, on PostgreSQL and on MariaDB: exactly one of them gets each."""
    session.install(".", *group("tests"))
    races = ("tests/repositories/sql/test_races.py", "-k", "one_claim_among_processes and not Async and not SQLite")
    given = {"SUBACCOUNTS_TEST_CLAIMS": os.environ.get("SUBACCOUNTS_TEST_CLAIMS", "10000")}
    session.run("python", "-m", "pytest", *races, "--durations=2", *session.posargs, env=given)


@nox.session(default=False)
def millionth(session: nox.Session) -> None:
    """Ask for the page of people at the first of a million and at the last: the same plan on each database; some minutes."""
    session.install(".", *group("tests"))
    where = "tests/repositories/sql/test_millionth.py"
    session.run("python", "-m", "pytest", where, *session.posargs, env={"SUBACCOUNTS_THOROUGH": "1"})


@nox.session(default=False)
def cluster(session: nox.Session) -> None:
    """Prove the repository on three nodes of MariaDB Galera, one of which is killed. Debian's mariadb-server and galera-4."""
    session.install(".", *group("tests"))
    session.run(
        "python", "-m", "pytest", "tests/cluster", *session.posargs, env={"SUBACCOUNTS_TEST_REQUIRE": "cluster"}
    )


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Fail where a line or branch of the rules is reached by none of the tests that state them; `-- tests` prints of all what no test reaches."""
    session.install("--editable", ".", *group("coverage"))
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *IN_PARALLEL, *(session.posargs or STATED))
    session.run("coverage", "combine", "--quiet")
    if session.posargs:
        session.run("coverage", "report")
    session.run("coverage", "report", f"--include={','.join(COMPLETE)}", "--fail-under=100")


@nox.session(default=False)
@nox.parametrize("room", [nox.param(each, id=each) for each in ("domain", "commands")])
def mutants(session: nox.Session, room: str) -> None:
    """Change each rule of a room in small ways and see that a test notices; `nox -s "mutants(domain)"` is one. Linux, an hour each."""
    session.install("--editable", ".", *group("coverage"))
    session.run("python", "-m", "tools.mutants", f"{room}/", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and the direction of imports."""
    session.install(".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache", "--no-logo")


@nox.session
def types(session: nox.Session) -> None:
    """Check our types with mypy, and with pyright what a host developer sees of them."""
    session.install(".", *group("types"))
    session.run("mypy", *session.posargs)
    session.run("pyright", "--project", "tests/types")
    session.run("pyright", "--verifytypes", "subaccounts", "--ignoreexternal")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation, every warning an error, and run every code block in it."""
    session.install(".", *group("docs"))
    session.run("python", "-m", "pytest", *IN_PARALLEL, "README.md", "docs")
    out = os.environ.get("DOCS_OUT", "build/docs")
    session.run("sphinx-build", "--fresh-env", "--fail-on-warning", "--keep-going", "--quiet", "docs", out)
    session.log(f"read it: {out}/index.html")


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Play the demo: a small training company on a SQLite file."""
    session.install(".[demo]")
    session.run("python", "examples/demo.py", *session.posargs)


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Search for texts that break a parser; `-- 180` searches that many seconds for each target, 33 unless told.

    What leads somewhere new is kept in `tests/fuzz/corpus`, and so is what breaks something, which fails the session.
    """
    session.install(".", *group("fuzz"))
    session.run("python", "-m", "tests.fuzz", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Print our figures beside the limit's and the peers'; `-- --write` puts them into the documentation.

    The peers are what a host would use otherwise; they are installed here and nowhere else. No figure fails a build.
    """
    session.install(".", *group("bench"))
    # The storage of fastapi-users asks for SQLAlchemy below 2.1 and works on it; ours needs 2.1, and one run measures both.
    session.install(*PYPROJECT["project"]["optional-dependencies"]["sqlalchemy"], silent=True)
    session.run("python", "-m", "benchmarks", *session.posargs)
