"""Survivors that were looked at: mutants no test can notice, or should not, each with its reason.

`explained.toml` holds them in groups of one reason. A survivor that is not there fails the session, and so does an
entry whose mutant was killed; a test finds those whose mutant is gone. So the file says what is true.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path

from attrs import frozen

FILE = Path(__file__).with_name("explained.toml")


@frozen(kw_only=True)
class Reason:
    """Hold why a group of mutants survives."""

    title: str
    why: str
    mutants: tuple[str, ...]


def read(path: Path = FILE) -> tuple[Reason, ...]:
    """Return the reasons in their order. Raises `ValueError` for a mutant that is explained twice."""
    groups = tomllib.loads(path.read_text(encoding="utf-8")).get("reason", [])
    reasons = tuple(
        Reason(title=each["title"], why=" ".join(each["why"].split()), mutants=tuple(each["mutants"]))
        for each in groups
    )
    every = [mutant for reason in reasons for mutant in reason.mutants]
    twice = sorted({mutant for mutant in every if every.count(mutant) > 1})
    if twice:
        raise ValueError(f"explained twice: {twice}")
    return reasons


def names(reasons: Iterable[Reason], /) -> frozenset[str]:
    """Return the keys of all mutants that have a reason."""
    return frozenset(mutant for reason in reasons for mutant in reason.mutants)


def compare(
    reasons: Iterable[Reason], *, survived: Iterable[str], judged: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return the survivors without a reason, and the reasons whose mutant was judged and killed."""
    explained = names(reasons)
    survivors = set(survived)
    unexplained = [key for key in judged if key in survivors and key not in explained]
    outdated = sorted(key for key in explained if key in judged and key not in survivors)
    return unexplained, outdated
