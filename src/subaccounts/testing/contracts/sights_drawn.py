"""The contract of R30 to R34 on organizations that are drawn and not thought of: every answer is compared with the rule's.

They are drawn without chance, so that one program draws the same again, and each has an id of its own: one store holds them all.
"""

from __future__ import annotations

import unittest
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from attrs import evolve

from ...domain.ids import OrganizationId, ResourceId
from ...domain.queries import LARGEST_PAGE
from ...domain.sights import ResourceQuery, ViewersQuery, sees, shown
from ...domain.viewer import Viewer, ViewerFacts
from ...domain.visibility import may_see
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from ..moved import moved
from ..viewers import facts_of
from .contract import clause
from .expect import expect_equal
from .sight_worlds import MOMENT
from .storage import StorageContract, store, stored

if TYPE_CHECKING:
    from ..populations import Population

MOMENTS = (NOON, NOON - MOMENT, NOON + MOMENT)


@cache
def drawn(how_many: int, /) -> tuple[Population, ...]:
    """Return so many organizations, drawn without chance; raises `SkipTest` without Hypothesis."""
    try:
        from hypothesis import HealthCheck, Phase, given, settings
    except ImportError:
        raise unittest.SkipTest("organizations are drawn by Hypothesis: `pip install subaccounts[testing]`") from None
    from ..populations import populations

    found: list[Population] = []

    @settings(
        max_examples=how_many,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(populations())
    def keep(population: Population) -> None:
        found.append(moved(population, OrganizationId(value=a.value(1000 + len(found)))))

    keep()
    return tuple(found)


class SightsDrawnContract(StorageContract):
    """Prove clauses R30 to R34 on drawn organizations; needs the reads of `Sights` and `commit`. `drawn` is how many."""

    drawn: ClassVar[int] = 15

    @clause("R30")
    async def test_r30_of_drawn_organizations(self) -> None:
        """What decides of every person is answered, whatever was drawn."""
        repository = await self.opened()
        for each in await self._stored(repository):
            expected = _people(each)
            asked = [facts.sub_account.id for facts in expected]
            expect_equal(
                expected,
                await repository.viewer_facts(asked),
                "the people of the drawn organization {}",
                _tenant(each).value,
            )

    @clause("R31")
    async def test_r31_of_drawn_organizations(self) -> None:
        """Everybody is shown just what `shown` says, whatever was drawn."""
        repository = await self.opened()
        for each, query in _questions(await self._stored(repository)):
            found = [resource for resource in map(stored, each.resources) if shown(resource, query)]
            expected = sorted(found, key=lambda resource: (resource.name_key, resource.id.value))
            expect_equal(tuple(expected), await repository.resources_page(query), "the resources of {}", query)

    @clause("R32")
    async def test_r32_of_drawn_organizations(self) -> None:
        """As many are counted as `shown` says, whatever was drawn."""
        repository = await self.opened()
        for each, query in _questions(await self._stored(repository)):
            expected = sum(shown(resource, query) for resource in each.resources)
            expect_equal(expected, await repository.resources_count(query), "how many resources {} has", query)

    @clause("R33")
    async def test_r33_of_drawn_organizations(self) -> None:
        """Of all resources those are answered that `may_see` says, whatever was drawn."""
        repository = await self.opened()
        for each in await self._stored(repository):
            asked: list[ResourceId] = [g.resource_id(99, of=_tenant(each)), *(other.id for other in each.resources)]
            for viewer in _viewers(each):
                seen = frozenset(other.id for other in each.resources if may_see(viewer, other, each.ungrouped))
                found = await repository.visible_among(viewer, asked, ungrouped=each.ungrouped)
                expect_equal(seen, found, "what {} sees", viewer)

    @clause("R34")
    async def test_r34_of_drawn_organizations(self) -> None:
        """Everything is seen by just those that `sees` says, whatever was drawn."""
        repository = await self.opened()
        for each in await self._stored(repository):
            people = _people(each)
            for number, resource in enumerate(each.resources):
                at = MOMENTS[number % len(MOMENTS)]
                query = ViewersQuery(resource=resource, ungrouped=each.ungrouped, at=at, limit=LARGEST_PAGE)
                found = [facts.sub_account for facts in people if sees(facts, query)]
                expected = sorted(found, key=lambda person: (person.login.key, person.id.value))
                expect_equal(tuple(expected), await repository.viewers_page(query), "who sees {}", resource)

    async def _stored(self, repository: AsyncRepository) -> tuple[Population, ...]:
        found = drawn(self.drawn)
        for each in found:
            await store(repository, *each.records)
        return found


def _people(population: Population) -> tuple[ViewerFacts, ...]:
    return facts_of(map(stored, population.records))


def _viewers(population: Population) -> Iterator[Viewer]:
    """Yield its people as viewers, one moment for each."""
    for number, facts in enumerate(_people(population)):
        moment: datetime = MOMENTS[number % len(MOMENTS)]
        yield Viewer.at(moment, facts)


def _questions(populations: tuple[Population, ...]) -> Iterator[tuple[Population, ResourceQuery]]:
    """Yield the questions about what somebody is shown, and what everybody together could be."""
    for each in populations:
        query = ResourceQuery(
            organization=_tenant(each), type="course", viewer=None, ungrouped=each.ungrouped, limit=LARGEST_PAGE
        )
        yield each, query
        for viewer in _viewers(each):
            yield each, evolve(query, viewer=viewer)
            yield each, evolve(query, viewer=viewer, type="test")
            yield each, evolve(query, viewer=viewer, prefix="ar")


def _tenant(population: Population) -> OrganizationId:
    return population.records[0].id.organization
