"""Adding people as a rule: what refuses a line, and what one line leaves to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from subaccounts.domain import adding
from subaccounts.domain.adding import Line, NewPerson, Surroundings
from subaccounts.domain.decision import Count
from subaccounts.domain.organization import Realm
from subaccounts.domain.policy import OpenClaim, RegistrationPolicy
from subaccounts.domain.sub_account import EXTERNAL_SPACE, AccountFacts, realm_key
from subaccounts.domain.subscription import StoredSeats
from subaccounts.errors import NameTaken, Refusal, SeatsFull
from subaccounts.testing import BOUGHT, NOON
from subaccounts.testing import builders as a


def around(**changes: Any) -> Surroundings:
    """Return an account with nobody in it."""
    facts = AccountFacts(organization=a.organization(), account=a.account(1))
    nobody = Surroundings(
        facts=facts,
        holders=frozenset(),
        entries={},
        tombstones={},
        reuse_deleted=False,
        subscription=BOUGHT,
        taken=0,
        key="key-1",
        now=NOON,
    )
    return evolve(nobody, **changes)


def lines(*logins: str) -> tuple[Line, ...]:
    """Return parsed lines."""
    return adding.parse([NewPerson(login=login) for login in logins])


def ids(count: int) -> list[tuple[str, str]]:
    """Return the ids of so many people and codes."""
    return [(a.value(100 + n), a.value(200 + n)) for n in range(count)]


def refused(line: Line, **changes: Any) -> Refusal | None:
    """Return what a line is told."""
    (answer,) = adding.add([line], around(**changes), ids=ids(1)).answers
    return answer.refusal


def test_a_line_without_a_login() -> None:
    """A line that has no login and no refusal of its own is told about its login; nobody is added."""
    refusal = refused(Line(number=1))
    assert isinstance(refusal, NameTaken)
    assert "login" == refusal.field


def test_a_line_that_could_not_be_parsed() -> None:
    """A bad line is told what was wrong with it, by its number, and its neighbors are added."""
    added = adding.add(lines("anna", "bad one", "boris"), around(), ids=ids(3))
    assert [(1, False), (2, True), (3, False)] == [(each.number, each.refusal is not None) for each in added.answers]
    alone = adding.parse([NewPerson(login="bad one")])[0]
    assert repr(alone.refusal) == repr(added.answers[1].refusal)


def test_who_has_the_external_id() -> None:
    """An external id is one person's: whoever is named by one that is held, or that a line above has, is not added."""
    anna, boris = adding.parse([NewPerson(login=name, fields={"external_id": "E-1"}) for name in ("anna", "boris")])
    key = realm_key(a.account_id(1), Realm.ACCOUNT, EXTERNAL_SPACE, "E-1")
    taken = repr(NameTaken(field="external_id"))
    assert taken == repr(refused(anna, holders=frozenset({key})))
    answers = adding.add([anna, boris], around(), ids=ids(2)).answers
    assert [repr(None), taken] == [repr(each.refusal) for each in answers]


@pytest.mark.parametrize("why", ["held", "looks_like", "deleted"])
def test_who_has_the_login(why: str) -> None:
    """A login that somebody has, that looks like somebody's, or that a deleted person had, is told apart."""
    (line,) = lines("anna")
    key = adding.wanted(line, around().facts)[why]
    held = {"tombstones": {key: a.sub_account()}} if why == "deleted" else {"holders": frozenset({key})}
    refusal = refused(line, **held)
    assert isinstance(refusal, NameTaken)
    assert ("login", why) == (refusal.field, refusal.why)


@pytest.mark.parametrize("short", [ids(1), ids(3)], ids=["too few", "too many"])
def test_ids_for_every_line(short: list[tuple[str, str]]) -> None:
    """Every line needs ids of its own; fewer or more are a mistake of the caller, told as one."""
    with pytest.raises(ValueError, match="argument"):
        adding.add(lines("anna", "boris"), around(), ids=short)


def test_one_line_takes_the_login_of_the_next() -> None:
    """Of two equal lines the first is added and the second is told that somebody has the login."""
    first, second = adding.add(lines("anna", "ANNA"), around(), ids=ids(2)).answers
    assert None is first.refusal
    assert isinstance(second.refusal, NameTaken)
    assert "held" == second.refusal.why


def test_seats_of_many_are_one_count() -> None:
    """However many people a command adds, their seats are counted at once, from what was taken before."""
    bought = evolve(BOUGHT, seats=StoredSeats(limit=5))
    added = adding.add(lines("anna", "boris", "carl"), around(subscription=bought, taken=2), ids=ids(3))
    (count,) = added.counts
    assert Count(name=count.name, by=3, at_most=5, initial=2) == count


@pytest.mark.parametrize(("taken", "expected"), [(2, 3), (3, 2), (4, 1), (5, 0)])
def test_the_seats_that_are_left(taken: int, expected: int) -> None:
    """Exactly as many people are added as seats are left; the others hear the limit."""
    bought = evolve(BOUGHT, seats=StoredSeats(limit=5))
    added = adding.add(lines("anna", "boris", "carl"), around(subscription=bought, taken=taken), ids=ids(3))
    refused = [each.refusal for each in added.answers if each.refusal is not None]
    assert expected == len(added.answers) - len(refused)
    assert {5} >= {each.limit for each in refused if isinstance(each, SeatsFull)}
    assert all(isinstance(each, SeatsFull) for each in refused)


def test_a_code_where_claims_need_one() -> None:
    """A person waits with a code that lasts as the policy says, and without one where claims are open."""
    coded = adding.add(lines("anna"), around(), ids=ids(1)).answers[0].code
    assert coded is not None
    assert (a.value(200), "key-1", NOON) == (coded.id, coded.key, coded.issued_at)
    open_claim = RegistrationPolicy.by_person(claim=OpenClaim(within=timedelta(days=1)))
    facts = around().facts
    free = evolve(facts, account=evolve(facts.account, policy=open_claim))
    assert None is adding.add(lines("anna"), around(facts=free), ids=ids(1)).answers[0].code


def test_a_tombstone_is_given_on_purpose() -> None:
    """Saying so gives a deleted person's login to the new one, and the tombstone lets it go."""
    (line,) = lines("anna")
    gone = a.sub_account(7, login="anna")
    key = adding.wanted(line, around().facts)["deleted"]
    added = adding.add([line], around(tombstones={key: gone}, reuse_deleted=True), ids=ids(1))
    assert None is added.answers[0].refusal
    assert evolve(gone, login_released=True) in added.puts
