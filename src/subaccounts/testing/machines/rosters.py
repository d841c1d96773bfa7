"""The rules of rosters: who takes part in a resource, who is added and who is taken off. What that shows is `sightings`."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from ...commands import AddParticipants, ListParticipants, RemoveParticipants
from ...domain.fields import Kind
from ...domain.ids import ResourceId, SubAccountId
from ...domain.life import State
from ...domain.outcome import Outcome
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...domain.sub_account import SubAccount
from .doors import PEOPLE
from .invariants import InvariantBroken
from .shelves import LIMITS, SELDOM, WHICH
from .town import Town

TWO: Final = st.tuples(PEOPLE, PEOPLE)


class RosterRules(Town):
    """Put people on rosters and take them off, of another organization too, and know who can be there."""

    @precondition(lambda self: self.stored(Resource) and self.people)
    @rule(who=TWO, which=WHICH, adding=st.sampled_from((True, True, False)), foreign=SELDOM)
    def attend(self, who: tuple[int, int], which: int, adding: bool, foreign: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Add two people to a roster, or take them off it; each is answered once, and only they are written."""
        resource, given = self.resource(which)
        people = tuple(self.known(each).id for each in who)
        actor = (self.neighbor(given) if foreign else given).admin
        kind = AddParticipants if adding else RemoveParticipants
        command = kind(actor=actor, resource=resource.id, people=people)
        before, moment = self._roster(resource.id), len(self.checked.journal)
        lines = self.do(given, command)
        good = not foreign and (not adding or (resource.rostered and resource.removed_at is None))
        self.expect("reach" if foreign else "answers", command, good, lines is not None)
        outcomes = {each: self._outcome(each, resource, before, adding=adding) for each in dict.fromkeys(people)}
        expected = list(outcomes.items()) if good else []
        self.expect("rosters", command, expected, [(each.person, each.outcome) for each in lines or ()])
        added = {each for each, outcome in expected if outcome is Outcome.ADDED}
        removed = {each for each, outcome in expected if outcome is Outcome.REMOVED}
        self.expect("rosters", command, (before | added) - removed, self._roster(resource.id))
        self._require_roster_alone(command, resource.id, moment)

    @precondition(lambda self: self.stored(Resource))
    @rule(which=WHICH, limit=LIMITS, foreign=SELDOM)
    def read_roster(self, which: int, limit: int, foreign: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        """Walk the pages of a roster: everybody on it who is not deleted, each once, by id."""
        resource, given = self.resource(which)
        actor = (self.neighbor(given) if foreign else given).admin
        found, after = list[SubAccount](), None
        while True:
            command = ListParticipants(actor=actor, resource=resource.id, after=after, limit=limit)
            page = self.do(given, command)
            self.expect("reach", command, not foreign, page is not None)
            found += page.people if page else ()
            after = page.after if page else None
            if after is None:
                break
        on_it = (self.person(each).sub_account for each in self._roster(resource.id) if not foreign)
        there = [each for each in on_it if each.state is not State.DELETED]
        self.expect("answers", command, sorted(there, key=lambda each: each.id.value), found)

    @invariant()
    def rosters_are_of_one_house(self) -> None:
        """Look at every participation: each pair once, and both of it of one organization."""
        pairs = [(each.resource, each.person) for each in self.stored(Participation)]
        for resource, person in pairs:
            if resource.organization != person.organization:
                raise InvariantBroken("reach", resource, f"{person} takes part in it")
        if len(pairs) != len(set(pairs)):
            raise InvariantBroken("rosters", pairs, "somebody takes part twice")

    def _roster(self, resource: ResourceId) -> set[SubAccountId]:
        return {each.person for each in self.stored(Participation) if each.resource == resource}

    def _outcome(
        self, who: SubAccountId, resource: Resource, before: set[SubAccountId], *, adding: bool
    ) -> Outcome | None:
        """Return what has to become of one person, None for who is refused."""
        if who.organization != resource.id.organization:
            return None
        sub = self.person(who).sub_account
        if not adding and who in before:
            return Outcome.REMOVED
        outside = sub.profile.kind is Kind.EXTERNAL
        if sub.state is State.DELETED or (adding and outside and resource.hidden_from_external):
            return None
        return Outcome.ADDED if adding and who not in before else Outcome.SAME

    def _require_roster_alone(self, command: object, resource: ResourceId, moment: int) -> None:
        """Raise `InvariantBroken` when anything but participations in a resource was written since."""
        for batch in self.checked.journal[moment:]:
            for record in batch.puts:
                if not isinstance(record, Participation) or record.resource != resource:
                    raise InvariantBroken("reach", command, f"it wrote {record}")
