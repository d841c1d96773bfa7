"""The contract of the port `Groups`."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from ...domain.decision import Batch, Record, Seen
from ...domain.group import Group
from ...domain.ids import GroupId, OrganizationId
from ...domain.membership import Membership, MembershipState, Window
from ...ports.twins import AsyncRepository
from .. import builders as a
from .. import groups as g
from .. import specimens
from ..clock import NOON
from .catalogs import MANY
from .contract import clause
from .expect import expect_equal
from .storage import StorageContract, store, stored, walk


class GroupsContract(StorageContract):
    """Prove the clauses of `Groups`; needs its three reads and `commit`."""

    @clause("R25")
    async def test_r25_existing_groups_are_answered_in_order(self) -> None:
        """Of the asked groups the existing ones are answered once, retired ones too, by value and not by name."""
        repository = await self.opened()
        groups = [g.group(number, name=f"Group {99 - number}") for number in (5, 30, 2, 17)]
        groups.append(g.group(9, retired_at=NOON))
        await store(repository, a.organization(), *groups, g.group(6))
        asked = [g.group_id(77), *(each.id for each in groups), g.group_id(3), groups[0].id]
        expected = tuple(stored(each) for each in sorted(groups, key=lambda each: each.id.value))
        expect_equal(expected, await repository.groups(asked), "the groups")
        expect_equal(expected, await repository.groups(frozenset(asked)), "the groups asked for as a set")

    @clause("R25")
    async def test_r25_groups_as_last_put(self) -> None:
        """The latest put is what is read; what was removed is not there."""
        repository = await self.opened()
        first, other = g.group(1), g.group(2)
        await store(repository, a.organization(), first, other)
        crm = frozenset({g.application_id()})
        opened = evolve(stored(first), name="Partners", allows_external=True, applications=crm)
        await store(repository, opened)
        expect_equal((stored(opened), stored(other)), await repository.groups((first.id, other.id)), "the groups")
        await repository.commit(Batch(organization=a.OURS, removes=(Seen(id=first.id, version=2),)))
        expect_equal((stored(other),), await repository.groups((first.id, other.id)), "the groups, one of them removed")

    @clause("R25")
    async def test_r25_nothing_and_much_can_be_asked(self) -> None:
        """Asking for nothing answers nothing, and thousands of ids are one question."""
        repository = await self.opened()
        await store(repository, a.organization(), g.group(1), g.group(MANY))
        expect_equal((), await repository.groups(()), "the groups of no id")
        asked = tuple(g.group_id(number) for number in range(1, MANY + 1))
        expected = (stored(g.group(1)), stored(g.group(MANY)))
        expect_equal(expected, await repository.groups(asked), "what exists of {} asked", MANY)

    @clause("R25")
    async def test_r25_from_another_organization(self) -> None:
        """Ids of another organization find its own groups and none of ours, though the values are the same."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS), g.group(1), g.group(2))
        theirs = (g.group_id(1, of=a.THEIRS), g.group_id(2, of=a.THEIRS))
        expect_equal((), await repository.groups(theirs), "their groups, when only ours exist")
        their_own = g.group(1, of=a.THEIRS, name="Theirs")
        await store(repository, their_own)
        expect_equal((stored(their_own),), await repository.groups(theirs), "their groups")

    @clause("R26")
    async def test_r26_pages_in_order(self) -> None:
        """Pages hold every group, retired ones too, by value, each beginning after the value given, at most the limit."""
        repository = await self.opened()
        groups = [g.group(number, name=f"Group {99 - number}") for number in (12, 3, 7, 1, 5)]
        groups.append(g.group(6, retired_at=NOON))
        await store(repository, a.organization(), *groups)
        expected = [stored(each) for each in sorted(groups, key=lambda each: each.id.value)]
        for limit in (1, 2, 3, 6, 7):
            expect_equal(expected, await _groups(repository, limit), "the groups by {}", limit)
        page = await repository.groups_page(a.OURS, after=a.value(4), limit=2)
        expect_equal(tuple(expected[2:4]), page, "the page after a value that does not exist")
        page = await repository.groups_page(a.OURS, after=a.value(12), limit=2)
        expect_equal((), page, "the page after the last value")

    @clause("R26")
    async def test_r26_from_another_organization(self) -> None:
        """A page of another organization shows only its own groups."""
        repository = await self.opened()
        await store(repository, a.organization(), a.organization(a.THEIRS), g.group(1), g.group(2))
        expect_equal((), await repository.groups_page(a.THEIRS, after=None, limit=9), "theirs, when only we have some")
        theirs = g.group(2, of=a.THEIRS, name="Theirs")
        await store(repository, theirs)
        expect_equal((stored(theirs),), await repository.groups_page(a.THEIRS, after=None, limit=9), "theirs")

    @clause("R27")
    async def test_r27_members_in_order(self) -> None:
        """Pages hold the memberships of one group by the person's value, not by their own, at most the limit."""
        repository = await self.opened()
        people = (12, 3, 7, 1, 5)
        ours = [g.membership(50 - person, group=1, person=person) for person in people]
        others = [g.membership(90 + person, group=2, person=person) for person in (3, 5, 6)]
        await store(repository, *_village((*people, 6)), *ours, *others)
        expected = [stored(each) for each in sorted(ours, key=lambda each: each.person.value)]
        for limit in (1, 2, 5, 6):
            expect_equal(expected, await _members(repository, g.group_id(1), limit), "the members by {}", limit)
        page = await repository.members_page(g.group_id(1), after=a.value(4), limit=2)
        expect_equal(tuple(expected[2:4]), page, "the page after a person who is no member")
        expect_equal((), await repository.members_page(g.group_id(9), after=None, limit=9), "the members of no group")

    @clause("R27")
    async def test_r27_ended_ones_too(self) -> None:
        """Whatever a membership is, invited, active, left, not begun or over, and of whatever group, it is answered."""
        repository = await self.opened()
        windows = (Window(since=NOON), Window(until=NOON), Window(since=NOON.replace(year=2200)))
        shapes = [{"state": state} for state in MembershipState] + [{"window": window} for window in windows]
        memberships = [g.membership(n, person=n, **shape) for n, shape in enumerate(shapes, start=1)]
        village = _village(range(1, len(memberships) + 1))
        await store(repository, *village, *memberships)
        expected = tuple(map(stored, memberships))
        expect_equal(expected, await repository.members_page(g.group_id(), after=None, limit=9), "the memberships")
        await store(repository, g.group(version=1, retired_at=NOON))
        expect_equal(
            expected, await repository.members_page(g.group_id(), after=None, limit=9), "those of a retired one"
        )

    @clause("R27")
    async def test_r27_members_as_last_put(self) -> None:
        """A membership that was put again is read as it is now, and one that was removed is gone."""
        repository = await self.opened()
        first, second = g.membership(1, person=1), g.membership(2, person=2)
        await store(repository, *_village((1, 2)), first, second)
        left = evolve(stored(first), state=MembershipState.LEFT, window=Window(until=NOON))
        await store(repository, left)
        page = await repository.members_page(g.group_id(), after=None, limit=9)
        expect_equal((stored(left), stored(second)), page, "the members")
        await repository.commit(Batch(organization=a.OURS, removes=(Seen(id=second.id, version=1),)))
        expect_equal((stored(left),), await repository.members_page(g.group_id(), after=None, limit=9), "who is left")

    @clause("R27")
    async def test_r27_from_another_organization(self) -> None:
        """Another organization's group of the same value has its own members."""
        repository = await self.opened()
        ours = g.membership(1, person=1), g.membership(2, person=2)
        await store(repository, *_village((1, 2)), *ours, *_village((1, 2), of=a.THEIRS))
        theirs = g.group_id(of=a.THEIRS)
        expect_equal((), await repository.members_page(theirs, after=None, limit=9), "theirs, when only we have some")
        invited = g.membership(1, person=2, of=a.THEIRS, state=MembershipState.INVITED)
        await store(repository, invited)
        expect_equal((stored(invited),), await repository.members_page(theirs, after=None, limit=9), "theirs")

    @clause("storage")
    async def test_storage_keeps_every_group_whole(self) -> None:
        """Every field of a group is read back equal, by its id and in a page, whatever its letters and moments."""
        repository = await self.opened()
        groups = specimens.groups()
        await store(repository, a.organization(), *groups)
        expected = tuple(map(stored, groups))
        expect_equal(expected, await repository.groups([each.id for each in groups]), "the groups")
        expect_equal(expected, await repository.groups_page(a.OURS, after=None, limit=len(groups)), "a page of groups")

    @clause("storage")
    async def test_storage_keeps_every_membership_whole(self) -> None:
        """Every field of a membership is read back equal, to the microsecond, and times are in UTC."""
        repository = await self.opened()
        memberships = specimens.memberships()
        await store(repository, *_village(range(1, len(memberships) + 1)), *memberships)
        for group in (g.group_id(1), g.group_id(2)):
            found = await repository.members_page(group, after=None, limit=len(memberships))
            expect_equal(tuple(stored(each) for each in memberships if each.group == group), found, "the members")
            moments = [at for each in found for at in (each.window.since, each.window.until) if at]
            expect_equal({NOON.utcoffset()}, {at.utcoffset() for at in moments}, "how far their times are from UTC")


def _village(people: Sequence[int], *, of: OrganizationId = a.OURS) -> tuple[Record, ...]:
    """Return an organization with groups 1 and 2 and the people of these numbers."""
    pairs = (record for number in people for record in a.person(number, of=of))
    return (a.organization(of), a.account(of=of), *pairs, g.group(1, of=of), g.group(2, of=of))


async def _groups(repository: AsyncRepository, limit: int) -> list[Group]:
    async def page(last: Group | None) -> tuple[Group, ...]:
        return await repository.groups_page(a.OURS, after=last.id.value if last else None, limit=limit)

    return await walk(page, limit)


async def _members(repository: AsyncRepository, group: GroupId, limit: int) -> list[Membership]:
    async def page(last: Membership | None) -> tuple[Membership, ...]:
        return await repository.members_page(group, after=last.person.value if last else None, limit=limit)

    return await walk(page, limit)
