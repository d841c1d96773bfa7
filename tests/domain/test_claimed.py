"""Who has claimed: whoever is active or disabled had a password or a company account once, whatever a migration wrote."""

from __future__ import annotations

from datetime import timedelta

import pytest

from subaccounts.domain.life import State
from subaccounts.testing import NOON
from subaccounts.testing import builders as a

LATER = NOON + timedelta(days=1)


@pytest.mark.parametrize("state", State)
def test_without_a_time(state: State) -> None:
    """Who is active or disabled has claimed, at its creation where nobody said when; who waits, and left without, has not."""
    claimed = NOON if state in {State.ACTIVE, State.DISABLED} else None
    assert claimed == a.sub_account(state=state, created_at=NOON).claimed_at


@pytest.mark.parametrize("state", State)
def test_with_a_time(state: State) -> None:
    """The time of a claim stays, whatever becomes of the person."""
    assert LATER == a.sub_account(state=state, claimed_at=LATER).claimed_at
