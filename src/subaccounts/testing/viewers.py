"""What records say of the people among them, as storage has to answer it, calculated from the records and nothing else.

The rule of who sees what is `domain.visibility`; what is asked about it is `domain.sights`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from ..domain.catalog import CatalogEntry
from ..domain.decision import Record
from ..domain.group import Group
from ..domain.ids import AnyRecordId, DepartmentId
from ..domain.membership import Membership
from ..domain.participation import Participation
from ..domain.sub_account import SubAccount
from ..domain.viewer import ViewerFacts


def facts_of(records: Iterable[Record], /) -> tuple[ViewerFacts, ...]:
    """Return what decides of each person what it sees, ordered by value; the records are all there are."""
    known: dict[AnyRecordId, Record] = {record.id: record for record in records}
    people = [record for record in known.values() if isinstance(record, SubAccount)]
    memberships: dict[AnyRecordId, list[Membership]] = {person.id: [] for person in people}
    participations: dict[AnyRecordId, list[Participation]] = {person.id: [] for person in people}
    for record in known.values():
        if isinstance(record, Membership):
            memberships[record.person].append(record)
        if isinstance(record, Participation):
            participations[record.person].append(record)
    found = []
    for person in sorted(people, key=lambda each: each.id.value):
        inside = sorted(memberships[person.id], key=lambda each: each.group.value)
        roster = sorted(participations[person.id], key=lambda each: each.resource.value)
        facts = ViewerFacts(
            sub_account=person,
            memberships=tuple(inside),
            groups=tuple(cast("Group", known[each.group]) for each in inside),
            lineage=_lineage(person.profile.departments, known),
            participations=tuple(roster),
        )
        found.append(facts)
    return tuple(found)


def _lineage(departments: Iterable[DepartmentId], known: dict[AnyRecordId, Record]) -> frozenset[DepartmentId]:
    """Return those of the departments that exist, and everything above them."""
    found: set[DepartmentId] = set()
    waiting = list(departments)
    while waiting:
        entry = known.get(waiting.pop())
        if isinstance(entry, CatalogEntry) and isinstance(entry.id, DepartmentId) and entry.id not in found:
            found.add(entry.id)
            waiting += [entry.parent] if entry.parent else []
    return frozenset(found)
