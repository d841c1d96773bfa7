"""Memberships: a table of what can happen, windows that begin before they end, and one of each person and group."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from subaccounts.domain.key import Key
from subaccounts.domain.membership import (
    ALWAYS,
    MEMBERSHIP,
    MembershipInput,
    MembershipState,
    Window,
    after,
)
from subaccounts.errors import InvalidValue, WrongState
from subaccounts.testing import NOON
from subaccounts.testing import builders as a
from subaccounts.testing import groups as g

LATER = NOON + timedelta(seconds=1)
STATES = (None, *MembershipState)
INSIDE = {MembershipInput.ADD, MembershipInput.ACCEPT}


@pytest.mark.parametrize(("state", "what"), [*product(STATES, MembershipInput)])
def test_every_state_takes_or_refuses_every_input(state: MembershipState | None, what: MembershipInput) -> None:
    """What the table has leads to its state; what it lacks is refused with the state and the input."""
    if (state, what) in MEMBERSHIP:
        assert MEMBERSHIP[state, what] is after(state, what)
        return
    with pytest.raises(WrongState) as refusal:
        after(state, what)
    assert ("membership", state.value if state else "not there", what.value) == (
        refusal.value.what,
        refusal.value.state,
        refusal.value.action,
    )


def test_nobody_is_inside_without_a_word() -> None:
    """Only an administrator's adding, or the person's accepting an invitation that stands, begins a membership."""
    begins = {(state, what) for (state, what), then in MEMBERSHIP.items() if then is MembershipState.ACTIVE}
    assert {what for _, what in begins} == INSIDE
    assert [state for state, what in begins if what is MembershipInput.ACCEPT] == [MembershipState.INVITED]


def test_every_way_out_is_open() -> None:
    """Who is inside can leave and be removed, who is invited can decline and be removed; who left is asked back or added."""
    leads = {(state.value if state else "", what.value): then.value for (state, what), then in MEMBERSHIP.items()}
    assert {"left"} == {leads[pair] for pair in (("active", "leave"), ("active", "remove"))}
    assert {"left"} == {leads[pair] for pair in (("invited", "decline"), ("invited", "remove"))}
    assert ("invited", "active") == (leads["left", "invite"], leads["left", "add"])
    assert ("invited", "active") == (leads["", "invite"], leads["", "add"])


@pytest.mark.parametrize(
    ("window", "begun", "over"),
    [
        (ALWAYS, True, False),
        (Window(since=NOON), True, False),
        (Window(since=LATER), False, False),
        (Window(until=LATER), True, False),
        (Window(until=NOON), True, True),
        (Window(since=NOON, until=LATER), True, False),
    ],
)
def test_a_window_holds_its_beginning_and_not_its_end(window: Window, begun: bool, over: bool) -> None:
    """At its first moment a window has begun, at its last it is over."""
    assert (begun, over) == (window.begun(NOON), window.over(NOON))


@pytest.mark.parametrize("until", [NOON, NOON - timedelta(days=1)])
def test_a_window_ends_after_it_begins(until: datetime) -> None:
    """A window that ends before it begins, or when it does, is refused."""
    with pytest.raises(InvalidValue) as refusal:
        Window(since=NOON, until=until)
    assert ("until", "before_its_beginning") == (refusal.value.field, refusal.value.problem)


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=1)), ZoneInfo("Europe/Copenhagen")])
def test_a_window_is_in_utc(name: str, zone: tzinfo | None) -> None:
    """A time without a zone, or in another one, is refused, and says which of the two it is."""
    with pytest.raises(InvalidValue) as refusal:
        Window(**{name: NOON.replace(tzinfo=zone)})
    assert (name, "not_utc") == (refusal.value.field, refusal.value.problem)


@pytest.mark.parametrize("zone", [timezone(timedelta(0)), ZoneInfo("UTC")])
def test_every_utc_is_the_same(zone: tzinfo) -> None:
    """A time in another name of UTC is taken as that time in UTC."""
    window = Window(since=NOON.replace(tzinfo=zone), until=LATER.replace(tzinfo=zone))
    assert Window(since=NOON, until=LATER) == window
    assert [UTC, UTC] == [at.tzinfo for at in (window.since, window.until) if at is not None]


def test_a_pair_has_one_membership() -> None:
    """A membership holds the pair of its group and its person, whatever became of it."""
    for state in MembershipState:
        held = g.membership(1, group=2, person=3, state=state).keys
        pair = f"{a.value(2)}\x1f{a.value(3)}"
        assert held == {Key(organization=a.OURS, space="membership", value=pair)}


def test_a_retired_group_gives_its_name_back() -> None:
    """Names of groups are unique among the living, however they are written."""
    assert g.group(name="SALES").keys == {Key(organization=a.OURS, space="group", value="sales")}
    assert g.group(name="SALES", retired_at=NOON).keys == frozenset()


def test_resources_can_share_a_name() -> None:
    """A resource holds no key."""
    assert g.resource().keys == frozenset()
