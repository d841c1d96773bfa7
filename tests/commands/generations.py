"""The daily job on a shop, a shop made old, and how what is raised then is looked at."""

from __future__ import annotations

from typing import Any

import pytest

from subaccounts import (
    AdvanceGeneration,
    Command,
)
from subaccounts.errors import NotRestored
from tests.commands.shop import SETUP, Shop


def advanced(shop: Shop) -> int:
    """Run the daily job to its end."""
    reached = shop.handle(AdvanceGeneration(actor=SETUP, organization=shop.id))
    return shop.keys.advance(to=reached)


def make_old(shop: Shop) -> None:
    """Make the store one from before the last job: the ring goes on, and the organization does not."""
    for _ in range(2):
        shop.keys.advance(to=shop.keys.generation + 1)


def unfit(shop: Shop, command: Command[Any]) -> NotRestored:
    """Run a command that store and ring are not fit for, which changes nothing, and return what was raised."""
    before = shop.stored()
    with pytest.raises(NotRestored) as raised:
        shop.handle(command)
    assert before == shop.stored()
    return raised.value


def numbers(raised: NotRestored) -> tuple[int, int]:
    """Return the generations of the organization and of the ring."""
    return raised.organization, raised.ring
