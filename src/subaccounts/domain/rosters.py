"""The rules for rosters: add and remove who takes part in a resource, with an answer for each person. What a participation
makes visible is `visibility`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, final

from attrs import evolve, frozen

from ..errors import EmployeesOnly, NotFound, Refusal, WrongState
from .decision import Decision, Happened, Seen, seen
from .events import By
from .fields import Kind
from .ids import ParticipationId, ResourceId, SubAccountId
from .life import State
from .outcome import Outcome
from .participation import Participation
from .resource import Resource
from .resource_events import ParticipantAdded, ParticipantRemoved
from .viewer import ViewerFacts

MOST_PARTICIPANTS: Final = 1000
"""People added to a roster or removed from it by one command."""


@final
@frozen(kw_only=True)
class RosterLine:
    """Answer for one person: what became of its place on the roster, or why nothing did."""

    person: SubAccountId
    outcome: Outcome | None = None
    refusal: Refusal | None = None


def require_roster(resource: Resource, /) -> None:
    """Raise `WrongState` for a resource that nobody can take part in: one that was removed, or has no roster."""
    if resource.removed_at is not None:
        raise WrongState(what="resource", state="removed", action="add participants")
    if not resource.rostered:
        raise WrongState(what="resource", state="without a roster", action="add participants")


def add(
    people: Sequence[SubAccountId],
    resource: Resource,
    facts: Mapping[SubAccountId, ViewerFacts],
    /,
    *,
    ids: Sequence[str],
    by: By,
) -> Decision[tuple[RosterLine, ...]]:
    """Have people take part in a resource; `facts` are those of the people who exist, `ids` are for each a new id.

    Resource and people have to be as they were until the commit: a resource that is hidden meanwhile, and somebody who
    becomes external, are judged anew.
    """
    lines: list[RosterLine] = []
    added: list[tuple[ViewerFacts, str]] = []
    for person, new in zip(people, ids, strict=True):
        line = RosterLine(person=person)
        try:
            known = _known(person, facts)
            _require_place(known, resource)
        except Refusal as refusal:
            lines.append(evolve(line, refusal=refusal))
            continue
        there = _participation(known, resource.id) is not None
        lines.append(evolve(line, outcome=Outcome.SAME if there else Outcome.ADDED))
        if not there:
            added.append((known, new))
    organization = resource.id.organization
    return Decision(
        organization=organization,
        by=by,
        result=tuple(lines),
        puts=tuple(
            Participation(
                id=ParticipationId(organization=organization, value=new),
                resource=resource.id,
                person=each.sub_account.id,
            )
            for each, new in added
        ),
        guards=(seen(resource), *(seen(each.sub_account) for each, _ in added)) if added else (),
        happened=tuple(_happened(each, ParticipantAdded(resource=resource.id)) for each, _ in added),
    )


def remove(
    people: Sequence[SubAccountId], resource: ResourceId, facts: Mapping[SubAccountId, ViewerFacts], /, *, by: By
) -> Decision[tuple[RosterLine, ...]]:
    """Have people not take part any more. Whoever is on the roster can be taken off it, deleted people too."""
    lines: list[RosterLine] = []
    removed: list[tuple[ViewerFacts, Participation]] = []
    for person in people:
        line = RosterLine(person=person)
        known = facts.get(person)
        there = _participation(known, resource) if known is not None else None
        if known is None or there is None:
            lines.append(_not_there(line, known))
            continue
        lines.append(evolve(line, outcome=Outcome.REMOVED))
        removed.append((known, there))
    return Decision(
        organization=resource.organization,
        by=by,
        result=tuple(lines),
        removes=tuple(Seen(id=each.id, version=each.version) for _, each in removed),
        happened=tuple(_happened(each, ParticipantRemoved(resource=resource)) for each, _ in removed),
    )


def _known(person: SubAccountId, facts: Mapping[SubAccountId, ViewerFacts]) -> ViewerFacts:
    known = facts.get(person)
    if known is None or known.sub_account.state is State.DELETED:
        raise NotFound(what="sub_account")
    return known


def _require_place(facts: ViewerFacts, resource: Resource) -> None:
    """Refuse somebody from outside on the roster of what is hidden from people from outside: it would see nothing of it."""
    if resource.hidden_from_external and facts.sub_account.profile.kind is Kind.EXTERNAL:
        raise EmployeesOnly(what="resource")


def _participation(facts: ViewerFacts, resource: ResourceId) -> Participation | None:
    return next((each for each in facts.participations if each.resource == resource), None)


def _not_there(line: RosterLine, facts: ViewerFacts | None) -> RosterLine:
    if facts is None or facts.sub_account.state is State.DELETED:
        return evolve(line, refusal=NotFound(what="sub_account"))
    return evolve(line, outcome=Outcome.SAME)


def _happened(facts: ViewerFacts, what: ParticipantAdded | ParticipantRemoved) -> Happened:
    person = facts.sub_account
    return Happened(what=what, account=person.account, sub_account=person.id)
