"""A person's proofs, as an administrator handles them: codes, reset, unlock. And how codes end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from subaccounts import (
    AlreadyClaimed,
    ArchivePerson,
    AskAdministrator,
    Authenticated,
    ByCode,
    CompleteFields,
    DeletePerson,
    Door,
    EnterPassword,
    IssueCode,
    LockedUntil,
    OpenClaim,
    Recognize,
    RegistrationPolicy,
    ResetPassword,
    RestorePerson,
    State,
    SubAccountId,
    UnlockPerson,
    VoidCode,
)
from subaccounts.domain.events import (
    CodeIssued,
    CodeVoided,
    PasswordDisabled,
    SignInFailed,
    SubAccountReset,
    SubAccountUnlocked,
)
from subaccounts.errors import WrongState
from tests.commands.shop import NAMED, OTHER_PASSWORD, PASSWORD, Shop, code_of

NO_CODE = repr(AskAdministrator(why="no_code"))


def issue(shop: Shop, person: SubAccountId) -> IssueCode:
    return IssueCode(actor=shop.admin, sub_account=person)


def reset(shop: Shop, person: SubAccountId) -> ResetPassword:
    return ResetPassword(actor=shop.admin, sub_account=person)


def unlock(shop: Shop, person: SubAccountId) -> UnlockPerson:
    return UnlockPerson(actor=shop.admin, sub_account=person)


class TestCodes:
    """One code is out at a time; it works at most once, in its time, for its person."""

    def test_another_code_kills_the_one_before(self, shop: Shop) -> None:
        """Given a code, a new one is the only one that works."""
        added = shop.add()
        issued = shop.handle(issue(shop, added.sub_account.id))
        assert issued.code is not None
        assert CodeIssued(expires_at=issued.code.expires_at) == shop.happened()[-1]
        assert isinstance(shop.complete(code=code_of(added)), CompleteFields)
        assert isinstance(shop.complete(code=code_of(issued)), Authenticated)

    @pytest.mark.asvs("6.5.6")
    def test_a_voided_code_is_dead(self, shop: Shop) -> None:
        """Given a voided code, only the administrator helps; there is nothing to void twice."""
        added = shop.add()
        void = VoidCode(actor=shop.admin, sub_account=added.sub_account.id)
        shop.handle(void)
        assert [CodeVoided()] == shop.happened(CodeVoided)
        assert NO_CODE == repr(shop.complete(code=code_of(added)))
        refusal = shop.refused(void)
        assert isinstance(refusal, WrongState)
        assert "without a code" == refusal.state

    @pytest.mark.asvs("6.4.1")
    @pytest.mark.parametrize(("lasts", "seconds"), [(None, 30 * 86400), (timedelta(minutes=10), 600)])
    def test_a_code_expires(self, lasts: timedelta | None, seconds: int) -> None:
        """A code works until the moment it expires, and never after."""
        policy = RegistrationPolicy.by_person(claim=ByCode(lasts=lasts) if lasts else ByCode())
        for late, works in ((-1, True), (0, False)):
            shop = Shop(policy=policy)
            code = code_of(shop.add())
            shop.wait(seconds=seconds + late)
            assert works is isinstance(shop.complete(code=code), Authenticated)

    @pytest.mark.asvs("6.5.1")
    def test_a_code_works_once(self, shop: Shop) -> None:
        """Given a claimed login, the code that claimed it is nothing any more."""
        code = code_of(shop.add())
        assert isinstance(shop.complete(code=code), Authenticated)
        assert isinstance(shop.complete(code=code), AlreadyClaimed)
        assert isinstance(shop.sign_in(secret=code), EnterPassword)

    def test_five_wrong_tries_kill_a_code(self, shop: Shop) -> None:
        """Given five wrong tries over any terminals, the right code does not work; a new one does."""
        added = shop.add()
        for n in range(5):
            shop.sign_in(secret="00000-00000", door=Door.inside(shop.account.id, terminal=f"till-{n}"))
        assert NO_CODE == repr(shop.complete(code=code_of(added)))
        assert 5 == len(shop.happened(SignInFailed))
        issued = shop.handle(issue(shop, added.sub_account.id))
        assert isinstance(shop.complete(code=code_of(issued)), Authenticated)

    def test_four_wrong_tries_do_not(self, shop: Shop) -> None:
        """Given four wrong tries, at the sign-in or the registration, the right code works."""
        code = code_of(shop.add())
        for _ in range(2):
            shop.sign_in(secret="00000-00000")
            shop.complete(code=None)
        assert isinstance(shop.complete(code=code), Authenticated)

    def test_a_right_code_at_the_sign_in_is_not_used_up(self, shop: Shop) -> None:
        """Given the code typed as a password, it leads on to the registration as often as it is typed."""
        code = code_of(shop.add())
        for _ in range(7):
            assert repr(CompleteFields(fields=("full_name", "position"), code_needed=True)) == repr(
                shop.sign_in(secret=code)
            )
        assert isinstance(shop.complete(code=code), Authenticated)

    def test_codes_are_for_who_waits(self, shop: Shop) -> None:
        """Nobody who is active, disabled or archived has a code put out or voided."""
        anna = shop.claimed().sub_account
        for act in (issue(shop, anna), VoidCode(actor=shop.admin, sub_account=anna)):
            assert isinstance(shop.refused(act), WrongState)
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        assert isinstance(shop.refused(issue(shop, anna)), WrongState)

    def test_a_code_where_claims_are_open(self) -> None:
        """Given a code under an open claim, the claim needs it, and mistyping it to death opens nothing."""
        shop = Shop(policy=RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=7))))
        person = shop.add().sub_account.id
        code = code_of(shop.handle(issue(shop, person)))
        assert isinstance(shop.complete(), CompleteFields)
        assert isinstance(shop.complete(code=code), Authenticated)
        boris = shop.add("boris").sub_account.id
        shop.handle(issue(shop, boris))
        for n in range(5):
            shop.sign_in("boris", "00000-00000", door=Door.inside(shop.account.id, terminal=f"till-{n}"))
        assert NO_CODE == repr(shop.complete("boris"))
        shop.handle(VoidCode(actor=shop.admin, sub_account=boris))
        assert isinstance(shop.complete("boris"), Authenticated)


class TestReset:
    """A reset kills everything older, and opens no claim wider than the policy says."""

    @pytest.mark.asvs("6.5.6")
    def test_everything_of_before_is_dead(self, shop: Shop) -> None:
        """Given a reset, password, code and subjects of before do not work; the new code does, with the record kept."""
        first = code_of(shop.add())
        step = shop.complete(code=first)
        assert isinstance(step, Authenticated)
        handed = shop.handle(reset(shop, step.subject.sub_account))
        assert (State.WAITING, 2) == (handed.sub_account.state, handed.sub_account.epoch)
        assert None is shop.handle(Recognize(subject=step.subject))
        assert not isinstance(shop.sign_in(secret=PASSWORD), Authenticated)
        assert not isinstance(shop.complete(code=first, fields={}), Authenticated)
        again = shop.complete(code=code_of(handed), fields={}, password=OTHER_PASSWORD)
        assert isinstance(again, Authenticated)
        assert "Anna Koval" == shop.person(step.subject.sub_account).profile.full_name
        assert isinstance(shop.sign_in(secret=PASSWORD), EnterPassword)
        assert None is shop.handle(Recognize(subject=step.subject))
        assert [SubAccountReset()] == shop.happened(SubAccountReset)

    def test_a_reset_of_who_waits(self, shop: Shop) -> None:
        """Given somebody who waits with a code, a reset replaces the code."""
        added = shop.add()
        handed = shop.handle(reset(shop, added.sub_account.id))
        assert isinstance(shop.complete(code=code_of(added)), CompleteFields)
        assert isinstance(shop.complete(code=code_of(handed)), Authenticated)

    def test_a_reset_under_an_open_claim(self) -> None:
        """Given a policy of open claims, a reset hands over no code and opens the window anew, for as long, not longer."""
        shop = Shop(policy=RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=7))))
        person = shop.add().sub_account.id
        shop.complete()
        shop.wait(days=100)
        assert None is shop.handle(reset(shop, person)).code
        shop.wait(days=7, seconds=-1)
        assert isinstance(shop.complete(fields={}), Authenticated)
        shop.handle(reset(shop, person))
        shop.wait(days=7)
        assert NO_CODE == repr(shop.complete(fields={}))

    def test_a_reset_ends_delays_and_the_row(self, shop: Shop) -> None:
        """Given a locked person, a reset starts its attempts anew."""
        anna = shop.claimed().sub_account
        shop.fail(5)
        handed = shop.handle(reset(shop, anna))
        assert isinstance(shop.complete(code=code_of(handed), fields={}), Authenticated)
        assert 0 == shop.credential(anna).attempts.in_a_row

    def test_no_reset_of_the_archived(self, shop: Shop) -> None:
        """An archived person comes back by being restored."""
        anna = shop.claimed().sub_account
        shop.handle(ArchivePerson(actor=shop.admin, sub_account=anna))
        assert isinstance(shop.refused(reset(shop, anna)), WrongState)
        assert isinstance(
            shop.complete(code=code_of(shop.handle(RestorePerson(actor=shop.admin, sub_account=anna))), fields={}),
            Authenticated,
        )


class TestDelays:
    """Five free, then delays per person and terminal; fifty in a row disable the password."""

    def test_the_fifth_starts_the_delay(self, shop: Shop) -> None:
        """Given four wrong passwords the right one works; the fifth says until when to wait, and waiting helps."""
        shop.claimed()
        assert repr(EnterPassword(wrong=True)) == repr(shop.fail(4))
        shop.enter()
        until = shop.clock() + timedelta(seconds=30)
        assert repr(LockedUntil(until=until)) == repr(shop.fail(5))
        assert repr(LockedUntil(until=until)) == repr(shop.sign_in()) == repr(shop.begin())
        shop.wait(seconds=30)
        shop.enter()

    def test_guesses_during_a_delay_do_not_count(self, shop: Shop) -> None:
        """Given a delay, what is tried meanwhile neither counts nor lengthens it."""
        anna = shop.claimed().sub_account
        shop.fail(25)
        assert 5 == shop.credential(anna).attempts.in_a_row
        shop.wait(seconds=30)
        assert repr(LockedUntil(until=shop.clock() + timedelta(seconds=60))) == repr(shop.fail(1))

    def test_one_persons_mistakes_lock_nobody_else(self, shop: Shop) -> None:
        """Given one person locked at a terminal, another signs in there, and the first at another terminal."""
        shop.claimed("anna")
        shop.claimed("boris")
        shop.fail(5, "anna")
        shop.enter("boris")
        shop.enter("anna", door=Door.inside(shop.account.id, terminal="till-2"))
        assert isinstance(shop.sign_in("anna"), LockedUntil)

    def test_delays_are_the_same_at_both_doors(self, shop: Shop) -> None:
        """Given a delay earned outside, it holds inside on the same terminal."""
        shop.claimed()
        shop.fail(5, door=shop.outside)
        assert isinstance(shop.sign_in(), LockedUntil)

    def test_an_unlock_ends_every_delay(self, shop: Shop) -> None:
        """Given delays on two terminals, an unlock ends both, and the row to fifty goes on."""
        anna = shop.claimed().sub_account
        other = Door.inside(shop.account.id, terminal="till-2")
        shop.fail(5)
        shop.fail(5, door=other)
        shop.handle(unlock(shop, anna))
        assert [SubAccountUnlocked()] == shop.happened(SubAccountUnlocked)
        assert 10 == shop.credential(anna).attempts.in_a_row
        shop.enter()
        shop.enter(door=other)

    def test_fifty_in_a_row_disable_the_password(self, shop: Shop) -> None:
        """Given fifty wrong in a row over many terminals, the right password is dead until a reset, and it is told."""
        anna = shop.claimed()
        assert repr(AskAdministrator(why="disabled")) == repr(shop.guess_until_disabled())
        assert State.DISABLED is shop.person(anna.sub_account).state
        assert None is shop.credential(anna.sub_account).password
        assert [PasswordDisabled()] == shop.happened(PasswordDisabled)
        assert repr(AskAdministrator(why="disabled")) == repr(shop.sign_in())
        assert None is shop.handle(Recognize(subject=anna))
        assert isinstance(shop.refused(unlock(shop, anna.sub_account)), WrongState)
        handed = shop.handle(reset(shop, anna.sub_account))
        assert isinstance(shop.complete(code=code_of(handed), fields={}), Authenticated)

    def test_forty_nine_do_not(self, shop: Shop) -> None:
        """Given forty-nine wrong and one right, the row begins anew."""
        anna = shop.claimed().sub_account
        for n in range(49):
            shop.fail(1, door=Door.inside(shop.account.id, terminal=f"till-{n}"))
        shop.enter(door=Door.inside(shop.account.id, terminal="till-99"))
        assert 0 == shop.credential(anna).attempts.in_a_row

    def test_strangers_wait_too(self, shop: Shop) -> None:
        """Given five tries for a login nobody has, that terminal waits for that login, and for no other."""
        for _ in range(4):
            shop.sign_in("nobody")
        until = shop.clock() + timedelta(seconds=30)
        assert repr(LockedUntil(until=until)) == repr(shop.sign_in("nobody"))
        shop.claimed("anna")
        shop.enter("anna")
        shop.sign_in("somebody-else")
        assert not isinstance(shop.begin("somebody-else"), LockedUntil)

    def test_a_login_that_comes_to_be_starts_anew(self, shop: Shop) -> None:
        """Given tries for a login nobody had, the person who gets it is not locked by them."""
        for _ in range(5):
            shop.sign_in("anna")
        added = shop.add()
        assert isinstance(shop.complete(code=code_of(added)), Authenticated)


@pytest.mark.parametrize("ends", [ResetPassword, ArchivePerson, DeletePerson])
def test_nothing_of_before_works_after(ends: type[ResetPassword | ArchivePerson | DeletePerson]) -> None:
    """After a reset, an archiving or a deletion no earlier password, code or subject works, at either door."""
    shop = Shop()
    code = code_of(shop.add())
    step = shop.complete(code=code)
    assert isinstance(step, Authenticated)
    shop.handle(ends(actor=shop.admin, sub_account=step.subject.sub_account))
    for door in (shop.inside, shop.outside):
        for secret in (PASSWORD, code):
            assert not isinstance(shop.sign_in(secret=secret, door=door), Authenticated)
        assert not isinstance(shop.complete(code=code, fields={**NAMED}, door=door), Authenticated)
    assert None is shop.handle(Recognize(subject=step.subject))
