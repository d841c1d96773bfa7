"""Hold what a machine can hold of the house: purity, direction, size, words and the public surface.

The habits themselves are told in CONTRIBUTING.md. What the package does is tested elsewhere.
"""

from __future__ import annotations

import ast
import importlib
import logging.config
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from tests.house import breaches, public_names, tool_exceptions

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "subaccounts"
LONGEST_FILE = 320
LONGEST_FUNCTION = 45
HEAVY = (
    "argon2", "cattrs", "precis_i18n", "sqlite3", "hypothesis", "pytest", "segno", "smtplib", "aiosmtplib", "httpcore2",
)  # fmt: skip
"""What `import subaccounts` leaves alone: together they cost more than its whole budget of 60 ms."""


def python_files(*folders: str) -> list[Path]:
    """Return the Python files below the given folders of the project, sorted."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def shown(path: Path) -> str:
    """Return how a path is called in a test id and in a failure."""
    return path.relative_to(ROOT).as_posix()


def text_files() -> list[Path]:
    """Return every text file that belongs to the project, whatever its kind."""
    kinds = {".py", ".md", ".toml", ".json", ".csv", ".sql", ""}
    rooms = [ROOT / name for name in ("src", "tests", "docs", "examples", "benchmarks", "tools", ".ci")]
    found = [path for room in rooms for path in room.rglob("*") if path.is_file()]
    found += [
        path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"
    ]  # a file where git has a worktree
    return sorted(path for path in found if path.suffix in kinds and "__pycache__" not in path.parts)


def run_python(code: str) -> str:
    """Run code in an interpreter of its own and return what it printed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COVERAGE"))}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout.strip()


every_source = pytest.mark.parametrize("path", python_files("src"), ids=shown)
every_test = pytest.mark.parametrize("path", python_files("tests"), ids=shown)


class TestDomain:
    """The domain is a calculation: the same facts give the same answer, anywhere."""

    @pytest.mark.parametrize("path", python_files("src/subaccounts/domain"), ids=shown)
    def test_is_pure(self, path: Path) -> None:
        """No file of the domain imports or calls a clock, randomness, the outside world, a port or async."""
        assert [] == breaches(path.read_text(encoding="utf-8"))

    @pytest.mark.parametrize(
        ("source", "told"),
        [
            ("import os", "imports os"),
            ("import secrets", "imports secrets"),
            ("from sqlite3 import connect", "imports sqlite3"),
            ("import sqlalchemy", "imports sqlalchemy"),
            ("def rule():\n    import random", "imports random"),
            ("from ..ports import Repository", "imports subaccounts.ports"),
            ("from .. import ports", "imports subaccounts.ports"),
            ("from subaccounts.keys import KeyRing", "imports subaccounts.keys"),
            ("from datetime import datetime\nwhen = datetime.now()", "calls datetime.now"),
            ("print('a secret')", "calls print"),
            ("async def rule() -> None: ...", "knows async"),
        ],
    )
    def test_impurity_is_found(self, source: str, told: str) -> None:
        """The search for impurity finds each kind of it."""
        assert [told] == breaches(source)

    def test_what_is_allowed_is_not_reported(self) -> None:
        """Attrs, the calculating standard library, errors and neighbors are no breach."""
        source = (
            "import re, unicodedata\nfrom attrs import frozen\nfrom ..errors import Refusal\nfrom .ids import AccountId"
        )
        assert [] == breaches(source)


class TestImports:
    """Imports point one way, and the front door is light."""

    def test_the_contracts_hold(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every contract of pyproject.toml holds: testing, shell, commands and adapters, ports, domain, errors."""
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr(sys, "path", [str(ROOT / "src"), *sys.path])
        # It configures logging anew, which silences every logger there is for the tests that come after this one.
        monkeypatch.setattr(logging.config, "dictConfig", lambda _: None)
        assert 0 == lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True, no_logo=True)

    @pytest.mark.parametrize(
        "module",
        [
            "subaccounts",
            "subaccounts.hashing",
            "subaccounts.testing",
            "subaccounts.messages",
            "subaccounts.notifiers",
            "subaccounts.slips",
        ],
    )
    def test_no_heavy_library_is_loaded(self, module: str) -> None:
        """Importing a front door loads no heavy library."""
        assert "[]" == run_python(f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])")

    def test_no_adapter_loads_by_itself(self) -> None:
        """Importing the package loads no repository, no hasher, no words and no notifier."""
        rooms = ("repositories.", "hashing.", "messages", "notifiers", "testing")
        prefixes = tuple(f"subaccounts.{room}" for room in rooms)
        code = f"import sys, subaccounts; print([name for name in sys.modules if name.startswith({prefixes})])"
        assert "[]" == run_python(code)

    def test_the_kit_stands_without_its_extra(self) -> None:
        """The conformance kit is imported where neither pytest nor hypothesis is installed."""
        block = "import sys; sys.modules['pytest'] = sys.modules['hypothesis'] = None"
        assert "here" == run_python(f"{block}; import subaccounts.testing; print('here')")


class TestSurface:
    """What is public is listed."""

    @every_source
    def test_all_is_exact(self, path: Path) -> None:
        """A listed name exists, and a public name is listed; a package lists whatever it binds."""
        if path == SRC / "__init__.py":
            path = path.with_suffix(".pyi")  # the words load when first used, and are listed for type checkers
        listed, defined, imported = public_names(ast.parse(path.read_text(encoding="utf-8")))
        if listed is None:
            assert set() == (imported if path.name == "__init__.py" else set())
            return
        name = "subaccounts." + ".".join(path.relative_to(SRC).with_suffix("").parts)
        module = importlib.import_module(name.removesuffix(".__init__"))
        assert [] == [entry for entry in listed if not hasattr(module, entry)]
        assert sorted(set(listed)) == sorted(listed), "a name is listed twice"
        assert set() == (defined | (imported if path.stem == "__init__" else set())) - set(listed)

    def test_every_word_is_where_a_type_checker_looks(self) -> None:
        """The words that load when first used are just those of the stub, each from the same room."""
        tree = ast.parse((SRC / "__init__.pyi").read_text(encoding="utf-8"))
        imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        named = {alias.name: f".{node.module}" for node in imports for alias in node.names}
        package = importlib.import_module("subaccounts")
        assert named == vars(package)["_HOME"]
        assert sorted(named) == sorted(package.__all__)

    def test_the_package_is_typed(self) -> None:
        """The installed package says that its types are meant for consumers."""
        installed = importlib.import_module("subaccounts").__file__
        assert installed is not None
        assert (Path(installed).parent / "py.typed").is_file()


class TestFiles:
    """A file can be read in one sitting, and says what it is for."""

    @every_source
    def test_sizes(self, path: Path) -> None:
        """No file is longer than 320 lines and no function longer than 45."""
        text = path.read_text(encoding="utf-8")
        assert LONGEST_FILE >= len(text.splitlines())
        lengths = {
            node.name: (node.end_lineno or node.lineno) - node.lineno + 1
            for node in ast.walk(ast.parse(text))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        assert {} == {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION}

    @pytest.mark.parametrize("path", python_files("src", "tests", "examples", "benchmarks", "tools"), ids=shown)
    def test_opening(self, path: Path) -> None:
        """Every file opens with a docstring."""
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))

    @every_test
    def test_a_test_states_its_rule(self, path: Path) -> None:
        """Every test says in its docstring which rule it holds."""
        tests = [
            node
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_")
        ]
        assert [] == [test.name for test in tests if not ast.get_docstring(test)]

    @pytest.mark.parametrize("path", python_files("src", "tests", "examples", "benchmarks", "tools"), ids=shown)
    def test_exceptions_carry_their_reason(self, path: Path) -> None:
        """Where a tool is told to look away, the line says why."""
        bare = [line for line, reason in tool_exceptions(path.read_text(encoding="utf-8")) if len(reason) < 8]
        assert [] == bare

    def test_bare_exceptions_are_found(self) -> None:
        """The search finds an exception with and without its reason."""
        source = "a = 1  # noqa: E501\nb = 2  # type: ignore[misc]  # the library has no types\n'# noqa in a text'\n"
        assert [(1, ""), (2, "the library has no types")] == tool_exceptions(source)

    def test_no_machine_is_named(self) -> None:
        """No file of the project knows the path of a machine or of a neighboring folder."""
        forbidden = re.compile(
            "|".join(["/wo" + "rk/", "/tm" + "p/", r"\.\./sha" + "red", "/ro" + "ot/", "/ho" + "me/"])
        )
        files = text_files()
        assert {ROOT / "README.md", ROOT / ".ci" / "run", Path(__file__)} <= set(files)
        named = {shown(path) for path in files if forbidden.search(path.read_text(encoding="utf-8", errors="replace"))}
        assert set() == named


class TestPapers:
    """The papers do what they say."""

    def test_every_python_block_runs(self) -> None:
        """Python in the documentation is fenced in the one way that the harness runs."""
        pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        fences = {
            (shown(page), fence)
            for page in pages
            for fence in re.findall(r"(?m)^\s*[`~:]{3,}(.*)$", page.read_text(encoding="utf-8"))
        }
        assert ("README.md", "python") in fences
        # An included file has tests of its own.
        written = {fence for _, fence in fences if not fence.startswith("{literalinclude}")}
        assert {"python"} == {fence for fence in written if re.search(r"(?i)\bpy|doctest", fence)}

    def test_the_first_screen(self) -> None:
        """The README begins with an example of at most 15 lines, then one line for the demo and one for the tests."""
        screen = (ROOT / "README.md").read_text(encoding="utf-8").partition("<!--")[0]
        (example,) = re.findall(r"(?s)```python\n(.*?)```", screen)
        assert 15 >= len(example.splitlines())
        (commands,) = re.findall(r"(?s)```sh\n(.*?)```", screen)
        demo, tests = commands.splitlines()
        assert demo.endswith(".venv/bin/python examples/demo.py")
        assert tests.endswith(".venv/bin/nox -s tests")

    def test_every_session_is_told(self) -> None:
        """CONTRIBUTING.md names every session of the noxfile that a person calls."""
        noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
        sessions = set(re.findall(r"(?m)^@nox\.session.*\ndef (\w+)", noxfile))
        told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
        assert {"tests_on"} == {name for name in sessions if f"`{name}`" not in told}
