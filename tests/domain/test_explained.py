"""What the facts of a sight are about, and what it is called."""

from __future__ import annotations

from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.explained import ExplainedSight, Label, labels, nameless, own
from subaccounts.domain.fields import Kind
from subaccounts.domain.viewer import Apart
from subaccounts.domain.visibility import explain
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

AUDIENCE = Audience(
    groups=frozenset({g.group_id(1), g.group_id(2)}),
    departments=frozenset({a.department_id(1)}),
    job_profiles=frozenset({a.job_profile_id(1)}),
    permission_types=frozenset({a.permission_type_id(1)}),
)


def test_what_has_a_name_here() -> None:
    """Groups, departments, job profiles and permission types have; an application's is the host's."""
    outside = g.viewer(kind=Kind.EXTERNAL, apart={g.group_id(1): Apart.INVITED})
    course = g.resource(application=g.application_id(), audience=AUDIENCE)
    named = {g.group_id(1), g.group_id(2), a.department_id(1), a.job_profile_id(1), a.permission_type_id(1)}
    assert named == nameless(explain(outside, course, Ungrouped.NOBODY))
    assert frozenset() == nameless(explain(outside, g.resource(), Ungrouped.NOBODY))
    shut = g.viewer(
        kind=Kind.EXTERNAL,
        apart={g.group_id(7): Apart.LEFT},
        withheld={g.group_id(7): frozenset({g.application_id()})},
    )
    assert named | {g.group_id(7)} == nameless(explain(shut, course, Ungrouped.NOBODY))


def test_labels_are_in_the_order_of_their_names() -> None:
    """Whatever is called, is told apart by its whole id: a group and a department can share a value."""
    found = labels([g.group(1, name="beta"), g.group(2, name="Alpha")], [a.department(1, name="Gamma")])
    assert (
        Label(of=g.group_id(2), name="Alpha"),
        Label(of=g.group_id(1), name="beta"),
        Label(of=a.department_id(1), name="Gamma"),
    ) == found
    sight = explain(g.viewer(), g.resource(), Ungrouped.EVERYBODY)
    explained = ExplainedSight(sight=sight, resource=g.resource_id(), name="Course 1", labels=found)
    assert {g.group_id(2): "Alpha", g.group_id(1): "beta", a.department_id(1): "Gamma"} == explained.names
    assert explained.visible
    hidden = explain(g.viewer(), g.resource(), Ungrouped.NOBODY)
    assert not ExplainedSight(sight=hidden, resource=g.resource_id(), name="Course 1").visible


def test_what_is_a_persons_own() -> None:
    """A person has to do with the groups it is in or was asked into, and with what its record names; with nothing else."""
    inside, asked = g.group_id(1), g.group_id(2)
    viewer = g.viewer(
        groups=frozenset({inside}),
        apart={asked: Apart.INVITED},
        departments=frozenset({a.department_id()}),
        job_profile=a.job_profile_id(),
        permission_types=frozenset({a.permission_type_id()}),
    )
    catalog = {a.department_id(), a.job_profile_id(), a.permission_type_id()}
    assert {inside, asked, *catalog} == own(viewer)
    assert frozenset() == own(g.viewer())
