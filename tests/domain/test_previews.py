"""Looking at two sorted streams side by side, a stretch of each at a time; and a person as it would be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import fields as f
from subaccounts.domain import previews
from subaccounts.domain.fields import Kind
from subaccounts.domain.ids import DepartmentId
from subaccounts.domain.life import State
from subaccounts.domain.membership import ALWAYS, MembershipState, Window
from subaccounts.domain.previews import BelowCursor, MemberCursor, Stretch, compared
from subaccounts.domain.queries import PeopleCursor
from subaccounts.domain.supplier import Supplier
from subaccounts.domain.viewer import Viewer, ViewerFacts
from subaccounts.errors import InvalidValue
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

NUMBERS = st.sets(st.integers(0, 12))
FIRST, SECOND = g.group(1, allows_external=True), g.group(2, version=3)
PERSON = a.sub_account(profile=a.profile({f.FULL_NAME: "Anna", f.DEPARTMENTS: frozenset({a.department_id(1)})}))
FACTS = ViewerFacts(
    sub_account=PERSON,
    memberships=(g.membership(4, group=2, state=MembershipState.LEFT),),
    groups=(SECOND,),
    lineage=frozenset({a.department_id(1), a.department_id(9)}),
    participations=(g.participation(1),),
)


def walked(before: set[int], then: set[int], width: int) -> tuple[list[tuple[int, bool]], list[int | None]]:
    """Walk both streams to their end, and return what was told and where it was gone on from."""
    told: list[tuple[int, bool]] = []
    ends: list[int | None] = []
    after = -1
    for _ in range(40):
        stretches = []
        for stream in (before, then):
            found = tuple(sorted(each for each in stream if each > after))[:width]
            stretches.append(Stretch(found=found, more=len(found) == width))
        step = compared(*stretches, key=lambda each: each)
        told += step.differing
        ends.append(step.until)
        if step.until is None:
            return told, ends
        after = step.until
    raise AssertionError("it has no end")


@given(NUMBERS, NUMBERS, st.integers(1, 4))
def test_nothing_is_told_twice_or_left_out(before: set[int], then: set[int], width: int) -> None:
    """However long the stretches, each that only one stream has is told once, in order, and with whose it is."""
    told, ends = walked(before, then, width)
    assert [(each, each in then) for each in sorted(before ^ then)] == told
    assert sorted(each for each in ends if each is not None) == ends[:-1]


def test_what_lies_behind_the_shorter_is_not_known_yet() -> None:
    """What one stream has behind the end of the other's stretch is for the next page."""
    step = compared(Stretch(found=(1, 2), more=True), Stretch(found=(5, 6), more=True), key=lambda each: each)
    assert (((1, False), (2, False)), 2) == (step.differing, step.until)
    last = compared(Stretch(found=(1, 7)), Stretch(found=(5, 6), more=True), key=lambda each: each)
    assert (((1, False), (5, True), (6, True)), 6) == (last.differing, last.until)
    nothing = compared(Stretch[int](), Stretch[int](), key=lambda each: each)
    assert ((), None) == (nothing.differing, nothing.until)


def as_other(**changes: object) -> ViewerFacts:
    """Return the person as it would be."""
    given = {"kind": None, "archived": None, "departments": None, "lineage": frozenset(), "now": NOON, **changes}
    return previews.as_other(FACTS, **given)  # type: ignore[arg-type]  # the cases say what


def test_nothing_said_is_nothing_changed() -> None:
    """Who stays what it is stays it to the last value."""
    assert FACTS == as_other()


@pytest.mark.parametrize("kind", Kind)
def test_another_kind(kind: Kind) -> None:
    """The kind is as an administrator would have given it now, everything else as it was."""
    then = as_other(kind=kind)
    held = then.sub_account.profile.values[f.KIND]
    assert (kind, Supplier.ADMINISTRATOR, NOON) == (held.value, held.by, held.at)
    assert "Anna" == then.sub_account.profile.full_name
    assert (FACTS.memberships, FACTS.lineage, PERSON.state) == (then.memberships, then.lineage, then.sub_account.state)


@pytest.mark.parametrize(
    ("state", "archived", "then"),
    [
        (State.ACTIVE, True, State.ARCHIVED),
        (State.ACTIVE, False, State.ACTIVE),
        (State.ACTIVE, None, State.ACTIVE),
        (State.ARCHIVED, True, State.ARCHIVED),
        (State.ARCHIVED, False, State.WAITING),
        (State.ARCHIVED, None, State.ARCHIVED),
        (State.DISABLED, False, State.DISABLED),
    ],
)
def test_archived_or_back(state: State, archived: bool | None, then: State) -> None:
    """Who is archived would wait when it is restored; who was not is not changed by restoring."""
    facts = ViewerFacts(sub_account=a.sub_account(state=state))
    other = previews.as_other(facts, kind=None, archived=archived, departments=None, lineage=frozenset(), now=NOON)
    assert then is other.sub_account.state


def test_other_departments() -> None:
    """With other departments comes what lies above those, and nothing of what lay above the ones before."""
    moved, above = frozenset({a.department_id(2)}), frozenset({a.department_id(2), a.department_id(3)})
    then = as_other(departments=moved, lineage=above)
    assert (moved, above) == (then.sub_account.profile.departments, then.lineage)
    assert frozenset() == as_other(departments=frozenset()).lineage


def test_added_to_a_group() -> None:
    """Who is added is in the group at once and without an end, also who left it before; others stay as they were."""
    for group in (FIRST, SECOND):
        then = previews.as_member(FACTS, group)
        viewer = Viewer.at(NOON + timedelta(days=999), then)
        assert {group.id} == viewer.groups
        assert sorted({SECOND.id, group.id}, key=lambda each: each.value) == [each.id for each in then.groups]
        assert [each.id for each in then.groups] == [each.group for each in then.memberships]
        (new,) = [each for each in then.memberships if each.group == group.id]
        assert (PERSON.id, MembershipState.ACTIVE, ALWAYS) == (new.person, new.state, new.window)
        assert (PERSON, FACTS.lineage, FACTS.participations) == (then.sub_account, then.lineage, then.participations)


def test_taken_out_of_a_group() -> None:
    """Nothing is left of it, whatever the membership was; and who is not in it stays as it is."""
    inside = previews.as_member(FACTS, FIRST)
    out = previews.as_stranger(inside, FIRST)
    assert ((SECOND,), FACTS.memberships) == (out.groups, out.memberships)
    assert FACTS == previews.as_stranger(FACTS, FIRST)


def test_a_member_of_a_group_that_is_otherwise() -> None:
    """The group is another, and the membership, with its window, the same."""
    window = Window(until=NOON)
    member = ViewerFacts(sub_account=PERSON, memberships=(g.membership(window=window),), groups=(g.group(1),))
    then = previews.as_group(member, FIRST)
    assert ((FIRST,), member.memberships) == (then.groups, then.memberships)


def ids(numbers: Collection[int]) -> frozenset[DepartmentId]:
    """Return the ids of departments."""
    return frozenset(map(a.department_id, numbers))


@pytest.mark.parametrize(
    ("below", "above", "elsewhere", "then"),
    [
        ({1}, {5, 6}, set(), {1, 5, 6}),
        ({1, 2, 9}, {5}, set(), {1, 5, 9}),
        ({1, 2, 9}, set(), set(), {1, 9}),
        ({1}, set(), set(), {1}),
        ({1}, {5}, {3, 9}, {1, 3, 5, 9}),
        ({1}, {9}, set(), {1, 9}),
        ({2}, {5}, {1, 9}, {1, 9}),
    ],
    ids=[
        "its own",
        "one above its own",
        "one above its own, to the top",
        "its own, to the top",
        "one of two",
        "to where it is",
        "another",
    ],
)
def test_moved_with_a_department(below: set[int], above: set[int], elsewhere: set[int], then: set[int]) -> None:
    """What is above the new place comes, what was above the old one goes, save what is above another department of the
    person's; who is in nothing that moves stays as it is."""
    moved = previews.as_moved(FACTS, below=ids(below), above=ids(above), elsewhere=ids(elsewhere))
    assert evolve(FACTS, lineage=ids(then)) == moved


@st.composite
def moves(draw: st.DrawFn) -> tuple[dict[int, int], int, int, set[int]]:
    """Draw departments, each with its parent (0 is none), one of them with another parent, and where somebody is."""
    tree = {number: draw(st.integers(0, number - 1)) for number in range(1, draw(st.integers(1, 7)) + 1)}
    numbers = st.sampled_from(sorted(tree))
    moving = draw(numbers)
    parents = [0, *(each for each in tree if moving not in climbed({each}, tree))]
    return tree, moving, draw(st.sampled_from(parents)), draw(st.sets(numbers))


def climbed(numbers: Collection[int], tree: Mapping[int, int]) -> set[int]:
    """Return departments and everything above them."""
    return {above for each in numbers if each for above in (each, *climbed({tree[each]}, tree))}


@given(moves())
def test_moved_as_the_tree_is_moved(drawn: tuple[dict[int, int], int, int, set[int]]) -> None:
    """Whatever the tree and wherever somebody is in it, the departments above are those of the tree that became of it."""
    tree, moving, parent, own = drawn
    below = {each for each in tree if moving in climbed({each}, tree)}
    facts = evolve(FACTS, lineage=ids(climbed(own, tree)))
    then = previews.as_moved(
        facts, below=ids(below), above=ids(climbed({parent}, tree)), elsewhere=ids(climbed(own - below, tree))
    )
    assert ids(climbed(own, {**tree, moving: parent})) == then.lineage


def test_a_cursor_is_one() -> None:
    """What comes back from a page's address is judged like any id."""
    person = PeopleCursor(login_key="anna", id="1")
    assert (None, None) == (MemberCursor(person="1").resource, BelowCursor(person=person).resource)
    for broken in (
        lambda: MemberCursor(person=""),
        lambda: BelowCursor(person=PeopleCursor(login_key="anna", id="")),
        lambda: BelowCursor(person=PeopleCursor(login_key="", id="1")),
    ):
        with pytest.raises(InvalidValue) as refused:
            broken()
        assert "after" == refused.value.field
