"""What the reads of groups, resources and who sees what have to answer, and how anything is looked up in the model.

The rule of who sees what is the domain's: storage is held to it, and so is the model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from attrs import frozen

from ...domain.audience import Ungrouped
from ...domain.group import Group
from ...domain.ids import AnyRecordId, GroupId, OrganizationId, ResourceId, SubAccountId
from ...domain.membership import Membership
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...domain.sights import ResourceQuery, ViewersQuery, sees, shown
from ...domain.sub_account import SubAccount
from ...domain.viewer import Viewer, ViewerFacts
from ...domain.visibility import may_see
from ..viewers import facts_of
from .model import Model

R = TypeVar("R")


@frozen
class SeenAnswers:
    """Answer the reads of `Groups`, `Resources` and `Sights`."""

    model: Model

    def groups(self, ids: Collection[GroupId], /) -> tuple[Group, ...]:
        found = (self._get(Group, each) for each in set(ids))
        return page((each for each in found if each), lambda group: group.id.value)

    def groups_page(self, organization: OrganizationId, /, *, after: str | None, limit: int) -> tuple[Group, ...]:
        return page(self._all(Group, organization), lambda group: group.id.value, after, limit)

    def members_page(self, group: GroupId, /, *, after: str | None, limit: int) -> tuple[Membership, ...]:
        mine = (each for each in self._all(Membership, group.organization) if each.group == group)
        return page(mine, lambda membership: membership.person.value, after, limit)

    def resources(self, ids: Collection[ResourceId], /) -> tuple[Resource, ...]:
        found = (self._get(Resource, each) for each in set(ids))
        return page((each for each in found if each), lambda resource: resource.id.value)

    def participants_page(self, resource: ResourceId, /, *, after: str | None, limit: int) -> tuple[Participation, ...]:
        mine = (each for each in self._all(Participation, resource.organization) if each.resource == resource)
        return page(mine, lambda participation: participation.person.value, after, limit)

    def viewer_facts(self, people: Collection[SubAccountId], /) -> tuple[ViewerFacts, ...]:
        asked = set(people)
        found = [each for tenant in {each.organization for each in asked} for each in self._everybody(tenant)]
        return page((each for each in found if each.sub_account.id in asked), lambda each: each.sub_account.id.value)

    def resources_page(self, query: ResourceQuery, /) -> tuple[Resource, ...]:
        after = (query.after.name_key, query.after.id) if query.after else None
        return page(self._shown(query), lambda each: (each.name_key, each.id.value), after, query.limit)

    def resources_count(self, query: ResourceQuery, /) -> int:
        return len(self._shown(query))

    def visible_among(
        self, viewer: Viewer, resources: Collection[ResourceId], /, *, ungrouped: Ungrouped
    ) -> frozenset[ResourceId]:
        mine = self.resources([each for each in resources if each.organization == viewer.id.organization])
        return frozenset(each.id for each in mine if may_see(viewer, each, ungrouped))

    def viewers_page(self, query: ViewersQuery, /) -> tuple[SubAccount, ...]:
        everybody = self._everybody(query.resource.id.organization)
        found = (each.sub_account for each in everybody if sees(each, query))
        after = (query.after.login_key, query.after.id) if query.after else None
        return page(found, lambda person: (person.login.key, person.id.value), after, query.limit)

    def _shown(self, query: ResourceQuery) -> list[Resource]:
        return [each for each in self._all(Resource, query.organization) if shown(each, query)]

    def _everybody(self, organization: OrganizationId) -> tuple[ViewerFacts, ...]:
        return facts_of(each for each in self.model.records.values() if each.id.organization == organization)

    def _get(self, of: type[R], id: AnyRecordId) -> R | None:  # noqa: A002 - the id of a record
        record = self.model.records.get(id)
        return record if isinstance(record, of) else None

    def _all(self, of: type[R], organization: OrganizationId) -> list[R]:
        return [
            each
            for each in self.model.records.values()
            if isinstance(each, of) and each.id.organization == organization
        ]


def page(found: Iterable[R], key: Callable[[R], Any], after: Any = None, limit: int | None = None) -> tuple[R, ...]:
    """Return what comes after the last page, in order, not more than the limit."""
    rest = sorted((each for each in found if after is None or key(each) > after), key=key)
    return tuple(rest[:limit])
