"""Read how a day's message budget stands; what follows from it is `domain.budget`."""

from __future__ import annotations

from ..domain import budget
from ..domain.budget import Spending
from ..domain.channel import Channel
from ..domain.organization import Organization
from .ports_at_hand import PortsAtHand


async def spending(ports: PortsAtHand, organization: Organization, channel: Channel, /) -> Spending:
    """Return how the budget of a channel stands now: always the same two reads."""
    sent = await ports.repository.counter(organization.id, budget.counter(channel, now=ports.now))
    told = await ports.repository.counter(organization.id, budget.told_counter(channel, now=ports.now))
    limit = budget.limit(organization.activation.budget, channel)
    return Spending(channel=channel, limit=limit, sent=sent or 0, told=bool(told), now=ports.now)
