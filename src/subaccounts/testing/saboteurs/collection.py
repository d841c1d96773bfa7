"""All saboteurs, in the order of the clauses."""

from __future__ import annotations

from typing import Final

from . import (
    appends,
    audit,
    batches,
    groups,
    hashers,
    hosts,
    keeping,
    leaks,
    notifiers,
    organizations,
    people,
    queues,
    races,
    resource_pages,
    secrets,
    seen,
    sights,
    sign_ins,
    sign_ups,
    texts,
    unique_keys,
    versions,
)
from .saboteur import Saboteur, known_in

_FILES: Final = (
    organizations, people, sign_ins, sign_ups, groups, sights, resource_pages, seen, audit, batches, versions, unique_keys, appends, queues, races,
    keeping, leaks, hashers, secrets, hosts, notifiers, texts,
)  # fmt: skip


def saboteurs(breaking: str | None = None, /) -> tuple[Saboteur, ...]:
    """Return the saboteurs, or those of one clause (`C3`) or rule (`storage`, `secrets`)."""
    return tuple(each for file in _FILES for each in known_in(file.__name__) if breaking in (None, each.breaks))
