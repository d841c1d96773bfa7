"""What would change: who gains the sight of what and who loses it, before it is done, and what has to be said loudly.

Nothing here writes. Each page reads two sorted streams side by side, as it is and as it would be, in a bounded number of
questions: where much is the same and little differs, a page can hold less than was asked for, or nothing, and goes on all the
same. A preview is no snapshot: what others do between two pages shows in the second.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final, Generic, TypeVar, final

from attrs import evolve, frozen

from ..domain import previews, resources
from ..domain.actor import Actor
from ..domain.adding import check_entries
from ..domain.audience import MOST_NAMED
from ..domain.authority import Action
from ..domain.fields import DEPARTMENTS, MOST_VALUES, Kind
from ..domain.group import Group
from ..domain.ids import ApplicationId, DepartmentId, GroupId, ResourceId, SubAccountId, resource_type
from ..domain.organization import Organization
from ..domain.previews import MemberCursor, Stretch
from ..domain.queries import PeopleCursor
from ..domain.resource import Resource
from ..domain.resources import ResourceDraft
from ..domain.sights import ResourceCursor, ResourceQuery, ViewersQuery
from ..domain.sub_account import SubAccount
from ..domain.viewer import Viewer, ViewerFacts
from ..domain.widening import QUIET, Difference, Loud, alike, group_warnings
from ..errors import FieldRefused, NotFound, TooMany
from . import organizations
from .command import Command, R
from .ports_at_hand import PortsAtHand
from .resources import require_page, resource, surroundings
from .sights import looking

READ_AT_ONCE: Final = 200
"""People or resources of each stream that are read by one question."""
ROUNDS: Final = 10
"""How often both streams are read on for one page."""
MEMBERS_AT_ONCE: Final = 10
"""Members of a group whose resources are compared in one round."""

C = TypeVar("C")
Step = Callable[[C | None], Awaitable[tuple[list[tuple[Difference, C]], C | None]]]
"""What comes after a cursor: differences, each with the cursor behind it, and up to where was read; None is the end."""


@final
@frozen(kw_only=True)
class PreviewPage(Generic[C]):
    """Answer who would gain and lose, in the order of the stream; `after` asks for the next page, None on the last.

    A page before the last can hold less than its limit, or nothing. `loud` is what the change has to accept.
    """

    differences: tuple[Difference, ...]
    loud: frozenset[Loud]
    after: C | None


async def page(step: Step[C], /, *, after: C | None, limit: int, loud: frozenset[Loud]) -> PreviewPage[C]:
    """Go on step by step until the page is full, the streams are at their end, or enough was asked."""
    found: list[tuple[Difference, C]] = []
    for _ in range(ROUNDS):
        more, after = await step(after)
        found += more
        if after is None or len(found) >= limit:
            break
    if len(found) > limit:
        found, after = found[:limit], found[limit - 1][1]
    return PreviewPage(differences=tuple(each for each, _ in found), loud=loud, after=after)


async def compared(
    ports: PortsAtHand, before: ResourceQuery, then: ResourceQuery, /, *, after: ResourceCursor | None
) -> tuple[list[tuple[Difference, ResourceCursor]], ResourceCursor | None]:
    """Read on what a person sees and what it would see, and compare."""
    who = before.viewer.id if before.viewer is not None else None
    assert who is not None, "somebody sees these"  # noqa: S101 - narrows the type
    had, has = [
        await ports.repository.resources_page(evolve(each, after=after, limit=READ_AT_ONCE)) for each in (before, then)
    ]
    found = previews.compared(_stretch(had), _stretch(has), key=lambda each: (each.name_key, each.id.value))
    told = [
        (Difference(person=who, resource=each.id, gains=gains), ResourceCursor.at(each))
        for each, gains in found.differing
    ]
    return told, ResourceCursor.at(found.until) if found.until is not None else None


def _stretch(found: tuple[R, ...]) -> Stretch[R]:
    return Stretch(found=found, more=len(found) == READ_AT_ONCE)


@final
@frozen(kw_only=True)
class PreviewResource(Command[PreviewPage[PeopleCursor]]):
    """Say who would gain and who would lose the sight of a resource that is put as `becomes` says, ordered by login.

    An id alone asks what removing it would do. Raises what a line of `PutResources` is refused with, `NotFound` for what
    is to be removed and is not there, `TooMany` for a limit outside 1 to 999.
    """

    action: ClassVar[Action] = Action.PREVIEW_SIGHT
    actor: Actor
    becomes: ResourceDraft | ResourceId
    after: PeopleCursor | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> PreviewPage[PeopleCursor]:
        """Answer a page of people."""
        id_ = self.becomes.id if isinstance(self.becomes, ResourceDraft) else self.becomes
        organization = await organizations.permitted(ports, self.actor, self.action, id_.organization)
        require_page(self.limit, of="people")
        before, then, loud = await self._change(ports, organization)

        async def step(after: PeopleCursor | None) -> tuple[list[tuple[Difference, PeopleCursor]], PeopleCursor | None]:
            had, has = [await self._people(ports, organization, each, after) for each in (before, then)]
            found = previews.compared(had, has, key=lambda person: (person.login.key, person.id.value))
            told = [
                (Difference(person=person.id, resource=id_, gains=gains), _behind(person))
                for person, gains in found.differing
            ]
            return told, _behind(found.until) if found.until is not None else None

        return await page(step, after=self.after, limit=self.limit, loud=loud)

    async def _change(
        self, ports: PortsAtHand, organization: Organization
    ) -> tuple[Resource | None, Resource | None, frozenset[Loud]]:
        """Return the resource as it is seen, as it would be, and what is loud of that; None is one that nobody sees."""
        if isinstance(self.becomes, ResourceId):
            found = await resource(ports, self.becomes)
            return (found if found.removed_at is None else None), None, QUIET
        around = await surroundings(ports, organization, (self.becomes,))
        before, then = around.before(self.becomes.id), resources.drafted(self.becomes, around)
        return before, then, resources.opening(before, then, around)

    async def _people(
        self, ports: PortsAtHand, organization: Organization, seen: Resource | None, after: PeopleCursor | None
    ) -> Stretch[SubAccount]:
        if seen is None:
            return Stretch()
        query = ViewersQuery(
            resource=seen, ungrouped=organization.ungrouped, at=ports.now, after=after, limit=READ_AT_ONCE
        )
        return _stretch(await ports.repository.viewers_page(query))


def _behind(person: SubAccount) -> PeopleCursor:
    return PeopleCursor(login_key=person.login.key, id=person.id.value)


@frozen(kw_only=True)
class _PreviewOfPerson(Command[PreviewPage[ResourceCursor]]):
    """Be what previews of one person share: the resources of one type that it would gain and lose, ordered by name."""

    action: ClassVar[Action] = Action.PREVIEW_SIGHT
    actor: Actor
    person: SubAccountId
    type: str
    after: ResourceCursor | None = None
    limit: int = 50

    @abstractmethod
    async def otherwise(self, ports: PortsAtHand, facts: ViewerFacts, /) -> ViewerFacts:
        """Return what would be stored of the person."""

    async def run(self, ports: PortsAtHand, /) -> PreviewPage[ResourceCursor]:
        """Answer a page of resources."""
        type_ = resource_type(self.type)
        require_page(self.limit, of="resources")
        organization, facts = await looking(ports, self.actor, self.action, self.person)
        before, then = (
            _query(organization, type_, Viewer.at(ports.now, each))
            for each in (facts, await self.otherwise(ports, facts))
        )

        async def step(
            after: ResourceCursor | None,
        ) -> tuple[list[tuple[Difference, ResourceCursor]], ResourceCursor | None]:
            return await compared(ports, before, then, after=after)

        return await page(step, after=self.after, limit=self.limit, loud=QUIET)


def _query(organization: Organization, type_: str, viewer: Viewer) -> ResourceQuery:
    return ResourceQuery(organization=organization.id, type=type_, viewer=viewer, ungrouped=organization.ungrouped)


@final
@frozen(kw_only=True)
class PreviewPerson(_PreviewOfPerson):
    """Say which resources of one type a person would gain and lose with another kind, archived or back, in other departments.

    None leaves a part as it is. Raises `NotFound` for the person, `FieldRefused` (`unknown`, `retired`) for a department that
    it could not be put in, `InvalidValue` for a type that is none, `TooMany` for a limit outside 1 to 999.
    """

    kind: Kind | None = None
    archived: bool | None = None
    departments: frozenset[DepartmentId] | None = None

    async def otherwise(self, ports: PortsAtHand, facts: ViewerFacts, /) -> ViewerFacts:
        """Return the person of the other kind, state and departments."""
        asked = self.departments or frozenset()
        if len(asked) > MOST_VALUES:
            raise FieldRefused(field=DEPARTMENTS, why="too_many")
        given = {DEPARTMENTS: asked - facts.sub_account.profile.departments}
        check_entries(given, await ports.entries(self.person.organization, given))
        lineage = await ports.repository.lineage(asked) if asked else frozenset()
        return previews.as_other(
            facts,
            kind=self.kind,
            archived=self.archived,
            departments=self.departments,
            lineage=lineage,
            now=ports.now,
        )


async def _group(ports: PortsAtHand, id: GroupId) -> Group:  # noqa: A002 - positional
    found = await ports.repository.groups((id,))
    if not found:
        raise NotFound(what="group")
    return found[0]


@final
@frozen(kw_only=True)
class PreviewMembership(_PreviewOfPerson):
    """Say which resources of one type a person would gain and lose by being added to a group, or taken out of it.

    A person from outside gains nothing by a group that takes none, and nobody by a retired one. Raises `NotFound` for the
    person and the group, `InvalidValue` for a type that is none, `TooMany` for a limit outside 1 to 999.
    """

    group: GroupId
    member: bool

    async def otherwise(self, ports: PortsAtHand, facts: ViewerFacts, /) -> ViewerFacts:
        """Return the person inside or outside the group."""
        if self.group.organization != self.person.organization:
            raise NotFound(what="group")
        group = await _group(ports, self.group)
        return previews.as_member(facts, group) if self.member else previews.as_stranger(facts, group)


@final
@frozen(kw_only=True)
class PreviewGroup(Command[PreviewPage[MemberCursor]]):
    """Say what the members of a group would gain and lose of one type of resources if the group were otherwise.

    They come in the order of their ids, and what each gains and loses by name. `allows_external` and `applications` are as
    they would be, None as they are; `retired` asks what retiring it would do. Raises `NotFound` for the group,
    `FieldRefused` for an application of another organization, `InvalidValue` for a type that is none, `TooMany` for a limit
    outside 1 to 999.
    """

    action: ClassVar[Action] = Action.PREVIEW_SIGHT
    actor: Actor
    group: GroupId
    type: str
    allows_external: bool | None = None
    applications: frozenset[ApplicationId] | None = None
    retired: bool = False
    after: MemberCursor | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> PreviewPage[MemberCursor]:
        """Answer a page of what members gain and lose."""
        type_ = resource_type(self.type)
        organization = await organizations.permitted(ports, self.actor, self.action, self.group.organization)
        require_page(self.limit, of="differences")
        before = await _group(ports, self.group)
        then = self._otherwise(before, ports)

        async def step(after: MemberCursor | None) -> tuple[list[tuple[Difference, MemberCursor]], MemberCursor | None]:
            people, on = await self._members(ports, after)
            found: list[tuple[Difference, MemberCursor]] = []
            for facts in people:
                was, becomes = (
                    _query(organization, type_, Viewer.at(ports.now, each))
                    for each in (previews.as_group(facts, before), previews.as_group(facts, then))
                )
                halfway = after is not None and after.person == facts.sub_account.id.value
                behind = after.resource if after is not None and halfway else None
                told, until = await _of_member(ports, was, becomes, after=behind)
                found += told
                if until is not None:
                    return found, MemberCursor(person=facts.sub_account.id.value, resource=until)
            return found, on

        loud = group_warnings(before, then)
        return await page(step, after=self.after, limit=self.limit, loud=loud)

    def _otherwise(self, group: Group, ports: PortsAtHand) -> Group:
        applications = group.applications if self.applications is None else self.applications
        if len(applications) > MOST_NAMED:
            raise TooMany(what="applications", limit=MOST_NAMED)
        if any(each.organization != group.id.organization for each in applications):
            raise FieldRefused(field="applications", why="unknown")
        return evolve(
            group,
            allows_external=group.allows_external if self.allows_external is None else self.allows_external,
            applications=applications,
            retired_at=ports.now if self.retired else group.retired_at,
        )

    async def _members(
        self, ports: PortsAtHand, after: MemberCursor | None
    ) -> tuple[Sequence[ViewerFacts], MemberCursor | None]:
        """Return the next members with what decides of them, and the cursor behind them: the one that was not at its end first."""
        first = [after.person] if after is not None and after.resource is not None else []
        behind = after.person if after is not None else None
        page = await ports.repository.members_page(self.group, after=behind, limit=MEMBERS_AT_ONCE)
        people = [*first, *(each.person.value for each in page)]
        ids = [SubAccountId(organization=self.group.organization, value=each) for each in people]
        found = {each.sub_account.id: each for each in await ports.repository.viewer_facts(ids)} if ids else {}
        on = MemberCursor(person=people[-1]) if len(page) == MEMBERS_AT_ONCE else None
        return [found[each] for each in ids if each in found], on


async def _of_member(
    ports: PortsAtHand, was: ResourceQuery, becomes: ResourceQuery, *, after: ResourceCursor | None
) -> tuple[list[tuple[Difference, MemberCursor]], ResourceCursor | None]:
    """Compare what one member sees and would see, unless it is the same whatever there is."""
    assert was.viewer is not None, "somebody sees these"  # noqa: S101 - narrows the type
    assert becomes.viewer is not None, "somebody sees these"  # noqa: S101 - narrows the type
    if alike(was.viewer, becomes.viewer):
        return [], None
    told, until = await compared(ports, was, becomes, after=after)
    person = was.viewer.id.value
    return [(each, MemberCursor(person=person, resource=at)) for each, at in told], until
