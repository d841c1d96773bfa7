"""A group: what people are members of, resources are shown to, and externals reach applications through."""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import frozen

from .ids import ApplicationId, GroupId
from .key import Key

GROUP_SPACE = "group"


@final
@frozen(kw_only=True)
class Group:
    """Hold one group.

    `allows_external` says that people from outside can be members; where it does not, a membership of theirs counts for
    nothing. `applications` are those that its external members can open. `retired_at` (UTC) means that no membership
    counts any more; what was shown to it alone is shown to nobody, and not to everybody.
    """

    id: GroupId
    version: int = 0
    name: str
    allows_external: bool = False
    applications: frozenset[ApplicationId] = frozenset()
    retired_at: datetime | None = None

    @property
    def keys(self) -> frozenset[Key]:
        """Return the name; a retired group gives its name back."""
        if self.retired_at is not None:
            return frozenset()
        return frozenset({Key(organization=self.id.organization, space=GROUP_SPACE, value=self.name.casefold())})
