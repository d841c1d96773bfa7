"""Putting a mutant into functions that are already there, wherever they were imported to.

A function keeps its identity and gets other code, so that copies of its name, methods, properties and class methods
all see the mutant. What was made when modules were imported (tables, defaults, class bodies) keeps its value; for
these a module is imported anew, see `fresh`.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import CodeType, FunctionType

Key = tuple[str, int]
"""A function's qualified name and first line."""


def codes(module: CodeType) -> dict[Key, CodeType]:
    """Return the code of every function in a compiled module; the last where two share name and line."""
    return {(code.co_qualname, code.co_firstlineno): code for code in _below(module)}


def _below(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _below(constant)


def fits(original: CodeType, mutated: CodeType) -> bool:
    """Tell whether functions can take the mutant's code: the same ones are there and close over the same names."""
    before, after = codes(original), codes(mutated)
    return before.keys() == after.keys() and all(before[key].co_freevars == after[key].co_freevars for key in before)


def functions(path: str) -> dict[Key, list[FunctionType]]:
    """Return every function alive that a file defines."""
    found: dict[Key, list[FunctionType]] = {}
    for each in gc.get_objects():
        if type(each) is FunctionType and each.__code__.co_filename == path:
            found.setdefault((each.__code__.co_qualname, each.__code__.co_firstlineno), []).append(each)
    return found


def put(alive: dict[Key, list[FunctionType]], original: CodeType, mutated: CodeType) -> int:
    """Give the functions that differ their new code; return how many functions were changed."""
    before, after, changed = codes(original), codes(mutated), 0
    for key, code in after.items():
        if before[key] != code or _deep(before[key]) != _deep(code):
            for function in alive.get(key, ()):
                function.__code__ = code
                changed += 1
    return changed


def _deep(code: CodeType) -> tuple[object, ...]:
    """Return what tells codes apart: `1` and `True` are equal as constants, and not the same rule."""
    constants = tuple(_deep(each) if isinstance(each, CodeType) else (type(each), each) for each in code.co_consts)
    return (code.co_code, constants, code.co_names)
