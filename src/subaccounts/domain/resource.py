"""A resource: what a host shows to people, known by the host's own id. Who sees it is `visibility`."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Final, final

from attrs import frozen

from .audience import NOBODY_NAMED, Audience
from .ids import ApplicationId, ResourceId
from .key import Key

LONGEST_NAME_KEY: Final = 100
"""Code points of a name by which resources are sorted and found; those that begin with as many alike are sorted by id."""


def name_key(text: str, /) -> str:
    """Return what a name is sorted and found by: compatibility-folded, case-folded, at most 100 code points."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())[:LONGEST_NAME_KEY]


@final
@frozen(kw_only=True)
class Resource:
    """Hold one course, test, assessment or whatever else the host shows.

    `application` is what it is opened in, None when it is in none. `hidden_from_external` hides it from people from outside,
    whatever else is said of it. `rostered` says that it has participants of its own, who see it whatever its audience is:
    an assessment ("360"). `removed_at` (UTC) means that nobody sees it.
    """

    id: ResourceId
    version: int = 0
    name: str
    application: ApplicationId | None = None
    audience: Audience = NOBODY_NAMED
    hidden_from_external: bool = False
    rostered: bool = False
    removed_at: datetime | None = None

    @property
    def name_key(self) -> str:
        """Return what it is sorted and found by."""
        return name_key(self.name)

    @property
    def shows_roster(self) -> bool:
        """Tell whether whoever is on its roster sees it, people from outside too."""
        return self.rostered and not self.hidden_from_external and self.removed_at is None

    @property
    def keys(self) -> frozenset[Key]:
        """Return no keys: resources are known by the host's id, and two can have the same name."""
        return frozenset()
