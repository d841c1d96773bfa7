"""What SQL repositories keep in columns of groups, memberships, resources and participations, and what an audience names."""

from __future__ import annotations

from typing import Any, Final, assert_never

from ..domain.audience import Audience
from ..domain.group import Group
from ..domain.ids import DepartmentId, GroupId, JobProfileId, PermissionTypeId
from ..domain.membership import Membership
from ..domain.participation import Participation
from ..domain.resource import Resource

PARTS: Final = (GroupId.kind, DepartmentId.kind, JobProfileId.kind, PermissionTypeId.kind)
"""The parts of an audience, in the order of the bits of the column `named`."""


def parts_of(audience: Audience, /) -> tuple[frozenset[GroupId | DepartmentId | JobProfileId | PermissionTypeId], ...]:
    """Return what an audience names, by part, in the order of `PARTS`."""
    return (audience.groups, audience.departments, audience.job_profiles, audience.permission_types)


def named_parts(audience: Audience, /) -> int:
    """Return which parts of an audience name something, a bit for each; 0 when it names nobody."""
    return sum(1 << bit for bit, part in enumerate(parts_of(audience)) if part)


def columns_of_seen(record: Group | Membership | Resource | Participation, /) -> dict[str, Any]:
    """Return what of a record is asked for, by column, as `columns_of` does for the others."""
    match record:
        case Group():
            return {"name": record.name, "allows_external": record.allows_external, "retired_at": record.retired_at}
        case Membership():
            return {
                "group_id": record.group.value,
                "person": record.person.value,
                "state": record.state.value,
                "begins_at": record.window.since,
                "ends_at": record.window.until,
            }
        case Resource():
            return {
                "type": record.id.type,
                "name_key": record.name_key,
                "application": record.application and record.application.value,
                "hidden": record.hidden_from_external,
                "rostered": record.rostered,
                "named": named_parts(record.audience),
                "removed_at": record.removed_at,
            }
        case Participation():
            return {"resource": record.resource.value, "person": record.person.value}
        case _:
            assert_never(record)
