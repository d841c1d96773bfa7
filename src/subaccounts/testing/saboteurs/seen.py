"""Repositories that break R32 and R33: how many resources somebody sees, and which of those that are asked about."""

from __future__ import annotations

from collections.abc import Collection

from attrs import evolve

from ...domain.audience import Ungrouped
from ...domain.ids import ResourceId
from ...domain.queries import LARGEST_PAGE
from ...domain.sights import ResourceQuery, shown
from ...domain.viewer import Viewer
from ...domain.visibility import may_see
from .onlookers import Onlooker
from .resource_pages import shared
from .saboteur import breaks


@breaks("R32")
class CountsAPage(Onlooker):
    """Counts what it would answer, which is a page."""

    def resources_count(self, query: ResourceQuery, /) -> int:
        return len(self.inner.resources_page(query))


@breaks("R32")
class CountsFromTheCursor(Onlooker):
    """Counts what comes after the cursor."""

    def resources_count(self, query: ResourceQuery, /) -> int:
        return len(self.inner.resources_page(evolve(query, limit=2 * LARGEST_PAGE)))


@breaks("R32")
class CountsAtMostAPage(Onlooker):
    """Stops counting where the largest page ends."""

    def resources_count(self, query: ResourceQuery, /) -> int:
        return min(LARGEST_PAGE, self.inner.resources_count(query))


@breaks("R32")
class CountsEveryWay(Onlooker):
    """Counts a resource once for each group that shows it."""

    def resources_count(self, query: ResourceQuery, /) -> int:
        rows = self.inner.resources_page(evolve(query, after=None, limit=2 * LARGEST_PAGE))
        return sum(max(1, len(shared(each, query.viewer))) for each in rows)


@breaks("R32")
class CountsWhatIsHidden(Onlooker):
    """Counts for people from outside what is hidden from them, so that they learn how much there is."""

    def resources_count(self, query: ResourceQuery, /) -> int:
        every = self.all_resources(query.organization)
        return sum(shown(evolve(each, hidden_from_external=False), query) for each in every)


@breaks("R32")
class CountsWhateverTheNameIs(Onlooker):
    """Counts all that somebody sees, though it was asked for names that begin in one way."""

    def resources_count(self, query: ResourceQuery, /) -> int:
        return self.inner.resources_count(evolve(query, prefix=""))


@breaks("R33")
class CutsLongListsOfWhatIsSeen(Onlooker):
    """Judges the first 999 of the asked resources."""

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        return self.inner.visible_among(viewer, tuple(resources)[:999], ungrouped=ungrouped)


@breaks("R33")
class SeesWhatWasRemoved(Onlooker):
    """Judges resources that were removed as if they were there."""

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        mine = [each for each in resources if each.organization == viewer.id.organization]
        found = (evolve(each, removed_at=None) for each in self.inner.resources(mine))
        return frozenset(each.id for each in found if may_see(viewer, each, ungrouped))


@breaks("R33")
class LooksAtOneType(Onlooker):
    """Judges what is of the first one's type, as if one question were about courses or about tests."""

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        first = next(iter(resources), None)
        alike = [each for each in resources if first is not None and each.type == first.type]
        return self.inner.visible_among(viewer, alike, ungrouped=ungrouped)


@breaks("R33")
class ForgetsWhatWasChosen(Onlooker):
    """Judges by what the organization chose, though it was asked what would be if it had chosen otherwise."""

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        organization = self.inner.organization(viewer.id.organization)
        chosen = organization.ungrouped if organization else ungrouped
        return self.inner.visible_among(viewer, resources, ungrouped=chosen)


@breaks("R33")
class SeesWhatEverybodyHas(Onlooker):
    """Judges whatever it is asked about, whosever it is."""

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        return frozenset(each.id for each in self.inner.resources(resources) if may_see(viewer, each, ungrouped))
