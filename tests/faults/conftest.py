"""The nursery of a module: started once, since it has the whole package to load."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.nursery import Nursery


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """Start a nursery, and end it after the module."""
    nursery = Nursery()
    yield nursery
    nursery.close()
