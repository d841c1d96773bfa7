"""How a mutant is put in its place and judged: in functions that are there, in a fresh import, in a child."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tools.mutants import children, fresh, inplace
from tools.mutants.sites import Mutant, mutants

SOURCE = """\
LIMIT = 5


def rule(value, *, most=LIMIT):
    return value < most


class Held:
    def __init__(self, value):
        self.value = value

    @property
    def fits(self):
        return self.value < LIMIT

    @classmethod
    def make(cls, value):
        return cls(value + 1)


def outer(add):
    def inner(value):
        return value + add
    return inner


made_before = outer(1)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import a module made for this test, and forget it afterwards."""
    (tmp_path / "mutated_here.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("mutated_here")
    del sys.modules["mutated_here"]


def mutant(after: str) -> Mutant:
    """Return the mutant that shows this."""
    (found,) = [each for each in mutants(SOURCE, module="m.py", enums={}) if each.after == after]
    return found


def put(module: ModuleType, after: str) -> int:
    """Put a mutant into the module's functions."""
    path = Path(str(module.__file__))
    original = compile(SOURCE, str(path), "exec", dont_inherit=True)
    mutated = mutant(after).code(SOURCE, path)
    assert inplace.fits(original, mutated)
    return inplace.put(inplace.functions(str(path)), original, mutated)


class TestInPlace:
    """A function keeps its identity and gets other code."""

    def test_a_copy_of_the_name_sees_it(self, module: ModuleType) -> None:
        """Whoever imported a function by name runs the mutant."""
        rule = module.rule
        assert 1 == put(module, "return value <= most")
        assert rule(5)

    def test_properties_and_class_methods(self, module: ModuleType) -> None:
        """What a decorator wrapped is reached too."""
        held = module.Held(5)
        put(module, "return self.value <= LIMIT")
        assert held.fits
        put(module, "return cls(value - 1)")
        assert 1 == module.Held.make(2).value

    def test_functions_made_before(self, module: ModuleType) -> None:
        """A function that another one made before is changed as well."""
        put(module, "return value - add")
        assert 1 == module.made_before(2)

    def test_what_does_not_fit(self) -> None:
        """A mutant that closes over other names cannot take a function's place."""
        path = Path("m.py")
        original = compile(SOURCE, str(path), "exec", dont_inherit=True)
        less = compile(SOURCE.replace("return value + add", "return value"), str(path), "exec", dont_inherit=True)
        assert not inplace.fits(original, less)

    def test_true_is_not_one(self) -> None:
        """Constants that are equal and not the same make another function."""
        one, yes = (compile(f"def rule():\n    return {value}\n", "m.py", "exec") for value in ("1", "True"))
        scope: dict[str, Any] = {}
        exec(one, scope)
        assert 0 == inplace.put({("rule", 1): [scope["rule"]]}, one, one)
        assert 1 == inplace.put({("rule", 1): [scope["rule"]]}, one, yes)
        assert scope["rule"]() is True


class TestFresh:
    """A module that is imported anew holds the mutant."""

    def test_tables_and_defaults(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is made on import is made by the mutant."""
        path = tmp_path / "imported_anew.py"
        path.write_text(SOURCE, encoding="utf-8")
        monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
        fresh.put("imported_anew", path, mutant("LIMIT = 6").code(SOURCE, path))
        module = importlib.import_module("imported_anew")
        assert (6, True) == (module.LIMIT, module.rule(5))
        del sys.modules["imported_anew"]

    def test_too_late(self, module: ModuleType) -> None:
        """A module that is there already would not be mutated, so it is an error."""
        with pytest.raises(ImportError, match="imported already"):
            fresh.put("mutated_here", Path(str(module.__file__)), compile(SOURCE, "m.py", "exec"))


def judge(job: str) -> str | None:
    """Be a judge whose verdict is in the job."""
    if job == "loop":
        while True:
            pass
    if job == "broken":
        raise RuntimeError("the run itself failed")
    return "test_name" if job == "noticed" else None


class TestChildren:
    """Each mutant is judged in a process of its own."""

    def test_verdicts(self) -> None:
        """A failing test kills, none lets it survive, no end in the time given counts as killed and is told apart."""
        jobs = ["noticed", "unnoticed", "loop"]
        found = dict(children.verdicts(jobs, judge, seconds=1, processes=2))
        assert {
            "noticed": children.Verdict(outcome="killed", by="test_name"),
            "unnoticed": children.Verdict(outcome="survived"),
            "loop": children.Verdict(outcome="timeout"),
        } == found

    def test_a_broken_run_is_no_verdict(self) -> None:
        """When the judging itself fails nothing was learned, and nothing is counted."""
        with pytest.raises(ChildProcessError, match="the run itself failed"):
            list(children.verdicts(["broken"], judge, seconds=1, processes=1))

    def test_an_answer(self) -> None:
        """What a child calculates comes back as plain data, and its failure as an error."""
        assert {"a": [1]} == children.call(lambda: {"a": [1]})
        with pytest.raises(ChildProcessError):
            children.call(lambda: judge("broken"))
