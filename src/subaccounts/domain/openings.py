"""Which applications a person can open, and through which of its groups. Whether it then sees a resource is `visibility`."""

from __future__ import annotations

from datetime import datetime
from typing import Self, final

from attrs import frozen

from .group import Group
from .ids import ApplicationId
from .viewer import Viewer, ViewerFacts


@final
@frozen(kw_only=True)
class Opening:
    """Hold one application and the groups of a person that open it to people from outside, ordered by value."""

    application: ApplicationId
    groups: tuple[Group, ...]


@final
@frozen(kw_only=True)
class Openings:
    """Hold which applications a person can open.

    `every` says that it opens all there are, as employees do; `through` is then empty, for no group makes a difference.
    Otherwise `through` is all that it opens, ordered by value. Who is archived or deleted opens none.
    """

    every: bool = False
    through: tuple[Opening, ...] = ()

    @classmethod
    def at(cls, now: datetime, facts: ViewerFacts, /) -> Self:
        """Return what a person can open at a moment."""
        viewer = Viewer.at(now, facts)
        if not viewer.living:
            return cls()
        if not viewer.external:
            return cls(every=True)
        inside = sorted((group for group in facts.groups if group.id in viewer.groups), key=lambda each: each.id.value)
        applications = sorted(viewer.applications, key=lambda each: each.value)
        return cls(
            through=tuple(
                Opening(application=each, groups=tuple(group for group in inside if each in group.applications))
                for each in applications
            )
        )
