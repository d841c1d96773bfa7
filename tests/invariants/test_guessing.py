"""Invariant 13: however guesses come, no more outcomes are revealed than the limit allows.

An outcome is revealed when somebody hears that a guess was wrong. What is counted is compared with the ladder of
DESIGN: five are free, then delays double from 30 seconds to an hour; fifty in a row disable the password.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts import ChangePassword, Door, ResetPassword, Secret, State, Subject, UnlockPerson
from subaccounts.domain.steps import Authenticated, EnterPassword, LockedUntil
from subaccounts.errors import ProofRefused
from tests.invariants.world import KINDS, OTHER_PASSWORD, PASSWORD, Shop, World

WRONG: Final = "not it at all"
DAY: Final = timedelta(days=1)


def allowed(span: timedelta) -> int:
    """Return how many guesses at one terminal are answered in so much time, by the ladder as DESIGN.md states it."""
    guesses, delay, waited = 5, timedelta(seconds=30), timedelta(0)
    while waited + delay <= span:
        waited += delay
        guesses, delay = guesses + 1, min(delay * 2, timedelta(hours=1))
    return guesses


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", [timedelta(seconds=7), timedelta(minutes=11)], ids=["fast", "slow"])
def test_a_day_at_one_terminal(kind: str, step: timedelta) -> None:
    """Guessing for most of a day is answered as often as the ladder allows, and the right password waits with it."""
    span = timedelta(hours=2) if step < timedelta(minutes=1) else timedelta(hours=23)
    with World(kind) as world:
        shop = Shop(world)
        subject = shop.active("anna")
        began, counted = world.clock(), 0
        while world.clock() - began <= span:
            before = world.person(subject.sub_account).credential.attempts.in_a_row
            answer = world.handle(shop.signing_in("anna", WRONG))
            after = world.person(subject.sub_account).credential.attempts.in_a_row
            assert isinstance(answer, (EnterPassword, LockedUntil))
            assert after - before in {0, 1}
            assert (after > before) or isinstance(answer, LockedUntil)
            counted += after - before
            world.clock.advance(step)
        assert counted <= allowed(span)
        assert counted >= 5


@pytest.mark.parametrize("kind", KINDS)
def test_fifty_over_all_terminals(kind: str) -> None:
    """From terminals without end fifty wrong passwords are heard; then the right one is worth nothing until a reset."""
    with World(kind) as world:
        shop = Shop(world)
        subject = shop.active("anna")
        wrong = 0
        for number in range(80):
            door = Door.inside(shop.account.id, terminal=f"till-{number}")
            wrong += world.handle(shop.signing_in("anna", WRONG, door=door)) == EnterPassword(wrong=True)
        assert 49 == wrong  # the fiftieth is told that the password is disabled
        assert State.DISABLED is world.person(subject.sub_account).sub_account.state
        fresh = Door.inside(shop.account.id, terminal="fresh")
        assert not isinstance(world.handle(shop.signing_in("anna", PASSWORD, door=fresh)), Authenticated)
        handover = world.handle(ResetPassword(actor=shop.admin, sub_account=subject.sub_account))
        claimed = world.handle(shop.claiming("anna", handover.code, password=OTHER_PASSWORD, door=fresh))
        assert isinstance(claimed, Authenticated)


@pytest.mark.asvs("6.3.1")
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(
    tries=st.lists(
        st.tuples(
            st.sampled_from(["sign_in", "outside", "change", "unlock", "right"]),
            st.sampled_from([0, 1, 10, 31, 100, 4_000]),
        ),
        max_size=40,
    )
)
def test_every_way_to_guess_is_one_count(kind: str, tries: list[tuple[str, int]]) -> None:
    """Signing in at either door and changing the password count together; only success and unlocking begin anew."""
    with World(kind) as world:
        shop = Shop(world)
        subject = shop.active("anna")
        failures, until, row = 0, world.clock(), 0
        for what, seconds in tries:
            world.clock.advance(timedelta(seconds=seconds))
            locked = world.clock() < until
            if what == "unlock":
                world.handle(UnlockPerson(actor=shop.admin, sub_account=subject.sub_account))
                failures, until = 0, world.clock()
                continue
            let_in = _lets_in(shop, what, subject)
            assert let_in == (what == "right" and not locked)
            if let_in:
                failures = row = 0
            elif not locked:
                failures, row = failures + 1, row + 1
                if failures >= 5:
                    delay = min(timedelta(seconds=30) * 2 ** (failures - 5), timedelta(hours=1))
                    until = world.clock() + delay
            attempts = world.person(subject.sub_account).credential.attempts
            assert row == attempts.in_a_row


def _lets_in(shop: Shop, what: str, subject: Subject) -> bool:
    """Guess in one of the ways, or sign in rightly; tell whether it let somebody in."""
    if what == "change":
        change = ChangePassword(subject=subject, current=Secret(WRONG), new=Secret(OTHER_PASSWORD))
        with pytest.raises(ProofRefused):
            shop.world.handle(change)
        return False
    door = shop.outside if what == "outside" else shop.inside
    step = shop.world.handle(shop.signing_in("anna", PASSWORD if what == "right" else WRONG, door=door))
    return isinstance(step, Authenticated)
