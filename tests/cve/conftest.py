"""What attacks begin with: a portal on a file of its own. How one is made is in portal.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cve.portal import Portal


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """Open a portal where persons fill in their own names and claim by code."""
    with Portal(tmp_path) as portal:
        yield portal
