"""Roles over departments while the tree of departments changes: who loses reach before the commit is judged anew.

The tree is three deep, so that the department which moves is neither the role's nor the person's own: those a command
names or writes are guarded already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest
from attrs import frozen

from subaccounts import (
    AddPeople,
    AddPerson,
    ArchivePerson,
    Command,
    CreateOrganization,
    EditPerson,
    Grant,
    HostUser,
    ListCatalog,
    ListPeople,
    MakeDepartment,
    MoveDepartment,
    NewPerson,
    ReadPerson,
    Role,
    SubAccount,
    SubAccounts,
    Ungrouped,
)
from subaccounts.domain.ids import DepartmentId, OrganizationId
from subaccounts.errors import NotAllowed
from subaccounts.testing import CheapHasher, CountingEntropy, FakeHostAccounts
from subaccounts.testing.interleavings import Exploration
from tests.interleavings.builder import BOSS, KEYS, OPERATOR, ORGANIZATION
from tests.interleavings.rules import breaches
from tests.interleavings.shop import Shop, shop
from tests.interleavings.test_controls import UNEXPLAINED, IgnoresGuards, broken

OTHERS: Final = OrganizationId(value="umbrella")


@frozen(kw_only=True)
class Tree:
    """Hold a shop with two houses: the floor is in `west`, with anna's till on it; boris' `shed` and the `yard`
    are outside, and `theirs` is another organization's."""

    shop: Shop
    west: DepartmentId
    east: DepartmentId
    shed: DepartmentId
    yard: DepartmentId
    theirs: DepartmentId

    @property
    def chief(self) -> HostUser:
        """Return an administrator of the office, above both houses."""
        return HostUser.administrator("chief", of=self.shop.office)


def tree() -> Tree:
    """Plant the tree in the shop with anna active: office > west > floor > till, office > east, shed, yard."""
    here = shop("active")
    subs = SubAccounts(
        repository=here.world.repository,
        keys=KEYS,
        host_accounts=FakeHostAccounts(),
        hasher=CheapHasher(),
        clock=lambda: here.world.now - timedelta(days=1),  # so that no identifier is one of the shop's
        entropy=CountingEntropy(0),
    )

    def made(name: str, parent: DepartmentId | None) -> DepartmentId:
        return subs.handle(MakeDepartment(actor=BOSS, organization=ORGANIZATION, name=name, parent=parent)).department

    west, east = made("West", here.office), made("East", here.office)
    shed, yard = made("Shed", None), made("Yard", None)
    subs.handle(MoveDepartment(actor=BOSS, department=here.floor, parent=west))
    subs.handle(EditPerson(actor=BOSS, sub_account=here.boris, fields={"departments": frozenset({shed})}))
    subs.handle(CreateOrganization(actor=OPERATOR, id=OTHERS, name="Umbrella", ungrouped=Ungrouped.EVERYBODY))
    theirs = subs.handle(MakeDepartment(actor=OPERATOR, organization=OTHERS, name="Lab")).department
    return Tree(shop=here, west=west, east=east, shed=shed, yard=yard, theirs=theirs)


def _pasted(t: Tree, lines: Mapping[str, DepartmentId]) -> AddPeople:
    people = tuple(NewPerson(login=login, fields={"departments": {place}}) for login, place in lines.items())
    return AddPeople(actor=t.chief, account=t.shop.account, people=people)


def _edit(t: Tree) -> EditPerson:
    return EditPerson(actor=t.chief, sub_account=t.shop.anna, fields={"departments": {t.shop.floor, t.shop.till}})


def _fetch(t: Tree) -> EditPerson:
    """Boris is reached by a role over his own department, and only the one he gets by a role over the office."""
    grants = frozenset(Grant(role=Role.ADMINISTRATOR, scope=scope) for scope in (t.shed, t.shop.office))
    both = HostUser(id="both", grants=grants)
    return EditPerson(actor=both, sub_account=t.shop.boris, fields={"departments": {t.shed, t.shop.till}})


def _lone(t: Tree) -> AddPerson:
    fields = {"departments": frozenset({t.shop.till})}
    return AddPerson(actor=t.chief, account=t.shop.account, login="hanna", fields=fields)


BY_REACH: Final[Mapping[str, Callable[[Tree], Command[Any]]]] = {
    "archive": lambda t: ArchivePerson(actor=t.chief, sub_account=t.shop.anna),
    "archive once": lambda t: ArchivePerson(actor=t.chief, sub_account=t.shop.anna, request_id="archive-1"),
    "edit": _edit,
    "fetch boris": _fetch,
    "add": _lone,
    "paste": lambda t: _pasted(t, {"hanna": t.shop.till, "carla": t.shed}),
}
"""What the chief does by a role over the office, to who is three levels below."""
MOVES: Final[Mapping[str, Callable[[Tree], MoveDepartment]]] = {
    "the floor to the top": lambda t: MoveDepartment(actor=BOSS, department=t.shop.floor, parent=None),
    "the house to the top": lambda t: MoveDepartment(actor=BOSS, department=t.west, parent=None),
    "the floor out of the office": lambda t: MoveDepartment(actor=BOSS, department=t.shop.floor, parent=t.yard),
}
"""What takes the person out of the chief's reach."""
LOOKS: Final[Mapping[str, Callable[[Tree], Command[Any]]]] = {
    "read": lambda t: ReadPerson(actor=BOSS, sub_account=t.shop.anna),
    "list": lambda t: ListPeople(actor=BOSS, organization=ORGANIZATION),
    "list the departments": lambda t: ListCatalog(actor=BOSS, organization=ORGANIZATION, kind="department"),
}
SEES: Final = {
    "archive": "read",
    "archive once": "read",
    "edit": "read",
    "fetch boris": "list",
    "add": "list",
    "paste": "list",
}
"""Who would see that the command had not been there yet."""


def told(here: Shop, *tasks: Command[Any]) -> list[str]:
    """Return what each outcome breaks, with the story of it."""
    exploration = Exploration(here.world, tasks)
    outcomes = [(outcome, breaches(here, exploration, outcome)) for outcome in exploration.outcomes()]
    return [f"{'; '.join(why)}\n{exploration.story(outcome.schedule)}" for outcome, why in outcomes if why]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("name", BY_REACH)
def test_reach_holds_until_the_commit(name: str, move: str, look: str) -> None:
    """Whoever acts by a role over a department acts before the move that ends it, or is told of its end."""
    t = tree()
    assert [] == told(t.shop, BY_REACH[name](t), MOVES[move](t), LOOKS[look](t))


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("name", BY_REACH)
def test_it_is_the_guards_that_hold_it(name: str, move: str) -> None:
    """Storage that ignores guards lets the command through after the move, and somebody saw it had not been there."""
    t = tree()
    found = told(broken(t.shop, IgnoresGuards), BY_REACH[name](t), MOVES[move](t), LOOKS[SEES[name]](t))
    assert {UNEXPLAINED} == {each.partition("\n")[0] for each in found}


def test_who_only_reads_is_told_of_two_moments() -> None:
    """The gap that is not closed: a person read before it was edited, by a reach that came after, has no order."""
    t = tree()
    come = MoveDepartment(actor=BOSS, department=t.shed, parent=t.east)
    edit = EditPerson(actor=BOSS, sub_account=t.shop.boris, fields={"full_name": "Boris Anew"})
    found = told(t.shop, ReadPerson(actor=t.chief, sub_account=t.shop.boris), edit, come)
    assert {UNEXPLAINED} == {each.partition("\n")[0] for each in found}


def test_a_line_out_of_reach_is_of_the_same_moment() -> None:
    """A pasted line is refused by the tree that the other lines were let through by, also when its department comes."""
    t = tree()
    come = MoveDepartment(actor=BOSS, department=t.shed, parent=t.east)
    assert [] == told(t.shop, BY_REACH["paste"](t), come, LOOKS["list"](t))


@pytest.mark.parametrize("name", ["archive", "edit", "fetch boris", "add"])
def test_a_move_within_reach_is_in_nobodys_way(name: str) -> None:
    """A department that moves from one house of the office to the other stays in reach: the command decides again."""
    t = tree()
    moved = MoveDepartment(actor=BOSS, department=t.shop.floor, parent=t.east)
    exploration = Exploration(t.shop.world, [BY_REACH[name](t), moved])
    outcomes = exploration.outcomes()
    assert {None} == {ending.error for outcome in outcomes for ending in outcome.endings}
    assert {1, 2} == {outcome.commits[0] for outcome in outcomes}


def test_a_move_between_the_two_reads_is_noticed() -> None:
    """A parent that is not in the lineage read before came meanwhile, and nobody is judged by halves of two trees."""
    t = tree()
    moved = MoveDepartment(actor=BOSS, department=t.shop.floor, parent=t.east)
    exploration = Exploration(t.shop.world, [BY_REACH["archive"](t), moved])
    alone = len(exploration.serial((1,)).schedule)
    torn = exploration.following((0, 0, *[1] * alone, 0, 0))
    story = exploration.story(torn.schedule).splitlines()
    assert ["1. ArchivePerson: repository.catalog_entries", "1. ArchivePerson: repository.person"] == story[-2:]


def test_losing_reach_is_not_allowed() -> None:
    """Who decided by a reach that ended before the commit is told what the next one would be told."""
    t = tree()
    exploration = Exploration(t.shop.world, [BY_REACH["archive"](t), MOVES["the floor to the top"](t)])
    ways = {type(o.endings[0].error or o.endings[0].value): o.commits[0] for o in exploration.outcomes()}
    assert {SubAccount, NotAllowed} == ways.keys()
    late = [o for o in exploration.outcomes() if o.commits[0] == 1 and o.endings[0].error]
    assert ["not_allowed"] == [o.endings[0].error.code for o in late if o.endings[0].error]


@pytest.mark.parametrize(
    ("scope", "asked"),
    [
        (lambda t: ORGANIZATION, []),
        (lambda t: t.shop.account, []),
        (lambda t: t.shop.till, []),
        (lambda t: t.shop.floor, ["lineage", "catalog_entries"]),
        (lambda t: t.shop.office, ["lineage", "catalog_entries"]),
        (lambda t: t.shed, ["lineage"]),
    ],
    ids=["organization", "account", "her own", "above", "far above", "another"],
)
def test_the_tree_is_asked_only_by_who_needs_it(scope: Callable[[Tree], Any], asked: list[str]) -> None:
    """A role that reaches the person without the tree asks nothing of it, and so depends on nothing of it."""
    t = tree()
    archive = ArchivePerson(actor=HostUser.administrator("any", of=scope(t)), sub_account=t.shop.anna)
    exploration = Exploration(t.shop.world, [archive])
    story = exploration.story(exploration.serial((0,)).schedule)
    tree_reads = [line.split("repository.")[1].split(";")[0] for line in story.splitlines() if "repository." in line]
    assert asked == [each for each in tree_reads if each in {"lineage", "offspring", "catalog_entries"}]


def test_a_department_of_others_is_no_reason_to_fail() -> None:
    """A line that names another organization's department is refused by itself, and no part of the write."""
    t = tree()
    paste = _pasted(t, {"hanna": t.shop.till, "carla": t.theirs})
    answers = Exploration(t.shop.world, [paste]).serial((0,)).endings[0].value
    assert [None, "field_refused"] == [line.refusal.code if line.refusal else None for line in answers]
