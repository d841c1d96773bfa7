"""What would change: who gains the sight of what and who loses it, before it is done, and what has to be said loudly.

Nothing here writes. How a page comes to be is `preview_pages`; changes that concern many people are `crowd_previews`.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, final

from attrs import frozen

from ..domain import previews, resources
from ..domain.actor import Actor
from ..domain.adding import check_entries
from ..domain.authority import Action
from ..domain.fields import DEPARTMENTS, MOST_VALUES, Kind
from ..domain.ids import DepartmentId, GroupId, ResourceId, SubAccountId, resource_type
from ..domain.organization import Organization
from ..domain.queries import PeopleCursor, require_page
from ..domain.resources import ResourceDraft
from ..domain.sights import ResourceCursor
from ..domain.viewer import Viewer, ViewerFacts
from ..domain.widening import QUIET, Loud
from ..errors import FieldRefused, NotFound
from . import organizations
from .command import Command
from .editing import require_move
from .groups import group_of
from .ports_at_hand import PortsAtHand
from .preview_pages import PreviewPage, Showings, Views, page
from .resources import resource, surroundings
from .sights import looking


@final
@frozen(kw_only=True)
class PreviewResource(Command[PreviewPage[PeopleCursor]]):
    """Say who would gain and who would lose the sight of a resource that is put as `becomes` says, ordered by login.

    An id alone asks what removing it would do. Raises what a line of `PutResources` is refused with, `NotFound` for what
    is to be removed and is not there, `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.PREVIEW_SIGHT
    actor: Actor
    becomes: ResourceDraft | ResourceId
    after: PeopleCursor | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> PreviewPage[PeopleCursor]:
        """Answer a page of people."""
        id_ = self.becomes if isinstance(self.becomes, ResourceId) else self.becomes.id
        organization = await organizations.permitted(ports, self.actor, self.action, id_.organization)
        require_page(self.limit, of="people")
        showings, loud = await self._change(ports, organization, id_)
        return await page(lambda after: showings.told(ports, after), after=self.after, limit=self.limit, loud=loud)

    async def _change(
        self, ports: PortsAtHand, organization: Organization, id_: ResourceId
    ) -> tuple[Showings, frozenset[Loud]]:
        """Return the resource as it is and as it would be, and what is loud of that."""
        if isinstance(self.becomes, ResourceId):
            found = await resource(ports, self.becomes)
            return Showings(organization=organization, resource=id_, before=found, then=None), QUIET
        around = await surroundings(ports, organization, (self.becomes,))
        before, then = around.before(id_), resources.drafted(self.becomes, around)
        showings = Showings(organization=organization, resource=id_, before=before, then=then)
        return showings, resources.opening(before, then, around)


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
        then = await self.otherwise(ports, facts)
        views = Views(
            organization=organization,
            type=type_,
            before=Viewer.at(ports.now, facts),
            then=Viewer.at(ports.now, then),
        )
        return await page(lambda after: views.told(ports, after), after=self.after, limit=self.limit, loud=QUIET)


@final
@frozen(kw_only=True)
class PreviewPerson(_PreviewOfPerson):
    """Say which resources of one type a person would gain and lose with another kind, archived or back, in other departments.

    None leaves a part as it is. Raises `NotFound` for the person, `FieldRefused` for departments that it could not be put in
    (`unknown`, `retired`, `too_many`) or not by who asks (`not_supplied_by_you`), `InvalidValue` for a type that is none,
    `TooMany` for a limit outside 1 to 1,000.
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
        if self.departments is not None:
            await require_move(ports, self.actor, self.action, facts.sub_account, self.departments)
        lineage = await ports.repository.lineage(asked) if asked else frozenset()
        return previews.as_other(
            facts,
            kind=self.kind,
            archived=self.archived,
            departments=self.departments,
            lineage=lineage,
            now=ports.now,
        )


@final
@frozen(kw_only=True)
class PreviewMembership(_PreviewOfPerson):
    """Say which resources of one type a person would gain and lose by being added to a group, or taken out of it.

    Added is as a member from this moment and without an end; who is invited instead, as who waits for a first sign-in is, has
    that once it accepts. A person from outside gains nothing by a group that takes none, and nobody by a retired one.
    Raises `NotFound` for the person and the group, `InvalidValue` for a type that is none, `TooMany` for a limit outside 1
    to 1,000.
    """

    group: GroupId
    member: bool

    async def otherwise(self, ports: PortsAtHand, facts: ViewerFacts, /) -> ViewerFacts:
        """Return the person inside or outside the group."""
        if self.group.organization != self.person.organization:
            raise NotFound(what="group")
        group = await group_of(ports, self.group)
        return previews.as_member(facts, group) if self.member else previews.as_stranger(facts, group)
