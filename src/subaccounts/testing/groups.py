"""Valid groups, memberships, applications and resources for tests; a test names only what it is about."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from ..domain.fields import Kind
from ..domain.group import Group
from ..domain.ids import ApplicationId, GroupId, MembershipId, OrganizationId, ParticipationId, ResourceId, SubAccountId
from ..domain.life import State
from ..domain.membership import Membership, MembershipState
from ..domain.participation import Participation
from ..domain.resource import Resource
from ..domain.viewer import Viewer
from .builders import OURS, sub_account_id, value


def group_id(number: int = 1, /, *, of: OrganizationId = OURS) -> GroupId:
    """Return the id of the group of this number."""
    return GroupId(organization=of, value=value(number))


def application_id(number: int = 1, /, *, of: OrganizationId = OURS) -> ApplicationId:
    """Return the id of the application of this number."""
    return ApplicationId(organization=of, value=value(number))


def resource_id(number: int = 1, /, *, of: OrganizationId = OURS) -> ResourceId:
    """Return the id of the course of this number."""
    return ResourceId.of(of, "course", str(number))


def group(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Group:
    """Return a group of employees."""
    return evolve(Group(id=group_id(number, of=of), name=f"Group {number}"), **changes)


def membership(
    number: int = 1,
    /,
    *,
    group: int | GroupId = 1,
    person: int | SubAccountId = 1,
    of: OrganizationId = OURS,
    **changes: Any,
) -> Membership:
    """Return an active membership without an end; of a group and a person of these numbers or ids."""
    made = Membership(
        id=MembershipId(organization=of, value=value(number)),
        group=group_id(group, of=of) if isinstance(group, int) else group,
        person=sub_account_id(person, of=of) if isinstance(person, int) else person,
        state=MembershipState.ACTIVE,
    )
    return evolve(made, **changes)


def resource(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Resource:
    """Return a course in no application, whose audience names nobody."""
    return evolve(Resource(id=resource_id(number, of=of), name=f"Course {number}"), **changes)


def participation(
    number: int = 1,
    /,
    *,
    resource: int | ResourceId = 1,
    person: int | SubAccountId = 1,
    of: OrganizationId = OURS,
) -> Participation:
    """Return that a person takes part in a resource; of a course and a person of these numbers or ids."""
    return Participation(
        id=ParticipationId(organization=of, value=value(number)),
        resource=resource_id(resource, of=of) if isinstance(resource, int) else resource,
        person=sub_account_id(person, of=of) if isinstance(person, int) else person,
    )


def viewer(number: int = 1, /, *, of: OrganizationId = OURS, **changes: Any) -> Viewer:
    """Return an employee who is in no group and has nothing an audience could name."""
    given: dict[str, Any] = {"id": sub_account_id(number, of=of), "state": State.ACTIVE, "kind": Kind.EMPLOYEE}
    return Viewer(**(given | changes))
