"""The contract of R31 to R33, what is shown to whom: the domain's own `shown` and `may_see` are the oracle, so that no query
language drifts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from attrs import evolve

from ...domain.audience import Audience, Ungrouped
from ...domain.fields import Kind
from ...domain.ids import OrganizationId, ResourceId
from ...domain.queries import LARGEST_PAGE
from ...domain.resource import Resource
from ...domain.sights import ResourceCursor, ResourceQuery, shown
from ...domain.viewer import Viewer
from ...domain.visibility import may_see
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from .catalogs import MANY
from .contract import clause
from .expect import expect_equal
from .sight_crowds import ROOMS, rooms, seekers
from .sight_worlds import PREFIXES, shelf, world
from .storage import StorageContract, store, stored, walk


def asking(viewer: Viewer | None, /, *, of: OrganizationId = a.OURS, **changes: Any) -> ResourceQuery:
    """Return the question for all courses that somebody sees, where whoever names nobody means employees."""
    whole = ResourceQuery(
        organization=of, type="course", viewer=viewer, ungrouped=Ungrouped.EMPLOYEES, limit=LARGEST_PAGE
    )
    return evolve(whole, **changes)


def viewers(*, of: OrganizationId = a.OURS) -> Iterator[Viewer]:
    """Yield the people of the world as viewers at noon, and some that nobody has put."""
    for facts in world(of=of).people:
        yield Viewer.at(NOON, facts)
    yield g.viewer(999, of=of)
    yield g.viewer(
        999, of=of, groups=frozenset({g.group_id(2, of=of)}), departments=frozenset({a.department_id(of=of)})
    )
    yield g.viewer(1, of=of, rosters=frozenset(each.id for each in world(of=of).resources))


def questions(*, of: OrganizationId = a.OURS) -> Iterator[ResourceQuery]:
    """Yield the questions of a page of resources: of everybody, of each type, under each choice."""
    for number, viewer in enumerate((None, *viewers(of=of))):
        yield asking(viewer, of=of, ungrouped=list(Ungrouped)[number % 3])
        if number % 3 == 0:
            yield asking(viewer, of=of, type="test")
            yield asking(viewer, of=of, prefix="course 3")
    for ungrouped in Ungrouped:
        yield asking(g.viewer(of=of), of=of, ungrouped=ungrouped)
        yield asking(g.viewer(of=of, kind=Kind.EXTERNAL), of=of, ungrouped=ungrouped)
    yield asking(None, of=of, type="cours")


class ResourcePagesContract(StorageContract):
    """Prove clauses R31 to R33; needs `resources_page`, `resources_count`, `visible_among` and `commit`."""

    @clause("R31")
    async def test_r31_a_page_is_what_shown_says(self) -> None:
        """Whoever looks, and whatever the organization chose, the resources are just those that `shown` says, in order."""
        repository = await self.opened()
        await store(repository, *world().records)
        for query in questions():
            expected = _ordered(world().resources, query)
            expect_equal(expected, list(await repository.resources_page(query)), "the resources of {}", query)

    @clause("R31")
    async def test_r31_pages_join_without_gap_or_repetition(self) -> None:
        """Pages of any size, laid end to end, are the whole answer once, in binary order of name key and id."""
        repository = await self.opened()
        await store(repository, a.organization(), *shelf())
        kept = tuple(map(stored, shelf()))
        for viewer in (None, g.viewer(), g.viewer(groups=frozenset({g.group_id()}))):
            expected = _ordered(kept, asking(viewer))
            for limit in (1, 2, 7, len(expected), len(expected) + 1):
                rows = await _pages(repository, asking(viewer, limit=limit))
                expect_equal(_places(expected), _places(rows), "what {} sees, by {}", viewer, limit)

    @clause("R31")
    async def test_r31_a_name_begins_as_asked(self) -> None:
        """A prefix is a text and no pattern: the name key begins with it, letter by letter."""
        repository = await self.opened()
        await store(repository, a.organization(), *shelf())
        kept = tuple(map(stored, shelf()))
        for prefix in PREFIXES:
            for query in (asking(None, prefix=prefix), asking(g.viewer(), prefix=prefix, limit=2)):
                expected = _ordered(kept, query)[: query.limit]
                found = await repository.resources_page(query)
                expect_equal(_places(expected), _places(found), "what begins with {}", prefix)

    @clause("R31")
    async def test_r31_a_cursor_outlives_its_resource(self) -> None:
        """A page begins after its cursor, though nothing stands there any more, and inside of its prefix."""
        repository = await self.opened()
        await store(repository, a.organization(), *shelf())
        everything = _ordered(tuple(map(stored, shelf())), asking(None))
        ids = ("course/", "course/a", "course/name 01x", "course/zzz")
        for key, id_ in ((key, id_) for key in ("", "a", "same", "sam", "\ufa0e", "\U0010ffff") for id_ in ids):
            cursor = ResourceCursor(name_key=key, id=id_)
            expected = [each for each in everything if (each.name_key, each.id.value) > (key, id_)]
            found = await repository.resources_page(asking(None, after=cursor))
            expect_equal(_places(expected), _places(found), "the resources after {}", cursor)
            within = [each for each in expected if each.name_key.startswith("sa")]
            found = await repository.resources_page(asking(None, after=cursor, prefix="sa"))
            expect_equal(_places(within), _places(found), "those after {} that begin with 'sa'", cursor)

    @clause("R31")
    async def test_r31_a_page_follows_every_put(self) -> None:
        """Renamed, meant for others, moved, hidden or removed, a resource is found as it is now and no longer as it was."""
        repository = await self.opened()
        group = g.viewer(groups=frozenset({g.group_id(1)}))
        first = g.resource(name="Before", audience=Audience(groups=frozenset({g.group_id(1), g.group_id(2)})))
        await store(repository, a.organization(), first)
        expect_equal((stored(first),), await repository.resources_page(asking(group)), "the course before")
        jobs = Audience(groups=frozenset({g.group_id(2)}), job_profiles=frozenset({a.job_profile_id()}))
        after = evolve(stored(first), name="After", audience=jobs, hidden_from_external=True, rostered=True)
        await store(repository, after)
        wanted = g.viewer(groups=frozenset({g.group_id(2)}), job_profile=a.job_profile_id())
        listed = g.viewer(rosters=frozenset({first.id}))
        for viewer, seen in ((group, False), (wanted, True), (listed, True), (None, True)):
            found = await repository.resources_page(asking(viewer))
            expect_equal((stored(after),) if seen else (), found, "the course after, for {}", viewer)
        expect_equal((), await repository.resources_page(asking(None, prefix="before")), "by the name of before")
        await store(repository, evolve(stored(after), removed_at=NOON))
        for viewer in (wanted, listed, None):
            expect_equal((), await repository.resources_page(asking(viewer)), "the removed course, for {}", viewer)

    @clause("R31")
    async def test_r31_what_is_far_apart(self) -> None:
        """Of more resources than anybody looks through, the few that somebody sees are found, each once, on every page."""
        repository = await self.opened()
        kept = await _furnish(repository)
        for number, viewer in enumerate(seekers()):
            query = asking(viewer, ungrouped=list(Ungrouped)[number % 3])
            expected = _ordered(kept, query)
            expect_equal(_places(expected), _places(await repository.resources_page(query)), "all for {}", viewer)
        for viewer in seekers()[:3]:
            query = asking(viewer, ungrouped=Ungrouped.NOBODY, limit=5)
            rows = await _pages(repository, query)
            expect_equal(_places(_ordered(kept, query)), _places(rows), "what {} sees, by 5", viewer)
        rest = _ordered(kept, asking(None))
        for limit in (LARGEST_PAGE, LARGEST_PAGE + 1):
            rows = await _pages(repository, asking(None, limit=limit))
            expect_equal(_places(rest), _places(rows), "all {}, by {}", ROOMS, limit)

    @clause("R31")
    async def test_r31_from_another_organization(self) -> None:
        """Nobody of another organization is shown ours, nor by our audiences, though all values are the same."""
        repository = await self.opened()
        await store(repository, *world().records)
        asked = list(questions(of=a.THEIRS))[::2]
        for query in asked:
            expect_equal((), await repository.resources_page(query), "theirs, when only we have some")
        theirs = _moved(world(of=a.THEIRS).resources)
        await store(repository, a.organization(a.THEIRS), *theirs)
        for query in asked:
            expected = _ordered(map(stored, theirs), query)
            expect_equal(expected, list(await repository.resources_page(query)), "the resources of {}", query)

    @clause("R32")
    async def test_r32_a_count_is_of_what_shown_says(self) -> None:
        """Of everything that is asked for the number is that of the whole answer, whatever cursor and limit say."""
        repository = await self.opened()
        await store(repository, *world().records)
        for query in questions():
            expected = len(_ordered(world().resources, query))
            expect_equal(expected, await repository.resources_count(query), "how many resources {} has", query)
            after = evolve(query, after=ResourceCursor(name_key="course 4", id="course/4"), limit=1)
            expect_equal(expected, await repository.resources_count(after), "how many {} has", after)

    @clause("R32")
    async def test_r32_what_is_far_apart(self) -> None:
        """Who comes to a resource in several ways counts it once, and all are counted, however many there are."""
        repository = await self.opened()
        kept = await _furnish(repository)
        for number, viewer in enumerate((None, *seekers())):
            query = asking(viewer, ungrouped=list(Ungrouped)[number % 3])
            expect_equal(len(_ordered(kept, query)), await repository.resources_count(query), "what {} sees", viewer)

    @clause("R32")
    async def test_r32_names_that_begin_as_asked_are_counted(self) -> None:
        """A prefix narrows a count as it narrows a page, and a count follows what was put since."""
        repository = await self.opened()
        await store(repository, a.organization(), *shelf())
        kept = tuple(map(stored, shelf()))
        for query in (asking(viewer, prefix=prefix) for prefix in PREFIXES for viewer in (None, g.viewer())):
            expect_equal(len(_ordered(kept, query)), await repository.resources_count(query), "the number of {}", query)
        removed = evolve(kept[0], removed_at=NOON)
        await store(repository, removed)
        expect_equal(len(kept) - 1, await repository.resources_count(asking(None)), "what is left of them")

    @clause("R32")
    async def test_r32_from_another_organization(self) -> None:
        """Resources of another organization are not counted with ours, nor ours with theirs."""
        repository = await self.opened()
        await store(repository, *world().records)
        asked = list(questions(of=a.THEIRS))[::2]
        for query in asked:
            expect_equal(0, await repository.resources_count(query), "theirs, when only we have some")
        theirs = _moved(world(of=a.THEIRS).resources)
        await store(repository, a.organization(a.THEIRS), *theirs)
        for query in asked:
            expected = len(_ordered(theirs, query))
            expect_equal(expected, await repository.resources_count(query), "how many resources {} has", query)

    @clause("R33")
    async def test_r33_of_the_asked_those_that_are_seen(self) -> None:
        """Of all the asked those are answered that exist and that `may_see` says, of whatever type."""
        repository = await self.opened()
        await store(repository, *world().records)
        resources = world().resources
        asked = [*(each.id for each in resources), g.resource_id(999), resources[0].id]
        for number, viewer in enumerate(viewers()):
            ungrouped = list(Ungrouped)[number % 3]
            found = await repository.visible_among(viewer, asked, ungrouped=ungrouped)
            expect_equal(_seen(viewer, resources, ungrouped), found, "what {} sees", viewer)
        for each in resources[::6]:
            found = await repository.visible_among(viewer, (each.id,), ungrouped=Ungrouped.NOBODY)
            expect_equal(_seen(viewer, (each,), Ungrouped.NOBODY), found, "whether {} sees {}", viewer, each)

    @clause("R33")
    async def test_r33_nothing_and_much_can_be_asked(self) -> None:
        """Asking for nothing answers nothing, and thousands of ids are one question."""
        repository = await self.opened()
        kept = await _furnish(repository)
        asked = frozenset([*(each.id for each in kept), *(g.resource_id(number) for number in range(MANY))])
        for viewer in seekers()[::3]:
            expect_equal(
                frozenset(), await repository.visible_among(viewer, (), ungrouped=Ungrouped.EVERYBODY), "of no id"
            )
            found = await repository.visible_among(viewer, asked, ungrouped=Ungrouped.EVERYBODY)
            expect_equal(_seen(viewer, kept, Ungrouped.EVERYBODY), found, "what {} sees of {}", viewer, len(asked))

    @clause("R33")
    async def test_r33_from_another_organization(self) -> None:
        """Nobody sees another organization's resources, whatever their ids are and whomever they are meant for."""
        repository = await self.opened()
        await store(repository, *world().records)
        ours = [each.id for each in world().resources]
        theirs = [evolve(each, organization=a.THEIRS) for each in ours]
        everybody = Ungrouped.EVERYBODY
        for viewer in viewers(of=a.THEIRS):
            for asked in (ours, theirs):
                found = await repository.visible_among(viewer, asked, ungrouped=everybody)
                expect_equal(frozenset(), found, "what they see, when only we have some")
        their_own = _moved(world(of=a.THEIRS).resources)
        await store(repository, a.organization(a.THEIRS), *their_own)
        for viewer in viewers(of=a.THEIRS):
            found = await repository.visible_among(viewer, (*ours, *theirs), ungrouped=everybody)
            expect_equal(_seen(viewer, their_own, everybody), found, "what {} sees", viewer)


def _ordered(resources: Iterable[Resource], query: ResourceQuery) -> list[Resource]:
    found = [each for each in resources if shown(each, query)]
    return sorted(found, key=lambda each: (each.name_key, each.id.value))


def _places(resources: Iterable[Resource]) -> list[tuple[str, str]]:
    return [(each.name_key, each.id.value) for each in resources]


def _seen(viewer: Viewer, resources: Iterable[Resource], ungrouped: Ungrouped) -> frozenset[ResourceId]:
    return frozenset(each.id for each in resources if may_see(viewer, each, ungrouped))


def _moved(resources: tuple[Resource, ...]) -> list[Resource]:
    """Return resources of the same ids, each with what another has, new."""
    others = (*resources[7:], *resources[:7])
    return [evolve(other, id=each.id, version=0) for each, other in zip(resources, others, strict=True)]


async def _furnish(repository: AsyncRepository) -> tuple[Resource, ...]:
    """Store more resources than a batch takes at once; return them as they are then."""
    await store(repository, a.organization())
    for first in range(0, ROOMS, LARGEST_PAGE):
        await store(repository, *rooms()[first : first + LARGEST_PAGE])
    return _kept_rooms()


@cache
def _kept_rooms() -> tuple[Resource, ...]:
    return tuple(map(stored, rooms()))


async def _pages(repository: AsyncRepository, query: ResourceQuery) -> list[Resource]:
    async def page(last: Resource | None) -> tuple[Resource, ...]:
        return await repository.resources_page(evolve(query, after=ResourceCursor.at(last) if last else query.after))

    return await walk(page, query.limit)
