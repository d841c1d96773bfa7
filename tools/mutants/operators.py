"""The small ways in which a node of the syntax tree can be wrong. Where nodes are looked for is `sites`.

Each answer is a node to stand in the other's place, or None to take it away. What is left alone, and why: types and
decorators (a type checker judges them), docstrings and the sentences of errors for programmers (they are read, not
obeyed), `assert` (it narrows types here and says nothing at run time that the types do not).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence

Enums = Mapping[str, Sequence[str]]
"""The members of each enumeration, by the name it has in a module."""

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}
_CALLED = {"any": "all", "min": "max", "startswith": "endswith", "upper": "lower", "partition": "rpartition"}
_CALLED |= {new: old for old, new in _CALLED.items()}


def changes(node: ast.AST, *, enums: Enums, in_function: bool) -> Iterator[ast.AST | None]:
    """Yield what could stand in this node's place."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            for place in range(len(node.values)):  # one condition forgotten
                rest = [value for at, value in enumerate(node.values) if at != place]
                yield _with(node, values=rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.BinOp() | ast.AugAssign() if type(node.op) in _CALCULATED and not _is_type(node):
            yield _with(node, op=_CALCULATED[type(node.op)]())
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.Constant():
            yield from _constants(node)
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in enums.get(name, ()):
            members = enums[name]
            yield _with(node, attr=members[(members.index(attr) + 1) % len(members)])
        case ast.Call():
            yield from _calls(node, in_function=in_function)
        case ast.Slice():
            yield from (_with(node, **{end: None}) for end in ("lower", "upper", "step") if getattr(node, end))
        case _:
            yield from _statements(node, in_function=in_function)


def _statements(node: ast.AST, *, in_function: bool) -> Iterator[ast.AST | None]:
    match node:
        case ast.If(test=test) | ast.While(test=test):
            if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):  # these are turned around themselves
                yield _with(node, test=ast.UnaryOp(op=ast.Not(), operand=test))
        case ast.comprehension(ifs=conditions):
            yield from (_with(node, ifs=[each for each in conditions if each is not gone]) for gone in conditions)
        case ast.Expr(value=ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom()) | ast.Raise():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Set(elts=values) | ast.Tuple(elts=values, ctx=ast.Load()) | ast.List(elts=values, ctx=ast.Load()):
            if not in_function and len(values) > 1:  # an entry of a table
                yield from (_with(node, elts=[each for each in values if each is not gone]) for gone in values)


def returned(node: ast.Return, *, boolean: bool) -> Iterator[ast.AST]:
    """Yield other answers of a function; `boolean` says whether it answers yes or no."""
    match node.value:
        case None | ast.Constant():
            return
        case _ if boolean:
            yield from (_with(node, value=ast.Constant(value=answer)) for answer in (True, False))
        case _:
            yield _with(node, value=ast.Constant(value=None))


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, op in enumerate(node.ops):
        for other in _COMPARED[type(op)]:
            yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool(value):
            yield ast.Constant(value=not value)
        case int(value) | float(value):
            yield ast.Constant(value=value + 1)
        case str(value):
            yield ast.Constant(value=f"XX{value}XX")
        case bytes(value):
            yield ast.Constant(value=b"XX" + value + b"XX")


def _calls(node: ast.Call, *, in_function: bool) -> Iterator[ast.AST]:
    match node.func:
        case ast.Name(id=name) if name in _CALLED:
            yield _with(node, func=ast.Name(id=_CALLED[name], ctx=ast.Load()))
        case ast.Attribute(attr=name) if name in _CALLED:
            yield _with(node, func=_with(node.func, attr=_CALLED[name]))
    if in_function:  # an argument forgotten
        for gone in node.keywords:
            yield _with(node, keywords=[each for each in node.keywords if each is not gone])


def _is_type(node: ast.AST) -> bool:
    """Tell whether this is a union of types, which is read by a type checker and not calculated."""
    match node:
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return all(_is_type(side) or _names_type(side) for side in (left, right))
        case _:
            return False


def _names_type(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name):
            return name[:1].isupper() or name in {"str", "int", "bytes", "bool", "float"}
        case ast.Subscript(value=value):
            return _names_type(value) or isinstance(value, ast.Name)
        case ast.Constant(value=None):
            return True
        case _:
            return False


def _with(node: ast.AST, **fields: object) -> ast.AST:
    """Return a copy of the node with some of its fields replaced."""
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
