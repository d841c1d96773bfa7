"""Seats and subscriptions: whom a rule counts, what a change moves, and who is stopped at the limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subaccounts.domain import fields as f
from subaccounts.domain import seats
from subaccounts.domain.decision import Count
from subaccounts.domain.fields import Kind
from subaccounts.domain.life import State
from subaccounts.domain.sub_account import SubAccount
from subaccounts.domain.subscription import MonthlySeats, SeatRule, StoredSeats, Subscription
from subaccounts.errors import SeatsFull
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

KINDS, SYSTEMS, STATES = (
    st.frozensets(st.sampled_from(Kind)),
    st.frozensets(st.sampled_from(["crm", "erp"])),
    st.frozensets(st.sampled_from(State)),
)
STORED = st.builds(StoredSeats, limit=st.integers(0, 5), kinds=KINDS, systems=SYSTEMS, states=STATES)


def person(state: State = State.WAITING, kind: Kind = Kind.EMPLOYEE) -> SubAccount:
    """Return a person of a state and kind."""
    return a.sub_account(state=state, profile=a.profile({f.KIND: kind}))


@given(rule=STORED, state=st.sampled_from(State), kind=st.sampled_from(Kind), system=st.sampled_from(["crm", "erp"]))
def test_whom_a_stored_rule_counts(rule: StoredSeats, state: State, kind: Kind, system: str) -> None:
    """A person counts who is of the named kinds, systems and states; naming none means any, but never the deleted."""
    named = (
        kind in (rule.kinds or set(Kind)),
        system in (rule.systems or {system}),
        state in (rule.states or set(State)),
    )
    assert (all(named) and state is not State.DELETED) is rule.counts(kind=kind, system=system, state=state)


def test_archived_people_keep_their_stored_seat_unless_the_rule_says_otherwise() -> None:
    """Whoever exists takes a seat by default, archived people too."""
    rule = StoredSeats(limit=1)
    assert {State.DELETED} == {s for s in State if not rule.counts(kind=Kind.EMPLOYEE, system="crm", state=s)}


@given(rule=STORED, states=st.lists(st.sampled_from(State), min_size=1, max_size=8))
def test_moves_add_up(rule: StoredSeats, states: list[State]) -> None:
    """However a person moves through life, the moves sum to whether the last state counts."""
    before: SubAccount | None = None
    taken = 0
    for state in states:
        after = person(state)
        taken += sum(count.by for count in seats.stored(rule, before=before, after=after, system="crm", taken=taken))
        before = after
    assert int(rule.counts(kind=Kind.EMPLOYEE, system="crm", state=states[-1])) == taken


def test_a_seat_is_taken_under_the_limit_and_freed_without() -> None:
    """Entering is bounded by the limit, leaving by nothing; a new counter begins at what is taken."""
    rule = StoredSeats(limit=2, states=frozenset({State.ACTIVE}))
    entering = seats.stored(rule, before=person(), after=person(State.ACTIVE), system="crm", taken=7)
    assert (Count(name=rule.counter, by=1, at_most=2, initial=7),) == entering
    leaving = seats.stored(rule, before=person(State.ACTIVE), after=person(State.ARCHIVED), system="crm", taken=7)
    assert (Count(name=rule.counter, by=-1, initial=7),) == leaving
    assert () == seats.stored(rule, before=person(), after=person(State.ARCHIVED), system="crm", taken=7)


def test_who_is_no_more_gives_its_seat_back() -> None:
    """Where nobody is left after a change, the seat of before is free."""
    rule = StoredSeats(limit=2)
    freed = seats.stored(rule, before=person(State.ACTIVE), after=None, system="crm", taken=2)
    assert (Count(name=rule.counter, by=-1, initial=2),) == freed


def test_a_changed_kind_moves_a_seat() -> None:
    """Who becomes external takes a seat of externals."""
    rule = StoredSeats(limit=2, kinds=frozenset({Kind.EXTERNAL}))
    (count,) = seats.stored(rule, before=person(), after=person(kind=Kind.EXTERNAL), system="crm", taken=0)
    assert (1, 2) == (count.by, count.at_most)


def test_no_limit_keeps_a_password_from_being_disabled() -> None:
    """A rule that counts the disabled counts one more and stops nothing: the guess has to be remembered."""
    rule = StoredSeats(limit=0, states=frozenset({State.DISABLED}))
    (count,) = seats.stored(rule, before=person(State.ACTIVE), after=person(State.DISABLED), system="crm", taken=0)
    assert (1, None) == (count.by, count.at_most)


@pytest.mark.parametrize("rule", [None, MonthlySeats(limit=0)])
def test_only_a_stored_rule_counts_who_exists(rule: SeatRule) -> None:
    """Without a stored rule nobody who is added or changed takes a seat."""
    assert () == seats.stored(rule, before=None, after=person(), system="crm", taken=0)


@pytest.mark.parametrize(
    ("last", "takes"),
    [
        (None, True),
        (datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2025, 3, 2, 12, tzinfo=UTC), True),
        (datetime(2026, 3, 1, tzinfo=UTC), False),
        (NOON, False),
    ],
)
def test_a_seat_of_the_month_is_taken_once(last: datetime | None, takes: bool) -> None:
    """The first sign-in of a calendar month (UTC) takes a seat, the second does not; a year ago is another month."""
    rule = MonthlySeats(limit=3)
    counts = seats.monthly(rule, person(), a.credential(last_sign_in_at=last), system="crm", now=NOON)
    assert ((Count(name=rule.counter(NOON), by=1, at_most=3),) if takes else ()) == counts


def test_a_month_counts_its_own() -> None:
    """Every calendar month has a counter of its own, which names whom it counts."""
    rule = MonthlySeats(limit=3, kinds=frozenset({Kind.EXTERNAL}), systems=frozenset({"erp", "crm"}))
    assert rule.counter(NOON) == rule.counter(datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC))
    assert rule.counter(NOON) != rule.counter(datetime(2026, 4, 1, tzinfo=UTC))
    assert rule.counter(NOON) != rule.counter(datetime(2027, 3, 2, tzinfo=UTC))
    assert () == seats.monthly(rule, person(), a.credential(), system="crm", now=NOON)
    external = person(kind=Kind.EXTERNAL)
    assert () == seats.monthly(rule, external, a.credential(), system="pos", now=NOON)
    assert 1 == len(seats.monthly(rule, external, a.credential(), system="crm", now=NOON))


def test_two_rules_share_a_counter_only_when_they_count_the_same() -> None:
    """A counter is named by whom it counts and not by its limit, so that more seats can be bought."""
    rules = [
        StoredSeats(limit=limit, kinds=frozenset(kinds), systems=frozenset(systems))
        for limit, kinds, systems in product(
            (1, 2), ((), (Kind.EMPLOYEE,), tuple(Kind)), ((), ("crm",), ("crm", "erp"))
        )
    ]
    assert 9 == len({rule.counter for rule in rules})


def test_which_counter_a_rule_looks_at() -> None:
    """A stored rule looks at one counter for good, a monthly one at this month's, no rule at none."""
    assert StoredSeats(limit=1).counter == seats.counter(StoredSeats(limit=1), now=NOON)
    assert MonthlySeats(limit=1).counter(NOON) == seats.counter(MonthlySeats(limit=1), now=NOON)
    assert None is seats.counter(None, now=NOON)


@given(taken=st.integers(0, 10), by=st.integers(-3, 3), limit=st.integers(0, 10) | st.none())
def test_one_more_than_the_limit_is_refused(taken: int, by: int, limit: int | None) -> None:
    """A count that would pass its limit is refused with the limit and where to buy; a full house is not too full."""
    counts = (Count(name="seats", by=by, at_most=limit),)
    subscription = Subscription(product="Sub-accounts", buy_at="https://shop.example")
    if limit is None or taken + by <= limit:
        seats.require(counts, taken=taken, subscription=subscription)
        return
    with pytest.raises(SeatsFull) as refusal:
        seats.require(counts, taken=taken, subscription=subscription)
    assert (limit, "https://shop.example") == (refusal.value.limit, refusal.value.buy_at)


@pytest.mark.parametrize(
    ("active", "until", "covers"),
    [
        (True, None, True),
        (False, None, False),
        (True, NOON + timedelta(seconds=1), True),
        (True, NOON, False),
        (False, NOON + timedelta(days=1), False),
    ],
)
def test_a_subscription_is_in_force_until_it_ends(active: bool, until: datetime | None, covers: bool) -> None:
    """A subscription covers every moment before its end, if it is active at all."""
    assert covers is Subscription(product="p", buy_at="b", active=active, until=until).covers(NOON)
