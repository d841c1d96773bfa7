"""A shop with groups and resources: put into storage as they are, for stories about who sees what.

What belongs here: records that a story begins with, and saying in one line that a resource is put. Stories are in the tests.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from subaccounts import (
    ApplicationId,
    Audience,
    GroupId,
    Kind,
    OrganizationId,
    PutResources,
    Resource,
    ResourceDraft,
    ResourceId,
    ResourceLine,
    SubAccountId,
)
from subaccounts.domain.decision import Batch, Record
from subaccounts.domain.group import Group
from subaccounts.domain.widening import Loud
from subaccounts.testing import groups as g
from tests.commands.shop import Shop

EVERYTHING = frozenset(Loud)
OUTSIDE = {"kind": Kind.EXTERNAL}


def stored(shop: Shop, *records: Record, of: OrganizationId | None = None) -> None:
    """Store records as they are, of the shop's organization or of another."""
    shop.repository.commit(Batch(organization=of or shop.id, puts=records))


def group(shop: Shop, number: int = 1, *members: SubAccountId, **changes: Any) -> Group:
    """Store a group with these members, and return it."""
    made = g.group(number, of=shop.id, **changes)
    stored(shop, made)
    for place, each in enumerate(members, 1):
        stored(shop, g.membership(100 * number + place, group=made.id, person=each, of=shop.id))
    return evolve(made, version=1)


def to(*groups: Group | GroupId) -> Audience:
    """Return the audience of these groups."""
    return Audience(groups=frozenset(each.id if isinstance(each, Group) else each for each in groups))


def course(shop: Shop, number: int | str = 1, /, **said: Any) -> ResourceDraft:
    """Return the draft of a course."""
    id_ = ResourceId.of(shop.id, "course", str(number))
    return ResourceDraft(id=id_, **{"name": f"Course {number}", **said})


def application(shop: Shop, number: int = 1) -> ApplicationId:
    """Return an application of the shop's organization."""
    return g.application_id(number, of=shop.id)


def putting(shop: Shop, *drafts: ResourceDraft, accepting: frozenset[Loud] = EVERYTHING) -> PutResources:
    """Return the command that puts resources, accepting whatever they open."""
    return PutResources(actor=shop.admin, organization=shop.id, resources=drafts, accepting=accepting)


def put(shop: Shop, *drafts: ResourceDraft, **how: Any) -> tuple[ResourceLine, ...]:
    """Put resources, and return the lines."""
    return shop.handle(putting(shop, *drafts, **how))


def held(shop: Shop, resource: ResourceId) -> Resource:
    """Return a resource as stored."""
    (found,) = shop.repository.resources((resource,))
    return found
