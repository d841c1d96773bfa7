"""What becomes of a proof, for what storage and ports never hand over; the stories are `commands/test_completing_sign_up`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest
from attrs import evolve

from subaccounts.domain import sign_up_proof
from subaccounts.domain.dialogue import Door
from subaccounts.domain.login import Login
from subaccounts.domain.queries import SignInFacts
from subaccounts.domain.scene import Scene
from subaccounts.domain.sign_up import SignUpForm
from subaccounts.domain.sign_up_proof import UNKNOWN, Completing
from subaccounts.domain.steps import Authenticated
from subaccounts.errors import LinkRefused, PasswordRefused
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a

ATTEMPT: Final = a.sign_up(version=1)


def scene(**facts: Any) -> Scene:
    """Return the scene at an account that offers to sign up."""
    here = SignInFacts(organization=a.organization(version=1), account=a.account(version=1, sign_up=SignUpForm()))
    return Scene(
        facts=evolve(here, **facts),
        door=Door.outside(a.account_id(), terminal="till-7"),
        roles=frozenset(),
        subscription=BOUGHT,
        stranger=a.stranger_id(),
        now=NOON + timedelta(minutes=1),
    )


def completing(**changes: Any) -> Completing:
    """Return a right proof with everything in order."""
    made = Completing(
        scene=scene(),
        attempt=ATTEMPT,
        counted=False,
        contact=ATTEMPT.contact,
        filled=ATTEMPT.profile,
        login=Login.parse("anna"),
        problems=(),
        password=a.password_hash(),
        holders=(),
        entries=(),
        id=a.value(9),
    )
    return evolve(made, **changes)


@pytest.mark.parametrize(
    "flaw",
    [{"problems": (PasswordRefused(reason="common"),)}, {"login": None}, {"password": None}],
    ids=lambda f: next(iter(f)),
)
def test_whoever_lacks_something_is_not_there(flaw: dict[str, Any]) -> None:
    """A problem, a login that could not be read and a password that was not hashed each keep a person from being made."""
    assert isinstance(sign_up_proof.complete(completing()).result, Authenticated)
    decision = sign_up_proof.complete(completing(**flaw))
    assert not isinstance(decision.result, Authenticated)
    assert ((), (), ()) == (decision.puts, decision.removes, decision.happened)


def test_a_wrong_code_where_there_is_no_attempt() -> None:
    """A guess at nobody's attempt is counted as a stranger's, at its terminal and with its time, and refused alike."""
    for before in (None, a.stranger()):
        here = scene(stranger=before)
        decision = sign_up_proof.refuse_code(here, None, UNKNOWN)
        counted = here.stranger_row.attempts.failed("till-7", now=here.now)
        assert (evolve(here.stranger_row, attempts=counted, last_at=here.now),) == decision.puts
        assert repr(LinkRefused(why="unknown")) == repr(decision.refusal)


def test_one_row_is_written_for_every_code() -> None:
    """Whether the attempt is there, used up or never was, one row is put and nothing else."""
    for attempt in (ATTEMPT, None):
        decision = sign_up_proof.refuse_code(scene(), attempt, UNKNOWN)
        assert (1, (), (), (), ()) == (
            len(decision.puts),
            decision.removes,
            decision.guards,
            decision.happened,
            decision.tellings,
        )
