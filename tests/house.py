"""Read source code as a careful reader would: what is impure, what is public, where a tool was told to look away.

Pure functions on text and trees. The rules that use them are in test_house.py.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize

CALCULATING = {
    "__future__", "abc", "base64", "binascii", "bisect", "collections", "dataclasses", "datetime", "decimal", "enum",
    "fractions", "functools", "graphlib", "hashlib", "heapq", "hmac", "html", "ipaddress", "itertools", "json",
    "math", "numbers", "operator", "re", "string", "stringprep", "struct", "textwrap", "types", "typing", "unicodedata",
    "uuid", "zlib",
}  # fmt: skip
"""The part of the standard library that only calculates; what is missing here is a decision, not an oversight."""

PURE_PARTNERS = {"attr", "attrs", "typing_extensions", "precis_i18n"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "breakpoint"}
IMPURE_METHODS = {"now", "utcnow", "today", "uuid1", "uuid4", "uuid7", "getnode"}
LOOK_AWAY = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no|pyright:\s*ignore)(?::?\s*[A-Z0-9, ]+\b|\[[^\]]*\])?(.*)"
)


def breaches(source: str) -> list[str]:
    """Say, in order, what a file of `subaccounts.domain` does that is not a calculation."""
    told = []
    for node in ast.walk(ast.parse(source)):
        told += [f"imports {name}" for name in imported(node) if not is_pure(name)]
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in IMPURE_CALLS or called.rpartition(".")[2] in IMPURE_METHODS:
                told.append(f"calls {called}")
        if isinstance(node, (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)):
            told.append("knows async")
    return told


def imported(node: ast.AST) -> list[str]:
    """Return the full names of the modules that a node of a domain file imports."""
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(level=0):
            return [node.module or ""]
        case ast.ImportFrom(level=1):
            return ["subaccounts.domain"]
        case ast.ImportFrom(module=None):
            return [f"subaccounts.{alias.name}" for alias in node.names]
        case ast.ImportFrom():
            return [f"subaccounts.{node.module}"]
        case _:
            return []


def is_pure(module: str) -> bool:
    """Tell whether a domain file is allowed to import a module."""
    top = module.partition(".")[0]
    if top == "subaccounts":
        return module.startswith(("subaccounts.domain", "subaccounts.errors"))
    return top in CALCULATING | PURE_PARTNERS


def public_names(tree: ast.Module) -> tuple[list[str] | None, set[str], set[str]]:
    """Return what a module lists in `__all__` (None if it has none), what it defines and what it takes from its package.

    Only names without an underscore; names imported from elsewhere are nobody's surface.
    """
    listed: list[str] | None = None
    defined: set[str] = set()
    from_package: set[str] = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.AnnAssign(target=ast.Name(id="__all__")):
                assert node.value is not None
                listed = list(ast.literal_eval(node.value))
            case ast.Assign():
                defined |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                defined.add(name)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                defined.add(node.name)
            case ast.ImportFrom(level=level) if level > 0:
                from_package |= {alias.asname or alias.name for alias in node.names}
            case _:
                pass
    return listed, without_underscore(defined), without_underscore(from_package)


def without_underscore(names: set[str]) -> set[str]:
    """Return the names that are not private."""
    return {name for name in names if not name.startswith("_")}


def tool_exceptions(source: str) -> list[tuple[int, str]]:
    """Return (line, reason) of every comment that tells a tool to look away; the reason can be empty."""
    return [
        (token.start[0], match[1].strip(" -:#"))
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT and (match := LOOK_AWAY.search(token.string))
    ]
