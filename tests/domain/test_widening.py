"""What a change would make visible: who gains and loses, and what is said loudly because it holds for whoever comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.audience import MOST_NAMED, NOBODY_NAMED, Audience, Ungrouped
from subaccounts.domain.fields import Kind
from subaccounts.domain.group import Group
from subaccounts.domain.life import State
from subaccounts.domain.resource import Resource
from subaccounts.domain.viewer import Viewer
from subaccounts.domain.visibility import may_see
from subaccounts.domain.widening import (
    QUIET,
    Difference,
    Loud,
    Moment,
    Setting,
    alike,
    differences,
    group_warnings,
    require_accepted,
    warnings,
)
from subaccounts.errors import TooMany, WidensSight
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.domain.test_visibility import RESOURCES, UNGROUPED, VIEWERS

SALES = frozenset({g.group_id(1)})
OPEN = g.group(1, allows_external=True, applications=frozenset({g.application_id()}))
CLOSED = g.group(1, applications=frozenset({g.application_id()}))
GROUPS = st.builds(
    g.group,
    st.just(1),
    allows_external=st.booleans(),
    applications=st.frozensets(st.sampled_from([g.application_id(1), g.application_id(2)])),
    retired_at=st.sampled_from((None, None, NOON)),
)
EVERYBODY, EXTERNALS = frozenset({Loud.TO_EVERYBODY}), frozenset({Loud.TO_EXTERNALS})


def test_who_gains_and_who_loses() -> None:
    """Whose sight a change turns is told, in order; whose it does not is not."""
    course = g.resource(audience=Audience(groups=SALES))
    inside, outside = g.viewer(1, groups=SALES), g.viewer(2)
    then = evolve(course, audience=Audience(groups=frozenset({g.group_id(2)})))
    mover = g.viewer(3, groups=frozenset({g.group_id(2)}))

    def moment(viewer: Viewer, resource: Resource) -> Moment:
        return Moment(viewer=viewer, resource=resource, ungrouped=Ungrouped.EMPLOYEES)

    pairs = [(moment(each, course), moment(each, then)) for each in (inside, outside, mover)]
    assert [
        Difference(person=a.sub_account_id(1), resource=course.id, gains=False),
        Difference(person=a.sub_account_id(3), resource=course.id, gains=True),
    ] == list(differences(pairs))


@pytest.mark.parametrize(
    ("before", "then", "loud"),
    [
        # The last group is taken away: every employee sees it.
        (Audience(groups=SALES), NOBODY_NAMED, EVERYBODY),
        (NOBODY_NAMED, Audience(groups=SALES), frozenset()),
        (NOBODY_NAMED, NOBODY_NAMED, frozenset()),
        (Audience(departments=frozenset({a.department_id()})), NOBODY_NAMED, EVERYBODY),
        # A group that takes people from outside is added.
        (NOBODY_NAMED, Audience(groups=SALES), EXTERNALS),
    ],
)
def test_loud_is_what_opens(before: Audience, then: Audience, loud: frozenset[Loud]) -> None:
    """To end up with nobody named is to everybody; a group that takes people from outside is to them."""
    groups = [OPEN] if loud == EXTERNALS else [CLOSED]
    was, becomes = (
        Setting.among(groups, resource=g.resource(audience=each), ungrouped=Ungrouped.EMPLOYEES)
        for each in (before, then)
    )
    assert loud == warnings(was, becomes)


@pytest.mark.parametrize(
    ("ungrouped", "loud"),
    [
        (Ungrouped.NOBODY, frozenset()),
        (Ungrouped.EMPLOYEES, EVERYBODY),
        (Ungrouped.EVERYBODY, EVERYBODY | EXTERNALS),
    ],
)
def test_another_choice_for_what_names_nobody(ungrouped: Ungrouped, loud: frozenset[Loud]) -> None:
    """What names nobody opens as the organization's choice does."""
    was, becomes = (Setting(resource=g.resource(), ungrouped=each) for each in (Ungrouped.NOBODY, ungrouped))
    assert loud == warnings(was, becomes)
    assert frozenset() == warnings(becomes, was)


def test_a_switch_on_the_group_is_as_loud() -> None:
    """To let people from outside into a group opens what is shown to it, and what is inside its applications."""
    course = g.resource(application=g.application_id(), audience=Audience(groups=SALES))
    closed, opened, gone = (
        Setting.among([group], resource=course, ungrouped=Ungrouped.EVERYBODY)
        for group in (CLOSED, OPEN, evolve(OPEN, retired_at=NOON))
    )
    assert EXTERNALS == warnings(closed, opened) == warnings(gone, opened)
    assert frozenset() == warnings(closed, gone)


def test_what_was_open_is_not_told_again() -> None:
    """One more group is not loud where the first lets people from outside in already."""
    more = Audience(groups=SALES | {g.group_id(2)})
    was, becomes = (
        Setting.among([OPEN], resource=g.resource(audience=each), ungrouped=Ungrouped.EMPLOYEES)
        for each in (Audience(groups=SALES), more)
    )
    assert frozenset() == warnings(was, becomes)


@pytest.mark.parametrize(
    ("resource", "to_everybody", "to_externals"),
    [
        (g.resource(), True, True),
        (g.resource(removed_at=NOON), False, False),
        (g.resource(hidden_from_external=True), True, False),
        (g.resource(application=g.application_id(1)), True, True),
        (g.resource(application=g.application_id(2)), True, False),
        (g.resource(audience=Audience(groups=SALES)), False, True),
        (g.resource(audience=Audience(groups=frozenset({g.group_id(2)}))), False, False),
        (g.resource(audience=Audience(departments=frozenset({a.department_id()}))), False, True),
    ],
)
def test_to_whom_a_resource_is_open(resource: Resource, to_everybody: bool, to_externals: bool) -> None:
    """By what is said of the resource and of groups alone, whoever is there."""
    setting = Setting.among([OPEN], resource=resource, ungrouped=Ungrouped.EVERYBODY)
    assert (to_everybody, to_externals) == (setting.to_everybody, setting.to_externals)


@given(VIEWERS, RESOURCES, UNGROUPED)
def test_nobody_sees_what_was_not_said(viewer: Viewer, resource: Resource, ungrouped: Ungrouped) -> None:
    """Who comes from outside and sees something, takes part in it, or it was said to be open to people from outside."""
    outside = evolve(viewer, kind=Kind.EXTERNAL, rosters=frozenset())
    setting = Setting(
        resource=resource,
        ungrouped=ungrouped,
        external_groups=outside.groups,
        external_applications=outside.applications,
    )
    assert may_see(outside, resource, ungrouped) <= setting.to_externals


@given(VIEWERS, RESOURCES, UNGROUPED)
def test_everybody_is_everybody(viewer: Viewer, resource: Resource, ungrouped: Ungrouped) -> None:
    """What is said to be open to everybody, every employee sees who is there."""
    employee = evolve(viewer, kind=Kind.EMPLOYEE)
    setting = Setting(resource=resource, ungrouped=ungrouped)
    assert (setting.to_everybody and employee.living) <= may_see(employee, resource, ungrouped)


@pytest.mark.parametrize(
    ("part", "id_of"),
    [
        ("groups", g.group_id),
        ("departments", a.department_id),
        ("job_profiles", a.job_profile_id),
        ("permission_types", a.permission_type_id),
    ],
)
def test_an_audience_has_an_end(part: str, id_of: Callable[[int], Any]) -> None:
    """A part names at most a thousand."""
    most = frozenset(map(id_of, range(MOST_NAMED)))
    assert Audience(**{part: most}).named
    with pytest.raises(TooMany) as refusal:
        Audience(**{part: most | {id_of(MOST_NAMED)}})
    assert ("members of a part of an audience", 1000) == (refusal.value.what, refusal.value.limit)
    assert not NOBODY_NAMED.named


@pytest.mark.parametrize(
    ("before", "then", "loud"),
    [
        (CLOSED, OPEN, EXTERNALS),
        (OPEN, CLOSED, QUIET),
        (OPEN, OPEN, QUIET),
        (CLOSED, evolve(CLOSED, applications=frozenset()), QUIET),
        # One application more is as loud as the switch, where people from outside are let in.
        (OPEN, evolve(OPEN, applications=OPEN.applications | {g.application_id(2)}), EXTERNALS),
        (OPEN, evolve(OPEN, applications=frozenset({g.application_id(2)})), EXTERNALS),
        (OPEN, evolve(OPEN, applications=frozenset()), QUIET),
        (CLOSED, evolve(CLOSED, applications=frozenset({g.application_id(2)})), QUIET),
        (OPEN, evolve(OPEN, name="Another"), QUIET),
        # To retire opens nothing; what comes back from there would.
        (OPEN, evolve(OPEN, retired_at=NOON), QUIET),
        (CLOSED, evolve(OPEN, retired_at=NOON), QUIET),
        (evolve(OPEN, retired_at=NOON), OPEN, EXTERNALS),
    ],
)
def test_what_of_a_group_is_loud(before: Group, then: Group, loud: frozenset[Loud]) -> None:
    """To let people from outside in, and to open an application to those who are, whatever is shown to the group today."""
    assert loud == group_warnings(before, then)


@given(RESOURCES, UNGROUPED, GROUPS, GROUPS)
def test_a_group_warns_of_whatever_it_opens(
    resource: Resource, ungrouped: Ungrouped, before: Group, then: Group
) -> None:
    """Where a resource is open to people from outside by a change of a group alone, the change of the group was loud."""
    was, becomes = (Setting.among([each], resource=resource, ungrouped=ungrouped) for each in (before, then))
    assert warnings(was, becomes) <= group_warnings(before, then)


@given(RESOURCES, UNGROUPED, GROUPS)
def test_a_group_that_is_made_warns_of_whatever_it_opens(resource: Resource, ungrouped: Ungrouped, made: Group) -> None:
    """Nothing is shown to a new group yet; what it opens all the same is what is inside its applications, and is loud."""
    if made.id not in resource.audience.groups:
        was, becomes = (Setting.among(each, resource=resource, ungrouped=ungrouped) for each in ((), (made,)))
        assert warnings(was, becomes) <= group_warnings(None, made)
    assert (EXTERNALS if made.allows_external and made.retired_at is None and made.applications else QUIET) == (
        group_warnings(None, made)
    )


def test_what_is_not_accepted_is_refused() -> None:
    """The refusal names just what is loud and was not accepted, in order; what is accepted too much is in nobody's way."""
    require_accepted(QUIET, QUIET)
    require_accepted(EXTERNALS, EVERYBODY | EXTERNALS)
    with pytest.raises(WidensSight) as refused:
        require_accepted(EVERYBODY | EXTERNALS, QUIET)
    assert ("to_everybody", "to_externals") == refused.value.loud
    assert "this would be opened to everybody and to people from outside" in str(refused.value)
    with pytest.raises(WidensSight) as refused:
        require_accepted(EVERYBODY | EXTERNALS, EVERYBODY)
    assert ("to_externals",) == refused.value.loud


@given(VIEWERS, VIEWERS, RESOURCES, UNGROUPED)
def test_who_is_alike_sees_the_same(before: Viewer, then: Viewer, resource: Resource, ungrouped: Ungrouped) -> None:
    """Of two who are alike nobody has to be asked: there is nothing that one sees and the other does not."""
    if alike(before, then):
        assert may_see(before, resource, ungrouped) is may_see(then, resource, ungrouped)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"applications": frozenset({g.application_id()})}, True),
        ({"groups": SALES}, False),
        ({"departments": frozenset({a.department_id()})}, False),
        ({"job_profile": a.job_profile_id()}, False),
        ({"permission_types": frozenset({a.permission_type_id()})}, False),
        ({"rosters": frozenset({g.resource_id()})}, False),
        ({"kind": Kind.EXTERNAL}, False),
        ({"state": State.ARCHIVED}, False),
        ({"state": State.WAITING}, True),
    ],
)
def test_who_is_alike(changes: dict[str, Any], same: bool) -> None:
    """Whatever decides makes a difference; which applications its groups open makes none for an employee."""
    employee = g.viewer()
    assert same is alike(employee, evolve(employee, **changes))


def test_applications_make_a_difference_outside() -> None:
    """For somebody from outside they do; and for whoever is gone nothing does."""
    outside = g.viewer(kind=Kind.EXTERNAL)
    opened = evolve(outside, applications=frozenset({g.application_id()}))
    assert not alike(outside, opened)
    assert alike(evolve(outside, state=State.ARCHIVED), evolve(opened, state=State.DELETED, groups=SALES))
