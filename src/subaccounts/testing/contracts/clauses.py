"""The clauses of the ports, read from the docstrings that state them: there is no second list to forget."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from ...ports import plain, storage

_CLAUSE: Final = re.compile(r"^([A-Z][0-9]+)\. (.+?)(?=^[A-Z][0-9]+\. |^\s*$|\Z)", re.MULTILINE | re.DOTALL)


def clauses_in(docstring: str, /) -> Mapping[str, str]:
    """Return the numbered clauses of a docstring, each as one line of text."""
    found = _CLAUSE.findall(inspect.cleandoc(docstring))
    return {number: " ".join(text.split()) for number, text in found}


@cache
def clauses() -> Mapping[str, str]:
    """Return every clause of every port by its number; empty under `python -OO`, which drops docstrings."""
    found: dict[str, str] = {}
    for room in (storage, plain):
        for port in vars(room).values():
            if inspect.isclass(port) and port.__module__ == room.__name__:
                found.update(clauses_in(port.__doc__ or ""))
    return MappingProxyType(found)
