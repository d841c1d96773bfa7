"""Which tests judge a mutant, in which order, and how the mutant is put in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import CodeType
from typing import Any, Final

from attrs import define, field, frozen

from . import inplace
from .sites import Mutant, enumerations, mutants
from .suite import SHARED

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "src" / "subaccounts"
ROOMS: Final = ("domain", "commands")
DATA: Final = frozenset({"domain/_lookalikes.py"})
"""Generated tables; a test compares them with their source."""
TESTS: Final = ("tests/domain", "tests/commands")
"""The tests that judge: those that state the rules, without processes, threads or files. Others can only kill more."""
SLOW: Final = 2.0
"""Seconds of processor time; a test that takes more judges only the modules it is about."""


@frozen(kw_only=True)
class File:
    """Hold a module that is mutated."""

    name: str
    path: Path
    source: str
    code: CodeType = field(repr=False)

    @property
    def module(self) -> str:
        """Return the name it is imported by."""
        return "subaccounts." + self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def files(only: Iterable[str] = ()) -> list[File]:
    """Return the modules of the mutated rooms, or those of them whose name contains one of these texts."""
    wanted = tuple(only)
    found = []
    for room in ROOMS:
        for path in sorted((PACKAGE / room).glob("*.py")):
            name = path.relative_to(PACKAGE).as_posix()
            if name in DATA or (wanted and not any(each in name for each in wanted)):
                continue
            source = path.read_text(encoding="utf-8")
            found.append(
                File(name=name, path=path, source=source, code=compile(source, str(path), "exec", dont_inherit=True))
            )
    return found


def mutants_of(file: File) -> list[Mutant]:
    """Return the mutants of a file, each once, in the order of its lines."""
    sources = [path.read_text(encoding="utf-8") for room in ROOMS for path in sorted((PACKAGE / room).glob("*.py"))]
    known = enumerations(sources)
    once = {(each.lines, each.key): each for each in mutants(file.source, module=file.name, enums=known)}
    return list(once.values())


@define
class Plan:
    """Hold the mutants by how they are judged."""

    in_place: list[tuple[Mutant, list[str]]] = field(factory=list)
    fresh: list[Mutant] = field(factory=list)
    unseen: list[Mutant] = field(factory=list)


def planned(file: File, learned: dict[str, Any], plan: Plan) -> None:
    """Add a file's mutants to the plan.

    What ran while modules were imported shaped tables and defaults, so these functions need a fresh import too. A
    mutant that no test runs is unseen; it survives without a trial.
    """
    lines = learned["lines"].get(str(file.path), {})
    on_import = _runs_on_import(file, set(learned["on_import"].get(str(file.path), ())))
    for mutant in mutants_of(file):
        if mutant.function is None or mutant.function in on_import:
            plan.fresh.append(mutant)
            continue
        names = tests_named((name for line in mutant.lines for name in lines.get(str(line), ())), learned["seconds"])
        if not names:
            plan.unseen.append(mutant)
        elif inplace.fits(file.code, mutant.code(file.source, file.path)):
            plan.in_place.append((mutant, in_order(names, file, learned["seconds"])))
        else:
            plan.fresh.append(mutant)


def _runs_on_import(file: File, lines: set[int]) -> set[str]:
    """Return the outermost functions whose body ran while modules were imported."""
    import ast

    found = set()

    def look(node: ast.AST, names: tuple[str, ...]) -> None:
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.ClassDef):
                look(each, (*names, each.name))
            elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                body = range(each.body[0].lineno, (each.end_lineno or each.lineno) + 1)
                if each.body[0].lineno > each.lineno and not lines.isdisjoint(body):
                    found.add(".".join((*names, each.name)))

    look(ast.parse(file.source), ())
    return found


def tests_named(names: Iterable[str], seconds: Mapping[str, float]) -> set[str]:
    """Return the tests that are named, and for a file's shared fixture all of the file."""
    named = set(names)
    shared = tuple(name.removesuffix(SHARED) + "::" for name in named if name.endswith(SHARED))
    alone = {name for name in named if not name.endswith(SHARED)}
    return alone | ({name for name in seconds if name.startswith(shared)} if shared else set())


def in_order(names: Iterable[str], file: File, seconds: dict[str, float]) -> list[str]:
    """Return tests in the order in which they are asked: the module's own first, then by what they cost."""
    own = set(own_tests(file))

    def rank(name: str) -> tuple[bool, float, str]:
        return (name.partition("::")[0] not in own, seconds[name], name)

    asked = [name for name in names if seconds[name] < SLOW or name.partition("::")[0] in own]
    return sorted(asked, key=rank)


def own_tests(file: File) -> list[str]:
    """Return the test files that are about this module: named like it, or importing from it by name."""
    room, _, stem = file.name.removesuffix(".py").partition("/")
    found = []
    for path in _test_files():
        named = path.stem.removeprefix("test_").startswith(stem)
        near = path.parent.name == room and f"from {file.module} import" in path.read_text("utf-8")
        if named or near:
            found.append(path.relative_to(ROOT).as_posix())
    return found


def _test_files() -> list[Path]:
    return [path for each in TESTS for path in sorted((ROOT / each).glob("test_*.py"))]


def other_tests(file: File, seconds: Mapping[str, float]) -> list[str]:
    """Return the arguments for pytest that ask the test files that are not about this module, without slow tests."""
    own = set(own_tests(file))
    every = [path.relative_to(ROOT).as_posix() for path in _test_files()]
    slow = [f"--deselect={name}" for name, took in seconds.items() if took >= SLOW]
    return [*(name for name in every if name not in own), *slow]
