"""The sentences that stand beside names in the code, read from its source: a table can say what a number is."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from types import ModuleType


def beside(thing: ModuleType | type, /) -> dict[str, str]:
    """Return what stands below each name that a module or class binds, on one line; names without are left out."""
    tree = ast.parse(inspect.getsource(thing)).body
    if isinstance(thing, type):
        (own,) = (node for node in tree if isinstance(node, ast.ClassDef))
        tree = own.body
    said: dict[str, str] = {}
    for node, below in pairwise(tree):
        match node, below:
            case (
                ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                said[name] = " ".join(text.split())
            case _:
                pass
    return said
