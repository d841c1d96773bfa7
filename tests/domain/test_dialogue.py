"""The sign-in dialogue as a table: every place a login can stand, with everything that can come in, at every door."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from subaccounts.domain.dialogue import COUNTED, DIALOGUE, Disclosure, Door, Incoming, Standing, Told, told
from subaccounts.domain.ids import AccountId, OrganizationId
from subaccounts.testing import builders as a

S, N, T = Standing, Incoming, Told
PLACES = (a.account_id(), a.OURS)
WRONG = (N.PROOF_WRONG, N.CLAIM_WRONG)
OF_THE_ACCOUNT = frozenset({S.ACCOUNT_CLOSED, S.BARRED, S.LAPSED})
OF_THE_LOGIN = frozenset(Standing) - OF_THE_ACCOUNT


def door(disclosure: Disclosure, where: AccountId | OrganizationId = PLACES[0]) -> Door:
    return Door(where=where, disclosure=disclosure)


def test_the_table_is_complete() -> None:
    """Every pair of standing and input has an answer, and there is no other pair."""
    assert set(product(Standing, Incoming)) == set(DIALOGUE)


def test_every_answer_is_given_somewhere() -> None:
    """No answer is unreachable; the two of a closed door are given there."""
    assert set(Told) - {T.ENTER_BOTH, T.REFUSED} == set(DIALOGUE.values())


@pytest.mark.asvs("2.3.1")
@pytest.mark.parametrize("where", PLACES, ids=lambda where: where.kind)
@pytest.mark.parametrize("disclosure", Disclosure)
@pytest.mark.parametrize("incoming", Incoming)
@pytest.mark.parametrize("standing", Standing)
def test_every_pair_has_one_answer_at_every_door(
    standing: Standing, incoming: Incoming, disclosure: Disclosure, where: AccountId | OrganizationId
) -> None:
    """An open door answers the table; a closed one the table, one refusal, or one question, and never more."""
    answer = told(standing, incoming, door=door(disclosure, where))
    if disclosure is Disclosure.OPEN:
        assert DIALOGUE[standing, incoming] == answer
    else:
        assert answer in {DIALOGUE[standing, incoming], T.REFUSED, T.ENTER_BOTH}


@pytest.mark.parametrize("where", PLACES, ids=lambda where: where.kind)
@pytest.mark.parametrize("incoming", WRONG)
def test_a_closed_door_refuses_every_wrong_proof_alike(incoming: Incoming, where: AccountId | OrganizationId) -> None:
    """Unknown, unclaimed, archived, locked, disabled and wrong are one refusal at a closed door."""
    assert {T.REFUSED} == {told(standing, incoming, door=door(Disclosure.CLOSED, where)) for standing in OF_THE_LOGIN}


@pytest.mark.parametrize("where", PLACES, ids=lambda where: where.kind)
def test_a_closed_door_never_answers_a_login_alone(where: AccountId | OrganizationId) -> None:
    """A login by itself is asked for its proof, whoever it belongs to."""
    assert {T.ENTER_BOTH} == {told(standing, N.LOGIN, door=door(Disclosure.CLOSED, where)) for standing in OF_THE_LOGIN}


@pytest.mark.parametrize("incoming", Incoming)
@pytest.mark.parametrize("standing", sorted(OF_THE_ACCOUNT, key=str))
def test_what_is_said_of_the_account_is_said_where_everybody_stands_at_it(
    standing: Standing, incoming: Incoming
) -> None:
    """A closed door of an account says that it is closed, barred or lapsed; one of an organization says nothing."""
    at_account = told(standing, incoming, door=door(Disclosure.CLOSED, PLACES[0]))
    at_organization = told(standing, incoming, door=door(Disclosure.CLOSED, PLACES[1]))
    assert DIALOGUE[standing, incoming] == at_account
    assert (T.ENTER_BOTH if incoming is N.LOGIN else T.REFUSED) == at_organization


@pytest.mark.asvs("6.1.3")
@pytest.mark.parametrize("where", PLACES, ids=lambda where: where.kind)
@pytest.mark.parametrize("disclosure", Disclosure)
def test_only_a_right_proof_or_claim_authenticates(disclosure: Disclosure, where: AccountId | OrganizationId) -> None:
    """Nobody is let in by anything else, at any door."""
    pairs = [
        pair for pair in product(Standing, Incoming) if told(*pair, door=door(disclosure, where)) is T.AUTHENTICATED
    ]
    claims = {(standing, N.CLAIM_RIGHT) for standing in (S.CODE_AWAITED, S.LINK_AWAITED, S.OPEN_TO_CLAIM)}
    assert {(S.ACTIVE, N.PROOF_RIGHT), *claims} == set(pairs)


@pytest.mark.parametrize("where", PLACES, ids=lambda where: where.kind)
def test_a_closed_door_tells_more_only_to_who_has_a_right_proof(where: AccountId | OrganizationId) -> None:
    """Whatever a closed door answers besides its refusal and its question follows a right password or code."""
    right = {N.PROOF_RIGHT, N.CLAIM_RIGHT, N.CLAIM_FLAWED, N.NO_SEAT}
    for standing, incoming in product(OF_THE_LOGIN, Incoming):
        if told(standing, incoming, door=door(Disclosure.CLOSED, where)) not in {T.REFUSED, T.ENTER_BOTH}:
            assert incoming in right, (standing, incoming)


CLOSED_DOOR_SAYS = {
    (S.ACTIVE, N.PROOF_RIGHT): T.AUTHENTICATED,
    (S.ACTIVE, N.NO_SEAT): T.SEATS_FULL,
    (S.CODE_AWAITED, N.PROOF_RIGHT): T.REGISTER,
    (S.CODE_AWAITED, N.CLAIM_RIGHT): T.AUTHENTICATED,
    (S.CODE_AWAITED, N.CLAIM_FLAWED): T.REGISTER_AGAIN,
    (S.CODE_AWAITED, N.NO_SEAT): T.SEATS_FULL,
    (S.LINK_AWAITED, N.PROOF_RIGHT): T.REGISTER,
    (S.LINK_AWAITED, N.CLAIM_RIGHT): T.AUTHENTICATED,
    (S.LINK_AWAITED, N.CLAIM_FLAWED): T.REGISTER_AGAIN,
    (S.LINK_AWAITED, N.NO_SEAT): T.SEATS_FULL,
    (S.OPEN_TO_CLAIM, N.PROOF_RIGHT): T.REGISTER,
    (S.OPEN_TO_CLAIM, N.CLAIM_RIGHT): T.AUTHENTICATED,
    (S.OPEN_TO_CLAIM, N.CLAIM_FLAWED): T.REGISTER_AGAIN,
    (S.OPEN_TO_CLAIM, N.NO_SEAT): T.SEATS_FULL,
}
"""All that a closed door says of a login: to who holds its password, code or link."""


@pytest.mark.parametrize("where", PLACES, ids=lambda where: where.kind)
def test_a_closed_door_leads_on_who_has_a_right_proof(where: AccountId | OrganizationId) -> None:
    """Who has a right password or code is told what comes next, or that there is no seat; nobody else is told a thing."""
    answers = {
        pair: told(*pair, door=door(Disclosure.CLOSED, where))
        for pair in product(sorted(OF_THE_LOGIN, key=str), Incoming)
    }
    assert CLOSED_DOOR_SAYS == {pair: say for pair, say in answers.items() if say not in {T.REFUSED, T.ENTER_BOTH}}


def test_nothing_is_revealed_during_a_delay() -> None:
    """While a terminal waits, every input has the same answer, and none is counted."""
    assert {T.LOCKED} == {DIALOGUE[S.LOCKED, incoming] for incoming in Incoming}
    assert [] == [pair for pair in COUNTED if pair[0] is S.LOCKED]


def test_wrong_proofs_are_counted_wherever_a_right_one_would_lead_on() -> None:
    """Where a proof that is typed decides, a wrong one counts; an unknown login is counted like a known one.

    A link is not typed, and 128 bits are not guessed.
    """
    deciding = {
        (standing, wrong)
        for standing, (right, wrong) in product(
            Standing, ((N.PROOF_RIGHT, N.PROOF_WRONG), (N.CLAIM_RIGHT, N.CLAIM_WRONG))
        )
        if DIALOGUE[standing, right] is not DIALOGUE[standing, wrong]
        and standing not in {S.OPEN_TO_CLAIM, S.LINK_AWAITED}
    }
    assert deciding | {(S.UNKNOWN, wrong) for wrong in WRONG} == set(COUNTED)


def test_a_door_says_where_it_stands() -> None:
    """Inside a host account disclosure is open, outside it is closed; an absent terminal is one shared terminal."""
    inside, outside = Door.inside(a.account_id()), Door.outside(a.OURS, terminal="till")
    assert (Disclosure.OPEN, "shared", False) == (inside.disclosure, inside.terminal, inside.second_factor)
    assert (Disclosure.CLOSED, "till", a.OURS) == (outside.disclosure, outside.terminal, outside.where)


@pytest.mark.parametrize(("make", "disclosure"), [(Door.inside, Disclosure.OPEN), (Door.outside, Disclosure.CLOSED)])
def test_a_door_by_its_name(make: Callable[..., Door], disclosure: Disclosure) -> None:
    """Inside is open and outside closed, with the terminal and the second factor that the host says."""
    where = a.account_id()
    shown = Door(where=where, disclosure=disclosure, terminal="till-2", second_factor=True)
    assert shown == make(where, terminal="till-2", second_factor=True)
    assert Door(where=where, disclosure=disclosure) == make(where)
