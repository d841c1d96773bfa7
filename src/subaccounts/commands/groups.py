"""Groups: make, rename, let people from outside in, open applications, retire, read, list. Who is in one is `memberships`."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import frozen

from ..domain import authority, grouping
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.decision import Decision
from ..domain.group import Group
from ..domain.ids import ApplicationId, GroupId, OrganizationId
from ..domain.organization import LONGEST_NAME
from ..domain.queries import require_page
from ..domain.text import clean_text
from ..domain.widening import QUIET, Loud
from ..errors import NameTaken, NotFound
from . import organizations
from .command import Change, Command
from .people_named import somewhere
from .ports_at_hand import PortsAtHand


async def group_of(ports: PortsAtHand, id: GroupId, /) -> Group:  # noqa: A002 - positional
    """Return a group, a retired one too, or raise `NotFound`."""
    found = await ports.repository.groups((id,))
    if not found:
        raise NotFound(what="group")
    return found[0]


def _cleaned(name: str) -> str:
    return clean_text(name, field="name", longest=LONGEST_NAME)


async def _named(ports: PortsAtHand, decision: Decision[Group]) -> Decision[Group]:
    """Return a decision that gives a name, or raise `NameTaken` when another group has it."""
    if decision.puts:
        for holder in (await ports.repository.holders(decision.result.keys)).values():
            if holder != decision.result.id:
                raise NameTaken(field="name")
    return decision


@final
@frozen(kw_only=True)
class MakeGroup(Change[Group]):
    """Make a group; without a word it takes employees only and opens no application.

    `allows_external` lets people from outside be members, and `applications` are those that these can open then: the host's
    own ids. Both together open these to people from outside, which is refused with `WidensSight` until it is among the
    `accepting`. Raises `NameTaken` when there is a group of this name, `NotFound` for an application of another organization,
    `TooMany` for more than 1,000.
    """

    action: ClassVar[Action] = Action.CHANGE_GROUPS
    receipt: ClassVar[Any] = Group
    actor: Actor
    organization: OrganizationId
    name: str
    allows_external: bool = False
    applications: frozenset[ApplicationId] = frozenset()
    accepting: frozenset[Loud] = QUIET

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[Group]:
        """Make the group."""
        await organizations.permitted(ports, self.actor, self.action, self.organization)
        made = grouping.make(
            GroupId(organization=self.organization, value=ports.new_id()),
            _cleaned(self.name),
            allows_external=self.allows_external,
            applications=self.applications,
            by=authority.by(self.actor),
            accepting=self.accepting,
        )
        return await _named(ports, made)


@frozen(kw_only=True)
class _GroupChange(Change[Group]):
    """Be what changes of one group share."""

    action: ClassVar[Action] = Action.CHANGE_GROUPS
    receipt: ClassVar[Any] = Group
    actor: Actor
    group: GroupId

    @property
    def tenant(self) -> OrganizationId:
        """Return the group's organization."""
        return self.group.organization

    async def permitted(self, ports: PortsAtHand, /) -> Group:
        """Return the group the actor may change. Raises `NotAllowed`, `NotFound`."""
        await organizations.permitted(ports, self.actor, self.action, self.tenant)
        return await group_of(ports, self.group)


@final
@frozen(kw_only=True)
class RenameGroup(_GroupChange):
    """Give a group another name. Raises `NameTaken` when another has it, `WrongState` for a retired one."""

    name: str

    async def decide(self, ports: PortsAtHand, /) -> Decision[Group]:
        """Rename the group."""
        name = _cleaned(self.name)
        group = await self.permitted(ports)
        return await _named(ports, grouping.rename(group, name, by=authority.by(self.actor)))


@final
@frozen(kw_only=True)
class SwitchExternal(_GroupChange):
    """Let people from outside be members of a group, or not.

    Where they are not let in any more, their memberships stay and count for nothing, and count again once they are. To let
    them in is refused with `WidensSight` until it is among the `accepting`; `PreviewGroup` says who would gain what. Raises
    `WrongState` for a retired group.
    """

    allows_external: bool
    accepting: frozenset[Loud] = QUIET

    async def decide(self, ports: PortsAtHand, /) -> Decision[Group]:
        """Switch external access."""
        group, by = await self.permitted(ports), authority.by(self.actor)
        return grouping.switch_external(group, allows_external=self.allows_external, by=by, accepting=self.accepting)


@final
@frozen(kw_only=True)
class ChangeApplications(_GroupChange):
    """Add applications to a group and take others away; one that is named twice is added.

    External members open what the group has, and employees open everything anyway. Where people from outside are let in, one
    application more is refused with `WidensSight` until that is among the `accepting`; `PreviewGroup` says who would gain
    what. Raises `WrongState` for a retired group, `NotFound` for an application of another organization, `TooMany` where
    there would be more than 1,000.
    """

    add: frozenset[ApplicationId] = frozenset()
    remove: frozenset[ApplicationId] = frozenset()
    accepting: frozenset[Loud] = QUIET

    async def decide(self, ports: PortsAtHand, /) -> Decision[Group]:
        """Change the applications."""
        group, by = await self.permitted(ports), authority.by(self.actor)
        return grouping.change_applications(group, add=self.add, remove=self.remove, by=by, accepting=self.accepting)


@final
@frozen(kw_only=True)
class RetireGroup(_GroupChange):
    """Close a group for good: nobody is in it any more, its name is free, and what was shown to it alone is shown to nobody.

    Raises `WrongState` for a group that is retired already.
    """

    async def decide(self, ports: PortsAtHand, /) -> Decision[Group]:
        """Retire the group."""
        group = await self.permitted(ports)
        return grouping.retire(group, now=ports.now, by=authority.by(self.actor))


@final
@frozen(kw_only=True)
class ReadGroup(Command[Group]):
    """Read a group, a retired one too; a role over any part of the organization is enough. Raises `NotFound`."""

    action: ClassVar[Action] = Action.READ_GROUPS
    actor: Actor
    group: GroupId

    async def run(self, ports: PortsAtHand, /) -> Group:
        """Answer the group."""
        authority.permit_somewhere(self.actor, self.action, self.group.organization)
        return await group_of(ports, self.group)


@final
@frozen(kw_only=True)
class ListGroups(Command[tuple[Group, ...]]):
    """List groups, retired ones too, at most `limit` after the group `after`; a role over any part of the organization is
    enough.

    Raises `NotFound` without organization, `TooMany` for a limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.READ_GROUPS
    actor: Actor
    organization: OrganizationId
    after: GroupId | None = None
    limit: int = 200

    async def run(self, ports: PortsAtHand, /) -> tuple[Group, ...]:
        """Answer a page of groups, ordered by id."""
        await somewhere(ports, self.actor, self.action, self.organization)
        require_page(self.limit, of="groups")
        after = self.after.value if self.after else None
        return await ports.repository.groups_page(self.organization, after=after, limit=self.limit)
