"""Which mutants a source has: each operator, and what is left alone."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.mutants import sites
from tools.mutants.sites import Mutant, enumerations, mutants

ENUMS = {"State": ["ON", "OFF"]}


def changed(source: str) -> list[str]:
    """Return what each mutant of a source shows in place of what was there."""
    return [mutant.after for mutant in mutants(source, module="m.py", enums=ENUMS)]


def inside(statement: str) -> list[str]:
    """Return the same for a statement in a function."""
    return changed(f"def rule(a, b, c):\n    {statement}\n")


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("a = b < c", ["a = b <= c", "a = b >= c"]),
        ("a = b == c", ["a = b != c"]),
        ("a = b is c", ["a = b is not c"]),
        ("a = b in c", ["a = b not in c"]),
        ("a = b and c", ["a = b or c", "a = c", "a = b"]),
        ("a = not b", ["a = b"]),
        ("a = b - c", ["a = b + c"]),
        ("a |= b", ["a &= b"]),
        ("a = 1", ["a = 2"]),
        ("a = True", ["a = False"]),
        ("a = 'b'", ["a = 'XXbXX'"]),
        ("a = b if c else a", ["a = b", "a = a"]),
        ("a = State.ON", ["a = State.OFF"]),
        ("a = State.OFF", ["a = State.ON"]),
        ("a = b[c:]", ["a = b[:]"]),
        ("a = [b for b in a if c]", ["a = [b for b in a]"]),
        ("a = any(b)", ["a = all(b)"]),
        ("a = b.startswith(c)", ["a = b.endswith(c)"]),
        ("a = b(c=c)", ["a = b()"]),
        ("a(b)", ["pass"]),
        ("await_(b)", ["pass"]),
        ("raise a", ["pass"]),
        ("return a", ["return None"]),
        ("return None", []),
        ("if a: b = c", ["if not a:"]),
    ],
)
def test_what_is_changed(statement: str, expected: list[str]) -> None:
    """Each way of being wrong is tried, one at a time."""
    assert expected == inside(statement)


def test_a_yes_or_no_is_answered_both_ways() -> None:
    """A function that answers yes or no always says yes in one mutant and always no in another."""
    source = "def rule(a) -> bool:\n    return a.holds\n"
    assert ["return True", "return False"] == changed(source)


def test_entries_of_a_table() -> None:
    """Each entry of a table is forgotten once, and each of its parts is wrong once."""
    assert ["", "", "State.OFF: a", "State.ON: b"] == changed("T = {State.ON: a, State.OFF: b}")
    assert ["", "", "a: State.OFF", "**b"] == [*changed("T = {a: State.ON, **b}"), "**b"]
    assert ["T = (b,)", "T = (a,)"] == changed("T = (a, b)")


@pytest.mark.parametrize(
    "source",
    [
        '"""What a file is for."""',
        "def rule(a: Literal['b']) -> Literal['c']: ...",
        "@frozen(kw_only=True)\nclass A: ...",
        "R = TypeVar('R')",
        "__all__ = ['A', 'B']",
        "if TYPE_CHECKING:\n    a = 1",
        "def rule(a):\n    assert a is not None, 'why'",
        "def rule(a):\n    assert_never(a)",
        "Proof = ByCode | OpenClaim | None",
    ],
)
def test_what_is_left_alone(source: str) -> None:
    """What people and type checkers read is no rule."""
    assert [] == changed(source)


def test_sentences_for_programmers_are_left_alone() -> None:
    """The error can be forgotten; the words in it are nobody's rule."""
    assert ["pass"] == inside("raise ValueError('a sentence')")
    assert ["pass", "raise InvalidValue()", "raise InvalidValue(problem='XXsyntaxXX')"] == inside(
        "raise InvalidValue(problem='syntax')"
    )


def test_where_a_mutant_is() -> None:
    """A mutant knows its outermost function and the lines of its statement; defaults belong to no function."""
    source = "class A:\n    def outer(self, x=1):\n        def inner():\n            return (\n                x + 2\n            )\n"
    found = mutants(source, module="m.py", enums={})
    default, *others = found
    assert None is default.function
    assert "x=2" in default.after
    assert {"A.outer"} == {mutant.function for mutant in others}
    assert {range(4, 7)} == {mutant.lines for mutant in others}


def test_a_key_outlives_its_line() -> None:
    """A mutant is known by the same key when lines move above it."""
    source = "def rule(a):\n    return a + 1\n"
    moved = mutants("\n\n" + source, module="m.py", enums={})
    here = mutants(source, module="m.py", enums={})
    assert [mutant.key for mutant in here] == [mutant.key for mutant in moved]
    assert "m.py rule: return a + 1 => return a - 1" in [mutant.key for mutant in here]


def test_aliases_of_enumerations() -> None:
    """A module's short name for an enumeration is one too."""
    assert ["_S.OFF"] == [each.rpartition(" ")[2] for each in changed("_S = State\na = _S.ON\n")]


def test_enumerations_are_found() -> None:
    """The members of an enumeration are its assigned names."""
    assert {"State": ["ON", "OFF"]} == enumerations(["class State(Enum):\n    ON = 1\n    OFF = 2\n", "class A: ..."])


@pytest.mark.parametrize("name", ["children.py", "fresh.py", "inplace.py"])
def test_every_mutant_differs_and_compiles(name: str) -> None:
    """A mutant is another program than its source, and one that can be compiled: tried on this tool itself."""
    path = Path(sites.__file__).with_name(name)
    source = path.read_text(encoding="utf-8")
    original = ast.dump(ast.parse(source))
    for mutant in mutants(source, module=path.name, enums={}):
        assert original != ast.dump(mutant.tree(source)), mutant.key
        assert compiled(mutant, source, path)


def compiled(mutant: Mutant, source: str, path: Path) -> bool:
    """Tell whether a mutant compiles; one that cannot raises here."""
    return mutant.code(source, path).co_filename == str(path)
