"""The rule of who sees what: whether, and why. What of a person decides is `viewer`, of a resource `resource`.

A viewer sees a resource that it may open the application of and that is meant for it. `may_see` says so in less than a
microsecond, for it is asked of every row of a page; `explain` answers the same with the chain of facts. Databases repeat the rule
in their language, and are held to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Final, TypeVar, final

from attrs import frozen

from .audience import Audience, Ungrouped
from .ids import ApplicationId, DepartmentId, GroupId, JobProfileId, PermissionTypeId
from .resource import Resource
from .viewer import Apart, Viewer


class Half(Enum):
    """What a fact decides: whether there is anything to see, may the application be opened, is the resource meant for it."""

    SHOWN = "shown"
    APPLICATION = "application"
    AUDIENCE = "audience"


class Why(Enum):
    """What was found. The words for a reader are in the messages, under this value."""

    PERSON_GONE = "person_gone"
    RESOURCE_REMOVED = "resource_removed"
    HIDDEN_FROM_EXTERNAL = "hidden_from_external"
    PARTICIPANT = "participant"
    IN_NO_APPLICATION = "in_no_application"
    OPEN_TO_EMPLOYEES = "open_to_employees"
    OPENED_BY_GROUP = "opened_by_group"
    NOT_OPENED_BY_GROUP = "not_opened_by_group"
    NOBODY_NAMED_EVERYBODY = "nobody_named_everybody"
    NOBODY_NAMED_EMPLOYEES = "nobody_named_employees"
    NOBODY_NAMED_NOBODY = "nobody_named_nobody"
    IN_GROUP = "in_group"
    IN_NO_GROUP = "in_no_group"
    IN_DEPARTMENT = "in_department"
    IN_NO_DEPARTMENT = "in_no_department"
    HAS_JOB_PROFILE = "has_job_profile"
    HAS_NO_JOB_PROFILE = "has_no_job_profile"
    HAS_PERMISSION_TYPE = "has_permission_type"
    HAS_NO_PERMISSION_TYPE = "has_no_permission_type"


_NOBODY_NAMED: Final = {
    Ungrouped.EVERYBODY: Why.NOBODY_NAMED_EVERYBODY,
    Ungrouped.EMPLOYEES: Why.NOBODY_NAMED_EMPLOYEES,
    Ungrouped.NOBODY: Why.NOBODY_NAMED_NOBODY,
}

Named = ApplicationId | GroupId | DepartmentId | JobProfileId | PermissionTypeId
"""What a fact is about, beside the person and the resource."""
N = TypeVar("N", bound=Named)


@final
@frozen(kw_only=True)
class Fact:
    """Hold one link of the chain: what was found, whether it speaks for seeing, and what it is about.

    `about` are the ids that made it so: the groups somebody is in, or those that it would have to be in one of, ordered by
    value. `apart` says of these groups, and of those that would open the application, why a membership of them does not count,
    where there is one.
    """

    half: Half
    why: Why
    holds: bool
    about: tuple[Named, ...] = ()
    apart: tuple[tuple[GroupId, Apart], ...] = ()


@final
@frozen(kw_only=True)
class Sight:
    """Hold whether somebody sees something, and the chain of facts that says so.

    When it does not, `against` are the facts to mend, each of which is enough to keep it out.
    """

    visible: bool
    facts: tuple[Fact, ...]

    @property
    def against(self) -> tuple[Fact, ...]:
        """Return the facts that keep it out."""
        return tuple(fact for fact in self.facts if not fact.holds)


def may_see(viewer: Viewer, resource: Resource, ungrouped: Ungrouped, /) -> bool:
    """Tell whether a viewer sees a resource of its organization."""
    external = viewer.external
    if not viewer.living or resource.removed_at is not None or (external and resource.hidden_from_external):
        return False
    if resource.rostered and resource.id in viewer.rosters:
        return True
    if external and resource.application is not None and resource.application not in viewer.applications:
        return False
    audience = resource.audience
    if audience.groups and audience.groups.isdisjoint(viewer.groups):
        return False
    if audience.departments and audience.departments.isdisjoint(viewer.departments):
        return False
    if audience.job_profiles and viewer.job_profile not in audience.job_profiles:
        return False
    if audience.permission_types and audience.permission_types.isdisjoint(viewer.permission_types):
        return False
    return audience.named or _is_among(viewer, ungrouped)


def _is_among(viewer: Viewer, ungrouped: Ungrouped) -> bool:
    return ungrouped is Ungrouped.EVERYBODY or (ungrouped is Ungrouped.EMPLOYEES and not viewer.external)


def explain(viewer: Viewer, resource: Resource, ungrouped: Ungrouped, /) -> Sight:
    """Say whether a viewer sees a resource, and everything that speaks for it or against it.

    A fact that decides alone is the only one: that somebody or something is gone, that the resource is hidden from people from
    outside, that the viewer takes part. Otherwise both halves are looked at, also when the first says no.
    """
    facts = _alone(viewer, resource) or (_opened(viewer, resource), *_met(viewer, resource.audience, ungrouped))
    return Sight(visible=all(fact.holds for fact in facts), facts=facts)


def _alone(viewer: Viewer, resource: Resource) -> tuple[Fact, ...]:
    """Return the one fact that decides alone, if there is one."""
    if not viewer.living:
        return (Fact(half=Half.SHOWN, why=Why.PERSON_GONE, holds=False),)
    if resource.removed_at is not None:
        return (Fact(half=Half.SHOWN, why=Why.RESOURCE_REMOVED, holds=False),)
    if viewer.external and resource.hidden_from_external:
        return (Fact(half=Half.SHOWN, why=Why.HIDDEN_FROM_EXTERNAL, holds=False),)
    if resource.rostered and resource.id in viewer.rosters:
        return (Fact(half=Half.SHOWN, why=Why.PARTICIPANT, holds=True),)
    return ()


def _opened(viewer: Viewer, resource: Resource) -> Fact:
    application = resource.application
    if application is None:
        return Fact(half=Half.APPLICATION, why=Why.IN_NO_APPLICATION, holds=True)
    about = (application,)
    if not viewer.external:
        return Fact(half=Half.APPLICATION, why=Why.OPEN_TO_EMPLOYEES, holds=True, about=about)
    if application in viewer.applications:
        return Fact(half=Half.APPLICATION, why=Why.OPENED_BY_GROUP, holds=True, about=about)
    shut = (group for group, opened in viewer.withheld.items() if application in opened)
    apart = tuple((each, viewer.apart[each]) for each in _ordered(shut) if each in viewer.apart)
    return Fact(half=Half.APPLICATION, why=Why.NOT_OPENED_BY_GROUP, holds=False, about=about, apart=apart)


def _met(viewer: Viewer, audience: Audience, ungrouped: Ungrouped) -> tuple[Fact, ...]:
    """Return a fact for each part of an audience that names something, or the one about an audience that names nobody."""
    if not audience.named:
        return (Fact(half=Half.AUDIENCE, why=_NOBODY_NAMED[ungrouped], holds=_is_among(viewer, ungrouped)),)
    jobs = frozenset({viewer.job_profile})  # None is named by nobody
    parts: tuple[tuple[frozenset[Named], frozenset[Named | None], Why, Why], ...] = (
        (audience.groups, viewer.groups, Why.IN_GROUP, Why.IN_NO_GROUP),
        (audience.departments, viewer.departments, Why.IN_DEPARTMENT, Why.IN_NO_DEPARTMENT),
        (audience.job_profiles, jobs, Why.HAS_JOB_PROFILE, Why.HAS_NO_JOB_PROFILE),
        (audience.permission_types, viewer.permission_types, Why.HAS_PERMISSION_TYPE, Why.HAS_NO_PERMISSION_TYPE),
    )
    return tuple(_part(viewer, named, had, met, missed) for named, had, met, missed in parts if named)


def _part(viewer: Viewer, named: frozenset[Named], had: frozenset[Named | None], met: Why, missed: Why) -> Fact:
    shared = named & had
    about = _ordered(shared or named)
    apart = tuple((each, viewer.apart[each]) for each in about if isinstance(each, GroupId) and each in viewer.apart)
    return Fact(half=Half.AUDIENCE, why=met if shared else missed, holds=bool(shared), about=about, apart=apart)


def _ordered(ids: Iterable[N]) -> tuple[N, ...]:
    return tuple(sorted(ids, key=lambda each: each.value))
