"""The contract of R30: what decides of people what they see, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from ...domain import fields as f
from ...domain.decision import Batch, Record, Seen
from ...domain.ids import DepartmentId, GroupId, OrganizationId, SubAccountId
from ...domain.life import State
from ...domain.membership import MembershipState, Window
from ...domain.viewer import ViewerFacts
from .. import builders as a
from .. import groups as g
from ..clock import NOON
from ..viewers import facts_of
from .catalogs import MANY, deepest, tree
from .contract import Call, clause
from .expect import expect_equal
from .sight_worlds import world
from .storage import StorageContract, store, stored


class ViewerFactsContract(StorageContract):
    """Prove clause R30; needs `viewer_facts` and `commit`."""

    @clause("R30")
    async def test_r30_everything_that_decides(self) -> None:
        """Of the asked people that exist all is answered, whatever state they are in, ordered by value, each once."""
        repository = await self.opened()
        await store(repository, *world().records)
        people = world().people
        asked = [each.sub_account.id for each in reversed(people)]
        expect_equal(people, await repository.viewer_facts((*asked, a.sub_account_id(999), asked[0])), "everybody")
        expect_equal(people, await repository.viewer_facts(frozenset(asked)), "everybody, asked for as a set")
        for each in people[::5]:
            expect_equal((each,), await repository.viewer_facts((each.sub_account.id,)), "one of them")

    @clause("R30")
    async def test_r30_in_order(self) -> None:
        """Memberships and their groups are ordered by group, participations by resource, whatever their own ids."""
        repository = await self.opened()
        numbers = (3, 1, 4, 2)
        groups = [g.group(n, retired_at=NOON if n == 4 else None) for n in numbers]
        memberships = [g.membership(50 - n, group=n, state=list(MembershipState)[n % 3]) for n in numbers]
        resources = [g.resource(n, removed_at=NOON if n == 4 else None) for n in (20, 3, 4, 100)]
        participations = [g.participation(200 - n, resource=each.id) for n, each in enumerate(resources)]
        records = (*_street(1, 2), *groups, *resources, *memberships, *participations)
        await store(repository, *records)
        expected = _among(records, 1)
        expect_equal([g.group_id(n) for n in (1, 2, 3, 4)], _groups(expected), "the groups of this test")
        found = await repository.viewer_facts((a.sub_account_id(1),))
        expect_equal((expected,), found, "who is in everything")
        expect_equal((_among(records, 2),), await repository.viewer_facts((a.sub_account_id(2),)), "who is in nothing")

    @clause("R30")
    async def test_r30_the_tree_above(self) -> None:
        """The lineage is a person's departments and everything above them, retired ones too, and none that does not exist."""
        repository = await self.opened()
        chosen = ((5,), (7,), (4, 3), (6, 8), (8,), ())
        people = [_in_departments(n, departments) for n, departments in enumerate(chosen, start=1)]
        credentials = [a.credential(n) for n in range(1, len(chosen) + 1)]
        await store(repository, a.organization(), *tree(), a.account(), *people, *credentials)
        found = await repository.viewer_facts([each.id for each in people])
        above = ({5, 4, 2, 1}, {7, 3, 1}, {4, 2, 3, 1}, {6}, set[int](), set[int]())
        expected = [frozenset(a.department_id(n) for n in numbers) for numbers in above]
        expect_equal(expected, [each.lineage for each in found], "the departments and what is above them")

    @clause("R30")
    async def test_r30_the_deepest_tree(self) -> None:
        """The lineage in the deepest tree there can be is complete."""
        repository = await self.opened()
        lowest = len(deepest())
        person = _in_departments(1, (lowest,))
        await store(repository, a.organization(), *deepest(), a.account(), person, a.credential())
        (found,) = await repository.viewer_facts((person.id,))
        expect_equal(frozenset(entry.id for entry in deepest()), found.lineage, "from the bottom up")

    @clause("R30")
    async def test_r30_facts_as_last_put(self) -> None:
        """What changed since is answered as it is now: the person, its groups, the tree, what was left and taken away."""
        repository = await self.opened()
        crew = (g.group(1), g.group(2), g.resource(1))
        parts = (g.membership(1, group=1), g.membership(2, group=2), g.participation(1))
        person = _in_departments(1, (2,))
        tree = (a.department(1), a.department(2, under=1), a.department(3))
        await store(repository, a.organization(), *tree, a.account(), person, a.credential(), *crew, *parts)
        await repository.viewer_facts((person.id,))
        now: tuple[Record, ...] = (
            evolve(stored(person), state=State.ARCHIVED),
            evolve(stored(crew[0]), allows_external=True, retired_at=NOON),
            evolve(stored(parts[0]), state=MembershipState.LEFT, window=Window(until=NOON)),
            a.department(2, version=1, under=3),
        )
        gone = tuple(Seen(id=each.id, version=1) for each in (parts[1], parts[2]))
        await repository.commit(Batch(organization=a.OURS, puts=now, removes=gone))
        changed = tuple(map(stored, now))
        kept = (*changed, stored(tree[2]), stored(crew[1]))
        expect_equal(facts_of(kept), await repository.viewer_facts((person.id,)), "the person as it is now")

    @clause("R30")
    async def test_r30_nothing_and_much_can_be_asked(self) -> None:
        """Asking for nobody answers nothing, and thousands of ids are one question."""
        repository = await self.opened()
        records = (*_street(1, MANY), g.group(), g.membership(1, person=MANY))
        await store(repository, *records)
        expect_equal((), await repository.viewer_facts(()), "nobody")
        asked = [a.sub_account_id(number) for number in range(1, MANY + 1)]
        expect_equal(facts_of(map(stored, records)), await repository.viewer_facts(asked), "who exists of {}", MANY)

    @clause("R30")
    async def test_r30_facts_are_not_torn(self) -> None:
        """Read while they are written, facts are of one commit: before it or after it."""
        repository = await self.opened()
        whole = (a.sub_account(), g.group(), g.membership())
        await store(repository, a.organization(), a.account(), whole[0], a.credential(), *whole[1:])
        rounds = 20

        async def write() -> list[tuple[int, ...]]:
            for version in range(1, rounds + 1):
                await store(repository, *(evolve(each, version=version) for each in whole))
            return []

        async def read() -> list[tuple[int, ...]]:
            seen: list[tuple[int, ...]] = []
            for _ in range(rounds * 2):
                (found,) = await repository.viewer_facts((a.sub_account_id(),))
                versions = [each.version for each in found.groups] + [each.version for each in found.memberships]
                seen.append((found.sub_account.version, *versions))
            return seen

        calls: Sequence[Call[list[tuple[int, ...]]]] = (write, read, read, read)
        for outcome in await self.at_once(calls):
            if isinstance(outcome, Exception):
                raise outcome
            expect_equal([], [versions for versions in outcome if len(set(versions)) > 1], "versions of torn reads")

    @clause("R30")
    async def test_r30_from_another_organization(self) -> None:
        """Another organization's people of the same values are others, with groups, departments and rosters of their own."""
        repository = await self.opened()
        await store(repository, *world().records)
        theirs = [each.sub_account.id for each in world(of=a.THEIRS).people]
        expect_equal((), await repository.viewer_facts(theirs), "theirs, when only we are there")
        person = _in_departments(1, (2,), of=a.THEIRS)
        alone = (person, a.credential(of=a.THEIRS), g.group(of=a.THEIRS, name="Theirs"), g.membership(of=a.THEIRS))
        records: tuple[Record, ...] = (a.organization(a.THEIRS), a.account(of=a.THEIRS), *alone)
        await store(repository, *records, a.department(2, of=a.THEIRS))
        everything = (*records, a.department(2, of=a.THEIRS))
        expect_equal(facts_of(map(stored, everything)), await repository.viewer_facts(theirs), "theirs")
        ours: list[SubAccountId] = [each.sub_account.id for each in world().people]
        expect_equal(world().people, await repository.viewer_facts(ours), "ours, beside theirs")


def _street(*people: int) -> tuple[Record, ...]:
    """Return an organization with the people of these numbers."""
    return (a.organization(), a.account(), *(record for number in people for record in a.person(number)))


def _in_departments(number: int, departments: Sequence[int], /, *, of: OrganizationId = a.OURS) -> Any:
    named: frozenset[DepartmentId] = frozenset(a.department_id(each, of=of) for each in departments)
    return a.sub_account(number, of=of, profile=a.profile({f.DEPARTMENTS: named}))


def _among(records: Sequence[Record], number: int) -> ViewerFacts:
    found = facts_of(map(stored, records))
    return next(each for each in found if each.sub_account.id == a.sub_account_id(number))


def _groups(facts: ViewerFacts) -> list[GroupId]:
    return [each.group for each in facts.memberships]
