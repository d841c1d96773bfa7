"""What would change: who gains the sight of what and who loses it, before it is done, and what has to be said loudly.

Nothing here writes. How a page comes to be is `preview_pages`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final, final

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
from ..domain.previews import MemberCursor
from ..domain.queries import PeopleCursor
from ..domain.resources import ResourceDraft
from ..domain.sights import ResourceCursor
from ..domain.viewer import Viewer, ViewerFacts
from ..domain.widening import QUIET, Difference, Loud, alike, group_warnings
from ..errors import FieldRefused, NotFound, TooMany
from . import organizations
from .command import Command
from .editing import require_move
from .ports_at_hand import PortsAtHand
from .preview_pages import PreviewPage, Showings, Told, Views, page
from .resources import require_page, resource, surroundings
from .sights import looking

MEMBERS_AT_ONCE: Final = 10
"""Members of a group whose resources are compared in one round."""


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
            before = found if found.removed_at is None else None
            return Showings(organization=organization, resource=id_, before=before, then=None), QUIET
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
    `TooMany` for a limit outside 1 to 999.
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


async def _group(ports: PortsAtHand, id: GroupId) -> Group:  # noqa: A002 - positional
    found = await ports.repository.groups((id,))
    if not found:
        raise NotFound(what="group")
    return found[0]


@final
@frozen(kw_only=True)
class PreviewMembership(_PreviewOfPerson):
    """Say which resources of one type a person would gain and lose by being added to a group, or taken out of it.

    Added is as a member from this moment and without an end; who is invited instead, as who waits for a first sign-in is, has
    that once it accepts. A person from outside gains nothing by a group that takes none, and nobody by a retired one.
    Raises `NotFound` for the person and the group, `InvalidValue` for a type that is none, `TooMany` for a limit outside 1
    to 999.
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
    they would be, None as they are; `retired` asks what retiring it would do. Raises `NotFound` for the group and for an
    application of another organization, `InvalidValue` for a type that is none, `TooMany` for a limit outside 1 to 999 and
    for more than 1,000 applications.
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

        async def step(after: MemberCursor | None) -> Told[MemberCursor]:
            people, on = await self._members(ports, after)
            found: list[tuple[Difference, MemberCursor]] = []
            for facts in people:
                was, becomes = (Viewer.at(ports.now, previews.as_group(facts, each)) for each in (before, then))
                if alike(was, becomes):
                    continue
                person, views = was.id.value, Views(organization=organization, type=type_, before=was, then=becomes)
                behind = after.resource if after is not None and after.person == person else None
                told, until = await views.told(ports, behind)
                found += [(each, MemberCursor(person=person, resource=at)) for each, at in told]
                if until is not None:
                    return found, MemberCursor(person=person, resource=until)
            return found, on

        return await page(step, after=self.after, limit=self.limit, loud=group_warnings(before, then))

    def _otherwise(self, group: Group, ports: PortsAtHand) -> Group:
        applications = group.applications if self.applications is None else self.applications
        if any(each.organization != group.id.organization for each in applications):
            raise NotFound(what="application")
        if len(applications) > MOST_NAMED:
            raise TooMany(what="applications", limit=MOST_NAMED)
        return evolve(
            group,
            allows_external=group.allows_external if self.allows_external is None else self.allows_external,
            applications=applications,
            retired_at=ports.now if self.retired else group.retired_at,
        )

    async def _members(
        self, ports: PortsAtHand, after: MemberCursor | None
    ) -> tuple[Sequence[ViewerFacts], MemberCursor | None]:
        """Return the next members with what decides of them, whoever was not at its end first, and the cursor behind them."""
        halfway = [after.person] if after is not None and after.resource is not None else []
        behind = after.person if after is not None else None
        members = await ports.repository.members_page(self.group, after=behind, limit=MEMBERS_AT_ONCE)
        people = [*halfway, *(each.person.value for each in members)]
        ids = [SubAccountId(organization=self.group.organization, value=each) for each in people]
        facts = await ports.repository.viewer_facts(ids) if ids else ()
        return facts, MemberCursor(person=people[-1]) if len(members) == MEMBERS_AT_ONCE else None
