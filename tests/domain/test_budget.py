"""What a day's messages can cost, as rules: one count for each channel and UTC day, and one word a day when it is spent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from subaccounts.domain import budget
from subaccounts.domain.activation import MessageBudget
from subaccounts.domain.activation_events import MessageBudgetSpent
from subaccounts.domain.budget import Spending
from subaccounts.domain.channel import Channel
from subaccounts.domain.decision import Count, Happened
from subaccounts.testing import NOON


def spending(*, limit: int | None, sent: int = 0, told: bool = False, now: datetime = NOON) -> Spending:
    """Return how a day of SMS stands."""
    return Spending(channel=Channel.SMS, limit=limit, sent=sent, told=told, now=now)


@pytest.mark.parametrize(("limit", "sent", "left"), [(2, 0, True), (2, 1, True), (2, 2, False), (0, 0, False)])
def test_a_message_is_left_while_fewer_went_out(limit: int, sent: int, left: bool) -> None:
    """A budget of two has room for the second message and for no third; one of none has room for none."""
    assert left is spending(limit=limit, sent=sent).left


def test_a_budget_without_end_is_counted_all_the_same() -> None:
    """Without a limit there is always one more, and the day still says how many."""
    endless = spending(limit=None, sent=1_000_000)
    assert endless.left
    assert (Count(name=f"messages/sms/{NOON:%Y-%m-%d}", by=1),) == endless.take()


def test_a_message_is_a_condition_of_its_commit() -> None:
    """The count holds the limit, so that two who read the same day do not both get the last message."""
    assert (Count(name=f"messages/sms/{NOON:%Y-%m-%d}", by=1, at_most=2),) == spending(limit=2, sent=1).take()


def test_a_spent_budget_is_told_once_a_day() -> None:
    """Who finds it spent says so under a count of one; who finds that said, says nothing."""
    said = (Count(name=f"messages/sms/{NOON:%Y-%m-%d}/spent", by=1, at_most=1),)
    assert (said, (Happened(what=MessageBudgetSpent(channel="sms")),)) == spending(limit=0).say()
    assert ((), ()) == spending(limit=0, told=True).say()


def test_a_day_ends_at_midnight_in_utc() -> None:
    """The last microsecond of a day and the first of the next are counted apart, and so are the channels."""
    midnight = NOON.replace(hour=0, minute=0, second=0, microsecond=0)
    last = midnight - timedelta(microseconds=1)
    names = {
        budget.counter(channel, now=now) for channel in (Channel.SMS, Channel.EMAIL) for now in (last, midnight, NOON)
    }
    assert 4 == len(names)
    assert {f"messages/email/{day:%Y-%m-%d}" for day in (last, midnight)} < names


@pytest.mark.parametrize("passed", [timedelta(), timedelta(hours=23, minutes=59, seconds=59, microseconds=999_999)])
def test_the_next_budget_begins_at_midnight(passed: timedelta) -> None:
    """Whatever the hour and the second, what is spent today is there again at the next midnight in UTC."""
    midnight = NOON.replace(hour=0, minute=0, second=0, microsecond=0)
    assert midnight + timedelta(days=1) == spending(limit=0, now=midnight + passed).ends


def test_each_channel_has_a_limit_of_its_own() -> None:
    """SMS and e-mail have the limits that the organization set; what sends nothing has none to spend."""
    set_by_us = MessageBudget(sms_a_day=3, emails_a_day=None)
    limits = [budget.limit(set_by_us, channel) for channel in (Channel.SMS, Channel.EMAIL, Channel.SSO, Channel.SLIP)]
    assert [3, None, 0, 0] == limits
