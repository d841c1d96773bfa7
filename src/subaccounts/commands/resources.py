"""Resources: put, remove, read, list. Who takes part in one is `rosters`, who sees one is `sights`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, final

from attrs import evolve, frozen

from ..domain import authority, resources
from ..domain.actor import Actor
from ..domain.audience import Audience
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.group import Group
from ..domain.ids import ApplicationId, GroupId, OrganizationId, ResourceId, resource_type
from ..domain.organization import Organization
from ..domain.queries import LARGEST_PAGE, LONGEST_SEARCH, require_page
from ..domain.resource import Resource, name_key
from ..domain.resources import MOST_RESOURCES, ResourceDraft, ResourceLine, Surroundings
from ..domain.sights import ResourceCursor, ResourceQuery
from ..domain.text import clean_text
from ..domain.widening import QUIET, Loud
from ..errors import NotFound, TooMany
from . import organizations
from .command import Change, Command
from .ports_at_hand import PortsAtHand


async def resource(ports: PortsAtHand, id: ResourceId, /) -> Resource:  # noqa: A002 - positional
    """Return a resource, removed or not; raise `NotFound`."""
    found = await ports.repository.resources((id,))
    if not found:
        raise NotFound(what="resource")
    return found[0]


def prefix_key(text: str, /) -> str:
    """Return what names begin with that begin like a text somebody typed. Raises `InvalidValue` for what is no text."""
    return name_key(clean_text(text, field="prefix", longest=LONGEST_SEARCH, shortest=0))


async def surroundings(
    ports: PortsAtHand, organization: Organization, drafts: Sequence[ResourceDraft], /
) -> Surroundings:
    """Read what drafts are judged against: at most four questions, the organization's groups where an application is named, and a
    look at each roster that would be shown again.

    Raises `TooMany` for audiences that name more than can be judged at once.
    """
    ours = [draft.id for draft in drafts if draft.id.organization == organization.id]
    stored = {each.id: each for each in await ports.repository.resources(ours)} if ours else {}
    drafted = [draft.audience for draft in drafts]
    entries = [each for each in _ours(organization, drafted) if not isinstance(each, GroupId)]
    named = _ours(organization, (*drafted, *(each.audience for each in stored.values())))
    groups = {each for each in named if isinstance(each, GroupId)}
    found = await ports.repository.groups(groups) if groups else ()
    inside = [*(draft.application for draft in drafts), *(each.application for each in stored.values())]
    opening = await _opening(ports, organization.id, {each for each in inside if each is not None})
    catalog = await ports.repository.catalog_entries(entries) if entries else ()
    return Surroundings(
        organization=organization.id,
        ungrouped=organization.ungrouped,
        stored=stored,
        groups={each.id: each for each in (*found, *opening)},
        entries={entry.id: entry for entry in catalog},
        kept=await _kept(ports, stored, drafts),
        now=ports.now,
    )


async def _kept(
    ports: PortsAtHand, stored: Mapping[ResourceId, Resource], drafts: Sequence[ResourceDraft]
) -> frozenset[ResourceId]:
    """Return those on whose rosters somebody is, of the resources whose drafts would show them again."""
    asked = {draft.id for draft in drafts if draft.id in stored and resources.may_wake(stored[draft.id], draft)}
    return frozenset([each for each in asked if await ports.repository.participants_page(each, after=None, limit=1)])


def _ours(organization: Organization, audiences: Sequence[Audience]) -> list[resources.AudienceMember]:
    return [each for each in resources.members_at_once(audiences) if each.organization == organization.id]


async def _opening(
    ports: PortsAtHand, organization: OrganizationId, applications: Collection[ApplicationId]
) -> list[Group]:
    """Return the groups that one of the applications was added to, whoever can be in them; of all others nothing is kept."""
    found: list[Group] = []
    after: str | None = None
    while applications:
        page = await ports.repository.groups_page(organization, after=after, limit=LARGEST_PAGE)
        found += [group for group in page if not group.applications.isdisjoint(applications)]
        if len(page) < LARGEST_PAGE:
            break
        after = page[-1].id.value
    return found


@frozen(kw_only=True)
class _ResourcesChange(Change[tuple[ResourceLine, ...]]):
    """Be what changes of resources share: an actor, and the organization that they are of."""

    action: ClassVar[Action] = Action.CHANGE_RESOURCES
    receipt: ClassVar[Any] = tuple[ResourceLine, ...]
    actor: Actor
    organization: OrganizationId

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def permit(self, ports: PortsAtHand, lines: Sequence[object], /) -> Organization:
        """Let the actor change so many resources of the organization, which is answered.

        Raises `NotAllowed`, `NotFound` without organization, `TooMany`.
        """
        organization = await organizations.permitted(ports, self.actor, self.action, self.organization)
        if len(lines) > MOST_RESOURCES:
            raise TooMany(what="resources", limit=MOST_RESOURCES)
        return organization


@final
@frozen(kw_only=True)
class PutResources(_ResourcesChange):
    """Make resources, or change them into what is said of them now, by the host's own ids; at most 1,000, an answer for each.

    A resource that was removed comes back. What would be opened to everybody or to people from outside is refused with
    `WidensSight` until it is among the `accepting`; `PreviewResource` says who would gain and lose. A line is refused
    with `InvalidValue` too, and with `FieldRefused` for what its audience names and is not there or not in use any more;
    the other lines go through together. Raises `TooMany`, `NotFound` without organization.
    """

    resources: tuple[ResourceDraft, ...]
    accepting: frozenset[Loud] = QUIET

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[ResourceLine, ...]]:
        """Make or change the resources whose lines are good."""
        organization = await self.permit(ports, self.resources)
        around = await surroundings(ports, organization, self.resources)
        return resources.put(self.resources, around, accepting=self.accepting, by=authority.by(self.actor))


@final
@frozen(kw_only=True)
class RemoveResources(_ResourcesChange):
    """Have nobody see resources any more; at most 1,000, an answer for each. Their rosters are kept.

    Nothing is opened by that, so there is nothing to accept. Raises `TooMany`, `NotFound` without organization.
    """

    resources: tuple[ResourceId, ...]

    async def decide(self, ports: PortsAtHand, /) -> Decision[tuple[ResourceLine, ...]]:
        """Remove the resources that are there."""
        organization = await self.permit(ports, self.resources)
        ours = [each for each in self.resources if each.organization == self.organization]
        found = await ports.repository.resources(ours) if ours else ()
        around = Surroundings(
            organization=self.organization,
            ungrouped=organization.ungrouped,
            stored={each.id: each for each in found},
            groups={},
            entries={},
            now=ports.now,
        )
        return resources.remove(self.resources, around, by=authority.by(self.actor))


@final
@frozen(kw_only=True)
class ReadResource(Command[Resource]):
    """Read one resource, as it was put last; one that was removed says since when. Raises `NotFound`."""

    action: ClassVar[Action] = Action.READ_RESOURCES
    actor: Actor
    resource: ResourceId

    async def run(self, ports: PortsAtHand, /) -> Resource:
        """Answer the resource."""
        authority.permit(self.actor, self.action, organization=self.resource.organization)
        return await resource(ports, self.resource)


@final
@frozen(kw_only=True)
class ResourcePage:
    """Answer a page of resources; `after` asks for the next one, None on the last."""

    resources: tuple[Resource, ...]
    after: ResourceCursor | None

    @classmethod
    async def read(cls, ports: PortsAtHand, query: ResourceQuery, /) -> ResourcePage:
        """Read the page of a query, and whether there is another."""
        found = await ports.repository.resources_page(evolve(query, limit=query.limit + 1))
        page = found[: query.limit]
        return cls(resources=page, after=ResourceCursor.at(page[-1]) if len(found) > query.limit else None)


@final
@frozen(kw_only=True)
class ListResources(Command[ResourcePage]):
    """List the resources of one type that were not removed, ordered by name, at most `limit` after `after`.

    `prefix` is what their names begin with; case and compatibility forms do not count. Who sees them is not asked: see
    `ListVisible`. Raises `InvalidValue` for a type or a prefix that is none, `TooMany` for a limit outside 1 to 1,000,
    `NotFound` without organization.
    """

    action: ClassVar[Action] = Action.READ_RESOURCES
    actor: Actor
    organization: OrganizationId
    type: str
    prefix: str = ""
    after: ResourceCursor | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> ResourcePage:
        """Answer a page of resources."""
        organization = await organizations.permitted(ports, self.actor, self.action, self.organization)
        require_page(self.limit, of="resources")
        query = ResourceQuery(
            organization=self.organization,
            type=resource_type(self.type),
            viewer=None,
            ungrouped=organization.ungrouped,
            prefix=prefix_key(self.prefix),
            after=self.after,
            limit=self.limit,
        )
        return await ResourcePage.read(ports, query)
