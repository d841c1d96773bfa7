"""Who sees what: the rule beside one written from its sentences, what it promises about people from outside, and its reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain.audience import Audience, Ungrouped
from subaccounts.domain.fields import Kind
from subaccounts.domain.ids import GroupId
from subaccounts.domain.life import State
from subaccounts.domain.resource import Resource
from subaccounts.domain.viewer import Apart, Viewer
from subaccounts.domain.visibility import Fact, Half, Why, explain, may_see
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

NUMBERS: Final = (1, 2, 3)
EXTERNAL: Final = g.viewer(kind=Kind.EXTERNAL)
EMPLOYEE: Final = g.viewer()
SALES: Final = Audience(groups=frozenset({g.group_id(1)}))


Id = TypeVar("Id")


def some(make: Callable[[int], Id]) -> st.SearchStrategy[frozenset[Id]]:
    """Draw a few ids of a kind."""
    return st.frozensets(st.sampled_from([make(number) for number in NUMBERS]), max_size=2)


AUDIENCES: Final = st.builds(
    Audience,
    groups=some(g.group_id),
    departments=some(a.department_id),
    job_profiles=some(a.job_profile_id),
    permission_types=some(a.permission_type_id),
)
RESOURCES: Final = st.builds(
    Resource,
    id=st.sampled_from([g.resource_id(number) for number in NUMBERS]),
    name=st.just("Course"),
    application=st.sampled_from((None, g.application_id(1), g.application_id(2))),
    audience=AUDIENCES,
    hidden_from_external=st.booleans(),
    rostered=st.booleans(),
    removed_at=st.sampled_from((None, None, None, NOON)),
)
VIEWERS: Final = st.builds(
    Viewer,
    id=st.just(a.sub_account_id(1)),
    state=st.sampled_from(State),
    kind=st.sampled_from(Kind),
    groups=some(g.group_id),
    apart=st.dictionaries(st.sampled_from([g.group_id(8), g.group_id(9)]), st.sampled_from(Apart)),
    applications=some(g.application_id),
    withheld=st.dictionaries(st.sampled_from([g.group_id(8), g.group_id(9)]), some(g.application_id)),
    departments=some(a.department_id),
    job_profile=st.sampled_from((None, *map(a.job_profile_id, NUMBERS))),
    permission_types=some(a.permission_type_id),
    rosters=some(g.resource_id),
)
UNGROUPED: Final = st.sampled_from(Ungrouped)


def by_its_sentences(viewer: Viewer, resource: Resource, ungrouped: Ungrouped) -> bool:
    """Say the same as the documentation does, one sentence after the other, and as slowly."""
    outside = viewer.kind == Kind.EXTERNAL
    shown = (
        viewer.state in (State.WAITING, State.ACTIVE, State.DISABLED)
        and resource.removed_at is None
        and not (outside and resource.hidden_from_external)
    )
    takes_part = resource.rostered and resource.id in viewer.rosters
    opens = not outside or resource.application is None or resource.application in viewer.applications
    jobs = [viewer.job_profile] if viewer.job_profile else []
    named, had = resource.audience, viewer
    parts = [
        (named.groups, had.groups),
        (named.departments, had.departments),
        (named.job_profiles, jobs),
        (named.permission_types, had.permission_types),
    ]
    if any(part for part, _ in parts):
        meant = all(any(each in has for each in part) for part, has in parts if part)
    else:
        meant = {"everybody": True, "employees": not outside, "nobody": False}[ungrouped.value]
    return shown and (takes_part or (opens and meant))


@given(VIEWERS, RESOURCES, UNGROUPED)
def test_as_the_sentences_say(viewer: Viewer, resource: Resource, ungrouped: Ungrouped) -> None:
    """The rule and its explanation both say what the sentences say."""
    expected = by_its_sentences(viewer, resource, ungrouped)
    assert expected == may_see(viewer, resource, ungrouped)
    assert expected == explain(viewer, resource, ungrouped).visible


@given(VIEWERS, RESOURCES, UNGROUPED)
def test_an_explanation_names_the_half_that_said_no(viewer: Viewer, resource: Resource, ungrouped: Ungrouped) -> None:
    """Who sees something has nothing against it; who does not has a fact against it, and both halves are there."""
    sight = explain(viewer, resource, ungrouped)
    assert sight.visible == (sight.against == ())
    halves = {fact.half for fact in sight.facts}
    assert halves in ({Half.SHOWN}, {Half.APPLICATION, Half.AUDIENCE})


@given(VIEWERS, RESOURCES, UNGROUPED)
def test_hidden_means_hidden(viewer: Viewer, resource: Resource, ungrouped: Ungrouped) -> None:
    """Whatever else is said, nobody from outside sees what is hidden from externals."""
    outside, hidden = evolve(viewer, kind=Kind.EXTERNAL), evolve(resource, hidden_from_external=True)
    assert not may_see(outside, hidden, ungrouped)


@given(VIEWERS, RESOURCES, UNGROUPED)
def test_nobody_who_is_gone_sees_anything(viewer: Viewer, resource: Resource, ungrouped: Ungrouped) -> None:
    """Archived and deleted people see nothing, and nobody sees what was removed."""
    for state in (State.ARCHIVED, State.DELETED):
        assert not may_see(evolve(viewer, state=state), resource, ungrouped)
    assert not may_see(viewer, evolve(resource, removed_at=NOON), ungrouped)


@given(VIEWERS, RESOURCES, UNGROUPED, some(g.group_id))
def test_to_name_one_more_widens(
    viewer: Viewer, resource: Resource, ungrouped: Ungrouped, more: frozenset[GroupId]
) -> None:
    """One more group beside those that are named takes the sight from nobody."""
    named = resource.audience.groups or frozenset({g.group_id(1)})
    before = evolve(resource, audience=evolve(resource.audience, groups=named))
    then = evolve(resource, audience=evolve(resource.audience, groups=named | more))
    assert may_see(viewer, before, ungrouped) <= may_see(viewer, then, ungrouped)


@given(VIEWERS, RESOURCES, UNGROUPED, AUDIENCES)
def test_to_name_one_part_more_narrows(
    viewer: Viewer, resource: Resource, ungrouped: Ungrouped, more: Audience
) -> None:
    """A part more, where something is named already, gives the sight to nobody."""
    before = evolve(
        resource, audience=evolve(resource.audience, groups=frozenset({g.group_id(1)}), departments=frozenset())
    )
    then = evolve(before, audience=evolve(before.audience, departments=more.departments))
    assert may_see(viewer, then, ungrouped) <= may_see(viewer, before, ungrouped)


@given(VIEWERS, RESOURCES)
def test_the_choices_are_in_order(viewer: Viewer, resource: Resource) -> None:
    """Whoever sees under `nobody` does under `employees`, and whoever does there does under `everybody`."""
    seen = [may_see(viewer, resource, each) for each in (Ungrouped.NOBODY, Ungrouped.EMPLOYEES, Ungrouped.EVERYBODY)]
    assert sorted(seen) == seen


@pytest.mark.parametrize(
    ("viewer", "resource", "facts"),
    [
        (
            evolve(EMPLOYEE, state=State.ARCHIVED),
            g.resource(),
            (Fact(half=Half.SHOWN, why=Why.PERSON_GONE, holds=False),),
        ),
        (EMPLOYEE, g.resource(removed_at=NOON), (Fact(half=Half.SHOWN, why=Why.RESOURCE_REMOVED, holds=False),)),
        (
            EXTERNAL,
            g.resource(hidden_from_external=True),
            (Fact(half=Half.SHOWN, why=Why.HIDDEN_FROM_EXTERNAL, holds=False),),
        ),
        (
            evolve(EXTERNAL, rosters=frozenset({g.resource_id()})),
            g.resource(rostered=True, audience=SALES, application=g.application_id()),
            (Fact(half=Half.SHOWN, why=Why.PARTICIPANT, holds=True),),
        ),
        (
            EMPLOYEE,
            g.resource(),
            (
                Fact(half=Half.APPLICATION, why=Why.IN_NO_APPLICATION, holds=True),
                Fact(half=Half.AUDIENCE, why=Why.NOBODY_NAMED_EMPLOYEES, holds=True),
            ),
        ),
        (
            EXTERNAL,
            g.resource(),
            (
                Fact(half=Half.APPLICATION, why=Why.IN_NO_APPLICATION, holds=True),
                Fact(half=Half.AUDIENCE, why=Why.NOBODY_NAMED_EMPLOYEES, holds=False),
            ),
        ),
        (
            EMPLOYEE,
            g.resource(application=g.application_id(), audience=SALES),
            (
                Fact(half=Half.APPLICATION, why=Why.OPEN_TO_EMPLOYEES, holds=True, about=(g.application_id(),)),
                Fact(half=Half.AUDIENCE, why=Why.IN_NO_GROUP, holds=False, about=(g.group_id(),)),
            ),
        ),
        (
            evolve(EXTERNAL, apart={g.group_id(): Apart.INVITED}),
            g.resource(application=g.application_id(), audience=SALES),
            (
                Fact(half=Half.APPLICATION, why=Why.NOT_OPENED_BY_GROUP, holds=False, about=(g.application_id(),)),
                Fact(
                    half=Half.AUDIENCE,
                    why=Why.IN_NO_GROUP,
                    holds=False,
                    about=(g.group_id(),),
                    apart=((g.group_id(), Apart.INVITED),),
                ),
            ),
        ),
        (
            evolve(
                EXTERNAL,
                apart={g.group_id(3): Apart.OVER, g.group_id(2): Apart.EMPLOYEES_ONLY, g.group_id(1): Apart.LEFT},
                withheld={
                    g.group_id(3): frozenset({g.application_id()}),
                    g.group_id(2): frozenset({g.application_id(), g.application_id(2)}),
                    g.group_id(1): frozenset({g.application_id(2)}),
                },
            ),
            g.resource(application=g.application_id(), audience=Audience(departments=frozenset({a.department_id(2)}))),
            (
                Fact(
                    half=Half.APPLICATION,
                    why=Why.NOT_OPENED_BY_GROUP,
                    holds=False,
                    about=(g.application_id(),),
                    apart=((g.group_id(2), Apart.EMPLOYEES_ONLY), (g.group_id(3), Apart.OVER)),
                ),
                Fact(half=Half.AUDIENCE, why=Why.IN_NO_DEPARTMENT, holds=False, about=(a.department_id(2),)),
            ),
        ),
        (
            evolve(
                EXTERNAL,
                groups=frozenset(map(g.group_id, NUMBERS)),
                applications=frozenset({g.application_id()}),
                departments=frozenset({a.department_id(2)}),
                job_profile=a.job_profile_id(3),
                permission_types=frozenset({a.permission_type_id(1)}),
            ),
            g.resource(
                application=g.application_id(),
                audience=Audience(
                    groups=frozenset(map(g.group_id, (4, 3, 1))),
                    departments=frozenset({a.department_id(2)}),
                    job_profiles=frozenset(map(a.job_profile_id, (4, 2))),
                    permission_types=frozenset({a.permission_type_id(1)}),
                ),
            ),
            (
                Fact(half=Half.APPLICATION, why=Why.OPENED_BY_GROUP, holds=True, about=(g.application_id(),)),
                Fact(half=Half.AUDIENCE, why=Why.IN_GROUP, holds=True, about=(g.group_id(1), g.group_id(3))),
                Fact(half=Half.AUDIENCE, why=Why.IN_DEPARTMENT, holds=True, about=(a.department_id(2),)),
                Fact(
                    half=Half.AUDIENCE,
                    why=Why.HAS_NO_JOB_PROFILE,
                    holds=False,
                    about=(a.job_profile_id(2), a.job_profile_id(4)),
                ),
                Fact(half=Half.AUDIENCE, why=Why.HAS_PERMISSION_TYPE, holds=True, about=(a.permission_type_id(1),)),
            ),
        ),
        (
            evolve(EMPLOYEE, job_profile=a.job_profile_id(1)),
            g.resource(
                audience=Audience(
                    departments=frozenset({a.department_id(2)}),
                    job_profiles=frozenset({a.job_profile_id(1)}),
                    permission_types=frozenset({a.permission_type_id(1)}),
                )
            ),
            (
                Fact(half=Half.APPLICATION, why=Why.IN_NO_APPLICATION, holds=True),
                Fact(half=Half.AUDIENCE, why=Why.IN_NO_DEPARTMENT, holds=False, about=(a.department_id(2),)),
                Fact(half=Half.AUDIENCE, why=Why.HAS_JOB_PROFILE, holds=True, about=(a.job_profile_id(1),)),
                Fact(half=Half.AUDIENCE, why=Why.HAS_NO_PERMISSION_TYPE, holds=False, about=(a.permission_type_id(1),)),
            ),
        ),
    ],
)
def test_reasons(viewer: Viewer, resource: Resource, facts: tuple[Fact, ...]) -> None:
    """Each case is told by its chain of facts, in one order, with the ids that made it so."""
    sight = explain(viewer, resource, Ungrouped.EMPLOYEES)
    assert facts == sight.facts
    assert sight.visible is may_see(viewer, resource, Ungrouped.EMPLOYEES)
    assert tuple(fact for fact in facts if not fact.holds) == sight.against


@pytest.mark.parametrize("ungrouped", Ungrouped)
def test_what_names_nobody_is_told_by_the_choice(ungrouped: Ungrouped) -> None:
    """A resource that names nobody is told by what the organization chose."""
    why = explain(EMPLOYEE, g.resource(), ungrouped).facts[-1].why
    assert f"nobody_named_{ungrouped.value}" == why.value


APPLICATION: Final = g.application_id()
CRM: Final = g.resource(application=APPLICATION)
OFFICE: Final = frozenset({a.department_id()})
PERMITTED: Final = frozenset({a.permission_type_id()})
ON_THE_ROSTER: Final = evolve(EMPLOYEE, rosters=frozenset({g.resource_id()}))
BY_OFFICE: Final = g.resource(audience=Audience(departments=OFFICE))
BY_JOB: Final = g.resource(audience=Audience(job_profiles=frozenset({a.job_profile_id()})))
BY_PERMISSION: Final = g.resource(audience=Audience(permission_types=PERMITTED))


@pytest.mark.parametrize(
    ("viewer", "resource", "ungrouped", "sees"),
    [
        (EMPLOYEE, g.resource(), Ungrouped.EVERYBODY, True),
        (EMPLOYEE, g.resource(), Ungrouped.EMPLOYEES, True),
        (EMPLOYEE, g.resource(), Ungrouped.NOBODY, False),
        (EXTERNAL, g.resource(), Ungrouped.EVERYBODY, True),
        (EXTERNAL, g.resource(), Ungrouped.EMPLOYEES, False),
        (EXTERNAL, g.resource(), Ungrouped.NOBODY, False),
        (EMPLOYEE, CRM, Ungrouped.EVERYBODY, True),
        (EXTERNAL, CRM, Ungrouped.EVERYBODY, False),
        (evolve(EXTERNAL, applications=frozenset({APPLICATION})), CRM, Ungrouped.EVERYBODY, True),
        (evolve(EXTERNAL, applications=frozenset({g.application_id(2)})), CRM, Ungrouped.EVERYBODY, False),
        (EMPLOYEE, g.resource(audience=SALES), Ungrouped.EVERYBODY, False),
        (evolve(EMPLOYEE, groups=SALES.groups), g.resource(audience=SALES), Ungrouped.NOBODY, True),
        (EMPLOYEE, BY_OFFICE, Ungrouped.EVERYBODY, False),
        (evolve(EMPLOYEE, departments=OFFICE), BY_OFFICE, Ungrouped.NOBODY, True),
        (EMPLOYEE, BY_JOB, Ungrouped.EVERYBODY, False),
        (evolve(EMPLOYEE, job_profile=a.job_profile_id()), BY_JOB, Ungrouped.NOBODY, True),
        (EMPLOYEE, BY_PERMISSION, Ungrouped.EVERYBODY, False),
        (evolve(EMPLOYEE, permission_types=PERMITTED), BY_PERMISSION, Ungrouped.NOBODY, True),
        (EMPLOYEE, g.resource(hidden_from_external=True), Ungrouped.EVERYBODY, True),
        (EXTERNAL, g.resource(hidden_from_external=True), Ungrouped.EVERYBODY, False),
        (ON_THE_ROSTER, g.resource(rostered=True), Ungrouped.NOBODY, True),
        (ON_THE_ROSTER, g.resource(2, rostered=True), Ungrouped.NOBODY, False),
        (ON_THE_ROSTER, g.resource(), Ungrouped.NOBODY, False),
        (ON_THE_ROSTER, g.resource(), Ungrouped.EVERYBODY, True),
    ],
)
def test_each_half_and_each_part_alone(viewer: Viewer, resource: Resource, ungrouped: Ungrouped, sees: bool) -> None:
    """One thing at a time: the choice for what names nobody, the application, each part of an audience, what is hidden, and a
    roster, which counts while the resource has one. The explanation says the same, by no fact that is none."""
    assert sees is may_see(viewer, resource, ungrouped)
    sight = explain(viewer, resource, ungrouped)
    told = {fact.why for fact in sight.facts}
    assert sees is sight.visible
    assert (Why.PARTICIPANT in told) is (resource.rostered and resource.id in viewer.rosters)
    assert (Why.HIDDEN_FROM_EXTERNAL in told) is (viewer.external and resource.hidden_from_external)
