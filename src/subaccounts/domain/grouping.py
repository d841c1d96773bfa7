"""The rules for groups: make, rename, let people from outside in, open applications, retire. What a group is, is `group`."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final

from attrs import evolve

from ..errors import NotFound, TooMany, WrongState
from .decision import Decision, Happened
from .events import By, Happening
from .group import Group
from .group_events import GroupApplicationsChanged, GroupExternalSwitched, GroupMade, GroupRenamed, GroupRetired
from .ids import ApplicationId, GroupId
from .widening import QUIET, Loud, group_warnings, require_accepted

MOST_APPLICATIONS: Final = 1000
"""Applications of one group; a bound for storage, far above what a portal offers."""


def make(
    id: GroupId,  # noqa: A002 - positional
    name: str,
    /,
    *,
    allows_external: bool,
    applications: AbstractSet[ApplicationId],
    by: By,
    accepting: frozenset[Loud] = QUIET,
) -> Decision[Group]:
    """Make a group.

    Raises `NotFound` for an application of another organization, `TooMany` for more than 1,000, `WidensSight` for what it
    opens to people from outside and is not accepted.
    """
    _check_applications(id, applications)
    made = Group(id=id, name=name, allows_external=allows_external, applications=frozenset(applications))
    require_accepted(group_warnings(None, made), accepting)
    what = GroupMade(group=id, name=name, allows_external=allows_external, applications=made.applications)
    return _changed(None, made, what, by=by)


def rename(group: Group, name: str, /, *, by: By) -> Decision[Group]:
    """Give a group another name."""
    require_living(group, "rename")
    what = GroupRenamed(group=group.id, before=group.name, after=name)
    return _changed(group, evolve(group, name=name), what, by=by)


def switch_external(
    group: Group, /, *, allows_external: bool, by: By, accepting: frozenset[Loud] = QUIET
) -> Decision[Group]:
    """Let people from outside be members, or not; whose membership counts no more keeps it, and it counts again later.

    Raises `WidensSight` where they are let in and that is not accepted.
    """
    require_living(group, "switch_external")
    then = evolve(group, allows_external=allows_external)
    require_accepted(group_warnings(group, then), accepting)
    return _changed(group, then, GroupExternalSwitched(group=group.id, allows_external=allows_external), by=by)


def change_applications(
    group: Group,
    /,
    *,
    add: AbstractSet[ApplicationId],
    remove: AbstractSet[ApplicationId],
    by: By,
    accepting: frozenset[Loud] = QUIET,
) -> Decision[Group]:
    """Add applications and take others away; one that is both is added.

    Raises `NotFound` for one of another organization, `TooMany` where more than 1,000 would be open, `WidensSight` where one
    more is opened to people from outside and that is not accepted.
    """
    require_living(group, "change_applications")
    before, opened = group.applications, (group.applications - remove) | add
    _check_applications(group.id, opened)
    then = evolve(group, applications=opened)
    require_accepted(group_warnings(group, then), accepting)
    what = GroupApplicationsChanged(group=group.id, added=opened - before, removed=before - opened)
    return _changed(group, then, what, by=by)


def retire(group: Group, /, *, now: datetime, by: By) -> Decision[Group]:
    """Close a group for good: its memberships count no more, and its name is free again."""
    require_living(group, "retire")
    return _changed(group, evolve(group, retired_at=now), GroupRetired(group=group.id), by=by)


def require_living(group: Group, action: str, /) -> None:
    """Raise `WrongState` for a group that is retired."""
    if group.retired_at is not None:
        raise WrongState(what="group", state="retired", action=action)


def _check_applications(group: GroupId, applications: AbstractSet[ApplicationId]) -> None:
    if any(each.organization != group.organization for each in applications):
        raise NotFound(what="application")
    if len(applications) > MOST_APPLICATIONS:
        raise TooMany(what="applications", limit=MOST_APPLICATIONS)


def _changed(before: Group | None, then: Group, what: Happening, /, *, by: By) -> Decision[Group]:
    organization = then.id.organization
    if then == before:
        return Decision(organization=organization, by=by, result=then)
    result, happened = evolve(then, version=then.version + 1), (Happened(what=what),)
    return Decision(organization=organization, by=by, result=result, puts=(then,), happened=happened)
