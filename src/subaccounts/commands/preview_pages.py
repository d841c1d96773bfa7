"""Pages of previews: two sorted streams read side by side, as it is and as it would be, in a bounded number of questions.

Where much is the same and little differs, a page can hold less than was asked for, or nothing, and goes on all the same. A
preview is no snapshot: what others do between two questions shows in the second. What is previewed is `previews`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar, final

from attrs import frozen

from ..domain import previews
from ..domain.ids import ResourceId
from ..domain.organization import Organization
from ..domain.previews import Stretch
from ..domain.queries import PeopleCursor
from ..domain.resource import Resource
from ..domain.sights import ResourceCursor, ResourceQuery, ViewersQuery
from ..domain.sub_account import SubAccount
from ..domain.viewer import Viewer
from ..domain.widening import Difference, Loud
from .command import R
from .ports_at_hand import PortsAtHand

READ_AT_ONCE: Final = 200
"""People or resources of each stream that are read by one question."""
ROUNDS: Final = 10
"""How often both streams are read on for one page."""

C = TypeVar("C")
Told = tuple[list[tuple[Difference, C]], C | None]
"""Differences, each with the cursor behind it, and up to where was read; None is the end."""
Step = Callable[[C | None], Awaitable[Told[C]]]
"""What is told of what comes after a cursor."""


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


@final
@frozen(kw_only=True)
class Views:
    """Hold a person as it is and as it would be, looking at the resources of one type."""

    organization: Organization
    type: str
    before: Viewer
    then: Viewer

    async def told(self, ports: PortsAtHand, after: ResourceCursor | None, /) -> Told[ResourceCursor]:
        """Read on what it sees and what it would see, and compare."""
        had, has = [await self._seen(ports, viewer, after) for viewer in (self.before, self.then)]
        found = previews.compared(had, has, key=lambda each: (each.name_key, each.id.value))
        told = [
            (Difference(person=self.before.id, resource=each.id, gains=gains), ResourceCursor.at(each))
            for each, gains in found.differing
        ]
        return told, ResourceCursor.at(found.until) if found.until is not None else None

    async def _seen(self, ports: PortsAtHand, viewer: Viewer, after: ResourceCursor | None) -> Stretch[Resource]:
        query = ResourceQuery(
            organization=self.organization.id,
            type=self.type,
            viewer=viewer,
            ungrouped=self.organization.ungrouped,
            after=after,
            limit=READ_AT_ONCE,
        )
        return _stretch(await ports.repository.resources_page(query))


@final
@frozen(kw_only=True)
class Showings:
    """Hold a resource as it is and as it would be, shown to the people of the organization; None is one that nobody sees."""

    organization: Organization
    resource: ResourceId
    before: Resource | None
    then: Resource | None

    async def told(self, ports: PortsAtHand, after: PeopleCursor | None, /) -> Told[PeopleCursor]:
        """Read on who sees it and who would see it, and compare."""
        had, has = [await self._seeing(ports, shown, after) for shown in (self.before, self.then)]
        found = previews.compared(had, has, key=lambda person: (person.login.key, person.id.value))
        told = [
            (Difference(person=person.id, resource=self.resource, gains=gains), _behind(person))
            for person, gains in found.differing
        ]
        return told, _behind(found.until) if found.until is not None else None

    async def _seeing(
        self, ports: PortsAtHand, shown: Resource | None, after: PeopleCursor | None
    ) -> Stretch[SubAccount]:
        if shown is None:
            return Stretch()
        query = ViewersQuery(
            resource=shown, ungrouped=self.organization.ungrouped, at=ports.now, after=after, limit=READ_AT_ONCE
        )
        return _stretch(await ports.repository.viewers_page(query))


def _stretch(found: tuple[R, ...]) -> Stretch[R]:
    return Stretch(found=found, more=len(found) == READ_AT_ONCE)


def _behind(person: SubAccount) -> PeopleCursor:
    return PeopleCursor(login_key=person.login.key, id=person.id.value)
