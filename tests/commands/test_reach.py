"""What a role over departments reaches: all that is below, as the tree was read, while that part of it stands.

The search for orders in which this could break is in tests/interleavings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping
from typing import Any, Final, TypeVar, cast

import pytest
from attrs import define
from hypothesis import example, given
from hypothesis import strategies as st

from subaccounts import (
    AddMembers,
    AddPerson,
    ArchivePerson,
    Command,
    DepartmentId,
    EditPerson,
    HostUser,
    ListMembers,
    MakeDepartment,
    MakeGroup,
    MoveDepartment,
    State,
    SubAccountId,
)
from subaccounts.commands.reach import Reach, reach
from subaccounts.domain.catalog import CatalogEntry
from subaccounts.domain.ids import CatalogId
from subaccounts.errors import FieldRefused, NotAllowed, Refusal, Stale
from subaccounts.testing.builders import THEIRS, department, department_id
from tests.commands.shop import Shop

T = TypeVar("T")
Parents = Mapping[int, int | None]
FOREIGN: Final = department_id(1, of=THEIRS)
LARGEST: Final = 7
"""Departments of a drawn tree; each is at the top or under one of a smaller number, so that there is no circle."""


def a_tree(size: int) -> st.SearchStrategy[Parents]:
    return st.fixed_dictionaries({n: st.sampled_from((None, *range(1, n))) for n in range(1, size + 1)})


trees = st.integers(1, LARGEST).flatmap(a_tree)
numbers = st.frozensets(st.integers(1, LARGEST + 1))


def way_up(parents: Parents, number: int) -> set[int]:
    """Return a department and all above it."""
    above = parents[number]
    return {number} if above is None else {number, *way_up(parents, above)}


@define
class Tree:
    """Answer the two reads of a tree of our departments, the second one from what it has become by then.

    Somebody else has a department too.
    """

    parents: Parents
    become: Parents

    async def lineage(self, departments: Collection[DepartmentId], /) -> frozenset[DepartmentId]:
        """Answer the departments that are there and all above them."""
        ours = (way_up(self.parents, number) for number in self.parents if department_id(number) in departments)
        return ids(set().union(*ours)) | {each for each in departments if each == FOREIGN}

    async def catalog_entries(self, asked: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
        """Answer the entries."""
        ours = [department(number, under=above, version=1) for number, above in self.become.items()]
        entries = (*ours, department(1, of=THEIRS, version=1))
        return tuple(entry for entry in entries if entry.id in asked)


def ids(chosen: Collection[int]) -> frozenset[DepartmentId]:
    return frozenset(map(department_id, chosen))


def answer(running: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine answers that never waits."""
    try:
        running.send(None)
    except StopIteration as finished:
        return cast("T", finished.value)
    raise AssertionError("it waits")


def reached(
    parents: Parents, *, scopes: Collection[int], departments: Collection[int], become: Parents | None = None
) -> Reach:
    """Return what roles over `scopes` reach of the departments; somebody else's first department is asked for too."""
    tree = cast("Any", Tree(parents, parents if become is None else become))
    return answer(reach(tree, ids(scopes), {*ids(departments), FOREIGN}))


@given(parents=trees, scopes=numbers, departments=numbers)
def test_a_role_reaches_what_is_below(parents: Parents, scopes: frozenset[int], departments: frozenset[int]) -> None:
    """Of the departments asked for, those are reached that exist and are, or are below, one the role is over."""
    expected = {each for each in departments & set(parents) if not scopes.isdisjoint(way_up(parents, each))}
    assert ids(expected) == reached(parents, scopes=scopes, departments=departments).departments


@example(parents={1: None, 2: None}, others={1: None, 2: 1}, scopes=frozenset({1}), departments=frozenset({2}))
@given(parents=trees, others=a_tree(LARGEST), scopes=numbers, departments=numbers)
def test_only_what_was_read_can_end_it(
    parents: Parents, others: Parents, scopes: frozenset[int], departments: frozenset[int]
) -> None:
    """While the entries are as they were that an answer was read from, it holds, wherever all others move.

    Where nothing is reached there is nothing to take away, so that nothing is relied on.
    """
    before = reached(parents, scopes=scopes, departments=departments)
    if not before.departments:
        assert Reach() == before
        return
    relied_on = {entry.id for entry in before.read}
    assert relied_on.isdisjoint({*ids(scopes), FOREIGN})  # a scope can move; another's entry cannot be guarded
    moved = {n: above if department_id(n) in relied_on else others[n] for n, above in parents.items()}
    after = reached(moved, scopes=scopes, departments=departments)
    assert (before.departments, set(before.read)) == (after.departments, set(after.read))


@pytest.mark.parametrize(
    "become",
    [{1: None, 2: None, 3: 4, 4: None}, {1: None, 2: 3, 3: 2, 4: None}],
    ids=["a parent from elsewhere", "a circle of two moves"],
)
def test_a_tree_that_moves_between_the_reads(become: Parents) -> None:
    """A way up that leads past what was read first is told from nothing: the command has to look again."""
    parents: Parents = {1: None, 2: 1, 3: 2, 4: None}
    assert ids({3}) == reached(parents, scopes={1}, departments={3}).departments
    with pytest.raises(Stale):
        reached(parents, scopes={1}, departments={3}, become=become)


class TestMeanwhile:
    """A deputy over `west` acts on `till`, which is on `floor`, in `west`, while `floor` is moved away."""

    def begun(self, shop: Shop) -> tuple[SubAccountId, DepartmentId, DepartmentId, Callable[[], object]]:
        """Return Anna, who is at the till, the west, the till, and what moves the floor away."""

        def made(name: str, parent: DepartmentId | None = None) -> DepartmentId:
            return shop.handle(
                MakeDepartment(actor=shop.admin, organization=shop.id, name=name, parent=parent)
            ).department

        west = made("west")
        floor = made("floor", west)
        till = made("till", floor)
        anna = shop.add("anna", fields={"departments": {till}}).sub_account.id
        move = MoveDepartment(actor=shop.admin, department=floor, parent=made("east"))
        return anna, west, till, lambda: shop.handle(move)

    @pytest.mark.asvs("8.3.2")
    @pytest.mark.parametrize("act", ["archive", "add", "edit"])
    def test_a_reach_that_ends(self, shop: Shop, act: str) -> None:
        """Whoever loses reach before the commit is refused, though neither the person nor the role was changed."""
        anna, west, till, move = self.begun(shop)
        deputy = HostUser.administrator("deputy", of=west)
        commands: dict[str, Command[Any]] = {
            "archive": ArchivePerson(actor=deputy, sub_account=anna),
            "add": AddPerson(actor=deputy, account=shop.account.id, login="boris", fields={"departments": {till}}),
            "edit": EditPerson(actor=deputy, sub_account=anna, fields={"departments": {till, west}}),
        }
        shop.meanwhile(move)
        with pytest.raises(Refusal) as refusal:
            shop.handle(commands[act])
        assert isinstance(refusal.value, FieldRefused if act == "add" else NotAllowed)
        assert State.WAITING is shop.person(anna).state
        assert {till} == shop.person(anna).profile.departments

    def test_a_reach_that_ends_while_it_is_read(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """A move between the two reads of the tree has the command decide on the tree as it is then."""
        anna, west, _, move = self.begun(shop)
        read, waiting = shop.repository.catalog_entries, [move]

        def moved_first(asked: Collection[CatalogId], /) -> tuple[CatalogEntry, ...]:
            if waiting:
                waiting.pop()()
            return read(asked)

        monkeypatch.setattr(shop.repository, "catalog_entries", moved_first)
        shop.subs = shop.facade()
        with pytest.raises(NotAllowed):
            shop.handle(ArchivePerson(actor=HostUser.administrator("deputy", of=west), sub_account=anna))
        assert [] == waiting

    def test_a_reach_that_holds(self, shop: Shop) -> None:
        """Whoever still reaches when it is decided again is not held up by what the first decision relied on."""
        anna, west, till, _ = self.begun(shop)
        shop.meanwhile(lambda: shop.handle(MoveDepartment(actor=shop.admin, department=till, parent=west)))
        archived = shop.handle(ArchivePerson(actor=HostUser.administrator("deputy", of=west), sub_account=anna))
        assert State.ARCHIVED is archived.state

    def test_a_role_over_the_very_department(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who is over a department of the person itself is let in without a look at the tree, and wherever it moves."""
        anna, _, till, _ = self.begun(shop)

        def unread(*_: object) -> frozenset[DepartmentId]:
            raise AssertionError("the tree was read")

        monkeypatch.setattr(shop.repository, "lineage", unread)
        shop.subs = shop.facade()
        deputy = HostUser.administrator("deputy", of=till)
        cashiers = shop.handle(MakeGroup(actor=shop.admin, organization=shop.id, name="Cashiers")).id
        (line,) = shop.handle(AddMembers(actor=deputy, group=cashiers, people=(anna,)))
        (member,) = shop.handle(ListMembers(actor=deputy, group=cashiers)).members
        assert (None, anna) == (line.why, member.sub_account.id)
        archived = shop.handle(ArchivePerson(actor=deputy, sub_account=anna))
        assert State.ARCHIVED is archived.state
