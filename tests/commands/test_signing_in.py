"""Signing in: claims, proofs, lapses, promoted host accounts, seats of the month, passwords, subjects."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts import (
    AccountId,
    AlreadyClaimed,
    ArchivePerson,
    AskAdministrator,
    Authenticated,
    BeginSignIn,
    ChangePassword,
    CloseAccount,
    CompleteFields,
    CompleteRegistration,
    CreatePassword,
    DeletePerson,
    Door,
    EditPerson,
    EnterPassword,
    HostAccountBarred,
    HostRole,
    Kind,
    LapsePolicy,
    LockedUntil,
    MakeDepartment,
    MonthlySeats,
    OpenClaim,
    Pathway,
    Recognize,
    RegistrationPolicy,
    ResetPassword,
    Secret,
    SignIn,
    State,
    StoredSeats,
    SubAccountId,
    Subject,
    Supplier,
)
from subaccounts.domain.events import (
    HostAccountAccepted,
    HostAccountRefused,
    PasswordChanged,
    PasswordDisabled,
    PersonSignedIn,
    SignInFailed,
    SubAccountClaimed,
)
from subaccounts.domain.ids import DepartmentId, OrganizationId
from subaccounts.domain.policy import FieldRule
from subaccounts.errors import InvalidValue, NotAllowed, NotFound, PasswordRefused, ProofRefused, Refusal
from subaccounts.testing import CheapHasher, CountingHasher
from tests.commands.shop import NAMED, OTHER_PASSWORD, PASSWORD, WRONG, Shop, code_of, subject_of

OPEN_CLAIM = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=7)))


def problems(step: Any) -> list[str]:
    """Return the codes of what was wrong with a registration."""
    assert isinstance(step, (CompleteFields, CreatePassword)), step
    return [problem.code for problem in step.problems]


class TestClaiming:
    """A person takes possession of its login, once."""

    @pytest.mark.asvs("16.3.1")
    def test_by_code(self, shop: Shop) -> None:
        """Given the code, the fields and a good password, the person is in, with a subject that says how."""
        added = shop.add()
        subject = subject_of(shop.complete(code=code_of(added)))
        person = shop.person(added.sub_account.id)
        assert (
            Subject(
                sub_account=person.id,
                account=shop.account.id,
                pathway=Pathway.CLAIM_CODE,
                terminal="shared",
                at=shop.clock(),
                epoch=1,
                account_epoch=1,
            )
            == subject
        )
        assert (State.ACTIVE, shop.clock(), "Anna Koval") == (person.state, person.claimed_at, person.profile.full_name)
        assert Supplier.PERSON is person.profile.values["full_name"].by
        by_code = Pathway.CLAIM_CODE
        claimed = SubAccountClaimed(pathway=by_code, terminal="shared")
        assert [claimed, PersonSignedIn(pathway=by_code, terminal="shared")] == shop.happened()[-2:]

    def test_an_open_claim(self) -> None:
        """Given an open claim in its window, whoever knows the login is in without a code, and it is told how."""
        shop = Shop(policy=OPEN_CLAIM)
        shop.add()
        shop.wait(days=7, seconds=-1)
        assert Pathway.OPEN_CLAIM is subject_of(shop.complete()).pathway
        assert [SubAccountClaimed(pathway=Pathway.OPEN_CLAIM, terminal="shared")] == shop.happened(SubAccountClaimed)

    def test_an_open_claim_ends(self) -> None:
        """Given an open claim whose window is over, only the administrator helps."""
        shop = Shop(policy=OPEN_CLAIM)
        shop.add()
        shop.wait(days=7)
        assert repr(AskAdministrator(why="no_code")) == repr(shop.complete())

    def test_no_open_claim_from_outside(self) -> None:
        """Given an open claim, an open page does not offer it, whatever is typed."""
        shop = Shop(policy=OPEN_CLAIM)
        person = shop.add().sub_account.id
        for step in (shop.complete(door=shop.outside), shop.sign_in(secret=WRONG, door=shop.outside)):
            assert not isinstance(step, (Authenticated, CompleteFields))
        assert State.WAITING is shop.person(person).state

    def test_what_is_flawed_is_shown_again(self, shop: Shop) -> None:
        """Given a right code with missing fields and a bad password, everything wrong is said, and nothing is kept."""
        code = code_of(shop.add())
        step = shop.complete(code=code, password="short", fields={"full_name": "Anna", "shoe_size": "38"})
        assert ["field_refused", "fields_missing", "password_refused"] == problems(step)
        assert repr(CompleteFields(fields=("full_name", "position"), code_needed=True)) == repr(shop.begin())

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"full_name": "a\x00", "position": "Boss"}, ["invalid_value", "fields_missing"]),
            ({**NAMED, "email": "a@example.com"}, ["field_refused"]),
            ({**NAMED, "kind": "external"}, ["field_refused"]),
            ({**NAMED, "full_name": 7}, ["invalid_value", "fields_missing"]),
            ({**NAMED, "language": "uk"}, None),
        ],
    )
    def test_fields_that_are_not_the_persons(
        self, shop: Shop, given: dict[str, Any], expected: list[str] | None
    ) -> None:
        """A field that is no value, a contact nobody asked for, or not the person's to give, is refused."""
        step = shop.complete(code=code_of(shop.add()), fields=given)
        assert expected == (None if isinstance(step, Authenticated) else problems(step))

    def test_a_page_of_fields_has_an_end(self, shop: Shop) -> None:
        """More than a hundred fields are refused before anything is looked at."""
        fields = {f"host:f{n}": "x" for n in range(101)}
        command = CompleteRegistration(door=shop.inside, login="anna", password=Secret(PASSWORD), fields=fields)
        assert "too_many" == shop.refused(command).code
        assert 0 == shop.hasher.work

    @pytest.mark.asvs("6.2.11")
    @pytest.mark.parametrize(
        "password", ["correct horse", "annakoval" * 2, "Cashier Cashier", "a" * 257, "111111111111111"]
    )
    def test_passwords_that_are_refused(self, shop: Shop, password: str) -> None:
        """A password that is too short, too long, common or made of the person's own data is refused."""
        code = code_of(shop.add())
        assert ["password_refused"] == problems(shop.complete(code=code, password=password))

    def test_a_second_factor_allows_a_shorter_one(self, shop: Shop) -> None:
        """Given the host's word for another factor, eight characters are enough."""
        code = code_of(shop.add())
        door = evolve(shop.inside, second_factor=True)
        assert ["password_refused"] == problems(shop.complete(code=code, password="tr0ub4d", door=door))
        assert isinstance(shop.complete(code=code, password="tr0ub4do", door=door), Authenticated)

    def test_an_interrupted_dialogue_resumes(self, shop: Shop) -> None:
        """Given a registration that was left, another process asks the same again."""
        added = shop.add()
        first = shop.begin()
        shop.complete(code=code_of(added), password="short")
        shop.subs = shop.facade()
        assert repr(first) == repr(shop.begin())
        shop.complete(code=code_of(added))
        assert repr(EnterPassword()) == repr(shop.begin())

    def test_a_record_that_is_filled_in_asks_for_a_password_only(self) -> None:
        """Given everything filled in by the administrator, the person only creates a password."""
        shop = Shop(policy=RegistrationPolicy.by_administrator())
        added = shop.add(fields=NAMED)
        assert repr(CreatePassword(code_needed=True)) == repr(shop.begin())
        assert repr(CreatePassword(code_needed=True, code_wrong=True)) == repr(shop.complete(fields={}))
        assert isinstance(shop.complete(code=code_of(added), fields={}), Authenticated)

    def test_the_second_is_told(self, shop: Shop) -> None:
        """Given two with the same code, one wins and the other is told that somebody claimed."""
        code = code_of(shop.add())
        assert isinstance(shop.complete(code=code), Authenticated)
        assert isinstance(shop.complete(code=code, password=OTHER_PASSWORD), AlreadyClaimed)
        shop.enter(secret=PASSWORD)
        assert isinstance(shop.sign_in(secret=OTHER_PASSWORD), EnterPassword)

    def test_the_second_at_the_same_moment(self) -> None:
        """Given somebody who claims while the other's password is hashed, the other is told, and its password is not."""
        winner: list[Callable[[], object]] = []
        shop = Shop(before=lambda: winner.pop()() if winner else None)
        code = code_of(shop.add())
        winner.append(lambda: shop.complete(code=code))
        assert isinstance(shop.complete(code=code, password=OTHER_PASSWORD), AlreadyClaimed)
        shop.enter(secret=PASSWORD)

    def test_a_department_of_ones_own_choice(self, shop: Shop) -> None:
        """Given a policy that lets a person choose its department, one that does not exist is refused."""
        rule = FieldRule(suppliers=(Supplier.PERSON,), asked_of=Supplier.PERSON)
        shop = Shop(policy=RegistrationPolicy(name="own", fields={"departments": rule}))
        mine = shop.handle(MakeDepartment(actor=shop.admin, organization=shop.id, name="x")).id
        unknown = DepartmentId(organization=shop.id, value="unknown")
        foreign = DepartmentId(organization=OrganizationId(value="other"), value=mine.value)
        code = code_of(shop.add())
        for wrong in (unknown, foreign):
            assert ["field_refused", "fields_missing"] == problems(
                shop.complete(code=code, fields={"departments": {wrong}})
            )
        subject = subject_of(shop.complete(code=code, fields={"departments": {mine}}))
        assert {mine} == shop.person(subject.sub_account).profile.departments


class TestSigningIn:
    """A right password is in; everything else is a step."""

    @pytest.mark.asvs("16.3.1")
    def test_a_later_sign_in(self, shop: Shop) -> None:
        """Given a claimed login, the password signs in, and what the subject says is what happened."""
        first = shop.claimed()
        shop.wait(days=3)
        door = Door.inside(shop.account.id, terminal="till-2")
        subject = shop.enter(door=door)
        assert evolve(first, pathway=Pathway.PASSWORD, terminal="till-2", at=shop.clock()) == subject
        assert PersonSignedIn(pathway=Pathway.PASSWORD, terminal="till-2") == shop.happened()[-1]
        assert shop.clock() == shop.credential(subject.sub_account).last_sign_in_at
        assert ("sub_account", subject.sub_account.value) == (shop.events()[-1].by.kind, shop.events()[-1].by.id)

    @pytest.mark.asvs("16.3.1")
    def test_a_wrong_password_is_remembered(self, shop: Shop) -> None:
        """Given a wrong password, the failure is counted and told with its terminal, by nobody known."""
        shop.claimed()
        assert repr(EnterPassword(wrong=True)) == repr(shop.fail(1))
        assert SignInFailed(terminal="shared", failures=1) == shop.happened()[-1]
        assert "terminal" == shop.events()[-1].by.kind

    @pytest.mark.asvs("11.2.2")
    def test_an_outdated_hash_is_made_anew(self, shop: Shop) -> None:
        """Given a hash of other parameters, a right password replaces it, and a wrong one or a delay does not."""
        anna = shop.claimed().sub_account
        before = shop.credential(anna).password
        shop.hasher = CountingHasher(CheapHasher(generation=2))
        shop.subs = shop.facade()
        shop.fail(1)
        assert before == shop.credential(anna).password
        shop.enter()
        after = shop.credential(anna).password
        assert before != after
        shop.enter()
        assert after == shop.credential(anna).password
        assert (3, 1) == (shop.hasher.matchings, shop.hasher.hashes)

    def test_a_delay_costs_one_hash_whatever_is_typed(self, shop: Shop) -> None:
        """Given a delay and an outdated hash, the right password costs no more than a wrong one."""
        shop.claimed()
        shop.fail(5)
        shop.hasher = CountingHasher(CheapHasher(generation=2))
        shop.subs = shop.facade()
        for secret, work in ((PASSWORD, 1), (WRONG, 2)):
            assert isinstance(shop.sign_in(secret=secret), LockedUntil)
            assert work == shop.hasher.work

    def test_deciding_again_costs_no_second_hash(self) -> None:
        """Given somebody who fails while this password is checked, both are counted, at one hash each."""
        meanwhile: list[Callable[[], object]] = []
        shop = Shop(before=lambda: meanwhile.pop()() if meanwhile else None)
        anna = shop.claimed().sub_account
        shop.hasher.reset()
        meanwhile.append(lambda: shop.fail(1))
        assert repr(EnterPassword(wrong=True)) == repr(shop.fail(1))
        assert (2, 2) == (shop.hasher.work, shop.credential(anna).attempts.in_a_row)

    @pytest.mark.parametrize("terminal", ["", "a" * 129, "a\x00", "a\u202e", "\ud800"])
    def test_what_is_no_terminal(self, shop: Shop, terminal: str) -> None:
        """A terminal has a printable name of at most 128 characters."""
        refusal = shop.refused(BeginSignIn(door=Door.inside(shop.account.id, terminal=terminal), login="anna"))
        assert isinstance(refusal, InvalidValue)
        assert "terminal" == refusal.field

    def test_a_place_that_is_not_there(self, shop: Shop) -> None:
        """There is no signing in at an account that does not exist."""
        nowhere = Door.inside(AccountId(organization=shop.id, value="nowhere"))
        refusal = shop.refused(SignIn(door=nowhere, login="anna", secret=Secret(PASSWORD)))
        assert isinstance(refusal, NotFound)
        assert "account" == refusal.what

    @pytest.mark.parametrize("kind", ["account", "organization"])
    def test_a_first_page_of_no_place(self, shop: Shop, kind: str) -> None:
        """Where nothing is there is no page to begin at either, and nothing is offered."""
        account, organization = AccountId(organization=shop.id, value="nowhere"), OrganizationId(value="nowhere")
        door = Door.outside(account if kind == "account" else organization)
        assert repr(NotFound(what=kind)) == repr(shop.refused(BeginSignIn(door=door)))


class TestLapses:
    """What a lapsed subscription does to those who exist is a policy, and never data loss."""

    @pytest.mark.parametrize("lapse", LapsePolicy)
    def test_after_a_lapse(self, lapse: LapsePolicy) -> None:
        """People keep signing in, do so read-only, or are told to ask; renewed, everything is as before."""
        shop = Shop(lapse=lapse)
        anna = shop.claimed()
        shop.subscriptions.lapse(shop.id)
        assert (lapse is LapsePolicy.BLOCKED) is (shop.handle(Recognize(subject=anna)) is None)
        step = shop.sign_in()
        if lapse is LapsePolicy.BLOCKED:
            assert repr(AskAdministrator(why="subscription_lapsed")) == repr(step)
        else:
            assert isinstance(step, Authenticated)
            assert (lapse is LapsePolicy.READ_ONLY) is step.read_only
        shop.subscriptions.renew(shop.id)
        renewed = shop.sign_in()
        assert isinstance(renewed, Authenticated)
        assert not renewed.read_only
        assert anna.sub_account == renewed.subject.sub_account

    def test_a_claim_after_a_lapse(self) -> None:
        """A person who waits can claim where people keep signing in."""
        shop = Shop(lapse=LapsePolicy.READ_ONLY)
        code = code_of(shop.add())
        shop.subscriptions.lapse(shop.id)
        step = shop.complete(code=code)
        assert isinstance(step, Authenticated)
        assert step.read_only


class TestPromotedHostAccounts:
    """A host account that became an administrator or moderator lends its powers to nobody."""

    @pytest.mark.parametrize("role", HostRole)
    def test_nobody_signs_in(self, shop: Shop, role: HostRole) -> None:
        """Given a promoted host account, nobody under it is let in until that is undone; both are told once."""
        shop.claimed()
        shop.hosts.promote(shop.account.host, role)
        for _ in range(3):
            assert repr(HostAccountBarred(roles=frozenset({role}))) == repr(shop.sign_in()) == repr(shop.begin())
        assert repr(HostAccountBarred(roles=frozenset({role}))) == repr(shop.sign_in("nobody"))
        assert [HostAccountRefused(roles=frozenset({role}))] == shop.happened(HostAccountRefused)
        shop.hosts.demote(shop.account.host)
        for _ in range(3):
            shop.enter()
        assert [HostAccountAccepted()] == shop.happened(HostAccountAccepted)

    def test_another_role_is_told_anew(self, shop: Shop) -> None:
        """Given a second role, it is told that there are two now."""
        shop.hosts.promote(shop.account.host, HostRole.MODERATOR)
        shop.begin()
        shop.hosts.promote(shop.account.host, HostRole.ADMINISTRATOR)
        shop.begin()
        told = [event.roles for event in shop.happened(HostAccountRefused)]
        assert [frozenset({HostRole.MODERATOR}), frozenset(HostRole)] == told

    def test_no_claim(self, shop: Shop) -> None:
        """Given a promoted host account, a right code claims nothing and is not used up."""
        code = code_of(shop.add())
        shop.hosts.promote(shop.account.host)
        assert isinstance(shop.complete(code=code), HostAccountBarred)
        shop.hosts.demote(shop.account.host)
        assert isinstance(shop.complete(code=code), Authenticated)

    @pytest.mark.asvs("8.3.2")
    def test_who_is_in_is_recognized_for_minutes(self, shop: Shop) -> None:
        """Given a subject, the roles are known for five minutes; then the promotion ends it, until it is undone."""
        anna = shop.claimed()
        assert None is not shop.handle(Recognize(subject=anna))
        shop.hosts.promote(shop.account.host)
        shop.wait(minutes=4, seconds=59)
        assert None is not shop.handle(Recognize(subject=anna))
        shop.wait(seconds=1)
        assert None is shop.handle(Recognize(subject=anna))
        shop.hosts.demote(shop.account.host)
        shop.wait(minutes=5)
        assert None is not shop.handle(Recognize(subject=anna))

    def test_roles_are_asked_once_in_minutes(self, shop: Shop) -> None:
        """Recognizing a thousand times asks the host once; signing in asks each time."""
        anna = shop.claimed()
        shop.hosts.asked.clear()
        for _ in range(10):
            shop.handle(Recognize(subject=anna))
        assert 1 == len(shop.hosts.asked)
        shop.enter()
        shop.enter()
        assert 3 == len(shop.hosts.asked)

    def test_roles_fill_no_memory(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Given more host accounts than are remembered, they are asked for anew, and nothing else changes."""
        monkeypatch.setattr("subaccounts.commands.ports_at_hand.MOST_ROLES_KEPT", 1)
        anna, other = shop.claimed(), shop.open("shop-2")
        boris = shop.claimed("boris", account=other)
        shop.hosts.asked.clear()
        for subject in (anna, anna, boris, anna):
            assert None is not shop.handle(Recognize(subject=subject))
        assert [shop.account.host, other.host, shop.account.host] == shop.hosts.asked

    def test_a_clock_that_goes_back_asks_again(self, shop: Shop) -> None:
        """Roles known from the future are not relied on."""
        anna = shop.claimed()
        shop.handle(Recognize(subject=anna))
        shop.wait(hours=-1)
        shop.hosts.promote(shop.account.host)
        assert None is shop.handle(Recognize(subject=anna))


class TestSeatsOfTheMonth:
    """Unique persons who signed in this calendar month; at the limit only new persons are stopped."""

    FULL = repr(AskAdministrator(why="seats_full"))

    def test_at_the_limit(self, shop: Shop) -> None:
        """Given one seat, who has it signs in again and again; the next is told, until the first of the month."""
        shop.claimed("anna")
        shop.claimed("boris")
        shop.clock.set(datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))
        shop.subscriptions.seat(shop.id, MonthlySeats(limit=1))
        shop.clock.set(datetime(2026, 4, 1, tzinfo=UTC))
        shop.enter("anna")
        shop.enter("anna")
        assert self.FULL == repr(shop.sign_in("boris"))
        shop.clock.set(datetime(2026, 4, 30, 23, 59, 59, tzinfo=UTC))
        assert self.FULL == repr(shop.sign_in("boris"))
        shop.clock.set(datetime(2026, 5, 1, tzinfo=UTC))
        shop.enter("boris")
        assert self.FULL == repr(shop.sign_in("anna"))

    def test_archiving_frees_no_seat(self, shop: Shop) -> None:
        """Given the one who has the seat archived or deleted, it is free on the first and not before."""
        shop.subscriptions.seat(shop.id, MonthlySeats(limit=1))
        anna = shop.claimed("anna").sub_account
        code = code_of(shop.add("boris"))
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        assert self.FULL == repr(shop.complete("boris", code=code))
        shop.handle(DeletePerson(actor=shop.admin, sub_account=anna))
        assert self.FULL == repr(shop.complete("boris", code=code))
        shop.clock.set(datetime(2026, 4, 1, tzinfo=UTC))
        assert isinstance(shop.complete("boris", code=code), Authenticated)

    def test_a_reset_takes_no_second_seat(self, shop: Shop) -> None:
        """Given a person reset and claimed again within the month, it has its seat already."""
        shop.subscriptions.seat(shop.id, MonthlySeats(limit=1))
        anna = shop.claimed("anna").sub_account
        handed = shop.handle(ResetPassword(actor=shop.admin, sub_account=anna))
        assert isinstance(shop.complete("anna", code=code_of(handed), fields={}), Authenticated)

    def test_only_a_right_proof_hears_of_it(self, shop: Shop) -> None:
        """Given no seat, a wrong password is wrong, counted, and takes none; at a closed door too."""
        anna = shop.claimed("anna").sub_account
        shop.wait(days=31)
        shop.subscriptions.seat(shop.id, MonthlySeats(limit=0))
        assert repr(EnterPassword(wrong=True)) == repr(shop.fail(1))
        assert self.FULL == repr(shop.sign_in(door=shop.outside))
        assert 1 == shop.credential(anna).attempts.in_a_row

    def test_no_seat_stops_the_count_to_fifty(self, shop: Shop) -> None:
        """Given no seat of the month, the fiftieth wrong password is counted like any other and takes none."""
        anna = shop.claimed("anna").sub_account
        shop.wait(days=31)
        shop.subscriptions.seat(shop.id, MonthlySeats(limit=0))
        assert repr(AskAdministrator(why="disabled")) == repr(shop.guess_until_disabled())
        assert State.DISABLED is shop.person(anna).state

    def test_a_disabled_password_takes_no_seat_of_the_month(self, shop: Shop) -> None:
        """Given one seat, fifty wrong passwords for one person leave it to another."""
        shop.claimed("anna")
        shop.claimed("boris")
        shop.wait(days=31)
        shop.subscriptions.seat(shop.id, MonthlySeats(limit=1))
        shop.guess_until_disabled("anna")
        assert isinstance(shop.sign_in("boris"), Authenticated)

    def test_who_is_not_counted_is_not_stopped(self, shop: Shop) -> None:
        """Given seats for externals, employees sign in without one."""
        shop.claimed("anna")
        boris = shop.claimed("boris").sub_account
        shop.handle(EditPerson(actor=shop.admin, sub_account=boris, fields={"kind": "external"}, kind_previewed=True))
        shop.wait(days=31)
        shop.subscriptions.seat(shop.id, MonthlySeats(limit=0, kinds=frozenset({Kind.EXTERNAL})))
        shop.enter("anna")
        assert self.FULL == repr(shop.sign_in("boris"))


class TestSeatsOfTheActive:
    """A stored rule that counts the active: a claim takes a seat, and what ends it frees one."""

    ACTIVE = StoredSeats(limit=1, states=frozenset({State.ACTIVE}))

    def test_a_claim_takes_a_seat(self, shop: Shop) -> None:
        """Given one seat, the second claim is told; nothing of it is kept, and when one is free it goes through."""
        shop.subscriptions.seat(shop.id, self.ACTIVE)
        anna = shop.claimed("anna").sub_account
        code = code_of(shop.add("boris"))
        assert repr(AskAdministrator(why="seats_full")) == repr(shop.complete("boris", code=code))
        assert repr(AskAdministrator(why="seats_full")) == repr(shop.sign_in("boris", code))
        shop.enter("anna")
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        assert isinstance(shop.complete("boris", code=code), Authenticated)

    def test_a_disabled_password_frees_a_seat(self, shop: Shop) -> None:
        """Given the one who has the seat disabled by guessing, another claims."""
        shop.subscriptions.seat(shop.id, self.ACTIVE)
        shop.claimed("anna")
        code = code_of(shop.add("boris"))
        shop.guess_until_disabled("anna")
        assert isinstance(shop.complete("boris", code=code), Authenticated)

    def test_a_rule_that_counts_the_disabled_stops_no_count(self, shop: Shop) -> None:
        """Given a rule that has no room for the disabled, the fiftieth wrong password disables all the same."""
        anna = shop.claimed("anna").sub_account
        shop.subscriptions.seat(shop.id, StoredSeats(limit=0, states=frozenset({State.DISABLED})))
        shop.guess_until_disabled("anna")
        assert State.DISABLED is shop.person(anna).state


class TestChangingThePassword:
    """The present password is the proof; every other sign-in ends."""

    def change(self, subject: Subject, current: str = PASSWORD, new: str = OTHER_PASSWORD) -> ChangePassword:
        """Return the command."""
        return ChangePassword(subject=subject, current=Secret(current), new=Secret(new))

    @pytest.mark.asvs("6.2.2")
    def test_every_other_sign_in_ends(self, shop: Shop) -> None:
        """Given two sign-ins, the one that changes the password gets a fresh subject and the other is over."""
        mine, other = shop.claimed(), shop.enter()
        shop.wait(minutes=1)
        fresh = shop.handle(self.change(mine))
        assert evolve(mine, epoch=2, at=shop.clock()) == fresh
        assert [None, None] == [shop.handle(Recognize(subject=old)) for old in (mine, other)]
        assert None is not shop.handle(Recognize(subject=fresh))
        assert [PasswordChanged()] == shop.happened(PasswordChanged)
        assert isinstance(shop.sign_in(secret=PASSWORD), EnterPassword)
        shop.enter(secret=OTHER_PASSWORD)

    @pytest.mark.asvs("6.2.3")
    def test_a_wrong_present_password_is_counted(self, shop: Shop) -> None:
        """Given a wrong present password, it counts as at the sign-in, and the fifth starts the delay for both."""
        anna = shop.claimed()
        for n in range(1, 6):
            with pytest.raises(ProofRefused) as refusal:
                shop.handle(self.change(anna, WRONG))
            assert (None if n < 5 else shop.clock() + timedelta(seconds=30)) == refusal.value.until
        assert [1, 2, 3, 4, 5] == [event.failures for event in shop.happened(SignInFailed)]
        assert isinstance(shop.sign_in(), LockedUntil)
        refused = shop.refused(self.change(anna))
        assert isinstance(refused, ProofRefused)
        assert shop.clock() + timedelta(seconds=30) == refused.until

    def test_fifty_wrong_end_the_sign_in(self, shop: Shop) -> None:
        """Given fifty wrong present passwords, the password is disabled and the sign-in over."""
        anna = shop.claimed()
        for _ in range(50):
            with pytest.raises(ProofRefused):
                shop.handle(self.change(anna, WRONG))
            shop.wait(hours=1)
        assert [PasswordDisabled()] == shop.happened(PasswordDisabled)
        assert State.DISABLED is shop.person(anna.sub_account).state
        assert isinstance(shop.refused(self.change(anna)), NotAllowed)

    @pytest.mark.parametrize(
        ("new", "reason"),
        [("short", "too_short"), (PASSWORD, "same"), ("annakovalannakoval", "personal"), ("111111111111111", "common")],
    )
    def test_a_bad_password_tells_nothing_of_the_present_one(self, shop: Shop, new: str, reason: str) -> None:
        """Given a new password that is refused, it is refused alike beside a right and a wrong present one, uncounted."""
        anna = shop.claimed()
        shop.hasher.reset()
        for current in (PASSWORD, WRONG):
            refusal = shop.refused(self.change(anna, current, WRONG if (current, new) == (WRONG, PASSWORD) else new))
            assert isinstance(refusal, PasswordRefused)
            assert reason == refusal.reason
        assert 0 == shop.hasher.work

    def test_the_same_password_written_another_way(self, shop: Shop) -> None:
        """Given the present password in another normal form, it is the same."""
        shop.claimed(login="anna")
        composed, decomposed = "caf\u00e9 au lait et croissant", "cafe\u0301 au lait et croissant"
        anna = shop.handle(self.change(shop.enter(), new=composed))
        refusal = shop.refused(self.change(anna, composed, decomposed))
        assert isinstance(refusal, PasswordRefused)
        assert "same" == refusal.reason

    @pytest.mark.parametrize("ends", [ResetPassword, ArchivePerson, DeletePerson])
    def test_not_after_the_sign_in_ended(
        self, shop: Shop, ends: type[ResetPassword | ArchivePerson | DeletePerson]
    ) -> None:
        """Given a subject that holds no more, nothing is changed with it."""
        anna = shop.claimed()
        shop.handle(ends(actor=shop.admin, sub_account=anna.sub_account))
        assert isinstance(shop.refused(self.change(anna)), NotAllowed)

    def test_somebody_who_is_faster(self) -> None:
        """Given another change while this one hashes, this one's proof is no longer one."""
        first: list[Callable[[], object]] = []
        shop = Shop(before=lambda: first.pop()() if first else None)
        mine, other = shop.claimed(), shop.enter()
        first.append(lambda: shop.handle(self.change(other, new="a third good phrase here")))
        with pytest.raises(Refusal):
            shop.handle(self.change(mine))
        shop.enter(secret="a third good phrase here")


class TestRecognizing:
    """A subject holds until something ends it."""

    def test_a_subject_holds(self, shop: Shop) -> None:
        """Given a subject, the person is answered as it is now."""
        anna = shop.claimed()
        shop.handle(EditPerson(actor=shop.admin, sub_account=anna.sub_account, fields={"position": "Boss"}))
        person = shop.handle(Recognize(subject=anna))
        assert person is not None
        assert "Boss" == person.profile.position

    @pytest.mark.parametrize(
        "forged",
        [
            {"epoch": 2},
            {"epoch": 0},
            {"account_epoch": 2},
            {"sub_account": SubAccountId(organization=OrganizationId(value="acme"), value="nobody")},
            {"account": AccountId(organization=OrganizationId(value="acme"), value="other")},
            {"sub_account": SubAccountId(organization=OrganizationId(value="other"), value="x")},
        ],
    )
    def test_a_subject_that_was_never_given(self, shop: Shop, forged: dict[str, Any]) -> None:
        """A subject of another epoch, person or account is nobody's."""
        assert None is shop.handle(Recognize(subject=evolve(shop.claimed(), **forged)))

    def test_a_closed_account_ends_it(self, shop: Shop) -> None:
        """Given a closed account, nobody under it is recognized."""
        anna = shop.claimed()
        shop.handle(CloseAccount(actor=shop.admin, account=shop.account.id))
        assert None is shop.handle(Recognize(subject=anna))
