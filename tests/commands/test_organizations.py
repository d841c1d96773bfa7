"""Organizations: created once, bound to a key ring, read."""

from __future__ import annotations

import pytest

from subaccounts import (
    BeginSignIn,
    CreateOrganization,
    HostUser,
    KeyRing,
    LapsePolicy,
    OrganizationId,
    ReadOrganization,
    Realm,
    Ungrouped,
)
from subaccounts.domain.events import OrganizationCreated
from subaccounts.errors import InvalidValue, KeyRingFailed, NameTaken, NotFound
from tests.commands.shop import SETUP, Shop


def creating(value: str, name: str = "New") -> CreateOrganization:
    return CreateOrganization(actor=SETUP, id=OrganizationId(value=value), name=name, ungrouped=Ungrouped.EVERYBODY)


def test_an_organization_is_created(shop: Shop) -> None:
    """Given an id and a name, an organization is created with its choices, bound to the key ring, and told."""
    id = OrganizationId(value="new")  # noqa: A001 - what it is
    created = shop.handle(
        CreateOrganization(
            actor=SETUP,
            id=id,
            name=" New ",
            realm=Realm.ORGANIZATION,
            lapse=LapsePolicy.BLOCKED,
            ungrouped=Ungrouped.NOBODY,
        )
    )
    chosen = (Realm.ORGANIZATION, LapsePolicy.BLOCKED, Ungrouped.NOBODY)
    assert (id, "New", *chosen, shop.keys.ring, shop.clock()) == (
        created.id,
        created.name,
        created.realm,
        created.lapse,
        created.ungrouped,
        created.key_ring,
        created.created_at,
    )
    assert created == shop.handle(ReadOrganization(actor=SETUP, id=id))
    assert OrganizationCreated() == shop.happened()[-1]


def test_who_sees_what_names_nobody_is_asked() -> None:
    """Nobody is given an answer it did not choose: without one the command cannot be made."""
    with pytest.raises(TypeError, match="ungrouped"):
        CreateOrganization(actor=SETUP, id=OrganizationId(value="new"), name="New")  # type: ignore[call-arg]  # is tested


def test_an_id_is_used_once(shop: Shop) -> None:
    """Given an organization of this id, another is refused."""
    refusal = shop.refused(creating("acme"))
    assert isinstance(refusal, NameTaken)
    assert "organization" == refusal.field


@pytest.mark.parametrize(
    ("id", "problem"),
    [
        ("", "empty"),
        (" acme", "characters"),
        ("a  b", "characters"),
        ("e\u0301", "characters"),
        ("a" * 65, "too_long"),
        ("a\x00", "characters"),
        ("\ud800", "characters"),
    ],
)
def test_what_is_no_id(shop: Shop, id: str, problem: str) -> None:  # noqa: A002 - what it is
    """An id is a text of 1 to 64 characters that is stored as it was given."""
    stored = shop.stored()
    with pytest.raises(InvalidValue) as refusal:
        shop.handle(creating(id))
    assert ("organization", problem) == (refusal.value.field, refusal.value.problem)
    assert stored == shop.stored()


def test_what_is_no_name(shop: Shop) -> None:
    """An organization has a name that can be shown."""
    refusal = shop.refused(creating("new", name="a\u202e"))
    assert isinstance(refusal, InvalidValue)
    assert ("name", "bidi") == (refusal.field, refusal.problem)


def test_one_that_is_not_there(shop: Shop) -> None:
    """An organization that does not exist is not found, by whoever could read it."""
    id = OrganizationId(value="nowhere")  # noqa: A001 - what it is
    for actor in (SETUP, HostUser.moderator("aide", of=id)):
        assert isinstance(shop.refused(ReadOrganization(actor=actor, id=id)), NotFound)


def test_another_key_ring_is_noticed(shop: Shop) -> None:
    """Given a store beside another key ring, nobody is added or signs in, and both rings are named."""
    shop.claimed()
    mine, shop.keys = shop.keys, KeyRing.in_memory(b"o" * 32)
    shop.subs = shop.facade()
    with pytest.raises(KeyRingFailed) as refusal:
        shop.handle(BeginSignIn(door=shop.inside, login="anna"))
    assert "foreign" == refusal.value.problem
    assert mine.ring in refusal.value.detail
    assert shop.keys.ring in refusal.value.detail
    with pytest.raises(KeyRingFailed):
        shop.add("boris")
