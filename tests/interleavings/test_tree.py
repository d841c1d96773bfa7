"""A tree of departments that two change at once is no deeper than the rule says, and what is there is not told missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from subaccounts import Command, DepartmentId, MakeDepartment, MoveDepartment, SubAccounts
from subaccounts.domain.catalog import DEEPEST_TREE
from subaccounts.testing import CheapHasher, CountingEntropy, FakeHostAccounts
from subaccounts.testing.interleavings import Exploration, World
from tests.interleavings.builder import BOSS, KEYS, ORGANIZATION
from tests.interleavings.shop import shop

Tree = dict[str, list[DepartmentId]]


@pytest.fixture(scope="module")
def planted() -> tuple[World, Tree]:
    """Give three chains of departments, together deeper than a tree can be."""
    world = shop("active").world
    subs = SubAccounts(
        repository=world.repository,
        keys=KEYS,
        host_accounts=FakeHostAccounts(),
        hasher=CheapHasher(),
        clock=lambda: world.now - timedelta(days=1),
        entropy=CountingEntropy(0),
    )
    tree: Tree = {}
    for name, length in (("top", 20), ("middle", 10), ("low", 9)):
        tree[name] = []
        for level in range(length):
            parent = tree[name][-1] if tree[name] else None
            making = MakeDepartment(actor=BOSS, organization=ORGANIZATION, name=f"{name} {level}", parent=parent)
            tree[name].append(subs.handle(making).department)
    return world, tree


def below(tree: Tree, moved: str, parent: str) -> Command[object]:
    """Return the command that puts one chain under the end of another."""
    return MoveDepartment(actor=BOSS, department=tree[moved][0], parent=tree[parent][-1])


def made(tree: Tree, parent: str) -> Command[object]:
    """Return the command that makes a department under the end of a chain."""
    return MakeDepartment(actor=BOSS, organization=ORGANIZATION, name="new", parent=tree[parent][-1])


class TestTwoChanges:
    """Two who change the tree at once."""

    def test_two_moves(self, planted: tuple[World, Tree]) -> None:
        """Of two moves that only together make the tree too deep, one is refused, in whatever order they run."""
        world, tree = planted
        exploration = Exploration(world, (below(tree, "middle", "top"), below(tree, "low", "middle")))
        outcomes = exploration.outcomes()
        assert [] == [exploration.story(each.schedule) for each in outcomes if exploration.serial_order(each) is None]
        deepest = max(len(each.world.repository.lineage([tree["low"][-1]])) for each in outcomes)
        assert 19 == deepest <= DEEPEST_TREE
        assert {1} == {sum(ending.error is not None for ending in each.endings) for each in outcomes}

    def test_a_move_and_a_new_department(self, planted: tuple[World, Tree]) -> None:
        """A department made below one that moves, which just fits alone, is told of by the move, or the other way round."""
        world, tree = planted
        move = MoveDepartment(actor=BOSS, department=tree["low"][0], parent=tree["top"][-1])
        exploration = Exploration(world, (move, made(tree, "low")))
        outcomes = exploration.outcomes()
        assert [] == [exploration.story(each.schedule) for each in outcomes if exploration.serial_order(each) is None]

    @pytest.mark.parametrize("other", ["move the parent", "make another"])
    def test_a_new_department(self, planted: tuple[World, Tree], other: str) -> None:
        """A department that is made while its parent moves, or gets another child, is made: its parent is there."""
        world, tree = planted
        beside = below(tree, "middle", "low") if other == "move the parent" else made(tree, "low")
        exploration = Exploration(world, (made(tree, "middle"), beside))
        outcomes = exploration.outcomes()
        assert [] == [exploration.story(each.schedule) for each in outcomes if exploration.serial_order(each) is None]
        assert {None} == {each.endings[0].error for each in outcomes}
