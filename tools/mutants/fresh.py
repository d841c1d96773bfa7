"""Putting a mutant into a module before anybody imports it: tables, constants, defaults and class bodies."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType


class _Loader(SourceFileLoader):
    """Load a module from code that was compiled already."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        """Return the mutant's code, whatever the file holds."""
        return self._code


class _Finder(MetaPathFinder):
    """Find one module, and leave all others to whoever comes next."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for the mutant alone."""
        if fullname != self._name:
            return None
        return spec_from_file_location(fullname, self._path, loader=_Loader(fullname, str(self._path), self._code))


def put(name: str, path: Path, code: CodeType) -> None:
    """Have the next import of a module run this code. Raises `ImportError` when it is imported already."""
    if name in sys.modules:
        raise ImportError(f"{name} is imported already, nobody would see the mutant")
    sys.meta_path.insert(0, _Finder(name, path, code))
