"""Rosters: who is added and removed, who is refused, and what has to hold until the commit."""

from __future__ import annotations

from typing import Any

import pytest

from subaccounts.domain import fields as f
from subaccounts.domain import rosters
from subaccounts.domain.decision import Decision, Seen, seen
from subaccounts.domain.events import By
from subaccounts.domain.fields import Kind
from subaccounts.domain.ids import ParticipationId, SubAccountId
from subaccounts.domain.life import State
from subaccounts.domain.outcome import Outcome
from subaccounts.domain.participation import Participation
from subaccounts.domain.resource import Resource
from subaccounts.domain.resource_events import ParticipantAdded, ParticipantRemoved
from subaccounts.domain.viewer import ViewerFacts
from subaccounts.errors import EmployeesOnly, NotFound, WrongState
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

BOSS = By(kind="host_user", id="boss")
ASSESSMENT = g.resource(rostered=True, version=5)
OTHER = g.participation(8, resource=2, person=1)


def facts(number: int = 1, *taking_part: Participation, **changes: Any) -> ViewerFacts:
    """Return what is stored of a person."""
    kind = changes.pop("kind", Kind.EMPLOYEE)
    person = a.sub_account(number, version=number + 10, profile=a.profile({f.KIND: kind}), **changes)
    return ViewerFacts(sub_account=person, participations=taking_part)


def add(*people: ViewerFacts, resource: Resource = ASSESSMENT) -> Decision[Any]:
    """Decide on adding these people; the new ids are those from 101 on."""
    ids = [a.value(100 + number) for number, _ in enumerate(people, 1)]
    return rosters.add([each.sub_account.id for each in people], resource, _by_id(*people), ids=ids, by=BOSS)


def _by_id(*people: ViewerFacts) -> dict[SubAccountId, ViewerFacts]:
    return {each.sub_account.id: each for each in people}


def test_added() -> None:
    """Who is not on the roster is put on it, guarded with the resource; who is there already is the same."""
    there = g.participation(9, person=2)
    decision = add(facts(1, OTHER), facts(2, there), facts(3, state=State.ARCHIVED))
    assert [Outcome.ADDED, Outcome.SAME, Outcome.ADDED] == [line.outcome for line in decision.result]
    assert [a.sub_account_id(each) for each in (1, 2, 3)] == [line.person for line in decision.result]
    assert (
        tuple(
            Participation(
                id=ParticipationId(organization=a.OURS, value=a.value(new)),
                resource=ASSESSMENT.id,
                person=a.sub_account_id(person),
            )
            for new, person in ((101, 1), (103, 3))
        )
        == decision.puts
    )
    people = [facts(each).sub_account for each in (1, 3)]
    assert (seen(ASSESSMENT), *map(seen, people)) == decision.guards
    assert [(ParticipantAdded(resource=ASSESSMENT.id), each.account, each.id) for each in people] == [
        (each.what, each.account, each.sub_account) for each in decision.happened
    ]
    assert (a.OURS, BOSS) == (decision.organization, decision.by)


def test_nobody_new() -> None:
    """Where all are there already nothing is guarded, written or told."""
    decision = add(facts(2, g.participation(9, person=2)))
    assert ((), (), ()) == (decision.puts, decision.guards, decision.happened)


@pytest.mark.parametrize("missing", ["unknown", "deleted"])
def test_who_is_not_there(missing: str) -> None:
    """Somebody unknown and somebody deleted are told alike, by a line of their own."""
    gone = facts(1, state=State.DELETED)
    known = {} if missing == "unknown" else _by_id(gone)
    decision = rosters.add([gone.sub_account.id], ASSESSMENT, known, ids=["new"], by=BOSS)
    taken_off = rosters.remove([gone.sub_account.id], ASSESSMENT.id, known, by=BOSS)
    for (line,) in (decision.result, taken_off.result):
        assert isinstance(line.refusal, NotFound)
        assert ("sub_account", None) == (line.refusal.what, line.outcome)
    assert () == decision.puts
    assert () == taken_off.removes


@pytest.mark.parametrize(("hidden", "kind"), [(h, k) for h in (False, True) for k in Kind])
def test_hidden_from_people_from_outside(hidden: bool, kind: Kind) -> None:
    """Somebody external is refused on the roster of what is hidden from people from outside, and nobody else is."""
    resource = g.resource(rostered=True, hidden_from_external=hidden)
    (line,) = add(facts(1, kind=kind), resource=resource).result
    if hidden and kind is Kind.EXTERNAL:
        assert isinstance(line.refusal, EmployeesOnly)
        assert ("resource", None) == (line.refusal.what, line.outcome)
    else:
        assert (None, Outcome.ADDED) == (line.refusal, line.outcome)


@pytest.mark.parametrize(
    ("resource", "state"),
    [
        (g.resource(), "without a roster"),
        (g.resource(rostered=True, removed_at=NOON), "removed"),
        (g.resource(removed_at=NOON), "removed"),
    ],
)
def test_no_roster(resource: Resource, state: str) -> None:
    """What was removed or has no roster is not taken part in."""
    with pytest.raises(WrongState) as refused:
        rosters.require_roster(resource)
    assert ("resource", state, "add participants") == (refused.value.what, refused.value.state, refused.value.action)
    rosters.require_roster(ASSESSMENT)


def test_removed() -> None:
    """Who is on the roster is taken off it, deleted people too; who is not is the same."""
    mine, gone = g.participation(7, person=1), g.participation(9, person=2)
    people = [facts(1, OTHER, mine), facts(2, gone, state=State.DELETED), facts(3)]
    decision = rosters.remove([each.sub_account.id for each in people], ASSESSMENT.id, _by_id(*people), by=BOSS)
    assert [Outcome.REMOVED, Outcome.REMOVED, Outcome.SAME] == [line.outcome for line in decision.result]
    assert [None, None, None] == [line.refusal for line in decision.result]
    assert (Seen(id=mine.id, version=0), Seen(id=gone.id, version=0)) == decision.removes
    assert [(ParticipantRemoved(resource=ASSESSMENT.id), each.sub_account.id) for each in people[:2]] == [
        (each.what, each.sub_account) for each in decision.happened
    ]
    assert (a.OURS, BOSS) == (decision.organization, decision.by)
