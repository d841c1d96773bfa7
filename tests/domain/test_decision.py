"""A decision as a value: what it says about itself."""

from __future__ import annotations

from typing import Any

import pytest

from subaccounts.domain.audit import Seal
from subaccounts.domain.decision import Count, Decision, Happened, seen
from subaccounts.domain.events import By, SubAccountArchived
from subaccounts.domain.task import Acknowledgment
from subaccounts.testing import builders as a

BY = By(kind="system", id="test")
PERSON = a.sub_account(version=3)


@pytest.mark.parametrize(
    ("part", "writes"),
    [
        ({"puts": (PERSON,)}, True),
        ({"removes": (seen(PERSON),)}, True),
        ({"counts": (Count(name="seats", by=1),)}, True),
        ({"seals": (Seal(event=a.value(1), position=1, digest="00"),)}, True),
        ({"acknowledgments": (Acknowledgment(task="task-1", fence=1),)}, True),
        ({"happened": (Happened(what=SubAccountArchived()),)}, True),
        ({"guards": (seen(PERSON),)}, False),
        ({}, False),
    ],
    ids=lambda part: next(iter(part), "nothing") if isinstance(part, dict) else "",
)
def test_what_is_committed(part: dict[str, Any], writes: bool) -> None:
    """Whatever puts, removes, counts, seals, gives tasks back or tells is committed; mere guards guard nothing."""
    assert writes is Decision(organization=a.OURS, by=BY, result=None, **part).writes
