"""Conflicts: what storage answers to a commit that met somebody else's. They reach no host, but one whose transaction a
repository has joined: `Stale` then says that it has to repeat it."""

from __future__ import annotations

from attrs import frozen

from .root import SubAccountsError


class Conflict(SubAccountsError):
    """Say that a commit met somebody else's; the command reads and decides again."""

    code = "conflict"


class Stale(Conflict):
    """Say that something changed since it was read."""

    code = "stale"


@frozen(kw_only=True, slots=False, str=False)
class Taken(Conflict):
    """Name every unique key of the batch that somebody else holds."""

    code = "taken"
    keys: frozenset[object]


@frozen(kw_only=True, slots=False, str=False)
class Full(Conflict):
    """Name every count of the batch that would pass its limit."""

    code = "full"
    counts: frozenset[str]
