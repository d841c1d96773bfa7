"""What a day's messages to people who are not signed in have cost: how many went out, and whether one more can.

The limits are `activation.MessageBudget`. Sign-ups and forgotten passwords spend from the same day, counted by channel in
UTC; a count is a condition of the commit that holds the message, so that no race sends one too many.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

from attrs import frozen

from .activation import MessageBudget
from .activation_events import MessageBudgetSpent
from .channel import Channel
from .decision import Count, Happened

BUDGETED: Final = (Channel.EMAIL, Channel.SMS)
"""The channels whose messages are counted."""


def counter(channel: Channel, /, *, now: datetime) -> str:
    """Return the name under which the messages of a channel are counted today: `messages/sms/2026-11-29`."""
    return f"messages/{channel.value}/{now:%Y-%m-%d}"


def told_counter(channel: Channel, /, *, now: datetime) -> str:
    """Return the name of what remembers that it was said today: the budget of this channel is spent."""
    return f"{counter(channel, now=now)}/spent"


def limit(budget: MessageBudget, channel: Channel, /) -> int | None:
    """Return how many messages of a channel a day can have, None without end; SSO and slips send none."""
    return {Channel.SMS: budget.sms_a_day, Channel.EMAIL: budget.emails_a_day}.get(channel, 0)


@final
@frozen(kw_only=True)
class Spending:
    """Hold how a day stands, as it was read: `sent` messages of this channel, and `told` that no more can be sent."""

    channel: Channel
    limit: int | None
    sent: int
    told: bool
    now: datetime

    @property
    def ends(self) -> datetime:
        """Return when the next day's budget begins (UTC)."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    @property
    def left(self) -> bool:
        """Tell whether one more message can be sent today."""
        return self.limit is None or self.sent < self.limit

    def take(self) -> tuple[Count, ...]:
        """Return the count of one message, which fails with the commit when others have spent the rest meanwhile."""
        return (Count(name=counter(self.channel, now=self.now), by=1, at_most=self.limit),)

    def say(self) -> tuple[tuple[Count, ...], tuple[Happened, ...]]:
        """Return what says, once a day, that the budget is spent; nothing when that was said."""
        if self.told:
            return (), ()
        once = Count(name=told_counter(self.channel, now=self.now), by=1, at_most=1)
        return (once,), (Happened(what=MessageBudgetSpent(channel=self.channel.value)),)
