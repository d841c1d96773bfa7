"""What stories begin with: a shop. How one is made is in shop.py."""

from __future__ import annotations

import pytest

from tests.commands.shop import Shop


@pytest.fixture
def shop() -> Shop:
    """Return a shop where persons fill in their own names and claim by code."""
    return Shop()
