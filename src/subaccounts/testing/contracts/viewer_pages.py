"""The contract of R34, who sees a resource: the domain's own `sees` is the oracle, so that no query language drifts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from attrs import evolve

from ...domain import fields as f
from ...domain.audience import Audience, Ungrouped
from ...domain.decision import Batch, Record, Seen
from ...domain.fields import Kind
from ...domain.ids import OrganizationId
from ...domain.life import State
from ...domain.membership import Membership, MembershipState
from ...domain.participation import Participation
from ...domain.queries import LARGEST_PAGE, PeopleCursor
from ...domain.resource import Resource
from ...domain.sights import ViewersQuery, sees
from ...domain.sub_account import SubAccount
from ...domain.viewer import ViewerFacts
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from ..viewers import facts_of
from .contract import clause
from .expect import expect_equal
from .people_pages import crowd, households
from .sight_crowds import town
from .sight_worlds import MOMENT, audiences, world
from .storage import StorageContract, store, stored, walk

IN_GROUP_1 = Audience(groups=frozenset({g.group_id(1)}))


def who_sees(resource: Resource, /, **changes: Any) -> ViewersQuery:
    """Return the question for all who see a resource at noon, where whoever names nobody means everybody."""
    return evolve(
        ViewersQuery(resource=resource, ungrouped=Ungrouped.EVERYBODY, at=NOON, limit=LARGEST_PAGE), **changes
    )


def questions(*, of: OrganizationId = a.OURS) -> Iterator[ViewersQuery]:
    """Yield the questions about who sees: a resource of each audience, some of each flag, and what one of them could be."""
    resources, many = world(of=of).resources, 2 * len(audiences(of=of))
    each = [resources[number + number // 2 % 2] for number in range(0, many, 2)]
    for number, resource in enumerate((*each, *resources[many::2])):
        yield who_sees(resource, ungrouped=list(Ungrouped)[number % 3], at=NOON + (number % 5 - 2) * MOMENT)
    unnamed, *_ = resources
    for ungrouped in Ungrouped:
        yield who_sees(unnamed, ungrouped=ungrouped)
        yield who_sees(g.resource(999, of=of, application=g.application_id(of=of)), ungrouped=ungrouped)
    for at in (NOON - 2 * MOMENT, NOON - MOMENT, NOON, NOON + MOMENT, NOON + 2 * MOMENT):
        yield who_sees(evolve(unnamed, audience=audiences(of=of)[2]), at=at)
    yield who_sees(evolve(unnamed, rostered=True, audience=audiences(of=of)[5]))


class ViewerPagesContract(StorageContract):
    """Prove clause R34; needs `viewers_page` and `commit`."""

    @clause("R34")
    async def test_r34_a_page_is_what_sees_says(self) -> None:
        """Whatever the resource is or would be, and at every moment, the people are just those that `sees` says, in order."""
        repository = await self.opened()
        await store(repository, *world().records)
        for query in questions():
            expected = _ordered(world().people, query)
            expect_equal(
                _logins(expected), _logins(await repository.viewers_page(query)), "who sees {}", query.resource
            )
        whole = who_sees(world().resources[0])
        expect_equal(_ordered(world().people, whole), list(await repository.viewers_page(whole)), "everybody, whole")

    @clause("R34")
    async def test_r34_pages_join_without_gap_or_repetition(self) -> None:
        """Pages of any size, laid end to end, are the whole answer once, in binary order of login key and id."""
        repository = await self.opened()
        people = await _store_crowd(repository)
        everybody = who_sees(g.resource())
        members = who_sees(g.resource(audience=IN_GROUP_1))
        for query, limits in ((everybody, (2, 7)), (members, (1, 3))):
            expected = _ordered(people, query)
            for limit in (*limits, len(expected), len(expected) + 1):
                rows = await _pages(repository, evolve(query, limit=limit))
                expect_equal(_logins(expected), _logins(rows), "who sees {}, by {}", query.resource, limit)

    @clause("R34")
    async def test_r34_a_cursor_outlives_its_person(self) -> None:
        """A page begins after its cursor, though nobody stands there any more."""
        repository = await self.opened()
        people = await _store_crowd(repository)
        everybody = _ordered(people, who_sees(g.resource()))
        for key, id_ in (("anna", a.value(20)), ("anna", a.value(39)), ("aa", a.value(99)), ("\U0010ffff", "z")):
            after = PeopleCursor(login_key=key, id=id_)
            expected = [person for person in everybody if (person.login.key, person.id.value) > (key, id_)]
            found = await repository.viewers_page(who_sees(g.resource(), after=after))
            expect_equal(_logins(expected), _logins(found), "who sees it, after {}", after)

    @clause("R34")
    async def test_r34_a_page_follows_every_put(self) -> None:
        """Archived, moved or from outside now, a person is judged as it is now, and so are its groups and its departments."""
        repository = await self.opened()
        records = _office()
        await store(repository, *records)
        kept: dict[object, Record] = {record.id: stored(record) for record in records}
        now = {record.id: record for record in map(stored, records)}
        for about, changes in _changes(now):
            gone = tuple(Seen(id=each.id, version=each.version) for each in changes if isinstance(each, Participation))
            puts = tuple(each for each in changes if not isinstance(each, Participation))
            await repository.commit(Batch(organization=a.OURS, puts=puts, removes=gone))
            kept |= {each.id: stored(each) for each in puts}
            kept = {id_: record for id_, record in kept.items() if id_ not in {each.id for each in gone}}
            for resource in (record for record in kept.values() if isinstance(record, Resource)):
                query = who_sees(resource)
                found = await repository.viewers_page(query)
                expect_equal(_ordered(facts_of(kept.values()), query), list(found), "who sees {}, {}", resource, about)

    @clause("R34")
    async def test_r34_who_is_far_apart(self) -> None:
        """Of more people than anybody looks through, the few who see something are found, each once, on every page."""
        repository = await self.opened()
        records = town().records
        for first in range(0, len(records), LARGEST_PAGE):
            await store(repository, *records[first : first + LARGEST_PAGE])
        groups, both = frozenset({g.group_id(1)}), frozenset({g.group_id(1), g.group_id(2)})
        top = frozenset({a.department_id(1)})
        chosen = (
            {"audience": Audience(groups=both)},
            {"audience": Audience(departments=top)},
            {"audience": Audience(job_profiles=frozenset({a.job_profile_id(1)}))},
            {"audience": Audience(permission_types=frozenset({a.permission_type_id(1), a.permission_type_id(2)}))},
            {"audience": Audience(groups=groups, departments=top), "rostered": True},
        )
        for shape in chosen:
            query = who_sees(g.resource(**shape))
            expected = _logins(_ordered(town().people, query))
            expect_equal(expected, _logins(await repository.viewers_page(query)), "who sees {}", query.resource)
            if query.resource.rostered:
                rows = await _pages(repository, evolve(query, limit=7))
                expect_equal(expected, _logins(rows), "who sees {}, by 7", query.resource)

    @clause("R34")
    async def test_r34_from_another_organization(self) -> None:
        """Nobody of ours sees another organization's resources, nor do our groups show theirs, though all values are the same."""
        repository = await self.opened()
        await store(repository, *world().records)
        asked = list(questions(of=a.THEIRS))[::2]
        for query in asked:
            expect_equal((), await repository.viewers_page(query), "theirs, when only we are there")
        theirs = _fewer(world(of=a.THEIRS).records)
        await store(repository, *theirs)
        people = facts_of(map(stored, theirs))
        for query in asked:
            expected = _ordered(people, query)
            expect_equal(
                _logins(expected), _logins(await repository.viewers_page(query)), "who sees {}", query.resource
            )

    @clause("R34")
    async def test_r34_what_is_named_in_another_organization(self) -> None:
        """A resource that names another organization's groups, departments and the rest, or is in its application, means none of ours."""
        repository = await self.opened()
        await store(repository, *world().records)
        strange = [g.resource(999, audience=audience) for audience in audiences(of=a.THEIRS)]
        strange += [
            g.resource(999, application=g.application_id(of=a.THEIRS), audience=audience)
            for audience in (audiences()[0], audiences()[2])
        ]
        for resource in strange:
            query = who_sees(resource)
            expected = _ordered(world().people, query)
            expect_equal(_logins(expected), _logins(await repository.viewers_page(query)), "who sees {}", resource)


def _ordered(people: Iterable[ViewerFacts], query: ViewersQuery) -> list[SubAccount]:
    found = [facts.sub_account for facts in people if sees(facts, query)]
    return sorted(found, key=lambda person: (person.login.key, person.id.value))


def _logins(people: Iterable[SubAccount]) -> list[tuple[str, str]]:
    return [(person.login.key, person.id.value) for person in people]


async def _store_crowd(repository: AsyncRepository) -> tuple[ViewerFacts, ...]:
    """Store people whose logins have an order that is no collation's, every second of them in group 1."""
    people = crowd()
    pairs = (record for each in people for record in (each, a.credential(int(each.id.value[-4:], 16))))
    memberships = [g.membership(n, person=each.id) for n, each in enumerate(people[::2], start=1)]
    records: tuple[Record, ...] = (*households(), *pairs, g.group(), *memberships)
    await store(repository, *records)
    return facts_of(map(stored, records))


def _office() -> tuple[Record, ...]:
    """Return three people: in a group, in a department, on a roster; and what each alone sees."""
    member, below, listed = (
        a.sub_account(n, state=State.ACTIVE, profile=a.profile(values))
        for n, values in ((1, {}), (2, {f.DEPARTMENTS: frozenset({a.department_id(2)})}), (3, {}))
    )
    people = (member, a.credential(1), below, a.credential(2), listed, a.credential(3))
    shown = (
        g.resource(1, audience=IN_GROUP_1, application=g.application_id()),
        g.resource(2, audience=Audience(departments=frozenset({a.department_id(1)}))),
        g.resource(3, audience=IN_GROUP_1, rostered=True),
    )
    tree = (a.department(1), a.department(2, under=1), a.department(3))
    inside = (g.membership(), g.participation(resource=3, person=3))
    return (a.organization(), *tree, a.account(), *people, g.group(), *shown, *inside)


def _changes(now: Any) -> Iterator[tuple[str, tuple[Record, ...]]]:
    """Yield one change after the other, each on what the one before left."""
    member, group, department = now[a.sub_account_id(1)], now[g.group_id()], now[a.department_id(2)]
    yield "when the member comes from outside", (_put(now, member, profile=a.profile({f.KIND: Kind.EXTERNAL})),)
    yield "when the group takes externals", (_put(now, group, allows_external=True),)
    opened = frozenset({g.application_id()})
    yield "when the group opens the application", (_put(now, group, applications=opened),)
    yield "when the department was moved", (_put(now, department, parent=a.department_id(3)),)
    yield "when the department was moved back", (_put(now, department, parent=a.department_id(1)),)
    yield "when who is below was archived", (_put(now, now[a.sub_account_id(2)], state=State.ARCHIVED),)
    yield "when the roster is empty", (now[g.participation().id],)
    yield "when the member left", (_put(now, now[g.membership().id], state=MembershipState.LEFT),)
    yield "when the member is back", (_put(now, now[g.membership().id], state=MembershipState.ACTIVE),)
    yield "when the group was retired", (_put(now, group, retired_at=NOON),)


def _put(now: Any, record: Any, /, **changes: Any) -> Record:
    """Return a record with a change, to be put on what is there now."""
    put = evolve(now[record.id], **changes)
    now[record.id] = stored(put)
    changed: Record = put
    return changed


def _fewer(records: Iterable[Record]) -> list[Record]:
    """Return a world in which every third membership and every second participation is missing."""
    kept: list[Record] = []
    for number, record in enumerate(records):
        missing = (isinstance(record, Membership) and number % 3 == 0) or (
            isinstance(record, Participation) and number % 2
        )
        kept += [] if missing else [record]
    return kept


async def _pages(repository: AsyncRepository, query: ViewersQuery) -> list[SubAccount]:
    async def page(last: SubAccount | None) -> tuple[SubAccount, ...]:
        after = PeopleCursor(login_key=last.login.key, id=last.id.value) if last else query.after
        return await repository.viewers_page(evolve(query, after=after))

    return await walk(page, query.limit)
