"""Commands about many people: whom a selection means, page by page, and what has to hold until all of it is committed.

Printing slips stands for the others here: what a selection is, is the same for each.
"""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AddPeople,
    ArchivePerson,
    ClaimSlips,
    ClaimSlipsPage,
    HostUser,
    MakeDepartment,
    NewPerson,
    RegistrationPolicy,
    Selection,
    SendActivation,
    SubAccountId,
    SwitchPolicy,
    VoidSlips,
)
from subaccounts.errors import InvalidValue, TooMany
from tests.commands.shop import Shop


def page(shop: Shop, **selection: Any) -> ClaimSlipsPage:
    """Print one page of slips."""
    return shop.handle(ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection(**selection)))


def logins(printed: ClaimSlipsPage) -> list[str]:
    """Return whose slips a page has."""
    return [slip.code.login for slip in printed.slips]


def pages(shop: Shop, limit: int) -> list[list[str]]:
    """Return whose slips each page has, from the first to the last."""
    found, after = [], None
    while True:
        printed = page(shop, limit=limit, after=after)
        found.append(logins(printed))
        after = printed.after
        if after is None:
            return found


def many(shop: Shop, count: int) -> list[str]:
    """Add so many people and return their logins in their order."""
    names = [f"p{number:03}" for number in range(count)]
    people = tuple(NewPerson(login=name) for name in names)
    shop.handle(AddPeople(actor=shop.admin, account=shop.account.id, people=people))
    return names


def test_nothing_said() -> None:
    """Nothing said is everybody who waits, a hundred at once: hosts rely on it unseen."""
    unsaid = Selection(people=None, account=None, departments=None, search="", after=None, limit=100)
    assert unsaid == Selection()


class TestPages:
    """Everybody who is meant is on one page, and no page has more than it was asked for."""

    @pytest.mark.parametrize(
        ("limit", "sizes"), [(1, [1] * 6), (2, [2, 2, 2]), (3, [3, 3]), (4, [4, 2]), (6, [6]), (500, [6])]
    )
    def test_each_once(self, shop: Shop, limit: int, sizes: list[int]) -> None:
        """A page is full unless it is the last, and there is no page after who came last."""
        names = many(shop, 6)
        found = pages(shop, limit)
        assert (names, sizes) == ([each for one in found for each in one], [len(one) for one in found])

    def test_the_same_login_twice(self, shop: Shop) -> None:
        """Two people of one login, under two accounts, are two people at the edge of a page too."""
        other = shop.open("shop-2")
        for name in ("anna", "boris", "carla"):
            shop.add(name)
            shop.add(name, account=other)
        assert [["anna", "anna", "boris"], ["boris", "carla", "carla"]] == pages(shop, 3)

    def test_a_large_page(self, shop: Shop) -> None:
        """A school is printed at once where five hundred slips will do."""
        names = many(shop, 230)
        assert [names[:200], names[200:]] == pages(shop, 200)


class TestMeant:
    """Who is meant where nobody is named: who waits, and is where one looks."""

    def test_an_account(self, shop: Shop) -> None:
        """Of one account its own people are meant."""
        other = shop.open("shop-2")
        shop.add("anna")
        shop.add("boris", account=other)
        shop.claimed("carla", account=other)
        assert ["boris"] == logins(page(shop, account=other.id))

    def test_departments(self, shop: Shop) -> None:
        """Of departments those in them and below are meant, and of none of them nobody."""
        make = MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")
        sales = shop.handle(make).department
        till = shop.handle(evolve(make, name="Till", parent=sales)).department
        stock = shop.handle(evolve(make, name="Stock")).department
        for login, department in (("anna", sales), ("boris", till), ("carla", stock)):
            shop.add(login, fields={"departments": {department}})
        meant = [logins(page(shop, departments=frozenset(each))) for each in ({sales}, {till}, {till, stock}, ())]
        assert [["anna", "boris"], ["boris"], ["boris", "carla"], []] == meant


class TestRefused:
    """What is too much, or is no search, is refused before anybody is looked at."""

    def test_how_many_are_named(self, shop: Shop) -> None:
        """Five hundred can be named, and not one more."""
        ids = tuple(SubAccountId(organization=shop.id, value=f"{number}") for number in range(501))
        assert 500 == len(page(shop, people=ids[:500]).refused)
        command = ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection(people=ids))
        assert repr(TooMany(what="people", limit=500)) == repr(shop.refused(command))

    @pytest.mark.parametrize("limit", [-1, 0, 501])
    def test_how_many_are_on_a_page(self, shop: Shop, limit: int) -> None:
        """A page has one person or more, and at most five hundred."""
        command = ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection(limit=limit))
        assert repr(TooMany(what="people", limit=500)) == repr(shop.refused(command))

    @pytest.mark.parametrize("named", [True, False])
    def test_what_is_no_search(self, shop: Shop, named: bool) -> None:
        """A search that cannot be one is told by its name, also where people are named and it is not looked at."""
        people = (shop.add().sub_account.id,) if named else None
        command = ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection(people=people, search="a\x00"))
        assert repr(InvalidValue(field="search", problem="control")) == repr(shop.refused(command))

    def test_who_is_out_of_reach(self, shop: Shop) -> None:
        """Whoever reaches one account or some departments hears of who is elsewhere that it must not, and of who is not there
        the same; the others go through."""
        make = MakeDepartment(actor=shop.admin, organization=shop.id, name="Sales")
        sales = shop.handle(make).department
        other = shop.open("shop-2")
        anna, boris = shop.add("anna", fields={"departments": {sales}}), shop.add("boris", account=other)
        nobody = SubAccountId(organization=shop.id, value="nobody")
        people = (boris.sub_account.id, nobody, anna.sub_account.id)
        for reach in (shop.account.id, sales):
            actor = HostUser.administrator("here", of=reach)
            printed = shop.handle(ClaimSlips(actor=actor, organization=shop.id, selection=Selection(people=people)))
            assert ["anna"] == logins(printed)
            assert [(each, "not_allowed") for each in people[:2]] == [
                (line.sub_account, line.why) for line in printed.refused
            ]


class TestMeanwhile:
    """What a decision about many was made on holds for each of them until the commit."""

    def test_a_policy_that_is_switched(self, shop: Shop) -> None:
        """When the policy is switched in between, then the slips are of the new one, and work."""
        anna = shop.add().sub_account.id
        policy = RegistrationPolicy.by_administrator()
        switch = SwitchPolicy(actor=shop.admin, account=shop.account.id, policy=policy)
        shop.meanwhile(lambda: shop.handle(switch))
        shop.handle(ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection(), reissue=True))
        code = shop.credential(anna).code
        assert code is not None
        assert 2 == code.policy_version

    def test_somebody_who_is_archived(self, shop: Shop) -> None:
        """When one of them is archived in between, then that one gets no slip and the others do."""
        boris = shop.add("boris").sub_account.id
        shop.add("carla")
        shop.meanwhile(lambda: shop.handle(ArchivePerson(actor=shop.admin, sub_account=boris)))
        command = ClaimSlips(actor=shop.admin, organization=shop.id, selection=Selection(), reissue=True)
        assert ["carla"] == logins(shop.handle(command))

    @pytest.mark.parametrize("kind", [ClaimSlips, VoidSlips, SendActivation])
    def test_what_is_written_is_not_guarded_too(self, shop: Shop, kind: Any) -> None:
        """Of many people each half that stays is guarded, with their accounts, each once; what is written is not."""
        shop.add("anna", fields={"email": "anna@shop.example"})
        shop.add("boris", fields={"email": "boris@shop.example"})
        more: dict[str, Any] = {"reissue": True} if kind is ClaimSlips else {}
        command = kind(actor=shop.admin, organization=shop.id, selection=Selection(), **more)
        _, (batch,) = shop.committed(lambda: shop.handle(command))
        assert ["credential", "credential"] == [record.id.kind for record in batch.puts]
        assert ["account", "sub_account", "sub_account"] == sorted(guard.id.kind for guard in batch.guards)
