"""What a change would make of who sees what: who gains and who loses, and what an administrator has to be told loudly.

Reading two pages side by side is `previews`; what a change of a resource is, `resources`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import Enum
from typing import Final, Self, final

from attrs import frozen

from ..errors import WidensSight
from .audience import Ungrouped
from .group import Group
from .ids import ApplicationId, GroupId, ResourceId, SubAccountId
from .resource import Resource
from .viewer import Viewer
from .visibility import may_see


class Loud(Enum):
    """What nobody should do by accident."""

    TO_EVERYBODY = "to_everybody"
    TO_EXTERNALS = "to_externals"


QUIET: Final = frozenset[Loud]()
"""Nothing that has to be said loudly, and nothing of it accepted."""


@final
@frozen(kw_only=True)
class Moment:
    """Hold all that decides about one person and one resource at one moment: before a change, or as it would be after."""

    viewer: Viewer
    resource: Resource
    ungrouped: Ungrouped

    @property
    def visible(self) -> bool:
        """Tell whether the person sees the resource."""
        return may_see(self.viewer, self.resource, self.ungrouped)


@final
@frozen(kw_only=True)
class Difference:
    """Hold one person who would gain or lose the sight of one resource."""

    person: SubAccountId
    resource: ResourceId
    gains: bool


def differences(moments: Iterable[tuple[Moment, Moment]], /) -> Iterator[Difference]:
    """Yield who gains and who loses, in the order of the pairs: each as it is and as it would be. Nothing is kept."""
    for before, then in moments:
        if before.visible != then.visible:
            yield Difference(person=before.viewer.id, resource=before.resource.id, gains=then.visible)


@final
@frozen(kw_only=True)
class Setting:
    """Hold what decides about a resource whoever looks at it: before a change, or as it would be after.

    `external_groups` are the groups that people from outside can be in, `external_applications` what those open to them.
    """

    resource: Resource
    ungrouped: Ungrouped
    external_groups: frozenset[GroupId] = frozenset()
    external_applications: frozenset[ApplicationId] = frozenset()

    @classmethod
    def among(cls, groups: Iterable[Group], /, *, resource: Resource, ungrouped: Ungrouped) -> Self:
        """Return the setting of a resource among the organization's groups."""
        opened = [group for group in groups if group.allows_external and group.retired_at is None]
        return cls(
            resource=resource,
            ungrouped=ungrouped,
            external_groups=frozenset(group.id for group in opened),
            external_applications=frozenset().union(*(group.applications for group in opened)),
        )

    @property
    def to_everybody(self) -> bool:
        """Tell whether every employee there will ever be sees it, just because it names nobody."""
        resource = self.resource
        return resource.removed_at is None and not resource.audience.named and self.ungrouped is not Ungrouped.NOBODY

    @property
    def to_externals(self) -> bool:
        """Tell whether somebody from outside can come to see it, its roster apart, which is explicit."""
        resource, groups = self.resource, self.resource.audience.groups
        if resource.removed_at is not None or resource.hidden_from_external:
            return False
        if resource.application is not None and resource.application not in self.external_applications:
            return False
        if not resource.audience.named:
            return self.ungrouped is Ungrouped.EVERYBODY
        return not groups or not groups.isdisjoint(self.external_groups)


def warnings(before: Setting, then: Setting, /) -> frozenset[Loud]:
    """Return what has to be said loudly of a change: what can be seen by whom, and not only by those there today."""
    loud = {
        Loud.TO_EVERYBODY: then.to_everybody and not before.to_everybody,
        Loud.TO_EXTERNALS: then.to_externals and not before.to_externals,
    }
    return frozenset(each for each, is_so in loud.items() if is_so)


def group_warnings(before: Group | None, then: Group, /) -> frozenset[Loud]:
    """Return what has to be said loudly of a change of a group, whatever is shown to it today; None is before it is made.

    A group that takes people from outside opens to them everything it is shown, now and later, and its applications. So a
    switch that lets them in is loud, and one application more for a group that they are in. To retire a group opens nothing.
    A group that is made is shown nothing yet, and opens its applications at once.
    """
    if not _takes_externals(then):
        return QUIET
    if before is None:
        return frozenset({Loud.TO_EXTERNALS}) if then.applications else QUIET
    opens = not _takes_externals(before) or not then.applications <= before.applications
    return frozenset({Loud.TO_EXTERNALS}) if opens else QUIET


def _takes_externals(group: Group) -> bool:
    return group.allows_external and group.retired_at is None


def require_accepted(loud: Collection[Loud], accepting: Collection[Loud], /) -> None:
    """Raise `WidensSight`, with everything of it that is not accepted, for a change that has to be said loudly."""
    missing = sorted(each.value for each in set(loud) - set(accepting))
    if missing:
        raise WidensSight(loud=tuple(missing))


def alike(before: Viewer, then: Viewer, /) -> bool:
    """Tell whether two viewers see the same of whatever there is, so that nobody has to be asked.

    Employees open every application, whichever their groups open; who is gone sees nothing, whatever else is said of it.
    """
    return _seen_by(before) == _seen_by(then)


def _seen_by(viewer: Viewer) -> object:
    if not viewer.living:
        return None
    opened = viewer.applications if viewer.external else None
    had = (viewer.groups, viewer.departments, viewer.job_profile, viewer.permission_types, viewer.rosters)
    return viewer.external, opened, *had
