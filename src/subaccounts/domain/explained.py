"""A sight with the names of what it is about, so that it can be told in words. The words are in the messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import final

from attrs import frozen

from .catalog import CatalogEntry
from .group import Group
from .ids import ApplicationId, CatalogId, GroupId, ResourceId
from .viewer import Viewer
from .visibility import Named, Sight


@final
@frozen(kw_only=True)
class Label:
    """Say what something is called."""

    of: GroupId | CatalogId
    name: str


@final
@frozen(kw_only=True)
class ExplainedSight:
    """Hold whether a person sees a resource and why, with what the resource and everything the facts name are called.

    Applications are the host's, who knows what they are called; they have no label.
    """

    sight: Sight
    resource: ResourceId
    name: str
    labels: tuple[Label, ...] = ()

    @property
    def visible(self) -> bool:
        """Tell whether the person sees the resource."""
        return self.sight.visible

    @property
    def names(self) -> Mapping[Named, str]:
        """Return what everything is called, by its id."""
        return {label.of: label.name for label in self.labels}


def nameless(sight: Sight, /) -> frozenset[GroupId | CatalogId]:
    """Return everything that the facts of a sight name, and that has a name here."""
    about = frozenset(each for fact in sight.facts for each in fact.about if not isinstance(each, ApplicationId))
    return about | {group for fact in sight.facts for group, _ in fact.apart}


def own(viewer: Viewer, /) -> frozenset[GroupId | CatalogId]:
    """Return the groups and catalog entries that a person has to do with, and whose names are no news to it."""
    jobs = (viewer.job_profile,) if viewer.job_profile else ()
    return frozenset((*viewer.groups, *viewer.apart, *viewer.departments, *jobs, *viewer.permission_types))


def labels(groups: Iterable[Group], entries: Iterable[CatalogEntry], /) -> tuple[Label, ...]:
    """Return what groups and catalog entries are called, in the order of their names."""
    named = [
        *(Label(of=group.id, name=group.name) for group in groups),
        *(Label(of=entry.id, name=entry.name) for entry in entries),
    ]
    return tuple(sorted(named, key=lambda label: (label.name.casefold(), label.of.kind, label.of.value)))
