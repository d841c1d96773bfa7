"""Adding people: one, or up to a thousand lines with an answer for each."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts import (
    AddPeople,
    AddPerson,
    ArchivePerson,
    Authenticated,
    CloseAccount,
    CompleteFields,
    CreateOrganization,
    DeletePerson,
    DepartmentId,
    HostUser,
    Kind,
    MakeDepartment,
    MakeJobProfile,
    MakePermissionType,
    NewPerson,
    OpenClaim,
    OrganizationId,
    RegistrationPolicy,
    RetireCatalogEntry,
    State,
    StoredSeats,
    SubAccount,
    Supplier,
    Ungrouped,
)
from subaccounts.domain.events import CodeIssued, LoginReleased, SubAccountAdded
from subaccounts.domain.fields import MOST_VALUES
from subaccounts.domain.ids import AccountId
from subaccounts.errors import (
    FieldRefused,
    FieldsMissing,
    InvalidValue,
    NameTaken,
    NotFound,
    Refusal,
    SeatsFull,
    SubscriptionRequired,
    TooMany,
)
from tests.commands.shop import NAMED, SETUP, Shop, code_of

BY_ADMINISTRATOR = RegistrationPolicy.by_administrator()


def adding(shop: Shop, login: str = "anna", **fields: Any) -> AddPerson:
    return AddPerson(actor=shop.admin, account=shop.account.id, login=login, fields=fields)


def pasted(shop: Shop, text: str, **more: Any) -> AddPeople:
    return AddPeople.pasted(text, actor=shop.admin, account=shop.account.id, **more)


def delete(shop: Shop, person: SubAccount) -> None:
    shop.handle(DeletePerson(actor=shop.admin, sub_account=person.id))


class TestOne:
    """One person, or the refusal of its line."""

    def test_a_person_waits_with_a_code(self, shop: Shop) -> None:
        """Given a login, a person is added who waits, with a code to hand over that lasts 30 days."""
        added = shop.handle(adding(shop))
        person = added.sub_account
        assert ("anna", State.WAITING, 1, shop.account.id) == (
            person.login.text,
            person.state,
            person.version,
            person.account,
        )
        assert added.code is not None
        assert (person.id, "anna", shop.clock() + timedelta(days=30)) == (
            added.code.sub_account,
            added.code.login,
            added.code.expires_at,
        )
        assert person == shop.person(person.id)
        assert [SubAccountAdded(login="anna"), CodeIssued(expires_at=added.code.expires_at)] == shop.happened()[-2:]

    def test_no_code_where_claims_are_open(self) -> None:
        """Given a policy of open claims, there is no code to hand over."""
        shop = Shop(policy=RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=1))))
        assert None is shop.add().code
        assert [] == shop.happened(CodeIssued)

    def test_fields_are_the_administrators(self, shop: Shop) -> None:
        """Given fields, each is kept with its supplier and time."""
        person = shop.handle(adding(shop, full_name="  Anna  Koval ", language="uk")).sub_account
        held = person.profile.values["full_name"]
        assert ("Anna Koval", Supplier.ADMINISTRATOR, shop.clock()) == (held.value, held.by, held.at)

    def test_what_the_policy_has_the_administrator_give(self) -> None:
        """Given a policy that asks the administrator, every missing field is named at once."""
        shop = Shop(policy=BY_ADMINISTRATOR)
        refusal = shop.refused(adding(shop))
        assert isinstance(refusal, FieldsMissing)
        assert ("full_name", "position") == refusal.fields
        assert State.WAITING is shop.handle(adding(shop, **NAMED)).sub_account.state

    @pytest.mark.parametrize(
        ("login", "problem"),
        [
            ("", "empty"),
            (" anna", "characters"),
            ("annа", "mixed_scripts"),
            ("a\x00", "control"),
            ("a" * 65, "too_long"),
        ],
    )
    def test_what_is_no_login(self, shop: Shop, login: str, problem: str) -> None:
        """A text that can be no login is refused with a stable word."""
        refusal = shop.refused(adding(shop, login))
        assert isinstance(refusal, InvalidValue)
        assert ("login", problem) == (refusal.field, refusal.problem)

    @pytest.mark.parametrize(
        ("fields", "field", "why"),
        [
            ({"shoe_size": "38"}, "shoe_size", "unknown"),
            ({"host:shoe_size": "38"}, "host:shoe_size", "not_supplied_by_you"),
            ({"given_name": "Anna"}, "given_name", "not_supplied_by_you"),
            (
                {"departments": {DepartmentId(organization=OrganizationId(value="acme"), value="x")}},
                "departments",
                "unknown",
            ),
            (
                {
                    "departments": [
                        DepartmentId(organization=OrganizationId(value="acme"), value=str(n))
                        for n in range(MOST_VALUES + 1)
                    ]
                },
                "departments",
                "too_many",
            ),
        ],
    )
    def test_fields_that_cannot_be_given(self, shop: Shop, fields: dict[str, Any], field: str, why: str) -> None:
        """A field that is unknown, not the administrator's, or names what does not exist, is refused."""
        refusal = shop.refused(adding(shop, **fields))
        assert isinstance(refusal, FieldRefused)
        assert (field, why) == (refusal.field, refusal.why)

    def test_not_into_a_retired_department(self, shop: Shop) -> None:
        """A retired department, job profile or permission type is given to nobody new."""
        made = {
            "departments": shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="x")),
            "permission_types": shop.handle(MakePermissionType(actor=shop.admin, organization=shop.id, name="x")),
            "job_profile": shop.handle(MakeJobProfile(actor=shop.admin, organization=shop.id, name="x")),
        }
        given = {name: entry.id if name == "job_profile" else {entry.id} for name, entry in made.items()}
        person = shop.handle(adding(shop, "before", **given)).sub_account
        assert given["job_profile"] == person.profile.job_profile
        for name, entry in made.items():
            shop.handle(RetireCatalogEntry(actor=shop.admin, entry=entry.id))
            refusal = shop.refused(adding(shop, "after", **{name: given[name]}))
            assert isinstance(refusal, FieldRefused)
            assert (name, "retired") == (refusal.field, refusal.why)

    def test_not_with_an_entry_of_somebody_else(self, shop: Shop) -> None:
        """A department of another organization is no department here."""
        other = OrganizationId(value="other")
        shop.handle(CreateOrganization(actor=SETUP, id=other, name="Other", ungrouped=Ungrouped.EVERYBODY))
        foreign = shop.handle(MakeDepartment(actor=HostUser.administrator("b", of=other), organization=other, name="x"))
        refusal = shop.refused(adding(shop, departments={foreign.id}))
        assert isinstance(refusal, FieldRefused)
        assert ("departments", "unknown") == (refusal.field, refusal.why)

    def test_not_without_a_subscription(self, shop: Shop) -> None:
        """Given a lapsed subscription, nobody is added."""
        shop.subscriptions.lapse(shop.id)
        assert isinstance(shop.refused(adding(shop)), SubscriptionRequired)

    def test_not_where_there_is_no_account(self, shop: Shop) -> None:
        """Given no such account, nobody is added."""
        nowhere = AccountId(organization=shop.id, value="nowhere")
        assert isinstance(shop.refused(AddPerson(actor=shop.admin, account=nowhere, login="anna")), NotFound)


class TestTaken:
    """A login is held by one living person, and not silently given to the next."""

    @pytest.mark.parametrize("login", ["anna", "ANNA", "ａｎｎａ"])
    def test_the_same_login(self, shop: Shop, login: str) -> None:
        """A login is taken whatever its case or width; another login is not."""
        shop.add()
        refusal = shop.refused(adding(shop, login))
        assert isinstance(refusal, NameTaken)
        assert ("login", "held") == (refusal.field, refusal.why)
        shop.add("hanna")

    def test_a_login_that_looks_like_one(self, shop: Shop) -> None:
        """A login that looks like a taken one, in another script, is refused."""
        shop.add("scope")
        refusal = shop.refused(adding(shop, "ѕсоре"))
        assert isinstance(refusal, NameTaken)
        assert "looks_like" == refusal.why

    def test_an_external_id(self, shop: Shop) -> None:
        """An external id is one person's in its realm: another login with the same one is refused."""
        shop.add(fields={"external_id": "E-1"})
        refusal = shop.refused(adding(shop, "boris", external_id="E-1"))
        assert isinstance(refusal, NameTaken)
        assert ("external_id", "held") == (refusal.field, refusal.why)
        shop.add("boris", fields={"external_id": "E-2"})

    def test_a_deleted_persons_login_is_given_on_purpose(self, shop: Shop) -> None:
        """Given a deleted person, its login is refused until somebody says to give it on, and then told."""
        gone = shop.add().sub_account
        delete(shop, gone)
        refusal = shop.refused(adding(shop))
        assert isinstance(refusal, NameTaken)
        assert "deleted" == refusal.why
        person = shop.add(reuse_deleted=True).sub_account
        assert person.id != gone.id
        assert [LoginReleased(login="anna", to=person.id)] == shop.happened(LoginReleased)
        delete(shop, person)
        assert isinstance(shop.refused(adding(shop)), NameTaken)

    def test_a_login_given_on_twice(self, shop: Shop) -> None:
        """Given a login that several deleted persons had in turn, it can be given on again, and only the last holds it."""
        for _ in range(3):
            delete(shop, shop.add(reuse_deleted=True).sub_account)
        shop.add(reuse_deleted=True)
        assert 3 == len(shop.happened(LoginReleased))

    def test_saying_reuse_takes_nothing_from_the_living(self, shop: Shop) -> None:
        """Reuse gives on what deleted people had, never what somebody has."""
        shop.add()
        reuse = AddPerson(actor=shop.admin, account=shop.account.id, login="anna", reuse_deleted=True)
        refusal = shop.refused(reuse)
        assert isinstance(refusal, NameTaken)
        assert "held" == refusal.why


class TestMany:
    """Lines are judged one by one and the good ones go through together."""

    def test_every_line_is_answered(self, shop: Shop) -> None:
        """Given good and bad lines, each has its answer in order, with its number and a code if it was added."""
        shop.add("held")
        answers = shop.handle(pasted(shop, "\n anna \r\n\nbad login\nheld\nANNA\nboris\n\t\nannа\n"))
        problems = [getattr(answer.refusal, "code", None) for answer in answers]
        assert [None, "invalid_value", "name_taken", "name_taken", None, "invalid_value"] == problems
        assert list(range(1, 7)) == [answer.number for answer in answers]
        for answer in answers:
            assert (answer.refusal is None) is (answer.sub_account is not None) is (answer.code is not None)
        assert {"held", "anna", "boris"} == {event.login for event in shop.happened(SubAccountAdded)}

    def test_every_code_is_its_own(self, shop: Shop) -> None:
        """No two codes are the same, and each opens its own login only."""
        anna, boris = shop.handle(pasted(shop, "anna\nboris"))
        assert code_of(anna).reveal() != code_of(boris).reveal()
        assert isinstance(shop.complete("anna", code=code_of(boris)), CompleteFields)
        assert isinstance(shop.complete("anna", code=code_of(anna)), Authenticated)

    def test_a_thousand(self, shop: Shop) -> None:
        """A thousand lines go through together, one more is refused whole."""
        text = "\n".join(f"p{n}" for n in range(1000))
        assert 1000 == sum(answer.refusal is None for answer in shop.handle(pasted(shop, text)))
        with pytest.raises(TooMany):
            pasted(shop, text + "\none-more")
        people = tuple(NewPerson(login=f"q{n}") for n in range(1001))
        refusal = shop.refused(AddPeople(actor=shop.admin, account=shop.account.id, people=people))
        assert isinstance(refusal, TooMany)
        assert 1000 == refusal.limit

    def test_a_pasted_book(self, shop: Shop) -> None:
        """More than a hundred thousand characters are refused before they are read."""
        with pytest.raises(TooMany) as refusal:
            pasted(shop, "a" * 100_001)
        assert "pasted characters" == refusal.value.what

    @pytest.mark.parametrize("text", ["", "\n\n", " \t\n\ufeff"])
    def test_nothing_pasted(self, shop: Shop, text: str) -> None:
        """Nothing added is nothing written."""
        stored = shop.stored()
        assert () == shop.handle(pasted(shop, text))
        assert stored == shop.stored()

    def test_lines_with_fields(self) -> None:
        """Given a policy that asks the administrator, a line that lacks a field is refused alone."""
        shop = Shop(policy=BY_ADMINISTRATOR)
        people = (
            NewPerson(login="anna", fields=NAMED),
            NewPerson(login="boris"),
            NewPerson(login="c", fields={"x": "y"}),
        )
        anna, boris, nobody = shop.handle(AddPeople(actor=shop.admin, account=shop.account.id, people=people))
        assert None is anna.refusal
        assert isinstance(boris.refusal, FieldsMissing)
        assert isinstance(nobody.refusal, FieldRefused)

    def test_a_reused_login_twice(self, shop: Shop) -> None:
        """Given one deleted login in two lines, one gets it."""
        delete(shop, shop.add().sub_account)
        first, second = shop.handle(pasted(shop, "anna\nanna", reuse_deleted=True))
        assert None is first.refusal
        assert isinstance(second.refusal, NameTaken)
        assert 1 == len(shop.happened(LoginReleased))

    def test_many_reused_logins(self, shop: Shop) -> None:
        """Given many deleted logins among many that are held, each of the deleted is given on, and none of the held."""
        gone, held = [f"gone-{n}" for n in range(8)], [f"held-{n}" for n in range(8)]
        for login in gone:
            delete(shop, shop.add(login).sub_account)
        for login in held:
            shop.add(login)
        answers = shop.handle(pasted(shop, "\n".join((*gone, *held)), reuse_deleted=True))
        assert [None] * 8 == [each.refusal for each in answers[:8]]
        assert [True] * 8 == [isinstance(each.refusal, NameTaken) for each in answers[8:]]


class TestEmails:
    """An e-mail an administrator gives is a sign-in key where nobody else has it; login and e-mail are one key space."""

    def test_the_first_has_the_key(self, shop: Shop) -> None:
        """Given two people with one e-mail, the first signs in with it and for the second it is a contact."""
        first = shop.handle(adding(shop, "anna", email="office@example.com")).sub_account
        second = shop.handle(adding(shop, "boris", email="Office@Example.com")).sub_account
        assert (True, False) == (first.email_is_key, second.email_is_key)
        assert None is not second.profile.email

    def test_two_lines_with_one_email(self, shop: Shop) -> None:
        """Within one paste the earlier line has the key."""
        people = tuple(NewPerson(login=login, fields={"email": "o@example.com"}) for login in ("anna", "boris"))
        answers = shop.handle(AddPeople(actor=shop.admin, account=shop.account.id, people=people))
        assert [True, False] == [answer.sub_account.email_is_key for answer in answers if answer.sub_account]

    def test_a_login_is_never_somebody_elses_email(self, shop: Shop) -> None:
        """Given a person with an e-mail, it is no other person's login; given a login, it is a contact elsewhere."""
        shop.handle(adding(shop, "anna", email="a@example.com"))
        refusal = shop.refused(adding(shop, "A@example.com"))
        assert isinstance(refusal, NameTaken)
        shop.add("b@example.com")
        assert not shop.handle(adding(shop, "carl", email="b@example.com")).sub_account.email_is_key

    def test_the_own_login_as_email(self, shop: Shop) -> None:
        """A person whose login is its e-mail holds one key."""
        person = shop.handle(adding(shop, "a@example.com", email="A@example.com")).sub_account
        assert person.email_is_key
        assert 1 == sum(key.space == "sign_in" for key in person.keys)


class TestSeats:
    """Stored seats: the line that would take one too many is refused, the others go through."""

    @pytest.mark.asvs("2.3.2")
    def test_the_last_seats_of_a_paste(self, shop: Shop) -> None:
        """Given two seats and three good lines, the third is told how many there are and where to buy."""
        shop.subscriptions.seat(shop.id, StoredSeats(limit=2))
        answers = shop.handle(pasted(shop, "anna\nbad one\nboris\ncarl"))
        assert [False, True, False, True] == [answer.refusal is not None for answer in answers]
        refusal = answers[3].refusal
        assert isinstance(refusal, SeatsFull)
        assert (2, "https://shop.example/sub-accounts") == (refusal.limit, refusal.buy_at)
        assert isinstance(shop.refused(adding(shop, "dora")), SeatsFull)

    def test_who_is_not_counted_goes_through(self, shop: Shop) -> None:
        """Given seats for employees only, externals are added without end."""
        shop.subscriptions.seat(shop.id, StoredSeats(limit=1, kinds=frozenset({Kind.EMPLOYEE})))
        shop.add("anna")
        assert isinstance(shop.refused(adding(shop, "boris")), SeatsFull)
        shop.handle(adding(shop, "carl", kind="external"))

    def test_a_rule_that_comes_later_counts_who_is_there(self, shop: Shop) -> None:
        """Given people from before seats were counted, they take theirs."""
        shop.add("anna")
        shop.add("boris")
        shop.subscriptions.seat(shop.id, StoredSeats(limit=3))
        shop.add("carl")
        assert isinstance(shop.refused(adding(shop, "dora")), SeatsFull)

    def test_a_deleted_person_gives_the_seat_back(self, shop: Shop) -> None:
        """Deleting frees a stored seat, archiving does not."""
        shop.subscriptions.seat(shop.id, StoredSeats(limit=1))
        anna = shop.add().sub_account
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna.id))
        assert isinstance(shop.refused(adding(shop, "boris")), SeatsFull)
        delete(shop, anna)
        shop.add("boris")


def test_a_deletion_between_two_reads(shop: Shop) -> None:
    """Given a tombstone that was not there when it was looked for, adding decides again and says so."""
    delete(shop, shop.add().sub_account)
    read, blind = shop.repository.person, [True]
    shop.repository.person = lambda who: None if blind and blind.pop() else read(who)  # type: ignore[method-assign]  # blind for one read
    shop.subs = shop.facade()
    refusal = shop.refused(adding(shop))
    assert isinstance(refusal, NameTaken)
    assert ("deleted", []) == (refusal.why, blind)


@given(
    logins=st.lists(
        st.sampled_from(["anna", "ANNA", "boris", "scope", "ѕсоре", "bad login", "a@b.cd", ""]), max_size=12
    )
)
def test_lines_together_are_lines_apart(logins: list[str]) -> None:
    """A paste answers each line as adding the people one after the other would."""
    together, apart = Shop(), Shop()
    people = tuple(NewPerson(login=login) for login in logins)
    answers = together.handle(AddPeople(actor=together.admin, account=together.account.id, people=people))
    for login, answer in zip(logins, answers, strict=True):
        try:
            apart.add(login)
            refusal = None
        except Refusal as refused:
            refusal = refused
        assert repr(refusal) == repr(answer.refusal)


def test_closing_meanwhile(shop: Shop) -> None:
    """Given an account that closes while people are added, nobody is added: the account is guarded."""
    shop.add("before")

    class Closing:
        """Close the account between reading and writing, once."""

        def __init__(self) -> None:
            self.closed = False

        def commit(self, batch: Any) -> None:
            if not self.closed:
                self.closed = True
                shop.subs = shop.facade()
                shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
            type(shop.repository).commit(shop.repository, batch)

        def __getattr__(self, name: str) -> Any:
            return getattr(inside, name)

    inside = shop.repository
    shop.repository = Closing()  # type: ignore[assignment]  # stands in for the repository
    racing, shop.repository = shop.facade(), inside
    with pytest.raises(Refusal) as refusal:
        racing.handle(adding(shop, "after"))
    assert "wrong_state" == refusal.value.code
