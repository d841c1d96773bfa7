"""Whatever an organization is, every question about who sees what says the same: one sight, a page, a number, the other way
round; and a preview says what the rule makes of the change.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any, Final

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts import (
    CountVisible,
    Difference,
    KeyRing,
    Kind,
    ListVisible,
    MaySee,
    MoveDepartment,
    NobodyPrivileged,
    OpenableApplications,
    PreviewDepartment,
    PreviewGroup,
    PreviewMembership,
    PreviewPerson,
    PreviewResource,
    Resource,
    ResourceDraft,
    State,
    SubAccount,
    SubAccounts,
    VisibleAmong,
    WhoSees,
)
from subaccounts.commands import crowd_previews, preview_pages
from subaccounts.domain import previews
from subaccounts.domain.decision import Batch
from subaccounts.domain.fields import DEPARTMENTS
from subaccounts.domain.group import Group
from subaccounts.domain.organization import Organization
from subaccounts.domain.viewer import Viewer, ViewerFacts
from subaccounts.domain.visibility import explain, may_see
from subaccounts.errors import CycleRefused
from subaccounts.repositories import MemoryRepository
from subaccounts.testing import NOON, CheapHasher, FrozenClock
from subaccounts.testing import builders as a
from subaccounts.testing.populations import TYPES, Population, populations
from tests.commands.shop import SETUP

KEYS: Final = KeyRing.in_memory(b"k" * 32)


@pytest.fixture(autouse=True, scope="module")
def _short() -> Iterable[None]:
    """Read two at a time, so that small organizations fill many pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview_pages, "READ_AT_ONCE", 2)
        patch.setattr(crowd_previews, "AT_ONCE", 2)
        yield


class Place:
    """Hold an organization that was drawn, in a repository of its own."""

    def __init__(self, population: Population) -> None:
        self.repository = MemoryRepository()
        self.subs = SubAccounts(
            repository=self.repository,
            keys=KEYS,
            host_accounts=NobodyPrivileged(),
            hasher=CheapHasher(),
            clock=FrozenClock(),
        )
        self.ungrouped = population.ungrouped
        stored = [
            evolve(each, key_ring=KEYS.ring) if isinstance(each, Organization) else each for each in population.records
        ]
        self.repository.commit(Batch(organization=a.OURS, puts=tuple(stored)))
        living = [each for each in population.people if each.state is not State.DELETED]
        self.people = sorted(living, key=lambda each: (each.login.key, each.id.value))
        self.resources = sorted(population.resources, key=lambda each: (each.name_key, each.id.value))
        self.groups = [each for each in population.records if isinstance(each, Group)]

    def facts(self, person: SubAccount) -> ViewerFacts:
        """Return what is stored of a person."""
        (found,) = self.repository.viewer_facts((person.id,))
        return found

    def sees(self, facts: ViewerFacts, resource: Resource) -> bool:
        """Tell whether a person of these facts sees a resource now."""
        return may_see(Viewer.at(NOON, facts), resource, self.ungrouped)

    def of_type(self, type_: str) -> list[Resource]:
        """Return the resources of a type, in their order."""
        return [each for each in self.resources if each.id.type == type_]

    def differing(self, before: ViewerFacts, then: ViewerFacts, type_: str) -> list[Difference]:
        """Return what a person gains and loses who becomes another, by the rule alone."""
        return [
            Difference(person=before.sub_account.id, resource=each.id, gains=self.sees(then, each))
            for each in self.of_type(type_)
            if self.sees(before, each) is not self.sees(then, each)
        ]


PLACES: Final = populations().map(Place)


def walked(place: Place, command: Any, what: str) -> list[Any]:
    """Ask page by page to the end, and return everything."""
    found: list[Any] = []
    for _ in range(200):
        page = place.subs.handle(command)
        found += getattr(page, what)
        if page.after is None:
            return found
        command = evolve(command, after=page.after)
    raise AssertionError("it has no end")


@settings(max_examples=40, deadline=None)
@given(place=PLACES, limit=st.integers(1, 3))
def test_every_question_says_the_same(place: Place, limit: int) -> None:
    """One sight, those among many, the pages and the number of what is seen, and who sees it, all are the rule."""
    for person in place.people:
        facts = place.facts(person)
        viewer = Viewer.at(NOON, facts)
        for resource in place.resources:
            sight = place.subs.handle(MaySee(actor=SETUP, person=person.id, resource=resource.id)).sight
            assert explain(viewer, resource, place.ungrouped) == sight
            assert place.sees(facts, resource) is sight.visible
        ids = frozenset(each.id for each in place.resources)
        among = place.subs.handle(VisibleAmong(actor=SETUP, person=person.id, resources=ids))
        assert {each.id for each in place.resources if place.sees(facts, each)} == among
        for type_ in TYPES:
            expected = [each.id for each in place.of_type(type_) if each.id in among]
            listing = ListVisible(actor=SETUP, person=person.id, type=type_, limit=limit)
            assert expected == [each.id for each in walked(place, listing, "resources")]
            counted = place.subs.handle(CountVisible(actor=SETUP, person=person.id, type=type_))
            assert (len(expected), viewer, place.ungrouped) == (counted.number, counted.viewer, counted.ungrouped)
            whole = place.subs.handle(evolve(listing, limit=1000))
            assert tuple(explain(viewer, each, place.ungrouped) for each in whole.resources) == whole.sights
        openings = place.subs.handle(OpenableApplications(actor=SETUP, person=person.id))
        assert (frozenset() if openings.every or not viewer.living else viewer.applications) == {
            each.application for each in openings.through
        }
    for resource in place.resources:
        asking = WhoSees(actor=SETUP, resource=resource.id, limit=limit)
        seeing, whole_page = walked(place, asking, "people"), place.subs.handle(evolve(asking, limit=1000))
        viewers = [Viewer.at(NOON, place.facts(each)) for each in whole_page.people]
        assert tuple(explain(each, resource, place.ungrouped) for each in viewers) == whole_page.sights
        assert [each.id for each in place.people if place.sees(place.facts(each), resource)] == [
            each.id for each in seeing
        ]


@settings(max_examples=30, deadline=None)
@given(place=PLACES, limit=st.integers(1, 4), data=st.data())
def test_a_resource_becomes_what_its_preview_says(place: Place, limit: int, data: st.DataObject) -> None:
    """Whatever of a resource changes, or that it is removed: who gains and loses is who sees it before or after, not both."""
    for resource in place.resources:
        then = data.draw(
            st.sampled_from(
                (
                    resource,
                    evolve(resource, hidden_from_external=not resource.hidden_from_external),
                    evolve(resource, rostered=not resource.rostered),
                    evolve(resource, application=None),
                    evolve(resource, audience=evolve(resource.audience, groups=frozenset())),
                    evolve(resource, removed_at=NOON),
                )
            )
        )
        then = evolve(then, removed_at=NOON if then.removed_at != resource.removed_at else None)
        if resource.removed_at is not None and then.audience.named:
            continue  # what it names has to be there again, which not everything is that was drawn
        becomes = then.id if then.removed_at is not None else _draft(then)
        asked = PreviewResource(actor=SETUP, becomes=becomes, limit=limit)
        expected = [
            Difference(person=each.id, resource=resource.id, gains=place.sees(place.facts(each), then))
            for each in place.people
            if place.sees(place.facts(each), resource) is not place.sees(place.facts(each), then)
        ]
        assert expected == walked(place, asked, "differences")


def _draft(resource: Resource) -> ResourceDraft:
    return ResourceDraft(
        id=resource.id,
        name=resource.name,
        application=resource.application,
        audience=resource.audience,
        hidden_from_external=resource.hidden_from_external,
        rostered=resource.rostered,
    )


@settings(max_examples=30, deadline=None)
@given(place=PLACES, limit=st.integers(1, 4), kind=st.sampled_from(Kind), archived=st.sampled_from((None, True, False)))
def test_a_person_becomes_what_its_preview_says(place: Place, limit: int, kind: Kind, archived: bool | None) -> None:
    """Of another kind, archived or back, in other departments, in or out of a group: what is gained and lost is the rule's."""
    departments = frozenset({a.department_id(3, of=a.OURS)})
    for person, type_ in product(place.people, TYPES):
        facts = place.facts(person)
        lineage = place.repository.lineage(departments)
        for moved in (None, departments):
            other = previews.as_other(facts, kind=kind, archived=archived, departments=moved, lineage=lineage, now=NOON)
            assert moved is None or departments == other.sub_account.profile.value(DEPARTMENTS)
            asked = PreviewPerson(
                actor=SETUP,
                person=person.id,
                type=type_,
                kind=kind,
                archived=archived,
                departments=moved,
                limit=limit,
            )
            assert place.differing(facts, other, type_) == walked(place, asked, "differences")
        for group, member in product(place.groups, (True, False)):
            joined = previews.as_member(facts, group) if member else previews.as_stranger(facts, group)
            membership = PreviewMembership(
                actor=SETUP, person=person.id, group=group.id, type=type_, member=member, limit=limit
            )
            assert place.differing(facts, joined, type_) == walked(place, membership, "differences")


@settings(max_examples=30, deadline=None)
@given(place=PLACES, limit=st.integers(1, 4), retired=st.booleans(), data=st.data())
def test_a_group_becomes_what_its_preview_says(place: Place, limit: int, retired: bool, data: st.DataObject) -> None:
    """Whatever of a group changes: what its members gain and lose is what it makes of what they see, member by member."""
    for group, type_ in product(place.groups, TYPES):
        allows = data.draw(st.sampled_from((None, True, False)))
        applications = data.draw(st.sampled_from((None, frozenset(), group.applications)))
        then = evolve(
            group,
            allows_external=group.allows_external if allows is None else allows,
            applications=group.applications if applications is None else applications,
            retired_at=NOON if retired else group.retired_at,
        )
        asked = PreviewGroup(
            actor=SETUP,
            group=group.id,
            type=type_,
            allows_external=allows,
            applications=applications,
            retired=retired,
            limit=limit,
        )
        expected: list[Difference] = []
        for membership in place.repository.members_page(group.id, after=None, limit=100):
            (facts,) = place.repository.viewer_facts((membership.person,))
            expected += place.differing(facts, previews.as_group(facts, then), type_)
        assert expected == walked(place, asked, "differences")


MOVES: Final = st.tuples(st.sampled_from((1, 2, 3)), st.sampled_from((None, 1, 2, 3)))


@settings(max_examples=30, deadline=None)
@given(place=PLACES, limit=st.integers(1, 4), moves=st.lists(MOVES, min_size=1, max_size=3))
def test_a_department_moves_as_its_preview_says(place: Place, limit: int, moves: list[tuple[int, int | None]]) -> None:
    """Wherever a department is moved: what whoever is below gains and loses is what it sees after the move and not before,
    or before it and not after, person by person; and what is not moved is not previewed.
    """
    for number, under in moves:
        moving, parent = a.department_id(number), a.department_id(under) if under else None
        move = MoveDepartment(actor=SETUP, department=moving, parent=parent)
        asked = [
            PreviewDepartment(actor=SETUP, department=moving, parent=parent, type=type_, limit=limit) for type_ in TYPES
        ]
        if parent is not None and moving in place.repository.lineage({parent}):
            for command in (move, *asked):
                with pytest.raises(CycleRefused):
                    place.subs.handle(command)
            continue
        told = {each.type: walked(place, each, "differences") for each in asked}
        before = {person.id: place.facts(person) for person in place.people}
        place.subs.handle(move)
        for type_ in TYPES:
            expected: list[Difference] = []
            for person in place.people:
                expected += place.differing(before[person.id], place.facts(person), type_)
            assert expected == told[type_]
