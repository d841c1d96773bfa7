"""Who sees what: one person and one resource, with why; the resources a person sees; the people who see a resource.

Every answer says why. Of many it is told in ids, without reading what those are called; `MaySee` names everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, final

from attrs import frozen

from ..domain.actor import Actor, SignedIn
from ..domain.audience import Ungrouped
from ..domain.authority import Action
from ..domain.explained import ExplainedSight, labels, nameless, own
from ..domain.ids import GroupId, ResourceId, SubAccountId, resource_type
from ..domain.openings import Openings
from ..domain.organization import Organization
from ..domain.queries import LARGEST_PAGE, PeopleCursor, require_page
from ..domain.resource import Resource
from ..domain.sights import ResourceCursor, ResourceQuery, ViewersQuery
from ..domain.sub_account import SubAccount
from ..domain.viewer import Viewer, ViewerFacts
from ..domain.visibility import Sight, explain
from ..errors import NotFound, Stale, TooMany
from . import organizations
from .command import Command, R
from .ports_at_hand import PortsAtHand
from .resources import ResourcePage, prefix_key, resource


async def looking(
    ports: PortsAtHand, actor: Actor, action: Action, person: SubAccountId, /
) -> tuple[Organization, ViewerFacts]:
    """Return what decides of a person what it sees, if the actor is allowed to ask; with the organization.

    Raises `NotAllowed`, `NotFound` for who is deleted or unknown, `Stale` for who changed between the two reads.
    """
    known = await ports.permitted(actor, action, person)
    for facts in await ports.repository.viewer_facts((person,)):
        if facts.sub_account == known.sub_account:
            return known.organization, facts
    raise Stale  # allowed as one that it is no more: who was deleted meanwhile is not told of as somebody who sees nothing


@frozen(kw_only=True)
class _Look(Command[R]):
    """Be what questions about one person share: who asks, and about whom."""

    action: ClassVar[Action] = Action.READ_SIGHT
    actor: Actor
    person: SubAccountId

    async def viewer(self, ports: PortsAtHand, /) -> tuple[Organization, Viewer]:
        """Return the person as a viewer now, with its organization. Raises `NotAllowed`, `NotFound`."""
        organization, facts = await looking(ports, self.actor, self.action, self.person)
        return organization, Viewer.at(ports.now, facts)


@final
@frozen(kw_only=True)
class MaySee(_Look[ExplainedSight]):
    """Say whether a person sees a resource, and why: the chain of facts, and what everything in it is called.

    `subaccounts.messages.sight_sentences` makes sentences of it. Who asks for itself is not told what a resource is called that
    it does not see, nor groups and entries that it has nothing to do with: those are left as ids. Raises `NotFound` for the
    person and for the resource.
    """

    resource: ResourceId

    async def run(self, ports: PortsAtHand, /) -> ExplainedSight:
        """Answer the sight."""
        organization, viewer = await self.viewer(ports)
        if self.resource.organization != organization.id:
            raise NotFound(what="resource")
        found = await resource(ports, self.resource)
        sight = explain(viewer, found, organization.ungrouped)
        veiled = isinstance(self.actor, SignedIn) and not sight.visible
        named = nameless(sight) & own(viewer) if veiled else nameless(sight)
        groups = [each for each in named if isinstance(each, GroupId)]
        entries = [each for each in named if not isinstance(each, GroupId)]
        return ExplainedSight(
            sight=sight,
            resource=found.id,
            name=found.id.value if veiled else found.name,
            labels=labels(
                await ports.repository.groups(groups) if groups else (),
                await ports.repository.catalog_entries(entries) if entries else (),
            ),
        )


@final
@frozen(kw_only=True)
class VisibleAmong(_Look[frozenset[ResourceId]]):
    """Say which of these resources a person sees, at most 1,000: what a host found in its own way and would show.

    A resource that does not exist is seen by nobody and is not among them: the host's search can know of one before it was
    put. Raises `NotFound` for the person and for a resource of another organization, `TooMany`.
    """

    resources: frozenset[ResourceId]

    async def run(self, ports: PortsAtHand, /) -> frozenset[ResourceId]:
        """Answer the resources that the person sees."""
        if len(self.resources) > LARGEST_PAGE:
            raise TooMany(what="resources", limit=LARGEST_PAGE)
        organization, viewer = await self.viewer(ports)
        if any(each.organization != organization.id for each in self.resources):
            raise NotFound(what="resource")
        if not self.resources:
            return frozenset()
        return await ports.repository.visible_among(viewer, self.resources, ungrouped=organization.ungrouped)


@frozen(kw_only=True)
class _LookAround(_Look[R]):
    """Be what questions about everything that a person sees share: of which type, and how its name begins."""

    type: str
    prefix: str = ""

    async def query(
        self, ports: PortsAtHand, /, *, after: ResourceCursor | None = None, limit: int = 1
    ) -> tuple[Viewer, ResourceQuery]:
        """Return the person as a viewer and the query. Raises `NotAllowed`, `NotFound`, and `InvalidValue` for a type or a prefix that is none."""
        type_, prefix = resource_type(self.type), prefix_key(self.prefix)
        organization, viewer = await self.viewer(ports)
        query = ResourceQuery(
            organization=organization.id,
            type=type_,
            viewer=viewer,
            ungrouped=organization.ungrouped,
            prefix=prefix,
            after=after,
            limit=limit,
        )
        return viewer, query


@final
@frozen(kw_only=True)
class VisiblePage:
    """Answer a page of resources that a person sees, and why it sees each, in the same order; `after` asks for the next."""

    resources: tuple[Resource, ...]
    sights: tuple[Sight, ...]
    after: ResourceCursor | None


@final
@frozen(kw_only=True)
class ListVisible(_LookAround[VisiblePage]):
    """List the resources of one type that a person sees, ordered by name, at most `limit` after `after`.

    `prefix` is what their names begin with; case and compatibility forms do not count. Raises `NotFound` for the person,
    `InvalidValue` for a type or a prefix that is none, `TooMany` for a limit outside 1 to 1,000.
    """

    after: ResourceCursor | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> VisiblePage:
        """Answer a page of resources."""
        require_page(self.limit, of="resources")
        viewer, query = await self.query(ports, after=self.after, limit=self.limit)
        page = await ResourcePage.read(ports, query)
        sights = tuple(explain(viewer, each, query.ungrouped) for each in page.resources)
        return VisiblePage(resources=page.resources, sights=sights, after=page.after)


@final
@frozen(kw_only=True)
class VisibleCount:
    """Answer how many resources a person sees, and what of the person and of the organization decided that."""

    number: int
    viewer: Viewer
    ungrouped: Ungrouped


@final
@frozen(kw_only=True)
class CountVisible(_LookAround[VisibleCount]):
    """Count the resources of one type that a person sees. Raises what `ListVisible` raises."""

    async def run(self, ports: PortsAtHand, /) -> VisibleCount:
        """Answer how many there are."""
        viewer, query = await self.query(ports)
        number = await ports.repository.resources_count(query)
        return VisibleCount(number=number, viewer=viewer, ungrouped=query.ungrouped)


@final
@frozen(kw_only=True)
class OpenableApplications(_Look[Openings]):
    """Say which applications a person can open: every one for employees, for others those of their groups, and which opens which.

    Raises `NotFound` for the person.
    """

    async def run(self, ports: PortsAtHand, /) -> Openings:
        """Answer what the person can open."""
        _, facts = await looking(ports, self.actor, self.action, self.person)
        return Openings.at(ports.now, facts)


@final
@frozen(kw_only=True)
class ViewersPage:
    """Answer a page of people who see a resource, and why each does, in the same order; `after` asks for the next page."""

    people: tuple[SubAccount, ...]
    sights: tuple[Sight, ...]
    after: PeopleCursor | None


@final
@frozen(kw_only=True)
class WhoSees(Command[ViewersPage]):
    """List the people who see a resource now, ordered by login, at most `limit` after `after`.

    Who waits for a first sign-in is among them. The resource is the organization's, so that a role over an account or a
    department does not reach it. Raises `NotFound` for the resource, `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.READ_VIEWERS
    actor: Actor
    resource: ResourceId
    after: PeopleCursor | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> ViewersPage:
        """Answer a page of people."""
        organization = await organizations.permitted(ports, self.actor, self.action, self.resource.organization)
        require_page(self.limit, of="people")
        query = ViewersQuery(
            resource=await resource(ports, self.resource),
            ungrouped=organization.ungrouped,
            at=ports.now,
            after=self.after,
            limit=self.limit + 1,
        )
        found = await ports.repository.viewers_page(query)
        page = found[: self.limit]
        after = PeopleCursor(login_key=page[-1].login.key, id=page[-1].id.value) if len(found) > self.limit else None
        people, sights = await _still_seeing(ports, query, page)
        return ViewersPage(people=people, sights=sights, after=after)


async def _still_seeing(
    ports: PortsAtHand, query: ViewersQuery, page: Sequence[SubAccount]
) -> tuple[tuple[SubAccount, ...], tuple[Sight, ...]]:
    """Return why each of a page sees the resource; who lost the sight of it between the two reads is left out.

    Raises `Stale` where somebody was renamed between them: the page would be ordered by a login that it does not show.
    """
    ids = [person.id for person in page]
    facts = {each.sub_account.id: each for each in (await ports.repository.viewer_facts(ids) if ids else ())}
    if any(facts[person.id].sub_account.login.key != person.login.key for person in page if person.id in facts):
        raise Stale
    looks = [
        (facts[id_], explain(Viewer.at(ports.now, facts[id_]), query.resource, query.ungrouped))
        for id_ in ids
        if id_ in facts
    ]
    seeing = [(each.sub_account, sight) for each, sight in looks if sight.visible]
    return tuple(person for person, _ in seeing), tuple(sight for _, sight in seeing)
