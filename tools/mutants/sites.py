"""Where a file can be wrong: every mutant of a module, told by what it changes. How a node changes is `operators`."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from attrs import evolve, field, frozen

from .operators import Enums, changes, returned

Path_ = tuple[str | int, ...]
"""The way to a node from another: names of fields and places in lists."""

_BUILT_IN = {"ValueError", "TypeError", "RuntimeError", "AttributeError", "NotImplementedError", "KeyError"}
_FOR_TYPES = {"TypeVar", "cast", "NewType", "ParamSpec"}


@frozen(kw_only=True)
class Mutant:
    """Hold one small change of a module.

    `function` is the outermost function it is in, None for a table, a class body or a default. `lines` are those of
    the statement; a test that runs none of them cannot notice. `before` and `after` show it.
    """

    module: str
    function: str | None
    line: int
    lines: range
    before: str
    after: str
    place: Path_ = field(repr=False)
    becomes: ast.AST | None = field(repr=False, eq=False)

    @property
    def key(self) -> str:
        """Return what the mutant is known by when lines move."""
        return f"{self.module} {self.function or '-'}: {self.before} => {self.after}"

    def tree(self, source: str) -> ast.Module:
        """Return the module's syntax tree with this change in it."""
        module = ast.parse(source)
        _put(module, self.place, self.becomes)
        return ast.fix_missing_locations(module)

    def code(self, source: str, path: Path) -> CodeType:
        """Return the mutated module, compiled."""
        return compile(self.tree(source), str(path), "exec", dont_inherit=True)


@frozen(kw_only=True)
class _Here:
    """Know where in a module the search is."""

    path: Path_ = ()
    names: tuple[str, ...] = ()
    function: str | None = None
    boolean: bool = False
    shown: Path_ = ()  # the statement or the part of a table that shows a change
    around: tuple[str, str] = ("", "")  # the rest of the table's entry


def mutants(source: str, *, module: str, enums: Enums) -> list[Mutant]:
    """Return every mutant of a module's source, in the order of its lines."""
    tree = ast.parse(source)
    known = {**enums, **_aliases(tree, enums)}
    return list(_Search(tree, module, known).below(tree, _Here()))


def enumerations(sources: list[str]) -> dict[str, list[str]]:
    """Return the members of every enumeration in these sources."""
    found: dict[str, list[str]] = {}
    for source in sources:
        for node in ast.parse(source).body:
            match node:
                case ast.ClassDef(name=name, bases=[ast.Name(id="Enum")], body=body):
                    found[name] = [
                        target.id
                        for each in body
                        if isinstance(each, ast.Assign)
                        for target in each.targets
                        if isinstance(target, ast.Name)
                    ]
    return found


def _aliases(tree: ast.Module, enums: Enums) -> dict[str, list[str]]:
    """Return the short names a module gives to enumerations: `_S, _I = State, LifeInput`."""
    found = {}
    for node in tree.body:
        pairs: list[tuple[ast.expr, ast.expr]] = []
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = list(zip(names, values, strict=False))
            case ast.Assign(targets=[alone], value=of):
                pairs = [(alone, of)]
        for name, value in pairs:
            if isinstance(name, ast.Name) and isinstance(value, ast.Name) and value.id in enums:
                found[name.id] = list(enums[value.id])
    return found


class _Search:
    """Walk a module and collect what can be wrong in it."""

    def __init__(self, tree: ast.Module, module: str, enums: Enums) -> None:
        self._tree, self._module, self._enums = tree, module, enums

    def below(self, node: ast.AST, here: _Here) -> Iterator[Mutant]:
        """Yield the mutants of everything below a node that runs."""
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "bases", "type_comment", "ctx"}:
                continue
            if isinstance(value, ast.AST):
                yield from self._at(value, evolve(here, path=(*here.path, name)), node, name)
            elif isinstance(value, list):
                for place, each in enumerate(value):
                    if isinstance(each, ast.AST):
                        yield from self._at(each, evolve(here, path=(*here.path, name, place)), node, name)

    def _at(self, node: ast.AST, here: _Here, parent: ast.AST, name: str) -> Iterator[Mutant]:
        if _is_idle(node, parent):
            return
        if isinstance(node, ast.stmt | ast.match_case):
            here = evolve(here, shown=here.path, around=("", ""))
        elif isinstance(parent, ast.Dict) and not here.function:
            here = evolve(here, shown=here.path, around=_around(parent, here.path))
        inner = here
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = self._inside(node, here)
        elif isinstance(node, ast.arguments) and isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = self._defaults(parent, here)
        found: Iterator[ast.AST | None]
        if isinstance(node, ast.Return):
            found = returned(node, boolean=here.boolean)
        else:
            found = changes(node, enums=self._enums, in_function=here.function is not None)
        yield from (self._mutant(node, becomes, here) for becomes in found)
        if isinstance(node, ast.Dict) and not here.function:
            yield from self._entries(node, here)
        yield from self.below(node, inner)

    def _inside(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, here: _Here) -> _Here:
        names = (*here.names, node.name)
        if isinstance(node, ast.ClassDef):
            return evolve(here, names=names)
        boolean = isinstance(node.returns, ast.Name) and node.returns.id == "bool"
        return evolve(here, names=names, function=here.function or ".".join(names), boolean=boolean)

    def _defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef, here: _Here) -> _Here:
        """Look at defaults as at a table: they are made once, when the function is."""
        outer = here.names[:-1]
        return here if here.function != ".".join((*outer, node.name)) else evolve(here, function=None)

    def _entries(self, node: ast.Dict, here: _Here) -> Iterator[Mutant]:
        """Yield a table without one of its entries, for each."""
        for gone in range(len(node.keys)):
            less = copy.copy(node)
            less.keys = [key for at, key in enumerate(node.keys) if at != gone]
            less.values = [value for at, value in enumerate(node.values) if at != gone]
            entry = ast.Dict(keys=[node.keys[gone]], values=[node.values[gone]])
            shown = ast.unparse(entry)[1:-1]
            yield evolve(self._mutant(node, less, here), before=shown, after="", line=node.values[gone].lineno)

    def _mutant(self, node: ast.AST, becomes: ast.AST | None, here: _Here) -> Mutant:
        shown = _get(self._tree, here.shown)
        statement = _header(shown)
        changed = copy.deepcopy(shown)
        rest = here.path[len(here.shown) :]
        if rest:
            _put(changed, rest, becomes)
        after = becomes if not rest else changed
        lines = _lines(shown)
        return Mutant(
            module=self._module,
            function=here.function,
            line=getattr(node, "lineno", lines.start),
            lines=lines,
            before=here.around[0] + statement + here.around[1],
            after=here.around[0] + _header(after) + here.around[1],
            place=here.path,
            becomes=becomes,
        )


def _is_idle(node: ast.AST, parent: ast.AST) -> bool:
    """Tell whether this is read by people and type checkers only."""
    match node, parent:
        case (ast.Assert() | ast.Import() | ast.ImportFrom() | ast.JoinedStr(), _):
            return True
        case (ast.Expr(value=ast.Constant()), _):
            return True
        case (ast.If(test=ast.Name(id="TYPE_CHECKING")), _):
            return True
        case (ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))), _):
            return True
        case (ast.Assign(targets=[ast.Name(id="__all__" | "__slots__")]), _):
            return True
        case (ast.Constant(value=str()), ast.Call(func=ast.Name(id=name))):
            return name in _BUILT_IN or name in _FOR_TYPES
        case _:
            return False


def _around(table: ast.Dict, path: Path_) -> tuple[str, str]:
    """Return what stands before and after a key or a value in its entry."""
    *_, name, place = path
    assert isinstance(place, int)
    key = table.keys[place]
    if name == "keys":
        return "", f": {ast.unparse(table.values[place])}"
    return (f"{ast.unparse(key)}: " if key is not None else "**"), ""


def _header(node: ast.AST | None) -> str:
    """Return a statement as one line, a compound one without what is below it."""
    if node is None:
        return ""
    shown = copy.copy(node)
    for name in ("body", "orelse", "handlers", "finalbody", "cases", "decorator_list"):
        if isinstance(getattr(shown, name, None), list):
            setattr(shown, name, [])
    return " ".join(ast.unparse(ast.fix_missing_locations(shown)).split())


def _lines(node: ast.AST) -> range:
    """Return the lines of a statement, of a compound one those of its head."""
    start, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
    below = getattr(node, "body", None)
    if isinstance(node, ast.match_case):
        start = node.pattern.lineno
        end = start
    if isinstance(below, list) and below and isinstance(node, ast.stmt):
        end = max(start, below[0].lineno - 1)
    return range(start, end + 1)


def _get(node: ast.AST, path: Path_) -> Any:
    """Return the node, or the list of nodes, at the end of the way."""
    here: Any = node
    for step in path:
        here = here[step] if isinstance(step, int) else getattr(here, step)
    return here


def _put(node: ast.AST, path: Path_, becomes: ast.AST | None) -> None:
    """Replace the node at the end of the way."""
    *way, last = path
    here = _get(node, tuple(way))
    if isinstance(last, int):
        here[last] = becomes
    else:
        setattr(here, last, becomes)
