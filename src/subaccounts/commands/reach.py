"""Find which departments roles over departments reach: their own and everything below. What a role may do there is
`domain.authority`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import final

from attrs import frozen

from ..domain.catalog import CatalogEntry
from ..domain.ids import CatalogId, DepartmentId
from ..errors import Stale
from ..ports import AsyncRepository


@final
@frozen(kw_only=True)
class Reach:
    """Hold which of the departments asked for are reached, and the entries that this was read from.

    While those entries are as they were, so is the answer.
    """

    departments: frozenset[DepartmentId] = frozenset()
    read: tuple[CatalogEntry, ...] = ()


async def reach(
    repository: AsyncRepository, scopes: frozenset[DepartmentId], departments: Collection[DepartmentId], /
) -> Reach:
    """Return those of the departments that lie in a scope or below one; all scopes are of one organization.

    Where nothing is reached, nothing is relied on. Raises `Stale` when a department moved between the two reads.
    """
    # Departments of another organization are reached by nobody here, and could not be guarded in its batches.
    ours = {scope.organization for scope in scopes}
    asked = {department for department in departments if department.organization in ours}
    lineage = await repository.lineage(asked) if asked else frozenset()
    if not lineage & scopes:
        return Reach()
    # Only what is climbed from is read: what is a scope itself is reached wherever it moves.
    climbed = lineage - scopes
    entries = {entry.id: entry for entry in await repository.catalog_entries(climbed)} if climbed else {}
    ways = {department: _way(department, scopes, entries) for department in asked & lineage}
    read = {entry.id: entry for way in ways.values() for entry in way}
    return Reach(
        departments=frozenset(below for below, way in ways.items() if not way or way[-1].parent in scopes),
        read=tuple(read.values()),
    )


def _way(
    department: DepartmentId, scopes: frozenset[DepartmentId], entries: Mapping[CatalogId, CatalogEntry]
) -> tuple[CatalogEntry, ...]:
    """Return the entries that lead from a department up to a scope, or to the top: none for a scope itself."""
    walked: list[CatalogEntry] = []
    above: DepartmentId | None = department
    while above is not None and above not in scopes:
        entry = entries.get(above)
        # A parent that was not in the lineage came there since; so did a way longer than everything that was read.
        if entry is None or len(walked) == len(entries):
            raise Stale
        walked.append(entry)
        above = entry.parent
    return tuple(walked)
