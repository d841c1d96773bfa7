"""The scene of a sign-in by itself: what no storage answers is still answered safely."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import sign_in
from subaccounts.domain.dialogue import Door, Standing, Told
from subaccounts.domain.life import State
from subaccounts.domain.queries import SignInFacts
from subaccounts.domain.scene import Scene, stand, step
from subaccounts.domain.steps import CreatePassword, EnterLogin, LockedUntil
from subaccounts.domain.subscription import MonthlySeats
from subaccounts.errors import FieldRefused, PasswordRefused
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

NOBODY = Scene(
    facts=SignInFacts(organization=a.organization(), account=a.account()),
    door=Door.inside(a.account_id()),
    roles=frozenset(),
    subscription=BOUGHT,
    stranger=a.stranger_id(),
    now=NOON,
)


def somebody(**changes: Any) -> Scene:
    """Return a scene with a person in it."""
    person, credential = a.person(**changes)
    return evolve(NOBODY, facts=evolve(NOBODY.facts, sub_account=person, credential=credential))


def test_the_deleted_are_unknown() -> None:
    """Even if storage found a deleted person, it would be nobody."""
    assert Standing.UNKNOWN is stand(somebody(state=State.DELETED))


def test_half_a_person_is_nobody() -> None:
    """A person without its credential, or a credential alone, is nobody to sign in as."""
    scene = somebody()
    for half in (evolve(scene.facts, credential=None), evolve(scene.facts, sub_account=None)):
        assert Standing.UNKNOWN is stand(evolve(scene, facts=half))


@pytest.mark.parametrize("seats", [None, MonthlySeats(limit=0)])
def test_a_right_proof_of_nobody_lets_nobody_in(seats: MonthlySeats | None) -> None:
    """Where there is no person, a proof that was judged right is still a wrong login."""
    scene = evolve(NOBODY, subscription=evolve(BOUGHT, seats=seats))
    decision = sign_in.prove(scene, right=True, rehashed=None)
    assert repr(EnterLogin(wrong=True)) == repr(decision.result)
    claimed = sign_in.claim(scene, right=True, profile=None, password=a.password_hash(), problems=())
    assert repr(EnterLogin(wrong=True)) == repr(claimed.result)
    assert () == decision.counts == claimed.counts


def test_a_registration_of_nobody_asks_for_a_password() -> None:
    """Without a person there are no fields to ask for."""
    assert repr(CreatePassword(code_needed=False)) == repr(step(NOBODY, Told.REGISTER))
    orphan = evolve(somebody(), facts=evolve(somebody().facts, account=None))
    assert repr(CreatePassword(code_needed=False)) == repr(step(orphan, Told.REGISTER))
    problems = (FieldRefused(field="position", why="unknown"),)
    again = CreatePassword(code_needed=False, code_wrong=True, problems=problems)
    assert repr(again) == repr(step(NOBODY, Told.CODE_WRONG, problems))


@pytest.mark.parametrize("code_wrong", [True, False])
def test_a_complete_record_asks_for_a_password_alone(code_wrong: bool) -> None:
    """Where no field is missing the page asks for a password, and says what was wrong before."""
    complete = somebody(profile=a.profile({"full_name": "Anna", "position": "Cashier"}))
    problems = (PasswordRefused(reason="common"),)
    told = Told.CODE_WRONG if code_wrong else Told.REGISTER_AGAIN
    expected = CreatePassword(code_needed=False, code_wrong=code_wrong, problems=problems)
    assert repr(expected) == repr(step(complete, told, problems))


def test_a_delay_that_is_not_there_ends_now() -> None:
    """Asked for a delay where none is, the scene says that it is over."""
    assert repr(LockedUntil(until=NOON)) == repr(step(NOBODY, Told.LOCKED))


@pytest.mark.asvs("6.3.4")
def test_authenticated_is_made_nowhere_else() -> None:
    """A scene alone makes no subject: whoever asks it for one is sent to the administrator."""
    assert "AskAdministrator" in repr(step(NOBODY, Told.AUTHENTICATED))
