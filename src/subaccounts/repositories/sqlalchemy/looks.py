"""The rule of who sees what as a condition on a row of a resource, for a viewer that is given. The rule is `domain.visibility`;
as a condition on a row of a person it is `watched`.

What of a viewer changes the words of a statement is its `Look`, of which there are few; what it has is given as lists. So
statements are built once, and MySQL and SQLite are told nothing of a part that the viewer has nothing of.
"""

from __future__ import annotations

from typing import Any, Final

from attrs import frozen
from sqlalchemy import ColumnElement, FromClause, and_, false, or_, select, true

from ...domain.audience import Ungrouped
from ...domain.ids import DepartmentId, GroupId, JobProfileId, OrganizationId, PermissionTypeId
from ...domain.viewer import Viewer
from .._seen import PARTS
from . import tables as t
from .belongings import UNNAMED
from .words import TENANT, among, number, said, there

_BITS: Final = {part: 1 << bit for bit, part in enumerate(PARTS)}
_LATER: Final = PARTS[1:]
"""The parts that are judged behind a door: the first part of all is met where it is the door, and names nothing elsewhere."""


@frozen(kw_only=True)
class Look:
    """Hold what of a viewer the words of a statement depend on, and of the database that they are for.

    `parts` are those that the viewer has something of. `unnamed` says whether it sees what names nobody.
    """

    dialect: str
    external: bool
    unnamed: bool
    parts: frozenset[str]
    applications: bool
    rosters: bool

    @property
    def blind(self) -> bool:
        """Tell whether nothing is seen by it, whatever there is."""
        return not (self.unnamed or self.parts or self.rosters)


@frozen(kw_only=True)
class Having:
    """Hold what a viewer has in the organization that it is asked about, as lists by the names that statements know."""

    parts: dict[str, list[str]]
    applications: list[str]
    rosters: list[str]

    @classmethod
    def of(cls, viewer: Viewer, tenant: OrganizationId, /) -> Having:
        """Return what a viewer has; an id of another organization is nothing that is named here."""
        jobs = frozenset({viewer.job_profile} if viewer.job_profile else ())
        held: tuple[tuple[str, frozenset[Any]], ...] = (
            (GroupId.kind, viewer.groups),
            (DepartmentId.kind, viewer.departments),
            (JobProfileId.kind, jobs),
            (PermissionTypeId.kind, viewer.permission_types),
        )
        return cls(
            parts={part: values for part, ids in held if (values := _values(ids, tenant))},
            applications=_values(viewer.applications, tenant),
            rosters=_values(viewer.rosters, tenant),
        )

    def lists(self, look: Look, /) -> dict[str, list[str]]:
        """Return the lists that a statement for a look is given."""
        given = dict(self.parts)
        if look.applications:
            given["applications"] = self.applications
        if look.rosters:
            given["rosters"] = self.rosters
        return given

    def doors(self, look: Look, /) -> list[tuple[str, str]]:
        """Return the doors that a viewer has, each as a part and a value."""
        unnamed = [(UNNAMED, UNNAMED)] if look.unnamed else []
        return [*unnamed, *((part, value) for part, values in self.parts.items() for value in values)]


def _values(ids: frozenset[Any], tenant: OrganizationId) -> list[str]:
    return sorted(each.value for each in ids if each.organization == tenant)


def look_of(dialect: str, viewer: Viewer, having: Having, ungrouped: Ungrouped, /) -> Look:
    """Return the look of a viewer under what the organization chose for resources that name nobody."""
    return Look(
        dialect=dialect,
        external=viewer.external,
        unnamed=ungrouped is Ungrouped.EVERYBODY or (ungrouped is Ungrouped.EMPLOYEES and not viewer.external),
        parts=frozenset(having.parts),
        applications=viewer.external and bool(having.applications),
        rosters=bool(having.rosters),
    )


def seen(look: Look, r: Any, /) -> ColumnElement[bool]:
    """Return that a row of `resources` is seen, by whatever way; the viewer is living."""
    unnamed = [] if look.unnamed else [r.c.named != number(0)]
    meant = and_(_opened(look, r), *unnamed, _met(look, r, PARTS))
    return and_(_shown(look, r), or_(_rostered(look, r), meant) if look.rosters else meant)


def seen_behind_door(look: Look, r: Any, /) -> ColumnElement[bool]:
    """Return that a row of `resources` that was found behind a door of the viewer's is seen because of that."""
    return and_(_shown(look, r), _opened(look, r), _met(look, r, _LATER))


def seen_on_roster(look: Look, r: Any, /) -> ColumnElement[bool]:
    """Return that a row of `resources` is seen because the viewer takes part."""
    return and_(_shown(look, r), _rostered(look, r))


def kept(r: Any, /) -> ColumnElement[bool]:
    """Return that a row of `resources` was not removed."""
    there: ColumnElement[bool] = r.c.removed_at.is_(None)
    return there


def _shown(look: Look, r: Any) -> ColumnElement[bool]:
    return and_(kept(r), r.c.hidden == false()) if look.external else kept(r)


def _rostered(look: Look, r: Any) -> ColumnElement[bool]:
    return and_(r.c.rostered, among(look.dialect, r.c.id, "rosters"))


def _opened(look: Look, r: Any) -> ColumnElement[bool]:
    if not look.external:
        return true()
    free = r.c.application.is_(None)
    return or_(free, among(look.dialect, r.c.application, "applications")) if look.applications else free


def _met(look: Look, r: FromClause, parts: tuple[str, ...]) -> ColumnElement[bool]:
    """Return that each of the parts names nothing or something that the viewer has."""
    lacking = sum(_BITS[part] for part in parts if part not in look.parts)
    named: ColumnElement[int] = r.c.named
    met = [named.bitwise_and(number(lacking)) == number(0)] if lacking else []
    return and_(*met, *(_named(look, r, part) for part in parts if part in look.parts))


def _named(look: Look, r: FromClause, part: str) -> ColumnElement[bool]:
    a = t.audiences.alias("named")
    here = (a.c.organization == TENANT, a.c.resource == r.c.id, a.c.part == said(part))
    found = select(number(1)).where(*here, among(look.dialect, a.c.value, part))
    return or_(r.c.named.bitwise_and(number(_BITS[part])) == number(0), there(found, r))
