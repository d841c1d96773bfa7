"""Who sees what by the records of one moment, told a second time in plain sets: nothing here asks the domain's rule.

What belongs here is the rule alone, of people who are stored and of people who might come. What is asked of it is
`sightings`, what becomes of it by a change `forecasts`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar, final

from attrs import field, frozen

from ...domain.audience import Audience, Ungrouped
from ...domain.catalog import CatalogEntry
from ...domain.decision import Record
from ...domain.fields import Kind
from ...domain.group import Group
from ...domain.ids import ApplicationId, DepartmentId, GroupId, ResourceId, SubAccountId
from ...domain.life import State
from ...domain.membership import Membership, MembershipState
from ...domain.organization import Organization
from ...domain.participation import Participation
from ...domain.resource import Resource
from ...domain.resources import ResourceDraft
from ...domain.sub_account import SubAccount

R = TypeVar("R")
GONE = frozenset({State.ARCHIVED, State.DELETED})


@final
@frozen(kw_only=True)
class Eye:
    """Hold what somebody has that decides what it sees; `opens` is what an eye from outside can open."""

    gone: bool = False
    outside: bool = False
    has: frozenset[Any] = frozenset()
    opens: frozenset[ApplicationId] = frozenset()
    rosters: frozenset[ResourceId] = frozenset()


@final
@frozen(kw_only=True)
class Scene:
    """Hold everything that is stored of one organization at one moment (UTC)."""

    records: tuple[Record, ...]
    now: datetime
    _sorted: dict[type, list[Any]] = field(init=False, repr=False)
    _members: dict[SubAccountId, list[Membership]] = field(init=False, repr=False)

    @_sorted.default
    def _by_kind(self) -> dict[type, list[Any]]:
        found = defaultdict[type, list[Any]](list)
        for each in self.records:
            found[type(each)].append(each)
        return found

    @_members.default
    def _by_person(self) -> dict[SubAccountId, list[Membership]]:
        found = defaultdict[SubAccountId, list[Membership]](list)
        for each in self.all(Membership):
            found[each.person].append(each)
        return found

    def all(self, kind: type[R], /) -> list[R]:
        """Return the records of a kind."""
        return self._sorted[kind]

    def otherwise(self, records: Iterable[Record], /) -> Scene:
        """Return the same scene with some of the records otherwise."""
        other = {each.id: each for each in records}
        return Scene(records=tuple(other.get(each.id, each) for each in self.records), now=self.now)

    @property
    def ungrouped(self) -> Ungrouped:
        """Return who sees what names nobody."""
        (organization,) = self.all(Organization)
        return organization.ungrouped

    # What people have.

    def eye(self, person: SubAccount, /) -> Eye:
        """Return what a person sees with."""
        outside = person.profile.kind is Kind.EXTERNAL
        inside = {each.group for each in self._members[person.id] if self._counts(each)}
        groups = [group for group in self._takers(outside=outside) if group.id in inside]
        has = {group.id for group in groups} | self._at_or_above(person.profile.departments)
        return Eye(
            gone=person.state in GONE,
            outside=outside,
            has=frozenset(has | {person.profile.job_profile} | person.profile.permission_types),
            opens=_opened(groups),
            rosters=frozenset(each.resource for each in self.all(Participation) if each.person == person.id),
        )

    def newcomer(self) -> Eye:
        """Return an employee who has nothing yet: what it sees, everybody inside sees."""
        return Eye()

    def favorite(self, audience: Audience, /) -> Eye:
        """Return somebody from outside who is in whatever takes it, and has everything else of an audience."""
        taking = self._takers(outside=True)
        has = audience.departments | audience.job_profiles | audience.permission_types
        return Eye(outside=True, has=frozenset({*has, *(group.id for group in taking)}), opens=_opened(taking))

    def _takers(self, *, outside: bool) -> list[Group]:
        """Return the groups that are in use, and that people from outside can be in if it is one of those."""
        return [each for each in self.all(Group) if each.retired_at is None and (each.allows_external or not outside)]

    def _counts(self, membership: Membership) -> bool:
        """Tell whether somebody is in now: it came in and has not left, it is time, and it is not over."""
        since, until = membership.window.since, membership.window.until
        in_time = (since is None or since <= self.now) and (until is None or self.now < until)
        return in_time and membership.state is MembershipState.ACTIVE

    def _at_or_above(self, departments: Iterable[DepartmentId]) -> set[Any]:
        parents = {each.id: each.parent for each in self.all(CatalogEntry)}
        found: set[Any] = set()
        for each in departments:
            at: DepartmentId | None = each
            while at in parents and at not in found:
                found.add(at)
                at = parents[at]
        return found

    # What is seen.

    def sees(self, eye: Eye, resource: ResourceDraft | Resource, /) -> bool:
        """Tell whether somebody sees a resource, as it is stored or as it would be put."""
        removed = isinstance(resource, Resource) and resource.removed_at is not None
        if eye.gone or removed or (eye.outside and resource.hidden_from_external):
            return False
        if resource.rostered and resource.id in eye.rosters:
            return True
        if eye.outside and resource.application is not None and resource.application not in eye.opens:
            return False
        chosen = {Ungrouped.EVERYBODY: True, Ungrouped.EMPLOYEES: not eye.outside, Ungrouped.NOBODY: False}
        wanted = parts(resource.audience)
        return all(part & eye.has for part in wanted) if wanted else chosen[self.ungrouped]

    def seen_by(self, person: SubAccount, /) -> list[Resource]:
        """Return what a person sees, by name."""
        eye = self.eye(person)
        found = [each for each in self.all(Resource) if self.sees(eye, each)]
        return sorted(found, key=lambda each: (each.name_key, each.id.value))

    def who_sees(self, resource: Resource, /) -> list[SubAccount]:
        """Return who sees a resource, by login."""
        found = [each for each in self.all(SubAccount) if self.sees(self.eye(each), resource)]
        return sorted(found, key=lambda each: (each.login.key, each.id.value))

    def sights(self) -> set[tuple[SubAccountId, ResourceId]]:
        """Return everybody with everything it sees."""
        return {(person.id, each.id) for person in self.all(SubAccount) for each in self.seen_by(person)}

    def members(self, group: GroupId, /) -> set[SubAccountId]:
        """Return whoever has a membership of a group, whatever it counts for."""
        return {each.person for each in self.all(Membership) if each.group == group}


def parts(audience: Audience, /) -> list[frozenset[Any]]:
    """Return the parts of an audience that name somebody."""
    every = (audience.groups, audience.departments, audience.job_profiles, audience.permission_types)
    return [part for part in every if part]


def _opened(groups: Iterable[Group]) -> frozenset[ApplicationId]:
    return frozenset(each for group in groups for each in group.applications)
