"""A sign-in that changes nothing but the time of day guards its row; every other one writes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import sign_in
from subaccounts.domain.attempts import Attempts
from subaccounts.domain.credential import Credential
from subaccounts.domain.decision import Decision, seen
from subaccounts.domain.dialogue import Door
from subaccounts.domain.life import State
from subaccounts.domain.password import PasswordHash
from subaccounts.domain.queries import SignInFacts
from subaccounts.domain.scene import Scene
from subaccounts.domain.steps import AnyStep, Authenticated
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

MORNING = NOON.replace(hour=0)
WRONG = Attempts().failed("till", now=NOON)


def decided(*, rehashed: PasswordHash | None = None, **changes: Any) -> tuple[Credential, Decision[AnyStep]]:
    """Return a person's credential and what is decided on its right password at noon."""
    person, credential = a.person(state=State.ACTIVE)
    stored: dict[str, Any] = {"version": 4, "password": a.password_hash()} | changes
    credential = evolve(credential, **stored)
    facts = SignInFacts(organization=a.organization(), account=a.account(), sub_account=person, credential=credential)
    door = Door.inside(a.account_id(), terminal="till")
    scene = Scene(facts=facts, door=door, roles=frozenset(), subscription=BOUGHT, stranger=a.stranger_id(), now=NOON)
    decision = sign_in.prove(scene, right=True, rehashed=rehashed)
    assert isinstance(decision.result, Authenticated)
    return credential, decision


@pytest.mark.parametrize("last", [NOON, NOON - timedelta(minutes=1), MORNING, NOON + timedelta(minutes=1)])
def test_again_today(last: datetime) -> None:
    """A second sign-in of a day (UTC) writes its event only, and guards the row that guesses are counted on."""
    credential, decision = decided(last_sign_in_at=last)
    assert ((), 1) == (decision.puts, len(decision.happened))
    assert seen(credential) in decision.guards


@pytest.mark.parametrize(
    "changes",
    [
        {"last_sign_in_at": None},
        {"last_sign_in_at": MORNING - timedelta(microseconds=1)},
        {"last_sign_in_at": NOON + timedelta(days=1)},
        {"last_sign_in_at": MORNING, "attempts": WRONG},
        {"last_sign_in_at": MORNING, "attempts": evolve(WRONG, in_a_row=0)},
        {"last_sign_in_at": MORNING, "attempts": WRONG.unlocked()},
        {"last_sign_in_at": MORNING, "rehashed": PasswordHash(encoded="another")},
    ],
    ids=["first ever", "yesterday", "a clock set back", "wrong before", "a terminal's", "in a row", "rehashed"],
)
def test_something_changes(changes: dict[str, Any]) -> None:
    """The first sign-in of a day, one after a wrong proof, and one that makes a new hash write the row as it is now."""
    credential, decision = decided(**changes)
    password = changes.get("rehashed") or credential.password
    now = evolve(credential, password=password, attempts=Attempts(), last_sign_in_at=NOON)
    assert (now,) == decision.puts
    assert seen(credential) not in decision.guards
