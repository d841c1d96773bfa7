"""One question to a tenant and its answers. Which questions there are is `tenants` and `tenant_sights`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, final

from attrs import field, frozen

MOST: Final = 9
"""The limit of every page: more than both tenants have together."""
SHARED: Final = 1
"""The number of the things that both tenants have."""


@final
@frozen
class Asked:
    """Hold one question and its answers: when the tenant has put everything, and when only somebody else has."""

    args: tuple[Any, ...]
    named: Mapping[str, Any] = field(factory=dict, kw_only=True)
    answer: Any = field(kw_only=True)
    nothing: Any = field(kw_only=True)
