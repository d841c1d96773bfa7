"""Repositories that break the clauses of `Groups` and `Resources`, R25 to R29."""

from __future__ import annotations

from collections.abc import Collection

from ...domain.group import Group
from ...domain.ids import GroupId, OrganizationId, ResourceId
from ...domain.membership import Membership, MembershipState
from ...domain.participation import Participation
from ...domain.queries import LARGEST_PAGE
from ...domain.resource import Resource
from .broken import BrokenRepository
from .saboteur import breaks


@breaks("R25")
class CutsLongListsOfGroups(BrokenRepository):
    """Asks for the first 999 groups, which is what its database takes as parameters, and forgets the rest."""

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        return self.inner.groups(tuple(ids)[:999])


@breaks("R25")
class AnswersGroupsAsAsked(BrokenRepository):
    """Answers groups in the order in which they were asked for, and twice who was asked for twice."""

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        found = {group.id: group for group in self.inner.groups(ids)}
        return tuple(found[id_] for id_ in ids if id_ in found)


@breaks("R25", also={"storage": "retired groups are among those that are read back whole"})
class HidesRetiredGroups(BrokenRepository):
    """Leaves out groups that are retired, so that nobody learns why a membership does not count."""

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        return tuple(group for group in self.inner.groups(ids) if group.retired_at is None)


@breaks("R26")
class GoesOnFromAGroupThatIsThere(BrokenRepository):
    """Takes the cursor for a group that has to exist, and begins anew when it does not."""

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        rows = self.inner.groups_page(organization, after=None, limit=LARGEST_PAGE)
        values = [row.id.value for row in rows]
        start = values.index(after) + 1 if after in values else 0
        return rows[start : start + limit]


@breaks("R26", also={"storage": "a page of groups of every name is read back in the order of their ids"})
class OrdersGroupsByName(BrokenRepository):
    """Orders a page of groups by what people read."""

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        page = self.inner.groups_page(organization, after=after, limit=limit)
        return tuple(sorted(page, key=lambda group: group.name))


@breaks("R27")
class OrdersMembersByMembership(BrokenRepository):
    """Orders members by their memberships, which is the order in which they came."""

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        page = self.inner.members_page(group, after=after, limit=limit)
        return tuple(sorted(page, key=lambda membership: membership.id.value))


@breaks("R27")
class HasNoMembersOfARetiredGroup(BrokenRepository):
    """Joins members to groups in use, so that nobody can say who was in one that is retired."""

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        in_use = [each for each in self.inner.groups((group,)) if each.retired_at is None]
        return self.inner.members_page(group, after=after, limit=limit) if in_use else ()


@breaks("R27", also={"storage": "memberships that ended are among those that are read back whole"})
class ForgetsWhoLeft(BrokenRepository):
    """Answers members that are still there, after it counted its page."""

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        page = self.inner.members_page(group, after=after, limit=limit)
        return tuple(each for each in page if each.state is not MembershipState.LEFT)


@breaks("R28")
class CutsLongListsOfResources(BrokenRepository):
    """Asks for the first 999 resources and forgets the rest."""

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        return self.inner.resources(tuple(ids)[:999])


@breaks("R28", also={"storage": "resources of every id are read back whole, each by its own"})
class FoldsTheHostsIds(BrokenRepository):
    """Compares the host's ids as a collation does that knows neither case nor a space at the end."""

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        folded = {(id_.organization, id_.value.strip().lower()) for id_ in ids}
        every = {record.id for batch in tuple(self.journal) for record in batch.puts if isinstance(record, Resource)}
        return self.inner.resources([id_ for id_ in every if (id_.organization, id_.value.strip().lower()) in folded])


@breaks("R28", also={"storage": "removed resources are among those that are read back whole"})
class HidesRemovedResources(BrokenRepository):
    """Leaves out resources that were removed, so that nobody learns why they are not seen."""

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        return tuple(each for each in self.inner.resources(ids) if each.removed_at is None)


@breaks("R29")
class OrdersParticipantsByParticipation(BrokenRepository):
    """Orders participants by their participations, which is the order in which they came."""

    def participants_page(self, resource: ResourceId, /, *, after: str | None, limit: int) -> tuple[Participation, ...]:
        page = self.inner.participants_page(resource, after=after, limit=limit)
        return tuple(sorted(page, key=lambda participation: participation.id.value))


@breaks("R29")
class ForgetsTheRosterOfWhatWasRemoved(BrokenRepository):
    """Joins participants to resources that are there, so that who took part is gone with the resource."""

    def participants_page(self, resource: ResourceId, /, *, after: str | None, limit: int) -> tuple[Participation, ...]:
        there = [each for each in self.inner.resources((resource,)) if each.removed_at is None]
        return self.inner.participants_page(resource, after=after, limit=limit) if there else ()
