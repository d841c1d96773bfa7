"""What names something of another organization is refused by the command itself: storage is never asked for a neighbor's.

An adapter may rely on it: of what is read at once everything is of one organization.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AddMembers,
    AddParticipants,
    Audience,
    Command,
    OrganizationId,
    RemoveParticipants,
    RemoveResources,
)
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g
from tests.commands.shop import Shop, listen
from tests.commands.shown import course, group, put, putting, to


def tenants_asked(shop: Shop) -> set[OrganizationId]:
    """Return a set to which the organization of everything is added that storage is asked for by many ids from now on."""
    tenants: set[OrganizationId] = set()

    def hear(_: str, args: tuple[Any, ...]) -> None:
        for many in (each for each in args if isinstance(each, Collection) and not isinstance(each, str)):
            tenants.update(each.organization for each in many)

    listen(shop, hear)
    return tenants


def _abroad(shop: Shop) -> Audience:
    """Return an audience of a group of the shop's and one of another organization's, and of a department of each."""
    mine, theirs = a.department_id(7, of=shop.id), a.department_id(of=a.THEIRS)
    return evolve(to(g.group_id(1, of=shop.id), g.group_id(of=a.THEIRS)), departments=frozenset({mine, theirs}))


ABROAD = a.sub_account_id(of=a.THEIRS)
NAMING: dict[str, Callable[[Shop], Command[Any]]] = {
    "members": lambda shop: AddMembers(
        actor=shop.admin,
        group=g.group_id(1, of=shop.id),
        people=(shop.add().sub_account.id, ABROAD),
    ),
    "participants": lambda shop: AddParticipants(
        actor=shop.admin, resource=course(shop).id, people=(shop.add().sub_account.id, ABROAD)
    ),
    "participants no more": lambda shop: RemoveParticipants(
        actor=shop.admin, resource=course(shop).id, people=(shop.add().sub_account.id, ABROAD)
    ),
    "resources": lambda shop: putting(shop, course(shop), evolve(course(shop), id=g.resource_id(of=a.THEIRS))),
    "an audience": lambda shop: putting(shop, course(shop, audience=_abroad(shop))),
    "resources no more": lambda shop: RemoveResources(
        actor=shop.admin, organization=shop.id, resources=(course(shop).id, g.resource_id(of=a.THEIRS))
    ),
}


@pytest.mark.parametrize("name", NAMING)
def test_storage_is_asked_for_nothing_of_another_organization(shop: Shop, name: str) -> None:
    """Whatever of a neighbor's a command names, beside its own, only its own is looked for."""
    group(shop)
    put(shop, course(shop, rostered=True))
    command = NAMING[name](shop)
    asked = tenants_asked(shop)
    shop.handle(command)
    assert {shop.id} == asked
