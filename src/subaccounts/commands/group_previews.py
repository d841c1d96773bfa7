"""What the members of a group would gain and lose if the group were otherwise. What every preview has in common is `previews`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, final

from attrs import evolve, frozen

from ..domain import previews
from ..domain.actor import Actor
from ..domain.audience import MOST_NAMED
from ..domain.authority import Action
from ..domain.group import Group
from ..domain.ids import ApplicationId, GroupId, SubAccountId, resource_type
from ..domain.previews import MemberCursor
from ..domain.sights import ResourceCursor, ResourceQuery
from ..domain.viewer import Viewer, ViewerFacts
from ..domain.widening import Difference, alike, group_warnings
from ..errors import NotFound, TooMany
from . import organizations
from .command import Command
from .ports_at_hand import PortsAtHand
from .previews import PreviewPage, compared, page, read_group, visible_to
from .resources import require_page

MEMBERS_AT_ONCE: Final = 10
"""Members of a group whose resources are compared in one round."""


@final
@frozen(kw_only=True)
class PreviewGroup(Command[PreviewPage[MemberCursor]]):
    """Say what the members of a group would gain and lose of one type of resources if the group were otherwise.

    They come in the order of their ids, and what each gains and loses by name. `allows_external` and `applications` are as
    they would be, None as they are; `retired` asks what retiring it would do. Raises `NotFound` for the group
    and for an application of another organization, `InvalidValue` for a type that is none, `TooMany` for a limit
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
        before = await read_group(ports, self.group)
        then = self._otherwise(before, ports)

        async def step(after: MemberCursor | None) -> tuple[list[tuple[Difference, MemberCursor]], MemberCursor | None]:
            people, on = await self._members(ports, after)
            found: list[tuple[Difference, MemberCursor]] = []
            for facts in people:
                was, becomes = (
                    visible_to(organization, type_, Viewer.at(ports.now, each))
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
            raise NotFound(what="application")
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
