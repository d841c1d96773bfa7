"""What the kit asks about who sees what leaves nothing out: in the world made by hand, among many, and of what is drawn."""

from __future__ import annotations

import subprocess
import sys
from typing import ClassVar, get_args

from subaccounts.domain.audience import Ungrouped
from subaccounts.domain.decision import Record
from subaccounts.domain.queries import LARGEST_PAGE
from subaccounts.domain.sights import sees
from subaccounts.domain.viewer import Apart, Viewer
from subaccounts.domain.visibility import Why, explain, may_see
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import NOON, SightsContract, builders, run_contract
from subaccounts.testing.contracts.resource_pages import viewers
from subaccounts.testing.contracts.sight_crowds import PEOPLE, ROOMS, rooms, seekers, town
from subaccounts.testing.contracts.sight_worlds import world
from subaccounts.testing.contracts.sights_drawn import drawn
from subaccounts.testing.contracts.viewer_pages import questions
from subaccounts.testing.moved import moved

FEW = 500
"""Rows that a repository looks through before it goes another way."""


class TestWorld:
    """Every fact that decides is there."""

    def test_every_reason_is_found(self) -> None:
        """Everything that the rule can find is found for somebody in the world, about something."""
        found = {
            fact.why
            for viewer in viewers()
            for resource in world().resources
            for choice in Ungrouped
            for fact in explain(viewer, resource, choice).facts
        }
        assert set(Why) == found

    def test_every_way_to_be_apart_is_found(self) -> None:
        """Of every reason why a membership does not count there is one, and some that do count."""
        people = [Viewer.at(NOON, facts) for facts in world().people]
        assert set(Apart) == {why for viewer in people for why in viewer.apart.values()}
        assert any(viewer.groups for viewer in people)

    def test_every_question_has_an_answer_of_its_own(self) -> None:
        """Who sees a resource is seldom everybody or nobody, so that a wrong rule is another answer."""
        answers = [sum(sees(facts, query) for facts in world().people) for query in questions()]
        assert len([answer for answer in answers if 0 < answer < len(world().people)]) > len(answers) / 2


class TestCrowds:
    """What is far apart is further than anybody looks."""

    def test_what_somebody_sees_is_beyond_the_first_few_hundred(self) -> None:
        """Most of what each of the seekers sees stands behind as many that it does not see, and there are more than a page."""
        ordered = sorted(rooms(), key=lambda room: (room.name_key, room.id.value))
        assert len(ordered) == ROOMS > LARGEST_PAGE
        for viewer in seekers()[:7]:
            places = [n for n, room in enumerate(ordered) if may_see(viewer, room, Ungrouped.NOBODY)]
            assert any(place > FEW for place in places) or not places

    def test_whoever_sees_is_beyond_the_first_few_hundred(self) -> None:
        """The people who are in a group stand before and behind the first few hundred."""
        people = sorted(town().people, key=lambda facts: facts.sub_account.login.key)
        places = [n for n, facts in enumerate(people) if facts.memberships]
        assert len(people) == PEOPLE
        assert min(places) < FEW < max(places)


class TestDrawn:
    """Organizations that are drawn."""

    def test_each_is_a_tenant_of_its_own(self) -> None:
        """One store takes them all, in the order in which their records stand."""
        found = drawn(9)
        assert 9 == len(found) == len({each.records[0].id for each in found})
        assert all({each.records[0].id} == {record.id.organization for record in each.records} for each in found)

    def test_they_are_drawn_once(self) -> None:
        """Asked for as many again, the same are answered."""
        assert drawn(9) is drawn(9)

    def test_without_hypothesis_the_rest_is_proven(self) -> None:
        """Where Hypothesis is not installed just the tests on what is drawn are skipped."""
        code = """
import sys
sys.modules["hypothesis"] = None
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import SightsContract, run_contract
class Attempt(SightsContract):
    def open(self): return MemoryRepository()
report = run_contract(Attempt)
print(len(report.broken), len(report.passed) > 20, sorted({name.partition("_of_")[2] for name in report.skipped}))
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert ("0 True ['drawn_organizations']\n", "") == (done.stdout, done.stderr)

    def test_more_can_be_drawn(self) -> None:
        """An author says how many, and the memory repository answers for each of them as the rule does."""

        class Attempt(SightsContract):
            drawn: ClassVar[int] = 60

            def open(self) -> MemoryRepository:
                return MemoryRepository()

        for clause in ("R30", "R31", "R32", "R33", "R34"):
            assert () == run_contract(Attempt, only=clause).broken


class TestMoved:
    """Anything can be moved to another tenant."""

    def test_every_record_moves_there_and_back(self) -> None:
        """Moved, a record names its own organization nowhere any more; moved back, it is what it was."""
        records = builders.one_of_each()
        assert {type(record) for record in records} == set(get_args(Record))
        there = moved(records, builders.THEIRS)
        assert builders.one_of_each(of=builders.THEIRS) == there
        assert {builders.THEIRS} == {record.id.organization for record in there}
        assert records == moved(there, builders.OURS)
