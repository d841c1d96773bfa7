"""Hold the OWASP ASVS table of SECURITY.md: no row without its test, and no test that claims what no row says.

Usage, from anywhere, with nothing installed:

    python tools/check_asvs.py

Each row has the requirement's id, its level, what it asks in short, what is done, and the tests that prove it, as
`tests/path.py::test_name` or `tests/path.py::TestClass::test_name`. A test names its requirements with
`@pytest.mark.asvs("6.2.1")`, so that whoever changes it sees what hangs on it. Both directions are compared, by reading the
files: nothing is imported and nothing runs.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEADING = "## OWASP ASVS 5.0"
COLUMNS = ["requirement", "level", "in short", "what is done", "test"]
LEVELS: Mapping[int, str] = {
    1: "22 1111122223 112222222223 222 123",
    2: "122 112 12223 23",
    3: "3 113 12223 11222233 11122333 3 22333",
    4: "12233 23333 22 1222",
    5: "2 112333 113 222",
    6: "122 111111112222 11223333 112233 22222333 2223 33 2222",
    7: "222 1111 22 11222 223 22",
    8: "1233 1123 133 23",
    9: "111 1222",
    10: "22 223 22223 1111122222233333 22222 22 222",
    11: "2233 22233 11233 1222 23 23 33",
    12: "12233 11 22223",
    13: "2333 222223 2233 1222233",
    14: "22 12223333 122",
    15: "12233 12233 1222222 3333",
    16: "2 22222 2222 222 2223",
    17: "23 22223333 22",
}
"""The level of each of the 345 requirements of ASVS 5.0.0: chapters, in each its sections, in each a digit for each
requirement in its order. So `6.2.9` is the ninth digit of the second group of 6."""

_ID = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_TEST = re.compile(r"`([^`]*)`")
_SEPARATOR = re.compile(r"\|[-| ]+\|")


@dataclass(frozen=True, kw_only=True)
class Row:
    """Hold one row of the table, as it is written."""

    id: str
    level: str
    tests: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Hold one test function: the requirements it names, and whether it is skipped whatever happens."""

    names: tuple[str, ...] = ()
    skipped: bool = False


def level_of(requirement: str) -> str | None:
    """Return the level of a requirement of ASVS 5.0.0, or None when there is no such requirement."""
    found = _ID.fullmatch(requirement)
    if found is None:
        return None
    chapter, section, place = (int(number) for number in found.groups())
    sections = LEVELS.get(chapter, "").split()
    if not 1 <= section <= len(sections) or not 1 <= place <= len(sections[section - 1]):
        return None
    return sections[section - 1][place - 1]


def read_table(text: str) -> list[Row]:
    """Return the rows of the table below the heading.

    Raises ValueError when there is no such table, or a row has not just the five columns.
    """
    section = text.partition(f"\n{HEADING}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|") and not _SEPARATOR.fullmatch(line)]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))] for line in lines]
    if not cells or cells[0] != COLUMNS:
        raise ValueError(f"below {HEADING!r} there has to be a table with the columns {', '.join(COLUMNS)}")
    for row in cells:
        if len(row) != len(COLUMNS):
            raise ValueError(f"the row {' | '.join(row)!r} has not {len(COLUMNS)} columns")
    return [Row(id=name, level=level, tests=tuple(_TEST.findall(tests))) for name, level, _, _, tests in cells[1:]]


def read_tests(source: str) -> dict[str, Proof]:
    """Return the test functions of a file by their names, with the class before them where there is one.

    Raises ValueError for a mark that stands on anything but a test function, or names anything but texts.
    """
    tree = ast.parse(source)
    marks = sum(isinstance(node, ast.Attribute) and ast.unparse(node) == "pytest.mark.asvs" for node in ast.walk(tree))
    whole = any(_is_skip(node.value) for node in tree.body if isinstance(node, ast.Assign) and _is_pytestmark(node))
    tests: dict[str, Proof] = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            skipped = whole or any(map(_is_skip, node.decorator_list))
            tests |= {f"{node.name}::{name}": test for name, test in _functions(node.body, skipped=skipped)}
    tests |= dict(_functions(tree.body, skipped=whole))
    counted = sum(bool(test.names) for test in tests.values())
    if marks != counted:
        raise ValueError(f"{marks} marks stand on {counted} tests: one mark, on the test itself, with all its ids")
    return tests


def _functions(body: Sequence[ast.stmt], *, skipped: bool) -> Iterator[tuple[str, Proof]]:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
            names = tuple(name for mark in node.decorator_list for name in _names(mark))
            first = [each for each in node.body if not _is_docstring(each)][:1]
            gives_up = any(isinstance(each, ast.Expr) and _is_skip(each.value) for each in first)
            yield node.name, Proof(names=names, skipped=skipped or gives_up or any(map(_is_skip, node.decorator_list)))


def _names(mark: ast.expr) -> tuple[str, ...]:
    if not isinstance(mark, ast.Call) or ast.unparse(mark.func) != "pytest.mark.asvs":
        return ()
    return tuple(str(ast.literal_eval(argument)) for argument in mark.args)


def _is_skip(node: ast.expr) -> bool:
    """Tell whether a decorator, a mark or a call skips without a condition; `skipif(True)` has none either."""
    called = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    if called == "pytest.mark.skipif":
        return isinstance(node, ast.Call) and isinstance(node.args[0], ast.Constant) and bool(node.args[0].value)
    return called in {"pytest.mark.skip", "pytest.skip"}


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in node.targets)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def problems(rows: Sequence[Row], tests: Mapping[str, Proof]) -> list[str]:
    """Return what is wrong with these rows beside these tests, each as a sentence; nothing when all is well."""
    return [
        *(told for row in rows for told in _row_problems(row, tests)),
        *_order_problems(rows),
        *_unclaimed(rows, tests),
    ]


def _row_problems(row: Row, tests: Mapping[str, Proof]) -> Iterator[str]:
    level = level_of(row.id)
    if level is None:
        yield f"{row.id} is no requirement of ASVS 5.0"
    elif level != row.level:
        yield f"{row.id} is of level {level}, its row says {row.level}"
    if not row.tests:
        yield f"{row.id} names no test"
    for name in row.tests:
        test = tests.get(name)
        if test is None:
            yield f"{row.id} names {name}, which is not there"
            continue
        if test.skipped:
            yield f"{row.id} names {name}, which is always skipped"
        if row.id not in test.names:
            yield f'{row.id} names {name}, which does not say @pytest.mark.asvs("{row.id}")'


def _order_problems(rows: Sequence[Row]) -> Iterator[str]:
    known = [tuple(int(number) for number in row.id.split(".")) for row in rows if level_of(row.id) is not None]
    for before, after in itertools.pairwise(known):
        if before == after:
            yield f"{'.'.join(map(str, after))} has two rows"
        elif before > after:
            yield f"{'.'.join(map(str, after))} stands after {'.'.join(map(str, before))}"


def _unclaimed(rows: Sequence[Row], tests: Mapping[str, Proof]) -> Iterator[str]:
    claimed = {(row.id, name) for row in rows for name in row.tests}
    for name, test in sorted(tests.items()):
        for requirement in test.names:
            if (requirement, name) not in claimed:
                yield f"{name} says it proves {requirement}, which no row says of it"


def every_test(root: Path) -> dict[str, Proof]:
    """Return every test function below `tests/` by its full name; ValueError names the file of a misplaced mark."""
    found: dict[str, Proof] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        shown = path.relative_to(root).as_posix()
        try:
            tests = read_tests(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{shown}: {error}") from error
        found |= {f"{shown}::{name}": test for name, test in tests.items()}
    return found


def main() -> int:
    """Print what is wrong, or how many rows of each level hold; return the exit status."""
    rows = read_table((ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    found = problems(rows, every_test(ROOT))
    for each in found:
        print(each)
    by_level = ", ".join(f"{sum(row.level == level for row in rows)} of level {level}" for level in "123")
    print(f"{len(rows)} requirements ({by_level}), {len({name for row in rows for name in row.tests})} tests")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
