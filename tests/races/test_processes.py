"""Eight processes on one SQLite file: one winner, no guess too many, no seat too many, nothing lost.

The clock stands still and hashing costs nothing, so that what is raced is the storage and the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve

from subaccounts import AddPeople, IssuedCode, Secret, State
from subaccounts.domain.attempts import FREE_FAILURES
from subaccounts.domain.decision import Batch
from subaccounts.domain.proof import WRONG_TRIES
from subaccounts.domain.queries import LARGEST_PAGE, PeopleQuery
from subaccounts.domain.sub_account import Person
from subaccounts.domain.subscription import MonthlySeats, SeatRule, StoredSeats
from subaccounts.testing.hashers import CheapHasher
from tests.invariants.checks import check_stored
from tests.invariants.world import PASSWORD, Shop, World
from tests.races.workers import (
    PROCESSES,
    Racers,
    Track,
    add_all,
    add_one_by_one,
    claim_all,
    guess_all,
    password_of,
    sign_in_all,
)

CLAIMS = 1_000


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Start the processes once for all races."""
    with Racers() as racers:
        yield racers


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Open a shop in a file."""
    with World("sqlite") as world:
        yield Shop(world)


def tracks(shop: Shop, *, seats: SeatRule = None) -> list[Track]:
    """Return one track for each racer."""
    return [
        Track(path=shop.world.path, account=shop.account.id, racer=number, seats=seats) for number in range(PROCESSES)
    ]


def paste(shop: Shop, logins: list[str]) -> dict[str, IssuedCode]:
    """Add people and return their codes."""
    lines = shop.world.rival.handle(AddPeople.pasted("\n".join(logins), actor=shop.admin, account=shop.account.id))
    return {line.code.login: line.code for line in lines if line.code is not None}


def people(shop: Shop) -> dict[str, Person]:
    """Return everybody who is stored, by login."""
    query = PeopleQuery(organization=shop.organization, states=frozenset(State), limit=LARGEST_PAGE)
    return {each.login.text: shop.world.person(each.id) for each in shop.world.plain.people_page(query)}


def test_claims_have_one_winner(racers: Racers, shop: Shop) -> None:
    """Of 8 processes that claim each of 1,000 people at the same moment one gets in, and all others are told."""
    codes_of = paste(shop, [f"person-{number}" for number in range(CLAIMS)])
    work = [(login, code.code.reveal()) for login, code in codes_of.items()]
    assert CLAIMS == len(work)
    told = racers.race(claim_all, tracks(shop), work)
    stored, hasher = people(shop), CheapHasher()
    winners = 0
    for place, (login, _) in enumerate(work):
        steps = [mine[place][0] for mine in told]
        assert sorted(["Authenticated"] + ["AlreadyClaimed"] * (PROCESSES - 1)) == sorted(steps)
        winner = steps.index("Authenticated")
        password = stored[login].credential.password
        assert hasher.matches(password=Secret(password_of(winner)), stored=password)
        assert (State.ACTIVE, 2) == (stored[login].sub_account.state, stored[login].sub_account.version)
        winners += 1
    assert CLAIMS == winners
    check_stored(shop.world)


def test_guesses_are_counted_one_by_one(racers: Racers, shop: Shop) -> None:
    """Of 64 wrong guesses in parallel exactly the free ones are answered, the others hear of the lock."""
    logins = [f"victim-{number}" for number in range(12)]
    for login in logins:
        shop.active(login)
    guesses = tuple(f"wrong guess {number}" for number in range(PROCESSES))
    told = racers.race(guess_all, tracks(shop), [(login, guesses) for login in logins])
    stored = people(shop)
    for place, login in enumerate(logins):
        steps = [step.partition(": ")[2] for mine in told for step in mine[place]]
        assert FREE_FAILURES - 1 == steps.count("EnterPassword wrong")
        assert len(steps) - FREE_FAILURES + 1 == steps.count("LockedUntil")
        assert FREE_FAILURES == stored[login].credential.attempts.in_a_row
    check_stored(shop.world)


def test_the_right_guess_is_never_lost(racers: Racers, shop: Shop) -> None:
    """The right password among parallel guesses lets in or hears of the lock; a success alone earns new tries."""
    logins = [f"victim-{number}" for number in range(25)]
    for login in logins:
        shop.active(login)
    wrong = [f"wrong guess {number}" for number in range(PROCESSES - 1)]
    work = [(login, (*wrong[: place % 8], PASSWORD, *wrong[place % 8 :])) for place, login in enumerate(logins)]
    told = racers.race(guess_all, tracks(shop), work)
    for place, login in enumerate(logins):
        heard = [step.partition(": ")[::2] for mine in told for step in mine[place]]
        right = [step for guess, step in heard if guess == PASSWORD]
        others = [step for guess, step in heard if guess != PASSWORD]
        assert set(right) <= {"Authenticated", "LockedUntil"}
        assert set(others) <= {"EnterPassword wrong", "LockedUntil"}
        assert others.count("EnterPassword wrong") <= FREE_FAILURES * (1 + right.count("Authenticated"))
        assert State.ACTIVE is people(shop)[login].sub_account.state
    check_stored(shop.world)


def test_a_code_dies_of_guesses(racers: Racers, shop: Shop) -> None:
    """Of 64 wrong codes in parallel exactly the free ones are answered, and the code has as many wrong tries."""
    logins = [f"victim-{number}" for number in range(8)]
    paste(shop, logins)
    guesses = tuple(f"AAAAA-{number:05d}" for number in range(PROCESSES))
    told = racers.race(guess_all, tracks(shop), [(login, guesses) for login in logins])
    stored = people(shop)
    for place, login in enumerate(logins):
        steps = [step.partition(": ")[2] for mine in told for step in mine[place]]
        assert FREE_FAILURES - 1 == steps.count("CompleteFields wrong")
        assert len(steps) - FREE_FAILURES + 1 == steps.count("LockedUntil")
        credential = stored[login].credential
        assert WRONG_TRIES == (credential.code.wrong if credential.code else None)
    check_stored(shop.world)


def test_a_login_has_one_holder(racers: Racers, shop: Shop) -> None:
    """Of 8 processes that paste the same 50 logins one adds each; the others hear that it is taken."""
    logins = [f"person-{number}" for number in range(50)]
    told = racers.race(add_all, tracks(shop), logins)
    for place in range(len(logins)):
        answers = sorted(mine[place] for mine in told)
        assert sorted(["added"] + ["name_taken"] * (PROCESSES - 1)) == answers
    assert set(logins) == set(people(shop))
    check_stored(shop.world)


def test_stored_seats_are_all_sold_and_none_twice(racers: Racers, shop: Shop) -> None:
    """With 20 seats and 80 people to add, 20 are added and 60 hear that the seats are taken."""
    rule = StoredSeats(limit=20)
    told = racers.race(add_one_by_one, tracks(shop, seats=rule), [f"person-{number}" for number in range(10)])
    answers = _flat(told)
    assert (20, 60) == (answers.count("added"), answers.count("seats_full"))
    assert 20 == len(people(shop)) == shop.world.plain.counter(shop.organization, rule.counter)
    check_stored(shop.world)


def test_monthly_seats_are_all_sold_and_none_twice(racers: Racers, shop: Shop) -> None:
    """With 12 seats a month and 30 people signing in from 8 processes, the same 12 get in everywhere they try."""
    logins = [f"person-{number}" for number in range(30)]
    for login in logins:
        shop.active(login)
    rule = MonthlySeats(limit=12, systems=frozenset({"crm"}))
    _forget_sign_ins(shop)
    told = racers.race(sign_in_all, tracks(shop, seats=rule), [(login, PASSWORD) for login in logins])
    inside = {login for mine in told for login, step in zip(logins, mine, strict=True) if step == "Authenticated"}
    assert {"Authenticated", "AskAdministrator"} == set(_flat(told))
    assert 12 == len(inside)
    assert 12 == shop.world.plain.counter(shop.organization, rule.counter(shop.world.clock()))
    check_stored(shop.world)


def _forget_sign_ins(shop: Shop) -> None:
    """Let nobody have signed in this month, as on the 1st."""
    puts: Any = [evolve(person.credential, last_sign_in_at=None) for person in people(shop).values()]
    shop.world.plain.commit(Batch(organization=shop.organization, puts=tuple(puts)))


def _flat(told: list[list[str]]) -> list[str]:
    return [answer for mine in told for answer in mine]
