"""Deciding again: how often, at what cost, on which facts, and what is said when it never succeeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from subaccounts import AddPerson, ArchivePerson, ChangePassword, Command, EditPerson, Secret
from subaccounts._shell import MOST_TRIES
from subaccounts.domain.attempts import FIRST_DELAY, FREE_FAILURES
from subaccounts.domain.steps import AlreadyClaimed, AskAdministrator, Authenticated, EnterPassword, LockedUntil
from subaccounts.errors import Busy, Conflict, Full, NameTaken, PasswordRefused, ProofRefused, Stale, Taken
from tests.invariants.world import KINDS, OTHER_PASSWORD, PASSWORD, Shop, World, subject_of

CONFLICTS: list[Callable[[], Conflict]] = [
    Stale,
    lambda: Taken(keys=frozenset({"a key"})),
    lambda: Full(counts=frozenset({"seats"})),
]


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Open one shop of each storage and color, with a person in it."""
    with World(request.param) as world:
        yield Shop(world)


def commits(shop: Shop) -> int:
    """Return how many commits the last command asked for."""
    return shop.world.calls.count("repository.commit")


class TestBusy:
    """The number of tries is bounded, and then the answer reveals nothing."""

    @pytest.mark.asvs("15.4.3")
    @pytest.mark.parametrize("conflict", CONFLICTS, ids=["stale", "taken", "full"])
    @pytest.mark.parametrize("proof", [PASSWORD, "not it at all"], ids=["right", "wrong"])
    def test_a_sign_in_that_never_commits(self, shop: Shop, conflict: Callable[[], Conflict], proof: str) -> None:
        """After the most tries it is `Busy`, right password or wrong; one hash was computed and nothing is stored."""
        shop.active("anna")
        before, hasher = shop.world.rows(), shop.world.hasher
        hasher.reset()
        with shop.world.hooked(before=_conflicting(conflict)), pytest.raises(Busy) as busy:
            shop.world.traced(shop.signing_in("anna", proof))
        assert "busy, try again in a moment" == str(busy.value)
        assert MOST_TRIES == commits(shop)
        assert 1 == hasher.work
        assert before == shop.world.rows()

    @pytest.mark.parametrize("conflict", CONFLICTS, ids=["stale", "taken", "full"])
    def test_a_change_that_never_commits(self, shop: Shop, conflict: Callable[[], Conflict]) -> None:
        """A change is `Busy` after the same number of tries, and nothing is stored."""
        before = shop.world.rows()
        with shop.world.hooked(before=_conflicting(conflict)), pytest.raises(Busy):
            shop.world.traced(AddPerson(actor=shop.admin, account=shop.account.id, login="anna"))
        assert MOST_TRIES == commits(shop)
        assert before == shop.world.rows()

    def test_the_last_try_counts(self, shop: Shop) -> None:
        """A commit that succeeds at the last try is a success."""
        shop.active("anna")
        with shop.world.hooked(before=_conflicting(Stale, times=MOST_TRIES - 1)):
            step, _ = shop.world.traced(shop.signing_in("anna"))
        assert isinstance(step, Authenticated)
        assert MOST_TRIES == commits(shop)


class TestWork:
    """Deciding again costs no second hash."""

    @pytest.mark.parametrize("proof", [PASSWORD, "not it at all"], ids=["right", "wrong"])
    def test_a_verification_is_remembered(self, shop: Shop, proof: str) -> None:
        """A sign-in that decides three times verifies once."""
        shop.active("anna")
        shop.world.hasher.reset()
        with shop.world.hooked(before=_conflicting(Stale, times=2)):
            shop.world.traced(shop.signing_in("anna", proof))
        assert (3, 1) == (commits(shop), shop.world.hasher.work)

    def test_a_claim_hashes_once(self, shop: Shop) -> None:
        """A claim that decides three times hashes the new password once."""
        command = shop.claiming("anna", shop.add("anna").code)
        shop.world.hasher.reset()
        with shop.world.hooked(before=_conflicting(Stale, times=2)):
            step, _ = shop.world.traced(command)
        assert isinstance(step, Authenticated)
        assert (3, 1) == (commits(shop), shop.world.hasher.work)

    def test_another_stored_hash_is_verified_anew(self, shop: Shop) -> None:
        """A password changed between two tries is verified against the new hash: the old one is refused."""
        subject = shop.active("anna")
        change = ChangePassword(subject=subject, current=Secret(PASSWORD), new=Secret(OTHER_PASSWORD))
        shop.world.hasher.reset()
        with shop.world.hooked(before=_once("repository.commit", lambda: shop.world.rival.handle(change))):
            step = shop.world.handle(shop.signing_in("anna", PASSWORD))
        assert EnterPassword(wrong=True) == step
        assert 2 == shop.world.hasher.work

    def test_nothing_is_remembered_between_commands(self, shop: Shop) -> None:
        """The next command verifies again, with the same values."""
        shop.active("anna")
        shop.world.hasher.reset()
        command = shop.signing_in("anna")
        shop.world.handle(command)
        shop.world.handle(command)
        assert 2 == shop.world.hasher.matchings


class TestFacts:
    """Who lost decides on what is stored now."""

    def test_the_second_name_is_refused(self, shop: Shop) -> None:
        """A login that somebody else got in between is refused as taken, not as busy."""
        rival = AddPerson(actor=shop.admin, account=shop.account.id, login="ANNA")
        hook = _once("repository.commit", lambda: shop.world.rival.handle(rival))
        with shop.world.hooked(before=hook), pytest.raises(NameTaken) as refused:
            shop.world.handle(AddPerson(actor=shop.admin, account=shop.account.id, login="anna"))
        assert "held" == refused.value.why

    def test_the_second_claim_is_told(self, shop: Shop) -> None:
        """Whose claim came second is told that the login was claimed, and the first one's password stands."""
        code = shop.add("anna").code
        first = shop.claiming("anna", code, password=OTHER_PASSWORD)
        with shop.world.hooked(before=_once("repository.commit", lambda: shop.world.rival.handle(first))):
            step = shop.world.handle(shop.claiming("anna", code))
        assert AlreadyClaimed() == step
        assert isinstance(shop.sign_in("anna", OTHER_PASSWORD), Authenticated)
        assert EnterPassword(wrong=True) == shop.sign_in("anna", PASSWORD)

    def test_who_is_archived_meanwhile_is_not_let_in(self, shop: Shop) -> None:
        """A right password is worth nothing when its person was archived before the commit."""
        subject = shop.active("anna")
        archive = ArchivePerson(actor=shop.admin, sub_account=subject.sub_account)
        with shop.world.hooked(before=_once("repository.commit", lambda: shop.world.rival.handle(archive))):
            step = shop.world.handle(shop.signing_in("anna"))
        assert AskAdministrator(why="archived") == step

    def test_who_was_faster_locks(self, shop: Shop) -> None:
        """A right password that meets a lock on its way hears of the lock: it was not the first five."""
        shop.active("anna")

        def guess() -> None:
            for _ in range(FREE_FAILURES):
                shop.sign_in("anna", "not it at all")

        with shop.world.hooked(before=_once("repository.commit", guess)):
            step = shop.world.handle(shop.signing_in("anna"))
        assert LockedUntil(until=shop.world.clock() + FIRST_DELAY) == step

    def test_time_goes_on_between_tries(self, shop: Shop) -> None:
        """Each try takes the time anew: who had to wait signed in when it was let in, not when it knocked."""
        shop.active("anna")
        knocked = shop.world.clock()

        def wait() -> None:
            shop.world.clock.advance(timedelta(minutes=1))
            shop.sign_in("anna", "not it at all")

        with shop.world.hooked(before=_once("repository.commit", wait)):
            subject = subject_of(shop.world.handle(shop.signing_in("anna")))
        assert knocked + timedelta(minutes=1) == subject.at
        assert subject.at == shop.world.person(subject.sub_account).credential.last_sign_in_at

    def test_two_edits_both_stay(self, shop: Shop) -> None:
        """An edit that lost decides on the other's result: no accepted change disappears."""
        person = shop.add("anna").sub_account
        name: Command[object] = EditPerson(actor=shop.admin, sub_account=person.id, fields={"full_name": "Anna"})
        position = EditPerson(actor=shop.admin, sub_account=person.id, fields={"position": "Seller"})
        with shop.world.hooked(before=_once("repository.commit", lambda: shop.world.rival.handle(name))):
            shop.world.handle(position)
        profile = shop.world.person(person.id).sub_account.profile
        assert ("Anna", "Seller") == (profile.full_name, profile.position)


class TestRemembered:
    """What a refusal must remember is committed before anybody hears it."""

    def test_a_wrong_password_is_committed_first(self, shop: Shop) -> None:
        """The step comes after a commit that succeeded; without it there is no step."""
        shop.active("anna")
        step, calls = shop.world.traced(shop.signing_in("anna", "not it at all"))
        assert EnterPassword(wrong=True) == step
        assert "repository.commit" == calls[-1]

    def test_a_refused_proof_is_committed_first(self, shop: Shop) -> None:
        """A wrong current password is counted before `ProofRefused` is raised."""
        subject = shop.active("anna")
        command = ChangePassword(subject=subject, current=Secret("not it at all"), new=Secret(OTHER_PASSWORD))
        ends = []
        for number in range(1, FREE_FAILURES + 1):
            with pytest.raises(ProofRefused) as refused:
                shop.world.traced(command)
            ends.append(refused.value.until)
            assert "repository.commit" == shop.world.calls[-1]
            assert number == shop.world.person(subject.sub_account).credential.attempts.in_a_row
        assert [None] * (FREE_FAILURES - 1) + [shop.world.clock() + FIRST_DELAY] == ends

    def test_a_refused_proof_that_is_not_committed_is_not_told(self, shop: Shop) -> None:
        """When the count cannot be committed the answer is `Busy`, for a wrong current password too."""
        subject = shop.active("anna")
        command = ChangePassword(subject=subject, current=Secret("not it at all"), new=Secret(OTHER_PASSWORD))
        with shop.world.hooked(before=_conflicting(Stale)), pytest.raises(Busy):
            shop.world.handle(command)

    @pytest.mark.parametrize("new", ["short", "Test Person Test Person"])
    def test_a_flawed_new_password_reveals_nothing(self, shop: Shop, new: str) -> None:
        """A bad new password is refused alike whether the current one was right or wrong, and nothing is written."""
        subject = shop.active("anna")
        before, heard = shop.world.rows(), []
        for current in (PASSWORD, "not it at all"):
            command = ChangePassword(subject=subject, current=Secret(current), new=Secret(new))
            with pytest.raises(PasswordRefused) as refused:
                shop.world.traced(command)
            heard.append((refused.value.reason, tuple(shop.world.calls)))
        assert heard[0] == heard[1]
        assert before == shop.world.rows()


def _conflicting(conflict: Callable[[], Conflict], *, times: int = 1_000) -> Callable[[str], None]:
    """Return a hook that has so many commits end in a conflict."""
    left = [times]

    def before(where: str) -> None:
        if where == "repository.commit" and left[0]:
            left[0] -= 1
            raise conflict()

    return before


def _once(where: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Return a hook that lets somebody else act once, just before this question is asked."""
    acts = [act]

    def before(asked: str) -> None:
        if asked == where and acts:
            acts.pop()()

    return before
