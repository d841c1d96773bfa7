"""What attacks begin with: a portal on a file of its own, how one is made is in portal.py; and names to find them by.

A test answers to the advisories of its class: `pytest tests/cve -k CVE-2019-19844`, and `keycloak-52646` where an id has a `#`,
which `-k` does not take.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cve.advisories import ids
from tests.cve.portal import Portal


def pytest_itemcollected(item: pytest.Item) -> None:
    """Name a test after every advisory that its class tells of."""
    told = getattr(getattr(item, "cls", None), "__doc__", None) or ""
    item.extra_keyword_matches.update(each.replace("#", "-") for each in ids(told))


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """Open a portal where persons fill in their own names and claim by code."""
    with Portal(tmp_path) as portal:
        yield portal
