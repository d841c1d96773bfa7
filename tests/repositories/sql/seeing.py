"""What a repository answers about who sees what, beside what the rule in Python says of the same organization.

The rule is `domain.sights`, asked of every record there is. Which databases there are is `databases`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Any, Final, TypeVar, final

from attrs import evolve, frozen
from hypothesis import strategies as st

from subaccounts.domain.decision import Batch
from subaccounts.domain.ids import OrganizationId
from subaccounts.domain.queries import PeopleCursor
from subaccounts.domain.resource import Resource
from subaccounts.domain.sights import ResourceCursor, ResourceQuery, ViewersQuery, sees, shown
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.viewer import Viewer, ViewerFacts
from subaccounts.domain.visibility import may_see
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from subaccounts.testing.populations import TYPES, Population, populations

T = TypeVar("T")
PREFIXES: Final = ("", "", "ar", "ä", "zoo", "zoos", "\U0001f98a", "\ufffd", "'%", "nobody")
_NUMBERS: Final = count(1)


@final
@frozen(kw_only=True)
class Seen:
    """Hold an organization that was written to a store and to memory, with what is asked about it."""

    population: Population
    store: Any
    memory: MemoryRepository
    limit: int
    prefix: str

    @property
    def tenant(self) -> OrganizationId:
        """Return whose organization it is."""
        return self.population.people[0].id.organization

    @property
    def facts(self) -> tuple[ViewerFacts, ...]:
        """Return what is stored of everybody, as memory has it."""
        return self.memory.viewer_facts([person.id for person in self.population.people])


@st.composite
def organizations(draw: st.DrawFn) -> Population:
    """Draw organizations, each under an id of its own, so that one store holds all of them."""
    return draw(populations(of=OrganizationId(value=f"seen-{next(_NUMBERS)}")))


def written(population: Population, store: Any, *, limit: int, prefix: str) -> Seen:
    """Write an organization to a store and to memory."""
    memory = MemoryRepository()
    batch = Batch(organization=population.records[0].id.organization, puts=population.records)
    for each in (store, memory):
        each.commit(batch)
    return Seen(population=population, store=store, memory=memory, limit=limit, prefix=prefix)


def leafed(ask: Callable[[T | None], Sequence[T]], limit: int) -> Iterator[T]:
    """Leaf through pages, each after the last row of the one before; no page is longer than asked for."""
    last: T | None = None
    while page := ask(last):
        assert len(page) <= limit
        yield from page
        last = page[-1]


def what_a_viewer_sees(seen: Seen) -> None:
    """Compare pages, counts and checks of every person, of every type, and of nobody in particular."""
    everything = {each.id for each in seen.memory.resources([each.id for each in seen.population.resources])}
    asked = {*everything, g.resource_id(99, of=seen.tenant), g.resource_id(1, of=b.THEIRS)}
    viewers = [Viewer.at(NOON, facts) for facts in seen.facts]
    for viewer in viewers:
        visible = seen.store.visible_among(viewer, asked, ungrouped=seen.population.ungrouped)
        expected = {each.id for each in _resources(seen) if may_see(viewer, each, seen.population.ungrouped)}
        assert expected == visible
    for viewer_or_none in (*viewers, None):
        for kind in (*TYPES, "cours"):
            query = ResourceQuery(
                organization=seen.tenant,
                type=kind,
                viewer=viewer_or_none,
                ungrouped=seen.population.ungrouped,
                prefix=seen.prefix,
                limit=seen.limit,
            )
            belongs = [each for each in _resources(seen) if shown(each, query)]
            found = list(leafed(partial(_resources_after, seen.store, query), seen.limit))
            assert sorted(belongs, key=lambda each: (each.name_key, each.id.value)) == found
            assert len(belongs) == seen.store.resources_count(query) == seen.memory.resources_count(query)


def who_sees(seen: Seen) -> None:
    """Compare the people who see each resource, and one that nobody stored."""
    for resource in (*seen.population.resources, g.resource(99, of=seen.tenant, rostered=True)):
        query = ViewersQuery(resource=resource, ungrouped=seen.population.ungrouped, at=NOON, limit=seen.limit)
        belongs = [facts.sub_account for facts in seen.facts if sees(facts, query)]
        found = list(leafed(partial(_people_after, seen.store, query), seen.limit))
        assert sorted(belongs, key=lambda each: (each.login.key, each.id.value)) == found
        assert tuple(belongs) == seen.memory.viewers_page(evolve(query, limit=len(belongs)))


def what_is_stored(seen: Seen) -> None:
    """Compare the facts of everybody, of one at a time, and of who is not there."""
    people = [person.id for person in seen.population.people]
    nobody = [b.sub_account_id(99, of=seen.tenant), b.sub_account_id(1, of=OrganizationId(value="nowhere"))]
    assert seen.facts == seen.store.viewer_facts([*people, *nobody])
    assert [(facts,) for facts in seen.facts] == [
        seen.store.viewer_facts([facts.sub_account.id]) for facts in seen.facts
    ]
    assert () == seen.store.viewer_facts(nobody) == seen.store.viewer_facts(())


def _resources(seen: Seen) -> tuple[Resource, ...]:
    return seen.memory.resources([each.id for each in seen.population.resources])


def _resources_after(store: Any, query: ResourceQuery, last: Resource | None) -> tuple[Resource, ...]:
    found: tuple[Resource, ...] = store.resources_page(evolve(query, after=last and ResourceCursor.at(last)))
    return found


def _people_after(store: Any, query: ViewersQuery, last: SubAccount | None) -> tuple[SubAccount, ...]:
    after = last and PeopleCursor(login_key=last.login.key, id=last.id.value)
    found: tuple[SubAccount, ...] = store.viewers_page(evolve(query, after=after))
    return found
