"""Arrivals that let nobody in, told in stories; each writes nothing but a change of the host account's roles."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    ArriveBySSO,
    AskAdministrator,
    Authenticated,
    CloseAccount,
    CompleteFields,
    ContinueWithSSO,
    CreateOrganization,
    DeletePerson,
    Door,
    HostAccountBarred,
    HostRole,
    HostUser,
    LapsePolicy,
    MonthlySeats,
    OfferedIssuer,
    OrganizationId,
    Realm,
    RegistrationPolicy,
    ResetPassword,
    State,
    StoredSeats,
    Ungrouped,
)
from subaccounts.errors import InvalidValue, NotFound, TooMany, WrongState
from tests.commands.company import ACME, OTHER, add, arrive, claimed, enter, issuer, trusting, verified, with_both
from tests.commands.shop import NAMED, SETUP, Shop

NOT_KNOWN = AskAdministrator(why="not_known")
LINKED = AskAdministrator(why="linked_already")
MAIL = "anna@acme.example"


@pytest.fixture
def shop() -> Shop:
    """Open a shop whose people come by the external id an issuer says, or by an e-mail it verified."""
    shop = Shop(policy=RegistrationPolicy.by_administrator())
    trusting(shop, issuer(external_id="eid", trusts_email=True), issuer(OTHER, external_id="eid"))
    return shop


def unmoved(shop: Shop, who: Any, **given: Any) -> Any:
    """Arrive, and return the step that lets nobody in and has written nothing."""
    before = shop.stored()
    step = arrive(shop, who, **given)
    assert not isinstance(step, Authenticated)
    assert before == shop.stored()
    return step


class TestNotKnown:
    """Whom the organization does not know is told so, whatever the reason."""

    def test_an_issuer_that_is_none_here(self, shop: Shop) -> None:
        """An issuer the organization did not name leads to nobody, whatever it says."""
        add(shop, external_id="E-1", email=MAIL)
        assert NOT_KNOWN == unmoved(shop, verified(by="https://evil.example", eid="E-1", email=MAIL))

    def test_an_issuer_that_is_no_more(self, shop: Shop) -> None:
        """Whoever came by an issuer comes by it no more when the organization took it away; by the others it does."""
        add(shop, external_id="E-1")
        enter(shop, verified(eid="E-1"))
        trusting(shop, issuer(OTHER, external_id="eid"))
        assert NOT_KNOWN == unmoved(shop, verified(eid="E-1"))
        enter(shop, verified("o-1", by=OTHER, eid="E-1"))

    def test_a_company_account_nobody_has(self, shop: Shop) -> None:
        """A known issuer's unknown account leads to nobody where nobody is created."""
        assert NOT_KNOWN == unmoved(shop, verified(eid="E-9", email=MAIL))

    def test_the_deleted(self, shop: Shop) -> None:
        """A deleted person is gone, whatever the company account."""
        add(shop, external_id="E-1")
        anna = enter(shop, verified(eid="E-1")).sub_account
        shop.handle(DeletePerson(actor=shop.admin, sub_account=anna))
        assert frozenset() == shop.person(anna).identities
        assert NOT_KNOWN == unmoved(shop, verified(eid="E-1"))


class TestLinkedAlready:
    """A person comes by one account of an issuer; a second waits until somebody unlinks the first."""

    def test_another_account_of_the_issuer(self, shop: Shop) -> None:
        """Given a person who came by one subject, another that says the same external id is turned away."""
        add(shop, external_id="E-1")
        enter(shop, verified(eid="E-1"))
        assert LINKED == unmoved(shop, verified("s-2", eid="E-1"))

    def test_an_account_of_another_issuer(self, shop: Shop) -> None:
        """A second issuer that the organization trusts with the external id leads to the same person."""
        add(shop, external_id="E-1")
        anna = enter(shop, verified(eid="E-1")).sub_account
        assert anna == enter(shop, verified(by=OTHER, eid="E-1")).sub_account
        assert {ACME, OTHER} == {each.issuer for each in shop.person(anna).identities}

    def test_somebody_elses_next_door(self) -> None:
        """Where a company account is unique in the organization, one that somebody next door has leads to nobody here."""
        shop = Shop(policy=RegistrationPolicy.by_administrator(), realm=Realm.ORGANIZATION)
        trusting(shop, issuer(external_id="eid"))
        next_door = shop.open("shop-2", policy=RegistrationPolicy.by_administrator())
        shop.add("boris", account=next_door, fields=NAMED | {"external_id": "E-2"})
        enter(shop, verified(eid="E-2"), door=Door.inside(next_door.id))
        add(shop, external_id="E-1")
        assert LINKED == unmoved(shop, verified(eid="E-1"))

    def test_two_at_once(self, shop: Shop) -> None:
        """Of two subjects who say one external id at once, one takes the person over; the other is told."""
        anna = add(shop, external_id="E-1")
        shop.meanwhile(lambda: enter(shop, verified("s-2", eid="E-1")))
        assert LINKED == arrive(shop, verified("s-1", eid="E-1"))
        assert {"s-2"} == {each.subject for each in shop.person(anna).identities}

    def test_two_at_once_by_one_email(self, shop: Shop) -> None:
        """Of two subjects with one verified e-mail, one takes the person over; the other finds nobody."""
        anna = add(shop, email=MAIL)
        shop.meanwhile(lambda: enter(shop, verified("s-2", email=MAIL)))
        assert NOT_KNOWN == arrive(shop, verified("s-1", email=MAIL))
        assert {"s-2"} == {each.subject for each in shop.person(anna).identities}


class TestAuthenticatedTooWeakly:
    """Given an issuer that people have to authenticate at recently, or strongly."""

    @pytest.fixture
    def strict(self, shop: Shop) -> Shop:
        """Ask for a sign-in of the last hour, a level and two methods."""
        asked: dict[str, Any] = {
            "within": timedelta(hours=1),
            "levels": frozenset({"phr", "phrh"}),
            "methods": frozenset({"pwd", "mfa"}),
        }
        trusting(shop, issuer(external_id="eid", **asked))
        add(shop, external_id="E-1")
        return shop

    def good(self, shop: Shop, **changes: Any) -> Any:
        """Return what is strong enough, changed."""
        said: dict[str, Any] = {
            "at": shop.clock() - timedelta(minutes=59),
            "level": "phr",
            "methods": frozenset({"pwd", "mfa", "sms"}),
        }
        return verified(eid="E-1", **said | changes)

    @pytest.mark.asvs("6.8.4")
    def test_is_let_in(self, strict: Shop) -> None:
        """Who authenticated as the organization asks is in, at the very end of the hour too."""
        enter(strict, self.good(strict, at=strict.clock() - timedelta(hours=1)))
        enter(strict, self.good(strict, at=strict.clock() + timedelta(minutes=5), level="phrh"))

    @pytest.mark.asvs("6.8.4")
    @pytest.mark.parametrize(
        "changes",
        [
            {"at": -timedelta(hours=1, seconds=1)},
            {"at": timedelta(minutes=5, seconds=1)},
            {"at": None},
            {"level": "urn:low"},
            {"level": None},
            {"methods": frozenset({"pwd"})},
            {"methods": frozenset()},
        ],
        ids=["too long ago", "in the future", "unsaid when", "too weak", "unsaid how", "one method", "no method"],
    )
    def test_authenticates_again(self, strict: Shop, changes: dict[str, Any]) -> None:
        """Who authenticated too long ago, too weakly or unsaid how is sent back to the issuer; unsaid is never enough."""
        at = changes.get("at")
        given = changes | {"at": strict.clock() + at} if isinstance(at, timedelta) else changes
        again = ContinueWithSSO(issuer=OfferedIssuer(issuer=ACME, name="Acme account"), again=True)
        assert again == unmoved(strict, self.good(strict, **given))

    @pytest.mark.asvs("6.8.4")
    def test_also_who_is_known(self, strict: Shop) -> None:
        """Who came before is asked for as much as who comes for the first time, and as who is not known."""
        enter(strict, self.good(strict))
        for who in (self.good(strict, level=None), evolve(self.good(strict, level=None), attributes={"eid": "E-9"})):
            assert isinstance(unmoved(strict, who), ContinueWithSSO)


class TestShut:
    """What keeps everybody of an account out keeps out who comes by a company account."""

    def test_a_closed_account(self, shop: Shop) -> None:
        """Nobody arrives at a closed account, known or not."""
        add(shop, external_id="E-1")
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        for who in (verified(eid="E-1"), verified("s-9")):
            assert AskAdministrator(why="account_closed") == unmoved(shop, who)

    def test_a_promoted_host_account(self, shop: Shop) -> None:
        """Under a host account that became an administrator nobody comes in; it is remembered, and undone when it is."""
        add(shop, external_id="E-1")
        shop.hosts.promote(shop.account.host)
        assert HostAccountBarred(roles=frozenset({HostRole.ADMINISTRATOR})) == arrive(shop, verified(eid="E-1"))
        assert ["HostAccountRefused"] == [type(what).__name__ for what in shop.happened()[-1:]]
        shop.hosts.demote(shop.account.host)
        enter(shop, verified(eid="E-1"))

    @pytest.mark.parametrize("lapse", LapsePolicy)
    def test_a_lapsed_subscription(self, lapse: LapsePolicy) -> None:
        """A lapse does to who arrives what it does to who signs in: nothing, read-only, or nobody comes in."""
        shop = Shop(policy=RegistrationPolicy.by_administrator(), lapse=lapse)
        trusting(shop, issuer(external_id="eid"))
        add(shop, external_id="E-1")
        shop.subscriptions.lapse(shop.id)
        step = arrive(shop, verified(eid="E-1"))
        if lapse is LapsePolicy.BLOCKED:
            assert AskAdministrator(why="subscription_lapsed") == step
        else:
            assert isinstance(step, Authenticated)
            assert (lapse is LapsePolicy.READ_ONLY) is step.read_only


class TestSeats:
    """Seats are counted for who arrives as for who signs in."""

    def test_the_last_seat_of_the_month(self, shop: Shop) -> None:
        """At the limit only persons new to the month are stopped; on the first of the next it begins anew."""
        for number, login in enumerate(("anna", "boris")):
            add(shop, login, external_id=f"E-{number}")
        shop.subscriptions.seat(shop.id, MonthlySeats(limit=1))
        enter(shop, verified("s-0", eid="E-0"))
        enter(shop, verified("s-0"))
        assert AskAdministrator(why="seats_full") == unmoved(shop, verified("s-1", eid="E-1"))
        shop.wait(days=30)
        enter(shop, verified("s-1", eid="E-1"))

    def test_a_seat_for_the_active(self, shop: Shop) -> None:
        """Where the active are counted, the end of the wait takes a seat, and so does the end of a disabled password."""
        with_both(shop)
        shop.subscriptions.seat(shop.id, StoredSeats(limit=1, states=frozenset({State.ACTIVE})))
        add(shop, "boris", external_id="E-1")
        assert AskAdministrator(why="seats_full") == unmoved(shop, verified("s-2", eid="E-1"))
        shop.guess_until_disabled("anna")
        enter(shop, verified("s-2", eid="E-1"))
        assert AskAdministrator(why="seats_full") == unmoved(shop, verified("s-1"))


class TestFields:
    """Given a policy by which the person fills in its record."""

    @pytest.fixture
    def asking(self) -> Shop:
        """Open a shop where the administrator gives logins and external ids only."""
        shop = Shop(policy=RegistrationPolicy.by_person())
        trusting(shop, issuer(external_id="eid"))
        shop.add("anna", fields={"external_id": "E-1"})
        return shop

    def test_are_asked_without_a_password(self, asking: Shop) -> None:
        """The person is asked for the fields alone, and nothing half-done is kept."""
        step = CompleteFields(fields=("full_name", "position"), code_needed=False, password_needed=False)
        assert step == unmoved(asking, verified(eid="E-1"))

    def test_let_in_with_the_same_identity(self, asking: Shop) -> None:
        """The same identity with the fields lets the person in, and the record is what it said."""
        anna = asking.person(enter(asking, verified(eid="E-1"), fields=NAMED).sub_account)
        assert NAMED == {name: anna.profile.value(name) for name in NAMED}

    @pytest.mark.parametrize(
        ("fields", "codes"),
        [
            ({"full_name": "Anna"}, ["fields_missing"]),
            ({**NAMED, "full_name": ""}, ["invalid_value", "fields_missing"]),
            ({**NAMED, "departments": ()}, ["field_refused"]),
            ({**NAMED, "email": MAIL}, ["field_refused"]),
        ],
    )
    def test_that_are_wrong_are_told(self, asking: Shop, fields: dict[str, Any], codes: list[str]) -> None:
        """What is missing or not the person's to give is told, and nothing of it is kept."""
        step = unmoved(asking, verified(eid="E-1"), fields=fields)
        assert isinstance(step, CompleteFields)
        assert codes == [problem.code for problem in step.problems]
        assert not step.password_needed

    def test_that_nobody_asked_for(self, asking: Shop) -> None:
        """Given a record that lacks nothing, a field that cannot be one lets nobody in either: it is told."""
        boris = asking.add("boris", fields=NAMED | {"external_id": "E-2"}).sub_account.id
        step = unmoved(asking, verified(eid="E-2"), fields={"position": ""})
        assert isinstance(step, CompleteFields)
        assert ((), ["invalid_value"]) == (step.fields, [problem.code for problem in step.problems])
        assert boris == enter(asking, verified(eid="E-2")).sub_account

    def test_of_who_is_active_are_not_looked_at(self, asking: Shop) -> None:
        """Whoever has claimed gives fields by editing its record, not by arriving."""
        anna = enter(asking, verified(eid="E-1"), fields=NAMED).sub_account
        before = asking.person(anna)
        enter(asking, verified(), fields={"full_name": "Somebody Else"})
        assert before == asking.person(anna)

    def test_have_an_end(self, asking: Shop) -> None:
        """More fields than a page has are refused before anything is looked at."""
        many = {f"host:field_{number}": "x" for number in range(101)}
        command = ArriveBySSO(door=asking.inside, identity=verified(eid="E-1"), fields=many)
        assert isinstance(asking.refused(command), TooMany)


class TestDoors:
    """The door says whose people are looked at."""

    def test_people_of_another_account(self, shop: Shop) -> None:
        """A company account leads at each account to that account's own person."""
        other = shop.open("shop-2", policy=RegistrationPolicy.by_administrator())
        shop.add("anna", account=other, fields=NAMED | {"external_id": "E-1"})
        assert NOT_KNOWN == unmoved(shop, verified(eid="E-1"))
        theirs = enter(shop, verified(eid="E-1"), door=Door.inside(other.id))
        assert other.id == theirs.account
        mine = add(shop, external_id="E-1")
        assert mine == enter(shop, verified(eid="E-1")).sub_account
        assert theirs.sub_account == enter(shop, verified(), door=Door.inside(other.id)).sub_account

    def test_people_of_another_organization(self, shop: Shop) -> None:
        """What one organization trusts and knows is nothing in another."""
        add(shop, external_id="E-1")
        abroad = OrganizationId(value="abroad")
        shop.handle(
            CreateOrganization(
                actor=SETUP, id=abroad, name="Abroad", realm=Realm.ORGANIZATION, ungrouped=Ungrouped.EVERYBODY
            )
        )
        assert NOT_KNOWN == unmoved(shop, verified(eid="E-1"), door=Door.outside(abroad))

    @pytest.mark.parametrize("outside", [True, False])
    def test_the_organizations_door(self, outside: bool) -> None:
        """Where logins are the organization's, everybody of it arrives at its door and at the account's own."""
        shop = Shop(policy=RegistrationPolicy.by_administrator(), realm=Realm.ORGANIZATION)
        trusting(shop, issuer(external_id="eid"))
        anna = add(shop, external_id="E-1")
        door = Door.outside(shop.id) if outside else shop.outside
        subject = enter(shop, verified(eid="E-1"), door=door)
        assert (anna, shop.account.id) == (subject.sub_account, subject.account)

    def test_a_door_that_does_not_exist(self, shop: Shop) -> None:
        """There is nobody where there is no place, no organization with logins of each account, no nameless terminal."""
        nowhere = evolve(shop.account.id, value="nowhere")
        for door, refusal in (
            (Door.inside(nowhere), NotFound),
            (Door.outside(shop.id), WrongState),
            (Door.inside(shop.account.id, terminal=""), InvalidValue),
        ):
            assert isinstance(shop.refused(ArriveBySSO(door=door, identity=verified(eid="E-1"))), refusal)

    def test_a_role_over_nothing_is_needed(self, shop: Shop) -> None:
        """Arriving is how authority begins: it is nobody's action, and gives none but the person's own."""
        add(shop, external_id="E-1")
        subject = enter(shop, verified(eid="E-1"))
        assert HostUser.administrator("boss", of=shop.id) == shop.admin
        assert (
            "not_allowed"
            == shop.refused(
                ResetPassword(actor=HostUser(id=subject.sub_account.value), sub_account=subject.sub_account)
            ).code
        )


def test_whoever_claimed_is_found_by_the_external_id_alone(shop: Shop) -> None:
    """Given an active person with a password, neither e-mail nor login of an assertion leads to it."""
    anna = claimed(shop, email=MAIL).sub_account
    before = shop.row(anna)
    assert NOT_KNOWN == unmoved(shop, verified("anna", email=MAIL, uid="anna", login="anna"))
    assert before == shop.row(anna)
