"""The doors that lead to a resource: a page of what somebody sees reads what is behind its own doors, and nothing else.

Whoever sees a resource is met by every part that its audience names, so it is enough to look behind one of them. A resource
is found under each thing that the first of these parts names, or, when it names nobody, behind the one door of all such. What
is behind a door need not be seen: that is the rule's to say. Participants come by the roster, which has no doors.
"""

from __future__ import annotations

from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.ids import DepartmentId, GroupId, JobProfileId, PermissionTypeId
from subaccounts.domain.resource import Resource
from subaccounts.domain.viewer import Viewer

Door = tuple[str, ...]
"""Where the places of the resources behind a door begin."""
_UNNAMED = ("", "")


def every(of: str, /) -> Door:
    """Return the door that every resource of a type is behind, removed ones excepted."""
    return ("resource", of)


def doors_to(resource: Resource, /) -> list[Door]:
    """Return every door that a resource is behind."""
    audience, of = resource.audience, resource.id.type
    parts = (audience.groups, audience.departments, audience.job_profiles, audience.permission_types)
    named = next((part for part in parts if part), None)
    if named is None:
        return [every(of), _door(of, *_UNNAMED)]
    return [every(of), *(_door(of, each.kind, each.value) for each in named)]


def doors_of(viewer: Viewer, ungrouped: Ungrouped, of: str, /) -> list[Door]:
    """Return every door to resources of a type that somebody has."""
    if not viewer.living:
        return []
    has: list[GroupId | DepartmentId | JobProfileId | PermissionTypeId | None]
    has = [*viewer.groups, *viewer.departments, *viewer.permission_types, viewer.job_profile]
    found = [_door(of, each.kind, each.value) for each in has if each is not None]
    if ungrouped is Ungrouped.EVERYBODY or (ungrouped is Ungrouped.EMPLOYEES and not viewer.external):
        found.append(_door(of, *_UNNAMED))
    return found


def _door(of: str, kind: str, value: str) -> Door:
    return ("door", kind, value, of)
