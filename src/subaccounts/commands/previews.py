"""What would change: who gains the sight of what and who loses it, before it is done, and what has to be said loudly.

Nothing here writes. Each page reads two sorted streams side by side, as it is and as it would be, in a bounded number of
questions: where much is the same and little differs, a page can hold less than was asked for, or nothing, and goes on all the
same. A preview is no snapshot: what others do between two pages shows in the second.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import ClassVar, Final, Generic, TypeVar, final

from attrs import evolve, frozen

from ..domain import previews, resources
from ..domain.actor import Actor
from ..domain.adding import check_entries
from ..domain.authority import Action
from ..domain.fields import DEPARTMENTS, MOST_VALUES, Kind
from ..domain.group import Group
from ..domain.ids import DepartmentId, GroupId, ResourceId, SubAccountId, resource_type
from ..domain.organization import Organization
from ..domain.previews import Stretch
from ..domain.queries import PeopleCursor
from ..domain.resource import Resource
from ..domain.resources import ResourceDraft
from ..domain.sights import ResourceCursor, ResourceQuery, ViewersQuery
from ..domain.sub_account import SubAccount
from ..domain.viewer import Viewer, ViewerFacts
from ..domain.widening import QUIET, Difference, Loud
from ..errors import FieldRefused, NotFound
from . import organizations
from .command import Command, R
from .ports_at_hand import PortsAtHand
from .resources import require_page, resource, surroundings
from .sights import looking

READ_AT_ONCE: Final = 200
"""People or resources of each stream that are read by one question."""
ROUNDS: Final = 10
"""How often both streams are read on for one page."""

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
            visible_to(organization, type_, Viewer.at(ports.now, each))
            for each in (facts, await self.otherwise(ports, facts))
        )

        async def step(
            after: ResourceCursor | None,
        ) -> tuple[list[tuple[Difference, ResourceCursor]], ResourceCursor | None]:
            return await compared(ports, before, then, after=after)

        return await page(step, after=self.after, limit=self.limit, loud=QUIET)


def visible_to(organization: Organization, type_: str, viewer: Viewer, /) -> ResourceQuery:
    """Return the question which resources of a type a viewer sees."""
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


async def read_group(ports: PortsAtHand, id: GroupId, /) -> Group:  # noqa: A002 - positional
    """Return a group; raise `NotFound` for one that is not there."""
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
        group = await read_group(ports, self.group)
        return previews.as_member(facts, group) if self.member else previews.as_stranger(facts, group)
