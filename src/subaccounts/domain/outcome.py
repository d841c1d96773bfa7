"""What became of one line of a command that takes many; why another was refused is in its refusal."""

from __future__ import annotations

from enum import Enum


class Outcome(Enum):
    """What became of a line: something is there now, is there otherwise, is gone, or was so already and nothing was written."""

    MADE = "made"
    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    SAME = "same"
