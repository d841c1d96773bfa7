"""Rules of groups: made, renamed, opened to people from outside and to applications, retired; what changes nothing says nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts.domain import grouping
from subaccounts.domain.decision import Decision, Happened
from subaccounts.domain.events import By
from subaccounts.domain.group import Group
from subaccounts.domain.group_events import (
    GroupApplicationsChanged,
    GroupExternalSwitched,
    GroupMade,
    GroupRenamed,
    GroupRetired,
)
from subaccounts.domain.ids import ApplicationId
from subaccounts.domain.widening import QUIET, Loud
from subaccounts.errors import NotFound, TooMany, WidensSight, WrongState
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

LOUD: Final = frozenset({Loud.TO_EXTERNALS})
BOSS: Final = By(kind="host_user", id="boss")
ONE, TWO, THREE = (g.application_id(number) for number in (1, 2, 3))
GROUP: Final = g.group(version=4, name="Partners", applications=frozenset({ONE, TWO}))


def expected(before: Group | None, then: Group, what: Any) -> Decision[Group]:
    """Return the decision that a changed group is."""
    return Decision(
        organization=a.OURS,
        by=BOSS,
        result=evolve(then, version=then.version + 1),
        puts=(then,),
        happened=(Happened(what=what),),
    )


def test_made() -> None:
    """A group is made as it is said to be, and the event says it all."""
    id_, opened = g.group_id(7), frozenset({ONE})
    made = grouping.make(id_, "Partners", allows_external=True, applications={ONE}, by=BOSS, accepting=LOUD)
    then = Group(id=id_, name="Partners", allows_external=True, applications=opened)
    what = GroupMade(group=id_, name="Partners", allows_external=True, applications=opened)
    assert expected(None, then, what) == made


def test_renamed() -> None:
    """A new name is written, and the event has both."""
    renamed = grouping.rename(GROUP, "Friends", by=BOSS)
    what = GroupRenamed(group=GROUP.id, before="Partners", after="Friends")
    assert expected(GROUP, evolve(GROUP, name="Friends"), what) == renamed


@pytest.mark.parametrize("allows", [True, False])
def test_switched(allows: bool) -> None:
    """People from outside are let in or not, and the event says which."""
    group = evolve(GROUP, allows_external=not allows)
    switched = grouping.switch_external(group, allows_external=allows, by=BOSS, accepting=LOUD if allows else QUIET)
    what = GroupExternalSwitched(group=group.id, allows_external=allows)
    assert expected(group, evolve(group, allows_external=allows), what) == switched


def test_applications() -> None:
    """What is added and taken away is said by what really changed; what is both is added."""
    changed = grouping.change_applications(GROUP, add={TWO, THREE}, remove={ONE, TWO}, by=BOSS)
    what = GroupApplicationsChanged(group=GROUP.id, added=frozenset({THREE}), removed=frozenset({ONE}))
    assert expected(GROUP, evolve(GROUP, applications=frozenset({TWO, THREE})), what) == changed


OPEN: Final = evolve(GROUP, allows_external=True)
WIDENING: Final[dict[str, Callable[[frozenset[Loud]], Decision[Group]]]] = {
    "make": lambda accepting: grouping.make(
        g.group_id(7), "Partners", allows_external=True, applications={ONE}, by=BOSS, accepting=accepting
    ),
    "switch_external": lambda accepting: grouping.switch_external(
        GROUP, allows_external=True, by=BOSS, accepting=accepting
    ),
    "change_applications": lambda accepting: grouping.change_applications(
        OPEN, add={THREE}, remove={ONE}, by=BOSS, accepting=accepting
    ),
}


@pytest.mark.parametrize("what", WIDENING)
def test_what_lets_people_from_outside_in_is_accepted_first(what: str) -> None:
    """Whatever of a group opens something to people from outside is refused until just that is accepted."""
    for accepting in (QUIET, frozenset({Loud.TO_EVERYBODY})):
        with pytest.raises(WidensSight) as refused:
            WIDENING[what](accepting)
        assert ("to_externals",) == refused.value.loud
    assert 1 == len(WIDENING[what](LOUD).puts)


def test_a_new_group_that_opens_nothing() -> None:
    """A group that takes people from outside and opens no application, or opens one to employees, is made without a word."""
    for allows, applications in ((True, set[ApplicationId]()), (False, {ONE})):
        made = grouping.make(g.group_id(7), "New", allows_external=allows, applications=applications, by=BOSS)
        assert 1 == len(made.puts)


def test_retired() -> None:
    """A group is closed at a time, and for good."""
    what = GroupRetired(group=GROUP.id)
    assert expected(GROUP, evolve(GROUP, retired_at=NOON), what) == grouping.retire(GROUP, now=NOON, by=BOSS)


SAME: Final[dict[str, Callable[[], Decision[Group]]]] = {
    "name": lambda: grouping.rename(GROUP, "Partners", by=BOSS),
    "external": lambda: grouping.switch_external(GROUP, allows_external=False, by=BOSS),
    "applications": lambda: grouping.change_applications(GROUP, add={ONE}, remove={THREE}, by=BOSS),
}


@pytest.mark.parametrize("what", SAME)
def test_what_is_so_already(what: str) -> None:
    """What changes nothing writes nothing and says nothing."""
    assert Decision(organization=a.OURS, by=BOSS, result=GROUP) == SAME[what]()


GONE: Final = evolve(GROUP, retired_at=NOON)
CHANGES: Final[dict[str, Callable[[], Decision[Group]]]] = {
    "rename": lambda: grouping.rename(GONE, "Friends", by=BOSS),
    "switch_external": lambda: grouping.switch_external(GONE, allows_external=True, by=BOSS),
    "change_applications": lambda: grouping.change_applications(GONE, add={THREE}, remove=set(), by=BOSS),
    "retire": lambda: grouping.retire(GONE, now=NOON, by=BOSS),
}


@pytest.mark.parametrize("action", CHANGES)
def test_a_retired_group_stays_as_it_is(action: str) -> None:
    """Nothing is done to a retired group, and the refusal says what was to be done."""
    with pytest.raises(WrongState) as refused:
        CHANGES[action]()
    assert ("group", "retired", action) == (refused.value.what, refused.value.state, refused.value.action)


def test_applications_of_another_organization() -> None:
    """An application of another organization is not there, whether a group is made with it or gets it."""
    theirs = {ONE, g.application_id(1, of=a.THEIRS)}
    asked: tuple[Callable[[], Decision[Group]], ...] = (
        lambda: grouping.make(g.group_id(), "New", allows_external=False, applications=theirs, by=BOSS),
        lambda: grouping.change_applications(GROUP, add=theirs, remove=set(), by=BOSS),
    )
    for asking in asked:
        with pytest.raises(NotFound) as refused:
            asking()
        assert "application" == refused.value.what


def test_as_many_applications_as_there_can_be() -> None:
    """A thousand applications are opened, one more is refused, and no more than stay are counted."""
    many = {g.application_id(number) for number in range(1, 1001)}
    full = grouping.make(g.group_id(), "New", allows_external=False, applications=many, by=BOSS).result
    more = {g.application_id(1001)}
    assert 1000 == len(grouping.change_applications(full, add=more, remove={ONE}, by=BOSS).result.applications)
    with pytest.raises(TooMany) as refused:
        grouping.change_applications(full, add=more, remove=set(), by=BOSS)
    assert ("applications", 1000) == (refused.value.what, refused.value.limit)
