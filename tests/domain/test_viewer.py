"""Viewers: which memberships count at a moment, why the others do not, and what a person's groups open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from subaccounts.domain import fields as f
from subaccounts.domain.fields import Kind
from subaccounts.domain.group import Group
from subaccounts.domain.life import State
from subaccounts.domain.membership import Membership, MembershipState, Window
from subaccounts.domain.viewer import LIVING, Apart, Viewer, ViewerFacts
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

LATER = NOON + timedelta(seconds=1)
PORTAL = frozenset({g.application_id()})


def seen(membership: Membership, group: Group, *, kind: Kind = Kind.EMPLOYEE) -> Viewer:
    """Return a person of one membership as a viewer at noon."""
    person = a.sub_account(profile=a.profile({f.KIND: kind}))
    return Viewer.at(NOON, ViewerFacts(sub_account=person, memberships=(membership,), groups=(group,)))


@pytest.mark.parametrize(
    ("membership", "group", "kind", "apart"),
    [
        ({}, {}, Kind.EMPLOYEE, None),
        ({}, {"allows_external": True}, Kind.EMPLOYEE, None),
        ({}, {"allows_external": True}, Kind.EXTERNAL, None),
        ({}, {}, Kind.EXTERNAL, Apart.EMPLOYEES_ONLY),
        ({"state": MembershipState.INVITED}, {}, Kind.EMPLOYEE, Apart.INVITED),
        ({"state": MembershipState.LEFT}, {}, Kind.EMPLOYEE, Apart.LEFT),
        ({"state": MembershipState.INVITED}, {"retired_at": NOON}, Kind.EXTERNAL, Apart.INVITED),
        ({}, {"retired_at": NOON}, Kind.EMPLOYEE, Apart.RETIRED),
        ({"window": Window(since=LATER)}, {}, Kind.EMPLOYEE, Apart.NOT_YET),
        ({"window": Window(since=NOON, until=LATER)}, {}, Kind.EMPLOYEE, None),
        ({"window": Window(until=NOON)}, {}, Kind.EMPLOYEE, Apart.OVER),
    ],
)
def test_which_memberships_count(
    membership: dict[str, Any], group: dict[str, Any], kind: Kind, apart: Apart | None
) -> None:
    """A membership counts when it is active, in its window, and its group is there and takes people of that kind."""
    viewer = seen(g.membership(**membership), g.group(applications=PORTAL, **group), kind=kind)
    inside = frozenset({g.group_id()}) if apart is None else frozenset()
    assert inside == viewer.groups
    assert ({} if apart is None else {g.group_id(): apart}) == viewer.apart
    assert (PORTAL if apart is None else frozenset()) == viewer.applications
    assert ({} if apart is None else {g.group_id(): PORTAL}) == viewer.withheld


def test_groups_together_open_applications() -> None:
    """Whatever any of its groups opens is open; what a group opens that it is not in is not."""
    groups = tuple(g.group(n, applications=frozenset({g.application_id(n)})) for n in (1, 2, 3))
    left = g.membership(3, group=3, state=MembershipState.LEFT)
    memberships = (*(g.membership(n, group=n) for n in (1, 2)), left)
    viewer = Viewer.at(NOON, ViewerFacts(sub_account=a.sub_account(), memberships=memberships, groups=groups))
    assert frozenset(map(g.application_id, (1, 2))) == viewer.applications
    assert frozenset(map(g.group_id, (1, 2))) == viewer.groups


def test_what_else_a_person_has() -> None:
    """Departments with all above them are given; job profile and permission types are the profile's."""
    permissions = frozenset({a.permission_type_id(1)})
    profile = a.profile({f.JOB_PROFILE: a.job_profile_id(2), f.PERMISSION_TYPES: permissions})
    above = frozenset(map(a.department_id, (1, 2)))
    course = frozenset({g.resource_id()})
    takes_part = (g.participation(person=4),)
    person = a.sub_account(4, profile=profile, state=State.WAITING)
    viewer = Viewer.at(NOON, ViewerFacts(sub_account=person, lineage=above, participations=takes_part))
    assert (person.id, State.WAITING, Kind.EMPLOYEE) == (viewer.id, viewer.state, viewer.kind)
    assert (a.job_profile_id(2), permissions, above, course) == (
        viewer.job_profile,
        viewer.permission_types,
        viewer.departments,
        viewer.rosters,
    )


def test_viewers_are_values() -> None:
    """Who has the same is the same, also in a set; what does not count of somebody makes a difference too."""
    apart = {g.group_id(): Apart.LEFT}
    withheld = {g.group_id(): frozenset({g.application_id()})}
    one, same = g.viewer(apart=apart, withheld=withheld), g.viewer(apart=dict(apart), withheld=dict(withheld))
    assert {one} == {same}
    assert one != g.viewer(apart=apart)
    assert one != g.viewer(withheld=withheld)


@pytest.mark.parametrize("state", State)
def test_who_lives(state: State) -> None:
    """Only who was archived or deleted is gone."""
    assert (state not in {State.ARCHIVED, State.DELETED}) == (state in LIVING) == g.viewer(state=state).living


def test_who_comes_from_outside() -> None:
    """An external person is one, an employee is not."""
    assert g.viewer(kind=Kind.EXTERNAL).external
    assert not g.viewer(kind=Kind.EMPLOYEE).external
