"""Catalogs: the departments, job profiles and permission types an organization offers. Who has which is `profile`."""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import frozen

from .ids import CatalogId, DepartmentId
from .key import SEPARATOR, Key

DEEPEST_TREE = 32
"""Levels below the root a department tree can have; a bound, so that walking up always ends."""


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
    def keys(self) -> frozenset[Key]:
        """Return the name within its kind and parent; a retired entry gives its name back."""
        if self.retired_at is not None:
            return frozenset()
        parent = self.parent.value if self.parent else ""
        value = SEPARATOR.join((self.id.kind, parent, self.name.casefold()))
        return frozenset({Key(organization=self.id.organization, space="catalog", value=value)})
