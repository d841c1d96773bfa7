"""What is asked of storage about who sees what, as values, and whether something belongs to the answer.

The rule is `visibility`'s; every repository repeats it in its own language, and is held to what is said here. Pages are by
key, never by offset: the next begins after the last.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import field, frozen

from .audience import Ungrouped
from .ids import LONGEST_ID, LONGEST_TYPE, OrganizationId, opaque
from .queries import PeopleCursor
from .resource import Resource
from .viewer import Viewer, ViewerFacts
from .visibility import may_see


@final
@frozen(kw_only=True)
class ResourceCursor:
    """Point at the last resource of a page; `name_key` is empty for a name of which nothing is left."""

    name_key: str
    id: str = field(validator=opaque(of="after", longest=LONGEST_TYPE + 1 + LONGEST_ID))

    @classmethod
    def at(cls, resource: Resource, /) -> ResourceCursor:
        """Return the cursor behind a resource."""
        return cls(name_key=resource.name_key, id=resource.id.value)


@final
@frozen(kw_only=True)
class ResourceQuery:
    """Ask for resources of one type, ordered by `name_key` and id.

    `viewer` is who sees them, under what the organization chose for resources that name nobody; None asks for all that were not
    removed, whoever sees them. `prefix` is what the `name_key` begins with. `viewer` and `ungrouped` need not be what is
    stored: a page can be asked for what would be.
    """

    organization: OrganizationId
    type: str
    viewer: Viewer | None
    ungrouped: Ungrouped
    prefix: str = ""
    after: ResourceCursor | None = None
    limit: int = 50


@final
@frozen(kw_only=True)
class ViewersQuery:
    """Ask for the people who see a resource at a moment (UTC), ordered by login key and id.

    The resource need not be what is stored, nor stored at all: a page can be asked for what would be.
    """

    resource: Resource
    ungrouped: Ungrouped
    at: datetime
    after: PeopleCursor | None = None
    limit: int = 50


def shown(resource: Resource, query: ResourceQuery, /) -> bool:
    """Tell whether a resource belongs to the answer of a query, pages apart."""
    return (
        resource.id.organization == query.organization
        and resource.id.type == query.type
        and resource.name_key.startswith(query.prefix)
        and resource.removed_at is None
        and (query.viewer is None or may_see(query.viewer, resource, query.ungrouped))
    )


def sees(facts: ViewerFacts, query: ViewersQuery, /) -> bool:
    """Tell whether a person belongs to the answer of a query, pages apart."""
    return facts.sub_account.id.organization == query.resource.id.organization and may_see(
        Viewer.at(query.at, facts), query.resource, query.ungrouped
    )


def beyond(prefix: str, /) -> str | None:
    """Return the first text after all that begin with a prefix, compared by code points; None when there is no such text."""
    while prefix:
        last = ord(prefix[-1]) + 1
        if last == _FIRST_SURROGATE:
            last = _LAST_SURROGATE + 1
        if last <= _LAST_CODE_POINT:
            return prefix[:-1] + chr(last)
        prefix = prefix[:-1]
    return None


_FIRST_SURROGATE, _LAST_SURROGATE, _LAST_CODE_POINT = 0xD800, 0xDFFF, 0x10FFFF
