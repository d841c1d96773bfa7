"""The contract of the port `Resources`."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ...domain.audience import Audience
from ...domain.decision import Batch, Record, Seen
from ...domain.ids import OrganizationId
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from .. import specimens
from ..clock import NOON
from .catalogs import MANY
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored, walk


class ResourcesContract(StorageContract):
    """Prove the clauses of `Resources`; needs its two reads and `commit`."""

    @clause("R28")
    async def test_r28_existing_resources_are_answered_in_order(self) -> None:
        """Of the asked resources the existing ones are answered once, removed ones too, by value in binary order."""
        repository = await self.opened()
        resources = [Resource(id=id_, name=f"Name {n}") for n, id_ in enumerate(specimens.resource_ids())]
        resources.append(g.resource(77, removed_at=NOON))
        *there, absent, other = resources
        await store(repository, a.organization(), *there, other)
        asked = [absent.id, other.id, *(each.id for each in there), there[0].id]
        expected = tuple(stored(each) for each in sorted((*there, other), key=lambda each: each.id.value))
        expect_equal(expected, await repository.resources(asked), "the resources")
        expect_equal(expected, await repository.resources(frozenset(asked)), "the resources asked for as a set")
        for each in resources:
            found = await repository.resources((each.id,))
            expect_equal(() if each is absent else (stored(each),), found, "the resource {}", each.id.value)

    @clause("R28")
    async def test_r28_resources_as_last_put(self) -> None:
        """The latest put is what is read, whomever the audience named before; what was taken out of storage is gone."""
        repository = await self.opened()
        named = Audience(groups=frozenset({g.group_id(1), g.group_id(2)}), departments=frozenset({a.department_id()}))
        first, other = g.resource(1, audience=named), g.resource(2)
        await store(repository, a.organization(), first, other)
        fewer = Audience(groups=frozenset({g.group_id(2), g.group_id(3)}))
        moved = evolve(stored(first), name="Moved", audience=fewer, application=g.application_id(), rostered=True)
        await store(repository, moved)
        found = await repository.resources((first.id, other.id))
        expect_equal((stored(moved), stored(other)), found, "the resources")
        await repository.commit(Batch(organization=a.OURS, removes=(Seen(id=first.id, version=2),)))
        expect_equal((stored(other),), await repository.resources((first.id, other.id)), "what is left of them")

    @clause("R28")
    async def test_r28_nothing_and_much_can_be_asked(self) -> None:
        """Asking for nothing answers nothing, and thousands of ids are one question."""
        repository = await self.opened()
        await store(repository, a.organization(), g.resource(1), g.resource(MANY))
        expect_equal((), await repository.resources(()), "the resources of no id")
        asked = tuple(g.resource_id(number) for number in range(1, MANY + 1))
        expected = (stored(g.resource(1)), stored(g.resource(MANY)))
        expect_equal(expected, await repository.resources(asked), "what exists of {} asked", MANY)

    @clause("R28")
    async def test_r28_from_another_organization(self) -> None:
        """Ids of another organization find its own resources and none of ours, though the host calls them the same."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS), g.resource(1), g.resource(2))
        theirs = (g.resource_id(1, of=a.THEIRS), g.resource_id(2, of=a.THEIRS))
        expect_equal((), await repository.resources(theirs), "their resources, when only ours exist")
        named = Audience(groups=frozenset({g.group_id(of=a.THEIRS)}))
        their_own = g.resource(1, of=a.THEIRS, name="Theirs", audience=named)
        await store(repository, their_own)
        expect_equal((stored(their_own),), await repository.resources(theirs), "their resources")

    @clause("R29")
    async def test_r29_participants_in_order(self) -> None:
        """Pages hold the participations in one resource by the person's value, not by their own, at most the limit."""
        repository = await self.opened()
        people = (12, 3, 7, 1, 5)
        ours = [g.participation(50 - person, resource=1, person=person) for person in people]
        others = [g.participation(90 + person, resource=2, person=person) for person in (3, 5, 6)]
        await store(repository, *_village((*people, 6)), *ours, *others)
        expected = [stored(each) for each in sorted(ours, key=lambda each: each.person.value)]
        for limit in (1, 2, 5, 6):
            expect_equal(expected, await _participants(repository, limit), "the participants by {}", limit)
        page = await repository.participants_page(g.resource_id(), after=a.value(4), limit=2)
        expect_equal(tuple(expected[2:4]), page, "the page after a person who takes no part")
        nothing = await repository.participants_page(g.resource_id(9), after=None, limit=9)
        expect_equal((), nothing, "the participants in no resource")

    @clause("R29")
    async def test_r29_whatever_the_resource_is(self) -> None:
        """Removed or without a roster, a resource keeps its participants until they are taken away."""
        repository = await self.opened()
        first, second = g.participation(1, person=1), g.participation(2, person=2)
        await store(repository, *_village((1, 2)), first, second)
        await store(repository, g.resource(version=1, removed_at=NOON), stored(second))
        now = stored(stored(second))
        page = await repository.participants_page(g.resource_id(), after=None, limit=9)
        expect_equal((stored(first), now), page, "the participants in what was removed")
        await repository.commit(Batch(organization=a.OURS, removes=(Seen(id=first.id, version=1),)))
        page = await repository.participants_page(g.resource_id(), after=None, limit=9)
        expect_equal((now,), page, "who is left of them")

    @clause("R29")
    async def test_r29_from_another_organization(self) -> None:
        """Another organization's resource of the same id has its own participants."""
        repository = await self.opened()
        ours = g.participation(1, person=1), g.participation(2, person=2)
        await store(repository, *_village((1, 2)), *ours, *_village((1, 2), of=a.THEIRS))
        theirs = g.resource_id(of=a.THEIRS)
        page = await repository.participants_page(theirs, after=None, limit=9)
        expect_equal((), page, "theirs, when only we have some")
        their_own = g.participation(3, person=2, of=a.THEIRS)
        await store(repository, their_own)
        expect_equal((stored(their_own),), await repository.participants_page(theirs, after=None, limit=9), "theirs")

    @clause("storage")
    async def test_storage_keeps_every_resource_whole(self) -> None:
        """Every field of a resource is read back equal: its id and name to the last letter, all its audience names."""
        repository = await self.opened()
        resources = specimens.resources()
        await store(repository, a.organization(), *resources)
        for each in resources:
            expect_equal((stored(each),), await repository.resources((each.id,)), "a resource")
        found = await repository.resources([each.id for each in resources])
        expect_equal(tuple(stored(each) for each in sorted(resources, key=lambda each: each.id.value)), found, "all")
        moments = [each.removed_at for each in found if each.removed_at]
        expect_equal({NOON.utcoffset()}, {at.utcoffset() for at in moments}, "how far their times are from UTC")

    @clause("storage")
    async def test_storage_keeps_every_participation_whole(self) -> None:
        """Every field of a participation is read back equal, however long the resource's id is."""
        repository = await self.opened()
        participations = specimens.participations()
        resources = [Resource(id=id_, name="Roster") for id_ in specimens.resource_ids()]
        people = (record for number in (1, 2) for record in a.person(number))
        await store(repository, a.organization(), a.account(), *people, *resources, *participations)
        for resource in specimens.resource_ids():
            expected = tuple(stored(each) for each in participations if each.resource == resource)
            found = await repository.participants_page(resource, after=None, limit=9)
            expect_equal(expected, found, "the participants in {}", resource.value)


def _village(people: Sequence[int], *, of: OrganizationId = a.OURS) -> tuple[Record, ...]:
    """Return an organization with courses 1 and 2, of which the second has a roster, and the people of these numbers."""
    pairs = (record for number in people for record in a.person(number, of=of))
    return (a.organization(of), a.account(of=of), *pairs, g.resource(1, of=of), g.resource(2, of=of, rostered=True))


async def _participants(repository: AsyncRepository, limit: int) -> list[Participation]:
    async def page(last: Participation | None) -> tuple[Participation, ...]:
        after = last.person.value if last else None
        return await repository.participants_page(g.resource_id(), after=after, limit=limit)

    return await walk(page, limit)
