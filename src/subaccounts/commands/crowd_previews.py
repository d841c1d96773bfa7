"""What would change for many people at once: the members of a group that is otherwise, the people below a department that moves.

Nothing here writes. People come one after the other, and what each would gain and lose by name: a few people and a bounded
number of questions for each page, however many there are. What is asked of one person or one resource is `previews`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final, Generic, final

from attrs import evolve, frozen

from ..domain import authority, previews
from ..domain.actor import Actor
from ..domain.audience import MOST_NAMED
from ..domain.authority import Action
from ..domain.group import Group
from ..domain.ids import ApplicationId, DepartmentId, GroupId, SubAccountId, resource_type
from ..domain.organization import Organization
from ..domain.previews import BelowCursor, MemberCursor
from ..domain.queries import PeopleCursor, PeopleQuery, require_page
from ..domain.sights import ResourceCursor
from ..domain.viewer import LIVING, Viewer, ViewerFacts
from ..domain.widening import QUIET, Difference, alike, group_warnings
from ..errors import NotFound, TooMany
from . import organizations
from .catalogs import Move, moved
from .command import Command
from .groups import group_of
from .ports_at_hand import PortsAtHand
from .preview_pages import C, PreviewPage, Told, Views, page

AT_ONCE: Final = 10
"""People whose resources are compared in one round."""


@final
@frozen(kw_only=True)
class Each(Generic[C]):
    """Hold one of many people as it is and as it would be.

    `behind` is the last resource that was told of for it, None where nothing was yet. `at` makes the cursor that points at it
    and at a `resource`.
    """

    before: ViewerFacts
    then: ViewerFacts
    behind: ResourceCursor | None
    at: Callable[..., C]


async def _told(
    ports: PortsAtHand, organization: Organization, type_: str, crowd: Sequence[Each[C]], /, *, on: C | None
) -> Told[C]:
    """Tell what each gains and loses; `on` is the cursor behind all of them.

    Whoever has more to tell than is read at once is where the next step begins.
    """
    found: list[tuple[Difference, C]] = []
    for each in crowd:
        was, becomes = (Viewer.at(ports.now, facts) for facts in (each.before, each.then))
        if alike(was, becomes):
            continue
        views = Views(organization=organization, type=type_, before=was, then=becomes)
        told, until = await views.told(ports, each.behind)
        found += [(difference, each.at(resource=at)) for difference, at in told]
        if until is not None:
            return found, each.at(resource=until)
    return found, on


@final
@frozen(kw_only=True)
class PreviewGroup(Command[PreviewPage[MemberCursor]]):
    """Say what the members of a group would gain and lose of one type of resources if the group were otherwise.

    They come in the order of their ids, and what each gains and loses by name. `allows_external` and `applications` are as
    they would be, None as they are; `retired` asks what retiring it would do. Raises `NotFound` for the group and for an
    application of another organization, `InvalidValue` for a type that is none, `TooMany` for a limit outside 1 to 1,000 and
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
        before = await group_of(ports, self.group)
        then = self._otherwise(before, ports)

        async def step(after: MemberCursor | None) -> Told[MemberCursor]:
            people, on = await self._members(ports, after)
            crowd = [
                Each(
                    before=previews.as_group(facts, before),
                    then=previews.as_group(facts, then),
                    behind=after.resource if after is not None and after.person == at else None,
                    at=partial(MemberCursor, person=at),
                )
                for facts, at in ((each, each.sub_account.id.value) for each in people)
            ]
            return await _told(ports, organization, type_, crowd, on=on)

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
        members = await ports.repository.members_page(self.group, after=behind, limit=AT_ONCE)
        people = [*halfway, *(each.person.value for each in members)]
        ids = [SubAccountId(organization=self.group.organization, value=each) for each in people]
        facts = await ports.repository.viewer_facts(ids) if ids else ()
        return facts, MemberCursor(person=people[-1]) if len(members) == AT_ONCE else None


@final
@frozen(kw_only=True)
class PreviewDepartment(Command[PreviewPage[BelowCursor]]):
    """Say what the people in a department, and below it, would gain and lose of one type of resources if it were moved.

    They come in the order of their logins, and what each gains and loses by name. `parent` is the department that it would be
    below, None the top. Raises what `MoveDepartment` is refused with (`NotFound`, `CycleRefused`, `NameTaken`, `WrongState`,
    `FieldRefused`, `TooMany`), `InvalidValue` for a type that is none, `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.PREVIEW_SIGHT
    actor: Actor
    department: DepartmentId
    parent: DepartmentId | None
    type: str
    after: BelowCursor | None = None
    limit: int = 50

    async def run(self, ports: PortsAtHand, /) -> PreviewPage[BelowCursor]:
        """Answer a page of what people gain and lose."""
        type_ = resource_type(self.type)
        organization = await organizations.permitted(ports, self.actor, self.action, self.department.organization)
        require_page(self.limit, of="differences")
        move = await moved(ports, self.department, self.parent, by=authority.by(self.actor))

        async def step(after: BelowCursor | None) -> Told[BelowCursor]:
            people, on = await self._people(ports, move, after)
            crowd = [
                Each(
                    before=facts,
                    then=await _once_moved(ports, facts, move),
                    behind=after.resource if after is not None and after.person == at else None,
                    at=partial(BelowCursor, person=at),
                )
                for facts, at in people
            ]
            return await _told(ports, organization, type_, crowd, on=on)

        return await page(step, after=self.after, limit=self.limit, loud=QUIET)

    async def _people(
        self, ports: PortsAtHand, move: Move, after: BelowCursor | None
    ) -> tuple[list[tuple[ViewerFacts, PeopleCursor]], BelowCursor | None]:
        """Return the next people with what decides of them, whoever was not at its end first, and the cursor behind them."""
        query = PeopleQuery(
            organization=self.department.organization,
            departments=move.departments,
            states=LIVING,
            after=after.person if after is not None else None,
            limit=AT_ONCE,
        )
        found = [
            PeopleCursor(login_key=each.login.key, id=each.id.value)
            for each in await ports.repository.people_page(query)
        ]
        halfway = [after.person] if after is not None and after.resource is not None else []
        people = [*halfway, *found]
        ids = [SubAccountId(organization=self.department.organization, value=each.id) for each in people]
        facts = {each.sub_account.id.value: each for each in await ports.repository.viewer_facts(ids)} if ids else {}
        on = BelowCursor(person=people[-1]) if len(found) == AT_ONCE else None
        return [(facts[each.id], each) for each in people if each.id in facts], on


async def _once_moved(ports: PortsAtHand, facts: ViewerFacts, move: Move) -> ViewerFacts:
    """Return what would be stored of a person once the department is moved."""
    elsewhere = facts.sub_account.profile.departments - move.departments
    kept = await ports.repository.lineage(elsewhere) if elsewhere else frozenset()
    return previews.as_moved(facts, below=move.departments, above=move.parents, elsewhere=kept)
