"""People who exist: edit, explain, rename, archive, restore, delete, list and search."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AddPeople,
    ArchivePerson,
    Authenticated,
    BeginSignIn,
    CreateOrganization,
    DeletePerson,
    Door,
    EditPerson,
    EnterLogin,
    ExplainField,
    HostUser,
    Kind,
    LapsePolicy,
    ListPeople,
    MakeDepartment,
    MakeJobProfile,
    OrganizationId,
    PeopleCursor,
    PeoplePage,
    Phone,
    ReadPerson,
    Realm,
    Recognize,
    RegistrationPolicy,
    RenamePerson,
    RestorePerson,
    RetireCatalogEntry,
    SignedIn,
    State,
    StoredSeats,
    SubAccountId,
    Subject,
    Supplier,
    Ungrouped,
)
from subaccounts.domain.events import (
    LoginReleased,
    SubAccountArchived,
    SubAccountDeleted,
    SubAccountEdited,
    SubAccountRenamed,
    SubAccountRestored,
)
from subaccounts.domain.policy import FieldRule
from subaccounts.domain.queries import LARGEST_PAGE
from subaccounts.errors import (
    FieldRefused,
    InvalidValue,
    NameTaken,
    NotFound,
    PreviewFirst,
    SeatsFull,
    TooMany,
    WrongState,
)
from tests.commands.shop import PASSWORD, SETUP, Shop, code_of

OTHER = OrganizationId(value="other")


def edit(shop: Shop, person: SubAccountId, **fields: Any) -> EditPerson:
    return EditPerson(actor=shop.admin, sub_account=person, fields=fields)


def rename(shop: Shop, person: SubAccountId, login: str, *, reuse_deleted: bool = False) -> RenamePerson:
    return RenamePerson(actor=shop.admin, sub_account=person, login=login, reuse_deleted=reuse_deleted)


def archive(shop: Shop, person: SubAccountId) -> ArchivePerson:
    return ArchivePerson(actor=shop.admin, sub_account=person)


def delete(shop: Shop, person: SubAccountId) -> DeletePerson:
    return DeletePerson(actor=shop.admin, sub_account=person)


def by_itself(subject: Subject, **fields: Any) -> EditPerson:
    return EditPerson(actor=SignedIn(subject=subject), sub_account=subject.sub_account, fields=fields)


class TestEditing:
    """Fields change as the policy says, by whom it says."""

    def test_an_administrator_edits(self, shop: Shop) -> None:
        """A value is replaced, another taken away, and it is told which changed, not to what."""
        anna = shop.add(fields={"full_name": "Anna", "position": "Cashier"}).sub_account
        after = shop.handle(edit(shop, anna.id, full_name="Anna K", position=None, language="uk"))
        assert ("Anna K", None, 2) == (after.profile.full_name, after.profile.position, after.version)
        assert after == shop.person(anna.id)
        (event,) = shop.happened(SubAccountEdited)
        assert {"full_name", "position", "language"} == set(event.fields)

    def test_nothing_new(self, shop: Shop) -> None:
        """Saying what is known already writes nothing and tells nothing."""
        anna = shop.add(fields={"full_name": "Anna"}).sub_account
        stored = shop.stored()
        assert anna == shop.handle(edit(shop, anna.id, full_name="Anna", position=None))
        assert stored == shop.stored()

    def test_a_person_edits_itself(self, shop: Shop) -> None:
        """A person gives what the policy lets it give, and remembers as supplier."""
        anna = shop.claimed()
        after = shop.handle(by_itself(anna, language="uk"))
        assert Supplier.PERSON is after.profile.values["language"].by

    def test_who_outranks_whom(self, shop: Shop) -> None:
        """A value of the administrator stands against the person's, a language of the person's against his."""
        added = shop.add(fields={"position": "Cashier"})
        step = shop.complete(code=code_of(added), fields={"full_name": "Anna"})
        assert isinstance(step, Authenticated)
        anna = step.subject
        refusal = shop.refused(by_itself(anna, position="Owner"))
        assert isinstance(refusal, FieldRefused)
        assert ("position", "outranked") == (refusal.field, refusal.why)
        shop.handle(by_itself(anna, language="uk"))
        refusal = shop.refused(edit(shop, anna.sub_account, language="en"))
        assert isinstance(refusal, FieldRefused)
        assert ("language", "outranked") == (refusal.field, refusal.why)

    @pytest.mark.parametrize("contact", ["email", "phone"])
    def test_a_contact_of_ones_own_needs_proof(self, shop: Shop, contact: str) -> None:
        """Nothing of a person's contacts changes before the new one is proven."""
        anna = shop.claimed()
        value = {"email": "new@example.com", "phone": "+380501234567"}[contact]
        for given in (value, None):
            refusal = shop.refused(by_itself(anna, **{contact: given}))
            assert isinstance(refusal, FieldRefused)
            assert (contact, "needs_proof") == (refusal.field, refusal.why)

    def test_what_is_no_value(self, shop: Shop) -> None:
        """A value that cannot be one is refused with its field, and nothing of the edit is kept."""
        anna = shop.add().sub_account
        refusal = shop.refused(edit(shop, anna.id, full_name="Anna", phone="call me"))
        assert isinstance(refusal, InvalidValue)
        assert "phone" == refusal.field
        assert None is shop.person(anna.id).profile.full_name

    def test_typed_values_are_values(self, shop: Shop) -> None:
        """A parsed value is taken as it is."""
        phone = Phone.parse("+380501234567")
        anna = shop.add().sub_account
        assert phone == shop.handle(edit(shop, anna.id, phone=phone)).profile.phone

    def test_what_is_retired_is_kept(self, shop: Shop) -> None:
        """Who has a retired department or job profile keeps it through an edit; nobody new gets it."""
        department = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="a")).id
        fresh = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="b")).id
        job = shop.handle(MakeJobProfile(actor=shop.admin, organization=shop.id, name="a")).id
        anna = shop.add(fields={"departments": {department}, "job_profile": job}).sub_account
        boris = shop.add("boris").sub_account
        for entry in (department, job):
            shop.handle(RetireCatalogEntry(actor=shop.admin, entry=entry))
        kept = shop.handle(edit(shop, anna.id, departments={department, fresh}, job_profile=job))
        assert {department, fresh} == kept.profile.departments
        for fields in ({"departments": {department}}, {"job_profile": job}):
            refusal = shop.refused(edit(shop, boris.id, **fields))
            assert isinstance(refusal, FieldRefused)
            assert "retired" == refusal.why

    def test_an_entry_of_somebody_else(self, shop: Shop) -> None:
        """A department of another organization does not exist here."""
        shop.handle(CreateOrganization(actor=SETUP, id=OTHER, name="Other", ungrouped=Ungrouped.EVERYBODY))
        foreign = shop.handle(
            MakeDepartment(actor=HostUser.administrator("b", of=OTHER), organization=OTHER, name="a")
        ).id
        refusal = shop.refused(edit(shop, shop.add().sub_account.id, departments={foreign}))
        assert isinstance(refusal, FieldRefused)
        assert ("departments", "unknown") == (refusal.field, refusal.why)

    def test_a_seat_for_the_changed(self, shop: Shop) -> None:
        """Who becomes somebody the rule counts needs a seat."""
        shop.subscriptions.seat(shop.id, StoredSeats(limit=1, kinds=frozenset({Kind.EXTERNAL})))
        shop.add("anna", fields={"kind": "external"})
        boris = shop.add("boris").sub_account
        becoming = evolve(edit(shop, boris.id, kind="external"), kind_previewed=True)
        assert isinstance(shop.refused(becoming), SeatsFull)


class TestKind:
    """Another kind decides what a person sees: it takes whoever changes it a word that the preview was seen."""

    @pytest.mark.parametrize(
        ("before", "given"),
        [("employee", "external"), (None, "external"), ("external", "employee"), ("external", None)],
    )
    def test_another_kind(self, shop: Shop, before: str | None, given: str | None) -> None:
        """Refused until the preview was seen, whichever way; then done, and told like every edit."""
        anna = shop.add(fields={"kind": before} if before else {}).sub_account
        refusal = shop.refused(edit(shop, anna.id, kind=given, position="Boss"))
        assert isinstance(refusal, PreviewFirst)
        assert "kind" == refusal.what
        edited = shop.handle(evolve(edit(shop, anna.id, kind=given), kind_previewed=True))
        assert anna.profile.kind is not edited.profile.kind
        assert SubAccountEdited(fields=("kind",)) == shop.happened()[-1]

    @pytest.mark.parametrize(
        ("before", "given"),
        [("employee", "employee"), (None, "employee"), ("employee", None), ("external", "external")],
    )
    def test_the_kind_it_is(self, shop: Shop, before: str | None, given: str | None) -> None:
        """Who is not said to be external is an employee: to say so, or not to, changes nothing to look at."""
        anna = shop.add(fields={"kind": before} if before else {}).sub_account
        assert anna.profile.kind is shop.handle(edit(shop, anna.id, kind=given)).profile.kind

    def test_who_may_not_is_told_so(self, shop: Shop) -> None:
        """Whoever is not let give the kind is told that, and not to look at a preview first."""
        me = shop.claimed()
        command = EditPerson(actor=SignedIn(subject=me), sub_account=me.sub_account, fields={"kind": "external"})
        for each in (command, evolve(command, kind_previewed=True)):
            refusal = shop.refused(each)
            assert isinstance(refusal, FieldRefused)
            assert "kind" == refusal.field


class TestEmailAsKey:
    """An e-mail is a sign-in key once an administrator vouches for it and while nobody else has it."""

    def test_a_vouched_email_signs_in(self, shop: Shop) -> None:
        """Given an e-mail by the administrator, the person signs in with it, in any case."""
        anna = shop.claimed()
        assert shop.handle(edit(shop, anna.sub_account, email="Anna@Example.com")).email_is_key
        assert anna.sub_account == shop.enter("anna@EXAMPLE.com").sub_account

    def test_an_email_somebody_has(self, shop: Shop) -> None:
        """Given an e-mail that is another's key, it is a contact; vouched for again when it is free, it is a key."""
        anna, boris = shop.claimed("anna"), shop.claimed("boris")
        shop.handle(edit(shop, anna.sub_account, email="office@example.com"))
        assert not shop.handle(edit(shop, boris.sub_account, email="office@example.com")).email_is_key
        assert anna.sub_account == shop.enter("office@example.com").sub_account
        shop.handle(edit(shop, anna.sub_account, email=None))
        assert isinstance(shop.sign_in("office@example.com"), EnterLogin)
        told = len(shop.happened(SubAccountEdited))
        assert shop.handle(edit(shop, boris.sub_account, email="office@example.com")).email_is_key
        assert told + 1 == len(shop.happened(SubAccountEdited))
        assert boris.sub_account == shop.enter("office@example.com").sub_account

    @pytest.mark.parametrize("higher", [Supplier.ADMINISTRATOR, Supplier.PERSON])
    def test_an_email_a_person_gave(self, higher: Supplier) -> None:
        """Given an e-mail the person gave at its claim, it is a contact until the administrator vouches for it.

        It is the administrator's then, unless the policy ranks the person higher: what it gave could be replaced after that.
        """
        lower = Supplier.PERSON if higher is Supplier.ADMINISTRATOR else Supplier.ADMINISTRATOR
        email = FieldRule(suppliers=(higher, lower), asked_of=Supplier.PERSON)
        shop = Shop(policy=RegistrationPolicy(name="own", fields={"email": email}))
        added = shop.add()
        step = shop.complete(code=code_of(added), fields={"email": "anna@example.com"})
        assert isinstance(step, Authenticated)
        assert isinstance(shop.sign_in("anna@example.com"), EnterLogin)
        vouched = shop.handle(edit(shop, added.sub_account.id, email="anna@example.com"))
        assert vouched.email_is_key
        assert higher is vouched.profile.values["email"].by
        shop.enter("anna@example.com")

    def test_another_email_is_another_key(self, shop: Shop) -> None:
        """Given a changed e-mail, the earlier one signs nobody in and is free."""
        anna = shop.claimed()
        shop.handle(edit(shop, anna.sub_account, email="old@example.com"))
        shop.handle(edit(shop, anna.sub_account, email="new@example.com"))
        assert isinstance(shop.sign_in("old@example.com"), EnterLogin)
        shop.enter("new@example.com")
        assert shop.add("boris", fields={"email": "old@example.com"}).sub_account.email_is_key

    def test_an_email_of_the_deleted_is_free(self, shop: Shop) -> None:
        """Given a deleted person, its e-mail can be another's key."""
        anna = shop.add(fields={"email": "a@example.com"}).sub_account
        shop.handle(delete(shop, anna.id))
        assert shop.add("boris", fields={"email": "a@example.com"}).sub_account.email_is_key


class TestExplaining:
    """Why a field has its value."""

    def test_a_field(self, shop: Shop) -> None:
        """It says who gave the value and who could replace it, to the person too."""
        anna = shop.claimed()
        actors = shop.admin, SignedIn(subject=anna)
        for actor in actors:
            told = shop.handle(ExplainField(actor=actor, sub_account=anna.sub_account, field="position"))
            assert told.held is not None
            assert (Supplier.PERSON, Supplier.PERSON) == (told.held.by, told.asked_of)
            assert (Supplier.ADMINISTRATOR, Supplier.PERSON) == told.can_replace

    @pytest.mark.parametrize(
        ("name", "told"),
        [("shoe_size", "shoe_size"), ("", "field"), ("host:A", "host:A"), ("<b>", "field"), ("x" * 1_000_000, "field")],
    )
    def test_what_is_no_field(self, shop: Shop, name: str, told: str) -> None:
        """A name that is no field is refused, and repeated only where it looks like one."""
        anna = shop.add().sub_account
        asked = ExplainField(actor=shop.admin, sub_account=anna.id, field=name)
        for command in (asked, edit(shop, anna.id, **{name: "38"}), edit(shop, anna.id, **{name: None})):
            refusal = shop.refused(command)
            assert isinstance(refusal, FieldRefused)
            assert (told, "unknown") == (refusal.field, refusal.why)


class TestRenaming:
    """Another login; the id and everything else stay."""

    def test_a_person_signs_in_by_the_new_login(self, shop: Shop) -> None:
        """Given another login, the earlier one is nobody's and free, and the sign-in that was open stays."""
        anna = shop.claimed()
        renamed = shop.handle(rename(shop, anna.sub_account, "Ganna"))
        assert (anna.sub_account, "Ganna") == (renamed.id, renamed.login.text)
        assert [SubAccountRenamed(before="anna", after="Ganna")] == shop.happened(SubAccountRenamed)
        assert isinstance(shop.sign_in("anna"), EnterLogin)
        assert anna.sub_account == shop.enter("ganna").sub_account
        assert None is not shop.handle(Recognize(subject=anna))
        shop.add("anna")

    def test_another_case_of_the_own_login(self, shop: Shop) -> None:
        """A login can be written another way by the one who has it; the same way writes nothing."""
        anna = shop.add().sub_account
        assert "ANNA" == shop.handle(rename(shop, anna.id, "ANNA")).login.text
        stored = shop.stored()
        shop.handle(rename(shop, anna.id, "ANNA"))
        assert stored == shop.stored()

    @pytest.mark.parametrize(
        ("login", "why"), [("boris", "held"), ("ѕсоре", "looks_like"), ("gone", "deleted"), ("b@example.com", "held")]
    )
    def test_a_login_that_cannot_be_had(self, shop: Shop, login: str, why: str) -> None:
        """A login somebody has, one that looks like it, a deleted person's and another's e-mail are refused."""
        shop.add("boris", fields={"email": "b@example.com"})
        shop.add("scope")
        shop.handle(delete(shop, shop.add("gone").sub_account.id))
        refusal = shop.refused(rename(shop, shop.add().sub_account.id, login))
        assert isinstance(refusal, NameTaken)
        assert ("login", why) == (refusal.field, refusal.why)

    def test_what_is_no_login(self, shop: Shop) -> None:
        """A text that can be no login is refused."""
        assert isinstance(shop.refused(rename(shop, shop.add().sub_account.id, "no login")), InvalidValue)

    def test_a_deleted_persons_login_on_purpose(self, shop: Shop) -> None:
        """Given a deleted person's login on purpose, it is released and told, and can be left behind again."""
        shop.handle(delete(shop, shop.add("gone").sub_account.id))
        anna = shop.add().sub_account
        shop.handle(rename(shop, anna.id, "gone", reuse_deleted=True))
        assert [LoginReleased(login="gone", to=anna.id)] == shop.happened(LoginReleased)
        assert State.DELETED is shop.handle(delete(shop, anna.id)).state
        assert isinstance(shop.refused(rename(shop, shop.add("next").sub_account.id, "gone")), NameTaken)


class TestArchiving:
    """No sign-in, history kept; back as the same person, by a new claim."""

    def test_everything_of_before_is_dead(self, shop: Shop) -> None:
        """Given an archived and restored person, its password, code and subjects of before do not work."""
        added = shop.add()
        old = code_of(added)
        step = shop.complete(code=old)
        assert isinstance(step, Authenticated)
        shop.handle(archive(shop, step.subject.sub_account))
        assert None is shop.handle(Recognize(subject=step.subject))
        restored = shop.handle(RestorePerson(actor=shop.admin, sub_account=added.sub_account.id))
        assert (State.WAITING, added.sub_account.id) == (restored.sub_account.state, restored.sub_account.id)
        assert not isinstance(shop.sign_in(), Authenticated)
        assert not isinstance(shop.complete(code=old), Authenticated)
        assert None is shop.handle(Recognize(subject=step.subject))
        assert isinstance(shop.complete(code=code_of(restored), fields={}), Authenticated)
        assert [SubAccountArchived(), SubAccountRestored()] == shop.happened(SubAccountArchived, SubAccountRestored)

    def test_a_seat_to_come_back_to(self, shop: Shop) -> None:
        """Given a rule that counts no archived people, who comes back needs a seat, and is archived without one."""
        living = frozenset({State.WAITING, State.ACTIVE, State.DISABLED})
        shop.subscriptions.seat(shop.id, StoredSeats(limit=1, states=living))
        anna = shop.add("anna").sub_account.id
        shop.handle(archive(shop, anna))
        boris = shop.add("boris").sub_account.id
        restore = RestorePerson(actor=shop.admin, sub_account=anna)
        assert isinstance(shop.refused(restore), SeatsFull)
        shop.handle(archive(shop, boris))
        assert State.WAITING is shop.handle(restore).sub_account.state

    def test_the_record_is_kept(self, shop: Shop) -> None:
        """Given an archived person, the record, the login and the e-mail stay its own."""
        anna = shop.add(fields={"full_name": "Anna", "email": "a@example.com"}).sub_account
        archived = shop.handle(archive(shop, anna.id))
        assert (anna.profile, anna.keys) == (archived.profile, archived.keys)
        with pytest.raises(NameTaken):
            shop.add("anna")


class TestDeleting:
    """A tombstone: the id and the memory of the login."""

    def test_nothing_is_left(self, shop: Shop) -> None:
        """Given a deleted person, record, proofs and subjects are gone, and no command finds it."""
        anna = shop.claimed()
        gone = shop.handle(delete(shop, anna.sub_account))
        assert (State.DELETED, {}, False) == (gone.state, gone.profile.values, gone.email_is_key)
        credential = shop.credential(anna.sub_account)
        assert (None, None, 0) == (credential.password, credential.code, credential.attempts.in_a_row)
        assert None is shop.handle(Recognize(subject=anna))
        assert isinstance(shop.sign_in(), EnterLogin)
        assert [SubAccountDeleted()] == shop.happened(SubAccountDeleted)
        for command in (
            ReadPerson(actor=shop.admin, sub_account=anna.sub_account),
            delete(shop, anna.sub_account),
            edit(shop, anna.sub_account, full_name="x"),
        ):
            assert isinstance(shop.refused(command), NotFound)


class TestListing:
    """People in pages, by words, states and departments."""

    def listed(self, shop: Shop, **query: Any) -> PeoplePage:
        """List as the administrator."""
        return shop.handle(ListPeople(actor=shop.admin, organization=shop.id, **query))

    def logins(self, shop: Shop, **query: Any) -> list[str]:
        """List, and return the logins in order."""
        return [person.login.text for person in self.listed(shop, **query).people]

    def test_pages_meet_without_gap_or_overlap(self, shop: Shop) -> None:
        """Pages of any size, put together, are everybody in the order of logins; the last has no next."""
        for login in ("delta", "Alpha", "charlie", "bravo", "echo"):
            shop.add(login)
        everybody = ["Alpha", "bravo", "charlie", "delta", "echo"]
        for size in range(1, 7):
            found: list[str] = []
            after: PeopleCursor | None = None
            while True:
                page = self.listed(shop, limit=size, after=after)
                found += [person.login.text for person in page.people]
                after = page.after
                if after is None:
                    break
            assert everybody == found

    def test_a_page_goes_on_where_it_ended(self, shop: Shop) -> None:
        """Somebody added or deleted meanwhile neither repeats nor hides others."""
        for login in ("a", "b", "c", "d"):
            shop.add(login)
        first = self.listed(shop, limit=2)
        shop.add("aa")
        shop.handle(delete(shop, first.people[1].id))
        assert ["c", "d"] == self.logins(shop, after=first.after)

    def test_words(self, shop: Shop) -> None:
        """Each word begins a word of login, name, position or e-mail."""
        shop.add("anna", fields={"full_name": "Анна Коваль", "position": "Cashier"})
        shop.add("boris", fields={"full_name": "Boris Koval", "email": "chief@example.com"})
        assert ["anna"] == self.logins(shop, search="ков")
        assert ["boris"] == self.logins(shop, search="KOVAL chief")
        assert ["anna", "boris"] == self.logins(shop, search="  ")
        assert [] == self.logins(shop, search="oval")

    def test_states_and_accounts(self, shop: Shop) -> None:
        """People are narrowed to states and to one account; the deleted are not listed, asked for or not."""
        shop.claimed("anna")
        shop.handle(archive(shop, shop.add("boris").sub_account.id))
        shop.handle(delete(shop, shop.add("gone").sub_account.id))
        other = shop.open("shop-2")
        shop.add("carl", account=other)
        assert ["anna", "boris", "carl"] == self.logins(shop)
        assert ["anna", "boris"] == self.logins(shop, account=shop.account.id)
        assert ["boris"] == self.logins(shop, states=frozenset({State.ARCHIVED, State.DELETED}))

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("a" * 201, "too_long"),
            ("\ud800", "surrogate"),
            ("a\x00", "control"),
            ("a\u202e", "bidi"),
            ("a\u200b", "invisible"),
        ],
    )
    def test_what_is_not_searched(self, shop: Shop, text: str, problem: str) -> None:
        """A search that is too long or holds what cannot be seen is refused before any work."""
        refusal = shop.refused(ListPeople(actor=shop.admin, organization=shop.id, search=text))
        assert isinstance(refusal, InvalidValue)
        assert ("search", problem) == (refusal.field, refusal.problem)

    @pytest.mark.parametrize("limit", [0, 1001])
    def test_a_page_has_a_size(self, shop: Shop, limit: int) -> None:
        """A page holds one to 1,000 people."""
        refusal = shop.refused(ListPeople(actor=shop.admin, organization=shop.id, limit=limit))
        assert isinstance(refusal, TooMany)
        assert 1000 == refusal.limit

    def test_the_largest_page(self, shop: Shop) -> None:
        """A thousand people are one page, which says that there are more when there are."""
        asking = ListPeople(actor=shop.admin, organization=shop.id, limit=LARGEST_PAGE)
        text = "\n".join(f"p{number:04}" for number in range(LARGEST_PAGE))
        shop.handle(AddPeople.pasted(text, actor=shop.admin, account=shop.account.id))
        whole = shop.handle(asking)
        assert (LARGEST_PAGE, None) == (len(whole.people), whole.after)
        shop.add("zoe")
        first = shop.handle(asking)
        assert first.after is not None
        rest = shop.handle(evolve(asking, after=first.after))
        assert (LARGEST_PAGE, 1, None) == (len(first.people), len(rest.people), rest.after)


class TestRealms:
    """Where sign-in keys are unique: in the account, or in the whole organization."""

    def test_in_the_account(self) -> None:
        """Given the realm of the account, two shops have an Anna each, who sign in at their own."""
        shop = Shop(realm=Realm.ACCOUNT)
        other = shop.open("shop-2")
        here, there = shop.claimed("anna"), shop.claimed("anna", account=other)
        assert here.sub_account == shop.enter("anna").sub_account
        assert there.sub_account == shop.enter("anna", door=Door.inside(other.id)).sub_account

    def test_in_the_organization(self) -> None:
        """Given the realm of the organization, a login is one person's, who signs in at home or at no shop's door."""
        shop = Shop(realm=Realm.ORGANIZATION)
        other = shop.open("shop-2")
        anna = shop.claimed("anna")
        with pytest.raises(NameTaken):
            shop.add("ANNA", account=other)
        assert anna.sub_account == shop.enter("anna", door=Door.outside(shop.id)).sub_account
        assert anna.sub_account == shop.enter("anna").sub_account
        assert isinstance(shop.sign_in("anna", door=Door.inside(other.id)), EnterLogin)

    def test_no_door_of_the_organization_where_logins_are_of_accounts(self, shop: Shop) -> None:
        """Given the realm of the account, nobody signs in without saying which."""
        assert isinstance(shop.refused(BeginSignIn(door=Door.outside(shop.id), login="anna")), WrongState)

    def test_a_deleted_login_is_remembered_in_its_realm(self) -> None:
        """Given a deleted person, its login is kept in its account, or in the whole organization."""
        for realm, kept in ((Realm.ACCOUNT, False), (Realm.ORGANIZATION, True)):
            shop = Shop(realm=realm, lapse=LapsePolicy.KEEP_SIGNING_IN)
            other = shop.open("shop-2")
            shop.handle(delete(shop, shop.add("anna").sub_account.id))
            try:
                shop.add("anna", account=other)
                refused = False
            except NameTaken:
                refused = True
            assert kept is refused


def test_a_person_reads_itself(shop: Shop) -> None:
    """A person sees its own record, as the administrator does."""
    anna = shop.claimed()
    mine = shop.handle(ReadPerson(actor=SignedIn(subject=anna), sub_account=anna.sub_account))
    assert mine == shop.handle(ReadPerson(actor=shop.admin, sub_account=anna.sub_account))
    assert PASSWORD not in repr(mine)
