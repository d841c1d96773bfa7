"""What a test does that needs a server nobody started: it says in one line how to have one, or fails where it must run."""

from __future__ import annotations

import os
from typing import Final, NoReturn

import pytest

REQUIRED: Final = "SUBACCOUNTS_TEST_REQUIRE"
"""Names servers, separated by blanks, without which the tests fail instead of being skipped."""


def missing(name: str, help: str, /) -> NoReturn:  # noqa: A002 - what it is
    """Skip the test, or fail it where the server is required."""
    if name in os.environ.get(REQUIRED, "").split():
        pytest.fail(f"{name} is required here and not to be had: {help}")
    pytest.skip(f"no {name}: {help}")
