"""The corpus: inputs worth keeping, one small file each, named by the hash of what it holds.

An input is kept when it takes the code somewhere no kept input does, or because it once broke something.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any, Final

import subaccounts
from tests.fuzz.target import Target

HOME: Final = Path(__file__).parent / "corpus"
MOST_FILES: Final = 150
"""Inputs kept of one target."""
MOST_BYTES: Final = 1_000_000
"""Bytes of the whole corpus."""
_PACKAGE: Final = str(Path(subaccounts.__file__).parent) + os.sep

Arc = tuple[str, int, int]
"""A file, and two of its lines that ran one after the other."""


def named(data: bytes, /) -> str:
    """Return the name of an input's file."""
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def kept(name: str, /) -> list[bytes]:
    """Return the inputs kept of a target, the shortest first."""
    folder = HOME / name
    found = [path.read_bytes() for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(found, key=lambda data: (len(data), data))


def keep(name: str, data: bytes, /) -> None:
    """Keep an input of a target."""
    folder = HOME / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / named(data)).write_bytes(data)


def arcs(judge: Callable[[bytes], None], data: bytes, /) -> frozenset[Arc]:
    """Return where in the package an input leads; an input that breaks something leads as far as it came."""
    seen: set[Arc] = set()
    last: dict[FrameType, int] = {}

    def line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            seen.add((frame.f_code.co_filename, last.get(frame, 0), frame.f_lineno))
            last[frame] = frame.f_lineno
        return line

    def call(frame: FrameType, _: str, __: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(_PACKAGE) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        judge(data)
    except Exception:  # noqa: BLE001 - what breaks is told by whoever replays it
        return frozenset(seen)
    finally:
        sys.settrace(before)
    return frozenset(seen)


def worth_keeping(target: Target, found: Iterable[bytes], /) -> list[bytes]:
    """Return those of the found inputs that lead somewhere new, the shortest first; never more than there is room for."""
    known: set[Arc] = set()
    present = kept(target.name)
    for data in [*target.seeds(), *present]:
        known |= arcs(target.judge, data)
    worth: list[bytes] = []
    for data in sorted(set(found), key=lambda data: (len(data), data)):
        if len(present) + len(worth) >= MOST_FILES:
            break
        new = arcs(target.judge, data) - known
        if new:
            known |= new
            worth.append(data)
    return worth
