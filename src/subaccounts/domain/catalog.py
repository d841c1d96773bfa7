"""Catalogs: the departments, job profiles and permission types an organization offers. Who has which is `profile`."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar, final

from attrs import frozen

from .ids import CatalogId, DepartmentId, JobProfileId, PermissionTypeId
from .key import SEPARATOR, Key

DEEPEST_TREE = 32
"""Levels below the root a department tree can have; a bound, so that walking up always ends."""


Id = TypeVar("Id")


def _of(kind: type[Id], id: CatalogId) -> Id:  # noqa: A002 - the field's name
    if not isinstance(id, kind):
        raise TypeError(f"this is a {id.kind}")
    return id


@final
@frozen(kw_only=True)
class CatalogEntry:
    """Hold one department, job profile or permission type.

    `parent` is a department's parent, None at the top and for the other kinds. `retired_at` (UTC) means it is kept by
    those who have it and given to nobody new: a value in use is never deleted.
    """

    id: CatalogId
    version: int = 0
    name: str
    parent: DepartmentId | None = None
    retired_at: datetime | None = None

    @property
    def department(self) -> DepartmentId:
        """Return the id of a department; raise `TypeError` for the other kinds."""
        return _of(DepartmentId, self.id)

    @property
    def job_profile(self) -> JobProfileId:
        """Return the id of a job profile; raise `TypeError` for the other kinds."""
        return _of(JobProfileId, self.id)

    @property
    def permission_type(self) -> PermissionTypeId:
        """Return the id of a permission type; raise `TypeError` for the other kinds."""
        return _of(PermissionTypeId, self.id)

    @property
    def keys(self) -> frozenset[Key]:
        """Return the name within its kind and parent; a retired entry gives its name back."""
        if self.retired_at is not None:
            return frozenset()
        parent = self.parent.value if self.parent else ""
        value = SEPARATOR.join((self.id.kind, parent, self.name.casefold()))
        return frozenset({Key(organization=self.id.organization, space="catalog", value=value)})
