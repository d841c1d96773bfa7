"""Changing issuers, told in stories: which company accounts an organization's people come by."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ChangeIssuers,
    CreateOrganization,
    DepartmentId,
    EnterLogin,
    HostAccount,
    HostUser,
    Issuer,
    MakeDepartment,
    OfferedIssuer,
    OpenAccount,
    OrganizationId,
    RegistrationPolicy,
    RetireCatalogEntry,
    Ungrouped,
)
from subaccounts.domain.activation_events import IssuersChanged
from subaccounts.errors import FieldRefused, NameTaken, NotFound, TooMany
from tests.commands.company import ACME, OTHER, creating, issuer, trusting
from tests.commands.shop import SETUP, Shop


def change(shop: Shop, *issuers: Issuer) -> ChangeIssuers:
    """Return the command that has the organization's people come by these."""
    return ChangeIssuers(actor=shop.admin, organization=shop.id, issuers=issuers)


def department(shop: Shop, of: OrganizationId | None = None, name: str = "sales") -> DepartmentId:
    """Make a department."""
    organization = of or shop.id
    actor = HostUser.administrator("boss", of=organization)
    made = shop.handle(MakeDepartment(actor=actor, organization=organization, name=name)).id
    assert isinstance(made, DepartmentId)
    return made


def abroad(shop: Shop) -> OrganizationId:
    """Create another organization."""
    return shop.handle(
        CreateOrganization(actor=SETUP, id=OrganizationId(value="abroad"), name="Abroad", ungrouped=Ungrouped.EVERYBODY)
    ).id


class TestChange:
    """Given an organization, its administrator says which issuers its people come by."""

    def test_replaces_what_was_said(self, shop: Shop) -> None:
        """The issuers are just those that were said last; each change is an event that names them."""
        moment = len(shop.events())
        first, second = issuer(trusts_email=True), issuer(OTHER)
        assert (first, second) == trusting(shop, first, second).issuers
        assert (second,) == trusting(shop, second).issuers
        assert [IssuersChanged(issuers=(ACME, OTHER)), IssuersChanged(issuers=(OTHER,))] == shop.since(moment)

    def test_people_under_two_accounts(self, shop: Shop) -> None:
        """Each issuer can create its people under an account of its own."""
        second = evolve(creating(shop), account=shop.open("shop-2").id)
        ours = (issuer(creates=creating(shop)), issuer(OTHER, creates=second))
        assert ours == trusting(shop, *ours).issuers

    def test_the_same_again_writes_nothing(self, shop: Shop) -> None:
        """What is said a second time changes nothing and is no event."""
        organization = trusting(shop, issuer())
        before = shop.stored()
        assert organization == trusting(shop, issuer())
        assert before == shop.stored()

    def test_a_page_offers_them(self, shop: Shop) -> None:
        """The first step of the sign-in names every issuer in the order in which it was said."""
        trusting(shop, issuer(), issuer(OTHER, name="Partner account"))
        step = shop.begin(None)
        assert isinstance(step, EnterLogin)
        names = [OfferedIssuer(issuer=ACME, name="Acme account"), OfferedIssuer(issuer=OTHER, name="Partner account")]
        assert names == list(step.offers.issuers)

    def test_a_repeated_request_is_answered_alike(self, shop: Shop) -> None:
        """A request that is repeated answers what happened the first time."""
        command = evolve(change(shop, issuer()), request_id="r-1")
        first = shop.handle(command)
        trusting(shop)
        assert first == shop.handle(command)


class TestRefused:
    """What cannot be meant is refused, and changes nothing."""

    def test_too_many(self, shop: Shop) -> None:
        """Twenty issuers are enough for every sign-in to read."""
        many = [issuer(f"https://idp-{number}.example") for number in range(21)]
        assert 20 == len(trusting(shop, *many[:20]).issuers)
        assert repr(TooMany(what="issuers", limit=20)) == repr(shop.refused(change(shop, *many)))

    def test_one_twice(self, shop: Shop) -> None:
        """An issuer is trusted in one way."""
        assert repr(NameTaken(field="issuer")) == repr(shop.refused(change(shop, issuer(), issuer(trusts_email=True))))

    def test_an_account_of_somebody_else(self, shop: Shop) -> None:
        """Nobody is created under an account that is not the organization's, also not under one that is another's."""
        elsewhere = abroad(shop)
        theirs = OpenAccount(
            actor=HostUser.administrator("boss", of=elsewhere),
            organization=elsewhere,
            host=HostAccount(system="crm", id="abroad-1"),
            name="Abroad",
            policy=RegistrationPolicy.by_person(),
        )
        for account in (
            evolve(shop.account.id, value="nowhere"),
            evolve(shop.account.id, organization=elsewhere),
            shop.handle(theirs).id,
        ):
            creates = evolve(creating(shop), account=account)
            assert repr(NotFound(what="account")) == repr(shop.refused(change(shop, issuer(creates=creates))))

    def test_an_entry_of_somebody_else(self, shop: Shop) -> None:
        """Nobody is created with a department that is not the organization's, or is given to nobody new."""
        retired = department(shop)
        shop.handle(RetireCatalogEntry(actor=shop.admin, entry=retired))
        foreign = department(shop, of=abroad(shop))
        for entry, why in ((foreign, "unknown"), (evolve(retired, value="none"), "unknown"), (retired, "retired")):
            command = change(shop, issuer(creates=creating(shop, departments=frozenset({entry}))))
            assert repr(FieldRefused(field="departments", why=why)) == repr(shop.refused(command))

    def test_an_organization_that_does_not_exist(self, shop: Shop) -> None:
        """There are no issuers of nobody."""
        nowhere = OrganizationId(value="nowhere")
        command = ChangeIssuers(actor=HostUser.administrator("boss", of=nowhere), organization=nowhere, issuers=())
        assert repr(NotFound(what="organization")) == repr(shop.refused(command))

    def test_an_entry_that_is_retired_meanwhile(self, shop: Shop) -> None:
        """What is named has to be there until the commit."""
        entry = department(shop)
        shop.meanwhile(lambda: shop.handle(RetireCatalogEntry(actor=shop.admin, entry=entry)))
        command = change(shop, issuer(creates=creating(shop, departments=frozenset({entry}))))
        with pytest.raises(FieldRefused) as refusal:
            shop.handle(command)
        assert "retired" == refusal.value.why

    def test_two_changes_at_once(self, shop: Shop) -> None:
        """Of two changes at once none is lost: the later one is decided on what the earlier one said."""
        moment = len(shop.events())
        shop.meanwhile(lambda: trusting(shop, issuer(OTHER)))
        assert (issuer(),) == trusting(shop, issuer()).issuers
        assert [IssuersChanged(issuers=(OTHER,)), IssuersChanged(issuers=(ACME,))] == shop.since(moment)


@pytest.mark.parametrize("scope", ["account", "department"])
def test_issuers_are_the_organizations(shop: Shop, scope: str) -> None:
    """Whoever administers an account or a department does not say whom the whole organization trusts."""
    of: Any = shop.account.id if scope == "account" else department(shop)
    command = evolve(change(shop, issuer()), actor=HostUser.administrator("deputy", of=of))
    assert "not_allowed" == shop.refused(command).code
