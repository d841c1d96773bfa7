"""Who sees what is the same in the file as by the rule in Python, and as in memory; on whichever way a page is found."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import count, product
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts.domain import fields as f
from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.ids import OrganizationId, ResourceId
from subaccounts.domain.queries import PeopleCursor
from subaccounts.domain.resource import Resource
from subaccounts.domain.sights import ResourceCursor, ResourceQuery, ViewersQuery, sees, shown
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.viewer import Viewer, ViewerFacts
from subaccounts.domain.visibility import may_see
from subaccounts.repositories import MemoryRepository, SQLiteRepository
from subaccounts.repositories.sqlite import groups, sights, viewers
from subaccounts.testing import NOON
from subaccounts.testing import builders as b
from subaccounts.testing import groups as g
from subaccounts.testing.populations import TYPES, Population, populations
from tests.repositories.listeners import Listener, listen, step

PREFIXES: Final = ("a", "ar", "ä", "fish", "i", "'%_", "zoo!", "\U0001f98a")
LIMITS: Final = (0, 1, 2, 50)
STEPS: Final = {"walk", "end", "door", "bodies", "walk past people", "how many", "doors"}
FRESH: Final = (OrganizationId(value=f"organization-{number}") for number in count(1))
"""An organization for each example, so that one file serves them all."""


@contextmanager
def walking(rows: int | None) -> Iterator[None]:
    """Let a page walk so many rows before it goes by doors, and a statement look up so many ids; None for as many as in earnest."""
    with pytest.MonkeyPatch.context() as patched:
        if rows is not None:
            patched.setattr(sights, "WALK", rows)
            patched.setattr(sights, "WALK_EACH", 0)
            patched.setattr(sights, "AT_ONCE", rows)
            patched.setattr(groups, "AT_ONCE", rows)
        yield


@frozen(kw_only=True)
class Both:
    """Hold a population in the file and in memory, and ask both what the rule says too."""

    population: Population
    file: SQLiteRepository
    memory: MemoryRepository

    @classmethod
    def of(cls, population: Population, file: SQLiteRepository, /) -> Both:
        """Put a population into both."""
        both = cls(population=population, file=file, memory=MemoryRepository())
        for repository in (both.file, both.memory):
            repository.commit(Batch(organization=population.records[0].id.organization, puts=population.records))
        return both

    def facts(self) -> tuple[ViewerFacts, ...]:
        """Return what both say decides of its people, and nobody else."""
        asked = [*(person.id for person in self.population.people), b.sub_account_id(99)]
        facts = self.memory.viewer_facts(asked)
        assert facts == self.file.viewer_facts(asked)
        assert len(facts) == len(self.population.people)
        return facts

    def resources(self, query: ResourceQuery, /) -> None:
        """Compare the count of a query, and its pages of every length behind every cursor."""
        found = [each for each in self.stored() if shown(each, query)]
        assert len(found) == self.file.resources_count(query) == self.memory.resources_count(query)
        cursors = [None, ResourceCursor(name_key="", id="z"), *map(ResourceCursor.at, self.stored())]
        for after, limit in product(cursors, LIMITS):
            asked = evolve(query, after=after, limit=limit)
            rest = [each for each in found if after is None or _at(each) > (after.name_key, after.id)]
            assert tuple(rest[:limit]) == self.file.resources_page(asked) == self.memory.resources_page(asked)

    def people(self, query: ViewersQuery, facts: Collection[ViewerFacts], /) -> None:
        """Compare the pages of who sees a resource, of every length behind every cursor."""
        found = sorted((each.sub_account for each in facts if sees(each, query)), key=_of)
        cursors = [None, *(PeopleCursor(login_key=each.login.key, id=each.id.value) for each in self.population.people)]
        for after, limit in product(cursors, LIMITS):
            asked = evolve(query, after=after, limit=limit)
            rest = [each for each in found if after is None or _of(each) > (after.login_key, after.id)]
            assert tuple(rest[:limit]) == self.file.viewers_page(asked) == self.memory.viewers_page(asked)

    def among(self, viewer: Viewer, ungrouped: Ungrouped, /) -> None:
        """Compare which of all resources, of some that are not there and of another organization's somebody sees."""
        asked = [each.id for each in self.stored()]
        asked += [ResourceId.of(of, "course", "none") for of in (viewer.id.organization, b.THEIRS)]
        seen = frozenset(each.id for each in self.stored() if may_see(viewer, each, ungrouped))
        assert seen == self.file.visible_among(viewer, asked, ungrouped=ungrouped)
        assert seen == self.memory.visible_among(viewer, asked, ungrouped=ungrouped)

    def stored(self) -> list[Resource]:
        """Return the resources as they are stored, in the order of pages."""
        return sorted((evolve(each, version=1) for each in self.population.resources), key=_at)


def _at(resource: Resource) -> tuple[str, str]:
    return resource.name_key, resource.id.value


def _of(person: SubAccount) -> tuple[str, str]:
    return person.login.key, person.id.value


class TestSameRule:
    """Whatever an organization looks like, the file answers what the rule says."""

    @pytest.mark.parametrize(
        ("rows", "taken"),
        [
            (None, {"walk", "end", "walk past people"}),
            (1, STEPS),
            (2, STEPS),
        ],
        ids=["in earnest", "a walk of one row", "a walk of two rows"],
    )
    def test_every_answer(self, rows: int | None, taken: set[str], tmp_path: Path) -> None:
        """Facts, pages, counts, checks and who sees are the rule's, by every step that there is to find a page."""
        heard: set[str] = set()
        with SQLiteRepository(tmp_path / "portal.db") as file, walking(rows):
            with file._connections.mine() as connection:
                connection.set_trace_callback(lambda statement: heard.add(step(statement)))

            @settings(max_examples=settings().max_examples // 5)
            @given(st.data(), st.sampled_from(PREFIXES))
            def compare(data: st.DataObject, prefix: str) -> None:
                population = data.draw(populations(of=next(FRESH)))
                both = Both.of(population, file)
                facts = both.facts()
                for viewer in (None, *(Viewer.at(NOON, each) for each in facts)):
                    for of_type, begun in product(TYPES, ("", prefix)):  # among few names a page seldom goes by doors
                        query = ResourceQuery(
                            organization=population.records[0].id.organization,
                            type=of_type,
                            viewer=viewer,
                            ungrouped=population.ungrouped,
                            prefix=begun,
                        )
                        both.resources(query)
                    if viewer is not None:
                        both.among(viewer, population.ungrouped)
                for resource in both.stored():
                    both.people(ViewersQuery(resource=resource, ungrouped=population.ungrouped, at=NOON), facts)

            compare()
        assert taken == heard & STEPS


COURSES: Final = 8
"""Courses, of which the last is shown to group 1, the one before to groups 1 and 2, the others to group 3."""
LAST, BEFORE = f"course/{COURSES}", f"course/{COURSES - 1}"


def courses() -> list[Record]:
    """Return three groups and the courses."""
    shown_to = {COURSES: (1,), COURSES - 1: (1, 2)}
    made = [
        g.resource(n, audience=Audience(groups=frozenset(map(g.group_id, shown_to.get(n, (3,))))))
        for n in range(1, COURSES + 1)
    ]
    return [b.organization(), *(g.group(n) for n in (1, 2, 3)), *made]


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """Answer a connection to a file with the courses, the people and a roster, that writes down what it is asked."""
    puts = (*courses(), b.account(), *crowd(), g.resource(9, rostered=True), g.participation(resource=9, person=7))
    with SQLiteRepository(tmp_path / "portal.db") as file:
        file.commit(Batch(organization=b.OURS, puts=puts))
    listener = listen(tmp_path / "portal.db")
    yield listener
    listener.close()


def crowd() -> list[Record]:
    """Return eight people: the last in group 1 and alone with a job, the last two in group 2, the first six in group 3."""
    alone = {f.JOB_PROFILE: b.job_profile_id()}
    people = [record for n in range(1, 8) for record in b.person(n)]
    people += b.person(8, profile=b.profile(alone))
    pairs = [(1, 8), (2, 7), (2, 8), *((3, n) for n in range(1, 7))]
    return [*people, *(g.membership(n, group=group, person=person) for n, (group, person) in enumerate(pairs, start=1))]


class TestResourceSteps:
    """A page of what somebody sees takes the steps it needs, and no more."""

    def page(
        self, listener: Listener, *groups: int, rosters: frozenset[ResourceId] = frozenset(), limit: int
    ) -> list[str]:
        """Return a page of the courses that a member of some groups sees, who takes part in some."""
        viewer = g.viewer(groups=frozenset(map(g.group_id, groups)), rosters=rosters)
        query = ResourceQuery(
            organization=b.OURS, type="course", viewer=viewer, ungrouped=Ungrouped.NOBODY, limit=limit
        )
        return [each.id.value for each in sights.resources_page(listener, query)]

    @pytest.mark.parametrize(
        ("walk", "groups", "limit", "found", "steps"),
        [
            (6, (3,), 2, ["course/1", "course/2"], ["walk"]),
            (9, (1,), 3, [BEFORE, LAST], ["walk", "end"]),
            (8, (1,), 3, [BEFORE, LAST], ["walk", "end", "roster", "door", "bodies"]),
            (6, (1, 2), 1, [BEFORE], ["walk", "end", "door", "door", "bodies"]),
            (6, (2,), 3, [BEFORE], ["walk", "end", "door", "bodies"]),
        ],
    )
    def test_steps(
        self, listener: Listener, *, walk: int, groups: tuple[int, ...], limit: int, found: list[str], steps: list[str]
    ) -> None:
        """It walks; it looks whether that was all; it goes by each door."""
        with walking(walk):
            assert found == self.page(listener, *groups, limit=limit)
        assert [each for each in steps if each != "roster"] == [each for each in listener.steps() if each != "roster"]

    def test_a_door_is_opened_as_far_as_it_matters(self, listener: Listener) -> None:
        """Once a page is full, the next door is asked for what comes before its last."""
        with walking(1):
            assert [BEFORE] == self.page(listener, 1, 2, limit=1)
        bounds = [tuple(values)[6:8] for statement, values in listener.heard if step(statement) == "door"]
        assert [(b"", ""), (f"course {COURSES - 1}", BEFORE)] == bounds

    def test_many_rosters(self, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who takes part in more than the rule can name goes by doors at once, and sees it all."""
        monkeypatch.setattr(sights, "MOST_ROSTERS", 1)
        monkeypatch.setattr(groups, "AT_ONCE", 2)
        rosters = frozenset(map(g.resource_id, (9, 10, 8)))
        assert [BEFORE, LAST, "course/9"] == self.page(listener, 1, rosters=rosters, limit=50)
        assert "walk" not in listener.steps()

    def test_nothing_is_asked_for_nothing(self, listener: Listener) -> None:
        """A page of no length costs no statement."""
        assert [] == self.page(listener, 3, limit=0)
        assert [] == listener.heard


class TestPeopleSteps:
    """A page of who sees a resource takes the steps it needs, and no more."""

    def page(self, listener: Listener, resource: Resource, *, limit: int) -> list[str]:
        """Return the logins on a page of who sees a resource."""
        query = ViewersQuery(resource=resource, ungrouped=Ungrouped.EMPLOYEES, at=NOON, limit=limit)
        return [each.login.text for each in viewers.viewers_page(listener, query)]

    @pytest.mark.parametrize(
        ("walk", "groups", "limit", "found", "steps"),
        [
            (3, (3,), 2, ["person-1", "person-2"], ["walk past people"]),
            (9, (1,), 3, ["person-8"], ["walk past people", "end"]),
            (1, (1,), 3, ["person-8"], ["walk past people", "end", "how many", "doors"]),
            (
                1,
                (2,),
                2,
                ["person-7", "person-8"],
                ["walk past people", "end", "how many", "walk past people", "doors"],
            ),
            (1, (3,), 2, ["person-1", "person-2"], ["walk past people", "end", "how many", "walk past people"]),
            (1, (), 2, ["person-1", "person-2"], ["walk past people", "end", "walk past people"]),
        ],
    )
    def test_steps(
        self, listener: Listener, *, walk: int, groups: tuple[int, ...], limit: int, found: list[str], steps: list[str]
    ) -> None:
        """It walks; it looks whether that was all; it walks on as far as there are people behind the doors; it sorts those."""
        resource = g.resource(audience=Audience(groups=frozenset(map(g.group_id, groups))))
        with walking(walk):
            assert found == self.page(listener, resource, limit=limit)
        assert steps == listener.steps()

    def test_the_rarest_door(self, listener: Listener) -> None:
        """Of what is for a group of everybody and for a job that one person has, the job is the door."""
        groups, jobs = frozenset(map(g.group_id, (2, 3))), frozenset({b.job_profile_id()})
        resource = g.resource(audience=Audience(groups=groups, job_profiles=jobs))
        with walking(1):
            assert ["person-8"] == self.page(listener, resource, limit=2)
        assert ["walk past people", "end", "how many", "how many", "doors"] == listener.steps()

    def test_who_takes_part_stands_behind_a_door(self, listener: Listener) -> None:
        """A person on the roster is found among many who see nothing of it."""
        with walking(1):
            for audience in (Audience(), Audience(groups=frozenset({g.group_id(9)}))):
                resource = g.resource(9, audience=audience, rostered=True)
                query = ViewersQuery(resource=resource, ungrouped=Ungrouped.NOBODY, at=NOON)
                assert ["person-7"] == [each.login.text for each in viewers.viewers_page(listener, query)]
        assert 2 == listener.steps().count("doors")
