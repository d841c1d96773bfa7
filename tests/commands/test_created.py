"""Just-in-time creation, told in stories: who is created, with what, and where nobody is created beside somebody."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AddPerson,
    ArchivePerson,
    ArriveBySSO,
    AskAdministrator,
    ChangeIssuers,
    CloseAccount,
    CompleteFields,
    DeletePerson,
    DepartmentId,
    Door,
    EditPerson,
    Kind,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    MonthlySeats,
    Pathway,
    Realm,
    RegistrationPolicy,
    RetireCatalogEntry,
    State,
    StoredSeats,
    Supplier,
)
from subaccounts.domain.activation_events import IdentityLinked
from subaccounts.domain.events import PersonSignedIn, SubAccountAdded, SubAccountClaimed
from tests.commands.company import ACME, OTHER, add, arrive, creating, enter, issuer, trusting, verified
from tests.commands.shop import NAMED, Shop
from tests.sent import waiting

MAIL = "anna@acme.example"
SAID: dict[str, Any] = {"uid": "anna", "name": "Anna Koval", "title": "Cashier"}
NOT_KNOWN = AskAdministrator(why="not_known")
INCOMPLETE = AskAdministrator(why="record_incomplete")


@pytest.fixture
def shop() -> Shop:
    """Open a shop where whoever comes by the issuer is created, with the login it calls `uid`."""
    shop = Shop(policy=RegistrationPolicy.by_administrator())
    trusting(shop, issuer(external_id="eid", trusts_email=True, creates=creating(shop)), issuer(OTHER))
    return shop


def people(shop: Shop) -> int:
    """Return how many people there are, tombstones too."""
    return sum(record.id.kind == "sub_account" for record in shop.repository._records.values())


class TestCreated:
    """Given somebody whom nobody knows, the first arrival creates the person and lets it in."""

    def test_is_in(self, shop: Shop) -> None:
        """The person is active without a password, and everything is in the audit trail as its own doing."""
        moment = len(shop.events())
        subject = enter(shop, verified(**SAID))
        person, credential = shop.person(subject.sub_account), shop.credential(subject.sub_account)
        assert ("anna", State.ACTIVE, 1, 1) == (person.login.text, person.state, person.epoch, person.version)
        assert (None, None) == (credential.password, credential.code)
        assert [
            SubAccountAdded(login="anna"),
            IdentityLinked(issuer=ACME, how="created"),
            SubAccountClaimed(pathway=Pathway.SSO, terminal="shared"),
            PersonSignedIn(pathway=Pathway.SSO, terminal="shared"),
        ] == shop.since(moment)
        assert {subject.sub_account.value} == {event.by.id for event in shop.events()[moment:]}

    def test_is_the_same_person_the_next_time(self, shop: Shop) -> None:
        """A second arrival creates nobody."""
        first = enter(shop, verified(**SAID)).sub_account
        assert first == enter(shop, verified(**SAID)).sub_account
        assert 1 == people(shop)

    def test_is_told_nothing(self, shop: Shop) -> None:
        """Who has just come in needs no message that it can."""
        enter(shop, verified(email=MAIL, **SAID))
        assert [] == waiting(shop.repository, shop.id, now=shop.clock())

    def test_fields_are_the_issuers(self, shop: Shop) -> None:
        """What the issuer said is supplied by SSO; an administrator and the person can replace it as the policy says."""
        anna = enter(shop, verified(email=MAIL, eid="E-1", **SAID)).sub_account
        values = shop.person(anna).profile.values
        by = {name: held.by for name, held in values.items()}
        names = ("external_id", "email", "full_name", "position")
        assert {**dict.fromkeys(names, Supplier.SSO), "kind": Supplier.ADMINISTRATOR} == by
        assert shop.person(anna).email_is_key
        edited = shop.handle(EditPerson(actor=shop.admin, sub_account=anna, fields={"position": "Boss"}))
        assert "Boss" == edited.profile.position

    def test_nothing_is_given_again(self, shop: Shop) -> None:
        """What an administrator took away or changed since stays so, whatever the issuer and the defaults say."""
        anna = enter(shop, verified(email=MAIL, **SAID)).sub_account
        taken = {"email": None, "position": "Boss", "kind": None}
        shop.handle(EditPerson(actor=shop.admin, sub_account=anna, fields=taken))
        before = shop.person(anna)
        enter(shop, verified(email=MAIL, **SAID))
        assert before == shop.person(anna)

    def test_defaults_of_the_catalog(self, shop: Shop) -> None:
        """Kind, departments, permission types and job profile are the administrator's, given at creation."""
        made = {
            name: shop.handle(make(actor=shop.admin, organization=shop.id, name=name)).id
            for name, make in (("d", MakeDepartment), ("p", MakePermissionType), ("j", MakeJobProfile))
        }
        given: dict[str, Any] = {
            "kind": Kind.EXTERNAL,
            "departments": frozenset({made["d"]}),
            "permission_types": frozenset({made["p"]}),
            "job_profile": made["j"],
        }
        trusting(shop, issuer(creates=creating(shop, **given)))
        profile = shop.person(enter(shop, verified(**SAID)).sub_account).profile
        assert given == {name: profile.value(name) for name in given}

    def test_what_was_retired_since_is_left_out(self, shop: Shop) -> None:
        """A department that is given to nobody new is not given by a default either."""
        departments = [
            shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name=name)).id for name in ("old", "new")
        ]
        trusting(shop, issuer(creates=creating(shop, departments=frozenset(departments))))
        shop.handle(RetireCatalogEntry(actor=shop.admin, entry=departments[0]))
        assert {departments[1]} == shop.person(enter(shop, verified(**SAID)).sub_account).profile.departments

    def test_what_cannot_be_a_field_is_left_out(self, shop: Shop) -> None:
        """An attribute that is no phone, or whose field the policy does not have, keeps nobody out."""
        names = {"name": "full_name", "title": "position", "tel": "phone", "shoe": "host:shoe_size"}
        trusting(shop, issuer(creates=creating(shop, fields=names)))
        anna = enter(shop, verified(tel="none", shoe="42", **SAID)).sub_account
        assert {"full_name", "position", "kind"} == set(shop.person(anna).profile.values)

    @pytest.mark.parametrize(("trusted", "word"), [(True, False), (False, True)], ids=["not verified", "not trusted"])
    def test_an_email_without_trust_is_not_kept(self, shop: Shop, trusted: bool, word: bool) -> None:
        """An e-mail that nobody vouches for becomes neither a contact nor a sign-in key."""
        trusting(shop, issuer(trusts_email=trusted, creates=creating(shop)))
        person = shop.person(enter(shop, verified(email=MAIL, verified=word, **SAID)).sub_account)
        assert (None, False) == (person.profile.email, person.email_is_key)

    def test_the_login_can_be_the_email_or_the_subject(self, shop: Shop) -> None:
        """`email` is the verified e-mail, `sub` the subject."""
        trusting(
            shop, issuer(creates=creating(shop, login="email")), issuer(OTHER, creates=creating(shop, login="sub"))
        )
        said: dict[str, Any] = {name: SAID[name] for name in ("name", "title")}
        assert INCOMPLETE == arrive(shop, verified(email=MAIL, verified=False, **said))
        assert MAIL == shop.person(enter(shop, verified(email=MAIL, **said)).sub_account).login.text
        assert "s-2" == shop.person(enter(shop, verified("s-2", by=OTHER, **said)).sub_account).login.text


class TestAddressAsLogin:
    """An address as a login takes it from whoever reads its mail, so that only the verified one is taken."""

    @pytest.mark.parametrize(
        ("uid", "mail", "word"),
        [("boss@acme.example", MAIL, True), (MAIL, MAIL, False), (MAIL, "anna@acme", True), (MAIL, None, False)],
        ids=["somebody else's", "not verified", "no address", "no e-mail"],
    )
    def test_another_one(self, shop: Shop, uid: str, mail: str | None, word: bool) -> None:
        """An address that an attribute holds is nobody's login, and nobody is created: the address stays free."""
        assert INCOMPLETE == arrive(shop, verified(email=mail, verified=word, **{**SAID, "uid": uid}))
        assert 0 == people(shop)

    @pytest.mark.parametrize("trusted", [True, False])
    def test_the_own_one(self, shop: Shop, trusted: bool) -> None:
        """The address that the issuer verified is the login under whichever name it is said, in any case."""
        trusting(shop, issuer(trusts_email=trusted, creates=creating(shop)))
        step = enter(shop, verified(email=MAIL, **{**SAID, "uid": "Anna@Acme.example"}))
        assert "Anna@Acme.example" == shop.person(step.sub_account).login.text


class TestIncomplete:
    """Given a policy that requires more than the issuer says."""

    @pytest.mark.parametrize("uid", [None, "", "no login", "x" * 65])
    def test_without_a_login(self, shop: Shop, uid: str | None) -> None:
        """Without a login, or with what is none, nobody is created: the administrator's, or the issuer's, to give."""
        said: dict[str, Any] = {**SAID, "uid": uid} if uid is not None else {"name": "Anna Koval", "title": "Cashier"}
        assert INCOMPLETE == arrive(shop, verified(**said))
        assert 0 == people(shop)

    def test_what_the_administrator_gives(self, shop: Shop) -> None:
        """A field that only the administrator gives cannot be asked for: nobody is created."""
        assert INCOMPLETE == arrive(shop, verified(uid="anna", name="Anna Koval"))
        assert 0 == people(shop)

    def test_what_the_person_gives_is_asked(self) -> None:
        """Fields the person gives are asked for, without a password; nobody is created before they are there."""
        shop = Shop(policy=RegistrationPolicy.by_person())
        trusting(shop, issuer(creates=creating(shop)))
        who = verified(uid="anna", name="Anna Koval")
        asked = CompleteFields(fields=("position",), code_needed=False, password_needed=False)
        assert asked == arrive(shop, who)
        assert asked.fields == arrive(shop, who, fields={"phone": "+4520123456"}).fields  # type: ignore[union-attr]  # just asked
        assert 0 == people(shop)
        anna = shop.person(enter(shop, who, fields={"position": "Seller"}).sub_account)
        assert ("Anna Koval", "Seller") == (anna.profile.full_name, anna.profile.position)
        assert {Supplier.SSO, Supplier.PERSON} == {anna.profile.values[name].by for name in ("full_name", "position")}


class TestNobodyBesideSomebody:
    """Nobody is created beside somebody who is there already, by whatever it would be known."""

    @pytest.mark.parametrize(
        "taken", ["scope", "SCOPE", "\u0455\u0441\u043e\u0440\u0435"], ids=["login", "case", "look-alike"]
    )
    def test_a_login_that_is_taken(self, shop: Shop, taken: str) -> None:
        """Given somebody with the login, or one that looks like it, nobody is created and nobody is taken over."""
        add(shop, taken)
        before = shop.stored()
        assert NOT_KNOWN == arrive(shop, verified(**SAID | {"uid": "scope"}))
        assert before == shop.stored()

    def test_a_deleted_persons_login(self, shop: Shop) -> None:
        """A deleted person's login is not given to who arrives; when an administrator gives it, that person is found."""
        anna = add(shop)
        shop.handle(DeletePerson(actor=shop.admin, sub_account=anna))
        assert NOT_KNOWN == arrive(shop, verified(**SAID))
        again = AddPerson(
            actor=shop.admin,
            account=shop.account.id,
            login="anna",
            fields=NAMED | {"external_id": "E-1"},
            reuse_deleted=True,
        )
        new = shop.handle(again).sub_account.id
        assert new == enter(shop, verified(eid="E-1", **SAID)).sub_account
        assert new != anna

    def test_whoever_came_and_was_deleted(self, shop: Shop) -> None:
        """A person who was created on arrival and deleted is not created again by coming once more."""
        anna = enter(shop, verified(**SAID)).sub_account
        shop.handle(DeletePerson(actor=shop.admin, sub_account=anna))
        assert NOT_KNOWN == arrive(shop, verified(**SAID))
        assert 1 == people(shop)

    def test_whoever_is_archived(self, shop: Shop) -> None:
        """An archived person stays out, found by its company account, and is not created anew under another login."""
        anna = enter(shop, verified(**SAID)).sub_account
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        assert AskAdministrator(why="archived") == arrive(shop, verified(**SAID | {"uid": "other"}))
        assert 1 == people(shop)

    def test_an_email_of_somebody_who_claimed(self, shop: Shop) -> None:
        """Given somebody who signs in with the e-mail and is not found by it, no second person is made for it."""
        anna = enter(shop, verified(email=MAIL, **SAID)).sub_account
        assert NOT_KNOWN == arrive(shop, verified("s-2", email=MAIL, **SAID | {"uid": "anna-2"}))
        assert [anna] == [record.id for record in shop.repository._records.values() if record.id.kind == "sub_account"]

    def test_an_account_next_door(self) -> None:
        """Where logins are the organization's, what somebody of another account has keeps anybody from being created."""
        shop = Shop(policy=RegistrationPolicy.by_administrator(), realm=Realm.ORGANIZATION)
        trusting(shop, issuer(external_id="eid", creates=creating(shop)))
        next_door = shop.open("shop-2", policy=RegistrationPolicy.by_administrator())
        shop.add("boris", account=next_door, fields=NAMED | {"external_id": "E-2"})
        assert NOT_KNOWN == arrive(shop, verified(eid="E-2", **SAID))
        assert NOT_KNOWN == arrive(shop, verified(**SAID | {"uid": "boris"}))
        enter(shop, verified(**SAID))


class TestWhere:
    """At which door somebody is created, and when not at all."""

    def test_another_accounts_door(self, shop: Shop) -> None:
        """At the door of an account other than the one that was named, nobody is created."""
        other = shop.open("shop-2", policy=RegistrationPolicy.by_administrator())
        assert NOT_KNOWN == arrive(shop, verified(**SAID), door=Door.inside(other.id))

    def test_the_organizations_door(self) -> None:
        """At the organization's door somebody is created under the account that was named."""
        shop = Shop(policy=RegistrationPolicy.by_administrator(), realm=Realm.ORGANIZATION)
        trusting(shop, issuer(creates=creating(shop)))
        subject = enter(shop, verified(**SAID), door=Door.outside(shop.id))
        assert (shop.account.id, 1) == (subject.account, subject.account_epoch)

    def test_the_organizations_door_to_a_closed_account(self) -> None:
        """Where the account is closed nobody is told of more: neither who would be created nor who brings no login."""
        shop = Shop(policy=RegistrationPolicy.by_administrator(), realm=Realm.ORGANIZATION)
        trusting(shop, issuer(creates=creating(shop)))
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        for said in (SAID, {}):
            answer = arrive(shop, verified(**said), door=Door.outside(shop.id))
            assert AskAdministrator(why="account_closed") == answer

    def test_another_domain(self, shop: Shop) -> None:
        """Where the issuer's domains are said, nobody without a verified e-mail of one is created: issuers can be anybody's."""
        trusting(shop, issuer(domains=frozenset({"acme.example"}), creates=creating(shop)))
        for who in (
            verified(**SAID),
            verified(email="anna@mail.example", **SAID),
            verified(email=MAIL, verified=False, **SAID),
        ):
            assert NOT_KNOWN == arrive(shop, who)
        enter(shop, verified(email=MAIL, **SAID))

    def test_an_issuer_that_creates_nobody(self, shop: Shop) -> None:
        """Without the organization's word nobody is created."""
        assert NOT_KNOWN == arrive(shop, verified(by=OTHER, **SAID))

    def test_without_a_subscription(self, shop: Shop) -> None:
        """Given a subscription that lapsed, who exists comes in as the policy says and nobody new is created."""
        enter(shop, verified(**SAID))
        shop.subscriptions.lapse(shop.id)
        enter(shop, verified(**SAID))
        new = verified("s-2", **SAID | {"uid": "boris"})
        assert AskAdministrator(why="subscription_lapsed") == arrive(shop, new)

    @pytest.mark.parametrize("seats", [StoredSeats(limit=1), MonthlySeats(limit=1)], ids=["stored", "monthly"])
    def test_a_seat_is_taken(self, shop: Shop, seats: Any) -> None:
        """Who is created takes a seat; without one left, nobody is created and the next is told so."""
        shop.subscriptions.seat(shop.id, seats)
        enter(shop, verified(**SAID))
        enter(shop, verified(**SAID))
        new = verified("s-2", **SAID | {"uid": "boris"})
        assert AskAdministrator(why="seats_full") == arrive(shop, new)
        assert 1 == people(shop)


class TestAtOnce:
    """Given somebody else in between, the arrival is decided anew."""

    def test_the_same_person_twice(self, shop: Shop) -> None:
        """Two arrivals of one unknown person at once are one person, and both are in."""
        who = verified(**SAID)
        shop.meanwhile(lambda: enter(shop, who))
        enter(shop, who)
        assert 1 == people(shop)

    def test_trust_that_ends_between_two_reads(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Whom an e-mail leads to is let in by the organization's word of the moment of the commit, and no older one."""
        add(shop, email=MAIL)
        read, others = shop.repository.sign_in_facts, [shop.facade()]

        def slowly(where: Any, /, **asked: Any) -> Any:
            found = read(where, **asked)
            if others:
                command = ChangeIssuers(actor=shop.admin, organization=shop.id, issuers=(issuer(),))
                others.pop().handle(command)
            return found

        monkeypatch.setattr(shop.repository, "sign_in_facts", slowly)
        shop.subs = shop.facade()
        assert NOT_KNOWN == arrive(shop, verified(email=MAIL))

    def test_the_same_person_between_two_reads(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who was created by another arrival just after it was looked for is looked for again, and is in."""
        who, read, others = verified(**SAID), shop.repository.account, [shop.facade()]

        def slowly(id_: Any, /) -> Any:
            if others:
                others.pop().handle(ArriveBySSO(door=shop.inside, identity=who))
            return read(id_)

        monkeypatch.setattr(shop.repository, "account", slowly)
        shop.subs = shop.facade()
        enter(shop, who)
        assert ([], 1) == (others, people(shop))

    def test_two_subjects_who_want_one_login(self, shop: Shop) -> None:
        """Of two whom the issuer calls alike one is created; the other is told that nobody knows it."""
        shop.meanwhile(lambda: enter(shop, verified("s-2", **SAID)))
        assert NOT_KNOWN == arrive(shop, verified("s-1", **SAID))
        assert 1 == people(shop)

    def test_an_administrator_who_adds_the_same_login(self, shop: Shop) -> None:
        """Whoever an administrator added meanwhile is not taken over by its login."""
        shop.meanwhile(lambda: add(shop))
        assert NOT_KNOWN == arrive(shop, verified(**SAID))

    def test_an_issuer_that_is_no_more(self, shop: Shop) -> None:
        """Whom the organization trusts no more while the arrival is decided creates nobody."""
        shop.meanwhile(lambda: trusting(shop))
        assert NOT_KNOWN == arrive(shop, verified(**SAID))
        assert 0 == people(shop)

    def test_a_default_that_is_retired(self, shop: Shop) -> None:
        """A department that is retired while somebody is created with it is not given."""
        department = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="old")).id
        assert isinstance(department, DepartmentId)
        trusting(shop, issuer(creates=creating(shop, departments=frozenset({department}))))
        shop.meanwhile(lambda: shop.handle(RetireCatalogEntry(actor=shop.admin, entry=department)))
        assert frozenset() == shop.person(enter(shop, verified(**SAID)).sub_account).profile.departments

    def test_the_last_seat(self, shop: Shop) -> None:
        """Of two who are created at once on the last seat one is."""
        shop.subscriptions.seat(shop.id, StoredSeats(limit=1))
        shop.meanwhile(lambda: enter(shop, verified("s-2", **SAID | {"uid": "boris"})))
        assert AskAdministrator(why="seats_full") == arrive(shop, verified(**SAID))
        assert 1 == people(shop)


def test_creation_is_by_the_organizations_word_at_the_commit(shop: Shop) -> None:
    """Two ways of creation never mix: another way that is said meanwhile is the one that counts."""
    other = evolve(creating(shop), login="alias")
    shop.meanwhile(lambda: trusting(shop, issuer(creates=other)))
    assert "annie" == shop.person(enter(shop, verified(alias="annie", **SAID)).sub_account).login.text
