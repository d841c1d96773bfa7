"""Repositories that break R31: who is shown which resources, page by page. How many there are is in `seen`."""

from __future__ import annotations

import re
import unicodedata

from attrs import evolve

from ...domain.audience import Audience, Ungrouped
from ...domain.ids import GroupId
from ...domain.life import State
from ...domain.queries import LARGEST_PAGE
from ...domain.resource import Resource, name_key
from ...domain.sights import ResourceQuery, shown
from ...domain.viewer import Viewer
from ..moved import moved
from .onlookers import Onlooker, in_pages
from .saboteur import breaks


class ShowsWrongly(Onlooker):
    """Be a repository that pages through what it shows; what that is, a subclass says wrongly."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        """Tell whether a resource belongs to the answer."""
        return shown(resource, query)

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        found = [each for each in self.all_resources(query.organization) if self.shows(each, query)]
        return in_pages(found, query)


@breaks("R31")
class LetsAnUnmetPartPass(ShowsWrongly):
    """Joins the parts of an audience by OR: who is in the group sees what is for one department of it."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        whole = resource.audience
        parts = (
            Audience(groups=whole.groups),
            Audience(departments=whole.departments),
            Audience(job_profiles=whole.job_profiles),
            Audience(permission_types=whole.permission_types),
        )
        alone = (evolve(resource, audience=part) for part in parts if part.named)
        return shown(resource, query) or any(shown(each, query) for each in alone)


@breaks("R31")
class ShowsExternalsWhatIsHidden(ShowsWrongly):
    """Forgets that something is hidden from people from outside."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        return shown(evolve(resource, hidden_from_external=False), query)


@breaks("R31")
class ShowsParticipantsWhatIsHidden(ShowsWrongly):
    """Looks at the roster before it looks at what is hidden from people from outside."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        listed = query.viewer is not None and resource.rostered and resource.id in query.viewer.rosters
        return shown(evolve(resource, hidden_from_external=False) if listed else resource, query)


@breaks("R31")
class OpensEveryApplication(ShowsWrongly):
    """Shows people from outside what is in an application that no group of theirs opens."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        return shown(evolve(resource, application=None), query)


@breaks("R31")
class ForgetsTheRoster(ShowsWrongly):
    """Looks at groups alone, so that a participant does not see its assessment."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        return shown(evolve(resource, rostered=False), query)


@breaks("R31")
class TakesEveryListForARoster(ShowsWrongly):
    """Shows to participants what has no roster any more."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        return shown(evolve(resource, rostered=True), query)


@breaks("R31")
class ShowsTheUnnamedToEverybody(ShowsWrongly):
    """Shows what names nobody to everybody, whatever the organization chose."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        return shown(resource, evolve(query, ungrouped=Ungrouped.EVERYBODY))


@breaks("R31")
class ShowsWhatWasRemoved(ShowsWrongly):
    """Answers what was removed to who asks for everything."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        return shown(evolve(resource, removed_at=None) if query.viewer is None else resource, query)


@breaks("R31")
class ShowsTheArchivedWhatTheySaw(ShowsWrongly):
    """Forgets that who was archived or deleted sees nothing."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        viewer = query.viewer
        return shown(resource, query if viewer is None else evolve(query, viewer=evolve(viewer, state=State.ACTIVE)))


@breaks("R31")
class ReadsTheAudienceOfAnotherTenant(ShowsWrongly):
    """Joins what an audience names by the resource's id alone, so that another tenant's groups are let in too."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        named = resource.audience.groups
        for other in self.others(query.organization):
            for twin in self.inner.resources((evolve(resource.id, organization=other),)):
                named = named | moved(twin.audience.groups, query.organization) if named else named
        return shown(evolve(resource, audience=evolve(resource.audience, groups=named)), query)


@breaks("R31")
class TakesAPrefixForAPattern(ShowsWrongly):
    """Gives the beginning of a name to LIKE as it was typed."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        letters = {"%": ".*", "_": "."}
        pattern = "".join(letters.get(letter, re.escape(letter)) for letter in query.prefix)
        return bool(re.match(pattern, resource.name_key, re.DOTALL)) and shown(resource, evolve(query, prefix=""))


@breaks("R31")
class FoldsThePrefix(ShowsWrongly):
    """Folds what a name begins with once more, and finds what nobody asked for."""

    def shows(self, resource: Resource, query: ResourceQuery, /) -> bool:
        return shown(resource, evolve(query, prefix=name_key(query.prefix)))


@breaks("R31")
class SortsByNameAlone(ShowsWrongly):
    """Orders resources by name and leaves it to the database in which order those of one name come."""

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        rows = super().resources_page(evolve(query, limit=2 * LARGEST_PAGE))[::-1]
        return tuple(sorted(rows, key=lambda each: each.name_key))[: query.limit]


@breaks("R31")
class BeginsWithTheLastResource(ShowsWrongly):
    """Begins a page with the last resource of the one before."""

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        rows = super().resources_page(evolve(query, after=None, limit=2 * LARGEST_PAGE))
        at = (query.after.name_key, query.after.id) if query.after else ("", "")
        return tuple(each for each in rows if (each.name_key, each.id.value) >= at)[: query.limit]


@breaks("R31")
class GoesOnByNameAlone(ShowsWrongly):
    """Begins a page after the last name, and skips what is called the same."""

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        rows = super().resources_page(evolve(query, after=None, limit=2 * LARGEST_PAGE))
        return tuple(each for each in rows if query.after is None or each.name_key > query.after.name_key)[
            : query.limit
        ]


@breaks("R31")
class ReadsTheFirstFewHundred(ShowsWrongly):
    """Judges the next 500 resources, and answers a short page when those that are seen are far apart."""

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        rows = self.inner.resources_page(evolve(query, viewer=None, limit=500))
        return tuple(each for each in rows if shown(each, query))[: query.limit]


@breaks("R31")
class ComesTwiceToOneResource(ShowsWrongly):
    """Joins resources to the groups that somebody is in, and answers one for each group that shows it."""

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        rows = self.inner.resources_page(query)
        return tuple(each for each in rows for _ in range(max(1, len(shared(each, query.viewer)))))[: query.limit]


@breaks("R31")
class OrdersNamesByCollation(ShowsWrongly):
    """Orders resources as a dictionary would."""

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        rows = self.inner.resources_page(query)
        return tuple(sorted(rows, key=lambda each: (unicodedata.normalize("NFKD", each.name_key), each.id.value)))


@breaks("R31")
class OrdersNamesAsUTF16(ShowsWrongly):
    """Orders names by their units in UTF-16, as some databases and languages keep texts."""

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        rows = self.inner.resources_page(query)
        return tuple(
            sorted(rows, key=lambda each: (each.name_key.encode("utf-16-be"), each.id.value.encode("utf-16-be")))
        )


def shared(resource: Resource, viewer: Viewer | None, /) -> frozenset[GroupId]:
    """Return the groups by which somebody sees a resource."""
    return frozenset() if viewer is None else resource.audience.groups & viewer.groups
