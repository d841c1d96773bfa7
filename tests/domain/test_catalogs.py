"""Departments, job profiles and permission types: trees without circles and without end, and names given back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import catalogs
from subaccounts.domain.catalog import DEEPEST_TREE, CatalogEntry
from subaccounts.domain.decision import seen
from subaccounts.domain.events import By
from subaccounts.domain.ids import CatalogId, DepartmentId
from subaccounts.errors import CycleRefused, FieldRefused, NotFound, TooMany, WrongState
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

BY = By(kind="host_user", id="boss")
TOP, MIDDLE, LOW = a.department(1, version=1), a.department(2, under=1, version=1), a.department(3, under=2, version=1)


def tree(*entries: CatalogEntry) -> dict[CatalogId, CatalogEntry]:
    """Return entries by their id."""
    return {entry.id: entry for entry in entries}


def chain(length: int) -> tuple[CatalogEntry, ...]:
    """Return departments each below the one before, the top first."""
    return tuple(a.department(n, under=n - 1 if n > 1 else None) for n in range(1, length + 1))


def test_the_path_upward() -> None:
    """A path leads from a department to the top, nearest first."""
    assert () == catalogs.path(None, {})
    assert (LOW, MIDDLE, TOP) == catalogs.path(a.department_id(3), tree(TOP, MIDDLE, LOW))


def test_a_path_through_nothing() -> None:
    """A parent that does not exist is told."""
    with pytest.raises(NotFound) as refusal:
        catalogs.path(a.department_id(3), tree(LOW, TOP))
    assert "department" == refusal.value.what


@pytest.mark.parametrize(("levels", "allowed"), [(DEEPEST_TREE - 1, True), (DEEPEST_TREE, False)])
def test_a_tree_has_a_bottom(levels: int, allowed: bool) -> None:
    """A department is made below at most 31 others, so that walking up always ends."""
    entries = chain(levels)
    if allowed:
        assert levels == len(catalogs.path(a.department_id(levels), tree(*entries)))
        return
    with pytest.raises(TooMany) as refusal:
        catalogs.path(a.department_id(levels), tree(*entries))
    assert 32 == refusal.value.limit


def test_a_circle_in_storage_does_not_hang() -> None:
    """Even a circle that should not be there ends at the bound."""
    circle = evolve(TOP, parent=a.department_id(3))
    with pytest.raises(TooMany) as refusal:
        catalogs.path(a.department_id(1), tree(circle, MIDDLE, LOW))
    assert ("levels of departments", DEEPEST_TREE) == (refusal.value.what, refusal.value.limit)


@given(st.lists(st.integers(0, 10), max_size=10))
def test_levels_are_counted(parents: list[int]) -> None:
    """A tree has as many levels as its longest way down."""
    depth = {0: 1}
    entries = []
    for n, above in enumerate(parents, 1):
        parent = above % n
        depth[n] = depth[parent] + 1
        entries.append(a.department(n, under=parent))
    assert max(depth.values()) == catalogs.levels(a.department_id(0), entries)


def test_a_department_alone_is_one_level() -> None:
    """Without anything below it a department is moved below thirty-one others, and not below thirty-two."""
    assert catalogs.move(a.department(99), above=tuple(reversed(chain(31))), by=BY).writes
    with pytest.raises(TooMany):
        catalogs.move(a.department(99), above=tuple(reversed(chain(32))), by=BY)


def test_a_moved_tree_keeps_within_the_bound() -> None:
    """What is below a department moves with it, and counts."""
    above = tuple(reversed(chain(30)))
    assert above[0].id == catalogs.move(a.department(99), above=above, levels=2, by=BY).result.parent
    with pytest.raises(TooMany) as refusal:
        catalogs.move(a.department(99), above=above, levels=3, by=BY)
    assert ("levels of departments", DEEPEST_TREE) == (refusal.value.what, refusal.value.limit)


@pytest.mark.parametrize("above", [(TOP,), (MIDDLE, TOP), (LOW, MIDDLE, TOP)])
def test_no_circle(above: tuple[CatalogEntry, ...]) -> None:
    """A department cannot be moved below itself or its children."""
    with pytest.raises(CycleRefused):
        catalogs.move(TOP, above=above, by=BY)


def test_a_move_guards_the_way_up() -> None:
    """Everything above the new place has to hold, so that two moves at once close no circle."""
    decision = catalogs.move(a.department(9), above=(MIDDLE, TOP), by=BY)
    assert (seen(MIDDLE), seen(TOP)) == decision.guards
    assert a.department_id(2) == decision.result.parent


def test_a_move_to_the_top_or_nowhere() -> None:
    """A department goes to the top with no parent; one that is where it should be is not touched."""
    assert None is catalogs.move(LOW, above=(), by=BY).result.parent
    stays = catalogs.move(LOW, above=(MIDDLE, TOP), by=BY)
    assert (LOW, False) == (stays.result, stays.writes)


def test_only_departments_move() -> None:
    """Job profiles are in no tree."""
    with pytest.raises(WrongState) as refusal:
        catalogs.move(a.job_profile(), above=(), by=BY)
    assert ("job_profile", "not in a tree", "move") == (refusal.value.what, refusal.value.state, refusal.value.action)


@pytest.mark.parametrize("act", ["rename", "move", "retire"])
@pytest.mark.parametrize("made", [a.department, a.job_profile, a.permission_type])
def test_what_is_retired_stays_as_it_is(act: str, made: Callable[..., CatalogEntry]) -> None:
    """A retired entry is neither renamed, moved nor retired again."""
    entry = made(retired_at=NOON)
    acts: dict[str, Callable[[], object]] = {
        "rename": lambda: catalogs.rename(entry, "new", by=BY),
        "move": lambda: catalogs.move(entry, above=(), by=BY),
        "retire": lambda: catalogs.retire(entry, now=NOON, by=BY),
    }
    with pytest.raises(WrongState) as refusal:
        acts[act]()
    assert (entry.id.kind, "retired", act) == (refusal.value.what, refusal.value.state, refusal.value.action)


def test_nothing_new_below_the_retired() -> None:
    """A retired department gets no new children; one further up is no obstacle."""
    retired = evolve(MIDDLE, retired_at=NOON)
    with pytest.raises(FieldRefused) as refusal:
        catalogs.make(a.department_id(9), "new", above=(retired, TOP), by=BY)
    assert ("parent", "retired") == (refusal.value.field, refusal.value.why)
    assert LOW.id == catalogs.make(a.department_id(9), "new", above=(LOW, retired, TOP), by=BY).result.parent


def test_a_name_is_unique_beside_its_like() -> None:
    """A name is held within its kind and parent, whatever its case; a retired entry gives it back."""
    assert a.department(1, name="Sales").keys == a.department(2, name="SALES").keys
    assert a.department(1, name="Sales").keys != a.department(2, name="Sales", under=1).keys
    assert a.department(1, name="Sales").keys != a.job_profile(1, name="Sales").keys
    assert frozenset() == catalogs.retire(TOP, now=NOON, by=BY).puts[0].keys


def test_a_rename_to_the_same_name_writes_nothing() -> None:
    """Nothing happened, so nothing is written or told."""
    decision = catalogs.rename(TOP, TOP.name, by=BY)
    assert (TOP, False) == (decision.result, decision.writes)


def test_other_kinds_have_no_parent() -> None:
    """A job profile and a permission type stand by themselves."""
    for made in (a.job_profile_id(), a.permission_type_id()):
        entry = catalogs.make(made, "new", above=(), by=BY).result
        assert (made, None, 1) == (entry.id, entry.parent, entry.version)


def test_an_entry_gives_its_id_by_kind() -> None:
    """The id of a department is asked for as one; asking the wrong kind is a mistake in a program."""
    entries = {"department": TOP, "job_profile": a.job_profile(), "permission_type": a.permission_type()}
    for kind, other in ((kind, other) for kind in entries for other in entries):
        if kind == other:
            assert entries[kind].id == getattr(entries[kind], kind)
            continue
        with pytest.raises(TypeError, match=kind):
            getattr(entries[kind], other)


def test_levels_below_somebody_else_do_not_count() -> None:
    """Only what hangs below the department is below it."""
    assert 1 == catalogs.levels(DepartmentId(organization=a.OURS, value="x"), (TOP, MIDDLE, LOW))
