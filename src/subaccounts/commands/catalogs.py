"""Departments, job profiles and permission types: make, rename, move, retire, list."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import evolve, field, frozen

from ..domain import authority, catalogs
from ..domain.actor import Actor
from ..domain.authority import Action
from ..domain.catalog import CatalogEntry
from ..domain.decision import Decision
from ..domain.events import By
from ..domain.ids import CatalogId, DepartmentId, JobProfileId, OrganizationId, PermissionTypeId
from ..domain.organization import LONGEST_NAME, Organization
from ..domain.queries import require_page
from ..domain.text import clean_text
from ..errors import NameTaken, NotFound, Stale
from . import organizations
from .command import Change, Command
from .ports_at_hand import PortsAtHand


async def _above(ports: PortsAtHand, parent: DepartmentId | None) -> tuple[CatalogEntry, ...]:
    if parent is None:
        return ()
    lineage = await ports.repository.lineage({parent})
    entries = {entry.id: entry for entry in await ports.repository.catalog_entries(lineage)}
    if any(entry.parent is not None and entry.parent not in entries for entry in entries.values()):
        raise Stale  # something moved between the two reads; what is not there at all was not in the lineage
    return catalogs.path(parent, entries)


async def _entry(ports: PortsAtHand, id: CatalogId) -> CatalogEntry:  # noqa: A002 - positional
    found = await ports.repository.catalog_entries((id,))
    if not found:
        raise NotFound(what=id.kind)
    return found[0]


async def _unheld(ports: PortsAtHand, entry: CatalogEntry) -> None:
    for holder in (await ports.repository.holders(entry.keys)).values():
        if holder != entry.id:
            raise NameTaken(field="name")


async def _named(ports: PortsAtHand, decision: Decision[CatalogEntry]) -> Decision[CatalogEntry]:
    if decision.puts:
        await _unheld(ports, decision.result)
    return decision


def _deepening(
    decision: Decision[CatalogEntry], above: tuple[CatalogEntry, ...], organization: Organization
) -> Decision[CatalogEntry]:
    """Return the decision with the organization written anew, where something comes below a department.

    How deep a tree is, is a fact of all of it, and no entry is written when something comes below it: so all who make a
    tree deeper meet at the organization, and each decides on what the one before has left.
    """
    return evolve(decision, puts=(*decision.puts, organization)) if above and decision.puts else decision


@final
@frozen(kw_only=True)
class Move:
    """Hold the decision to move a department, what would be above it (nearest first), and it with everything below.

    `parents` and `departments` are the ids of the two, worked out once for all the people of a preview.
    """

    decision: Decision[CatalogEntry]
    above: tuple[CatalogEntry, ...]
    below: tuple[CatalogEntry, ...]
    parents: frozenset[DepartmentId] = field(init=False)
    departments: frozenset[DepartmentId] = field(init=False)

    @parents.default
    def _over(self) -> frozenset[DepartmentId]:
        return frozenset(each.department for each in self.above)

    @departments.default
    def _moving(self) -> frozenset[DepartmentId]:
        return frozenset(each.department for each in self.below)


async def moved(ports: PortsAtHand, department: DepartmentId, parent: DepartmentId | None, /, *, by: By) -> Move:
    """Decide on a move, which is committed or only looked at. Raises what `MoveDepartment` does."""
    if parent is not None and parent.organization != department.organization:
        raise NotFound(what="department")
    entry = await _entry(ports, department)
    above = await _above(ports, parent)
    below = await ports.repository.catalog_entries(await ports.repository.offspring({department}))
    decision = catalogs.move(entry, above=above, levels=catalogs.levels(department, below), by=by)
    return Move(decision=await _named(ports, decision), above=above, below=below)


@frozen(kw_only=True)
class _CatalogChange(Change[CatalogEntry]):
    """Be what changes of catalogs share: the actor, and a tenant that may be changed by it."""

    action: ClassVar[Action] = Action.CHANGE_CATALOG
    receipt: ClassVar[Any] = CatalogEntry
    actor: Actor

    async def permit(self, ports: PortsAtHand, /) -> Organization:
        """Let the actor change the catalog of the organization, which is answered.

        Raises `NotAllowed`, `NotFound` without organization.
        """
        return await organizations.permitted(ports, self.actor, self.action, self.tenant)


@frozen(kw_only=True)
class _MakeEntry(_CatalogChange):
    """Be what the making of every kind of entry shares: where, and how it is called."""

    makes: ClassVar[type[CatalogId]]
    organization: OrganizationId
    name: str

    @property
    def tenant(self) -> OrganizationId:
        """Return the organization."""
        return self.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[CatalogEntry]:
        """Make the entry."""
        await self.permit(ports)
        return await self._make(ports, self._cleaned(), above=())

    def _cleaned(self) -> str:
        return clean_text(self.name, field="name", longest=LONGEST_NAME)

    async def _make(self, ports: PortsAtHand, name: str, *, above: tuple[CatalogEntry, ...]) -> Decision[CatalogEntry]:
        made = self.makes(organization=self.organization, value=ports.new_id())
        return await _named(ports, catalogs.make(made, name, above=above, by=authority.by(self.actor)))


@final
@frozen(kw_only=True)
class MakeDepartment(_MakeEntry):
    """Make a department, below `parent` or at the top.

    Raises `NameTaken` when the parent has one of this name, `NotFound` for a parent that does not exist.
    """

    makes: ClassVar[type[CatalogId]] = DepartmentId
    parent: DepartmentId | None = None

    async def decide(self, ports: PortsAtHand, /) -> Decision[CatalogEntry]:
        """Make the department."""
        organization = await self.permit(ports)
        name = self._cleaned()
        if self.parent is not None and self.parent.organization != self.organization:
            raise NotFound(what="department")
        above = await _above(ports, self.parent)
        return _deepening(await self._make(ports, name, above=above), above, organization)


@final
@frozen(kw_only=True)
class MakeJobProfile(_MakeEntry):
    """Make a job profile. Raises `NameTaken` when there is one of this name."""

    makes: ClassVar[type[CatalogId]] = JobProfileId


@final
@frozen(kw_only=True)
class MakePermissionType(_MakeEntry):
    """Make a permission type. Raises `NameTaken` when there is one of this name."""

    makes: ClassVar[type[CatalogId]] = PermissionTypeId


@final
@frozen(kw_only=True)
class RenameCatalogEntry(_CatalogChange):
    """Give a department, job profile or permission type another name; who has it keeps it.

    Raises `NameTaken`, `WrongState` for a retired entry.
    """

    entry: CatalogId
    name: str

    @property
    def tenant(self) -> OrganizationId:
        """Return the entry's organization."""
        return self.entry.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[CatalogEntry]:
        """Rename the entry."""
        await self.permit(ports)
        name = clean_text(self.name, field="name", longest=LONGEST_NAME)
        entry = await _entry(ports, self.entry)
        return await _named(ports, catalogs.rename(entry, name, by=authority.by(self.actor)))


@final
@frozen(kw_only=True)
class MoveDepartment(_CatalogChange):
    """Put a department with everything below it under another parent, or at the top.

    Raises `CycleRefused` when the parent lies below the department, `TooMany` when the tree would become too deep.
    """

    department: DepartmentId
    parent: DepartmentId | None

    @property
    def tenant(self) -> OrganizationId:
        """Return the department's organization."""
        return self.department.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[CatalogEntry]:
        """Move the department."""
        organization = await self.permit(ports)
        move = await moved(ports, self.department, self.parent, by=authority.by(self.actor))
        return _deepening(move.decision, move.above, organization)


@final
@frozen(kw_only=True)
class RetireCatalogEntry(_CatalogChange):
    """Give a department, job profile or permission type to nobody new; who has it keeps it, and the name is free again.

    Raises `WrongState` for an entry that is retired already.
    """

    entry: CatalogId

    @property
    def tenant(self) -> OrganizationId:
        """Return the entry's organization."""
        return self.entry.organization

    async def decide(self, ports: PortsAtHand, /) -> Decision[CatalogEntry]:
        """Retire the entry."""
        await self.permit(ports)
        return catalogs.retire(await _entry(ports, self.entry), now=ports.now, by=authority.by(self.actor))


_KINDS = frozenset({DepartmentId.kind, JobProfileId.kind, PermissionTypeId.kind})


@final
@frozen(kw_only=True)
class ListCatalog(Command[tuple[CatalogEntry, ...]]):
    """List entries of one kind, retired ones too, at most `limit` after the entry `after`.

    `kind` is `department`, `job_profile` or `permission_type`. Raises `NotFound` for another kind, `TooMany` for a
    limit outside 1 to 1,000.
    """

    action: ClassVar[Action] = Action.READ_CATALOG
    actor: Actor
    organization: OrganizationId
    kind: str
    after: CatalogId | None = None
    limit: int = 200

    async def run(self, ports: PortsAtHand, /) -> tuple[CatalogEntry, ...]:
        """Answer a page of entries, ordered by id."""
        authority.permit(self.actor, self.action, organization=self.organization)
        if self.kind not in _KINDS:
            raise NotFound(what="catalog")
        require_page(self.limit, of="entries")
        after = self.after.value if self.after else None
        return await ports.repository.catalog_page(self.organization, kind=self.kind, after=after, limit=self.limit)
