"""The worked examples answer who sees what as the rule says, whatever is stored and whoever asks: R25 to R34, beside memory."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any, Final

import pytest
from attrs import evolve, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.json_folder import JSONFolder
from examples.redis_store import RedisRepository, sights
from examples.redis_store.plans import Ask
from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.decision import Batch
from subaccounts.domain.group import Group
from subaccounts.domain.ids import OrganizationId, ResourceId, SubAccountId
from subaccounts.domain.membership import Membership
from subaccounts.domain.queries import PeopleCursor
from subaccounts.domain.resource import Resource
from subaccounts.domain.sights import ResourceCursor, ResourceQuery, ViewersQuery, sees, shown
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.viewer import Viewer, ViewerFacts
from subaccounts.domain.visibility import may_see
from subaccounts.ports import Repository
from subaccounts.repositories.memory import MemoryRepository
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from subaccounts.testing.populations import NAMES, TYPES, Population, populations
from tests.examples import redis_servers

_owners: Final = map("population-{}".format, itertools.count())
PREFIXES: Final = ("a", "ar", "arbeit", "fi", "'%", "\U0001f98a", "\ufffd", "nothing", "\U0010ffff")


@frozen(kw_only=True)
class Asked:
    """Hold an organization and what is asked about it."""

    population: Population
    ungrouped: Ungrouped
    type: str
    limit: int
    after: str

    @property
    def organization(self) -> OrganizationId:
        """Return whom everything belongs to."""
        return self.population.records[0].id.organization

    @property
    def people(self) -> list[SubAccountId]:
        """Return whose views are asked about."""
        return [each.id for each in self.population.people]

    def ids(self, make: Callable[..., Any]) -> list[Any]:
        """Return the ids of these numbers, of ours and of nobody's."""
        return [make(number, of=of) for of in (self.organization, a.THEIRS) for number in (3, 1, 2, 3, 9)]


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """Draw an organization that no store has met, and what is asked about it."""
    population = draw(populations(of=OrganizationId(value=next(_owners))))
    return Asked(
        population=population,
        ungrouped=draw(st.sampled_from((population.ungrouped, *Ungrouped))),
        type=draw(st.sampled_from((*TYPES, *TYPES, "cours"))),
        limit=draw(st.sampled_from((0, 1, 2, 50))),
        after=draw(st.sampled_from(NAMES)),
    )


@pytest.fixture(scope="class", params=["a folder of files", "Redis", "Redis by twos"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """Open an example once for all organizations; Redis also where two of anything are many, so that nothing fits at one go."""
    if request.param == "a folder of files":
        yield JSONFolder(tmp_path_factory.mktemp("store"))
        return
    url = redis_servers.emptied(redis_servers.shared())
    with pytest.MonkeyPatch.context() as patch, RedisRepository(url, prefix=redis_servers.prefix()) as redis:
        if request.param == "Redis by twos":
            patch.setattr(sights, "_MANY", 2)
        yield redis


class TestExamples:
    """An example, a repository in memory and the rule say the same."""

    @settings(max_examples=60)
    @given(asked=questions())
    def test_who_sees_what(self, store: Repository, asked: Asked) -> None:
        """Every read about groups, resources and sights is answered as memory answers it, and as the rule says."""
        memory = MemoryRepository()
        for each in (memory, store):
            each.commit(Batch(organization=asked.organization, puts=asked.population.records))
        answers = _answers(store, asked)
        assert _answers(memory, asked) == answers
        assert _by_rule(memory, asked) == {
            "resources": answers["every resource"],
            "resources seen": answers["every resource seen"],
            "names begun": answers["names begun"],
            "how many are seen": answers["resources_count seen"],
            "seen among": answers["visible_among"],
            "people": answers["everybody"],
        }

    @settings(max_examples=60)
    @given(asked=questions())
    def test_what_is_put_again(self, store: Repository, asked: Asked) -> None:
        """Resources, groups and memberships that are put again are found as they are now, and nowhere where they were."""
        memory = MemoryRepository()
        for each in (memory, store):
            each.commit(Batch(organization=asked.organization, puts=asked.population.records))
            each.commit(Batch(organization=asked.organization, puts=tuple(_changed(asked.population))))
        assert _answers(memory, asked) == _answers(store, asked)


def _changed(population: Population) -> Iterator[Resource | Group | Membership]:
    for number, record in enumerate(evolve(each, version=1) for each in population.records):
        match record:
            case Resource() if number % 2:
                yield evolve(record, name="Ärzte 2", audience=population.resources[0].audience, removed_at=None)
            case Resource():
                yield evolve(record, removed_at=NOON)
            case Group() if number % 2:
                yield evolve(record, allows_external=not record.allows_external, retired_at=None)
            case Membership() if number % 2:
                yield evolve(record, window=evolve(record.window, until=None))
            case _:
                pass


def _answers(store: Repository, asked: Asked) -> dict[str, object]:
    """Return what a store says, by question."""
    viewers, whole = _viewers(asked), _resources(asked)
    seen = list(_seen(whole, store.viewer_facts(asked.people)))
    group, limit = g.group_id(1, of=asked.organization), asked.limit
    behind = ResourceCursor(name_key=asked.after, id=f"{asked.type}/2")
    value, of_whom = (lambda each: each.id.value), (lambda each: each.person.value)
    return {
        "groups": store.groups(asked.ids(g.group_id)),
        "groups_page": _walked(lambda after: store.groups_page(asked.organization, after=after, limit=limit), value),
        "members_page": _walked(lambda after: store.members_page(group, after=after, limit=limit), of_whom),
        "resources": store.resources(_some(asked)),
        "participants_page": _walked(
            lambda after: store.participants_page(viewers.resource.id, after=after, limit=limit), of_whom
        ),
        "viewer_facts": store.viewer_facts(asked.ids(a.sub_account_id)),
        "resources_page": store.resources_page(evolve(whole, after=behind)),
        "resources_page seen": [store.resources_page(evolve(each, after=behind)) for each in seen],
        "every resource": _every(store, whole),
        "every resource seen": [_every(store, each) for each in seen],
        "names begun": [(store.resources_page(each), store.resources_count(each)) for each in _begun(seen[0])],
        "resources_count": store.resources_count(evolve(whole, after=behind)),
        "resources_count seen": [store.resources_count(evolve(each, after=behind)) for each in seen],
        "visible_among": [_among(store, each, asked) for each in seen[:: len(TYPES)]],
        "everybody": _walked(lambda after: store.viewers_page(evolve(viewers, after=after)), _behind),
    }


def _by_rule(memory: Repository, asked: Asked) -> dict[str, object]:
    """Return what the rule says of everything that is stored, on pages as large as was asked for."""
    who, whole = _viewers(asked), _resources(asked)
    facts = memory.viewer_facts([each.id for each in asked.population.people])
    viewers = [Viewer.at(NOON, each) for each in facts]
    resources = memory.resources([each.id for each in asked.population.resources])
    named = sorted(resources, key=lambda each: (each.name_key, each.id.value))
    queries = list(_seen(whole, facts))
    seen = [[each for each in named if shown(each, query)] for query in queries]
    begun = [tuple(each for each in named if shown(each, query)) for query in _begun(queries[0])]
    among = [each for each in resources if each.id in _some(asked)]
    people = sorted((each.sub_account for each in facts if sees(each, who)), key=lambda each: each.login.key)
    return {
        "resources": tuple(each for each in named if shown(each, whole)) if asked.limit else (),
        "resources seen": [tuple(each) if asked.limit else () for each in seen],
        "names begun": [(each[: asked.limit], len(each)) for each in begun],
        "how many are seen": [len(each) for each in seen],
        "seen among": [frozenset(r.id for r in among if may_see(viewer, r, asked.ungrouped)) for viewer in viewers],
        "people": tuple(people) if asked.limit else (),
    }


def _seen(query: ResourceQuery, facts: Iterable[ViewerFacts]) -> Iterator[ResourceQuery]:
    """Yield what asks for all of each type that somebody sees."""
    for each, of in product(facts, TYPES):
        yield evolve(query, viewer=Viewer.at(NOON, each), type=of)


def _begun(query: ResourceQuery) -> Iterator[ResourceQuery]:
    """Yield what asks for the names that begin in some way, by everybody and by one."""
    for each, prefix in product((query, evolve(query, viewer=None)), PREFIXES):
        yield evolve(each, prefix=prefix)


def _every(store: Repository, query: ResourceQuery) -> tuple[Resource, ...]:
    return _walked(lambda after: store.resources_page(evolve(query, after=after)), ResourceCursor.at)


def _among(store: Repository, query: ResourceQuery, asked: Asked) -> frozenset[ResourceId]:
    assert query.viewer is not None
    return store.visible_among(query.viewer, _some(asked), ungrouped=asked.ungrouped)


def _resources(asked: Asked) -> ResourceQuery:
    return ResourceQuery(
        organization=asked.organization,
        type=asked.type,
        viewer=None,
        ungrouped=asked.ungrouped,
        limit=asked.limit,
    )


def _viewers(asked: Asked) -> ViewersQuery:
    """Ask of the first resource of the population, or of one that is not stored."""
    stored = next(iter(asked.population.resources), g.resource(of=asked.organization))
    return ViewersQuery(resource=stored, ungrouped=asked.ungrouped, at=NOON, limit=asked.limit)


def _some(asked: Asked) -> list[ResourceId]:
    """Return ids of half of the resources, one of them twice, of one that is not there and of somebody else's."""
    mine = [each.id for each in asked.population.resources]
    return [*mine[::2], *mine[:1], g.resource_id(9, of=asked.organization), g.resource_id(1, of=a.THEIRS)]


def _walked(page: Callable[[Any], Sequence[Any]], cursor: Callable[[Any], Any]) -> tuple[Any, ...]:
    """Return what all pages hold, each of which begins after the last."""
    found, after = list[Any](), None
    while rows := page(after):
        found += rows
        after = cursor(rows[-1])
    return tuple(found)


def _behind(person: SubAccount) -> PeopleCursor:
    return PeopleCursor(login_key=person.login.key, id=person.id.value)


class TestDoors:
    """On Redis a page reads what somebody has a door to, and passes by everything else."""

    def test_a_page_among_many(self) -> None:
        """Of a thousand resources the three that a person's group is shown are read at one go."""
        with _redis() as redis:
            groups = [g.group(n) for n in (1, 2)]
            shown_to = [1 if n in {17, 500, 983} else 2 for n in range(1000)]
            courses = [
                g.resource(n, audience=Audience(groups=frozenset({g.group_id(group)})))
                for n, group in enumerate(shown_to, start=1)
            ]
            redis.commit(Batch(organization=a.OURS, puts=(a.organization(), *groups, *courses)))
            viewer = g.viewer(groups=frozenset({g.group_id(1)}))
            query = ResourceQuery(
                organization=a.OURS, type="course", viewer=viewer, ungrouped=Ungrouped.NOBODY, limit=3
            )
            with _asked(redis) as asked:
                page = redis.resources_page(query)
            assert {g.resource_id(n + 1) for n in (17, 500, 983)} == {each.id for each in page}
            assert ["EVALSHA"] == asked

    def test_who_sees_it_among_many(self) -> None:
        """Of a thousand people those in a small group are read at one go, after a look at how many they are."""
        with _redis() as redis:
            people = [record for n in range(1, 1001) for record in a.person(n, login=f"person-{n}")]
            members = [g.membership(n, person=n) for n in (1000, 17)]
            course = g.resource(audience=Audience(groups=frozenset({g.group_id()})))
            redis.commit(
                Batch(organization=a.OURS, puts=(a.organization(), a.account(), g.group(), course, *people, *members))
            )
            with _asked(redis) as asked:
                page = redis.viewers_page(ViewersQuery(resource=course, ungrouped=Ungrouped.NOBODY, at=NOON))
            assert ["person-1000", "person-17"] == [each.login.text for each in page]
            assert [*["ZLEXCOUNT"] * 2, *["ZRANGE"] * 2, "EVALSHA"] == asked


@contextmanager
def _redis() -> Iterator[RedisRepository]:
    with RedisRepository(redis_servers.emptied(redis_servers.shared()), prefix=redis_servers.prefix()) as redis:
        yield redis


@contextmanager
def _asked(redis: Any) -> Iterator[list[str]]:
    """Note which commands are sent; a script that the server has not met is sent twice, which is not what is asked here."""
    asked: list[str] = []
    answers: Callable[[Ask], Any] = redis._line._answers

    def noted(ask: Ask) -> Any:
        asked.extend(str(command[0]) for command in ask.commands if command[0] != "EVAL")
        return answers(ask)

    redis._line._answers = noted
    yield asked
    del redis._line._answers
