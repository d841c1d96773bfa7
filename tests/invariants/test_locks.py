"""What threads do while they hold a lock: no waiting for another lock, no port, no await, and nobody holds one from outside.

It is read from the source: a lock that a thread waits for while it holds another is what two threads get stuck on, and one that
is held while a host's part answers makes everybody wait for that part.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import subaccounts
from subaccounts import ports

PACKAGE: Final = Path(inspect.getfile(subaccounts)).parent
MADE: Final = {"Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore"}
NAMES: Final = {"lock", "_lock", "_condition", "_shared_lock"}
"""What locks are called here; a lock with another name is a mistake that `test_locks_are_known` finds."""
ASKED: Final = frozenset(
    name for each in ports.__all__ for name in vars(getattr(ports, each)) if not name.startswith("_")
) - {"close"}
"""What ports are asked. A connection is closed too, by who holds it."""


def is_lock(node: ast.expr) -> bool:
    """Tell whether an expression is a lock, by its name."""
    return (isinstance(node, ast.Attribute) and node.attr in NAMES) or (isinstance(node, ast.Name) and node.id in NAMES)


def held(tree: ast.AST) -> Iterator[ast.With]:
    """Yield every block that is run under a lock."""
    for node in ast.walk(tree):
        if isinstance(node, ast.With) and any(is_lock(item.context_expr) for item in node.items):
            yield node


def wrong(source: str) -> list[str]:
    """Say what a file does under a lock that it should not."""
    tree = ast.parse(source)
    makes = {called(node) for node in ast.walk(tree) if isinstance(node, ast.Call)} & MADE
    reentrant = not makes or "RLock" in makes  # who makes none has its base's, which `test_locks_are_known` names
    locking = {
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and any(held(function)) and not reentrant
    }
    return [told for block in held(tree) for inside in block.body for told in _wrong(inside, locking)]


def _wrong(inside: ast.stmt, locking: set[str]) -> Iterator[str]:
    for node in ast.walk(inside):
        match node:
            case ast.Await() | ast.Yield() | ast.YieldFrom():
                yield "gives way"
            case ast.With() if any(is_lock(item.context_expr) for item in node.items):
                yield "waits for another lock"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)) if name in locking:
                yield f"calls {name}, which waits for the lock"
            case ast.Call(func=ast.Attribute(value=of, attr=name)) if name in ASKED and "self" != ast.unparse(of):
                yield f"asks {name} of somebody"
            case _:
                pass


def called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    return ast.unparse(call.func).rpartition(".")[2]


def ours() -> dict[str, str]:
    """Return the source of every file that is not the kit's."""
    files = sorted(path for path in PACKAGE.rglob("*.py") if "testing" not in path.parts)
    return {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.asvs("15.4.3")
def test_nobody_waits_while_it_holds_a_lock() -> None:
    """Under a lock no file waits for another one, asks a port, or gives way to other tasks."""
    found = {name: source for name, source in ours().items() if any(held(ast.parse(source)))}
    assert {"keys.py", "hashing/pool.py", "repositories/memory.py", "system.py"} < set(found)
    assert {} == {name: told for name, source in found.items() if (told := wrong(source))}


@pytest.mark.asvs("15.4.3")
def test_locks_are_known() -> None:
    """Every lock is private to the file that makes it, or to the classes it extends, and has a name that says so."""
    for name, source in ours().items():
        tree = ast.parse(source)
        makes = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in MADE]
        into = [
            target
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and node.value in makes
            for target in node.targets
        ]
        assert (len(makes), []) == (len(into), [ast.unparse(each) for each in into if not is_lock(each)]), name
        if any(held(tree)) and not makes:
            assert "repositories/memory.py" == name  # whose base in `_shelves` makes it, and makes it reentrant


@pytest.mark.asvs("15.4.3")
def test_locks_are_let_go() -> None:
    """A lock is taken by `with`, which lets it go whatever happens; the one exception is such a block itself."""
    by_hand = {name for name, source in ours().items() if ".acquire(" in source}
    # A thread holds the lock of its own connection from `__enter__` to `__exit__`; only `close` waits for it.
    assert {"repositories/sqlite/connections.py"} == by_hand


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("self.hasher.matches(password=a, stored=b)", ["asks matches of somebody"]),
        ("with self._condition:\n                pass", ["waits for another lock"]),
        ("self.other()", ["calls other, which waits for the lock"]),
        ("yield 1", ["gives way"]),
        ("self.there.pop(1)", []),
    ],
)
def test_what_is_wrong_is_found(body: str, told: list[str]) -> None:
    """Each mistake under a lock is found, and what only changes what is held is none."""
    source = (
        "class A:\n    def __init__(self): self._lock = Lock()\n"
        f"    def one(self):\n        with self._lock:\n            {body}\n"
        "    def other(self):\n        with self._lock:\n            pass\n"
    )
    assert told == wrong(source)
