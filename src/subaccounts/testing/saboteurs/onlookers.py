"""What broken repositories look through to say who sees what: all there is, judged by a rule that is nearly right.

How each of them is wrong is in `resource_pages` and `sights`.
"""

from __future__ import annotations

from collections.abc import Iterable

from ...domain.ids import OrganizationId
from ...domain.resource import Resource
from ...domain.sights import ResourceQuery, ViewersQuery
from ...domain.sub_account import SubAccount
from ...domain.viewer import ViewerFacts
from .broken import BrokenRepository


class Onlooker(BrokenRepository):
    """Be a repository that looks through everything."""

    def all_resources(self, of: OrganizationId, /) -> tuple[Resource, ...]:
        """Return what an organization ever put, as it is now; removed ones too."""
        return self.inner.resources({record.id for record in self.ever_put(of) if isinstance(record, Resource)})

    def all_people(self, of: OrganizationId, /) -> tuple[ViewerFacts, ...]:
        """Return what decides of everybody in an organization."""
        return self.inner.viewer_facts({record.id for record in self.ever_put(of) if isinstance(record, SubAccount)})

    def ever_put(self, of: OrganizationId, /) -> Iterable[object]:
        """Yield all records that an organization ever put."""
        for batch in tuple(self.journal):
            if batch.organization == of:
                yield from batch.puts


def in_pages(resources: Iterable[Resource], query: ResourceQuery, /) -> tuple[Resource, ...]:
    """Return a page of these: what a good repository would make of them."""
    after = (query.after.name_key, query.after.id) if query.after else None
    placed = [((each.name_key, each.id.value), each) for each in resources]
    placed.sort(key=lambda pair: pair[0])
    return tuple(each for place, each in placed if after is None or place > after)[: query.limit]


def people_in_pages(people: Iterable[SubAccount], query: ViewersQuery, /) -> tuple[SubAccount, ...]:
    """Return a page of these: what a good repository would make of them."""
    after = (query.after.login_key, query.after.id) if query.after else None
    placed = [((each.login.key, each.id.value), each) for each in people]
    placed.sort(key=lambda pair: pair[0])
    return tuple(each for place, each in placed if after is None or place > after)[: query.limit]
