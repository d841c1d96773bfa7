"""Properties of signing up: whatever is begun, in whatever order, at whatever times, nobody is written to too often."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subaccounts import ForgetSignUps, MessageBudget, SignUpBegun
from subaccounts.domain.activation_events import MessageBudgetSpent
from subaccounts.domain.sign_up import ATTEMPT_LASTS, COOL_DOWN, MOST_MESSAGES
from tests.commands.shop import SETUP
from tests.commands.sign_ups import OpenShop

NAMES = ("known", "one", "two")
WAITS = (0, 1, 119, 120, 3600, 5 * 3600, 24 * 3600, 25 * 3600)
ACTS = st.lists(st.tuples(st.sampled_from((*NAMES, *NAMES, "forget")), st.sampled_from(WAITS)), min_size=1, max_size=60)


@pytest.mark.asvs("2.4.1")
@settings(max_examples=60)
@given(acts=ACTS, a_day=st.sampled_from((0, 1, 3, 8, None)))
def test_no_sequence_of_calls_passes_a_limit(acts: list[tuple[str, int]], a_day: int | None) -> None:
    """For any calls at any times: two minutes between a contact's messages, five in any 24 hours, the budget in any day."""
    shop = OpenShop()
    shop.add("boris", fields={"email": "known@example.com"})
    shop.activation(budget=MessageBudget(emails_a_day=a_day))
    answers = set()
    for name, wait in acts:
        shop.wait(seconds=wait)
        if name == "forget":
            shop.handle(ForgetSignUps(actor=SETUP, organization=shop.id))
        else:
            answers.add(type(shop.handle(shop.beginning(f"{name}@example.com"))))
    assert answers <= {SignUpBegun}
    notices = shop.told()
    days = Counter(notice.at.date() for notice in notices)
    assert a_day is None or max(days.values(), default=0) <= a_day
    for to in {notice.to for notice in notices}:
        times = [notice.at for notice in notices if notice.to == to]
        assert [] == [late for early, late in itertools.pairwise(times) if late - early < COOL_DOWN]
        windows = [sum(first <= at < first + timedelta(days=1) for at in times) for first in times]
        assert max(windows) <= MOST_MESSAGES
    said = [event.at.date() for event in shop.events() if isinstance(event.happening, MessageBudgetSpent)]
    assert len(said) == len(set(said))


@settings(max_examples=40)
@given(acts=ACTS)
def test_an_attempt_is_kept_for_a_day(acts: list[tuple[str, int]]) -> None:
    """Whatever happens, a contact has one attempt, which ends a day after its last message, and is swept after that alone."""
    shop = OpenShop()
    for name, wait in acts:
        shop.wait(seconds=wait)
        if name == "forget":
            before = {attempt.id for attempt in shop.attempts() if attempt.expires_at >= shop.clock()}
            shop.handle(ForgetSignUps(actor=SETUP, organization=shop.id))
            assert before == {attempt.id for attempt in shop.attempts()}
        else:
            shop.start(f"{name}@example.com")
    attempts = shop.attempts()
    assert len({attempt.contact for attempt in attempts}) == len(attempts)
    assert [] == [each for each in attempts if each.expires_at != each.proof.issued_at + ATTEMPT_LASTS]
