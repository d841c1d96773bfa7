"""Links and company accounts used by many at once: a link works once, a record is taken over once, nobody is created twice."""

from __future__ import annotations

from collections import Counter

import pytest

from subaccounts import (
    ArriveBySSO,
    ChangeIssuers,
    EditPerson,
    Identity,
    Issuer,
    JustInTime,
    Purpose,
    RedeemLink,
    RequestReset,
    Secret,
    State,
    VerifiedIdentity,
)
from subaccounts.domain.queries import PeopleQuery
from subaccounts.domain.steps import AskAdministrator, Authenticated, EnterPassword
from subaccounts.errors import LinkRefused
from tests.invariants.checks import check_stored
from tests.invariants.world import FIELDS, KINDS, Shop, World
from tests.races.test_threads_and_tasks import RIVALS, at_once
from tests.sent import proof_of

ISSUER = "https://login.acme.example"


def trusting(world: World) -> Shop:
    """Return a shop that people come to by an issuer, who knows them by an external id or creates them."""
    shop = Shop(world)
    creates = JustInTime(account=shop.account.id, login="uid")
    issuer = Issuer(issuer=ISSUER, name="Company account", external_id="eid", creates=creates)
    world.rival.handle(ChangeIssuers(actor=shop.admin, organization=shop.organization, issuers=(issuer,)))
    return shop


def arriving(shop: Shop, subject: str, **said: str) -> ArriveBySSO:
    """Return the command by which somebody comes."""
    who = VerifiedIdentity(identity=Identity(issuer=ISSUER, subject=subject), attributes=said)
    return ArriveBySSO(door=shop.inside, identity=who, fields=FIELDS)


@pytest.mark.parametrize("kind", KINDS)
def test_one_redemption_wins(kind: str) -> None:
    """Of eight that redeem one link, decided on the same facts, one sets its password; the others find the link used."""
    with World(kind) as world:
        shop = Shop(world)
        anna = shop.active("anna").sub_account
        world.rival.handle(EditPerson(actor=shop.admin, sub_account=anna, fields={"email": "anna@shop.example"}))
        world.rival.handle(RequestReset(door=shop.outside, login="anna"))
        link = proof_of(world.keys, world.person(anna), Purpose.RECOVERY)
        words = [f"the password of rival {number}" for number in range(RIVALS)]
        told = at_once(world, [RedeemLink(link=link, password=Secret(word)) for word in words])
        assert {EnterPassword: 1, LinkRefused: RIVALS - 1} == Counter(map(type, told))
        works = [isinstance(shop.sign_in("anna", word), Authenticated) for word in words]
        assert [isinstance(each, EnterPassword) for each in told][:4] == works[:4]
        check_stored(world)


@pytest.mark.parametrize("kind", KINDS)
def test_one_arrival_takes_over(kind: str) -> None:
    """Of eight company accounts that say one external id, decided on the same facts, one has the record; the others are told."""
    with World(kind) as world:
        shop = trusting(world)
        anna = shop.add("anna", external_id="E-1").sub_account.id
        told = at_once(world, [arriving(shop, f"s-{number}", eid="E-1") for number in range(RIVALS)])
        assert {Authenticated: 1, AskAdministrator: RIVALS - 1} == Counter(map(type, told))
        (winner,) = (number for number, each in enumerate(told) if isinstance(each, Authenticated))
        assert [f"s-{winner}"] == [each.subject for each in world.person(anna).sub_account.identities]
        check_stored(world)


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_created_twice(kind: str) -> None:
    """Of eight arrivals of somebody unknown, decided on the same facts, one creates the person, and all are let in as it."""
    with World(kind) as world:
        shop = trusting(world)
        told = at_once(world, [arriving(shop, "s-1", uid="hanna") for _ in range(RIVALS)])
        assert {Authenticated: RIVALS} == Counter(map(type, told))
        query = PeopleQuery(organization=shop.organization, states=frozenset(State), limit=9)
        (hanna,) = world.plain.people_page(query)
        assert {hanna.id} == {each.subject.sub_account for each in told}
        check_stored(world)
