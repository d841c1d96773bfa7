"""The rules for catalogs: make, rename, move, retire. What an entry is, is `catalog`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from attrs import evolve

from ..errors import CycleRefused, FieldRefused, NotFound, TooMany, WrongState
from .catalog import DEEPEST_TREE, CatalogEntry
from .decision import Decision, Happened, Seen, seen
from .events import By, CatalogEntryMade, CatalogEntryRenamed, CatalogEntryRetired, DepartmentMoved, Happening
from .ids import CatalogId, DepartmentId


def make(entry: CatalogId, name: str, /, *, above: tuple[CatalogEntry, ...], by: By) -> Decision[CatalogEntry]:
    """Make an entry; `above` is a new department's parent with everything over it, nearest first."""
    parent = _parent(above)
    made = CatalogEntry(id=entry, name=name, parent=parent)
    return _changed(None, made, CatalogEntryMade(entry=entry, name=name), by=by, guards=_guards(above))


def rename(entry: CatalogEntry, name: str, /, *, by: By) -> Decision[CatalogEntry]:
    """Give an entry another name; who has it keeps it."""
    _living(entry, "rename")
    what = CatalogEntryRenamed(entry=entry.id, before=entry.name, after=name)
    return _changed(entry, evolve(entry, name=name), what, by=by)


def move(entry: CatalogEntry, /, *, above: tuple[CatalogEntry, ...], levels: int = 1, by: By) -> Decision[CatalogEntry]:
    """Put a department below another, or at the top when `above` is empty; `levels` counts it and what is below.

    Everything above the new place has to hold until the commit, so that two moves cannot close a circle together.
    """
    _living(entry, "move")
    if not isinstance(entry.id, DepartmentId):
        raise WrongState(what=entry.id.kind, state="not in a tree", action="move")
    if entry.id in {each.id for each in above}:
        raise CycleRefused
    if len(above) + levels > DEEPEST_TREE:
        raise TooMany(what="levels of departments", limit=DEEPEST_TREE)
    what = DepartmentMoved(entry=entry.id, before=entry.parent, after=_parent(above))
    return _changed(entry, evolve(entry, parent=_parent(above)), what, by=by, guards=_guards(above))


def retire(entry: CatalogEntry, /, *, now: datetime, by: By) -> Decision[CatalogEntry]:
    """Give an entry to nobody new; who has it keeps it, and its name is free again."""
    _living(entry, "retire")
    return _changed(entry, evolve(entry, retired_at=now), CatalogEntryRetired(entry=entry.id), by=by)


def path(parent: DepartmentId | None, found: Mapping[CatalogId, CatalogEntry], /) -> tuple[CatalogEntry, ...]:
    """Return a department and everything above it, nearest first; raise `NotFound` for one that does not exist."""
    above: list[CatalogEntry] = []
    while parent is not None:
        entry = found.get(parent)
        if entry is None:
            raise NotFound(what="department")
        above.append(entry)
        if len(above) >= DEEPEST_TREE:
            raise TooMany(what="levels of departments", limit=DEEPEST_TREE)
        parent = entry.parent
    return tuple(above)


def levels(top: DepartmentId, below: Collection[CatalogEntry], /) -> int:
    """Return how many levels a department has with everything below it: 1 when nothing is."""
    found, level = 0, {top}
    while level:
        found += 1
        level = {entry.id for entry in below if entry.parent in level and isinstance(entry.id, DepartmentId)}
    return found


def _parent(above: tuple[CatalogEntry, ...]) -> DepartmentId | None:
    if not above:
        return None
    if above[0].retired_at is not None:
        raise FieldRefused(field="parent", why="retired")
    parent = above[0].id
    return parent if isinstance(parent, DepartmentId) else None


def _guards(above: tuple[CatalogEntry, ...]) -> tuple[Seen, ...]:
    return tuple(seen(each) for each in above)


def _living(entry: CatalogEntry, action: str) -> None:
    if entry.retired_at is not None:
        raise WrongState(what=entry.id.kind, state="retired", action=action)


def _changed(
    before: CatalogEntry | None, then: CatalogEntry, what: Happening, /, *, by: By, guards: tuple[Seen, ...] = ()
) -> Decision[CatalogEntry]:
    organization = then.id.organization
    if then == before:
        return Decision(organization=organization, by=by, result=then)
    result, happened = evolve(then, version=then.version + 1), (Happened(what=what),)
    return Decision(organization=organization, by=by, result=result, puts=(then,), guards=guards, happened=happened)
