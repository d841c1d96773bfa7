"""Invariant 13: however guesses come, no more outcomes are revealed than the limit allows.

An outcome is revealed when somebody hears that a guess was wrong. What is counted is compared with the ladder of
DESIGN: five are free, then delays double from 30 seconds to an hour; fifty in a row disable the password.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts import (
    ActivationPolicy,
    ChangeActivation,
    ChangeContact,
    ChangeIssuers,
    ChangePassword,
    Command,
    Door,
    Identity,
    Issuer,
    LinkIdentity,
    MessageBudget,
    ResetPassword,
    Secret,
    State,
    Subject,
    UnlockPerson,
    VerifiedIdentity,
)
from subaccounts.domain.steps import Authenticated, EnterPassword, LockedUntil
from subaccounts.errors import ProofRefused, Refusal
from subaccounts.testing import BOUGHT
from tests.invariants.world import KINDS, OTHER_PASSWORD, PASSWORD, Shop, World, comparable

WRONG: Final = "not it at all"
DAY: Final = timedelta(days=1)
ACME: Final = "https://login.acme.example"
OTHER: Final = "https://idp.other.example"


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
            st.sampled_from(["sign_in", "outside", "change", "link", "contact", "unlock", "right"]),
            st.sampled_from([0, 1, 10, 31, 100, 4_000]),
        ),
        max_size=40,
    )
)
def test_every_way_to_guess_is_one_count(kind: str, tries: list[tuple[str, int]]) -> None:
    """Signing in at either door and every command that takes the password count together; only success and unlocking begin anew."""
    with World(kind) as world:
        shop, subject = _shop(world)
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
    if what in PROVING:
        with pytest.raises(ProofRefused):
            shop.world.handle(PROVING[what](subject, Secret(WRONG)))
        return False
    door = shop.outside if what == "outside" else shop.inside
    step = shop.world.handle(shop.signing_in("anna", PASSWORD if what == "right" else WRONG, door=door))
    return isinstance(step, Authenticated)


def _linking(subject: Subject, current: Secret, who: str, by: str = ACME) -> LinkIdentity:
    identity = VerifiedIdentity(identity=Identity(issuer=by, subject=who))
    return LinkIdentity(subject=subject, identity=identity, current=current)


def _contact(subject: Subject, current: Secret, field: str, value: str) -> ChangeContact:
    return ChangeContact(subject=subject, field=field, value=value, current=current)


def _changing(subject: Subject, current: Secret, new: Secret) -> ChangePassword:
    return ChangePassword(subject=subject, current=current, new=new)


PROVING: Final[dict[str, Callable[[Subject, Secret], Command[Any]]]] = {
    "change": lambda me, current: _changing(me, current, Secret(OTHER_PASSWORD)),
    "change to the same": lambda me, current: _changing(me, current, current),
    "change to a short one": lambda me, current: _changing(me, current, Secret("short")),
    "link": lambda me, current: _linking(me, current, "anna"),
    "link somebody else's": lambda me, current: _linking(me, current, "boris"),
    "link by no issuer": lambda me, current: _linking(me, current, "anna", by="https://none.example"),
    "link what is linked": lambda me, current: _linking(me, current, "anna", by=OTHER),
    "link a second one": lambda me, current: _linking(me, current, "anna-2", by=OTHER),
    "contact": lambda me, current: _contact(me, current, "email", "anna@home.example"),
    "contact by no SMS": lambda me, current: _contact(me, current, "phone", "+46701234567"),
    "contact when SMS are spent": lambda me, current: _contact(me, current, "phone", "+4587654321"),
}
"""Every command that takes the present password, also where it is refused for another reason."""


def _shop(world: World) -> tuple[Shop, Subject]:
    """Open a shop whose people come by two issuers and whose day has no SMS left; Anna and Boris are linked already."""
    shop = Shop(world)
    world.subscriptions.sell(shop.organization, evolve(BOUGHT, sms=True))
    activation = ActivationPolicy(budget=MessageBudget(sms_a_day=0, sms_countries=frozenset({"45"})))
    world.rival.handle(ChangeActivation(actor=shop.admin, organization=shop.organization, activation=activation))
    issuers = tuple(Issuer(issuer=each, name="Company account") for each in (ACME, OTHER))
    world.rival.handle(ChangeIssuers(actor=shop.admin, organization=shop.organization, issuers=issuers))
    anna, boris = shop.active("anna"), shop.active("boris")
    world.rival.handle(_linking(anna, Secret(PASSWORD), "anna", by=OTHER))
    world.rival.handle(_linking(boris, Secret(PASSWORD), "boris"))
    return shop, anna


def _heard_late(kind: str, way: str, guess: str) -> object:
    """Return what a guess is answered beside which five wrong ones were read later and written first."""
    with World(kind) as world:
        shop, anna = _shop(world)
        others = [WRONG] * 5

        def meanwhile(where: str) -> None:
            while where == "hasher.matches" and others:
                shop.sign_in("anna", others.pop())

        with world.hooked(before=meanwhile):
            try:
                return comparable(world.handle(PROVING[way](anna, Secret(guess))))
            except Refusal as refusal:
                return repr(refusal)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", PROVING)
def test_the_sixth_guess_at_once_is_told_nothing(kind: str, way: str) -> None:
    """The right password beside five wrong ones that were written first hears what another wrong one hears."""
    assert _heard_late(kind, way, WRONG) == _heard_late(kind, way, PASSWORD)
