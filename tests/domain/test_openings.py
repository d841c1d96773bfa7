"""Which applications a person can open: every one, those of its groups, or none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import fields as f
from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.fields import Kind
from subaccounts.domain.group import Group
from subaccounts.domain.life import State
from subaccounts.domain.membership import Membership, Window
from subaccounts.domain.openings import Opening, Openings
from subaccounts.domain.viewer import Viewer, ViewerFacts
from subaccounts.domain.visibility import Half, explain
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.domain.test_visibility import UNGROUPED

CRM, ERP = g.application_id(1), g.application_id(2)


def outsider(*groups: Group, kind: Kind = Kind.EXTERNAL, state: State = State.ACTIVE) -> ViewerFacts:
    """Return what is stored of a person who is in these groups."""
    memberships = tuple(g.membership(number, group=group.id) for number, group in enumerate(groups, 1))
    person = a.sub_account(state=state, profile=a.profile({f.KIND: kind}))
    return ViewerFacts(sub_account=person, memberships=memberships, groups=groups)


def opened(number: int, *applications: int, allows_external: bool = True) -> Group:
    """Return a group that these applications were added to."""
    added = frozenset(map(g.application_id, applications))
    return g.group(number, allows_external=allows_external, applications=added)


def test_through_groups() -> None:
    """Somebody from outside opens what a group of its opens, and is told by which, both in order of their values."""
    first, second = opened(1, 2), opened(2, 2, 1)
    assert Openings(
        through=(Opening(application=CRM, groups=(second,)), Opening(application=ERP, groups=(first, second)))
    ) == Openings.at(NOON, outsider(second, first))


@pytest.mark.parametrize("state", State)
def test_employees_open_every_one(state: State) -> None:
    """Whoever is an employee and living opens all there are, and no group is told of; who is gone opens none."""
    living = state not in {State.ARCHIVED, State.DELETED}
    assert Openings(every=living) == Openings.at(NOON, outsider(opened(1, 1), kind=Kind.EMPLOYEE, state=state))
    assert living is bool(Openings.at(NOON, outsider(opened(1, 1), state=state)).through)


def test_a_membership_that_does_not_count() -> None:
    """A group that takes nobody from outside opens nothing to them, and neither does a membership that is over."""
    closed, later = opened(1, 1, allows_external=False), opened(2, 2)
    facts = outsider(closed, later)
    ended = Membership(
        id=g.membership(2).id,
        group=later.id,
        person=facts.sub_account.id,
        state=g.membership().state,
        window=Window(until=NOON + timedelta(microseconds=1)),
    )
    facts = ViewerFacts(
        sub_account=facts.sub_account, memberships=(facts.memberships[0], ended), groups=(closed, later)
    )
    assert [ERP] == [each.application for each in Openings.at(NOON, facts).through]
    assert Openings() == Openings.at(NOON + timedelta(microseconds=1), facts)


@given(
    st.lists(st.tuples(st.booleans(), st.frozensets(st.integers(1, 2))), max_size=3),
    st.sampled_from(Kind),
    st.sampled_from(State),
    UNGROUPED,
)
def test_it_is_the_half_of_the_rule(
    drawn: list[tuple[bool, frozenset[int]]], kind: Kind, state: State, ungrouped: Ungrouped
) -> None:
    """Who can open an application is whom the rule of who sees what says it of."""
    groups = [opened(n, *applications, allows_external=lets) for n, (lets, applications) in enumerate(drawn, 1)]
    facts = outsider(*groups, kind=kind, state=state)
    openings, viewer = Openings.at(NOON, facts), Viewer.at(NOON, facts)
    for application in (CRM, ERP):
        course = g.resource(application=application)
        halves = [fact for fact in explain(viewer, course, ungrouped).facts if fact.half is not Half.AUDIENCE]
        opens = openings.every or application in {each.application for each in openings.through}
        assert all(fact.holds for fact in halves) is opens
        for each in openings.through:
            assert each.groups == tuple(
                group for group in groups if group.allows_external and each.application in group.applications
            )
